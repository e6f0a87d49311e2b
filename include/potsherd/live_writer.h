/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The writer of `watch` and `answer`: the records, saved packets, the audit log, metrics, and
 * what is said at the end.  The parent opens its folders; it runs in a process of its own
 * (workers.h).
 */
#ifndef POTSHERD_LIVE_WRITER_H
#define POTSHERD_LIVE_WRITER_H

#include "potsherd/intake.h"
#include "potsherd/options.h"
#include "potsherd/workers.h"

struct pcapfile;

#define LIVE_WRITER_FOLDERS_MAX 3

struct live_writer {
    const struct options *options;
    /* The folders that it may write to: the records' first, locked; then those of saved packets
     * and metrics, where they are others. */
    int folders[LIVE_WRITER_FOLDERS_MAX];
    unsigned folder_count;
    unsigned parsers;        /* jobs that read packets; what one more sends is the sender's */
    const char *saved_name;  /* of the files of saved packets */
    bool first_bytes, audit; /* there are those, too */
    struct pcapfile *unsent; /* of --dry-run: what the sender would have sent; or NULL */
};

/* In the parent, with the privileges of the one that it has become: locks the records' folder and
 * opens the others. */
bool live_writer_open(struct live_writer *w, const struct options *options, struct failure *why);
/* The descriptors that its process shall have; how many. */
unsigned live_writer_keep(const struct live_writer *w, int fds[WORKERS_KEEP_MAX]);
/* Its process.  False when it did not end well. */
bool live_writer_run(const struct live_writer *w, struct intake *from);

#endif
