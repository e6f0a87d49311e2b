/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody may have meant who typed a name that there is not. */
#ifndef POTSHERD_CLI_SPELLING_H
#define POTSHERD_CLI_SPELLING_H

/* The edits (a letter more, less, another, or two exchanged) from one to the other. */
unsigned spelling_distance(const char *a, const char *b);

/* The nearest of `names` (ends with NULL), the first of equally near ones; NULL: none is near. */
const char *spelling_nearest(const char *text, const char *const *names);

#endif
