/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/doubles.h"

#include <glib.h>

#include "base/mem.h"

#define SAMPLE_MAX 16384

struct doubles {
    GHashTable *folders; /* uid's hash: number of its folder, from 1 */
    GPtrArray *names;    /* of folders: as many as the user named */
    guint now;           /* that of the rows at hand */
    uint64_t mask;       /* those are in the sample whose hash has none of these bits */
    uint64_t same;
    guint first, second; /* two folders with one in common, from 1; 0: none yet */
};

struct doubles *doubles_new(void)
{
    struct doubles *d = MEM_NEW(struct doubles);

    d->folders = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    d->names = g_ptr_array_new_with_free_func(g_free);
    return d;
}

void doubles_free(struct doubles *d)
{
    if (!d)
        return;
    g_hash_table_destroy(d->folders);
    g_ptr_array_free(d->names, TRUE);
    mem_free(d);
}

void doubles_begin(struct doubles *d, const char *path)
{
    char *folder = g_path_get_dirname(path);

    if (g_ptr_array_find_with_equal_func(d->names, folder, g_str_equal, &d->now)) {
        g_free(folder);
    } else {
        d->now = d->names->len;
        g_ptr_array_add(d->names, folder);
    }
}

static gboolean is_out(gpointer hash, gpointer folder, gpointer user)
{
    const struct doubles *d = user;

    (void)folder;
    return (*(const uint64_t *)hash & d->mask) != 0;
}

void doubles_put(struct doubles *d, uint64_t hash)
{
    guint now = d->now + 1, before;

    if (hash & d->mask)
        return;
    before = GPOINTER_TO_UINT(g_hash_table_lookup(d->folders, &hash));
    if (before && before != now) {
        d->same++;
        if (!d->first) {
            d->first = before;
            d->second = now;
        }
    }
    if (before)
        return;
    g_hash_table_insert(d->folders, g_memdup2(&hash, sizeof hash), GUINT_TO_POINTER(now));
    if (g_hash_table_size(d->folders) > SAMPLE_MAX) {
        d->mask = d->mask << 1 | 1;
        g_hash_table_foreach_remove(d->folders, is_out, d);
    }
}

bool doubles_found(const struct doubles *d, const char **a, const char **b, uint64_t *same,
                   uint64_t *of)
{
    if (!d->first)
        return false;
    *a = g_ptr_array_index(d->names, d->first - 1);
    *b = g_ptr_array_index(d->names, d->second - 1);
    *same = d->same;
    *of = g_hash_table_size(d->folders);
    return true;
}
