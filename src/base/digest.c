/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest.h"

#include <openssl/evp.h>

#include "base/log.h"
#include "base/mem.h"

struct digest {
    EVP_MD_CTX *context;
    EVP_MD *md[2]; /* fetched once: a look-up by name costs more than a short hash */
};

static void must(int ok)
{
    if (ok != 1)
        log_panic("libcrypto does not hash");
}

struct digest *digest_new(void)
{
    struct digest *d = MEM_NEW(struct digest);

    d->context = EVP_MD_CTX_new();
    d->md[DIGEST_SHA256] = EVP_MD_fetch(NULL, "SHA256", NULL);
    d->md[DIGEST_SHA1] = EVP_MD_fetch(NULL, "SHA1", NULL);
    must(d->context && d->md[DIGEST_SHA256] && d->md[DIGEST_SHA1]);
    return d;
}

void digest_free(struct digest *d)
{
    if (!d)
        return;
    EVP_MD_CTX_free(d->context);
    EVP_MD_free(d->md[DIGEST_SHA256]);
    EVP_MD_free(d->md[DIGEST_SHA1]);
    mem_free(d);
}

void digest_begin(struct digest *d, enum digest_kind kind)
{
    must(EVP_DigestInit_ex2(d->context, d->md[kind], NULL));
}

void digest_add(struct digest *d, struct bytes bytes)
{
    must(EVP_DigestUpdate(d->context, bytes.at, bytes.n));
}

void digest_end(struct digest *d, uint8_t *out)
{
    must(EVP_DigestFinal_ex(d->context, out, NULL));
}

void digest_copy(struct digest *to, const struct digest *from)
{
    must(EVP_MD_CTX_copy_ex(to->context, from->context));
}
