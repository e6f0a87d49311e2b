/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer/conversations.h"

#include <glib.h>
#include <string.h>

#include "base/mem.h"

struct conversations {
    GHashTable *by_key;
    GHashTable *sources; /* address -> how many */
    struct conversation *newest, *oldest;
    struct conversation *current;
};

static const struct cookie_key *hash_key; /* GLib's hash functions have no context */

static guint hash_conversation(gconstpointer key)
{
    return (guint)key_hash(hash_key, key);
}

static gboolean equal_conversation(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct connection_key)) == 0;
}

static guint hash_source(gconstpointer address)
{
    return (guint)cookie_siphash(hash_key, address, sizeof(struct address));
}

static gboolean equal_source(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct address)) == 0;
}

struct conversations *conversations_new(const struct cookie_key *secret)
{
    struct conversations *all = MEM_NEW(struct conversations);

    hash_key = secret;
    all->by_key = g_hash_table_new(hash_conversation, equal_conversation);
    all->sources = g_hash_table_new_full(hash_source, equal_source, g_free, NULL);
    return all;
}

void conversations_free(struct conversations *all)
{
    if (!all)
        return;
    while (all->oldest)
        conversations_remove(all, all->oldest);
    g_hash_table_destroy(all->by_key);
    g_hash_table_destroy(all->sources);
    mem_free(all);
}

/* --- by last segment --- */

static void unlink_conversation(struct conversations *all, struct conversation *c)
{
    *(c->newer ? &c->newer->older : &all->newest) = c->older;
    *(c->older ? &c->older->newer : &all->oldest) = c->newer;
    c->newer = c->older = NULL;
}

static void link_newest(struct conversations *all, struct conversation *c)
{
    c->older = all->newest;
    *(all->newest ? &all->newest->newer : &all->oldest) = c;
    all->newest = c;
}

void conversations_touch(struct conversations *all, struct conversation *c)
{
    if (all->newest == c)
        return;
    unlink_conversation(all, c);
    link_newest(all, c);
}

struct conversation *conversations_longest_idle(const struct conversations *all)
{
    return all->oldest;
}

/* --- by source --- */

unsigned conversations_of(const struct conversations *all, const struct address *source)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(all->sources, source));
}

static void count_source(struct conversations *all, const struct address *source, int by)
{
    unsigned n = conversations_of(all, source) + (unsigned)by;

    if (n)
        g_hash_table_replace(all->sources, g_memdup2(source, sizeof *source), GUINT_TO_POINTER(n));
    else
        g_hash_table_remove(all->sources, source);
}

void conversations_close(struct conversations *all, struct conversation *c)
{
    if (c->closed)
        return;
    c->closed = true;
    count_source(all, &c->key.peer, -1);
}

/* --- by key --- */

struct conversation *conversations_find(const struct conversations *all,
                                        const struct connection_key *key)
{
    if (all->current && equal_conversation(&all->current->key, key))
        return all->current;
    return g_hash_table_lookup(all->by_key, key);
}

void conversations_set_current(struct conversations *all, struct conversation *c)
{
    all->current = c;
}

struct conversation *conversations_add(struct conversations *all, const struct connection_key *key)
{
    struct conversation *c = MEM_NEW(struct conversation);

    c->key = *key;
    g_hash_table_insert(all->by_key, &c->key, c);
    count_source(all, &key->peer, 1);
    link_newest(all, c);
    return c;
}

void conversations_remove(struct conversations *all, struct conversation *c)
{
    if (all->current == c)
        all->current = NULL;
    g_hash_table_remove(all->by_key, &c->key);
    conversations_close(all, c);
    unlink_conversation(all, c);
    tcp_fini(&c->tcp);
    persona_free(c->persona);
    mem_free(c);
}

unsigned conversations_count(const struct conversations *all)
{
    return g_hash_table_size(all->by_key);
}
