/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run of `share`: what is selected, by network, in one of the formats. */
#include "export/share.h"

#include <glib.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

#define NETWORK_SHIFT 1 /* in the bits of a message's key, beside EXTRACT_DONE */

static const struct share_format *const formats[] = {&share_list, &share_abuseipdb, &share_ecs,
                                                     &share_xarf};

/* --- what the records say --- */

static const struct share_network *network_of(const struct share *s, const struct key *key)
{
    return &s->networks.list[(key->bits & ~KEYS_TAKEN) >> NETWORK_SHIFT];
}

/* The address as this program writes it, so that one is not counted as two. */
static struct bytes address_text(struct bytes cell, char text[ADDRESS_TEXT_MAX])
{
    struct address address;

    if (!address_parse((const char *)cell.at, cell.n, &address))
        return BYTES_NONE;
    return (struct bytes){(const uint8_t *)text, address_format(&address, text)};
}

static void note_source(struct share *s, uint32_t as, struct bytes address, time_us ts)
{
    size_t before = s->sources.count;

    ioc_table_add(&s->sources, as, address, ts);
    share_networks_of(&s->networks, as)->sources += s->sources.count - before;
    ioc_table_add(&s->sent, 0, address, ts);
    ioc_table_add(&s->heard, 0, address, ts);
}

static void note_place(struct share *s, struct share_place place)
{
    if (s->place_count == s->place_room) {
        s->place_room = s->place_room ? 2 * s->place_room : 1024;
        s->places = mem_resize(s->places, s->place_room * sizeof *s->places);
    }
    s->places[s->place_count++] = place;
}

static void note_message(struct share *s, uint64_t uid, uint32_t n, const struct bytes *cells,
                         struct bytes address, time_us ts)
{
    struct buf scratch = {0};
    uint64_t as = 0;

    if (envelopes_add(&s->e.envelopes, uid, n, cells)) {
        if (!number_parse(cells[EMAILS_src_asn], UINT32_MAX, &as))
            as = 0;
        keys_find(&s->e.envelopes.messages, uid, n)->bits |=
            share_networks_add(&s->networks, (uint32_t)as,
                               filters_text(cells[EMAILS_src_as_name], &scratch), ts)
            << NETWORK_SHIFT;
        note_source(s, (uint32_t)as, address, ts);
        if (s->format->mail)
            note_place(s, (struct share_place){(uint32_t)as, n, ts, uid});
        if (s->format->flows)
            keys_add(&s->flows, uid, 0);
    }
    buf_fini(&scratch);
}

static bool take_mail(void *context, struct source *source, const struct bytes *cells)
{
    struct share *s = context;
    char text[ADDRESS_TEXT_MAX];
    struct bytes address = address_text(cells[EMAILS_src_ip], text);
    uint64_t uid;
    uint32_t n;
    time_us ts;

    if (!selection_has(&s->e.selection, RECORD_EMAILS, cells))
        return true;
    if (!address.n || !filters_key(RECORD_EMAILS, cells, &uid, &n) ||
        !time_parse((const char *)cells[EMAILS_ts].at, cells[EMAILS_ts].n, &ts))
        source_damaged(source, "no uid, number, time and source of a message");
    else
        note_message(s, uid, n, cells, address, ts);
    return !s->e.envelopes.error;
}

/* Of several folders that have it, the first in the order of bytes. */
static void note_flow(struct share *s, struct key *key, struct bytes id)
{
    uint32_t n = (uint32_t)id.n;

    if (!id.n || (key->at && key->last <= n &&
                  memcmp(s->flow_ids.data + key->at - 1, id.at, (size_t)key->last) <= 0))
        return;
    key->at = s->flow_ids.len + 1;
    key->last = n;
    buf_append(&s->flow_ids, id.at, id.n);
}

static bool take_connection(void *context, struct source *source, const struct bytes *cells)
{
    struct share *s = context;
    char text[ADDRESS_TEXT_MAX];
    struct bytes address = address_text(cells[CONNECTIONS_src_ip], text);
    struct key *key;
    uint64_t uid;
    uint32_t n;

    if (!selection_has(&s->e.selection, RECORD_CONNECTIONS, cells))
        return true;
    if (!address.n || !filters_key(RECORD_CONNECTIONS, cells, &uid, &n)) {
        source_damaged(source, "no uid and source");
        return true;
    }
    ioc_table_add(&s->heard, 0, address, 0);
    key = keys_find(&s->flows, uid, 0);
    if (key)
        note_flow(s, key, cells[CONNECTIONS_community_id]);
    return true;
}

static void begin_emails(void *context, const char *path, const struct source *source)
{
    struct share *s = context;

    selection_look_at_file(&s->e.selection, &s->e.set, RECORD_EMAILS, path, source);
}

static bool read_records(struct share *s)
{
    const struct record_reader emails = {begin_emails, take_mail, s};
    const struct record_reader connections = {NULL, take_connection, s};

    selection_make(&s->e.selection, &s->e.set, 1u << RECORD_EMAILS | 1u << RECORD_CONNECTIONS);
    if (!envelopes_open(&s->e.envelopes, ENVELOPE_CELLS_MOST, s->e.out.fd))
        return out_fail(&s->e.out, NULL, "make a file without a name");
    record_set_read(&s->e.set, RECORD_EMAILS, &emails);
    record_set_read(&s->e.set, RECORD_CONNECTIONS, &connections);
    if (s->format->mails_wanted)
        extract_note_recipients(&s->e);
    return !extract_envelopes_failed(&s->e);
}

/* --- networks under --min --- */

struct left_out {
    uint64_t networks, mails, sources;
};

static struct left_out leave_out(struct share *s)
{
    struct left_out left = {0, 0, 0};
    struct key *key;
    size_t at = 0;

    for (uint32_t i = 0; i < s->networks.count; i++) {
        struct share_network *network = &s->networks.list[i];

        network->left_out = network->mails < s->e.options->options->min;
        if (!network->left_out)
            continue;
        left.networks++;
        left.mails += network->mails;
        left.sources += network->sources;
    }
    while ((key = keys_next(&s->e.envelopes.messages, &at)) != NULL)
        if (network_of(s, key)->left_out)
            key->bits |= EXTRACT_DONE;
    return left;
}

/* --- into a format --- */

static int compare_places(const void *pa, const void *pb)
{
    const struct share_place *a = pa, *b = pb;

    if (a->as != b->as)
        return a->as < b->as ? -1 : 1;
    if (a->ts != b->ts)
        return a->ts < b->ts ? -1 : 1;
    if (a->uid != b->uid)
        return a->uid < b->uid ? -1 : 1;
    return (a->n > b->n) - (a->n < b->n);
}

/* Networks in the order of their numbers, as sources are sorted. */
static bool change_network(struct share *s, const struct share_network **now, uint32_t as)
{
    const struct share_network *next = share_networks_of(&s->networks, as);

    if (*now == next)
        return true;
    if (*now && s->format->end_network && !s->format->end_network(s, *now))
        return false;
    *now = next;
    return !s->format->begin_network || s->format->begin_network(s, next);
}

static bool end_last_network(struct share *s, const struct share_network *now)
{
    return !now || !s->format->end_network || s->format->end_network(s, now);
}

static bool put_mail(struct share *s, const struct share_network **now,
                     const struct share_place *place)
{
    const struct key *key = keys_find(&s->e.envelopes.messages, place->uid, place->n);
    struct share_mail mail;

    return share_show(s, key, &mail) && change_network(s, now, place->as) &&
           s->format->mail(s, &mail);
}

static bool put_mails(struct share *s)
{
    const struct share_network *now = NULL;
    bool good = true;

    if (s->place_count)
        qsort(s->places, s->place_count, sizeof *s->places, compare_places);
    for (size_t i = 0; good && i < s->place_count; i++)
        if (!share_networks_of(&s->networks, s->places[i].as)->left_out)
            good = put_mail(s, &now, &s->places[i]);
    return good && end_last_network(s, now);
}

static bool put_sources(struct share *s)
{
    size_t count = ioc_table_sort(&s->sources);
    const struct share_network *now = NULL;
    bool good = true;

    for (size_t i = 0; good && i < count; i++) {
        const struct ioc *ioc = ioc_table_nth(&s->sources, i);
        const struct share_source source = {ioc_value(&s->sources, ioc), ioc->first, ioc->last,
                                            ioc->count};

        if (!share_networks_of(&s->networks, ioc->kind)->left_out)
            good = change_network(s, &now, ioc->kind) && s->format->source(s, now, &source);
    }
    return good && end_last_network(s, now);
}

static bool write_format(struct share *s)
{
    bool good = !s->format->begin || s->format->begin(s);

    if (good && s->format->source)
        good = put_sources(s);
    if (good && s->format->mail)
        good = put_mails(s);
    if (good && s->format->report)
        good = share_reports(s);
    good = (!s->format->end || s->format->end(s)) && good;
    return good && !out_failed(&s->e.out);
}

/* --- the summary --- */

static void say(uint64_t count, const char *text)
{
    if (count)
        log_info("%" PRIu64 " %s", count, text);
}

static void say_counts(const struct share *s, const struct left_out *left)
{
    uint64_t mails = s->e.envelopes.messages.count - left->mails,
             sources = s->sources.count - left->sources,
             networks = s->networks.count - left->networks;
    const struct share_counts *c = &s->counts;

    log_info("%s: %" PRIu64 " mails of %" PRIu64 " sources in %" PRIu64 " networks, as %s: %" PRIu64
             " files",
             s->e.out.path, mails, sources, networks, s->format->name, c->files);
    if (left->networks)
        log_info("%" PRIu64 " networks with fewer than %" PRIu64 " mails are left out: %" PRIu64
                 " mails of %" PRIu64 " sources (--min)",
                 left->networks, s->e.options->options->min, left->mails, left->sources);
    say(s->heard.count - s->sent.count, "sources sent no mail, and are left out");
    say(c->without, "reports are without evidence: their mails have no payload in these folders");
    say(c->cut, "mails are longer than 5 MiB: what is beyond is not in their evidence");
    say(c->shortened, "texts are longer than the format allows, and are cut or left out");
    say(c->substitute, "senders are no mail address: the reports have one that says so instead");
    say(c->no_port, "mails have no source port in the records: they are reported without");
}

static bool has_room(const struct share *s)
{
    uint64_t lost = s->sources.left_out + s->heard.left_out;

    if (lost)
        log_warn("more than %" PRIu32 " different sources: %" PRIu64 " sightings of others are "
                 "left out; select fewer rows",
                 IOCS_MAX, lost);
    return !lost;
}

/* --- the run --- */

static bool write_out(struct share *s)
{
    struct left_out left;
    bool good;

    if (!read_records(s))
        return false;
    if (!s->e.envelopes.messages.count)
        log_info("no mail of these folders is of what was asked for");
    left = leave_out(s);
    good = write_format(s);
    extract_say_differing(&s->e);
    if (!out_failed(&s->e.out))
        say_counts(s, &left);
    return has_room(s) && good && !s->e.differed;
}

static int run(struct share *s, struct failure *failure)
{
    const struct options *o = s->e.options->options;
    bool good;

    if (!record_set_list(&s->e.set, o, failure))
        return 1;
    good = out_open(&s->e.out, o->output, o->force) && write_out(s);
    if (out_failed(&s->e.out))
        *failure = s->e.out.failure;
    good = record_set_is_whole(&s->e.set) && good;
    good = filters_are_decided(s->e.selection.filters) && good;
    return !good || out_failed(&s->e.out);
}

static bool is_contact(const char *text, const char **domain)
{
    const char *at = strrchr(text, '@');

    if (!at || at == text || !strchr(at, '.') || at[1] == '.')
        return false;
    *domain = at + 1;
    for (const char *p = text; *p; p++)
        if (!g_ascii_isalnum(*p) && !strchr(p < at ? "!#$%&'*+-/=?^_`{|}~." : ".-", *p) && p != at)
            return false;
    return true;
}

/* Who reports: names that go into the files. */
static bool set_reporter(struct share *s, struct failure *why)
{
    const struct options *o = s->e.options->options;

    s->contact = o->contact;
    if (s->format->signs && !s->contact)
        return failure_set(why,
                           "--contact: %s says who reports; give the mail address that answers "
                           "come to",
                           s->format->name);
    if (s->contact && !is_contact(s->contact, &s->domain))
        return failure_set(why, "--contact %s: expected a mail address, as abuse@example.org",
                           s->contact);
    s->org = o->org ? o->org : s->domain ? s->domain : "potsherd";
    return !*s->org || !g_utf8_validate(s->org, -1, NULL) || g_utf8_strlen(s->org, -1) > 200
               ? failure_set(why, "--org: expected a name of 1 to 200 characters")
               : true;
}

static bool set_redaction(struct share *s, struct failure *why)
{
    const struct options *o = s->e.options->options;

    if (o->show_recipients && o->redact_key)
        return failure_set(why, "--recipients shows them as they are: leave out --redact-key");
    if (o->show_recipients)
        return true;
    s->policy.level = REDACT_RECIPIENTS;
    if (o->redact_key && !redact_key_load(o->redact_key, &s->policy, why))
        return false;
    s->redact = redact_new(&s->policy);
    return true;
}

static void fini(struct share *s)
{
    redact_free(s->redact);
    explicit_bzero(&s->policy, sizeof s->policy);
    digest_free(s->digest);
    share_networks_fini(&s->networks);
    mem_free(s->places);
    ioc_table_fini(&s->sources);
    ioc_table_fini(&s->heard);
    ioc_table_fini(&s->sent);
    keys_fini(&s->flows);
    buf_fini(&s->flow_ids);
    envelope_fini(&s->envelope);
    mem_free(s->recipients);
    buf_fini(&s->texts);
    buf_fini(&s->evidence);
    buf_fini(&s->out);
    buf_fini(&s->file.buf);
    envelopes_close(&s->e.envelopes);
    selection_fini(&s->e.selection);
    record_set_fini(&s->e.set);
    out_close(&s->e.out);
    filters_free(s->e.selection.filters);
}

int share_run(const struct export_options *options, struct failure *failure)
{
    struct share s = {.e = {.options = options, .out = {.fd = -1}}, .file = {.fd = -1}};
    int result = 2;

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (!strcmp(formats[i]->name, options->options->as))
            s.format = formats[i];
    s.digest = digest_new();
    s.e.selection.filters = filters_new(options, failure);
    if (s.e.selection.filters && set_reporter(&s, failure) && set_redaction(&s, failure))
        result = run(&s, failure);
    fini(&s);
    return result;
}
