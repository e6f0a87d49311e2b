/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/share_networks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static struct share_network *make(struct share_networks *n, struct key *key, uint32_t as,
                                  time_us ts)
{
    if (n->count == n->room) {
        n->room = n->room ? 2 * n->room : 64;
        n->list = mem_resize(n->list, n->room * sizeof *n->list);
    }
    n->list[n->count] =
        (struct share_network){.as = as, .index = n->count, .first = ts, .last = ts};
    key->at = ++n->count;
    return &n->list[n->count - 1];
}

static bool is_before(struct bytes a, struct bytes b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.at, b.at, n) : 0;

    return order ? order < 0 : a.n < b.n;
}

uint32_t share_networks_add(struct share_networks *n, uint32_t as, struct bytes name, time_us ts)
{
    struct key *key = keys_add(&n->by_as, as, 0);
    struct share_network *network = key->at ? &n->list[key->at - 1] : make(n, key, as, ts);

    network->mails++;
    network->first = ts < network->first ? ts : network->first;
    network->last = ts > network->last ? ts : network->last;
    if (as && name.n && (!network->name.len || is_before(name, buf_view(&network->name))))
        buf_set(&network->name, name.at, name.n);
    return network->index;
}

struct share_network *share_networks_of(const struct share_networks *n, uint32_t as)
{
    const struct key *key = keys_find(&n->by_as, as, 0);

    return key ? &n->list[key->at - 1] : NULL;
}

void share_networks_fini(struct share_networks *n)
{
    for (uint32_t i = 0; i < n->count; i++)
        buf_fini(&n->list[i].name);
    mem_free(n->list);
    keys_fini(&n->by_as);
}

void share_network_word(const struct share_network *network, char out[NETWORK_NAME])
{
    if (network->as)
        snprintf(out, NETWORK_NAME, "AS%" PRIu32, network->as);
    else
        snprintf(out, NETWORK_NAME, "none");
}
