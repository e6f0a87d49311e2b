/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages whose texts are alike, by their signatures (mail/signature.h): each text once, in bands
 * of four bins.  Two that have a band in common are compared with the first of those that have it,
 * and with the one before; texts of which `alike` bins are equal belong together, and so do those
 * that belong to the same one.
 *
 * Cost: 8 bytes of memory for each different text; its signature, its bands and the messages lie on
 * disk.
 */
#ifndef POTSHERD_CAMPAIGN_NEAR_H
#define POTSHERD_CAMPAIGN_NEAR_H

#include "campaign/message.h"
#include "campaign/sorter.h"

#define NEAR_BINS  64
#define NEAR_BANDS 16

struct near {
    const char *folder; /* borrowed */
    size_t memory;
    bool beside;
    unsigned alike;
    uint64_t min_messages;
    struct sorter *messages; /* signature, key, message */
    uint64_t texts;          /* different ones */
    struct buf record;
};

void near_begin(struct near *n);
void near_put(struct near *n, const struct message *m); /* one without a signature is left out */
/* Groups of `min_messages` at least: each record is the group's first signature, and
 * key and message.  NULL: a file failed, and `why`. */
struct sorter *near_find(struct near *n, struct failure *why);
void near_fini(struct near *n);

/* What all records of a group begin with, and the message behind it.  False: no such record. */
bool near_take(struct bytes record, struct bytes *group, struct message *m);

#endif
