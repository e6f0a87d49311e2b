/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from outside for people to read, on a terminal or in a journal: names of files and
 * interfaces, options, lines of damaged files.  What is not a printable character of
 * UTF-8 (controls and line ends, broken UTF-8, characters that turn the direction of
 * writing) stands as \xNN, a byte each; everything else as it is, so that to escape a text
 * twice does no harm.
 * And text for cells of records, of which the bytes can be had back.
 */
#ifndef POTSHERD_BASE_ESCAPE_H
#define POTSHERD_BASE_ESCAPE_H

#include "base/buf.h"

void escape_append(struct buf *out, struct bytes text);

/* Into `room` bytes with a NUL; what has no room is cut off, never within a character or
 * an escape.  Gives the length.  Takes no memory. */
size_t escape_into(char *out, size_t room, struct bytes text);

/* Appends what a cell of a record holds, without the quoting of CSV: UTF-8 as it is, a
 * backslash as two, each byte of a control character (C0, DEL, C1) or of no valid UTF-8 as
 * \xNN. */
void escape_cell(struct buf *out, struct bytes text);

/* Appends the bytes that such a cell stands for.  A backslash that begins neither of the two
 * forms stands for itself: a cell of somebody else's making. */
void escape_cell_undo(struct buf *out, struct bytes cell);

#endif
