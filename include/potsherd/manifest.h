/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SHA256SUMS: which finished files a folder has, and the SHA-256 of each, in the format of
 * sha256sum(1); who writes the files appends to it.
 *
 *   8f43...9d21  requests-20061123T094200Z.csv
 *   # removed requests-20061123T094200Z.csv: older than 30 days
 *
 * A sum is there before its file gets its final name.  Notes, which sha256sum passes over, say
 * what potsherd itself did to a file later: "removed" (--keep, --max-disk, compressed, could
 * not be named), and "repaired", before the sum of what a run that did not end left; its sum
 * was made by reading the file, all others as its bytes were written.  The last sum of a name
 * counts.
 *
 * Lines that cannot be written (a full disk) wait in memory.  For any thread.
 */
#ifndef POTSHERD_MANIFEST_H
#define POTSHERD_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"

#define MANIFEST_NAME      "SHA256SUMS"
#define MANIFEST_SUM_BYTES 32
#define MANIFEST_BYTES_MAX (UINT64_C(1) << 28) /* of one that is read: two million files */
#define MANIFEST_LINE_MAX  4096
#define MANIFEST_FILE_ROOM 256 /* of a file's name, with its NUL */

/* --- writing --- */

struct manifest;

/* Of a folder; both arguments are borrowed, and dir_fd may be AT_FDCWD.  `sync`: each line
 * onto the disk.  NULL with a message when a file that is there cannot be appended to.  No
 * file is made yet. */
struct manifest *manifest_open(int dir_fd, const char *dir, bool sync, struct failure *why);
/* Of a run that ends with the first error: what cannot be appended is said at the end alone. */
void manifest_wait_quietly(struct manifest *m);
void manifest_add(struct manifest *m, const char *file, const uint8_t sum[MANIFEST_SUM_BYTES]);
/* `what`: "removed", "repaired". */
void manifest_note(struct manifest *m, const char *what, const char *file, const char *why);
void manifest_flush(struct manifest *m); /* lines that wait; NULL is fine */
/* False with a message when lines are lost.  NULL is fine. */
bool manifest_close(struct manifest *m, struct failure *why);

/* Files of these names are about to be written again (replay --force): their lines go. */
bool manifest_replace(int dir_fd, const char *dir, bool (*is_replaced)(const char *file),
                      struct failure *why);

/* --- reading --- */

enum manifest_kind { MANIFEST_SUM, MANIFEST_REMOVED, MANIFEST_REPAIRED, MANIFEST_REMARK };

struct manifest_line {
    enum manifest_kind kind;
    char file[MANIFEST_FILE_ROOM]; /* empty for a remark */
    uint8_t sum[MANIFEST_SUM_BYTES];
    char why[128]; /* of a note */
};

/* A line without its end.  False, with what is wrong, for what no manifest holds: also for a
 * name that is not that of a file in the folder itself. */
bool manifest_parse(struct bytes line, struct manifest_line *out, struct failure *why);

#endif
