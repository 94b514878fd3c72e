/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for secrets: whole pages of their own, so that locking, leaving out
 * of core dumps and wiping touch nothing else. */
#include "base/secret.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

int
ac_secret_init(struct ac_secret *secret, size_t len)
{
	long page = sysconf(_SC_PAGESIZE);
	size_t size;
	void *pages;

	*secret = (struct ac_secret){ NULL, 0, 0 };
	if (page <= 0 || __builtin_add_overflow(len, (size_t)page, &size))
		return -1;
	size -= size % (size_t)page; /* > len: the NUL fits */
	pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		return -1;
#ifdef MADV_DONTDUMP
	(void)madvise(pages, size, MADV_DONTDUMP);
#endif
	(void)mlock(pages, size);
	secret->data = pages;
	secret->len = len;
	secret->mapped = size;
	return 0;
}

void
ac_secret_clear(struct ac_secret *secret)
{
	if (secret->data != NULL) {
		OPENSSL_cleanse(secret->data, secret->mapped);
		(void)munmap(secret->data, secret->mapped);
	}
	*secret = (struct ac_secret){ NULL, 0, 0 };
}

struct authchain_span
ac_secret_span(const struct ac_secret *secret)
{
	return ac_span(secret->data, secret->len);
}

int
ac_secret_fingerprint(struct authchain_span secret, char out[9])
{
	static const char domain[] = "authchain secret";
	unsigned char digest[EVP_MAX_MD_SIZE] = { 0 };
	EVP_MD_CTX *ctx;
	int r = -1;

	out[0] = '\0';
	(void)ERR_set_mark();
	ctx = EVP_MD_CTX_new();
	/* sizeof: the NUL keeps the prefix apart from what follows */
	if (ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, domain, sizeof(domain)) == 1 &&
	    EVP_DigestUpdate(ctx, secret.data, secret.len) == 1 &&
	    EVP_DigestFinal_ex(ctx, digest, NULL) == 1) {
		(void)snprintf(out, 9, "%02x%02x%02x%02x", digest[0], digest[1],
		    digest[2], digest[3]);
		r = 0;
	}
	EVP_MD_CTX_free(ctx);
	(void)ERR_pop_to_mark();
	OPENSSL_cleanse(digest, sizeof(digest));
	return r;
}
