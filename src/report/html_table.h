/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables as HTML, and text of strangers in it. */
#ifndef POTSHERD_REPORT_HTML_TABLE_H
#define POTSHERD_REPORT_HTML_TABLE_H

#include "base/buf.h"
#include "report/table.h"

/* Fit for text and for attributes in double quotes. */
void html_escaped(struct buf *out, const char *text);
void html_element(struct buf *out, const char *open, const char *text, const char *close);

void html_table(struct buf *out, const struct table *t);

#endif
