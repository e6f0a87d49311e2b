/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What find, extract and share are made of: keys, indicators and their caps, names, line ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "export/ioc_table.h"
#include "export/keys.h"
#include "export/line_ends.h"
#include "export/names.h"
#include "export/target.h"

#define KEYS 300000

/* Neighbours, all of them found again, and none that was not put in. */
static void test_keys(void **state)
{
    struct keys keys = {.room = 0};
    const struct key *key;
    size_t at = 0, seen = 0;

    (void)state;
    assert_null(keys_find(&keys, 1, 1));
    assert_null(keys_next(&keys, &at));
    for (unsigned i = 0; i < KEYS; i++)
        keys_add(&keys, i / 3, i % 3)->at = i + 1;
    for (unsigned i = 0; i < KEYS; i++) {
        key = keys_find(&keys, i / 3, i % 3);
        assert_non_null(key);
        assert_int_equal(key->at, i + 1);
        assert_null(keys_find(&keys, i / 3, 3 + i % 3));
    }
    assert_ptr_equal(keys_add(&keys, 7, 1), keys_find(&keys, 7, 1));
    while ((key = keys_next(&keys, &at)) != NULL)
        seen++;
    assert_int_equal(seen, KEYS);
    assert_int_equal(keys.count, KEYS);
    keys_fini(&keys);
}

static void test_iocs(void **state)
{
    struct ioc_table t = {.most = 3, .most_bytes = 8};
    const struct ioc *ioc;

    (void)state;
    ioc_table_add(&t, 1, bytes_of("b"), 20);
    ioc_table_add(&t, 1, bytes_of("b"), 10);
    ioc_table_add(&t, 1, bytes_of("b"), 30);
    ioc_table_add(&t, 0, bytes_of("b"), 5);
    ioc_table_add(&t, 1, BYTES_NONE, 5);
    ioc_table_add(&t, 1, bytes_of("1234567"), 5); /* more bytes than there is room for */
    assert_int_equal(t.left_out, 1);
    ioc_table_add(&t, 1, bytes_of("ab"), 5);
    ioc_table_add(&t, 1, bytes_of("c"), 5); /* one too many */
    ioc_table_add(&t, 1, bytes_of("ab"), 5);
    assert_int_equal(t.left_out, 2);
    assert_int_equal(ioc_table_sort(&t), 3);
    assert_int_equal(ioc_table_nth(&t, 0)->kind, 0);
    ioc = ioc_table_nth(&t, 1);
    assert_int_equal(ioc_value(&t, ioc).n, 2);
    assert_int_equal(ioc->count, 2);
    ioc = ioc_table_nth(&t, 2);
    assert_true(ioc->first == 10 && ioc->last == 30 && ioc->count == 3);
    ioc_table_fini(&t);
}

#define UID  "0123456789abcdef"
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_names(void **state)
{
    static const struct {
        const char *name;
        int where; /* 1: the folder, 2: a Maildir's */
    } names[] = {
        {UID "-1.eml", 1},
        {UID "-12.eml.part", 1},
        {UID "-.eml", 0},
        {UID "-1.eml.parts", 0},
        {UID "-1.emlx", 0},
        {UID "0-1.eml", 0},
        {"0123456789abcde-1.eml", 0},
        {HASH, 1},
        {HASH ".part", 1},
        {HASH ".exe", 0},
        {HASH "0", 0},
        {"mails.mbox", 1},
        {"mails.mbox.part", 1},
        {"mails.mbox.gz", 0},
        {"iocs.csv", 1},
        {"index.csv", 1},
        {"emails.csv", 0},
        {"list.csv", 1},
        {"manifest.json", 1},
        {"abuseipdb-12.csv", 1},
        {"abuseipdb-.csv", 0},
        {"AS64496.ecs.ndjson", 1},
        {"AS4294967295.stix.json.part", 1},
        {"none.ecs.ndjson", 1},
        {"AS64496.json", 0},
        {"AS.ecs.ndjson", 0},
        {"AS64496-" UID "-1.xarf.json", 1},
        {"none-" UID "-1.arf.eml.part", 1},
        {"none-" UID "-1.eml", 0},
        {"-" UID "-1.arf.eml", 0},
        {"3a6bf442-0705-5501-873d-7eca6622ed0e.json", 1},
        {"3a6bf442-0705-5501-873d-7eca6622ed0e", 0},
        {"3a6bf4420705-5501-873d-7eca6622ed0e.json", 0},
        {"", 0},
        {"1149897600." UID "-1.potsherd", 2},
        {"-62135596800." UID "-1.potsherd", 2},
        {"1149897600." UID "-1.potsherd:2,S", 2},
        {"1149897600." UID "-1.potsherd2", 0},
        {"1149897600.x.potsherd", 0},
        {"." UID "-1.potsherd", 0},
        {"-", 0},
    };
    char text[NAMES_TEXT], message[NAMES_MESSAGE];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(name_is_ours(names[i].name), names[i].where == 1);
        assert_int_equal(name_is_maildir(names[i].name), names[i].where == 2);
    }
    names_message(UINT64_MAX, UINT32_MAX, message);
    assert_string_equal(message, "ffffffffffffffff-4294967295");
    names_in_maildir(INT64_MIN, message, text);
    assert_true(name_is_maildir(text));
    assert_true(strlen(text) + strlen(".part") < NAMES_TEXT);
}

/* All texts of three bytes that matter, up to this length, cut everywhere: what is mapped is mapped
 * back by one CR before each LF. */
static void test_line_ends(void **state)
{
    static const char letters[] = {'\r', '\n', 'x'};
    char text[6];

    (void)state;
    for (unsigned n = 0; n < 3 * 3 * 3 * 3 * 3 * 3; n++) {
        unsigned crlf = 0, lf = 0;

        for (unsigned i = 0, left = n; i < sizeof text; i++, left /= 3)
            text[i] = letters[left % 3];
        for (unsigned i = 0; i < sizeof text; i++)
            if (text[i] == '\n')
                i &&text[i - 1] == '\r' ? crlf++ : lf++;
        for (size_t cut = 0; cut <= sizeof text; cut++) {
            const struct bytes a = {(const uint8_t *)text, cut},
                               b = {(const uint8_t *)text + cut, sizeof text - cut};
            struct line_ends_found found = {.any = false};
            struct line_ends_map map = {.cr = false};
            struct buf lines = {0}, back = {0};

            line_ends_look(&found, a);
            line_ends_look(&found, b);
            assert_int_equal(line_ends_of(&found), crlf && lf ? LINE_ENDS_MIXED
                                                   : crlf     ? LINE_ENDS_CRLF
                                                              : LINE_ENDS_LF);
            if (line_ends_of(&found) != LINE_ENDS_CRLF)
                continue;
            line_ends_to_lf(&map, a, &lines);
            line_ends_to_lf(&map, b, &lines);
            line_ends_finish(&map, &lines);
            assert_int_equal(lines.len, sizeof text - crlf);
            for (size_t i = 0; i < lines.len; i++) {
                buf_append(&back, "\r", lines.data[i] == '\n');
                buf_append_byte(&back, lines.data[i]);
            }
            assert_int_equal(back.len, sizeof text);
            assert_memory_equal(back.data, text, sizeof text);
            buf_fini(&lines);
            buf_fini(&back);
        }
    }
}

static void test_targets(void **state)
{
    static const struct {
        const char *target, *host, *ip, *port;
        int is; /* -1: it is no target */
    } cases[] = {
        {"mx.example", "mx.example", "", "25", 1},
        {"MX.example:25", "mx.example", "", "25", 1},
        {"mx.example:26", "mx.example", "", "25", 0},
        {"mx.example", "smtp.mx.example", "", "25", 0},
        {"203.0.113.5", "", "203.0.113.5", "", 1},
        {"203.0.113.5:25", "", "203.0.113.5", "", 0},
        {"203.0.113.0/24:25", "", "203.0.113.5", "25", 1},
        {"203.0.113.0/24", "", "2001:db8::1", "25", 0},
        {"2001:db8::/32", "", "2001:db8::1", "25", 1},
        {"2001:db8::1", "", "2001:db8::1", "25", 1},
        {"[2001:db8::1]:25", "", "2001:db8::1", "25", 1},
        {"[2001:db8::1]", "", "2001:db8::1", "25", 1},
        {":25", "anything", "", "25", 1},
        {":25", "anything", "", "26", 0},
        {"", "", "", "", -1},
        {"x:", "", "", "", -1},
        {"x:65536", "", "", "", -1},
        {"[2001:db8::1]25", "", "", "", -1},
        {"[2001:db8::1", "", "", "", -1},
        {"203.0.113.0/33", "", "", "", -1},
        {"203.0.113", "", "", "", -1},
        {"2001:db8::1/x", "", "", "", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct failure why = {""};
        struct target t;
        bool good = target_parse(cases[i].target, &t, &why);

        assert_int_equal(good, cases[i].is >= 0);
        assert_int_equal(why.text[0] != '\0', cases[i].is < 0);
        if (good)
            assert_int_equal(target_is(&t, bytes_of(cases[i].host), bytes_of(cases[i].ip),
                                       bytes_of(cases[i].port)),
                             cases[i].is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),    cmocka_unit_test(test_iocs),
        cmocka_unit_test(test_names),   cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_targets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
