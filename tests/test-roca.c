/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include "jose/roca.h"

/* 65537^power + add: a power of the generator modulo anything when add is 0 */
static bool
is_weak(unsigned int power, unsigned int add)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *n = BN_new(), *e = BN_new(), *g = BN_new();
	bool weak;

	BN_set_word(g, 65537);
	BN_set_word(e, power);
	BN_exp(n, g, e, ctx);
	BN_add_word(n, add);
	weak = ac_roca_is_weak(n);
	BN_free(n);
	BN_free(e);
	BN_free(g);
	BN_CTX_free(ctx);
	return weak;
}

int
main(void)
{
	static const char weak_64[] = "1000100010001";
	BIGNUM *n = NULL;

	ok(is_weak(128, 0), "a power of 65537 bears the mark");
	ok(is_weak(0, 0), "so does 1");
	ok(!is_weak(128, 2), "beside it there is none");
	ok(!is_weak(128, 1), "nor on the other side");
	BN_hex2bn(&n, weak_64);
	ok(n != NULL && !ac_roca_is_weak(n), "a number of no such form");
	BN_set_word(n, 0);
	ok(!ac_roca_is_weak(n), "0 is no power of anything");
	BN_free(n);
	return done();
}
