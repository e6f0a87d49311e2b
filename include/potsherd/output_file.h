/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that a run writes, and the one life that all of them have: records, payloads,
 * packets, the audit log.
 *
 * A file consists of units (rows, messages, packets, lines), after a head.  It is made
 * under a name that nothing has, with ".part" after it, is locked, and gets its final name
 * when it is finished.  Only whole units count: after an error (a full disk) the file
 * is cut back to the last whole one.  A file of a live run then pauses: units that cannot be
 * written are counted, each write tries again, and what was lost is logged when it goes on.
 * Any other keeps its first error and takes no more.  A live file that somebody removes
 * meanwhile is noticed at the next flush: its units are counted as lost, and the next unit
 * begins another file.  What a killed run left is finished by output_file_repair.
 *
 * Nothing is buffered here: a write is a system call.
 */
#ifndef POTSHERD_OUTPUT_FILE_H
#define POTSHERD_OUTPUT_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/log.h"

struct compressor;
struct manifest;
struct output_hash;

struct output_place { /* where files are made; shared by those that rotate together */
    int dir_fd;
    const char *dir;               /* NULL: the files' names are paths, and dir_fd is AT_FDCWD */
    bool live;                     /* segments: made with their first unit, named by `stamp` */
    bool sync;                     /* fsync before a file gets its final name */
    char stamp[32];                /* "-20261123T094200Z", or empty */
    struct compressor *compressor; /* of finished segments; NULL: they stay as they are */
    struct manifest *manifest;     /* gets the sum of each file that is finished; NULL: none */
};

struct output_kind {
    const char *ending; /* ".csv" */
    const char *units;  /* what messages call them: "rows" */
    const char *doing;  /* what pauses: "recording" */
    const char *mark;   /* every unit begins with it, and the next one's is written with the end
                           of the one before; NULL: none */
    bool compressed;    /* finished segments go to the place's compressor */
    /* Where the first unit begins in a file of `size` bytes; -1: its head is not whole. */
    off_t (*units_begin)(int fd, off_t size);
    /* The end of the last whole unit in [from, end), of which `from` begins one; `from` when
     * there is none; -1 when it cannot be read. */
    off_t (*units_end)(int fd, off_t from, off_t end);
    /* How many units end in these bytes, of which the first begins or goes on one. */
    uint64_t (*count)(struct bytes bytes);
};

struct output_file {
    const struct output_place *place; /* borrowed */
    const struct output_kind *kind;
    const char *name;         /* without stamp and ending; borrowed */
    struct buf head;          /* what each file begins with */
    struct output_hash *hash; /* of the open file; NULL: none */
    char *path;               /* of the open file, or the last one, without ".part" */
    int fd;                   /* -1: none is open */
    bool direct;              /* at a path that the user gave: no ".part" */
    uint64_t written;         /* bytes in the file */
    uint64_t whole;           /* of these, up to the last whole unit */
    uint64_t units;           /* in the file */
    uint64_t lost;            /* units, of all files (live) */
    bool paused;              /* the last write failed (live) */
    bool torn;                /* the beginning of the current unit is lost: so is its rest */
    struct failure failure;   /* the first one, unless live */
};

/* `head` is copied.  No file is made yet. */
void output_file_init(struct output_file *f, const struct output_place *place,
                      const struct output_kind *kind, const char *name, struct bytes head);
void output_file_fini(struct output_file *f); /* finished before, or the .part stays */

/* Whether its next file's name is taken, with ".part" or without. */
bool output_file_is_taken(const struct output_file *f);
/* Makes the file, which otherwise the first write does.  False with errno. */
bool output_file_begin(struct output_file *f);
/* Takes the empty file at `path`, which the user named, instead. */
bool output_file_begin_at(struct output_file *f, const char *path);
/* Appends bytes in which `units` units end; `part`: they end amid one, which the next write
 * goes on with, and ends alone. */
bool output_file_write(struct output_file *f, struct bytes bytes, uint64_t units, bool part);
/* The unit that has begun will not end: it is cut off and counted. */
void output_file_abandon(struct output_file *f);
void output_file_check(struct output_file *f); /* about once a second: is it still there? */
void output_file_sync(struct output_file *f);  /* onto the disk */
/* Gives it its final name; the next write begins another file. */
bool output_file_finish(struct output_file *f);
/* What its user cannot do with it: errno says why.  Returns false. */
bool output_file_fail(struct output_file *f, const char *doing);
bool output_file_failed(const struct output_file *f);

/* Finishes NAME.part of a run that did not end, unless another process has it open: what is
 * not whole is cut off, the rest keeps its times; a file without a unit is removed.  Of the
 * place are used dir_fd, dir and manifest. */
bool output_file_repair(const struct output_kind *kind, const struct output_place *place,
                        const char *name, struct failure *why);

/* For kinds whose units are lines. */
off_t output_lines_end(int fd, off_t from, off_t end);
uint64_t output_lines_count(struct bytes bytes);

#endif
