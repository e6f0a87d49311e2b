/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a report says of itself: the table `about`, with the method in one paragraph. */
#ifndef POTSHERD_REPORT_ABOUT_H
#define POTSHERD_REPORT_ABOUT_H

#include "potsherd/report.h"
#include "report/making.h"

/* `unread`: record files that could not be read to the end. */
void about_make(const struct making *m, const struct report_options *o, unsigned unread);

/* A row of it, NULL where it is empty: title organisation contact tlp made program method. */
const char *about_text(const struct report_tables *r, const char *field);

/* "TLP:AMBER+STRICT" of "amber+strict"; NULL: not one of TLP 2.0's words. */
const char *about_tlp(const char *word);

#endif
