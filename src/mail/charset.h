/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text of any charset as UTF-8: the adapter of iconv.  Converters are opened beforehand, since
 * they load files, by a process that has seen no byte of a stranger; those of the ones that are in
 * use stay open (opening one for each text takes two hundred times as long).
 */
#ifndef POTSHERD_MAIL_CHARSET_H
#define POTSHERD_MAIL_CHARSET_H

#include <stdbool.h>

#include "base/buf.h"

struct charsets;

struct charsets *charsets_open(void); /* those that mails are written in */
void charsets_close(struct charsets *c);
/* Appends `text` as UTF-8; what is no character of the charset is U+FFFD.  False, and nothing is
 * appended, where the charset is not known. */
bool charset_convert(const struct charsets *c, struct bytes charset, struct bytes text,
                     struct buf *out);
/* Appends it by the first that fits: UTF-8, `declared` (may be empty), windows-1252. */
void charset_guess(const struct charsets *c, struct bytes declared, struct bytes text,
                   struct buf *out);

#endif
