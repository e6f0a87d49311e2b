/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/selection.h"

#define LACKING_LOGGED 10 /* files that lack columns are logged one by one */

/* What rows of emails.csv alone say of a message, and what others say, too. */
#define OF_OTHERS ((unsigned)(FILTER_RCPT | FILTER_DOMAIN | FILTER_HASH | FILTER_CAMPAIGN))
#define OF_EMAILS                                                                                  \
    ((unsigned)(FILTER_SOURCE | FILTER_COUNTRY | FILTER_AS | FILTER_TARGET | FILTER_FROM |         \
                FILTER_SUBJECT | FILTER_TAG))

/* --- what a row says --- */

static unsigned given(const struct selection *s)
{
    return filters_given(s->filters);
}

static bool has_all(unsigned bits, unsigned wanted)
{
    return (bits & wanted) == wanted;
}

/* Of all that is given, what rows of this kind have no columns for. */
static unsigned beyond(const struct selection *s, enum record_file kind)
{
    return given(s) & ~filters_known(kind);
}

static bool is_of_connection(enum record_file kind)
{
    return filters_has_uid(kind) && !filters_has_message(kind);
}

void selection_look_at_file(struct selection *s, const struct record_set *set,
                            enum record_file kind, const char *path, const struct source *source)
{
    unsigned lacking = filters_lacking(s->filters, kind, source_has, source);

    for (unsigned bit = 1; bit <= FILTER_LAST; bit <<= 1)
        if (lacking & bit && !set->read[kind] && s->lacking_files++ < LACKING_LOGGED)
            log_info("%s: has no column for %s: none of its rows matches", path,
                     filter_option((enum filter)bit));
}

/* --- messages --- */

struct pass {
    struct selection *selection;
    const struct record_set *set;
    enum record_file kind;
    unsigned said; /* filters that no file to come says anything about */
};

static void begin_file(void *context, const char *path, const struct source *source)
{
    struct pass *p = context;

    selection_look_at_file(p->selection, p->set, p->kind, path, source);
}

/* A row says what it can: a message that lacks what nobody will say any more is not kept. */
static bool look_at_message(void *context, struct source *source, const struct bytes *cells)
{
    struct pass *p = context;
    struct selection *s = p->selection;
    unsigned held = filters_test(s->filters, p->kind, cells), wanted = given(s) & ~FILTERS_OWN,
             said = p->said & wanted;
    struct key *key;
    uint64_t uid;
    uint32_t n;

    if (!filters_key(p->kind, cells, &uid, &n)) {
        source_damaged(source, "no uid and number of a message");
        return true;
    }
    if (!has_all(held, given(s) & FILTERS_OWN & filters_known(p->kind)) || !(held & wanted))
        return true;
    key = keys_find(&s->messages, uid, n);
    if (!has_all((key ? key->bits : 0) | held, said))
        return true;
    if (!key)
        key = keys_add(&s->messages, uid, n);
    key->bits |= held;
    return true;
}

/* What each kind says that none after it does; in this order they are read. */
static const struct {
    enum record_file kind;
    unsigned says; /* beside what it has in common with all */
    unsigned last; /* of these: that no kind after it says */
} message_kinds[] = {
    {RECORD_EMAILS, OF_EMAILS | FILTER_DOMAIN | FILTER_HASH, OF_EMAILS},
    {RECORD_RECIPIENTS, FILTER_RCPT | FILTER_DOMAIN, FILTER_RCPT},
    {RECORD_ATTACHMENTS, FILTER_HASH, FILTER_HASH},
    {RECORD_URLS, FILTER_DOMAIN, FILTER_DOMAIN},
    {RECORD_CAMPAIGN_EMAILS, FILTER_CAMPAIGN, FILTER_CAMPAIGN},
};

static void select_messages(struct selection *s, struct record_set *set)
{
    struct pass p = {.selection = s, .set = set};
    const struct record_reader reader = {begin_file, look_at_message, &p};

    for (size_t i = 0; i < sizeof message_kinds / sizeof *message_kinds; i++) {
        p.kind = message_kinds[i].kind;
        p.said |= message_kinds[i].last;
        if (given(s) & message_kinds[i].says)
            record_set_read(set, p.kind, &reader);
    }
}

static bool is_selected(const struct selection *s, const struct key *key)
{
    return key && has_all(key->bits, given(s) & ~FILTERS_OWN);
}

/* --- connections --- */

static bool look_at_connection(void *context, struct source *source, const struct bytes *cells)
{
    struct pass *p = context;
    struct selection *s = p->selection;
    uint64_t uid;
    uint32_t n;

    if (!filters_key(p->kind, cells, &uid, &n))
        source_damaged(source, "no uid");
    else if (has_all(filters_test(s->filters, p->kind, cells), given(s)))
        keys_add(&s->connections, uid, 0);
    return true;
}

static void select_connections(struct selection *s, struct record_set *set)
{
    struct pass p = {.selection = s, .set = set};
    const struct record_reader reader = {begin_file, look_at_connection, &p};
    struct key *key;
    size_t at = 0;

    while ((key = keys_next(&s->messages, &at)) != NULL)
        if (is_selected(s, key))
            keys_add(&s->connections, key->uid, 0);
    for (p.kind = 0; p.kind < RECORD_FILE_COUNT; p.kind++)
        if (is_of_connection(p.kind) && !beyond(s, p.kind))
            record_set_read(set, p.kind, &reader);
}

/* --- the whole --- */

/* Rows of emails.csv say all but what others say, too. */
static bool follows_message(const struct selection *s, enum record_file kind)
{
    unsigned others = kind == RECORD_EMAILS ? OF_OTHERS : ~FILTERS_OWN;

    return filters_has_message(kind) && given(s) & others;
}

void selection_make(struct selection *s, struct record_set *set, unsigned kinds)
{
    bool by_message = false, by_connection = false;

    for (unsigned i = 0; i < RECORD_FILE_COUNT; i++) {
        if (!(kinds & 1u << i))
            continue;
        by_message = by_message || follows_message(s, i);
        by_connection = by_connection || (is_of_connection(i) && beyond(s, i));
    }
    if (by_message || by_connection)
        select_messages(s, set);
    if (by_connection)
        select_connections(s, set);
}

bool selection_has(const struct selection *s, enum record_file kind, const struct bytes *cells)
{
    unsigned held, own = given(s) & filters_known(kind);
    uint64_t uid;
    uint32_t n;

    if (!given(s))
        return true;
    held = filters_test(s->filters, kind, cells);
    if (follows_message(s, kind))
        return has_all(held, own & FILTERS_OWN) && filters_key(kind, cells, &uid, &n) &&
               is_selected(s, keys_find(&s->messages, uid, n));
    if (!has_all(held, own) || !beyond(s, kind))
        return has_all(held, own);
    return is_of_connection(kind) && filters_key(kind, cells, &uid, &n) &&
           keys_find(&s->connections, uid, 0);
}

void selection_fini(struct selection *s)
{
    keys_fini(&s->messages);
    keys_fini(&s->connections);
}
