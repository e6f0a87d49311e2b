/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of what mails say: what counts once a message, what is not known, what came once. */
#include "tally.h"

#define URLS        "ts,sensor,uid,email_n,host,domain,shown_host\n"
#define ATTACHMENTS "ts,sensor,uid,email_n,filename,content_type,found_type\n"

/* `said`: language, mailer, charset, probe, tags */
#define MAIL_AT(ts, ip, rcpts, body, subject, said)                                                \
    ts ",s1," ip ",25,smtp,TW,1,N,smtp,,,,x@y," rcpts ",10," body "," subject "," said "\n"
#define MAIL(said)      MAIL_AT("2006-06-10", "192.0.2.1", "2", "", "", said)
#define URL(mail, rest) "2006-06-10,s1," mail "," rest "\n"

static void expect_note(const struct report_tables *tables, const char *id, const char *expected)
{
    const char *note = tables_find(tables, id)->note;

    if (expected)
        assert_string_equal(note, expected);
    else
        assert_null(note);
}

/* The rows of two messages from two jobs may stand between each other's. */
static void test_links(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS, MAIL(",,,,") MAIL(",,,,") MAIL(",,,,") MAIL(",,,,"));
    read_text("urls", URLS,
              URL("a,1", "www.x.example,x.example,") URL("b,1", "x.example,x.example,")
                  URL("a,1", "x.example,x.example,bank.example")
                      URL("a,2", "192.0.2.7,,bank.example") URL("a,2", "192.0.2.7,,bank.example")
                          URL("b,1", "x.example,x.example,") URL("b,1", ",,"));
    tables = tables_of(&tally, 10);
    expect_table(tables, "link_domains", "rank domain emails percent links links_percent",
                 "1|x.example|2|50.00|4|66.67;2|192.0.2.7|1|25.00|2|33.33;");
    expect_note(tables, "link_domains", "3 emails have any (75.00 %).");
    expect_table(tables, "shown_links", "shown_host host emails percent links",
                 "bank.example|192.0.2.7|1|25.00|2;bank.example|x.example|1|25.00|1;");
    expect_note(tables, "shown_links", "2 emails have any (50.00 %).");
    assert_null(tables_find(tables, "attachment_types"));
    end(tables);
}

static void test_links_of_unknown_messages(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("urls", "ts,sensor,host,domain\n",
              "2006-06-10,s1,,a.example\n2006-06-10,s1,,b.example\n2006-06-10,s1,,b.example\n");
    tables = tables_of(&tally, 1);
    expect_table(tables, "link_domains", "domain emails percent links", "b.example|||2;");
    expect_note(tables, "link_domains", "The first 1 of 2.");
    assert_null(tables_find(tables, "shown_links"));
    end(tables);
}

static void test_attachments(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS, MAIL(",,,,") MAIL(",,,,"));
    read_text("attachments", ATTACHMENTS,
              URL("a,1", "a.PDF.Exe,image/png,application/x-dosexec") URL("a,1", "b.exe,Image/PNG,")
                  URL("a,1", "c.exe,image/png,") URL("a,2", "none,image/png,image/png")
                      URL("a,2", "x.,,") URL("a,2", "x.abcdefghijklmnop,,")
                          URL("a,2", "x.abcdefghijklmnopq,,") URL("a,2", "x.y z,,"));
    tables = tables_of(&tally, 10);
    expect_table(tables, "attachment_types", "type by emails percent attachments",
                 "||1|50.00|4;image/png|sender|1|50.00|2;"
                 "application/x-dosexec|first bytes|1|50.00|1;image/png|first bytes|1|50.00|1;");
    expect_note(tables, "attachment_types", "2 emails have any (100.00 %).");
    expect_table(tables, "attachment_names", "extension emails attachments",
                 "|1|4;exe|1|3;abcdefghijklmnop|1|1;");
    end(tables);
}

static void test_words(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS,
              MAIL(",,,dotted:subject dotted:text dotted:subject,pills") MAIL(",,, hex:text ,")
                  MAIL(",,,dotted:text,pills pills  casino") MAIL(",,,words,"));
    tables = tables_of(&tally, 3);
    expect_table(tables, "probes", "rank form place emails percent recipients",
                 "1|dotted|text|2|50.00|4;2|dotted|subject|1|25.00|2;3|hex|text|1|25.00|2;");
    expect_note(tables, "probes", "The first 3 of 4. 4 emails have any (100.00 %).");
    expect_table(tables, "tags", "tag emails percent recipients",
                 "pills|2|50.00|4;casino|1|25.00|2;");
    expect_note(tables, "tags", "2 emails have any (50.00 %).");
    end(tables);
}

/* A table of what no mail has is left out; otherwise there is a line for those that have none. */
static void test_one_each(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS,
              MAIL("en,,UTF-8,,") MAIL(",,utf-8,,") MAIL(",,,,") MAIL("zh,,Big5,,") MAIL("en,,,,"));
    tables = tables_of(&tally, 2);
    expect_table(tables, "languages", "rank language emails percent recipients",
                 "1||2|40.00|4;2|en|2|40.00|4;");
    expect_note(tables, "languages", "The first 2 of 3; together 80.00 %.");
    expect_table(tables, "charsets", "charset emails", "|2;utf-8|2;");
    assert_null(tables_find(tables, "mailers"));
    assert_null(tables_find(tables, "tags"));
    assert_null(tables_find(tables, "probes"));
    end(tables);
    begin(NULL);
    read_text("emails", EMAILS, MAIL(",a  \xc2\x9b b,,,") MAIL(",A  b,,,") MAIL(",A  b,,,"));
    tables = tables_of(&tally, 10);
    expect_table(tables, "mailers", "mailer emails", "A  b|2;a  \\xc2\\x9b b|1;");
    assert_null(tables_find(tables, "languages"));
    end(tables);
}

#define BODY(ts, ip, body, subject) MAIL_AT(ts, ip, "3", body, subject, ",,,,")

static void test_bodies(void **state)
{
    struct report_tables *tables;
    char scratch[VALUE_TEXT_MAX];

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS,
              BODY("2006-06-11T10:00:00.5Z", "192.0.2.1", "b1", "one")
                  BODY("2006-06-10T09:00:00Z", "192.0.2.1", "b1", "two")
                      BODY("2006-06-12T23:59:59.999999Z", "192.0.2.2", "b1", "three")
                          BODY("2006-06-12T01:00:00Z", "192.0.2.3", "b1", "four")
                              BODY("2006-06-12", "192.0.2.2", "b1", "five")
                                  BODY("2006-06-12", "192.0.2.1", "b1", "six")
                                      BODY("2006-06-13", "192.0.2.3", "b2", "x")
                                          BODY("2006-06-13", "192.0.2.3", "b2", "x")
                                              BODY("2006-06-13", "192.0.2.3", "b3", "x")
                                                  BODY("2006-06-13", "192.0.2.3", "", "x"));
    tables = tables_of(&tally, 10);
    expect_table(tables, "messages",
                 "rank body_sha256 emails percent recipients sources first last subject",
                 "1|b1|6|60.00|18|3|2006-06-10T09:00:00.000000Z|2006-06-12T23:59:59.999999Z|one;"
                 "2|b2|2|20.00|6|1|2006-06-13T00:00:00.000000Z|2006-06-13T00:00:00.000000Z|x;");
    expect_note(tables, "messages", "1 bodies came once.");
    assert_string_equal(value_label(table_value_at(tables_find(tables, "messages"), 0, 6), scratch),
                        "06-10 09:00");
    tables_free(tables);
    tables = tables_of(&tally, 1);
    expect_note(tables, "messages", "The first 1 of 2; together 60.00 %. 1 bodies came once.");
    tables_free(tables);
    /* of several years people see the day */
    read_text("emails", EMAILS, BODY("2007-06-11", "192.0.2.1", "b4", "one"));
    tables = tables_of(&tally, 10);
    assert_string_equal(value_label(table_value_at(tables_find(tables, "messages"), 0, 6), scratch),
                        "2006-06-10");
    expect_note(tables, "messages", "2 bodies came once.");
    end(tables);
}

/* b1 from 30 sources, b2 from two, and 200 bodies that come once. */
static void read_many(void)
{
    GString *rows = g_string_new(NULL);

    for (unsigned i = 0; i < 200; i++) {
        g_string_append_printf(rows, BODY("2006-06-11", "192.0.2.%u", "b1", ""), i % 30);
        g_string_append_printf(rows, BODY("2006-06-11", "192.0.2.%u", "b2", ""), i % 2);
        g_string_append_printf(rows, BODY("2006-06-11", "192.0.2.1", "once%u", ""), i);
    }
    read_text("emails", EMAILS, rows->str);
    g_string_free(rows, TRUE);
}

/* More than there is memory for: no number is better than a wrong one, and it is said. */
static void test_too_many_bodies_and_sources(void **state)
{
    const struct tally_options options = {.keys_max = 20};
    struct report_tables *tables;
    bool said = false;

    (void)state;
    begin(&options);
    read_many();
    assert_true(tally_is_rough(&tally));
    tally_again(&tally);
    read_many();
    tables = tables_of(&tally, 10);
    expect_table(tables, "messages", "body_sha256 emails sources", "b1|200|;b2|200|2;");
    assert_non_null(strstr(tables_find(tables, "messages")->note,
                           " further emails are of bodies too many to count."));
    for (guint i = 0; i < tables->notices->len; i++)
        said |= strstr(g_ptr_array_index(tables->notices, i),
                       "more than 20 different pairs of message body and source") != NULL;
    assert_true(said);
    end(tables);
}

static void read_many_links(void)
{
    GString *rows = g_string_new(NULL);

    for (unsigned i = 0; i < 200; i++) {
        g_string_append_printf(rows, URL("a,%u", ",honest.example,"), i);
        g_string_append_printf(rows, URL("a,%u", ",d%u.example,"), i, i);
    }
    read_text("urls", URLS, rows->str);
    g_string_free(rows, TRUE);
}

/* The second time, a message counts as if there had been no first one. */
static void test_links_read_twice(void **state)
{
    const struct tally_options options = {.keys_max = 20};
    struct report_tables *tables;

    (void)state;
    begin(&options);
    read_many_links();
    assert_true(tally_is_rough(&tally));
    tally_again(&tally);
    read_many_links();
    tables = tables_of(&tally, 1);
    expect_table(tables, "link_domains", "domain emails links links_percent",
                 "honest.example|200|200|50.00;");
    expect_note(tables, "link_domains", "The first 1 of 20. 200 emails have any.");
    end(tables);
}

/* Whether the one before the last `back` different ones of many is still known. */
static bool knows(struct recent *r, uint64_t many, uint64_t back)
{
    recent_clear(r);
    for (uint64_t i = 1; i <= many; i++) {
        assert_true(recent_add(r, i << 40 | i));
        assert_false(recent_add(r, i << 40 | i));
    }
    return !recent_add(r, (many - back) << 40 | (many - back));
}

static void test_recent(void **state)
{
    struct recent *r = recent_new();

    (void)state;
    assert_true(recent_add(r, 0));
    assert_false(recent_add(r, 0));
    for (uint64_t more = 0; more < 4; more++) {
        uint64_t many = 3 * RECENT_LEAST - 1 + more;

        assert_true(knows(r, many, 0));
        assert_true(knows(r, many, RECENT_LEAST - 1));
        assert_false(knows(r, many, 2 * RECENT_LEAST));
    }
    recent_clear(r);
    assert_true(recent_add(r, 0));
    recent_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_links_of_unknown_messages),
        cmocka_unit_test(test_attachments),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_one_each),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_too_many_bodies_and_sources),
        cmocka_unit_test(test_links_read_twice),
        cmocka_unit_test(test_recent),
    };

    return cmocka_run_group_tests(tests, make_path, remove_path);
}
