/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between parser and mail worker, in the byte order of the machine; neither believes the other. */
#ifndef POTSHERD_MAIL_WORKER_LINK_H
#define POTSHERD_MAIL_WORKER_LINK_H

#include <stdint.h>

#include "potsherd/mail.h"

#define MAIL_CELL_MAX        (512 * 1024) /* bytes: a header's value of three bytes a byte, and room */
#define MAIL_ANSWER_MAX      (16 << 20) /* bytes, but for the contents of attachments: */
#define MAIL_CONTENTS_MAX    (64 << 20) /* as much as MIME decodes of a mail */
#define MAIL_NAME_MAX        4096       /* bytes of a file's name */
#define MAIL_ATTACHMENTS_MAX 1000
#define MAIL_URLS_MAX        1000
#define MAIL_URL_TEXTS       7 /* as struct mail_url has them */

struct mail_request { /* the facts' texts and `n` bytes of the mail follow */
    uint32_t facts[MAIL_FACTS];
    struct address us;
    uint32_t dst_port;
    uint32_t n;
    uint32_t parts; /* enum mail_parts; not MAIL_PARTS_NONE: they are all of the mail */
};

enum mail_parts { MAIL_PARTS_NONE, MAIL_PARTS, MAIL_PARTS_CONTENTS }; /* what is read of them */

/* The cells' bytes follow, then the attachments, then the links, then the attachments' contents. */
struct mail_answer {
    uint32_t flags;
    uint32_t n[MAIL_CELLS];
    uint32_t attachments, urls;
    uint32_t bytes; /* of all that follows */
};

struct mail_answer_url { /* the bytes of its texts follow, in their order */
    uint32_t n[MAIL_URL_TEXTS];
};

struct mail_answer_attachment { /* the bytes of its three texts follow */
    uint64_t size;
    uint8_t sha256[MAIL_SHA256_BYTES];
    uint32_t filename, content_type, found_type; /* bytes */
    uint32_t content;                            /* bytes of it: all, or none that are sent */
};

#endif
