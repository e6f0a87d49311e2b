/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces of campaigns that belong together: the tree cuts a campaign in pieces where it varies what
 * comes before in the paths (a few subjects, hosts in turn) or has several layouts.
 *
 * Two pieces belong together when all messages of both have a feature that hardly anybody else has
 * (nine in ten of its messages are of such pieces), and they have the same root, or their texts are
 * alike.  Where texts are known and have little in common, they do not.
 *
 * Cost: about 100 bytes of memory a piece, and 32 for each feature that its messages share.
 */
#ifndef POTSHERD_CAMPAIGN_PIECES_H
#define POTSHERD_CAMPAIGN_PIECES_H

#include <stdbool.h>

#include "campaign/message.h"

struct pieces { /* zero it first */
    struct buf pieces;
    struct buf shared;                        /* features that all messages of a piece have */
    struct feature now[MESSAGE_FEATURES_MAX]; /* of the piece that messages are added to */
    unsigned now_count;
};

struct piece_campaign {
    uint32_t first; /* its first piece */
    uint64_t id;    /* of that one */
    bool several;   /* it has more than one */
};

/* A piece of messages with this root; then its messages.  `id`: the user's. */
void pieces_begin(struct pieces *p, uint64_t root, uint64_t id);
void pieces_message(struct pieces *p, const struct message *m);
void pieces_end(struct pieces *p);

/* After the last.  `alike`: bins of two texts; 0: texts are not looked at. */
void pieces_join(struct pieces *p, unsigned alike);
struct piece_campaign pieces_campaign(const struct pieces *p, uint32_t piece);
void pieces_fini(struct pieces *p);

#endif
