/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run that was killed left in the folder of its records. */
#ifndef POTSHERD_REPAIR_H
#define POTSHERD_REPAIR_H

#include <stdbool.h>

#include "base/log.h"

/* Finishes every .part of records, payloads and audit log (output_file_repair).  Says what
 * it did. */
bool repair_folder(int dir_fd, const char *dir, struct failure *why);

#endif
