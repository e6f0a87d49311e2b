/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --redact: records that can be handed on.  What names a person is replaced by a keyed hash, in
 * every file of a run, before it leaves the process that read it.
 *
 *   recipients  Of each mail address the local part, users as a whole, and passwords.  That is in
 *               the columns that are made for them; in any text of a stranger's where local@domain
 *               stands in it, also percent-encoded or as entities; and in payloads.  In all that a
 *               message brings its envelope recipients' local parts (of three bytes or more, that
 *               are no role such as postmaster) are replaced where they stand alone, too, and where
 *               they stand in base64 or hexadecimal.  Domains stay.
 *   addresses   ... and the last 8 bits of source addresses (IPv4), the last 80 (IPv6), wherever
 *               they stand in the records of their connection; uid is made under the key;
 *               community_id, which anybody can compute of an address, is empty.  Country and AS
 *               are looked up before.
 *   content     ... and what mails say: no payload, no first bytes, no path of a link; subject,
 *               From, To, Message-ID and names of files are hashes.
 *
 * A level has all of those before it.  The hash is HMAC-SHA256 under the key over a label and the
 * value, of which 16 hexadecimal digits stand in the records: not SipHash, which would do and cost
 * less, because who has the key wants to look up an address that he knows with the tools he has.
 * 64 bits: two of 100 million addresses have the same with a probability of 3 in 10,000.
 *
 *   address:john.smith@example.com   in small letters (ASCII), since mail systems see no
 *                                    difference, and a header writes it as it likes
 *   user:  password:  text:          the bytes
 *   uid:192.0.2.1 1234 ...           the text of the column's meaning
 *
 * Of an IPv4 address the last byte is permuted under the key, within its /24: two sources never
 * become one, so that they can still be counted.
 *
 * Payloads keep their headers and text that is sent as it is, both searched.  The body of a part
 * in base64, quoted-printable or uuencode, of one that is no text, or whose charset is no superset
 * of ASCII, is replaced by a line with its length and keyed hash: it could be looked through, but
 * not shown to hold nothing.  So are lines that look like these without being labelled, encoded
 * words of headers, all bodies of a message with missing bytes, and runs too long to be searched.
 * Of first bytes only text and TLS is kept, without what follows commands and headers that log in.
 *
 * Not found: an address that is written so that only people read it (john at example dot com), or
 * cut by markup; what is in a name of a host or in a display name; hashes of addresses in links.
 */
#ifndef POTSHERD_REDACT_H
#define POTSHERD_REDACT_H

#include "base/buf.h"
#include "base/log.h"
#include "potsherd/address.h"
#include "potsherd/payload.h"
#include "potsherd/rows.h"

enum redact_level { REDACT_NOTHING, REDACT_RECIPIENTS, REDACT_ADDRESSES, REDACT_CONTENT };

#define REDACT_KEY_LEAST 16 /* bytes */
#define REDACT_KEY_MOST  4096
#define REDACT_DIGITS    16 /* of a hash */

struct redact_policy { /* never written anywhere */
    enum redact_level level;
    size_t key_bytes; /* 0: no hashes, but as many letters x for each of them */
    uint8_t key[REDACT_KEY_MOST];
};

/* The key in a file, which others than its owner and group may not read. */
bool redact_key_load(const char *path, struct redact_policy *out, struct failure *why);

/* --- source addresses, for who writes them elsewhere than in records --- */

struct redact_addresses; /* for one thread */

/* NULL where addresses stay as they are. */
struct redact_addresses *redact_addresses_new(const struct redact_policy *policy);
void redact_addresses_free(struct redact_addresses *r); /* NULL is fine */
/* `r` NULL: it stays. */
void redact_address(struct redact_addresses *r, struct address *address);

/* --- records ---
 *
 * Cells go through a mask (potsherd/rows.h), which knows by their column what they hold; payloads
 * through redact_each.  What it is about, a connection or a message, is set before.  Every function
 * takes NULL: nothing is redacted. */

struct redact; /* for one thread */

/* NULL where nothing is to be redacted; `policy` is borrowed, and may be NULL. */
struct redact *redact_new(const struct redact_policy *policy);
void redact_free(struct redact *r);
const struct row_mask *redact_mask(struct redact *r); /* valid as long as it is */

/* Rows are of this connection, until the next call; `proxied`: as a PROXY header names, or of
 * family 0. */
void redact_connection(struct redact *r, const struct address *source,
                       const struct address *proxied);
/* And of this message: forward-paths, a line each; none: of no message. */
void redact_recipients(struct redact *r, struct bytes recipients);

/* The uid of this text under the key, as digits.  False: it is not made under the key. */
bool redact_uid(struct redact *r, struct bytes text, char out[REDACT_DIGITS]);

/* payload_each, of what is left.  `gaps`: bytes are missing. */
bool redact_each(struct redact *r, struct payload *p, bool gaps,
                 void (*part)(void *context, struct bytes bytes), void *context);

#endif
