/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Output formats of the report.  Adding one: a file with such a struct, and a
 * line in the list in report.c.  A format escapes what its syntax gives a
 * meaning; the tables hold printable UTF-8 only (see table.h).
 */
#ifndef POTSHERD_REPORT_FORMAT_H
#define POTSHERD_REPORT_FORMAT_H

#include "base/buf.h"
#include "report/table.h"

struct report_format {
    const char *name;
    void (*render)(const struct report_tables *r, struct buf *out); /* one document, or */
    void (*render_table)(const struct table *t, struct buf *out);   /* a file a table */
    const char *extension;                                          /* of those files */
};

extern const struct report_format report_format_text, report_format_csv, report_format_json,
    report_format_html;

#endif
