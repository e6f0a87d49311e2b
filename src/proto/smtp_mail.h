/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mail transaction of an SMTP session: the envelope that commands build, and messages
 * from the beginning of their text until all is known of them.
 *
 * The client chooses how many messages wait for their replies, so none is searched for: a
 * command knows its message, and a message its neighbours.  Each step costs O(1).
 */
#ifndef POTSHERD_PROTO_SMTP_MAIL_H
#define POTSHERD_PROTO_SMTP_MAIL_H

#include "proto/layer.h"
#include "proto/smtp_refusal.h"

#define SMTP_CODE_UNKNOWN 0 /* the reply was not seen */

struct envelope {
    bool has_from;
    struct bytes from; /* own copy */
    struct recipient *recipients;
    size_t count, room;
    size_t bytes; /* of the paths */
    uint64_t dropped, accepted, rejected;
};

/* A text that has begun, or that BDAT has offered.  Whether that is a message is known
 * with the reply. */
struct message {
    struct mail mail;
    struct envelope envelope;
    bool has_envelope; /* BDAT: not before its replies are there */
    bool begun;        /* EVENT_MAIL_BEGIN was emitted */
    bool wanted;       /* it is a message: the server has let it in, or there is an envelope */
    bool early_reply;
    bool over;                    /* done, or dropped; only commands know it yet */
    unsigned commands;            /* in the queue that know it: it stays until they are gone */
    struct message *older, *next; /* in smtp_mail.messages, until it is over */
};

/* How a line ended; servers differ in which of these they go by. */
enum line_end { LINE_OPEN, LINE_CRLF, LINE_LF, LINE_CR };

struct smtp_mail {
    struct envelope envelope;
    struct smtp_refusal refusal; /* the same transaction, while it is no message */
    bool envelope_lost;          /* commands are missing that may have been its */
    struct bytes helo, auth_user;
    struct message *messages, *newest; /* oldest first; a list that nobody walks */
    size_t messages_held;              /* bytes of memory */
    struct message *current;           /* the text being sent */
    time_us data_ts;                   /* when DATA or the first BDAT was complete */
    enum line_end before;              /* what the next byte follows */
    bool cr;                           /* the byte taken last is a CR */
    bool dot;                          /* ... or a dot after `before`, which is held back */
    enum line_end dot_end;             /* and what is held back behind it; a CR may become CR LF */
    bool strict_lf, strict_cr;         /* the server has shown that a bare one ends no line */
    unsigned gap_lines;                /* lines after a gap in a text that may be commands */
};

int smtp_mail_verdict(int code); /* VERDICT_* */
void smtp_mail_fini(struct smtp_mail *t);
size_t smtp_mail_held(const struct smtp_mail *t); /* bytes of memory beside the struct */
void smtp_mail_set_user(struct smtp_mail *t, struct bytes user);

/* RFC 3030 section 2: without MAIL and RCPT there is nothing that BDAT could be for. */
bool smtp_mail_may_have_envelope(const struct smtp_mail *t);

/* A text is there, or will be; no event says so yet. */
struct message *smtp_mail_offer(struct layer *l, struct smtp_mail *t);
/* The server has let the text begin, or it is there without a reply in sight. */
void smtp_mail_begin(struct layer *l, struct smtp_mail *t);
void smtp_mail_finish(struct layer *l, struct smtp_mail *t, struct message *m);
/* Frees it if it is over and no command knows it. */
void smtp_mail_release(struct smtp_mail *t, struct message *m);

/* RFC 2033 section 4.2: LMTP has one for each recipient.  How many beyond the first. */
size_t smtp_mail_further_replies(const struct message *m, bool lmtp);
/* The reply for the recipient before the last `left`. */
void smtp_mail_reply_recipient(struct message *m, size_t left, int code);
/* The reply to the end of a message's text; `m` may be NULL or over. */
void smtp_mail_reply(struct layer *l, struct smtp_mail *t, struct message *m, int code);
/* The reply to MAIL, RCPT, RSET, HELO, QUIT; `m` is the message that the command ends. */
void smtp_mail_apply(struct layer *l, struct smtp_mail *t, unsigned verb, struct bytes argument,
                     time_us ts, struct message *m, int code);
/* The transaction at hand is over. */
void smtp_mail_leave(struct layer *l, struct smtp_mail *t);
/* The reply to BDAT; it may come before the last chunk is all there. */
void smtp_mail_apply_chunk(struct layer *l, struct smtp_mail *t, struct message *m, bool last,
                           int code);

/* Bytes of the current text as they are, from BDAT. */
void smtp_mail_add(struct layer *l, struct smtp_mail *t, struct bytes bytes);
enum text_end {
    TEXT_GOES_ON,
    TEXT_ENDS,    /* CR LF, dot, CR LF */
    TEXT_MAY_END, /* a dot alone, but with a bare LF or CR before or after it: the server decides */
};
/* Bytes of the text after DATA, up to its end or what may be it.  After a gap it takes one line
 * at a time, see smtp_mail_may_be_over. */
enum text_end smtp_mail_take_text(struct layer *l, struct smtp_mail *t, struct bytes in,
                                  size_t *used);
/* After TEXT_MAY_END: the LF of a CR that has ended the dot's line; GOES_ON: there is none. */
enum text_end smtp_mail_take_lf(struct smtp_mail *t, struct bytes in, size_t *used);
/* After TEXT_MAY_END: the dot was text, since the server goes by other line ends. */
void smtp_mail_dot_was_text(struct layer *l, struct smtp_mail *t);
/* Nothing follows: what was held back since it could have become the end is text. */
void smtp_mail_release_dot(struct layer *l, struct smtp_mail *t);
/* The next bytes begin a line of which a gap may have hidden that it is no text. */
bool smtp_mail_may_be_over(const struct smtp_mail *t);
void smtp_mail_gap(struct layer *l, struct smtp_mail *t, uint64_t missing);

#endif
