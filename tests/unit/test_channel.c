/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages of a job through a pipe, and a job that stops in the middle of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "record/channel.h"

static int ends[2];
static unsigned idle;
static struct buf bytes;

static int set_up(void **state)
{
    (void)state;
    idle = 0;
    alarm(10);
    return pipe(ends);
}

static int tear_down(void **state)
{
    (void)state;
    alarm(0);
    buf_fini(&bytes);
    return close(ends[0]);
}

/* The third time, the sender is gone. */
static void on_idle(void *context)
{
    assert_ptr_equal(context, &idle);
    if (++idle == 3)
        close(ends[1]);
}

static const struct channel_idle meanwhile = {on_idle, &idle};

static void test_a_message_comes_whole(void **state)
{
    struct channel_head in = {CHANNEL_ROWS, 1, 2, 6}, out;

    (void)state;
    assert_true(channel_put(ends[1], &in, "a,b\nc\n"));
    assert_true(channel_get(ends[0], &meanwhile, &out, &bytes));
    assert_memory_equal(&in, &out, sizeof in);
    assert_int_equal(bytes.len, 6);
    assert_memory_equal(bytes.data, "a,b\nc\n", 6);
    assert_int_equal(idle, 0);
    close(ends[1]);
    assert_false(channel_get(ends[0], &meanwhile, &out, &bytes));
}

static void test_a_sender_that_stops_amid_a_message_is_looked_at(void **state)
{
    struct channel_head in = {CHANNEL_ROWS, 1, 2, 6}, out;

    (void)state;
    assert_int_equal(write(ends[1], &in, sizeof in), sizeof in);
    assert_int_equal(write(ends[1], "a,b", 3), 3);
    assert_false(channel_get(ends[0], &meanwhile, &out, &bytes));
    assert_int_equal(idle, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_message_comes_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_sender_that_stops_amid_a_message_is_looked_at,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
