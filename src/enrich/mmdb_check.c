/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a record (MaxMind DB file format 2.0, "Data field format"):
 *
 *   control byte: type (3 bits; 0: 7 + the next byte) and size (5 bits;
 *       29, 30, 31: one, two, three bytes of size follow)
 *   pointer (type 1): 2 bits say how many bytes follow, 3 bits are its highest
 *   map (7): 2 * size values;  array (11): size values;  boolean (14): no bytes
 *   anything else: size bytes
 */
#include "enrich/mmdb_check.h"

#include "base/cursor.h"

#define NESTING_MAX  16    /* maps in maps; real records have 4 */
#define ITEMS_MAX    65536 /* values of a record; real ones have 200 */
#define POINTERS_MAX 3     /* one after the other; our paths have 2 steps */

enum { KIND_POINTER = 1, KIND_MAP = 7, KIND_ARRAY = 11, KIND_BOOLEAN = 14 };

struct check {
    struct cursor all; /* the data section */
    unsigned items;    /* seen so far */
    unsigned pointers; /* followed to get here */
};

struct item {
    unsigned kind;
    uint32_t size; /* of a pointer: where to */
};

static uint32_t read_pointer(struct cursor *c, uint8_t control)
{
    static const uint32_t bases[] = {0, 2048, 526336, 0};
    unsigned bytes = control >> 3 & 3;
    uint32_t value = bytes == 3 ? 0 : control & 7;

    for (unsigned i = 0; i <= bytes; i++)
        value = value << 8 | cursor_u8(c);
    return value + bases[bytes];
}

static struct item read_item(struct cursor *c)
{
    static const uint32_t bases[] = {29, 285, 65821};
    uint8_t control = cursor_u8(c);
    struct item item = {.kind = control >> 5, .size = control & 31};

    if (item.kind == KIND_POINTER) {
        item.size = read_pointer(c, control);
        return item;
    }
    if (!item.kind)
        item.kind = 7u + cursor_u8(c);
    if (item.size >= 29) {
        unsigned bytes = item.size - 28;
        uint32_t more = 0;

        for (unsigned i = 0; i < bytes; i++)
            more = more << 8 | cursor_u8(c);
        item.size = more + bases[bytes - 1];
    }
    return item;
}

static bool walk(struct check *s, uint32_t offset);

static bool follow(struct check *s, uint32_t offset)
{
    bool sane;

    if (s->pointers == POINTERS_MAX)
        return true; /* further than any of our paths leads */
    s->pointers++;
    sane = walk(s, offset);
    s->pointers--;
    return sane;
}

static bool walk(struct check *s, uint32_t offset)
{
    struct cursor c = s->all;
    uint32_t left[NESTING_MAX + 1] = {1}; /* values to come, by depth */
    unsigned depth = 0;

    cursor_skip(&c, offset);
    while (depth || left[0]) {
        struct item item;

        if (!left[depth]) {
            depth--;
            continue;
        }
        left[depth]--;
        item = read_item(&c);
        if (c.failed || ++s->items > ITEMS_MAX)
            return false;
        if (item.kind == KIND_MAP || item.kind == KIND_ARRAY) {
            if (++depth > NESTING_MAX || item.size > ITEMS_MAX)
                return false;
            left[depth] = item.kind == KIND_MAP ? 2 * item.size : item.size;
        } else if (item.kind == KIND_POINTER) {
            if (!follow(s, item.size))
                return false;
        } else if (item.kind != KIND_BOOLEAN) {
            cursor_skip(&c, item.size);
        }
    }
    return !c.failed;
}

bool mmdb_check_record(struct bytes section, uint32_t offset)
{
    struct check s = {.all = cursor_over(section.at, section.n)};

    return walk(&s, offset);
}
