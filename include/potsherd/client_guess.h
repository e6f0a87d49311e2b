/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is the client of a connection without a handshake, by what both sides say: who asks
 * and who answers.  Pure; the same however the bytes are cut.
 */
#ifndef POTSHERD_CLIENT_GUESS_H
#define POTSHERD_CLIENT_GUESS_H

#include "base/buf.h"
#include "potsherd/stream.h"

#define CLIENT_GUESS_BYTES 2304 /* of memory, at most: a line of each side */

struct client_guess;

struct client_verdict {
    bool known;
    enum direction client; /* as the bytes were labelled */
    bool asked;            /* by a request or command, and not by a reply, ... */
    bool first;            /* ... which is the first line of its side */
    size_t used;           /* of the bytes given, up to the end of what decided */
    struct bytes line;     /* what decided, with its line end; borrowed until the next call */
};

struct client_guess *client_guess_new(void);
void client_guess_free(struct client_guess *g);
/* Stops at the first line that decides; to be called again with what follows it. */
struct client_verdict client_guess_put(struct client_guess *g, enum direction from,
                                       struct bytes bytes);
/* Bytes are missing here: what follows may be the rest of a line. */
void client_guess_gap(struct client_guess *g, enum direction from);

#endif
