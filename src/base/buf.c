/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include <string.h>

#include "base/mem.h"

#define BUF_SMALLEST 64

void buf_init(struct buf *b)
{
    memset(b, 0, sizeof *b);
}

void buf_fini(struct buf *b)
{
    mem_free(b->data ? b->data - b->front : NULL);
    memset(b, 0, sizeof *b);
}

/* What was dropped in front becomes room at the end. */
static void move_to_front(struct buf *b)
{
    uint8_t *begin;

    if (!b->front) /* there may be no memory yet */
        return;
    begin = b->data - b->front;
    if (b->len)
        memmove(begin, b->data, b->len);
    b->data = begin;
    b->cap += b->front;
    b->front = 0;
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    move_to_front(b);
}

void buf_reserve(struct buf *b, size_t more)
{
    size_t cap, spare;

    if (b->cap - b->len >= more && b->data)
        return;
    /* To move what is there must give room for half as much, or it would be moved for
     * each few bytes that are dropped in front of it and added at the end. */
    spare = b->front && b->len / 2 > more ? b->len / 2 : more;
    move_to_front(b);
    cap = b->cap ? b->cap : BUF_SMALLEST;
    while (cap - b->len < spare)
        cap *= 2;
    if (cap == b->cap && b->data)
        return;
    b->data = mem_resize(b->data, cap);
    b->cap = cap;
}

void buf_append(struct buf *b, const void *from, size_t n)
{
    if (!n)
        return;
    buf_reserve(b, n);
    memcpy(b->data + b->len, from, n);
    b->len += n;
}

void buf_append_byte(struct buf *b, uint8_t byte)
{
    buf_reserve(b, 1);
    b->data[b->len++] = byte;
}

void buf_append_text(struct buf *b, const char *text)
{
    buf_append(b, text, strlen(text));
}

void buf_drop_front(struct buf *b, size_t n)
{
    if (!n)
        return;
    b->data += n;
    b->front += n;
    b->cap -= n;
    b->len -= n;
    if (b->len <= b->front) /* who moves less than was dropped has paid for it */
        move_to_front(b);
}

size_t buf_held(const struct buf *b)
{
    return b->cap + b->front;
}

void buf_set(struct buf *b, const void *from, size_t n)
{
    buf_clear(b);
    buf_append(b, from, n);
}

struct bytes buf_view(const struct buf *b)
{
    return (struct bytes){b->data, b->len};
}

const char *buf_string(struct buf *b)
{
    buf_reserve(b, 1);
    b->data[b->len] = '\0';
    return (const char *)b->data;
}

struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static unsigned lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 32u : c;
}

int bytes_begin_nocase(struct bytes a, const char *prefix)
{
    size_t i;

    for (i = 0; prefix[i]; i++)
        if (i >= a.n || lower(a.at[i]) != lower((uint8_t)prefix[i]))
            return 0;
    return 1;
}

int bytes_equal_nocase(struct bytes a, const char *text)
{
    return strlen(text) == a.n && bytes_begin_nocase(a, text);
}

struct bytes bytes_skip(struct bytes a, size_t n)
{
    if (n > a.n)
        n = a.n;
    if (!n) /* nothing may be added to NULL, not even nothing */
        return a;
    return (struct bytes){a.at + n, a.n - n};
}

static int is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct bytes bytes_trim(struct bytes a)
{
    while (a.n && is_space(a.at[0])) {
        a.at++;
        a.n--;
    }
    while (a.n && is_space(a.at[a.n - 1]))
        a.n--;
    return a;
}

struct bytes bytes_take_word(struct bytes *rest)
{
    struct bytes word = bytes_trim(*rest);
    size_t n = 0;

    while (n < word.n && word.at[n] != ' ' && word.at[n] != '\t')
        n++;
    *rest = bytes_trim(bytes_skip(word, n));
    word.n = n;
    return word;
}

const uint8_t *bytes_find_nocase(struct bytes a, const char *needle)
{
    for (; a.n; a = bytes_skip(a, 1))
        if (bytes_begin_nocase(a, needle))
            return a.at;
    return NULL;
}
