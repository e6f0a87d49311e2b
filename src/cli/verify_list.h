/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA256SUMS of a folder as `verify` asks it: what each file that it names should be. */
#ifndef POTSHERD_CLI_VERIFY_LIST_H
#define POTSHERD_CLI_VERIFY_LIST_H

#include "potsherd/manifest.h"

struct verify_entry {
    char *file;
    uint8_t sum[MANIFEST_SUM_BYTES];
    uint64_t line;     /* of the sum that counts, the last; 0: there is none */
    uint64_t conflict; /* an earlier line with another sum, without a note between; or 0 */
    char *removed;     /* why potsherd removed it; NULL: it did not */
};

struct verify_list {              /* all zero: empty */
    bool absent;                  /* there is no manifest; empty, too */
    struct verify_entry *entries; /* by name */
    size_t count;
};

/* False with file and line for what no manifest of a folder holds. */
bool verify_list_read(struct verify_list *l, int dir_fd, const char *dir, struct failure *why);
const struct verify_entry *verify_list_find(const struct verify_list *l, const char *file);
void verify_list_clear(struct verify_list *l);

#endif
