/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What would a proxy or a mail server say now?  Personas are text files under
 * rules/personas (GLib key files); their comments document them.
 *
 * What a client can make it say before anything is sent is bounded by PERSONA_SAY_MAX and
 * one reply more; who asks for more at once is left.
 *
 * One struct persona goes with a conversation.  It is driven by the events of the
 * parsers, fills a buffer with what is to be sent, and says when to close.  It
 * sends nothing itself, looks nothing up; the current time is an argument.
 */
#ifndef POTSHERD_ANSWER_PERSONA_H
#define POTSHERD_ANSWER_PERSONA_H

#include "base/log.h"
#include "potsherd/answer.h"
#include "potsherd/event.h"

#define PERSONA_QUIET      (2 * TIME_SECOND)     /* bytes of no protocol, then silence */
#define PERSONA_BODY_QUIET (3 * TIME_SECOND / 2) /* a POST is answered after its body */

#define PERSONA_SAY_MAX 65536 /* bytes; a window full of RCPT has a third of that */

struct personas;

/* All *.persona files of a folder.  NULL when one has a mistake: `why` gives the
 * file and the group, key or line. */
struct personas *personas_load(const char *folder, struct failure *why);
/* The same in steps, for who gets the files as descriptors (borrowed). */
struct personas *personas_new(void);
bool personas_add(struct personas *set, const char *path, int fd, struct failure *why);
bool personas_check(const struct personas *set, const char *folder, struct failure *why);

typedef bool personas_take(void *context, const struct answer_persona *file, struct failure *why);
/* Opens them, in the order of their names. */
bool personas_open(const char *folder, personas_take *take, void *context, struct failure *why);

/* It stays for the conversations that have begun with it, until they end. */
void personas_free(struct personas *set);

/* Whether who connects to a port of this module (of ports.rules) is greeted. */
bool persona_speaks_first(const char *module);

struct persona_facts {
    struct address us, client;
    uint16_t port;      /* ours */
    const char *module; /* of the port, as in ports.rules */
    uint64_t chance;    /* where made-up names come from */
};

struct persona;

struct persona *persona_new(struct personas *set, const struct persona_facts *facts, time_us now);
void persona_free(struct persona *p);

void persona_event(struct persona *p, const struct event *event, time_us now);
/* Bytes of the client, in order, after the events that they led to. */
void persona_hear(struct persona *p, struct bytes bytes, time_us now);
void persona_end(struct persona *p, time_us now); /* the client says nothing more */
time_us persona_next(const struct persona *p);    /* when persona_timer is due, or INT64_MAX */
void persona_timer(struct persona *p, time_us now);

struct bytes persona_say(const struct persona *p); /* what is to be sent */
void persona_said(struct persona *p);              /* it has been taken */
bool persona_closes(const struct persona *p);      /* after that, close */
bool persona_was_flooded(const struct persona *p); /* it closes because of PERSONA_SAY_MAX */

/* What a client said first to a target that nobody here plays: it is all that can
 * be learnt of it.  Empty until then; given once. */
struct bytes persona_first_bytes(struct persona *p);

#endif
