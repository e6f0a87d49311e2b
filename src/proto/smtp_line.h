/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line grammar of SMTP (RFC 5321 and extensions), and how its first lines are
 * recognised.  Looks at the bytes it is given, keeps nothing.
 */
#ifndef POTSHERD_PROTO_SMTP_LINE_H
#define POTSHERD_PROTO_SMTP_LINE_H

#include "proto/detect.h"

enum smtp_line {
    SMTP_LINE_OTHER,
    SMTP_LINE_COMMON, /* a command of FTP, POP3 or Redis, too (QUIT, NOOP, AUTH, ...) */
    SMTP_LINE_SHARED, /* a word that a text may have (DATA, STARTTLS, ...) */
    SMTP_LINE_OWN,    /* HELO, EHLO, LHLO, MAIL FROM:, RCPT TO: */
};
enum smtp_line smtp_classify_line(struct bytes line);
bool smtp_may_begin_verb(struct bytes in); /* an unfinished line could become a command */

/* A command line without its end; `command` points into it. */
void smtp_read_command(struct bytes line, struct smtp_command *command);

struct smtp_plain { /* where what was encoded stands */
    struct buf decoded, ascii;
};
/* The user in an initial response or an answer to 334 (RFC 4616, LOGIN, sasl.h); false when it
 * holds none.  The user is in `plain`, the caller's. */
bool smtp_read_user(struct bytes text, enum smtp_mechanism mechanism,
                    enum smtp_credential credential, struct smtp_plain *plain, struct bytes *user);
/* Likewise the password of PLAIN and LOGIN. */
bool smtp_read_password(struct bytes text, enum smtp_credential credential,
                        struct smtp_plain *plain, struct bytes *password);

/* RFC 5321 section 4.2: 3DIGIT, then a hyphen on all lines but the last. */
bool smtp_read_reply(struct bytes line, int *code, bool *last);

enum smtp_next { SMTP_NEXT_MORE, SMTP_NEXT_COMMAND, SMTP_NEXT_OTHER };
/* Whether what comes is a command, where it could be text too. */
enum smtp_next smtp_classify_next(struct bytes in);

enum guess smtp_recognise(struct detection *d);

#endif
