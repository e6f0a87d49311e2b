/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory for those who may not call malloc themselves (the pure parsers).
 * None of these returns NULL: running out of memory ends the program with a
 * message (GLib's rule), because nothing useful can be recorded after it.
 */
#ifndef POTSHERD_BASE_MEM_H
#define POTSHERD_BASE_MEM_H

#include <stddef.h>

void *mem_new(size_t size) __attribute__((malloc, returns_nonnull)); /* zeroed */
void *mem_resize(void *old, size_t size) __attribute__((returns_nonnull));
char *mem_string(const void *from, size_t n)
    __attribute__((malloc, returns_nonnull)); /* n bytes and a NUL */
void mem_free(void *old);                     /* NULL is fine */

#define MEM_NEW(type) ((type *)mem_new(sizeof(type)))

#endif
