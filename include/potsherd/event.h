/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event vocabulary: what the parsers report of a conversation.
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

enum direction { FROM_CLIENT, FROM_SERVER };  /* client: the side that opened the connection */
const char *direction_name(enum direction d); /* "client", "server" */

/* X(name, word in the columns `module` and `protocol`) */
#define MODULES(X)                                                                                 \
    X(NONE, "")                                                                                    \
    X(HTTP, "http")                                                                                \
    X(SOCKS4, "socks4")                                                                            \
    X(SOCKS4A, "socks4a")                                                                          \
    X(SOCKS5, "socks5")                                                                            \
    X(SMTP, "smtp")                                                                                \
    X(TLS, "tls")                                                                                  \
    X(OTHER, "other") /* bytes of none of these */

enum module {
#define MODULE_ENUM(name, word) MODULE_##name,
    MODULES(MODULE_ENUM)
#undef MODULE_ENUM
};
const char *module_name(enum module m); /* as in the columns `module` and `protocol` */

enum request_class {
    CLASS_CONNECT_SMTP,
    CLASS_CONNECT_OTHER,
    CLASS_GET,
    CLASS_ERROR,
    CLASS_PROXY_COUNT,            /* those before are asked of a proxy */
    CLASS_WEB = CLASS_PROXY_COUNT /* asked of the server itself: no proxy request */
};
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
    struct bytes mechanism; /* HTTP: of Proxy-Authorization, upper case; empty: none was given */
    const char *error;      /* what is malformed, or NULL */
    int reply;              /* status or reply code, or REPLY_NONE */
    int accepted;           /* VERDICT_* */
};

/* Verbs that act on a session or a message. */
enum smtp_verb {
    SMTP_OTHER, /* any other, known or not */
    SMTP_HELO,  /* and EHLO, LHLO */
    SMTP_MAIL,
    SMTP_RCPT,
    SMTP_DATA,
    SMTP_BDAT,
    SMTP_RSET,
    SMTP_AUTH,
    SMTP_STARTTLS,
    SMTP_QUIT,
    SMTP_VERB_COUNT
};

enum smtp_kind {
    SMTP_COMMAND,
    SMTP_AUTH_LINE,   /* the answer to a 334 */
    SMTP_END_OF_TEXT, /* the lone dot */
};

enum smtp_mechanism {
    SMTP_AUTH_OTHER, /* shows no user */
    SMTP_AUTH_PLAIN,
    SMTP_AUTH_LOGIN,
    SMTP_AUTH_CRAM_MD5,
    SMTP_AUTH_DIGEST_MD5,
    SMTP_AUTH_XOAUTH2,
    SMTP_AUTH_OAUTHBEARER,
    SMTP_AUTH_SCRAM,
    SMTP_AUTH_NTLM,
};

enum smtp_credential { /* what an AUTH command or line holds */
                       SMTP_CREDENTIAL_NONE,
                       SMTP_CREDENTIAL_USER,
                       SMTP_CREDENTIAL_PASSWORD,
                       SMTP_CREDENTIAL_BOTH,
                       SMTP_CREDENTIAL_NAMED,  /* a message of the mechanism's own, which may name
                                                  the user */
                       SMTP_CREDENTIAL_CANCEL, /* "*" (RFC 4954 section 4) */
};

struct smtp_command { /* a line of the client's, decoded */
    enum smtp_kind kind;
    enum smtp_verb verb;           /* of SMTP_COMMAND */
    struct bytes word;             /* the first, as sent */
    struct bytes argument;         /* what follows it, trimmed */
    struct bytes path;             /* MAIL, RCPT: without brackets */
    bool malformed;                /* BDAT without a size */
    bool chunk_last;               /* BDAT LAST */
    uint64_t chunk_size;           /* BDAT */
    enum smtp_mechanism mechanism; /* AUTH */
    struct bytes response;         /* AUTH: the initial response */
    enum smtp_credential credential;
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

struct login {              /* a user and password that was tried */
    time_us ts;             /* when both were there */
    struct bytes mechanism; /* upper case */
    struct bytes user, password;
    int reply;    /* or REPLY_NONE */
    int accepted; /* VERDICT_* */
};

struct refusal {                 /* a mail transaction that came to no message */
    time_us ts;                  /* of its MAIL command */
    enum module module;          /* what carried it */
    const struct target *target; /* of the innermost proxy, or NULL */
    struct bytes helo, auth_user, from, first_rcpt;
    uint64_t recipients, rejected;
    int reply; /* the last code of 400 or more, or REPLY_NONE */
};

#define EVENT_TYPES(X)                                                                             \
    X(PROTOCOL)     /* a layer's protocol is settled: module, depth */                             \
    X(METHODS)      /* SOCKS5 greeting: bytes = the methods offered */                             \
    X(LOGIN)        /* SOCKS5 user and password (RFC 1929): request->user, password */             \
    X(LOGIN_DONE)   /* a user and password, and whether they were let in: login */                 \
    X(REFUSAL)      /* refusal */                                                                  \
    X(REQUEST)      /* a request is complete, the proxy owes a reply: request */                   \
    X(REQUEST_DONE) /* its reply is known, or will never be: request */                            \
    X(COMMAND)      /* a line of an SMTP client: command; bytes: the line, "." for the end of a    \
                       text */                                                                     \
    X(MAIL_BEGIN)   /* a message's text begins: mail (the envelope may still grow); it becomes     \
                       MAIL_DONE or MAIL_NONE */                                                   \
    X(MAIL_TEXT)    /* some of it, dot-unstuffed: mail, bytes */                                   \
    X(MAIL_GAP)     /* `missing` bytes of it are missing here: mail */                             \
    X(MAIL_DONE)    /* all is known that will be: mail */                                          \
    X(MAIL_NONE)    /* it was no message: BDAT was refused, or for nobody: mail */                 \
    X(PROXIED)      /* a PROXY protocol header names the client: address, port */                  \
    X(SERVER_NAME)  /* the server that a TLS client asks for: bytes, lower case */                 \
    X(LIMIT)        /* a cap cut something: text names it */

enum event_type {
#define EVENT_ENUM(name) EVENT_##name,
    EVENT_TYPES(EVENT_ENUM)
#undef EVENT_ENUM
        EVENT_TYPE_COUNT
};
const char *event_name(enum event_type type); /* as in EVENT_TYPES */

struct event {
    enum event_type type;
    time_us ts;
    unsigned depth; /* proxies between the client and the layer that reports this */
    enum module module;
    const struct request *request;
    const struct mail *mail;
    const struct smtp_command *command;
    const struct login *login;
    const struct refusal *refusal;
    struct bytes bytes;
    const struct address *address;
    uint16_t port;
    uint64_t missing;
    const char *text;
};

struct event_sink {
    void (*put)(void *context, const struct event *event);
    void *context;
};

#endif
