/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each protocol can say of a first line or message, for detect.c.  All of
 * them look at the bytes only and keep nothing.
 */
#ifndef POTSHERD_PROTO_DETECT_H
#define POTSHERD_PROTO_DETECT_H

#include <stdbool.h>

#include "base/buf.h"

#define HTTP_METHOD_MAX 32

enum http_line {
    HTTP_LINE_GOOD,       /* a request line of RFC 9112 section 3 (and of old spam tools) */
    HTTP_LINE_BAD,        /* ends in an HTTP version, but is not well formed */
    HTTP_LINE_NO_VERSION, /* begins with a known method, no version */
    HTTP_LINE_OTHER,
};
bool http_is_token(uint8_t c);                     /* RFC 9110 section 5.6.2 */
enum http_line http_judge_line(struct bytes line); /* without its LF */

enum socks4_judgement { SOCKS4_GOOD, SOCKS4_MORE, SOCKS4_BAD };
enum socks4_judgement socks4_judge(struct bytes in);

enum smtp_verb_kind {
    SMTP_VERB_NONE,
    SMTP_VERB_SHARED, /* other protocols have it too (QUIT, NOOP, ...) */
    SMTP_VERB_OWN,    /* HELO, EHLO, MAIL FROM:, RCPT TO: */
};
enum smtp_verb_kind smtp_judge_line(struct bytes line);
bool smtp_may_begin_verb(struct bytes in); /* an unfinished line could become a command */

#endif
