/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conversations under way: by addresses and ports, by the time of their last segment, and
 * how many each source has.
 *
 * Cost: all calls but conversations_new and _free take constant time on average; the hash is
 * keyed by a secret.  There is one such table a process.
 */
#ifndef POTSHERD_ANSWER_CONVERSATIONS_H
#define POTSHERD_ANSWER_CONVERSATIONS_H

#include "answer/key.h"
#include "answer/persona.h"
#include "answer/tcp.h"
#include "answer/wheel.h"
#include "potsherd/link.h"

struct conversation {
    struct wheel_link timer;            /* must be first */
    struct conversation *newer, *older; /* by last segment taken */
    struct connection_key key;
    uint16_t port, peer_port;
    uint64_t ticket;  /* of the sender */
    struct link link; /* the way to the peer */
    struct tcp tcp;
    struct persona *persona;
    const struct connection *connection; /* the stream's, until it has ended it */
    bool ended;                          /* the stream has ended it */
    bool close_handled; /* the persona has been informed that the peer has closed */
    bool closed;        /* both have closed: no more counted as one of its source's */
    bool flooded;       /* counted as such */
};

struct conversations;

/* `secret`: of the hash; borrowed. */
struct conversations *conversations_new(const struct cookie_key *secret);
/* Frees what is left, too. */
void conversations_free(struct conversations *all);

/* A new one, counted as its source's; the caller fills in the rest. */
struct conversation *conversations_add(struct conversations *all, const struct connection_key *key);
/* Its timer must be unset. */
void conversations_remove(struct conversations *all, struct conversation *c);
struct conversation *conversations_find(const struct conversations *all,
                                        const struct connection_key *key);
/* The one that most look-ups will be for, until the next call; or NULL. */
void conversations_set_current(struct conversations *all, struct conversation *c);
/* A segment was taken. */
void conversations_touch(struct conversations *all, struct conversation *c);
/* Both sides have closed it. */
void conversations_close(struct conversations *all, struct conversation *c);

struct conversation *conversations_longest_idle(const struct conversations *all); /* or NULL */
unsigned conversations_count(const struct conversations *all);
unsigned conversations_of(const struct conversations *all, const struct address *source);

#endif
