/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event vocabulary: what the parsers say was said in a conversation.
 *
 * Two kinds of readers: record writes down what is settled (*_DONE, MAIL_*);
 * answer acts on what the server owes a reply to (METHODS, LOGIN, REQUEST,
 * COMMAND).  Everything pointed to is borrowed and ends with the call.
 */
#ifndef POTSHERD_EVENT_H
#define POTSHERD_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "potsherd/address.h"
#include "potsherd/time.h"

enum direction { FROM_CLIENT, FROM_SERVER }; /* client: the side that opened the connection */

enum module {
    MODULE_NONE,
    MODULE_HTTP,
    MODULE_SOCKS4,
    MODULE_SOCKS4A,
    MODULE_SOCKS5,
    MODULE_SMTP,
    MODULE_OTHER, /* bytes of none of these */
};
const char *module_name(enum module m); /* as in the columns `module` and `protocol` */

enum request_class { CLASS_CONNECT_SMTP, CLASS_CONNECT_OTHER, CLASS_GET, CLASS_ERROR };
const char *request_class_name(enum request_class c); /* as in the column `class` */

#define REPLY_NONE   (-1) /* no reply in sight */
#define VERDICT_NONE (-1) /* accepted or not: not known */
#define VERDICT_NO   0
#define VERDICT_YES  1
#define SMTP_PORT    25

struct target {        /* what a proxy is asked for */
    struct bytes text; /* as asked for */
    struct bytes host; /* a name, lower case; empty when the target is an address */
    struct address ip; /* family 0 when the target is a name */
    uint16_t port;     /* 0: none */
};

struct request {    /* one request to a proxy */
    unsigned n;     /* 1 for the first of the conversation */
    unsigned depth; /* 1 for the outermost proxy */
    enum module module;
    enum request_class class;
    time_us ts;           /* when it was complete */
    struct bytes command; /* upper case */
    struct target target;
    struct bytes user, password, user_agent;
    const char *error; /* what is malformed, or NULL */
    int reply;         /* status or reply code, or REPLY_NONE */
    int accepted;      /* VERDICT_* */
};

struct recipient {
    struct bytes path; /* forward-path without brackets */
    int accepted;      /* VERDICT_* */
};

struct mail {                    /* one message and its envelope */
    unsigned n;                  /* of the text: 1 for the first of the conversation */
    time_us ts;                  /* when DATA or the first BDAT was complete */
    enum module module;          /* what carried it */
    const struct target *target; /* of the innermost proxy, or NULL */
    struct bytes helo, auth_user;
    bool has_from;
    struct bytes from; /* reverse-path without brackets; empty: the null path */
    const struct recipient *recipients;
    uint64_t recipient_count;    /* in `recipients` */
    uint64_t recipients_dropped; /* over the cap, not in `recipients` */
    uint64_t rcpt_count;         /* not rejected */
    uint64_t rcpt_rejected;
    uint64_t missing_bytes; /* of the text */
    bool ended;             /* its end was seen */
    int reply;              /* to the end of the text, or REPLY_NONE */
};

#define EVENT_TYPES(X)                                                                             \
    X(PROTOCOL)     /* a layer's protocol is settled: module, depth */                             \
    X(METHODS)      /* SOCKS5 greeting: bytes = the methods offered */                             \
    X(LOGIN)        /* SOCKS5 user and password (RFC 1929): request->user, password */             \
    X(REQUEST)      /* a request is complete, the proxy owes a reply: request */                   \
    X(REQUEST_DONE) /* its reply is known, or will never be: request */                            \
    X(COMMAND)      /* an SMTP command line: bytes; "." for the end of a text */                   \
    X(MAIL_BEGIN)   /* a message's text begins: mail (the envelope may still grow); it becomes     \
                       MAIL_DONE or MAIL_NONE */                                                   \
    X(MAIL_TEXT)    /* some of it, dot-unstuffed: mail, bytes */                                   \
    X(MAIL_GAP)     /* `missing` bytes of it are missing here: mail */                             \
    X(MAIL_DONE)    /* all is known that will be: mail */                                          \
    X(MAIL_NONE)    /* it was no message: BDAT was refused, or for nobody: mail */                 \
    X(LIMIT)        /* a cap cut something: text says which */

enum event_type {
#define EVENT_ENUM(name) EVENT_##name,
    EVENT_TYPES(EVENT_ENUM)
#undef EVENT_ENUM
        EVENT_TYPE_COUNT
};

struct event {
    enum event_type type;
    time_us ts;
    unsigned depth; /* proxies passed on the way to the layer that says this */
    enum module module;
    const struct request *request;
    const struct mail *mail;
    struct bytes bytes;
    uint64_t missing;
    const char *text;
};

struct event_sink {
    void (*put)(void *context, const struct event *event);
    void *context;
};

#endif
