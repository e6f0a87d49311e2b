/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which tables have a figure, and what it shows.  No text of a record reaches
 * gnuplot but short labels of letters and digits; legends are for the page to
 * write, in the colours 1, 2, ... of the figure's series.
 */
#ifndef POTSHERD_REPORT_FIGURES_H
#define POTSHERD_REPORT_FIGURES_H

#include <glib.h>

#include "report/table.h"

#define FIGURE_SERIES_MAX 6

struct figure {
    char caption[96];
    GString *script;
    const char *series[FIGURE_SERIES_MAX]; /* for the legend, in colours 1, 2, ... */
    unsigned series_count;                 /* 0: no legend needed */
};

/* The same for screens and paper, and for phones. */
enum figure_layout { FIGURE_WIDE, FIGURE_NARROW, FIGURE_LAYOUTS };

/* NULL: this table has no figure. */
struct figure *figure_of(const struct table *t, enum figure_layout layout);
void figure_free(struct figure *f);

#endif
