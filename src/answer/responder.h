/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the two files of the responder share: answer.c, which opens and closes it, and
 * responder.c, which it runs in.
 */
#ifndef POTSHERD_ANSWER_RESPONDER_H
#define POTSHERD_ANSWER_RESPONDER_H

#include "answer/asked.h"
#include "answer/conversations.h"
#include "answer/handshake.h"
#include "answer/outlet.h"
#include "potsherd/answer.h"

struct answer {
    struct answer_options options;
    struct answer_counts counts;
    struct scope scope;
    struct peers peers;
    struct personas *personas, *fresh; /* `fresh`: being read again */
    unsigned fresh_count;
    struct outlet outlet;
    struct handshakes *handshakes;
    struct asked *asked;
    struct conversations *conversations;
    struct rate *challenge_rate, *challenges_rate; /* by source, in all */
    struct cookie_key key;
    struct wheel wheel;
    struct sender *own_sender; /* with `put` */
    unsigned emitted;          /* segments since pump() looked */
    unsigned turns;            /* since answer_flush */
};

#endif
