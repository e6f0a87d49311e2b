/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run that was killed left in the folder of its records. */
#ifndef POTSHERD_REPAIR_H
#define POTSHERD_REPAIR_H

#include <stdbool.h>

#include "base/log.h"
#include "potsherd/output_file.h"

/* Finishes every .part of records, payloads and audit log (output_file_repair).  Says what
 * it did. */
bool repair_folder(const struct output_place *place, struct failure *why);

#endif
