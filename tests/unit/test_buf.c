/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dropping in front and adding behind costs by what is dropped and added, not by what
 * stays: the bytes that are moved are counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static size_t moved; /* bytes that buf.c moved within, or into other memory */

static void *count_move(void *to, const void *from, size_t n)
{
    moved += n;
    return memmove(to, from, n);
}

#include "base/mem.h"

static void *count_resize(void *old, size_t size)
{
    moved += size / 2; /* it doubles: about what is copied */
    return mem_resize(old, size);
}

#define memmove    count_move
#define mem_resize count_resize
#include "base/buf.c"
#undef memmove
#undef mem_resize

#define STAYS 262144 /* bytes that are there all the time */
#define TURNS 100000
#define UNIT  9

static void put(struct buf *b, uint32_t *next, size_t n)
{
    uint8_t bytes[UNIT];

    assert_true(n <= UNIT);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)((*next)++ * 2654435761u >> 24);
    buf_append(b, bytes, n);
}

static void expect_front(const struct buf *b, uint32_t taken)
{
    for (size_t i = 0; i < b->len && i < UNIT; i++)
        assert_int_equal(b->data[i], (uint8_t)((taken + i) * 2654435761u >> 24));
}

static void what_stays_is_not_moved_each_time(void **state)
{
    struct buf b = {0};
    uint32_t added = 0, taken = 0;

    (void)state;
    while (b.len < STAYS)
        put(&b, &added, UNIT);
    moved = 0;
    for (unsigned i = 0; i < TURNS; i++) {
        expect_front(&b, taken);
        buf_drop_front(&b, UNIT);
        taken += UNIT;
        put(&b, &added, UNIT);
    }
    assert_true(moved <= 4u * TURNS * UNIT + 2u * STAYS);
    assert_true(buf_held(&b) <= 4u * STAYS);
    buf_fini(&b);
}

static void emptying_moves_each_byte_once(void **state)
{
    struct buf b = {0};
    uint32_t added = 0, taken = 0;

    (void)state;
    while (b.len < STAYS)
        put(&b, &added, UNIT);
    moved = 0;
    for (; b.len >= UNIT; taken += UNIT) {
        expect_front(&b, taken);
        buf_drop_front(&b, UNIT);
    }
    assert_true(moved <= 2u * STAYS);
    buf_fini(&b);
}

static void all_room_is_used_again(void **state)
{
    struct buf b = {0};
    uint8_t *memory;

    (void)state;
    buf_append(&b, "0123456789", 10);
    memory = b.data;
    buf_drop_front(&b, 3);
    assert_int_equal(b.len, 7);
    assert_memory_equal(b.data, "3456789", 7);
    buf_drop_front(&b, 0);
    assert_int_equal(b.len, 7);
    buf_drop_front(&b, 7);
    assert_int_equal(b.len, 0);
    buf_append(&b, "a", 1);
    buf_append(&b, "b", 1);
    buf_drop_front(&b, 1);
    assert_memory_equal(buf_string(&b), "b", 2);
    buf_clear(&b);
    assert_ptr_equal(b.data, memory);
    assert_int_equal(b.front, 0);
    buf_set(&b, "xyz", 3);
    assert_memory_equal(buf_view(&b).at, "xyz", 3);
    buf_fini(&b);
    assert_null(b.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stays_is_not_moved_each_time),
        cmocka_unit_test(emptying_moves_each_byte_once),
        cmocka_unit_test(all_room_is_used_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
