/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What mails say, read by a process that can do nothing else, the mail worker:
 *
 *   parser --request: a mail, how it came--> worker
 *          <--answer: cells, links, files----
 *
 * A worker is forked by a template that has seen no byte of a stranger.  A mail that ends it costs
 * that mail's cells, and the next one gets a fresh worker.
 */
#ifndef POTSHERD_MAIL_H
#define POTSHERD_MAIL_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/address.h"

/* Up to the language as the columns of emails.csv from `subject` on. */
enum mail_cell {
    MAIL_SUBJECT,
    MAIL_FROM,
    MAIL_TO,
    MAIL_MESSAGE_ID,
    MAIL_DATE,
    MAIL_MAILER,
    MAIL_CONTENT_TYPE,
    MAIL_CHARSET,
    MAIL_LANGUAGE,
    MAIL_PROBE,
    MAIL_TAGS,
    MAIL_LAYOUT,
    MAIL_TEXT_SIGNATURE,
    MAIL_CELLS
};

/* X(name, bit, word): words of the column mail_flags. */
#define MAIL_FLAGS(X)                                                                              \
    X(MAIL_LONG_HEADERS, 0, "long-headers")                                                        \
    X(MAIL_MANY_HEADERS, 1, "many-headers")                                                        \
    X(MAIL_CUT_HEADER, 2, "cut-header")                                                            \
    X(MAIL_LOST, 3, "lost")                                                                        \
    X(MAIL_LONG, 4, "long")                                                                        \
    X(MAIL_MANY_PARTS, 5, "many-parts")                                                            \
    X(MAIL_LONG_PARTS, 6, "long-parts")                                                            \
    X(MAIL_MANY_LINKS, 7, "many-links")                                                            \
    X(MAIL_LONG_TEXT, 8, "long-text")                                                              \
    X(MAIL_CUT_TAGS, 9, "cut-tags")

enum mail_flag {
#define MAIL_FLAG(name, bit, word) name = 1u << bit,
    MAIL_FLAGS(MAIL_FLAG)
#undef MAIL_FLAG
};

#define MAIL_HEADERS_MAX  (256 * 1024 + 1) /* bytes that are asked about without the rest */
#define MAIL_BYTES_MAX    (32 << 20) /* of a mail, whose parts are not read when it is longer */
#define MAIL_SHA256_BYTES 32

struct mail_url { /* a link */
    struct bytes url, scheme, host, domain, part, path;
    struct bytes shown_host; /* that its text names, where it is another */
};

struct mail_attachment {
    struct bytes filename, content_type;
    struct bytes found_type;           /* by its first bytes; empty: none that is known */
    uint64_t size;                     /* decoded */
    uint8_t sha256[MAIL_SHA256_BYTES]; /* likewise */
    struct bytes content;              /* MAIL_CONTENTS; empty: it had no room in the answer */
};

struct mail_result {
    uint32_t flags;
    struct bytes cells[MAIL_CELLS]; /* UTF-8, or bytes; valid until the next mail_reader_get */
    const struct mail_attachment *attachments; /* likewise */
    unsigned attachment_count;
    const struct mail_url *urls; /* likewise */
    unsigned url_count;
};

/* --- tag rules, in the parent --- */

struct mail_rules; /* compiled */

/* All *.yar and *.yara of a folder, in the order of their names.  NULL: mistakes are logged by file
 * and line, and `why` sums up. */
struct mail_rules *mail_rules_load(const char *folder, struct failure *why);
void mail_rules_free(struct mail_rules *r); /* NULL is fine */
unsigned mail_rules_count(const struct mail_rules *r);
int mail_rules_export(const struct mail_rules *r, struct failure *why); /* a file; -1: why */
struct mail_rules *mail_rules_import(int fd);                           /* NULL: it is none */

/* --- in the parser --- */

enum mail_fact {
    FACT_HELO,
    FACT_RECIPIENTS, /* the first ones, a line each */
    FACT_MAIL_FROM,
    FACT_TARGET_HOST,
    FACT_MODULE,
    FACT_SRC_IP,
    FACT_SRC_CC,
    MAIL_FACTS
};

struct mail_facts {    /* of how it came, for probes and tag rules */
    struct address us; /* that the client asked; family 0: not known */
    uint16_t dst_port;
    struct bytes texts[MAIL_FACTS];
};

#define MAIL_FACT_MAX 4096 /* bytes of each text */

enum mail_extent { MAIL_HEADERS, MAIL_FULL, MAIL_CONTENTS }; /* the last: files come back, too */

struct mail_source {
    uint64_t size;
    /* `n` bytes from `at` on; how many there are.  Until there is an answer. */
    size_t (*read)(void *context, uint64_t at, uint8_t *to, size_t n);
    void *context;
};

#define MAIL_READER_MAX 64 /* mails that are asked about at a time */

struct mail_reader;

/* `fresh` gives a socket to a new worker, under the number of `place`, which is an open
 * descriptor of no other use; the last worker's is passed then.  -1: there is none any more. */
struct mail_reader *mail_reader_new(int (*fresh)(void *context, int place), void *context,
                                    int place);
void mail_reader_free(struct mail_reader *r);
/* Asks about a mail; answers come in the same order.  Of one longer than MAIL_BYTES_MAX the headers
 * are read, and flagged. */
void mail_reader_put(struct mail_reader *r, const struct mail_source *source,
                     enum mail_extent extent, const struct mail_facts *facts);
void mail_reader_get(struct mail_reader *r, struct mail_result *out);
/* Mails that have no answer yet go to a fresh worker: there are other rules. */
void mail_reader_renew(struct mail_reader *r);

/* --- in the worker --- */

struct mail_tools; /* charsets, domains, tag rules */

struct mail_setup {
    struct mail_rules *rules; /* NULL: none */
    const char *psl;          /* a public suffix list; NULL: the one that is installed */
};

/* In the template; rules are the tools' from here on.  NULL: `why`. */
struct mail_tools *mail_tools_open(const struct mail_setup *setup, struct failure *why);
void mail_tools_close(struct mail_tools *t);
/* Rules of mail_rules_export take the place of those that are in use; false: those stay. */
bool mail_tools_take_rules(struct mail_tools *t, int fd);
/* Answers until the other end is closed.  False: it asked for what nobody asks. */
bool mail_work(const struct mail_tools *t, int socket);

#endif
