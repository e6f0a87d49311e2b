/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The networks that mails came from: autonomous systems, as the records have them; what has none
 * is of network 0, "none".  There are fewer than 100,000.
 */
#ifndef POTSHERD_EXPORT_SHARE_NETWORKS_H
#define POTSHERD_EXPORT_SHARE_NETWORKS_H

#include "base/buf.h"
#include "export/keys.h"
#include "potsherd/time.h"

#define NETWORK_NAME 16 /* room for "AS4294967295" */

struct share_network {
    uint32_t as; /* 0: none */
    uint32_t index;
    struct buf name; /* of several that records have, the first in the order of bytes */
    uint64_t mails, sources;
    time_us first, last;
    bool left_out; /* under --min */
};

struct share_networks { /* zero it first */
    struct keys by_as;
    struct share_network *list;
    uint32_t count, room;
};

/* One mail more; the network's number in the list. */
uint32_t share_networks_add(struct share_networks *n, uint32_t as, struct bytes name, time_us ts);
struct share_network *share_networks_of(const struct share_networks *n, uint32_t as);
void share_networks_fini(struct share_networks *n);
void share_network_word(const struct share_network *network, char out[NETWORK_NAME]);

#endif
