/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What emails.csv and recipients.csv say of the messages that are selected, kept until their
 * payloads come, which stand in other files and in another order: in a file without a name in the
 * folder that is written to.  In memory is a key a message (keys.h), and nothing else; on disk some
 * 200 bytes a message and 50 a recipient.
 */
#ifndef POTSHERD_EXPORT_ENVELOPES_H
#define POTSHERD_EXPORT_ENVELOPES_H

#include "base/buf.h"
#include "export/keys.h"

enum envelope_cell {
    ENVELOPE_TS,
    ENVELOPE_SENSOR,
    ENVELOPE_SRC_IP,
    ENVELOPE_DST_IP,
    ENVELOPE_DST_PORT,
    ENVELOPE_MODULE,
    ENVELOPE_TARGET_HOST,
    ENVELOPE_TARGET_IP,
    ENVELOPE_TARGET_PORT,
    ENVELOPE_HELO,
    ENVELOPE_MAIL_FROM,
    ENVELOPE_SIZE,
    ENVELOPE_SHA256,
    ENVELOPE_COMPLETE,
    ENVELOPE_MISSING,
    ENVELOPE_CELLS, /* of what `extract` writes; and of what `share` does, too: */
    ENVELOPE_SRC_PORT = ENVELOPE_CELLS,
    ENVELOPE_CC,
    ENVELOPE_AS,
    ENVELOPE_AS_NAME,
    ENVELOPE_RCPT_COUNT,
    ENVELOPE_SUBJECT,
    ENVELOPE_HEADER_FROM,
    ENVELOPE_MESSAGE_ID,
    ENVELOPE_MAILER,
    ENVELOPE_CONTENT_TYPE,
    ENVELOPE_LANGUAGE,
    ENVELOPE_TAGS,
    ENVELOPE_CELLS_MOST
};

struct envelopes { /* of all messages; envelopes_open first */
    struct keys messages;
    unsigned cells; /* of each message */
    int fd;
    uint64_t written;
    struct buf out;
    int error; /* errno of the first write or read that failed; 0: none */
};

struct envelope { /* zero it first; as bytes, without the escapes of records */
    struct bytes cells[ENVELOPE_CELLS_MOST];
    struct bytes *recipients;
    size_t recipient_count, recipient_room;
    struct buf memory, parts;
};

/* `cells`: ENVELOPE_CELLS or ENVELOPE_CELLS_MOST.  False with errno. */
bool envelopes_open(struct envelopes *f, unsigned cells, int dir_fd);
void envelopes_close(struct envelopes *f);
/* A row of emails.csv, with doubled quotes.  False: its message is there already. */
bool envelopes_add(struct envelopes *f, uint64_t uid, uint32_t n, const struct bytes *row);
/* A recipient that was not rejected; `path` as bytes. */
void envelopes_add_recipient(struct envelopes *f, struct key *message, struct bytes path);
/* Valid until the next call.  False with errno. */
bool envelopes_read(struct envelopes *f, const struct key *message, struct envelope *out);
void envelope_fini(struct envelope *m);

#endif
