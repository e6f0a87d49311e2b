/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record files of a run of `campaigns`, and the folder that they stand in. */
#ifndef POTSHERD_CAMPAIGN_CAMPAIGN_FILES_H
#define POTSHERD_CAMPAIGN_CAMPAIGN_FILES_H

#include <stdbool.h>

#include "potsherd/output_file.h"
#include "potsherd/rows.h"

enum campaign_file { OUT_CAMPAIGNS, OUT_EMAILS, OUT_SOURCES, OUT_PORTS, OUT_DAYS, OUT_FILES };

struct campaign_files {
    struct output_place place;
    struct output_file files[OUT_FILES];
    struct rows rows[OUT_FILES];
    bool made, finished;
};

/* Made if it is not there.  False, and a message: it cannot be, or holds the campaigns of an
 * earlier run, which `force` removes.  Nothing else in it is touched. */
bool campaign_files_open(struct campaign_files *o, const char *folder, bool force,
                         struct failure *why);
/* Gives the files their names; false, and a message: one could not be written. */
bool campaign_files_finish(struct campaign_files *o, struct failure *why);
void campaign_files_close(struct campaign_files *o); /* what is not finished is removed */

#endif
