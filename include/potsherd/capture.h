/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames out of capture files, merged by time.  The adapter of libpcap and
 * libarchive; their types do not leave it.
 *
 * Files may be pcap or pcapng, plain or compressed (gzip, zstd, xz, lz4), or
 * "-" for standard input.  Several files are one stretch of traffic: frames come
 * in the order of their time, files whose times do not overlap one after the
 * other, in the order of their first packets.  Within a file the order is the
 * file's own.
 */
#ifndef POTSHERD_CAPTURE_H
#define POTSHERD_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/log.h"
#include "potsherd/packet.h"

struct capture;

/* Who opens the files; -1 with errno.  NULL: they are opened by their names. */
struct capture_opener {
    int (*open)(void *context, unsigned n); /* the nth of `names` */
    void *context;
};

struct capture_progress {
    uint64_t bytes_read;  /* of the files as they are on disk */
    uint64_t bytes_total; /* 0: not known (a pipe) */
    uint64_t frames;
};

struct capture_facts {   /* of one file */
    const char *name;    /* as it was named; borrowed */
    uint32_t capture_n;  /* 1 for the first of `names`; in its frames, too */
    time_us first, last; /* the earliest and the latest packet's, where there are packets */
    uint64_t packets;    /* read, whether the filter passed them or not */
    uint64_t bytes;      /* read, as on disk */
    bool whole;          /* all bytes were read, and so `sha256` is known */
    uint8_t sha256[SHA256_BYTES];
};

/*
 * Opens `n` files and looks at the first packet of each.  A file that cannot be
 * read gets one message (log_warn: name, what is wrong, offset where there is
 * one), is left out and counts in capture_failures.  `filter` is a pcap-filter(7)
 * expression or NULL; a mistake in it is a NULL result with `*error` set to a
 * static message that shows the expression (wrong usage: exit 2).
 */
struct capture *capture_open_files(const char *const *names, unsigned n, const char *filter,
                                   const char **error);
/* Its two halves, for who may open no file when he meets the first byte: filters are compiled,
 * which may look names up; and the files are opened, by `opener`. */
struct capture *capture_plan_files(const char *const *names, unsigned n, const char *filter,
                                   const char **error);
/* Between the two: files are hashed by a thread of its own. */
void capture_hash_beside(struct capture *c);
/* Likewise: another process reads the same files, says what is wrong with them and hashes them. */
void capture_read_along(struct capture *c);
void capture_begin_files(struct capture *c, const struct capture_opener *opener);
/* What an opener in another process does: a descriptor of the file, or of standard input. */
int capture_descriptor(const char *name);

/* Whether libpcap takes the expression, for Ethernet; `why` shows both. */
bool capture_check_filter(const char *expression, struct failure *why);

/* The next frame, valid until the next call.  False at the end of all files.  A
 * file that turns out damaged is logged once, counted, and ends there. */
bool capture_next(struct capture *c, struct frame *out);

void capture_read_progress(const struct capture *c, struct capture_progress *out);
/* Of the nth of `names`, once frames have been read; false: it could not be read at all. */
bool capture_read_facts(const struct capture *c, unsigned n, struct capture_facts *out);
unsigned capture_failures(const struct capture *c); /* files that were not read to their end */
void capture_close(struct capture *c);

#endif
