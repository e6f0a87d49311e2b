/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "campaign/pieces.h"

#include <stdlib.h>
#include <string.h>

#include "campaign/paths.h"
#include "campaign/tree.h"

struct piece {
    uint64_t root, id, emails;
    uint32_t parent; /* of those that belong together the lowest number, in the end */
    bool has_text, several;
    uint8_t text[TREE_BINS];
};

struct shared {
    uint64_t hash, count;
    uint32_t piece;
};

static struct piece *piece_at(const struct pieces *p, uint32_t n)
{
    return (struct piece *)(void *)p->pieces.data + n;
}

static uint32_t piece_count(const struct pieces *p)
{
    return (uint32_t)(p->pieces.len / sizeof(struct piece));
}

void pieces_begin(struct pieces *p, uint64_t root, uint64_t id)
{
    struct piece piece = {.root = root, .id = id, .parent = piece_count(p)};

    buf_append(&p->pieces, &piece, sizeof piece);
}

static bool has_feature(const struct message *m, uint64_t hash)
{
    for (unsigned i = 0; i < m->feature_count; i++)
        if (m->features[i].hash == hash)
            return true;
    return false;
}

void pieces_message(struct pieces *p, const struct message *m)
{
    struct piece *piece = piece_at(p, piece_count(p) - 1);
    unsigned kept = 0;

    if (!piece->emails++) {
        p->now_count = m->feature_count;
        memcpy(p->now, m->features, m->feature_count * sizeof *p->now);
    }
    for (unsigned i = 0; i < p->now_count; i++)
        if (has_feature(m, p->now[i].hash))
            p->now[kept++] = p->now[i];
    p->now_count = kept;
    if (!piece->has_text && m->signature.n == TREE_BINS) {
        memcpy(piece->text, m->signature.at, TREE_BINS);
        piece->has_text = true;
    }
}

void pieces_end(struct pieces *p)
{
    struct shared shared = {.piece = piece_count(p) - 1};

    for (unsigned i = 0; i < p->now_count; i++) {
        if (p->now[i].kind < FEATURE_INVARIANTS || p->now[i].spread >= PATHS_SPREAD)
            continue;
        shared.hash = p->now[i].hash;
        shared.count = p->now[i].count;
        buf_append(&p->shared, &shared, sizeof shared);
    }
}

/* --- which belong together --- */

static uint32_t first_of(const struct pieces *p, uint32_t n)
{
    while (piece_at(p, n)->parent != n)
        n = piece_at(p, n)->parent = piece_at(p, piece_at(p, n)->parent)->parent;
    return n;
}

static bool belong_together(const struct piece *a, const struct piece *b, unsigned alike)
{
    if (!alike || !a->has_text || !b->has_text)
        return a->root == b->root;
    return texts_are_alike(a->text, b->text, a->root == b->root ? alike / 2 : alike);
}

static void join(struct pieces *p, uint32_t a, uint32_t b, unsigned alike)
{
    if (!belong_together(piece_at(p, a), piece_at(p, b), alike))
        return;
    a = first_of(p, a);
    b = first_of(p, b);
    piece_at(p, a > b ? a : b)->parent = a > b ? b : a;
}

static int compare_shared(const void *a, const void *b)
{
    const struct shared *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->piece > y->piece) - (x->piece < y->piece);
}

/* Pieces that share a feature: each with the first of them, and with the one before. */
static void join_sharers(struct pieces *p, const struct shared *s, size_t n, unsigned alike)
{
    uint64_t emails = 0;

    for (size_t i = 0; i < n; i++)
        emails += piece_at(p, s[i].piece)->emails;
    if (emails < s->count - s->count / 10)
        return;
    for (size_t i = 1; i < n; i++) {
        join(p, s[0].piece, s[i].piece, alike);
        join(p, s[i - 1].piece, s[i].piece, alike);
    }
}

void pieces_join(struct pieces *p, unsigned alike)
{
    struct shared *s = (struct shared *)(void *)p->shared.data;
    size_t n = p->shared.len / sizeof *s;

    if (n)
        qsort(s, n, sizeof *s, compare_shared);
    for (size_t from = 0, to = 0; from < n; from = to) {
        while (to < n && s[to].hash == s[from].hash)
            to++;
        join_sharers(p, s + from, to - from, alike);
    }
    for (uint32_t i = 0; i < piece_count(p); i++)
        piece_at(p, first_of(p, i))->several |= first_of(p, i) != i;
}

struct piece_campaign pieces_campaign(const struct pieces *p, uint32_t piece)
{
    uint32_t first = first_of(p, piece);

    return (struct piece_campaign){first, piece_at(p, first)->id, piece_at(p, first)->several};
}

void pieces_fini(struct pieces *p)
{
    buf_fini(&p->pieces);
    buf_fini(&p->shared);
}
