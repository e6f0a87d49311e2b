/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a message's payload: in memory up to PAYLOAD_MEMORY_MAX, then in a
 * file without a name in the directory that is written to (where there is no such thing, in
 * one whose name is gone at once).
 */
#ifndef POTSHERD_PAYLOAD_H
#define POTSHERD_PAYLOAD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/digest.h"

#define PAYLOAD_MEMORY_MAX (1 << 20) /* bytes */

struct payload {
    uint64_t size;
    struct buf memory;
    int spool;     /* -1: none */
    off_t spooled; /* bytes of it */
    bool lost;     /* the spool could not be made or written: `error` is its errno */
    int error;
};

/* Where a spool comes from: made in the folder, or by another process, as who parses may make
 * none. */
struct spool_source {
    int dir_fd;
    int (*make)(void *context); /* -1 with errno; NULL: in the folder */
    void *context;
};

struct payload_digests {
    uint8_t whole[SHA256_BYTES];
    uint8_t body[SHA256_BYTES]; /* of what follows the first empty line */
    bool has_body;
};

void payload_init(struct payload *p);
void payload_fini(struct payload *p);
void payload_add(struct payload *p, struct bytes text, const struct spool_source *spools);
/* In the folder; -1 with errno. */
int payload_make_spool(int dir_fd);

/* `n` bytes from `at` on; how many there are. */
size_t payload_read(const struct payload *p, uint64_t at, uint8_t *to, size_t n);
/* The bytes from the front, in parts; all but the last are a multiple of three.
 * False when they cannot be read back. */
bool payload_each(struct payload *p, void (*part)(void *context, struct bytes bytes),
                  void *context);
bool payload_hash(struct payload *p, struct digest *whole, struct digest *body,
                  struct payload_digests *out);

#endif
