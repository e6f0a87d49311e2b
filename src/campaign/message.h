/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What campaigns know of a message: the facts that they count, and its features, by which messages
 * are put together.  As a record of bytes it goes through the sorters.
 */
#ifndef POTSHERD_CAMPAIGN_MESSAGE_H
#define POTSHERD_CAMPAIGN_MESSAGE_H

#include <stdbool.h>

#include "base/buf.h"
#include "potsherd/time.h"

#define MESSAGE_FEATURES_MAX  256  /* of one message; more are counted */
#define MESSAGE_TEXT_MAX      1024 /* bytes of a text that are kept; its hash is of all */
#define MESSAGE_KEY_BYTES     16
#define MESSAGE_SIGNATURE_MAX 64

/* In the order in which they lead to a campaign: the first four cannot be obfuscated. */
#define FEATURE_LIST(X)                                                                            \
    X(CONTENT_TYPE, content_type)                                                                  \
    X(CHARSET, charset)                                                                            \
    X(LANGUAGE, language)                                                                          \
    X(LAYOUT, layout)                                                                              \
    X(SUBJECT, subject)                                                                            \
    X(ATTACHMENT, attachment)                                                                      \
    X(LINK_DOMAIN, link_domain)                                                                    \
    X(LINK_HOST, link_host)                                                                        \
    X(LINK_PATH, link_path)

enum feature_kind {
#define FEATURE_ENUM(NAME, name) FEATURE_##NAME,
    FEATURE_LIST(FEATURE_ENUM)
#undef FEATURE_ENUM
        FEATURE_KINDS
};
#define FEATURE_INVARIANTS FEATURE_SUBJECT /* so many */

/* Facts that are texts, as they stand in emails.csv. */
enum message_fact {
    ABOUT_UID,
    ABOUT_EMAIL_N,
    ABOUT_SRC_IP,
    ABOUT_SRC_CC,
    ABOUT_SRC_ASN,
    ABOUT_SENSOR,
    ABOUT_MODULE,
    ABOUT_DST_PORT,
    ABOUT_FROM_DOMAIN,
    ABOUT_TAGS,
    ABOUT_COUNT
};

struct feature {
    enum feature_kind kind;
    uint64_t hash; /* of kind and text; never 0 */
    struct bytes text;
    uint64_t count, spread; /* messages that have it; among how many different roots (paths.h) */
};

struct message {
    uint8_t key[MESSAGE_KEY_BYTES]; /* of connection and number */
    time_us ts;
    uint64_t recipients;
    struct bytes facts[ABOUT_COUNT];
    struct bytes signature; /* of its text: bytes, or none */
    unsigned feature_count, features_left_out;
    struct feature features[MESSAGE_FEATURES_MAX];
};

/* The same for all runs and versions: incremental runs and ids stand on it. */
uint64_t feature_hash(enum feature_kind kind, struct bytes text);
void message_key(struct bytes uid, struct bytes email_n, uint8_t key[MESSAGE_KEY_BYTES]);

/* Without facts and features. */
void message_clear(struct message *m);

/* Once: a feature that is there is not added again; nor is one without text.  Of the text what is
 * kept may be less than was hashed. */
void message_add_feature(struct message *m, enum feature_kind kind, struct bytes text);
void message_add_hashed(struct message *m, enum feature_kind kind, uint64_t hash,
                        struct bytes text);
struct bytes feature_text(struct bytes text); /* what is kept */

/* Without the key: appended to `out`. */
void message_pack(const struct message *m, struct buf *out);
/* All but the key; texts point into `record`.  False: it is no such record. */
bool message_unpack(struct bytes record, struct message *m);

/* Numbers as seven bits a byte. */
void pack_number(struct buf *out, uint64_t value);
void pack_text(struct buf *out, struct bytes text);
bool unpack_number(struct bytes *rest, uint64_t *value);
bool unpack_text(struct bytes *rest, struct bytes *text);

#endif
