/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of an SMTP session, the queue of commands that wait for their replies, and
 * what a reply does.
 *
 * What a command does to the session is done when its reply is there, or will never be.
 * The client chooses how many commands wait, so none is searched for: the queue is a
 * ring, and what has to be known of all of it is counted.  A command and its reply cost
 * O(1) each, whatever waits.
 */
#ifndef POTSHERD_PROTO_SMTP_REPLY_H
#define POTSHERD_PROTO_SMTP_REPLY_H

#include "proto/smtp_mail.h"

#define SMTP_STATES(X)                                                                             \
    X(COMMAND)                                                                                     \
    X(DATA_WAIT) /* what follows DATA is text or not, as the reply decides */                      \
    X(TEXT)                                                                                        \
    X(DOT_WAIT) /* a dot that may be the end of the text, as the reply decides */                  \
    X(CHUNK)    /* inside BDAT */                                                                  \
    X(AUTH_WAIT)                                                                                   \
    X(AUTH_LINE) /* the next line answers a 334 */                                                 \
    X(TLS_WAIT)                                                                                    \
    X(TLS_BEGIN) /* STARTTLS was granted; in a capture of a decrypted session no TLS follows */    \
    X(OVER)      /* encrypted */

enum client_state {
#define SMTP_STATE_ENUM(name) CLIENT_##name,
    SMTP_STATES(SMTP_STATE_ENUM)
#undef SMTP_STATE_ENUM
};

enum { /* what waits for a reply, besides the verbs of enum smtp_verb */
       WAITING_END_OF_TEXT = SMTP_VERB_COUNT,
       WAITING_LOST, /* any number of commands that are missing in the capture */
       WAITING_KINDS
};

struct command {
    unsigned verb;           /* enum smtp_verb, or WAITING_* */
    struct bytes argument;   /* own copy; name of HELO, path of MAIL and RCPT */
    struct message *message; /* the one it ends, or goes on with, or NULL; it may be over */
    bool last;               /* BDAT LAST */
    size_t replies;          /* LMTP: that are still to come, after this one */
    time_us ts;              /* when it was complete */
    size_t held;             /* bytes of memory */
};

struct smtp {
    enum client_state client;       /* changed by smtp_enter only */
    struct command *queue;          /* commands that wait for their replies: a ring */
    size_t head, waiting;           /* the oldest, how many */
    size_t room;                    /* a power of two, or 0 */
    size_t queue_bytes;             /* what they hold */
    unsigned queued[WAITING_KINDS]; /* how many of each verb wait */
    bool queue_limited;             /* LIMIT was emitted */
    struct smtp_mail mail;
    enum smtp_mechanism mechanism;   /* of the AUTH under way */
    enum smtp_credential credential; /* what the next answer to 334 holds */
    struct buf tried_user;           /* of the newest AUTH; auth_user when it is let in */
    struct buf tried_password;
    struct buf tried_mechanism; /* its word; empty: none is under way, or it was cancelled */
    time_us tried_ts;           /* when the newest line of it came */
    bool lmtp;                  /* LHLO: a reply for each recipient after the text */
    uint64_t chunk_left;
    bool chunk_last;
    bool chunk_untouched; /* none of it has come */
    bool chunk_refused;   /* ... when the server refused it: it may never come */
    bool greeted;
    bool unconfirmed;   /* in mid-conversation, and no reply yet: it may be the text of a message */
    bool replies_lost;  /* some reply to what is queued is missing */
    bool server_seen;   /* since the last gap in its bytes */
    bool lost_answered; /* WAITING_LOST has had a reply */
    bool client_resync; /* a gap may have cut a line */
    uint64_t lost_bytes; /* of commands, since the last one that was seen */
    bool settled;
};

void smtp_enter(struct layer *l, struct smtp *s, enum client_state state);

/* The queue takes `c.argument`. */
void smtp_add_command(struct layer *l, struct smtp *s, struct command c);
bool smtp_queue_empty(const struct smtp *s);
bool smtp_queue_ends_with(const struct smtp *s, unsigned verb);
/* What waits will have no reply any more. */
void smtp_settle_unknown(struct layer *l, struct smtp *s);
/* The client goes on: so it has had the replies, seen here or not. */
void smtp_client_goes_on(struct layer *l, struct smtp *s);
/* The last line of a reply, and what stands behind its code. */
void smtp_take_reply(struct layer *l, struct smtp *s, int code, struct bytes text);

/* BDAT without LAST, and the client has turned to something else. */
void smtp_abandon_chunks(struct layer *l, struct smtp *s);
/* The end of the text was in a gap, and so may be the beginning of what follows. */
void smtp_end_text_without_dot(struct layer *l, struct smtp *s, int code);

void smtp_queue_fini(struct smtp *s);

#endif
