/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a report goes: standard output, a file, a folder of a file a table. */
#ifndef POTSHERD_REPORT_OUTPUT_H
#define POTSHERD_REPORT_OUTPUT_H

#include "potsherd/report.h"
#include "report/format.h"

/* In `format`, and with o->csv the tables beside it, to which it then links. */
bool output_write(const struct report_format *format, const struct report_options *o,
                  struct report_tables *tables, struct failure *failure);

#endif
