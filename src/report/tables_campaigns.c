/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of what `potsherd campaigns` found, as descriptions: adding one is a description here
 * and its line in `tables_campaigns`. */
#include <inttypes.h>

#include "report/derive_campaigns.h"
#include "report/descriptions.h"

#define PAIR_STEPS_MAX (UINT64_C(1) << 28) /* some seconds */
#define TITLE_LETTERS  28

#define FOR_PROGRAMS(id, title, cell, at)                                                          \
    {                                                                                              \
        id, title, cell, at, 0, NULL, NULL, NULL, true                                             \
    }
#define SHARE(id, title, at, of)                                                                   \
    {                                                                                              \
        id, title, CELL_SHARE, at, of, "%", NULL, NULL, false                                      \
    }

static void say_share(GString *note, const char *of, uint64_t part, uint64_t whole)
{
    g_string_append_printf(note, "%" PRIu64 " %s (", part, of);
    ranking_append_share(note, part, whole);
    g_string_append(note, "). ");
}

/* ---- the campaigns ---- */

static void say_campaigns(const struct making *m, GString *note)
{
    const struct tally_campaigns *c = &m->t->campaigns;

    g_string_append_printf(note, "%" PRIu64 " campaigns sent %" PRIu64 " emails",
                           c->rows - c->again, c->emails);
    if (campaigns_have_records(m->t) && m->t->emails) {
        g_string_append(note, ", ");
        ranking_append_share(note, c->emails, m->t->emails);
        g_string_append_printf(note, " of %" PRIu64, m->t->emails);
    }
    g_string_append(note, ". ");
}

static const struct ranking_column campaign_columns[] = {
    RANK,
    CELL("campaign", "Campaign", CELL_KEY, 0),
    CELL("shared", "What its emails share", CELL_FACT, CAMPAIGN_SHARED),
    FOR_PROGRAMS("shared_by", "Which is", CELL_FACT, CAMPAIGN_BY),
    FOR_PROGRAMS("kind", "Kind", CELL_FACT, CAMPAIGN_KIND),
    COUNT("emails", "Emails", CAMPAIGN_EMAILS),
    PERCENT("percent", CAMPAIGN_EMAILS, WHOLE_CAMPAIGN_RECORDS),
    {"recipients", "Recipients", CELL_COUNT, CAMPAIGN_RECIPIENTS, 0, NULL, "campaigns",
     "recipients", true},
    COUNT("sources", "Sources", CAMPAIGN_SOURCES),
    FOR_PROGRAMS("ases", "ASes", CELL_COUNT, CAMPAIGN_ASES),
    COUNT("countries", "Countries", CAMPAIGN_COUNTRIES),
    COUNT("days", "Days", CAMPAIGN_DAYS),
    CELL("first", "First (UTC)", CELL_TIME_WHOLE, CAMPAIGN_FIRST),
    CELL("last", "Last (UTC)", CELL_TIME_WHOLE, CAMPAIGN_LAST),
    CELL("languages", "Languages", CELL_FACT, CAMPAIGN_LANGUAGES),
    CELL("tags", "Tags", CELL_FACT, CAMPAIGN_TAGS),
    END,
};

static const struct ranking campaigns = {
    .id = "campaigns",
    .title = "Campaigns",
    .columns = campaign_columns,
    .counter = IN(campaigns.all),
    .numbers = CAMPAIGN_RANKED,
    .rows = ROWS_FIRST,
    .note = NOTE_FIRST,
    .say = say_campaigns,
};

/* ---- over time ---- */

static bool several_days(const struct tally *t)
{
    return t->campaigns.any_day && t->campaigns.first_day < t->campaigns.last_day;
}

static bool campaign_period(const struct making *m, int64_t *first, int64_t *last)
{
    *first = m->t->campaigns.first_day;
    *last = m->t->campaigns.last_day;
    return m->t->campaigns.any_day;
}

/* "1 replica watches"; of a campaign whose emails share nothing that can be said so its name. */
static const char *campaign_title(const struct making *m, size_t rank, struct bytes key)
{
    const struct count *count = counter_find(&m->t->campaigns.all, key);
    struct bytes text = count ? count->facts[CAMPAIGN_SHARED] : BYTES_NONE;
    const char *kept;

    text = text.n ? text : key;
    kept = tables_keep(m->r, "%zu %.*s", rank, (int)text.n, (const char *)text.at);
    if (g_utf8_strlen(kept, -1) <= TITLE_LETTERS)
        return kept;
    return tables_keep(m->r, "%.*s", (int)(g_utf8_offset_to_pointer(kept, TITLE_LETTERS) - kept),
                       kept);
}

static const struct series_days campaign_days = {
    .all = IN(campaigns.days),
    .by = IN(campaigns.days_by),
    .keys = CAMPAIGNS_DRAWN,
    .period = campaign_period,
    .title = campaign_title,
};

static const struct series by_campaign = {
    .key = "campaign",
    .counter = IN(campaigns.all),
    .numbers = CAMPAIGN_RANKED,
    .wanted = several_days,
    .other = &campaign_days,
};

static const struct ranking_column duration_columns[] = {
    CELL("duration", "From first to last", CELL_KEY, 0),
    COUNT("campaigns", "Campaigns", DURATION_CAMPAIGNS),
    PERCENT("campaigns_percent", DURATION_CAMPAIGNS, WHOLE_CAMPAIGNS),
    COUNT("emails", "Emails", DURATION_EMAILS),
    PERCENT("emails_percent", DURATION_EMAILS, WHOLE_CAMPAIGN_EMAILS),
    SHARE("active_days_percent", "Days with an email", DURATION_ACTIVE, DURATION_DAYS),
    SHARE("busiest_day_percent", "Emails on the busiest day", DURATION_BUSIEST, DURATION_EMAILS),
    END,
};

static const struct ranking durations = {
    .id = "campaign_durations",
    .title = "How long campaigns last",
    .columns = duration_columns,
    .derive = derive_durations,
    .rows = ROWS_ADDED,
    .note = NOTE_TEXT,
    .text =
        "Days from that of the first email to that of the last one. Per cent of these days have "
        "an email; per cent of a campaign's emails came on its busiest day; both of all "
        "campaigns of the row together.",
};

static const struct ranking_column evenness_columns[] = {
    CELL("share", "Share", CELL_KEY, 0),
    COUNT("by_active_days", "Campaigns by days with an email", EVEN_ACTIVE),
    SHARE("by_active_days_percent", "%", EVEN_ACTIVE, EVEN_ALL),
    COUNT("by_busiest_day", "Campaigns by their busiest day", EVEN_BUSIEST),
    SHARE("by_busiest_day_percent", "%", EVEN_BUSIEST, EVEN_BUSIEST_ALL),
    END,
};

static bool any_of_several_days(const struct tally *t)
{
    const struct count *campaign;
    size_t at = 0;

    while ((campaign = counter_each(&t->campaigns.all, &at)) != NULL)
        if (bin_day((time_us)campaign->n[CAMPAIGN_FIRST]) !=
            bin_day((time_us)campaign->n[CAMPAIGN_LAST]))
            return true;
    return false;
}

static const struct ranking evenness = {
    .id = "campaign_evenness",
    .title = "How evenly campaigns send",
    .columns = evenness_columns,
    .derive = derive_evenness,
    .rows = ROWS_ADDED,
    .note = NOTE_TEXT,
    .text =
        "Of campaigns of more than a day: how many of the days from the first email to the last "
        "have one, and how many of the emails came on the busiest day. A share that is a bound "
        "is in the lower row.",
    .wanted = any_of_several_days,
};

/* ---- ports ---- */

static bool any_campaign_port(const struct tally *t)
{
    const struct counter *ports = &t->campaigns.ports;
    const struct count *count;
    size_t at = 0;

    while ((count = counter_each(ports, &at)) != NULL)
        if (count->key.n > 1) /* more than what is between an empty module and an empty port */
            return true;
    return false;
}

static const struct ranking_column port_columns[] = {
    RANK,
    CELL("module", "Module", CELL_KEY, 0),
    CELL("port", "Port", CELL_KEY_NAME, 1),
    COUNT("campaigns", "Campaigns", USE_CAMPAIGNS),
    PERCENT("campaigns_percent", USE_CAMPAIGNS, WHOLE_CAMPAIGNS),
    COUNT("emails", "Emails", USE_EMAILS),
    PERCENT("emails_percent", USE_EMAILS, WHOLE_CAMPAIGN_EMAILS),
    END,
};

static const struct ranking ports = {
    .id = "campaign_ports",
    .title = "Campaigns by module and port",
    .columns = port_columns,
    .counter = IN(campaigns.ports),
    .numbers = USE_NUMBERS,
    .rows = ROWS_FIRST,
    .note = NOTE_FIRST,
    .wanted = any_campaign_port,
};

/* ---- sources ---- */

static bool any_sender(const struct tally *t)
{
    return t->campaigns.senders.keys > 0;
}

static uint64_t senders_of_several(const struct tally *t)
{
    const struct count *sender;
    uint64_t n = 0;
    size_t at = 0;

    while ((sender = counter_each(&t->campaigns.senders, &at)) != NULL)
        n += sender->n[SENDER_CAMPAIGNS] > 1;
    return n;
}

static bool any_sender_of_several(const struct tally *t)
{
    return senders_of_several(t) > 0;
}

static bool any_address_of_several(const struct tally *t)
{
    return !t->options.anonymise && any_sender_of_several(t);
}

static bool any_network_of_several(const struct tally *t)
{
    return t->options.anonymise && any_sender_of_several(t);
}

static const struct ranking_column campaigns_a_source_columns[] = {
    CELL("campaigns", "Campaigns", CELL_KEY, 0),
    COUNT("sources", "Sources", BUCKET_SOURCES),
    PERCENT("percent", BUCKET_SOURCES, WHOLE_SENDERS),
    COUNT("emails", "Emails", BUCKET_EMAILS),
    PERCENT("emails_percent", BUCKET_EMAILS, WHOLE_CAMPAIGN_EMAILS),
    END,
};

static const struct ranking campaigns_a_source = {
    .id = "campaigns_a_source",
    .title = "Sources by the number of campaigns that they sent",
    .columns = campaigns_a_source_columns,
    .derive = derive_campaigns_a_source,
    .rows = ROWS_ADDED,
    .wanted = any_sender,
};

static void say_several(const struct making *m, GString *note)
{
    say_share(note, "sources sent more than one campaign", senders_of_several(m->t),
              m->t->campaigns.senders.keys_most);
    if (m->t->options.anonymise && seen_is_over(m->t->campaigns.of_networks))
        g_string_append(note, "There was no memory for all pairs of campaign and network: their "
                              "numbers of campaigns are too low. ");
}

static const struct ranking_column sender_columns[] = {
    RANK,
    CELL("src_ip", "Source", CELL_KEY, 0),
    COUNT("campaigns", "Campaigns", SENDER_CAMPAIGNS),
    COUNT("emails", "Emails", SENDER_EMAILS),
    CELL("first", "First (UTC)", CELL_TIME, SENDER_FIRST),
    CELL("last", "Last (UTC)", CELL_TIME, SENDER_LAST),
    END,
};

#define SENDERS(name, from, any)                                                                   \
    static const struct ranking name = {                                                           \
        .id = "campaign_sources",                                                                  \
        .title = "Sources of several campaigns",                                                   \
        .columns = sender_columns,                                                                 \
        .counter = IN(campaigns.from),                                                             \
        .numbers = SENDER_RANKED,                                                                  \
        .rows = ROWS_REPEATED,                                                                     \
        .say = say_several,                                                                        \
        .wanted = any,                                                                             \
    }

SENDERS(senders, senders, any_address_of_several);
/* A network sent a campaign once, however many of its addresses did. */
SENDERS(networks, networks, any_network_of_several);

/* ---- campaigns that share sources ---- */

static const struct ranking_column pair_columns[] = {
    RANK,
    CELL("campaign", "Campaign", CELL_KEY, 0),
    CELL("shared", "What its emails share", CELL_FACT, PAIR_WHAT),
    CELL("other", "Smaller one", CELL_KEY, 1),
    CELL("other_shared", "What its emails share", CELL_FACT, PAIR_OTHER_WHAT),
    COUNT("shared_sources", "Shared sources", PAIR_SHARED),
    SHARE("percent", "Of the smaller one's", PAIR_SHARED, PAIR_OTHER_SOURCES),
    FOR_PROGRAMS("sources", "Sources", CELL_COUNT, PAIR_SOURCES),
    FOR_PROGRAMS("other_sources", "Sources of the smaller one", CELL_COUNT, PAIR_OTHER_SOURCES),
    END,
};

static const struct ranking pairs = {
    .id = "campaign_pairs",
    .title = "Campaigns that share sources",
    .columns = pair_columns,
    .numbers = PAIR_NUMBERS,
    .rows = ROWS_FIRST,
};

/* No limit that acts is silent, whether there is a table or not. */
static void append_limits(GString *note, const struct campaign_pairs_found *f)
{
    if (f->sources_with_more)
        g_string_append_printf(note,
                               "Not looked at: %" PRIu64 " source%s that sent more than %" PRIu64
                               " campaigns each. ",
                               f->sources_with_more, f->sources_with_more == 1 ? "" : "s", f->most);
    if (f->left_out)
        g_string_append_printf(note,
                               "There was memory for %" PRIu64 " rows of campaign_sources.csv; "
                               "%" PRIu64 " later ones are not looked at. ",
                               f->rows, f->left_out);
}

static void say_pairs(const struct making *m, const struct campaign_pairs_found *f,
                      struct table *table)
{
    GString *note = g_string_new(NULL);

    if (table)
        g_string_append_printf(note,
                               "The first %zu of %" PRIu64 " pairs. The smaller one has fewer "
                               "sources, or as many. ",
                               f->count, f->pairs);
    append_limits(note, f);
    if (table)
        table_note(table, "%.*s", (int)note->len - 1, note->str);
    else if (note->len)
        tables_notice(m->r, "Campaigns that share sources: none were found. %.*s",
                      (int)note->len - 1, note->str);
    g_string_free(note, TRUE);
}

static void make_pairs(const struct making *m)
{
    struct campaign_pairs_found found;
    struct counter made;
    guint before = m->r->tables->len;

    campaign_pairs_find(m->t->campaigns.pairs, m->top, PAIR_STEPS_MAX, &found);
    derive_pairs(m->t, &found, &made);
    ranking_make_of(m, &pairs, &made);
    say_pairs(m, &found,
              m->r->tables->len > before ? g_ptr_array_index(m->r->tables, before) : NULL);
    counter_fini(&made);
    campaign_pairs_found_fini(&found);
}

/* ---- all of them, in their order ---- */

void tables_campaigns(const struct making *m)
{
    if (!m->t->have_campaigns)
        return;
    ranking_make(m, &campaigns);
    series_make(m, &by_campaign);
    ranking_make(m, &durations);
    ranking_make(m, &evenness);
    ranking_make(m, &ports);
    ranking_make(m, &campaigns_a_source);
    ranking_make(m, &senders);
    ranking_make(m, &networks);
    make_pairs(m);
}
