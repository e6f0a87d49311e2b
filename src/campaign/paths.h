/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From messages to their paths in the pattern tree: rows of one message are joined, features are
 * counted over all messages, and each message's are put in order.  First what cannot be obfuscated
 * (content type, charset, language and layout, as one step), then the others by falling count.
 *
 * Cost: three sorts: of the rows by message, of the features by hash, and of counts by message;
 * each within the memory, the rest on disk.
 */
#ifndef POTSHERD_CAMPAIGN_PATHS_H
#define POTSHERD_CAMPAIGN_PATHS_H

#include "campaign/message.h"
#include "campaign/sorter.h"
#include "campaign/spill.h"
#include "campaign/tree.h"
#include "potsherd/campaign.h"

/* A feature that comes with so many different roots is everybody's: a campaign has one layout, or
 * a few. */
#define PATHS_SPREAD 8

struct paths {
    const char *folder;
    size_t memory;
    bool beside;
    uint64_t min_messages; /* of a campaign */
    struct spill messages; /* key and message, in the order of the keys: what a state is */
    uint64_t count;        /* of them */
    uint64_t features;     /* different ones */
    uint64_t doubled;      /* messages that came again */
    uint64_t orphans;      /* features of no message */
    uint64_t left_out;     /* features beyond MESSAGE_FEATURES_MAX or TREE_DEPTH_MAX */
    uint64_t bare;         /* messages without a feature */
};

/* `rows` (records.h) is freed.  NULL: a file failed, and `why`.  Of the result each record is a
 * path (path_take) and its message. */
struct sorter *paths_make(struct paths *p, struct sorter *rows, struct failure *why);
void paths_fini(struct paths *p);

/* The path that `record` begins with, and the message behind it.  False: it is no such record. */
bool path_take(struct bytes record, struct tree_path *path, struct message *message);

#endif
