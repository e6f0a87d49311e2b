/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one mail of a campaign says, before it is written down as MIME: each cell that records have
 * of it is known here, and not read back from the mail.
 */
#ifndef TOOLS_SPAM_CONTENT_H
#define TOOLS_SPAM_CONTENT_H

#include "mails.h"
#include "spam-template.h"

enum {
    SPAM_LINE_BYTES = 512,
    SPAM_TEXT_BYTES = 256, /* a subject, a link */
    SPAM_HOST_BYTES = 80,
    SPAM_DOMAIN_BYTES = 48,
    SPAM_PATH_BYTES = 128,
    SPAM_LAYOUT_BYTES = 300,
    SPAM_LINKS = SPAM_BLOCKS + 1,
    SPAM_CONTENT_BLOCKS = SPAM_BLOCKS + 2,
    SPAM_CONTENT_LINES = 40,
    SPAM_FILE_BYTES = 1200
};

struct spam_link { /* "http://" host path */
    char host[SPAM_HOST_BYTES];
    char domain[SPAM_DOMAIN_BYTES];
    char path[SPAM_PATH_BYTES];
    const char *shown; /* another host as its text; or empty */
};

struct spam_text_block { /* lines, or else a link */
    uint8_t element;
    uint8_t first, lines;
    uint8_t link; /* number in links */
};

struct spam_content {
    const struct spam_template *template;
    uint64_t number;
    struct rng rng; /* goes on where the writer needs some */
    char subject[SPAM_TEXT_BYTES];
    char message_id[MAIL_ADDRESS + 40];
    char from[MAIL_ADDRESS], to[MAIL_ADDRESS];
    char date[48];
    const char *mailer;
    struct spam_text_block blocks[SPAM_CONTENT_BLOCKS];
    unsigned block_count;
    char lines[SPAM_CONTENT_LINES][SPAM_LINE_BYTES];
    unsigned line_count;
    struct spam_link links[SPAM_LINKS]; /* an image comes last */
    unsigned link_count;
    char file_name[SPAM_HOST_BYTES]; /* empty: no file */
    const char *file_type;
    size_t file_size;
};

/* `t` is borrowed. */
void spam_content_make(const struct spam_plan *plan, const struct spam_template *t, uint64_t number,
                       struct spam_content *content);
/* Bytes of the file, file_size of them. */
void spam_content_file(const struct spam_plan *plan, const struct spam_content *content,
                       uint8_t bytes[SPAM_FILE_BYTES]);

bool spam_content_has_html(const struct spam_content *content);
bool spam_content_has_plain(const struct spam_content *content);
const char *spam_content_type(const struct spam_content *content);
void spam_content_layout(const struct spam_content *content, char out[SPAM_LAYOUT_BYTES]);

/* Shared with who writes it down. */
extern const char *const spam_elements[SPAM_ELEMENTS];
extern const char *const spam_heads[5]; /* names of elements in the head; "": it has none */

#endif
