/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SHA-256 of a file, made of its bytes as they are written.
 *
 * It knows two places: where the file ends, and where its last whole unit ends, to which an
 * error takes it back.  A file that is finished without its last bytes (output_kind.mark) has
 * the sum of the others: so many are held back.
 */
#ifndef POTSHERD_STORE_OUTPUT_HASH_H
#define POTSHERD_STORE_OUTPUT_HASH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/digest.h"

struct output_hash;

/* Of an empty file, of which the last `hold` bytes may be left out in the end. */
struct output_hash *output_hash_new(size_t hold);
void output_hash_free(struct output_hash *h); /* NULL is fine, here and below */

void output_hash_add(struct output_hash *h, struct bytes bytes);
void output_hash_mark_whole(struct output_hash *h); /* a unit ends here */
/* Back to the last whole unit; then `n` bytes of the file from `from` on are added.  False
 * with errno when they cannot be read. */
bool output_hash_cut(struct output_hash *h, int fd, off_t from, off_t n);
/* Once; `without_held`: of the file without the bytes that are held back. */
void output_hash_end(struct output_hash *h, bool without_held, uint8_t sum[SHA256_BYTES]);

/* Of a file that is there: its first `n` bytes.  False with errno. */
bool output_hash_read(int fd, off_t n, uint8_t sum[SHA256_BYTES]);

#endif
