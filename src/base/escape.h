/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from outside for people to read, on a terminal or in a journal: names of files and
 * interfaces, options, lines of damaged files.  What is not a printable character of
 * UTF-8 (controls and line ends, broken UTF-8, characters that turn the direction of
 * writing) stands as \xNN, a byte each; everything else as it is, so that to escape a text
 * twice does no harm.  Cells of records are escaped by rows_escape.
 */
#ifndef POTSHERD_BASE_ESCAPE_H
#define POTSHERD_BASE_ESCAPE_H

#include "base/buf.h"

void escape_append(struct buf *out, struct bytes text);

/* Into `room` bytes with a NUL; what has no room is cut off, never within a character or
 * an escape.  Gives the length.  Takes no memory. */
size_t escape_into(char *out, size_t room, struct bytes text);

#endif
