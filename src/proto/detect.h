/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Detection: which protocol the first bytes of a connection or tunnel are.  Every protocol
 * of the table (conversation.c) classifies what both sides have sent so far; the order of
 * the table decides between them.
 *
 * The held bytes are shown again with every packet while the protocol is not known, so a
 * protocol keeps notes: each byte is looked at a few times at most.
 */
#ifndef POTSHERD_PROTO_DETECT_H
#define POTSHERD_PROTO_DETECT_H

#include <stdbool.h>

#include "potsherd/event.h"

#define PROTOCOLS_MAX 8

enum guess {
    GUESS_NO,
    GUESS_MORE,   /* could be: needs more bytes of the client */
    GUESS_SERVER, /* could be: needs the server's first bytes */
    GUESS_CLIENT, /* is, by the client's bytes, unless the server's first bytes deny it */
    GUESS_LIKELY, /* is, unless another protocol is certain */
    GUESS_YES,
};

struct detect_note { /* of one protocol, about the bytes at the front; 0 at first */
    size_t at;       /* bytes that need not be looked at again */
    int verdict;     /* of the first line, once `known` */
    bool known;
    bool no_banner; /* the server's first line is whole, and does not name the protocol */
};

/* Kept by the layer until bytes are taken from the front.  In mid-conversation what is
 * classified is taken, and so the notes begin again with each question. */
struct detect_notes {
    size_t empty_lines; /* bytes of those at the front of the client's */
    struct detect_note of[PROTOCOLS_MAX];
};

struct detection {
    struct bytes client, server; /* the first bytes of both; bounded by detect_protocol */
    enum direction speaking;     /* whose bytes have come just now */
    bool one_sided;              /* the server will never be seen */
    bool over;                   /* nothing more will come */
    bool first;                  /* in no tunnel, and nothing came before that was seen */
    bool answering;              /* the server is ours, and waits for the result */
    bool front;                  /* nothing was stepped over since the beginning, or a gap */
    bool resync;                 /* mid-conversation: each side is classified alone */
    struct detect_notes *notes;
    struct detect_note *note; /* of the protocol that is asked */
};

struct protocol;
struct protocols;

/* NULL: cannot be said yet. */
const struct protocol *detect_protocol(const struct protocols *protocols, struct detection *d);

/* The client's first bytes are missing: which protocol's answer these are.  False when
 * they are none; NULL in *out while they could become one. */
bool detect_answer(const struct protocols *protocols, struct bytes client, struct bytes server,
                   const struct protocol **out);

/* --- for the protocols --- */

/* Whether what is there of `b` agrees with the beginning of `text`. */
bool detect_may_begin(struct bytes b, const char *text);
/* The first line without its LF; false: it is not whole. */
bool detect_first_line(struct bytes in, struct bytes *line);
/* The client's bytes after the empty lines at their front. */
struct bytes detect_skip_empty_lines(struct detection *d);

#endif
