/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/digest.h"

#include <openssl/evp.h>

#include "base/log.h"
#include "base/mem.h"

#define POOL_MAX 256

struct digest {
    EVP_MD_CTX *context;
    struct digest *next;
};

static struct digest *pool;
static unsigned pooled;
static EVP_MD *sha256, *sha1; /* fetched once: a look-up by name costs more than a hash */

static void must(int ok)
{
    if (ok != 1)
        log_panic("libcrypto does not hash");
}

static void fetch(void)
{
    if (sha256)
        return;
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    if (!sha256 || !sha1)
        log_panic("libcrypto has no SHA-256 or no SHA-1");
}

static struct digest *take(void)
{
    struct digest *d = pool;

    fetch();
    if (d) {
        pool = d->next;
        pooled--;
        return d;
    }
    d = MEM_NEW(struct digest);
    d->context = EVP_MD_CTX_new();
    if (!d->context)
        log_panic("out of memory for a hash");
    return d;
}

struct digest *digest_begin(void)
{
    struct digest *d = take();

    must(EVP_DigestInit_ex2(d->context, sha256, NULL));
    return d;
}

void digest_add(struct digest *d, struct bytes bytes)
{
    must(EVP_DigestUpdate(d->context, bytes.at, bytes.n));
}

void digest_drop(struct digest *d)
{
    if (!d)
        return;
    if (pooled == POOL_MAX) {
        EVP_MD_CTX_free(d->context);
        mem_free(d);
        return;
    }
    d->next = pool;
    pool = d;
    pooled++;
}

void digest_end(struct digest *d, uint8_t out[SHA256_BYTES])
{
    must(EVP_DigestFinal_ex(d->context, out, NULL));
    digest_drop(d);
}

static void once(const EVP_MD *md, struct bytes bytes, uint8_t *out)
{
    struct digest *d = take();

    must(EVP_DigestInit_ex2(d->context, md, NULL));
    digest_add(d, bytes);
    digest_end(d, out);
}

void digest_sha256(struct bytes bytes, uint8_t out[SHA256_BYTES])
{
    fetch();
    once(sha256, bytes, out);
}

void digest_sha1(struct bytes bytes, uint8_t out[SHA1_BYTES])
{
    fetch();
    once(sha1, bytes, out);
}
