/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only way to read foreign bytes: a cursor that cannot run over the end.
 * Reading too far sets `failed`, which sticks; every later read gives zero, so
 * a decoder checks once at its end.  A length inside the data becomes a
 * sub-cursor.  Numbers are in network byte order unless the name says LE.
 */
#ifndef POTSHERD_BASE_CURSOR_H
#define POTSHERD_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct cursor {
    const uint8_t *at;
    size_t left;
    bool failed;
};

static inline struct cursor cursor_over(const uint8_t *at, size_t n)
{
    return (struct cursor){at, n, false};
}

/* The next n bytes, or NULL when there are fewer. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t n)
{
    const uint8_t *at = c->at;

    if (c->failed || n > c->left) {
        c->failed = true;
        return NULL;
    }
    c->at += n;
    c->left -= n;
    return at;
}

static inline void cursor_skip(struct cursor *c, size_t n)
{
    (void)cursor_take(c, n);
}

static inline uint8_t cursor_u8(struct cursor *c)
{
    const uint8_t *p = cursor_take(c, 1);

    return p ? p[0] : 0;
}

static inline uint16_t cursor_be16(struct cursor *c)
{
    const uint8_t *p = cursor_take(c, 2);

    return (uint16_t)(p ? p[0] << 8 | p[1] : 0);
}

static inline uint32_t cursor_be32(struct cursor *c)
{
    const uint8_t *p = cursor_take(c, 4);

    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint32_t cursor_le32(struct cursor *c)
{
    const uint8_t *p = cursor_take(c, 4);

    return p ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0] : 0;
}

/* A cursor over the next n bytes, which this one skips. */
static inline struct cursor cursor_sub(struct cursor *c, size_t n)
{
    const uint8_t *p = cursor_take(c, n);

    return (struct cursor){p, p ? n : 0, p == NULL};
}

#endif
