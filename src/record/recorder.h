/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this folder share of a recorder and of a connection's trace; for
 * nobody else. */
#ifndef POTSHERD_RECORD_RECORDER_H
#define POTSHERD_RECORD_RECORDER_H

#include "base/digest.h"
#include "potsherd/evidence.h"
#include "potsherd/record.h"
#include "potsherd/redact.h"
#include "record/flow_id.h"
#include "record/message_rows.h"
#include "record/message_writer.h"
#include "record/row_file.h"
#include "record/scans.h"

struct recorder {
    struct record_options options;
    struct row_place place;
    struct outbox outbox;  /* of a job with a moment */
    time_us segment_begun; /* live: when the current segments' stamp was taken */
    time_us looked;        /* live: when at the directory */
    bool displaced;        /* it is not what its name says any more */
    struct failure was_displaced;
    struct row_file files[RECORD_FILE_COUNT]; /* the message writer has its own */
    struct message_writer *messages;
    struct scans *scans;
    void (*attempt)(struct recorder *r, const struct connection *attempt);
    struct digest *digest;
    struct redact *redact;    /* NULL: nothing is */
    uint64_t web_unkept;      /* requests of class web left out, over the cap of their connection */
    struct buf sensor;        /* as a cell */
    struct buf attempts;      /* of a job, on their way to the process that writes */
    struct buf incoming;      /* a message of a job */
    struct evidence evidence; /* of a job: frames to be saved, on their way likewise */
    struct spool_source spools;
};

struct record_trace {
    struct recorder *recorder;
    struct address us, them; /* the one that the client asked, and the client */
    uint16_t dst_port;
    char uid[FLOW_UID_DIGITS];
    char community_id[FLOW_COMMUNITY_ID_MAX];
    struct buf
        who; /* cells, the same in all rows: sensor to dst_port, service, src_cc to src_as_name */
    size_t who_service, who_place; /* where the latter two begin in it */
    struct buf granted;            /* cells module to target_port of first_bytes.csv */
    struct buf server_name;        /* of the innermost TLS */
    struct address proxied_ip;     /* of a PROXY protocol header; family 0: none */
    uint16_t proxied_port;
    struct buf web;      /* rows of class web until a proxy request; line by line */
    uint64_t web_unkept; /* for which it had no room */
    bool proxied;        /* there was a proxy request */
    uint64_t requests, emails, logins, refusals;
    struct open_messages messages;
};

#endif
