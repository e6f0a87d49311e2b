/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UUIDs of names (RFC 9562 section 5.5, version 5): the same name, the same UUID. */
#ifndef POTSHERD_BASE_UUID_H
#define POTSHERD_BASE_UUID_H

#include "base/digest.h"

#define UUID_BYTES    16
#define UUID_TEXT_MAX 37 /* with its NUL */

void uuid_of_name(struct digest *d, const uint8_t space[UUID_BYTES], struct bytes name,
                  char out[UUID_TEXT_MAX]);

#endif
