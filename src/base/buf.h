/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growable run of bytes, and a borrowed view of one.
 * A buf lives in its owner's memory: buf_init or {0}, then buf_fini.
 */
#ifndef POTSHERD_BASE_BUF_H
#define POTSHERD_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct bytes { /* borrowed: valid while its owner says so; may hold NULs */
    const uint8_t *at;
    size_t n;
};

struct buf {
    uint8_t *data;
    size_t len;
    size_t cap;   /* from `data` on */
    size_t front; /* dropped in front of `data`, not yet given back */
};

#define BYTES_NONE ((struct bytes){NULL, 0})

void buf_init(struct buf *b);
void buf_fini(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_reserve(struct buf *b, size_t more);
void buf_append(struct buf *b, const void *from, size_t n);
void buf_append_byte(struct buf *b, uint8_t byte);
void buf_append_text(struct buf *b, const char *text); /* without its NUL */
void buf_drop_front(struct buf *b, size_t n);          /* n <= len; O(n), amortised, whatever len */
size_t buf_held(const struct buf *b);                  /* bytes of memory */
void buf_set(struct buf *b, const void *from, size_t n);
struct bytes buf_view(const struct buf *b);
const char *buf_string(struct buf *b); /* NUL-terminated; valid until the next change */

struct bytes bytes_of(const char *text);
int bytes_equal_nocase(struct bytes a, const char *text);   /* ASCII */
int bytes_begin_nocase(struct bytes a, const char *prefix); /* ASCII */
struct bytes bytes_skip(struct bytes a, size_t n);          /* n > a.n: empty */
struct bytes bytes_trim(struct bytes a);                    /* blanks, tabs, CR, LF at both ends */
struct bytes bytes_take_word(struct bytes *rest);           /* up to a blank or tab; trims `rest` */
const uint8_t *bytes_find_nocase(struct bytes a, const char *needle);

#endif
