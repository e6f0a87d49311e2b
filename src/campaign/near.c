/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/near.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "campaign/spill.h"
#include "campaign/tree.h"

#define BAND_BYTES (NEAR_BINS / NEAR_BANDS)

struct finding {
    struct near *near;
    struct spill messages; /* number of the text, key, message */
    struct spill signatures;
    struct sorter *bands; /* band, its bins, number of the text */
    const uint8_t *all;   /* signatures, mapped */
    size_t mapped;
    uint32_t *parent, *sizes;
};

void near_begin(struct near *n)
{
    n->messages = sorter_new(n->folder, n->memory / 4, n->beside);
}

void near_fini(struct near *n)
{
    sorter_free(n->messages);
    n->messages = NULL;
    buf_fini(&n->record);
}

void near_put(struct near *n, const struct message *m)
{
    if (m->signature.n != NEAR_BINS)
        return;
    buf_set(&n->record, m->signature.at, NEAR_BINS);
    buf_append(&n->record, m->key, sizeof m->key);
    message_pack(m, &n->record);
    sorter_put(n->messages, buf_view(&n->record));
}

/* --- texts --- */

static void put_bands(struct finding *f, const uint8_t *signature, uint32_t text)
{
    uint8_t record[1 + BAND_BYTES + sizeof text];
    uint32_t number = GUINT32_TO_BE(text);

    for (unsigned band = 0; band < NEAR_BANDS; band++) {
        record[0] = (uint8_t)band;
        memcpy(record + 1, signature + BAND_BYTES * (size_t)band, BAND_BYTES);
        memcpy(record + 1 + BAND_BYTES, &number, sizeof number);
        sorter_put(f->bands, (struct bytes){record, sizeof record});
    }
}

/* Their messages come in the order of their signatures. */
static void number_texts(struct finding *f)
{
    uint8_t last[NEAR_BINS];
    struct near *n = f->near;
    struct bytes record;

    while (sorter_next(n->messages, &record)) {
        uint32_t text;

        if (!n->texts || memcmp(record.at, last, NEAR_BINS) != 0) {
            if (n->texts == UINT32_MAX)
                break;
            memcpy(last, record.at, NEAR_BINS);
            put_bands(f, last, (uint32_t)n->texts++);
            spill_put_bare(&f->signatures, (struct bytes){last, NEAR_BINS});
        }
        text = (uint32_t)(n->texts - 1);
        buf_set(&n->record, &text, sizeof text);
        record = bytes_skip(record, NEAR_BINS);
        buf_append(&n->record, record.at, record.n);
        spill_put(&f->messages, buf_view(&n->record));
    }
}

/* --- which belong together --- */

static uint32_t root_of(struct finding *f, uint32_t text)
{
    while (f->parent[text] != text) {
        f->parent[text] = f->parent[f->parent[text]];
        text = f->parent[text];
    }
    return text;
}

static bool are_alike(const struct finding *f, uint32_t a, uint32_t b, unsigned bins)
{
    return texts_are_alike(f->all + (size_t)a * NEAR_BINS, f->all + (size_t)b * NEAR_BINS, bins);
}

/* Groups whose roots have less in common stay apart, or a text that is made of two others would
 * join all that are like either. */
static bool join(struct finding *f, uint32_t a, uint32_t b)
{
    if (!are_alike(f, a, b, f->near->alike))
        return false;
    a = root_of(f, a);
    b = root_of(f, b);
    if (a != b && are_alike(f, a, b, f->near->alike - f->near->alike / 4))
        f->parent[a > b ? a : b] = a > b ? b : a;
    return true;
}

static void join_bands(struct finding *f)
{
    uint8_t band[1 + BAND_BYTES] = {0};
    uint32_t first = 0, before = 0;
    struct bytes record;
    bool any = false;

    while (sorter_next(f->bands, &record)) {
        uint32_t text;

        memcpy(&text, record.at + sizeof band, sizeof text);
        text = GUINT32_FROM_BE(text);
        if (!any || memcmp(band, record.at, sizeof band) != 0) {
            any = true;
            memcpy(band, record.at, sizeof band);
            first = text;
        } else if (!join(f, first, text)) {
            (void)join(f, before, text);
        }
        before = text;
    }
}

static bool map_signatures(struct finding *f, struct failure *why)
{
    void *all;

    spill_rewind(&f->signatures);
    f->mapped = (size_t)f->near->texts * NEAR_BINS;
    if (!f->mapped || spill_failed(&f->signatures, why))
        return !f->mapped;
    all = mmap(NULL, f->mapped, PROT_READ, MAP_SHARED, f->signatures.fd, 0);
    if (all == MAP_FAILED)
        return failure_set(why, "%s: cannot map a file: %s", f->near->folder, strerror(errno));
    f->all = all;
    f->parent = mem_new((size_t)f->near->texts * sizeof *f->parent);
    f->sizes = mem_new((size_t)f->near->texts * sizeof *f->sizes);
    for (uint32_t i = 0; i < f->near->texts; i++)
        f->parent[i] = i;
    return true;
}

/* --- groups --- */

static bool text_of(struct bytes *record, uint32_t *text)
{
    if (record->n < sizeof *text)
        return false;
    memcpy(text, record->at, sizeof *text);
    *record = bytes_skip(*record, sizeof *text);
    return true;
}

static struct sorter *put_groups(struct finding *f)
{
    struct near *n = f->near;
    struct sorter *groups = sorter_new(n->folder, n->memory / 4, n->beside);
    struct bytes record;
    uint32_t text;

    spill_rewind(&f->messages);
    while (spill_next(&f->messages, &record))
        if (text_of(&record, &text))
            f->sizes[root_of(f, text)]++;
    spill_rewind(&f->messages);
    while (spill_next(&f->messages, &record)) {
        if (!text_of(&record, &text))
            continue;
        text = root_of(f, text);
        if (f->sizes[text] < n->min_messages)
            continue;
        buf_set(&n->record, f->all + (size_t)text * NEAR_BINS, NEAR_BINS);
        buf_append(&n->record, record.at, record.n);
        sorter_put(groups, buf_view(&n->record));
    }
    return groups;
}

struct sorter *near_find(struct near *n, struct failure *why)
{
    struct finding f = {.near = n};
    struct sorter *groups = NULL;

    spill_begin(&f.messages, n->folder);
    spill_begin(&f.signatures, n->folder);
    f.bands = sorter_new(n->folder, n->memory / 4, n->beside);
    number_texts(&f);
    if (!sorter_failed(n->messages, why) && map_signatures(&f, why)) {
        join_bands(&f);
        groups = put_groups(&f);
        if (sorter_failed(f.bands, why) || spill_failed(&f.messages, why)) {
            sorter_free(groups);
            groups = NULL;
        }
    }
    if (f.all)
        munmap((void *)(uintptr_t)f.all, f.mapped);
    mem_free(f.parent);
    mem_free(f.sizes);
    sorter_free(f.bands);
    spill_end(&f.messages);
    spill_end(&f.signatures);
    return groups;
}

bool near_take(struct bytes record, struct bytes *group, struct message *m)
{
    if (record.n < NEAR_BINS + MESSAGE_KEY_BYTES)
        return false;
    *group = (struct bytes){record.at, NEAR_BINS};
    record = bytes_skip(record, NEAR_BINS);
    memcpy(m->key, record.at, MESSAGE_KEY_BYTES);
    return message_unpack(bytes_skip(record, MESSAGE_KEY_BYTES), m);
}
