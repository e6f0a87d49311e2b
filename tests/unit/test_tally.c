/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts and tables: rounding, ranking, periods, what is counted and what is not. */
#include "tally.h"

#define CONNECTIONS                                                                                \
    "ts,sensor,src_ip,dst_port,service,src_cc,src_asn,src_as_name,protocol,end,flags\n"
#define REQUESTS                                                                                   \
    "ts,sensor,src_ip,dst_port,service,src_cc,src_asn,src_as_name,module,class,target,"            \
    "target_host,target_ip,target_port,depth,accepted\n"
#define RECIPIENTS "ts,sensor,domain,accepted\n"
#define SCANS      "ts,sensor,src_ip,dst_port,src_cc,src_asn,src_as_name,syns\n"

static void expect_fact(const struct report_tables *tables, const char *name, const char *expected)
{
    const struct table *t = tables_find(tables, "totals");
    char scratch[VALUE_TEXT_MAX];

    for (size_t row = 0; row < table_rows(t); row++)
        if (strcmp(table_value_at(t, row, 0)->text, name) == 0) {
            assert_string_equal(value_text(table_value_at(t, row, 1), scratch), expected);
            return;
        }
    fail_msg("no such total: %s", name);
}

#define MAIL(ts, ip, cc, asn, rcpts)                                                               \
    ts ",s1," ip ",1080,socks," cc "," asn ",NAME " asn ",socks5,mx1.a.example,,25,x@y," rcpts     \
       ",10,b0,Hello,en,,,,\n"

static void test_totals(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS,
              MAIL("2006-06-10T23:59:59.999999Z", "192.0.2.1", "TW", "1", "3")
                  MAIL("2006-06-12T00:00:00.000000Z", "192.0.2.2", "TW", "2", "4")
                      MAIL("2006-06-12T00:00:01.000000Z", "192.0.2.2", "CN", "2", "")
                          MAIL("2006-06-12T00:00:02.000000Z", "192.0.2.3", "", "", "3"));
    tables = tables_of(&tally, 10);
    expect_fact(tables, "sensors", "1");
    expect_fact(tables, "period_start", "2006-06-10");
    expect_fact(tables, "period_end", "2006-06-12");
    expect_fact(tables, "days", "3");
    expect_fact(tables, "emails_captured", "4");
    expect_fact(tables, "potential_recipients", "10");
    expect_fact(tables, "average_recipients_per_email", "2.50");
    expect_fact(tables, "average_emails_per_day", "1.33");
    expect_fact(tables, "unique_ips", "3");
    expect_fact(tables, "unique_asns", "2");
    expect_fact(tables, "unique_country_codes", "2");
    expect_fact(tables, "connections", "");
    expect_table(tables, "countries", "rank cc emails percent recipients sources",
                 "1|TW|2|50.00|7|2;2||1|25.00|3|1;3|CN|1|25.00|0|0;");
    expect_table(tables, "asns", "asn as_name cc emails percent",
                 "2|NAME 2|TW|2|50.00;|NAME ||1|25.00;1|NAME 1|TW|1|25.00;");
    end(tables);
}

static void test_half_up(void **state)
{
    (void)state;
    assert_int_equal(divide_half_up(1, 10000, 3), 3333);
    assert_int_equal(divide_half_up(2, 10000, 3), 6667);
    assert_int_equal(divide_half_up(1, 10000, 8), 1250);
    assert_int_equal(divide_half_up(1, 10000, 20000), 1); /* 0.005 % */
    assert_int_equal(divide_half_up(1, 10000, 20001), 0);
    /* the published counts */
    assert_int_equal(divide_half_up(385189756, 10000, 524585779), 7343);
    assert_int_equal(divide_half_up(1847869, 10000, 91677255), 202);
    assert_int_equal(divide_half_up(524585779, 100, 466), 112572056);
    assert_int_equal(divide_half_up(UINT64_MAX, 10000, UINT64_MAX), 10000);
}

static void test_ranking_and_top(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS,
              MAIL("2006-06-10", "192.0.2.10", "B", "1", "1")
                  MAIL("2006-06-10", "192.0.2.9", "A", "1", "1")
                      MAIL("2006-06-10", "192.0.2.8", "AB", "1", "2")
                          MAIL("2006-06-10", "192.0.2.7", "C", "1", "1")
                              MAIL("2006-06-10", "192.0.2.7", "C", "1", "1"));
    tables = tables_of(&tally, 3);
    /* emails, then recipients, then the key in byte order */
    expect_table(tables, "countries", "rank cc emails", "1|C|2;2|AB|1;3|A|1;");
    assert_string_equal(tables_find(tables, "countries")->note,
                        "The first 3 of 4; together 80.00 %.");
    expect_table(tables, "sources", "src_ip emails", "192.0.2.7|2;192.0.2.8|1;192.0.2.10|1;");
    end(tables);
}

static void test_period_asked_for(void **state)
{
    struct tally_options options = {.period = {.has_since = true, .has_until = true}};
    struct report_tables *tables;

    (void)state;
    assert_true(time_parse("2006-06-10", 10, &options.period.since));
    assert_true(time_parse("2006-06-13", 10, &options.period.until));
    begin(&options);
    read_text("emails", EMAILS,
              MAIL("2006-06-09T23:59:59.999999Z", "192.0.2.1", "X", "1", "1")
                  MAIL("2006-06-10T00:00:00.000000Z", "192.0.2.1", "Y", "1", "1")
                      MAIL("2006-06-12T23:59:59.999999Z", "192.0.2.1", "Y", "1", "1")
                          MAIL("2006-06-13T00:00:00.000000Z", "192.0.2.1", "Z", "1", "1"));
    tables = tables_of(&tally, 10);
    expect_fact(tables, "days", "3");
    expect_fact(tables, "emails_captured", "2");
    expect_table(tables, "days_by_country", "day emails Y",
                 "2006-06-10|1|1;2006-06-11|0|0;2006-06-12|1|1;");
    assert_int_equal(tally.damage.rows, 0);
    end(tables);
}

static void test_long_period(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS,
              MAIL("9999-12-31", "192.0.2.1", "X", "1", "1")
                  MAIL("0000-01-01", "192.0.2.1", "X", "1", "1")
                      MAIL("2006-06-10", "192.0.2.1", "X", "1", "1"));
    tables = tables_of(&tally, 1);
    expect_fact(tables, "days", "3652425");
    expect_table(tables, "days_by_country", "day emails X",
                 "0000-01-01|1|1;2006-06-10|1|1;9999-12-31|1|1;");
    end(tables);
}

static void test_sensor_asked_for(void **state)
{
    struct tally_options options = {.sensor = "b"};
    struct report_tables *tables;

    (void)state;
    begin(&options);
    read_text("scans", SCANS,
              "2006-06-10,a,192.0.2.1,22,,,,5\n"
              "2006-06-10,b,192.0.2.1,22,,,,7\n"
              "2006-06-10,b,192.0.2.1,23,,,,7\n"
              "2006-06-10,b,192.0.2.2,23,TW,9,N,1\n");
    tables = tables_of(&tally, 10);
    expect_table(tables, "scanners", "src_ip src_cc src_asn syns percent ports",
                 "192.0.2.1|||14|93.33|2;192.0.2.2|TW|9|1|6.67|1;");
    expect_table(tables, "scanned_ports", "port syns sources", "23|8|2;22|7|1;");
    end(tables);
}

#define CONNECTION(port, service, protocol, end, flags)                                            \
    "2006-06-10T00:00:00Z,s1,192.0.2.1," port "," service ",TW,1,N," protocol "," end "," flags "\n"

static void test_ports(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("connections", CONNECTIONS,
              CONNECTION("3127", "MyDoom Backdoor", "socks4", "fin", "")
                  CONNECTION("3127", "MyDoom Backdoor", "socks5", "fin", "one-sided x")
                      CONNECTION("3127", "MyDoom Backdoor", "http", "rst", "")
                          CONNECTION("3127", "MyDoom Backdoor", "", "fin", "x")
                              CONNECTION("9", "", "other", "fin", "")
                                  CONNECTION("8", "", "", "", "") CONNECTION("7", "", "", "", ""));
    tables = tables_of(&tally, 2);
    expect_table(tables, "ports",
                 "rank port protocol usual_service connections connections_percent",
                 "1|3127|SOCKS|MyDoom Backdoor|4|57.14;2|7|||1|14.29;3|8|||1|14.29;");
    assert_non_null(strstr(tables_find(tables, "ports")->note, "1 further ports"));
    expect_table(tables, "ends", "end connections", "fin|4;|2;");
    expect_table(tables, "flags", "flag connections percent", "x|2|28.57;one-sided|1|14.29;");
    expect_table(tables, "modules", "module connections",
                 "http|1;socks4|1;socks4a|0;socks5|1;smtp|0;");
    assert_int_equal(tables->warnings->len, 1);
    assert_non_null(strstr(g_ptr_array_index(tables->warnings, 0), "one direction"));
    end(tables);
}

#define REQUEST(module, class, host, ip, port, accepted)                                           \
    "2006-06-10T00:00:00Z,s1,192.0.2.1,1080,socks,,,," module                                      \
    "," class "," host ip ":" port "," host "," ip "," port ",1," accepted "\n"

static void test_requests(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("requests", REQUESTS,
              REQUEST("http", "connect-smtp", "mx.a.example", "", "25", "1")
                  REQUEST("http", "connect-smtp", "mx.a.example", "", "25", "0")
                      REQUEST("http", "get", "w.example", "", "80", "1")
                          REQUEST("socks4", "connect-smtp", "", "192.0.2.5", "25", "")
                              REQUEST("socks4a", "connect-other", "irc.example", "", "6667", "1")
                                  REQUEST("socks5", "error", "", "", "", ""));
    tables = tables_of(&tally, 10);
    expect_table(tables, "requests", "module type requests percent",
                 "http|connect to 25/TCP|2|66.67;http|connect to others|0|0.00;"
                 "http|get|1|33.33;http|errors|0|0.00;http|total|3|100.00;"
                 "socks|connect to 25/TCP|1|33.33;socks|connect to others|1|33.33;"
                 "socks|errors|1|33.33;socks|total|3|100.00;");
    expect_table(tables, "servers", "server port emails requests accepted",
                 "mx.a.example|25|0|2|1;192.0.2.5|25|0|1|0;");
    expect_table(tables, "server_domains", "domain requests", "a.example|2;");
    end(tables);
}

static void test_damaged_cells(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("emails", EMAILS,
              MAIL("yesterday", "192.0.2.1", "TW", "1", "1") MAIL("2006-06-10", "", "TW", "1", "1")
                  MAIL("2006-06-10", "192.0.2.1", "TW", "AS1", "1")
                      MAIL("2006-06-10", "192.0.2.1", "TW", "1", "-1")
                          MAIL("2006-06-10", "192.0.2.1", "TW", "1", "1"));
    read_text("connections", CONNECTIONS, CONNECTION("65536", "", "", "", ""));
    read_text("requests", REQUESTS,
              REQUEST("gopher", "get", "", "", "", "") REQUEST("http", "put", "", "", "", "")
                  REQUEST("http", "get", "", "", "", "2"));
    read_text("recipients", RECIPIENTS,
              "2006-06-10,s,a.example,1\n2006-06-10,s,a.example,\n2006-06-10,s,a.example,0\n"
              "2006-06-10,s,b.example,yes\n");
    assert_int_equal(tally.damage.rows, 9);
    assert_int_equal(tally.damage.files, 4);
    assert_int_equal(tally.connections + tally.requests, 0);
    tables = tables_of(&tally, 10);
    expect_fact(tables, "emails_captured", "1");
    expect_table(tables, "recipient_domains", "domain recipients rejected", "a.example|2|1;");
    assert_non_null(strstr(g_ptr_array_index(tables->warnings, 0), "9 damaged rows in 4 files"));
    end(tables);
}

static void test_hostile_text(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text(
        "emails", EMAILS,
        "2006-06-10,s,192.0.2.1,25,,\x7f,1,\"\xff<b>\xc2\x9b\xe2\x80\xae\",smtp,,,,,1,1,h,,,,,,\n");
    tables = tables_of(&tally, 10);
    expect_table(tables, "countries", "cc", "\\x7f;");
    expect_table(tables, "asns", "as_name", "\\xff<b>\\xc2\\x9b\\xe2\\x80\\xae;");
    end(tables);
}

/* More keys than a table may hold: the rest is counted together. */
static void test_cap(void **state)
{
    struct counter c;
    char text[16];

    (void)state;
    counter_init(&c, 1, 1, 100);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < 150; i++) {
            snprintf(text, sizeof text, "key %u", i);
            counter_get(&c, bytes_of(text))->n[0]++;
        }
    assert_int_equal(c.keys, 100);
    assert_true(c.rest_used);
    assert_int_equal(c.rest->n[0], 100);
    assert_int_equal(counter_find(&c, bytes_of("key 99"))->n[0], 2);
    assert_null(counter_find(&c, bytes_of("key 100")));
    counter_fini(&c);
}

static void count_key(struct counter *c, const char *name, unsigned i)
{
    char text[32];

    snprintf(text, sizeof text, "%s %u", name, i);
    counter_get(c, bytes_of(text))->n[0]++;
}

/* A flood of keys, and some that come more often, before, among and after it. */
static void flood(struct counter *c, unsigned keys, unsigned heavy, unsigned rows)
{
    for (unsigned i = 0; i < keys; i++) {
        count_key(c, "flood", i);
        if (i % (keys / rows) == 0)
            for (unsigned k = 0; k < heavy; k++)
                if (k != 1 || i >= keys / 2) /* one comes late, and as often in what is left */
                    for (unsigned n = 0; n < (k == 1 ? 2 : 1); n++)
                        count_key(c, "heavy", k);
    }
}

static void test_sieve(void **state)
{
    enum { LIMIT = 200, KEYS = 100000, HEAVY = 20, ROWS = 1000 };
    struct counter c;

    (void)state;
    counter_init(&c, 1, 0, LIMIT);
    counter_bound(&c, SIZE_MAX, true);
    flood(&c, KEYS, HEAVY, ROWS);
    assert_true(c.keys <= LIMIT);
    assert_int_equal(c.keys_most, LIMIT);
    assert_true(c.missed > 0);
    /* each sieving takes its rows from half of the keys: what is promised in count.h */
    assert_true(c.missed <= 2 * (KEYS + HEAVY * ROWS) / LIMIT);
    assert_true(c.missed < ROWS);
    counter_recount(&c);
    flood(&c, KEYS, HEAVY, ROWS);
    for (unsigned k = 0; k < HEAVY; k++) {
        char text[32];

        snprintf(text, sizeof text, "heavy %u", k);
        assert_non_null(counter_find(&c, bytes_of(text)));
        assert_int_equal(counter_find(&c, bytes_of(text))->n[0], ROWS);
    }
    assert_true(c.rest_used);
    counter_fini(&c);
}

/* By bytes, too: long keys, of which none comes twice. */
static void test_sieve_by_bytes(void **state)
{
    enum { BYTES = 1 << 20, LENGTH = 5000 };
    struct counter c;
    char text[LENGTH];

    (void)state;
    counter_init(&c, 1, 0, SIZE_MAX);
    counter_bound(&c, BYTES, true);
    memset(text, 'k', sizeof text);
    for (unsigned i = 0; i < 5000; i++) {
        memcpy(text, &i, sizeof i);
        counter_get(&c, (struct bytes){(const uint8_t *)text, LENGTH})->n[0]++;
        count_key(&c, "often", 0);
        assert_true(c.bytes <= BYTES + (512u << 10)); /* and a block of the arena */
    }
    assert_true(c.missed > 0 && c.missed < 5000);
    assert_non_null(counter_find(&c, bytes_of("often 0")));
    counter_fini(&c);
}

#define FLOOD_KEYS 5000

/* In `row`, @ is a number that no other has. */
static void read_flood(const char *kind, const char *header, const char *row, const char *honest)
{
    GString *rows = g_string_new(NULL);

    for (unsigned i = 0; i < FLOOD_KEYS; i++)
        for (const char *at = row; *at; at++)
            if (*at == '@')
                g_string_append_printf(rows, "%u", i);
            else
                g_string_append_c(rows, *at);
    for (unsigned i = 0; i < 1000; i++)
        g_string_append(rows, honest);
    read_text(kind, header, rows->str);
    g_string_free(rows, TRUE);
}

static void read_floods(void)
{
    read_flood(
        "requests", REQUESTS,
        "2006-06-10,s,192.0.2.1,80,,BR,1,AS,http,connect-smtp,f@:25,f@,,25,1,1\n",
        "2006-06-11,s,192.0.2.1,80,,BR,1,AS,http,connect-smtp,mx.example:25,mx.example,,25,1,1\n");
    read_flood(
        "emails", EMAILS, "2006-06-10,s,192.0.2.1,80,,BR,1,AS,http,f@,,25,f,1,1,body@,flood,,,,,\n",
        "2006-06-11,s,192.0.2.2,80,,TW,2,AS,http,mx.example,,25,a-b.example,3,7,honest,x,,,,,\n");
    read_flood("recipients", RECIPIENTS, "2006-06-10,s,d@.example,1\n",
               "2006-06-11,s,honest.example,1\n");
}

/* What comes behind a flood of names that come once each is there, with exact numbers; and
 * so is all that has few names. */
static void test_second_pass(void **state)
{
    const struct tally_options options = {.keys_max = 100};
    struct report_tables *tables;

    (void)state;
    begin(&options);
    read_floods();
    assert_true(tally_is_rough(&tally));
    tally_again(&tally);
    read_floods();
    assert_false(tally_is_rough(&tally));
    assert_int_equal(tally.emails, FLOOD_KEYS + 1000);
    assert_int_equal(tally.requests, FLOOD_KEYS + 1000);
    tables = tables_of(&tally, 1);
    expect_table(tables, "servers", "server emails requests accepted recipients",
                 "mx.example|1000|1000|1000|3000;");
    expect_table(tables, "messages", "body_sha256 emails recipients size mail_from subject",
                 "honest|1000|3000|7|a-b.example|x;");
    expect_table(tables, "recipient_domains", "domain recipients", "honest.example|1000;");
    expect_table(tables, "asked", "target requests", "mx.example:25|1000;");
    expect_table(tables, "countries", "cc emails recipients", "BR|5000|5000;");
    expect_table(tables, "asns", "asn emails", "1|5000;");
    expect_table(tables, "days_by_country", "day emails BR others",
                 "2006-06-10|5000|5000|0;2006-06-11|1000|0|1000;");
    expect_fact(tables, "unique_ips", "2");
    expect_fact(tables, "emails_captured", "6000");
    assert_non_null(strstr(g_ptr_array_index(tables->notices, 0),
                           "There are more than 100 different target mail servers: those of more"));
    end(tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_totals),
        cmocka_unit_test(test_half_up),
        cmocka_unit_test(test_ranking_and_top),
        cmocka_unit_test(test_period_asked_for),
        cmocka_unit_test(test_long_period),
        cmocka_unit_test(test_sensor_asked_for),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_damaged_cells),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_sieve),
        cmocka_unit_test(test_sieve_by_bytes),
        cmocka_unit_test(test_second_pass),
    };

    return cmocka_run_group_tests(tests, make_path, remove_path);
}
