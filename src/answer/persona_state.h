/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of a persona: what it is, and what it still has to do. */
#ifndef POTSHERD_ANSWER_PERSONA_STATE_H
#define POTSHERD_ANSWER_PERSONA_STATE_H

#include "answer/persona.h"
#include "answer/persona_file.h"
#include "base/buf.h"

#define PERSONA_FIRST_MAX 256 /* of what a client says first */
#define PERSONA_WORD_ROOM 256 /* a name or address, and its NUL */
#define TIME_NEVER        INT64_MAX
#define PERSONA_DATE_ROOM 40

enum wish { /* what `due` is for */
            WISH_NONE,
            WISH_REFUSE, /* bytes of no protocol: say so, when nothing else comes */
            WISH_PAGE,   /* the answer to a POST, when its body is there */
};

struct mailbox; /* persona_smtp.c */

struct persona {
    struct personas *set;
    const struct persona_file *http, *socks, *relay;
    struct persona_facts facts;
    struct buf out;
    struct buf first;      /* what the client said first, while that is of interest */
    struct mailbox *mail;  /* NULL: none yet */
    char *target, *host;   /* of the newest proxy request; own copies */
    unsigned posted_depth; /* what comes there is a POST's body; 0: none */
    time_us due;           /* TIME_NEVER: nothing waits */
    enum wish wish;
    bool understood;     /* some parser knows what the client speaks */
    bool collects_first; /* the client sends to a target for which no persona speaks */
    bool deaf;           /* the bytes of the request itself are still to come */
    bool first_given;    /* ... and has been handed out */
    bool closes;
    bool flooded; /* ... because of PERSONA_SAY_MAX */
    bool served;  /* an upload: whatever comes is taken */
    uint64_t serial;
};

#endif
