/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread that hashes beside its caller, who goes on with the bytes: what is added is copied, and
 * hashed in the order of the calls.  When 4 MiB wait the caller waits, too.
 */
#ifndef POTSHERD_BASE_DIGESTER_H
#define POTSHERD_BASE_DIGESTER_H

#include "base/digest.h"

struct digester; /* of one caller */

struct digester *digester_new(void);
void digester_free(struct digester *d); /* what waits is hashed first; NULL is fine */

/* As digest_add, later: `to` is the thread's until digester_wait. */
void digester_add(struct digester *d, struct digest *to, struct bytes bytes);
void digester_wait(struct digester *d); /* until nothing waits */

#endif
