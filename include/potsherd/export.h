/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records read back: `find` prints rows of them, `extract` writes mails and what was found in
 * them into a folder, `share` writes reports of who sent them, for others.  All select by the same
 * filters.
 *
 * All return what the program should exit with: 0; 1 when something could not be read or
 * written, or rows were damaged (which is reported on standard error while it is met); 2 when the
 * options are wrong.  `failure` then holds the one line that remains to be said; empty when all is
 * said.
 */
#ifndef POTSHERD_EXPORT_H
#define POTSHERD_EXPORT_H

#include "base/log.h"
#include "potsherd/options.h"
#include "potsherd/time.h"

struct export_options {
    const struct options *options; /* filters, and the folders as arguments */
    struct period period;
    /* --to attachments: a worker that reads mails, as mail_reader_new wants it (mail.h). */
    int (*mail)(void *context, int place);
    void *mail_context;
    int mail_place;
};

int find_run(const struct export_options *options, struct failure *failure)
    __attribute__((warn_unused_result));
int extract_run(const struct export_options *options, struct failure *failure)
    __attribute__((warn_unused_result));
int share_run(const struct export_options *options, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
