/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of campaigns where there is more than memory for, or something is not known. */
#include "tally.h"

#define CAMPAIGNS "campaign,emails,recipients,first,last,days,sources,subject,link_domain\n"
#define SOURCES   "campaign,src_ip,emails,first,last\n"
#define DAYS      "campaign,day,emails\n"
#define PORTS     "campaign,module,dst_port,emails\n"
#define ID        "00000000000000"

/* Campaigns of few emails first, and last; large ones between. */
static void read_many(void)
{
    GString *rows = g_string_new(NULL);

    for (unsigned i = 0; i < 200; i++)
        g_string_append_printf(rows, ID "%02x,%u,1,2006-06-10,2006-06-12,2,3,s%u,\n", i,
                               i % 40 == 20 ? 1000 + i : 5, i);
    read_text("campaigns", CAMPAIGNS, rows->str);
    g_string_free(rows, TRUE);
    read_text("campaign_days", DAYS,
              ID "14,2006-06-10,1000\n" ID "14,2006-06-12,20\n" ID "01,2006-06-10,5\n");
}

static void test_large_ones_stay(void **state)
{
    const struct tally_options options = {.keys_max = 20};
    struct report_tables *tables;

    (void)state;
    begin(&options);
    read_many();
    assert_true(tally_is_rough(&tally));
    tally_again(&tally);
    read_many();
    tables = tables_of(&tally, 5);
    expect_table(tables, "campaigns", "campaign emails recipients days shared",
                 ID "b4|1180|1|2|s180;" ID "8c|1140|1|2|s140;" ID "64|1100|1|2|s100;" ID
                    "3c|1060|1|2|s60;" ID "14|1020|1|2|s20;");
    assert_non_null(
        strstr(tables_find(tables, "campaigns")->note, "200 campaigns sent 6475 emails."));
    expect_table(tables, "days_by_campaign", "day emails " ID "14 others",
                 "2006-06-10|1005|1000|5;2006-06-11|0|0|0;2006-06-12|20|20|0;");
    assert_true(tables->notices->len > 0);
    end(tables);
}

static void test_not_known(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    read_text("campaigns", CAMPAIGNS,
              ID "01,10,,2006-06-10,2006-06-13,2,0,,a.example\n" ID
                 "02,7,,2006-06-10,2006-06-10,1,1,,\n");
    tables = tables_of(&tally, 5);
    expect_table(tables, "campaigns", "campaign shared shared_by percent sources ases",
                 ID "01|a.example|link domain|||;" ID "02||||1|;");
    expect_table(tables, "campaign_durations", "campaigns active_days_percent busiest_day_percent",
                 "1|100.00|;1|50.00|;0||;0||;");
    expect_table(tables, "campaign_evenness", "by_active_days by_busiest_day", "0|;1|;0|;0|;0|;");
    assert_null(tables_find(tables, "campaign_ports"));
    assert_null(tables_find(tables, "campaigns_a_source"));
    assert_null(tables_find(tables, "campaign_pairs"));
    assert_null(tables_find(tables, "days_by_campaign"));
    end(tables);
}

/* What both runs know of a campaign adds up; what may be the same sources and days does not. */
static void test_two_runs(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    for (unsigned i = 0; i < 2; i++)
        read_text("campaigns", CAMPAIGNS, ID "01,10,4,2006-06-10,2006-06-13,2,3,s,\n");
    read_text("campaigns", CAMPAIGNS, ID "01,10,4,2006-06-09,2006-06-19,2,3,s,\n");
    tables = tables_of(&tally, 5);
    expect_table(tables, "campaigns", "emails recipients sources days first last",
                 "30|12|||2006-06-09T00:00:00.000000Z|2006-06-19T00:00:00.000000Z;");
    assert_int_equal(tables->warnings->len, 1);
    end(tables);
}

/* Addresses of one network that sent one campaign are one sender of it. */
static void test_networks(void **state)
{
    const struct tally_options options = {.anonymise = true};
    struct report_tables *tables;

    (void)state;
    begin(&options);
    read_text("campaigns", CAMPAIGNS,
              ID "01,10,,2006-06-10,2006-06-10,1,2,192.0.2.1 x@y.example,\n" ID
                 "02,7,,2006-06-10,2006-06-10,1,1,,\n");
    read_text("campaign_sources", SOURCES,
              ID "01,192.0.2.1,4,2006-06-10,2006-06-10\n" ID
                 "01,192.0.2.2,6,2006-06-10,2006-06-11\n" ID
                 "02,192.0.2.1,7,2006-06-09,2006-06-10\n");
    tables = tables_of(&tally, 5);
    expect_table(tables, "campaigns", "shared", "192.0.2.0/24 y.example;;");
    expect_table(tables, "campaign_sources", "src_ip campaigns emails first last",
                 "192.0.2.0/24|2|17|2006-06-09T00:00:00.000000Z|2006-06-11T00:00:00.000000Z;");
    expect_table(tables, "campaigns_a_source", "campaigns sources emails", "1|1|6;2|1|11;");
    expect_table(tables, "campaign_pairs", "campaign other shared_sources percent",
                 ID "01|" ID "02|1|100.00;");
    end(tables);
}

static void test_damage(void **state)
{
    struct report_tables *tables;

    (void)state;
    begin(NULL);
    tally.damage.quiet = true;
    read_text("campaigns", CAMPAIGNS,
              ID "0G,10,,2006-06-10,2006-06-10,1,1,,\n" ID "0A,10,,2006-06-10,2006-06-10,1,1,,\n"
                 "01,10,,2006-06-10,2006-06-10,1,1,,\n" ID "01,x,,2006-06-10,2006-06-10,1,1,,\n" ID
                 "01,10,,soon,2006-06-10,1,1,,\n");
    read_text("campaign_sources", SOURCES, ID "01,,4,2006-06-10,2006-06-10\n");
    read_text("campaign_ports", PORTS, ID "01,http,70000,1\n");
    read_text("campaign_days", DAYS, ID "01,never,1\n");
    assert_int_equal(tally.damage.rows, 8);
    tables = tables_of(&tally, 5);
    assert_null(tables_find(tables, "campaigns"));
    end(tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_large_ones_stay), cmocka_unit_test(test_not_known),
        cmocka_unit_test(test_two_runs),        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_damage),
    };

    return cmocka_run_group_tests(tests, make_path, remove_path);
}
