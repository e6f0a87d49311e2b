/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a client said first to a server that may speak anything: where it logs in, what follows is
 * left out; so is what is neither text nor TLS.
 */
#ifndef POTSHERD_REDACT_FIRST_H
#define POTSHERD_REDACT_FIRST_H

#include "redact/text.h"

void redact_first_bytes(struct redact_text *t, struct bytes bytes, struct buf *out);

#endif
