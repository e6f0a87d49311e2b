/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/filters.h"

#include <glib.h>
#include <string.h>

#include "base/escape.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/prefix.h"
#include "export/target.h"
#include "potsherd/csv_reader.h"

#define UID_DIGITS      16
#define SHA256_DIGITS   64
#define ID_DIGITS_LEAST 4 /* of a campaign's 16, that one may give */

/* What a match may cost, so that no pattern hangs on what a stranger wrote: a subject is at most
 * some kilobytes, and a pattern that needs more tries than this for one is a mistake.  PCRE takes
 * it from the pattern's beginning. */
#define MATCH_LIMIT "(*LIMIT_MATCH=1000000)"

struct wanted_uid {
    uint64_t uid;
    uint32_t n; /* of a message; 0: all of them */
};

struct filters {
    const struct options *options;
    struct period period;
    unsigned given;
    struct wanted_uid uids[OPTION_LIST_MAX];
    struct prefix sources[OPTION_LIST_MAX];
    struct target targets[OPTION_LIST_MAX];
    GRegex *subjects[OPTION_LIST_MAX];
    uint64_t undecided;
    struct buf scratch, other, third;
};

/* --- the columns that they look at --- */

enum role {
    IN_TS,
    IN_UID,
    IN_EMAIL_N,
    IN_SENSOR,
    IN_SRC_IP,
    IN_SRC_CC,
    IN_SRC_ASN,
    IN_TARGET_HOST,
    IN_TARGET_IP,
    IN_TARGET_PORT,
    IN_MAIL_FROM,
    IN_HEADER_FROM,
    IN_RCPT,
    IN_FIRST_RCPT,
    IN_SUBJECT,
    IN_TAGS,
    IN_HOST,
    IN_DOMAIN,
    IN_SHA256,
    IN_BODY_SHA256,
    IN_CAMPAIGN,
    ROLES
};

static const struct {
    const char *column;
    unsigned filters; /* that look at it */
} roles[ROLES] = {
    [IN_TS] = {"ts", FILTER_TIME},
    [IN_UID] = {"uid", FILTER_UID},
    [IN_EMAIL_N] = {"email_n", 0},
    [IN_SENSOR] = {"sensor", FILTER_SENSOR},
    [IN_SRC_IP] = {"src_ip", FILTER_SOURCE},
    [IN_SRC_CC] = {"src_cc", FILTER_COUNTRY},
    [IN_SRC_ASN] = {"src_asn", FILTER_AS},
    [IN_TARGET_HOST] = {"target_host", FILTER_TARGET},
    [IN_TARGET_IP] = {"target_ip", FILTER_TARGET},
    [IN_TARGET_PORT] = {"target_port", FILTER_TARGET},
    [IN_MAIL_FROM] = {"mail_from", FILTER_FROM | FILTER_DOMAIN},
    [IN_HEADER_FROM] = {"header_from", FILTER_FROM},
    [IN_RCPT] = {"rcpt", FILTER_RCPT},
    [IN_FIRST_RCPT] = {"first_rcpt", FILTER_RCPT | FILTER_DOMAIN},
    [IN_SUBJECT] = {"subject", FILTER_SUBJECT},
    [IN_TAGS] = {"tags", FILTER_TAG},
    [IN_HOST] = {"host", FILTER_DOMAIN},
    [IN_DOMAIN] = {"domain", FILTER_DOMAIN},
    [IN_SHA256] = {"sha256", FILTER_HASH},
    [IN_BODY_SHA256] = {"body_sha256", FILTER_HASH},
    [IN_CAMPAIGN] = {"campaign", FILTER_CAMPAIGN},
};

/* Numbers of the columns; -1: the kind has none.  Made when it is first asked for. */
static const int16_t *columns_of(enum record_file kind)
{
    static int16_t columns[RECORD_FILE_COUNT][ROLES];
    static bool made[RECORD_FILE_COUNT];
    const struct record_schema *s = record_schema(kind);

    if (made[kind])
        return columns[kind];
    for (int r = 0; r < ROLES; r++) {
        columns[kind][r] = -1;
        for (unsigned i = 0; i < s->column_count; i++)
            if (!strcmp(s->columns[i].name, roles[r].column))
                columns[kind][r] = (int16_t)i;
    }
    made[kind] = true;
    return columns[kind];
}

unsigned filters_known(enum record_file kind)
{
    const int16_t *columns = columns_of(kind);
    unsigned known = 0;

    for (int r = 0; r < ROLES; r++)
        known |= columns[r] >= 0 ? roles[r].filters : 0;
    return known;
}

unsigned filters_lacking(const struct filters *f, enum record_file kind,
                         bool (*has)(const struct source *file, unsigned column),
                         const struct source *file)
{
    const int16_t *columns = columns_of(kind);
    unsigned there = 0;

    for (int r = 0; r < ROLES; r++)
        if (columns[r] >= 0 && has(file, (unsigned)columns[r]))
            there |= roles[r].filters;
    return f->given & filters_known(kind) & ~there;
}

bool filters_has_uid(enum record_file kind)
{
    return columns_of(kind)[IN_UID] >= 0;
}

bool filters_has_message(enum record_file kind)
{
    return columns_of(kind)[IN_EMAIL_N] >= 0;
}

/* --- what is given --- */

static const struct {
    enum filter filter;
    const char *option;
    size_t list; /* in struct options; 0: none */
} lists[] = {
#define LIST(member) offsetof(struct options, member)
    {FILTER_UID, "--uid", LIST(uids)},
    {FILTER_TIME, "--since or --until", 0},
    {FILTER_SENSOR, "--sensor", LIST(sensors)},
    {FILTER_SOURCE, "--src", LIST(sources)},
    {FILTER_COUNTRY, "--country", LIST(countries)},
    {FILTER_AS, "--asn", LIST(ases)},
    {FILTER_TARGET, "--target", LIST(targets)},
    {FILTER_FROM, "--from", LIST(senders)},
    {FILTER_RCPT, "--rcpt", LIST(recipients)},
    {FILTER_SUBJECT, "--subject", LIST(subjects)},
    {FILTER_TAG, "--tag", LIST(tag_names)},
    {FILTER_DOMAIN, "--domain", LIST(domains)},
    {FILTER_HASH, "--sha256", LIST(hashes)},
    {FILTER_CAMPAIGN, "--campaign", LIST(campaigns)},
#undef LIST
};

const char *filter_option(enum filter filter)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (lists[i].filter == filter)
            return lists[i].option;
    return "";
}

unsigned filters_given(const struct filters *f)
{
    return f->given;
}

bool filters_are_decided(const struct filters *f)
{
    if (f->undecided)
        log_warn("--subject: %llu subjects took this pattern too long, and are left out; give a "
                 "simpler one",
                 (unsigned long long)f->undecided);
    return !f->undecided;
}

static void note_given(struct filters *f)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        const struct option_list *list = (const void *)((const char *)f->options + lists[i].list);

        if (lists[i].list && list->count)
            f->given |= lists[i].filter;
    }
    if (f->period.has_since || f->period.has_until)
        f->given |= FILTER_TIME;
}

static bool parse_hex(struct bytes text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.n; i++) {
        int digit = number_hex_digit(text.at[i]);

        if (digit < 0)
            return false;
        *out = *out << 4 | (unsigned)digit;
    }
    return text.n == UID_DIGITS;
}

static bool parse_uid(const char *text, struct wanted_uid *out, struct failure *why)
{
    struct bytes uid = bytes_of(text), n;
    uint64_t number = 0;
    bool good = true;

    if (uid.n > UID_DIGITS) {
        n = bytes_skip(uid, UID_DIGITS);
        good = n.at[0] == '-' && number_parse(bytes_skip(n, 1), UINT32_MAX, &number) && number;
        uid.n = UID_DIGITS;
    }
    out->n = (uint32_t)number;
    return (good && parse_hex(uid, &out->uid)) ||
           failure_set(why, "--uid %s: expected 16 hex digits, or such and -N for one message",
                       text);
}

static const char *without_as(const char *text)
{
    return g_ascii_strncasecmp(text, "AS", 2) ? text : text + 2;
}

static bool check_as(const char *text, struct failure *why)
{
    uint64_t number;

    return !*text || number_parse(bytes_of(without_as(text)), UINT32_MAX, &number) ||
           failure_set(why,
                       "--asn %s: expected the number of an autonomous system, as 64496 or "
                       "AS64496",
                       text);
}

static bool check_digits(const char *option, const char *text, size_t least, size_t most,
                         struct failure *why)
{
    size_t n = strlen(text), digits = 0;

    while (digits < n && number_hex_digit((uint8_t)text[digits]) >= 0)
        digits++;
    if (n >= least && n <= most && digits == n)
        return true;
    return least == most
               ? failure_set(why, "%s %s: expected %zu hex digits", option, text, most)
               : failure_set(why, "%s %s: expected %zu to %zu hex digits, as an id begins", option,
                             text, least, most);
}

static bool check_text(const char *option, const char *text, struct failure *why)
{
    return *text || failure_set(why, "%s: empty: every row would match", option);
}

/* What is wrong is said of the pattern as it was given. */
static bool compile(const char *pattern, GRegex **out, struct failure *why)
{
    char *limited = g_strconcat(MATCH_LIMIT, pattern, NULL);
    GError *error = NULL;
    GRegex *given = g_regex_new(pattern, G_REGEX_CASELESS, 0, &error);

    if (given)
        *out = g_regex_new(limited, G_REGEX_CASELESS, 0, &error);
    else
        failure_set(why, "--subject: %s", error->message);
    if (given && !*out)
        failure_set(why, "--subject %s: %s", pattern, error->message);
    if (given)
        g_regex_unref(given);
    g_clear_error(&error);
    g_free(limited);
    return *out != NULL;
}

/* The nth of each list that has so many. */
static bool parse_nth(struct filters *f, unsigned i, struct failure *why)
{
    const struct options *o = f->options;
    struct failure inner = {""};

    if (i < o->uids.count && !parse_uid(o->uids.at[i], &f->uids[i], why))
        return false;
    if (i < o->sources.count && !prefix_parse(bytes_of(o->sources.at[i]), &f->sources[i], &inner))
        return failure_set(why, "--src %s", inner.text);
    if (i < o->targets.count && !target_parse(o->targets.at[i], &f->targets[i], &inner))
        return failure_set(why, "--target %s", inner.text);
    return (i >= o->ases.count || check_as(o->ases.at[i], why)) &&
           (i >= o->hashes.count ||
            check_digits("--sha256", o->hashes.at[i], SHA256_DIGITS, SHA256_DIGITS, why)) &&
           (i >= o->campaigns.count ||
            check_digits("--campaign", o->campaigns.at[i], ID_DIGITS_LEAST, UID_DIGITS, why)) &&
           (i >= o->senders.count || check_text("--from", o->senders.at[i], why)) &&
           (i >= o->recipients.count || check_text("--rcpt", o->recipients.at[i], why)) &&
           (i >= o->domains.count || check_text("--domain", o->domains.at[i], why)) &&
           (i >= o->tag_names.count || check_text("--tag", o->tag_names.at[i], why)) &&
           (i >= o->subjects.count || compile(o->subjects.at[i], &f->subjects[i], why));
}

struct filters *filters_new(const struct export_options *options, struct failure *why)
{
    struct filters *f = MEM_NEW(struct filters);

    f->options = options->options;
    f->period = options->period;
    note_given(f);
    for (unsigned i = 0; i < OPTION_LIST_MAX; i++)
        if (!parse_nth(f, i, why)) {
            filters_free(f);
            return NULL;
        }
    return f;
}

void filters_free(struct filters *f)
{
    if (!f)
        return;
    for (unsigned i = 0; i < OPTION_LIST_MAX; i++)
        if (f->subjects[i])
            g_regex_unref(f->subjects[i]);
    buf_fini(&f->scratch);
    buf_fini(&f->other);
    buf_fini(&f->third);
    mem_free(f);
}

/* --- a row --- */

struct bytes filters_text(struct bytes cell, struct buf *scratch)
{
    struct buf plain = {0};

    if (!cell.n || (!memchr(cell.at, '"', cell.n) && !memchr(cell.at, '\\', cell.n)))
        return cell;
    csv_cell_undouble(cell, &plain);
    buf_clear(scratch);
    escape_cell_undo(scratch, buf_view(&plain));
    buf_fini(&plain);
    return buf_view(scratch);
}

bool filters_key(enum record_file kind, const struct bytes *cells, uint64_t *uid, uint32_t *n)
{
    const int16_t *columns = columns_of(kind);
    uint64_t number = 0;
    bool good = columns[IN_UID] >= 0 && parse_hex(cells[columns[IN_UID]], uid);

    if (good && columns[IN_EMAIL_N] >= 0)
        good = number_parse(cells[columns[IN_EMAIL_N]], UINT32_MAX, &number) && number;
    *n = (uint32_t)number;
    return good;
}

struct row {
    struct filters *f;
    enum record_file kind;
    const struct bytes *cells;
    const int16_t *columns;
};

/* As bytes; empty where the kind has no such column. */
static struct bytes cell_of(const struct row *r, enum role role, struct buf *scratch)
{
    return r->columns[role] < 0 ? BYTES_NONE : filters_text(r->cells[r->columns[role]], scratch);
}

static bool is_text(struct bytes cell, const char *text)
{
    return cell.n == strlen(text) && (!cell.n || !memcmp(cell.at, text, cell.n));
}

static bool has_uid(const struct row *r)
{
    uint64_t uid;
    uint32_t n;

    if (!filters_key(r->kind, r->cells, &uid, &n))
        return false;
    for (unsigned i = 0; i < r->f->options->uids.count; i++)
        if (r->f->uids[i].uid == uid && (!n || !r->f->uids[i].n || r->f->uids[i].n == n))
            return true;
    return false;
}

static bool has_time(const struct row *r)
{
    struct bytes cell = cell_of(r, IN_TS, &r->f->scratch);
    time_us ts;

    return time_parse((const char *)cell.at, cell.n, &ts) && period_holds(&r->f->period, ts);
}

static bool has_source(const struct row *r)
{
    struct bytes cell = cell_of(r, IN_SRC_IP, &r->f->scratch);
    struct address address;

    if (!address_parse((const char *)cell.at, cell.n, &address))
        return false;
    for (unsigned i = 0; i < r->f->options->sources.count; i++)
        if (prefix_has(&r->f->sources[i], &address))
            return true;
    return false;
}

static bool has_target(const struct row *r)
{
    struct bytes host = cell_of(r, IN_TARGET_HOST, &r->f->scratch),
                 ip = cell_of(r, IN_TARGET_IP, &r->f->other),
                 port = cell_of(r, IN_TARGET_PORT, &r->f->third);

    if (!host.n && !ip.n)
        return false; /* it was asked for none */
    for (unsigned i = 0; i < r->f->options->targets.count; i++)
        if (target_is(&r->f->targets[i], host, ip, port))
            return true;
    return false;
}

/* Any of the list `is` what the cell of one of two roles is. */
static bool has_any(const struct row *r, const struct option_list *list, enum role a, enum role b,
                    bool (*is)(struct bytes cell, const char *text))
{
    struct bytes first = cell_of(r, a, &r->f->scratch), second = cell_of(r, b, &r->f->other);

    for (unsigned i = 0; i < list->count; i++)
        if ((r->columns[a] >= 0 && is(first, list->at[i])) ||
            (r->columns[b] >= 0 && is(second, list->at[i])))
            return true;
    return false;
}

static bool contains(struct bytes cell, const char *text)
{
    return bytes_find_nocase(cell, text) != NULL;
}

static bool is_text_nocase(struct bytes cell, const char *text)
{
    return bytes_equal_nocase(cell, text);
}

static bool begins_nocase(struct bytes cell, const char *text)
{
    return bytes_begin_nocase(cell, text);
}

static bool is_as(struct bytes cell, const char *text)
{
    uint64_t a, b;

    if (!*text)
        return !cell.n;
    return number_parse(cell, UINT32_MAX, &a) &&
           number_parse(bytes_of(without_as(text)), UINT32_MAX, &b) && a == b;
}

static bool has_word(struct bytes cell, const char *text)
{
    while (cell.n)
        if (is_text(bytes_take_word(&cell), text))
            return true;
    return false;
}

/* The domain, or one below it. */
static bool is_within(struct bytes name, const char *domain)
{
    size_t n = strlen(domain);

    if (name.n > n && name.at[name.n - n - 1] != '.')
        return false;
    return name.n >= n && bytes_equal_nocase(bytes_skip(name, name.n - n), domain);
}

/* Of an address of mail. */
static bool is_at(struct bytes mailbox, const char *domain)
{
    const uint8_t *at = mailbox.n ? memrchr(mailbox.at, '@', mailbox.n) : NULL;

    return at && is_within(bytes_skip(mailbox, (size_t)(at - mailbox.at) + 1), domain);
}

static bool matches(struct filters *f, const GRegex *pattern, struct bytes text)
{
    GError *error = NULL;
    bool match =
        g_regex_match_full(pattern, (const char *)text.at, (gssize)text.n, 0, 0, NULL, &error);

    if (error)
        f->undecided++;
    g_clear_error(&error);
    return match;
}

/* What is no UTF-8 is looked at as it stands in the record. */
static bool has_subject(const struct row *r)
{
    struct bytes cell = r->cells[r->columns[IN_SUBJECT]], text = filters_text(cell, &r->f->scratch);

    if (!text.n || !g_utf8_validate_len((const char *)text.at, text.n, NULL)) {
        csv_cell_undouble(cell, &r->f->scratch);
        text = bytes_of(buf_string(&r->f->scratch));
    }
    for (unsigned i = 0; i < r->f->options->subjects.count; i++)
        if (matches(r->f, r->f->subjects[i], text))
            return true;
    return false;
}

static bool holds(const struct row *r, enum filter filter)
{
    const struct options *o = r->f->options;

    switch (filter) {
    case FILTER_UID:
        return has_uid(r);
    case FILTER_TIME:
        return has_time(r);
    case FILTER_SENSOR:
        return has_any(r, &o->sensors, IN_SENSOR, IN_SENSOR, is_text);
    case FILTER_SOURCE:
        return has_source(r);
    case FILTER_COUNTRY:
        return has_any(r, &o->countries, IN_SRC_CC, IN_SRC_CC, is_text_nocase);
    case FILTER_AS:
        return has_any(r, &o->ases, IN_SRC_ASN, IN_SRC_ASN, is_as);
    case FILTER_TARGET:
        return has_target(r);
    case FILTER_FROM:
        return has_any(r, &o->senders, IN_MAIL_FROM, IN_HEADER_FROM, contains);
    case FILTER_RCPT:
        return has_any(r, &o->recipients, IN_RCPT, IN_FIRST_RCPT, contains);
    case FILTER_SUBJECT:
        return has_subject(r);
    case FILTER_TAG:
        return has_any(r, &o->tag_names, IN_TAGS, IN_TAGS, has_word);
    case FILTER_DOMAIN:
        return has_any(r, &o->domains, IN_HOST, IN_DOMAIN, is_within) ||
               has_any(r, &o->domains, IN_MAIL_FROM, IN_FIRST_RCPT, is_at);
    case FILTER_HASH:
        return has_any(r, &o->hashes, IN_SHA256, IN_BODY_SHA256, is_text_nocase);
    case FILTER_CAMPAIGN:
        return has_any(r, &o->campaigns, IN_CAMPAIGN, IN_CAMPAIGN, begins_nocase);
    }
    return false;
}

unsigned filters_test(struct filters *f, enum record_file kind, const struct bytes *cells)
{
    struct row r = {f, kind, cells, columns_of(kind)};
    unsigned asked = f->given & filters_known(kind), held = 0;

    for (unsigned bit = 1; bit <= FILTER_LAST; bit <<= 1)
        if (asked & bit && holds(&r, (enum filter)bit))
            held |= bit;
    return held;
}
