/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run found and lost, for people, on standard output. */
#ifndef POTSHERD_SUMMARY_H
#define POTSHERD_SUMMARY_H

#include "potsherd/counters.h"

/* `files` that were read, 0: live; `directory` of the records.  False, once said, if it could not
 * be written; a reader that has had enough is no failure. */
bool summary_print(const struct counters *t, unsigned files, const char *directory);

#endif
