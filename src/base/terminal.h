/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What who reads the output can show. */
#ifndef POTSHERD_BASE_TERMINAL_H
#define POTSHERD_BASE_TERMINAL_H

#include <stdbool.h>

unsigned terminal_width(int fd);  /* in columns; 0: it is no terminal */
bool terminal_has_colour(int fd); /* it is one, not a dumb one, and NO_COLOR is not set */
bool terminal_has_utf8(void);     /* by the locale of the environment */

#endif
