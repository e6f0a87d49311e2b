/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/domain.h"

#include <idn2.h>
#include <libpsl.h>

#include "base/mem.h"

struct domains {
    psl_ctx_t *list;
};

/* libpsl takes any file, and skips what it does not know. */
static psl_ctx_t *load(const char *file, struct failure *why)
{
    psl_ctx_t *list = psl_load_file(file);

    if (list && psl_suffix_count(list) > 0)
        return list;
    psl_free(list);
    failure_set(why, "--psl %s: this is no public suffix list (https://publicsuffix.org/list/)",
                file);
    return NULL;
}

struct domains *domains_open(const char *file, struct failure *why)
{
    psl_ctx_t *list = file ? load(file, why) : psl_latest(NULL);
    struct domains *d;

    if (file && !list)
        return NULL;
    d = MEM_NEW(struct domains);
    d->list = list;
    return d;
}

void domains_close(struct domains *d)
{
    if (!d)
        return;
    psl_free(d->list);
    mem_free(d);
}

void domain_to_ascii(struct buf *host)
{
    uint8_t *ascii = NULL;
    size_t i = 0;

    while (i < host->len && host->data[i] < 0x80)
        i++;
    if (i == host->len)
        return;
    if (idn2_lookup_u8((const uint8_t *)buf_string(host), &ascii, IDN2_NONTRANSITIONAL) ==
        IDN2_OK) {
        buf_clear(host);
        buf_append_text(host, (const char *)ascii);
    }
    idn2_free(ascii);
}

void domain_registered(const struct domains *d, struct buf *host, struct buf *out)
{
    const char *name = d->list ? psl_registrable_domain(d->list, buf_string(host)) : NULL;

    buf_clear(out);
    if (name)
        buf_append_text(out, name);
}
