/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pieces of a datagram are held in the order of their places and copied
 * together when nothing is missing between them.  The datagrams stand in a
 * balanced tree, which hostile numbers cannot unbalance, and in a queue by the
 * time of their first fragment, which times out and evicts at its front.
 *
 * A fragment costs O(log n) with n <= DEFRAG_DATAGRAMS_MAX in the tree, and O(log m) plus
 * moving at most m pieces aside (16 bytes each, 32 KB) with m <= DEFRAG_PIECES_MAX.
 */
#include "potsherd/defrag.h"

#include <glib.h>
#include <string.h>

#include "base/mem.h"

struct key { /* RFC 791 section 3.2, RFC 8200 section 4.5; no padding: memcmp */
    uint8_t src[16], dst[16];
    uint32_t id;
    uint16_t protocol; /* 0 in IPv6 */
    uint16_t family;
};

struct piece {
    uint32_t at, n;
    uint8_t *bytes; /* ours */
};

struct partial {
    struct key key;
    GList link; /* in defrag.by_age; .data is this partial */
    time_us first;
    struct datagram facts; /* of the fragment at 0, or else of the first one */
    struct piece *pieces;  /* sorted, without overlap */
    unsigned n, room;
    uint32_t held;     /* bytes in the pieces */
    uint32_t length;   /* of the whole; 0: not known yet */
    bool dropped;      /* counted already; stays to swallow its other fragments */
    bool bad_checksum; /* one of the fragments has it */
};

struct defrag {
    GTree *partials; /* struct key -> struct partial */
    GQueue by_age;
    size_t bytes;
    uint8_t *whole; /* what the last call gave */
    struct defrag_counts counts;
};

static gint compare_keys(gconstpointer a, gconstpointer b, gpointer unused)
{
    (void)unused;
    return memcmp(a, b, sizeof(struct key));
}

static struct key key_of(const struct datagram *in)
{
    struct key key;

    memset(&key, 0, sizeof key);
    memcpy(key.src, in->src.bytes, sizeof key.src);
    memcpy(key.dst, in->dst.bytes, sizeof key.dst);
    key.id = in->fragment_id;
    key.family = in->src.family;
    key.protocol = in->src.family == 4 ? in->protocol : 0;
    return key;
}

static size_t cost_of_piece(uint32_t n)
{
    return n + 2 * sizeof(struct piece) + 16; /* the allocator's share, about */
}

static void drop_pieces(struct defrag *d, struct partial *p)
{
    for (unsigned i = 0; i < p->n; i++) {
        d->bytes -= cost_of_piece(p->pieces[i].n);
        mem_free(p->pieces[i].bytes);
    }
    mem_free(p->pieces);
    p->pieces = NULL;
    p->n = p->room = 0;
    p->held = 0;
}

static void forget(struct defrag *d, struct partial *p)
{
    drop_pieces(d, p);
    g_queue_unlink(&d->by_age, &p->link);
    g_tree_remove(d->partials, &p->key);
    d->bytes -= sizeof *p;
    mem_free(p);
}

/* The datagram can never be whole: its fragments go, it stays as a mark. */
static void give_up(struct defrag *d, struct partial *p, uint64_t *count)
{
    if (!p->dropped)
        ++*count;
    p->dropped = true;
    drop_pieces(d, p);
}

static struct partial *oldest(struct defrag *d)
{
    return d->by_age.head ? d->by_age.head->data : NULL;
}

static void forget_oldest(struct defrag *d, uint64_t *count)
{
    struct partial *p = oldest(d);

    if (!p->dropped)
        ++*count;
    forget(d, p);
}

static void expire(struct defrag *d, time_us now)
{
    struct partial *p;

    while ((p = oldest(d)) && now > p->first &&
           (uint64_t)now - (uint64_t)p->first > (uint64_t)DEFRAG_TIMEOUT)
        forget_oldest(d, &d->counts.timed_out);
}

static void make_room(struct defrag *d, uint32_t n)
{
    /* one fragment can become several pieces, but not of more bytes than it has */
    const size_t need = cost_of_piece(n) + sizeof(struct partial);

    while (oldest(d) &&
           (d->bytes + need > DEFRAG_BYTES_MAX || d->by_age.length >= DEFRAG_DATAGRAMS_MAX))
        forget_oldest(d, &d->counts.evicted);
}

static struct partial *begin(struct defrag *d, const struct key *key, const struct datagram *in)
{
    struct partial *p = MEM_NEW(struct partial);

    p->key = *key;
    p->first = in->ts;
    p->facts = *in;
    p->link.data = p;
    g_tree_insert(d->partials, &p->key, p);
    g_queue_push_tail_link(&d->by_age, &p->link);
    d->bytes += sizeof *p;
    return p;
}

/* Whether this fragment may be part of a datagram at all, and of this one (NULL:
 * the first of its datagram). */
static bool fits(const struct partial *p, const struct datagram *in)
{
    const uint64_t end = (uint64_t)in->fragment_at + in->wire_len;

    if (in->wire_len == 0 || end > DEFRAG_LENGTH_MAX)
        return false;
    if (in->more_fragments)
        return in->wire_len % 8 == 0 && (!p || !p->length || end <= p->length);
    if (!p)
        return true;
    if (p->length)
        return end == p->length;
    return p->n == 0 || end >= (uint64_t)p->pieces[p->n - 1].at + p->pieces[p->n - 1].n;
}

/* The first piece that ends after `at`. */
static unsigned first_behind(const struct partial *p, uint32_t at)
{
    unsigned low = 0, high = p->n;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (p->pieces[middle].at + p->pieces[middle].n <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert(struct defrag *d, struct partial *p, unsigned i, uint32_t at,
                   const uint8_t *bytes, uint32_t n)
{
    if (p->n == p->room) {
        p->room = p->room ? p->room * 2 : 4;
        p->pieces = mem_resize(p->pieces, p->room * sizeof *p->pieces);
    }
    memmove(p->pieces + i + 1, p->pieces + i, (p->n - i) * sizeof *p->pieces);
    p->pieces[i] = (struct piece){at, n, mem_new(n)};
    memcpy(p->pieces[i].bytes, bytes, n);
    p->n++;
    p->held += n;
    d->bytes += cost_of_piece(n);
}

/* Fills the gaps between the pieces with what the fragment has for them:
 *   held       [====]      [==]
 *   fragment      [---------------]
 *   new             [----]    [--]        */
static void fill_holes(struct defrag *d, struct partial *p, const struct datagram *in)
{
    const uint32_t end = in->fragment_at + in->wire_len;
    uint32_t at = in->fragment_at;
    unsigned i = first_behind(p, at);

    while (at < end) {
        uint32_t hole_end = i < p->n && p->pieces[i].at < end ? p->pieces[i].at : end;

        if (at < hole_end) {
            if (p->n >= DEFRAG_PIECES_MAX) {
                give_up(d, p, &d->counts.too_many);
                return;
            }
            insert(d, p, i, at, in->payload + (at - in->fragment_at), hole_end - at);
            i++;
        }
        if (i >= p->n)
            return;
        at = p->pieces[i].at + p->pieces[i].n;
        i++;
    }
}

static bool overlaps(const struct partial *p, const struct datagram *in)
{
    unsigned i = first_behind(p, in->fragment_at);

    return i < p->n && p->pieces[i].at < in->fragment_at + in->wire_len;
}

static bool is_duplicate(const struct partial *p, const struct datagram *in)
{
    unsigned i = first_behind(p, in->fragment_at);

    return i < p->n && p->pieces[i].at == in->fragment_at && p->pieces[i].n == in->wire_len &&
           memcmp(p->pieces[i].bytes, in->payload, in->wire_len) == 0;
}

static void add(struct defrag *d, struct partial *p, const struct datagram *in)
{
    if (is_duplicate(p, in))
        return;
    if (overlaps(p, in)) {
        if (in->src.family == 6) {
            give_up(d, p, &d->counts.overlapping);
            return;
        }
        d->counts.trimmed++;
    }
    if (!in->more_fragments)
        p->length = in->fragment_at + in->wire_len;
    if (in->fragment_at == 0)
        p->facts = *in;
    p->bad_checksum |= in->bad_checksum;
    fill_holes(d, p, in);
}

/* The whole datagram, in memory that the next call gives back. */
static uint8_t *join(const struct partial *p, time_us now, struct datagram *out)
{
    uint8_t *whole = mem_new(p->length);

    for (unsigned i = 0; i < p->n; i++)
        memcpy(whole + p->pieces[i].at, p->pieces[i].bytes, p->pieces[i].n);
    *out = p->facts;
    out->ts = now;
    out->fragment = out->more_fragments = false;
    out->fragment_at = 0;
    out->payload = whole;
    out->caplen = out->wire_len = p->length;
    out->bad_checksum = p->bad_checksum;
    return whole;
}

/* The fragment into its datagram; NULL when it is left out or of no use. */
static struct partial *place(struct defrag *d, const struct datagram *in)
{
    const struct key key = key_of(in);
    struct partial *p = g_tree_lookup(d->partials, &key);

    if (p && p->dropped)
        return NULL;
    if (!fits(p, in)) {
        d->counts.malformed++;
        return NULL;
    }
    if (!p)
        p = begin(d, &key, in);
    if (in->caplen < in->wire_len)
        give_up(d, p, &d->counts.cut);
    else
        add(d, p, in);
    return p;
}

bool defrag_put(struct defrag *d, const struct datagram *in, struct datagram *out)
{
    const time_us now = in->ts;
    struct partial *p;
    uint8_t *whole = NULL;

    d->counts.fragments++;
    expire(d, now);
    make_room(d, in->caplen);
    p = place(d, in);
    if (p && p->length && p->held == p->length) {
        whole = join(p, now, out);
        d->counts.joined++;
        forget(d, p);
    }
    mem_free(d->whole); /* only now: `in` may have lain in it */
    d->whole = whole;
    return whole != NULL;
}

struct defrag_counts defrag_counts(const struct defrag *d)
{
    struct defrag_counts counts = d->counts;

    for (const GList *l = d->by_age.head; l; l = l->next)
        counts.waiting += !((const struct partial *)l->data)->dropped;
    return counts;
}

struct defrag *defrag_new(void)
{
    struct defrag *d = MEM_NEW(struct defrag);

    d->partials = g_tree_new_full(compare_keys, NULL, NULL, NULL);
    g_queue_init(&d->by_age);
    return d;
}

void defrag_free(struct defrag *d)
{
    if (!d)
        return;
    while (oldest(d))
        forget(d, oldest(d));
    g_tree_destroy(d->partials);
    mem_free(d->whole);
    mem_free(d);
}
