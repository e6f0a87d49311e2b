/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that grows, and how mails encode it: charsets, RFC 2045, RFC 2047. */
#ifndef TOOLS_SPAM_ENCODE_H
#define TOOLS_SPAM_ENCODE_H

#include "spam-template.h"

struct text { /* starts with all zero; text_free ends */
    char *at;
    size_t len, room;
};

void text_free(struct text *text);
void text_add(struct text *text, const void *bytes, size_t len);
void text_add_string(struct text *text, const char *string);
__attribute__((format(printf, 2, 3))) void text_print(struct text *text, const char *format, ...);

/* Appends UTF-8 in another charset.  What that one does not have ends the program: a fault of ours.
 */
void text_add_converted(struct text *text, const struct spam_charset *charset, const char *utf8,
                        size_t len);
/* Appends a body with a line end behind it; `body` has CRLF line ends. */
void text_add_encoded(struct text *text, enum spam_encoding encoding, const struct text *body);
void text_add_base64(struct text *text, const void *bytes, size_t len, size_t line);
/* Appends a header's value, folded: as it is, if it is ASCII and `encode` is false; else as encoded
 * words, in Q or B. */
void text_add_words(struct text *text, const struct spam_charset *charset, const char *utf8,
                    bool encode, bool quoted);

#endif
