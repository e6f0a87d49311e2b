/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Made-up mails for the tools: no two alike, each a function of the seed and
 * its number alone, so a mail is the same whichever conversation carries it.
 */
#ifndef TOOLS_MAILS_H
#define TOOLS_MAILS_H

#include <stddef.h>
#include <stdint.h>

enum { MAIL_ADDRESS = 96 };

/* Start with all zero; mail_make reuses the buffers, mail_free ends. */
struct mail {
    char from[MAIL_ADDRESS]; /* of the envelope */
    char *text;              /* the payload as the recipient gets it, CRLF line ends */
    size_t len;
    char *wire; /* dot-stuffed, with the final ".\r\n" */
    size_t wire_len;
    size_t room, wire_room;
};

/* `body` = bytes after the header's empty line, line ends included: 0 or at least 2. */
void mail_make(struct mail *mail, uint64_t seed, uint64_t number, size_t body);
/* A mail of one's own; sets all but `from`. */
void mail_set(struct mail *mail, const char *text, size_t len);
void mail_recipient(uint64_t seed, uint64_t number, uint32_t nth, char address[MAIL_ADDRESS]);
void mail_free(struct mail *mail);

#endif
