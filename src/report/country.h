/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of countries beside their codes. */
#ifndef POTSHERD_REPORT_COUNTRY_H
#define POTSHERD_REPORT_COUNTRY_H

#include "report/table.h"

/* "TW" -> "Taiwan"; NULL: no code that is known. */
const char *country_name(struct bytes code);

/* "TW" -> "TW Taiwan", kept with the tables; NULL likewise. */
const char *country_label(struct report_tables *r, struct bytes code);

#endif
