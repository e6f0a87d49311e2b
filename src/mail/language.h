/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language of a text: the adapter of CLD2, which is C++, and so is language.cc alone. */
#ifndef POTSHERD_MAIL_LANGUAGE_H
#define POTSHERD_MAIL_LANGUAGE_H

#include <stddef.h>

#define LANGUAGE_BYTES_MAX 1024 /* of text that are looked at: more does not make it surer */

#ifdef __cplusplus
extern "C" {
#endif

/* Of `n` bytes of UTF-8: its ISO 639 code, as CLD2 has it ("en", "zh", "zh-Hant"); NULL where it
 * is not sure. */
const char *language_of(const char *text, size_t n);

#ifdef __cplusplus
}
#endif

#endif
