/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages of a connection that are open at the same time: each is found at its place,
 * whichever ends first, and what they hold is known; one that was none has no row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/message_rows.c"

#define MAILS 20000

static char directory[] = "/tmp/test-mails-XXXXXX";

static const char *no_service(uint16_t port)
{
    (void)port;
    return NULL;
}

static struct recorder *begin(enum payload_mode payload)
{
    struct record_options options = {
        .directory = directory, .payload = payload, .service = no_service, .force = true};
    struct failure why = {""};
    struct recorder *r = record_open(&options, &why);

    assert_string_equal(why.text, "");
    return r;
}

static void end(struct recorder *r)
{
    struct failure why;

    record_finish(r);
    assert_true(record_close(r, &why));
}

static struct record_trace *connect_one(struct recorder *r, struct connection *c)
{
    *c = (struct connection){.src_port = 1, .dst_port = 25};
    c->src = c->dst = address_v4((const uint8_t[]){192, 0, 2, 1});
    return record_begin(r, c);
}

static void say(struct record_trace *t, enum event_type type, unsigned n, const char *text)
{
    struct mail mail = {.n = n, .ended = true, .reply = 250, .helo = bytes_of(text)};
    struct event event = {.type = type, .mail = &mail, .bytes = bytes_of(text)};

    record_event(t, &event);
}

static void expect_chains(const struct record_trace *t)
{
    for (unsigned i = 0; i < t->messages.room; i++)
        if (t->messages.buckets[i])
            assert_null(t->messages.buckets[i]->next);
}

/* Begun and ended in turn, as our parser does it: nobody shares a bucket. */
static void none_is_searched_for(void **state)
{
    struct recorder *r = begin(PAYLOAD_NONE);
    struct connection c;
    struct record_trace *t = connect_one(r, &c);
    size_t empty = record_held(t);

    (void)state;
    for (unsigned n = 1; n <= MAILS; n++) {
        say(t, EVENT_MAIL_BEGIN, n, "");
        say(t, EVENT_MAIL_TEXT, n, "text");
    }
    expect_chains(t);
    assert_true(record_held(t) >= empty + MAILS * sizeof(struct message_job));
    for (unsigned n = 1; n <= MAILS / 2; n++) {
        say(t, EVENT_MAIL_DONE, n, "");
        say(t, EVENT_MAIL_BEGIN, MAILS + n, "");
    }
    expect_chains(t);
    for (unsigned n = MAILS + MAILS / 2; n > MAILS / 2; n--) /* or the newest first */
        say(t, EVENT_MAIL_DONE, n, "");
    assert_int_equal(t->messages.count, 0);
    assert_int_equal(t->messages.held, 0);
    record_end(t, &c, MODULE_SMTP);
    end(r);
}

/* Rows of the file, as they come out of cut(1) with these columns. */
static void expect_rows(const char *columns, const char *rows)
{
    char command[256], said[4096] = "";
    FILE *out;

    snprintf(command, sizeof command, "tail -n +2 %s/emails.csv | cut -d, -f%s", directory,
             columns);
    out = popen(command, "r");
    assert_non_null(out);
    said[fread(said, 1, sizeof said - 1, out)] = '\0';
    pclose(out);
    assert_string_equal(said, rows);
}

static void what_was_none_has_no_row(void **state)
{
    struct recorder *r = begin(PAYLOAD_NONE);
    struct connection c;
    struct record_trace *t = connect_one(r, &c);

    (void)state;
    for (unsigned n = 1; n <= 4; n++) {
        say(t, EVENT_MAIL_BEGIN, n, "");
        say(t, EVENT_MAIL_TEXT, n, "text");
    }
    say(t, EVENT_MAIL_NONE, 1, "");
    say(t, EVENT_MAIL_DONE, 2, "two");
    say(t, EVENT_MAIL_NONE, 3, "");
    say(t, EVENT_MAIL_DONE, 4, "four");
    assert_int_equal(t->messages.held, 0);
    say(t, EVENT_MAIL_BEGIN, 5, ""); /* never ends */
    record_end(t, &c, MODULE_SMTP);
    end(r);
    expect_rows("3,19,24", "1,two,4\n2,four,4\n");
}

static int make_directory_of_test(void **state)
{
    (void)state;
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_searched_for),
        cmocka_unit_test(what_was_none_has_no_row),
    };

    return cmocka_run_group_tests(tests, make_directory_of_test, remove_directory);
}
