/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The adapter to gnuplot: a script in, one <svg> element out, fit to stand in a
 * page next to others.
 *
 * Colours: a script names colour k of the page as '#0102KK' (hexadecimal), and
 * the page's style sheet says what var(--ck) is, in light and dark.
 */
#ifndef POTSHERD_REPORT_GNUPLOT_H
#define POTSHERD_REPORT_GNUPLOT_H

#include <stdbool.h>

#include "base/buf.h"

/* False when there is no gnuplot, it fails, or what it says is not a plain
 * drawing (no script, no links). */
bool gnuplot_draw(const char *script, struct buf *svg);

#endif
