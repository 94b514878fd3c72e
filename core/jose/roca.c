/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The broken generator made primes k * M + (65537^a mod M), M being a product
 * of small primes: so its moduli are powers of 65537 modulo each of them.
 */
#include "jose/roca.h"

static const unsigned int primes[] = { 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37,
	41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
	113, 127, 131, 137, 139, 149, 151, 157, 163, 167 };

static bool
is_power(unsigned int residue, unsigned int prime)
{
	unsigned int power = 1;

	do {
		if (power == residue)
			return true;
		power = power * (65537 % prime) % prime;
	} while (power != 1);
	return false;
}

bool
ac_roca_is_weak(const BIGNUM *modulus)
{
	size_t i;

	for (i = 0; i < sizeof(primes) / sizeof(primes[0]); i++) {
		BN_ULONG residue = BN_mod_word(modulus, primes[i]);

		if (!is_power((unsigned int)residue, primes[i]))
			return false;
	}
	return true;
}
