/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two names of a connection: ours and the one that other tools share. */
#ifndef POTSHERD_RECORD_FLOW_ID_H
#define POTSHERD_RECORD_FLOW_ID_H

#include "base/digest.h"
#include "potsherd/redact.h"
#include "potsherd/stream.h"

#define FLOW_UID_DIGITS       16
#define FLOW_COMMUNITY_ID_MAX 31 /* "1:", 28 characters of base64, NUL */

/* First 16 hexadecimal digits of SHA-256 over "src_ip src_port dst_ip dst_port ts"
 * as they stand in the row, or of a keyed hash where redact_uid makes one; no NUL. */
void flow_uid(const struct connection *c, struct digest *d, struct redact *r,
              char out[FLOW_UID_DIGITS]);

/* Community ID version 1, seed 0: "1:" and base64 of SHA-1 over seed, the ordered
 * addresses, protocol, padding and the ordered ports. */
void flow_community_id(const struct connection *c, struct digest *d,
                       char out[FLOW_COMMUNITY_ID_MAX]);

#endif
