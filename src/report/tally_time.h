/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When emails came: by day and hour, of each country and port, and by hour of the week. */
#ifndef POTSHERD_REPORT_TALLY_TIME_H
#define POTSHERD_REPORT_TALLY_TIME_H

#include "report/tally.h"

/* The email whose time is in now.ts; its day was seen (see_day). */
void time_count_email(struct tally *t, const struct count *country, const struct count *port,
                      struct bytes port_name);

#endif
