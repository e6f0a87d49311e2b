/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run of `share`: what is selected, by network, in one of the formats. */
#include "export/share.h"

#include <glib.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ORG_MAX       200 /* characters, as XARF has it */
#define MAIL_MAX      254 /* bytes of a mail address (RFC 5321) */
#define NETWORK_SHIFT 1   /* in the bits of a message's key, beside EXTRACT_DONE */

static const struct share_format *const formats[] = {
    &share_list, &share_abuseipdb, &share_ecs, &share_xarf, &share_arf, &share_misp, &share_stix};

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
        if (share_network_of(s, key)->left_out)
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

/* What is found of a kind in one network, from *at on. */
static bool put_kind(struct share *s, const struct share_network *network, enum share_kind kind,
                     size_t *at)
{
    const struct ioc_table *t = &s->found[kind];
    bool good = true;

    for (; good && *at < t->count && ioc_table_nth(t, *at)->kind == network->as; ++*at) {
        const struct ioc *ioc = ioc_table_nth(t, *at);
        const struct share_found found = {ioc_value(t, ioc), ioc->first, ioc->last, ioc->count};

        if (!network->left_out)
            good = s->format->found(s, network, kind, &found);
    }
    return good;
}

/* Each network has a source, and tables are in the order of networks. */
static bool put_found(struct share *s)
{
    const struct share_network *now = NULL;
    size_t at[SHARE_KINDS] = {0};
    bool good = true;

    for (unsigned kind = 0; kind < SHARE_KINDS; kind++)
        (void)ioc_table_sort(&s->found[kind]);
    while (good && at[SHARE_SOURCE] < s->found[SHARE_SOURCE].count) {
        const struct ioc *next = ioc_table_nth(&s->found[SHARE_SOURCE], at[SHARE_SOURCE]);
        const struct share_network *network = share_networks_of(&s->networks, next->kind);

        good = network->left_out || change_network(s, &now, next->kind);
        for (unsigned kind = 0; good && kind < SHARE_KINDS; kind++)
            good = put_kind(s, network, (enum share_kind)kind, &at[kind]);
    }
    return good && end_last_network(s, now);
}

static bool write_format(struct share *s)
{
    bool good = !s->format->begin || s->format->begin(s);

    if (good && s->format->found)
        good = put_found(s);
    if (good && s->format->mail)
        good = put_mails(s);
    if (good && s->format->report)
        good = share_reports(s);
    good = (!s->format->end || s->format->end(s)) && good;
    if (s->file.fd >= 0)
        out_file_drop(&s->file); /* a failure left it */
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
             sources = s->found[SHARE_SOURCE].count - left->sources,
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
    say(c->without,
        "reports are without evidence: their mails have no payload in these folders, or "
        "another than emails.csv has the SHA-256 of");
    say(c->cut, "mails are longer than 5 MiB: what is beyond is not in their evidence");
    say(c->shortened, "texts are longer than the format allows, and are cut or left out");
    say(c->substitute, "senders are no mail address: the reports have one that says so instead");
    say(c->no_port, "mails have no source port in the records: they are reported without");
}

static bool has_room(const struct share *s)
{
    uint64_t lost = s->heard.left_out;

    for (unsigned kind = 0; kind < SHARE_KINDS; kind++)
        lost += s->found[kind].left_out;
    if (lost)
        log_warn("more than %" PRIu32 " different values of a kind: %" PRIu64 " sightings of "
                 "others are left out; select fewer rows",
                 IOCS_MAX, lost);
    return !lost;
}

/* --- the run --- */

static bool write_out(struct share *s)
{
    struct left_out left;
    bool good;

    if (!share_read(s))
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

    if (!at || at == text || !strchr(at, '.') || at[1] == '.' || strlen(text) > MAIL_MAX)
        return false;
    *domain = at + 1;
    for (const char *p = text; *p; p++)
        if (!g_ascii_isalnum(*p) && !strchr(p < at ? "!#$%&'*+-/=?^_`{|}~." : ".-", *p) && p != at)
            return false;
    return true;
}

static bool is_name(const char *text)
{
    if (!*text || !g_utf8_validate(text, -1, NULL) || g_utf8_strlen(text, -1) > ORG_MAX)
        return false;
    for (; *text; text = g_utf8_find_next_char(text, NULL))
        if (!g_unichar_isprint(g_utf8_get_char(text)))
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
    s->org = o->organisation ? o->organisation : s->domain ? s->domain : "potsherd";
    return is_name(s->org) ||
           failure_set(why, "--organisation: expected a name of 1 to 200 characters");
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
    keys_fini(&s->finds);
    g_free(s->folder_name);
    for (unsigned kind = 0; kind < SHARE_KINDS; kind++)
        ioc_table_fini(&s->found[kind]);
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
