/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mail says. */
#ifndef POTSHERD_MAIL_ANALYSIS_H
#define POTSHERD_MAIL_ANALYSIS_H

#include "base/digest.h"
#include "mail/charset.h"
#include "mail/domain.h"
#include "mail/headers.h"
#include "mail/parameters.h"
#include "mail/probe.h"
#include "mail/scan.h"
#include "potsherd/mail.h"

struct attachment {
    struct buf filename, content_type;
    const char *found_type; /* NULL: none that is known */
    uint64_t size;
    uint8_t sha256[MAIL_SHA256_BYTES];
    bool has_content; /* it is in analysis.contents */
};

struct analysis {
    struct headers headers;
    struct buf cells[MAIL_CELLS];
    uint32_t flags;
    struct buf charset;             /* of the message, for bytes without one */
    struct attachment *attachments; /* MAIL_ATTACHMENTS_MAX, used again */
    unsigned attachment_count;
    bool wants_contents; /* of attachments, in their order: */
    struct buf contents; /* MAIL_CONTENTS_MAX at most */
    bool has_text;       /* the charset is that of the first text part */
    struct digest *digest;
    struct probe probe;
    struct buf urls; /* as the answer has them */
    unsigned url_count, mismatched;
    struct scan scan;
    struct buf text;           /* of a part, as UTF-8 */
    struct buf visible, prose; /* of all its text parts (visible.h) */
    struct buf host, domain;
    struct parameter parameter;
    struct buf filename; /* of a part */
    struct buf inlined;  /* a file in its text */
};

void analysis_fini(struct analysis *a);
struct mail_tools { /* what is open beforehand */
    struct charsets *charsets;
    struct domains *domains;
    struct mail_rules *rules; /* NULL: none */
};

/* `text`: the mail's headers, as headers_length says; with `parts` the whole mail. */
void analysis_run(struct analysis *a, const struct mail_tools *tools, struct bytes text, bool parts,
                  const struct mail_facts *facts);

#endif
