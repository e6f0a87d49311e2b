/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the records say of the mails that are selected: envelopes, networks, and what is found. */
#include <glib.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "export/share.h"

#define NETWORK_SHIFT 1 /* in the bits of a message's key, beside EXTRACT_DONE */

const struct share_network *share_network_of(const struct share *s, const struct key *message)
{
    return &s->networks.list[(message->bits & ~KEYS_TAKEN) >> NETWORK_SHIFT];
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
    size_t before = s->found[SHARE_SOURCE].count;

    ioc_table_add(&s->found[SHARE_SOURCE], as, address, ts);
    share_networks_of(&s->networks, as)->sources += s->found[SHARE_SOURCE].count - before;
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

/* --- links and attachments --- */

/* Files of a folder follow each other. */
static void begin_finds(void *context, const char *path, const struct source *source)
{
    struct share *s = context;
    char *name = g_path_get_dirname(path);

    (void)source;
    if (s->folder_name && !strcmp(name, s->folder_name)) {
        g_free(name);
        return;
    }
    g_free(s->folder_name);
    s->folder_name = name;
    s->folder++;
}

/* The network of the message that a row is of; NULL: it is of none that is shared.  A message that
 * is in several folders has its rows in each of them: those of one count. */
static const struct share_network *network_of_row(struct share *s, enum record_file kind,
                                                  const struct bytes *cells, time_us *ts)
{
    const struct key *message;
    uint64_t uid, *folder;
    struct key *key;
    uint32_t n;

    if (!filters_key(kind, cells, &uid, &n) ||
        !(message = keys_find(&s->e.envelopes.messages, uid, n)) ||
        !time_parse((const char *)cells[0].at, cells[0].n, ts))
        return NULL;
    key = keys_add(&s->finds, uid, n);
    folder = kind == RECORD_URLS ? &key->at : &key->last;
    if (!*folder)
        *folder = s->folder;
    return *folder == s->folder ? share_network_of(s, message) : NULL;
}

_Static_assert(URLS_ts == 0 && ATTACHMENTS_ts == 0, "the column ts");

/* A host that has no registered domain, and is no address, says nothing to others. */
static bool take_link(void *context, struct source *source, const struct bytes *cells)
{
    struct share *s = context;
    char text[ADDRESS_TEXT_MAX];
    time_us ts;
    const struct share_network *network = network_of_row(s, RECORD_URLS, cells, &ts);

    (void)source;
    if (network && cells[URLS_domain].n)
        ioc_table_add(&s->found[SHARE_DOMAIN], network->as, cells[URLS_domain], ts);
    else if (network)
        ioc_table_add(&s->found[SHARE_LINK_IP], network->as, address_text(cells[URLS_host], text),
                      ts);
    return true;
}

static bool take_attachment(void *context, struct source *source, const struct bytes *cells)
{
    struct share *s = context;
    time_us ts;
    const struct share_network *network = network_of_row(s, RECORD_ATTACHMENTS, cells, &ts);

    (void)source;
    if (network && cells[ATTACHMENTS_sha256].n == NAMES_DIGITS)
        ioc_table_add(&s->found[SHARE_FILE], network->as, cells[ATTACHMENTS_sha256], ts);
    return true;
}

static void read_finds(struct share *s)
{
    const struct record_reader links = {begin_finds, take_link, s};
    const struct record_reader attachments = {begin_finds, take_attachment, s};

    record_set_read(&s->e.set, RECORD_URLS, &links);
    record_set_read(&s->e.set, RECORD_ATTACHMENTS, &attachments);
}

/* --- all of them --- */

static void begin_emails(void *context, const char *path, const struct source *source)
{
    struct share *s = context;

    selection_look_at_file(&s->e.selection, &s->e.set, RECORD_EMAILS, path, source);
}

bool share_read(struct share *s)
{
    const struct record_reader emails = {begin_emails, take_mail, s};
    const struct record_reader connections = {NULL, take_connection, s};

    selection_make(&s->e.selection, &s->e.set, 1u << RECORD_EMAILS | 1u << RECORD_CONNECTIONS);
    if (!envelopes_open(&s->e.envelopes, ENVELOPE_CELLS_MOST, s->e.out.fd))
        return out_fail(&s->e.out, NULL, "make a file without a name");
    record_set_read(&s->e.set, RECORD_EMAILS, &emails);
    record_set_read(&s->e.set, RECORD_CONNECTIONS, &connections);
    if (s->format->all_kinds)
        read_finds(s);
    if (s->format->mails_wanted)
        extract_note_recipients(&s->e);
    return !extract_envelopes_failed(&s->e);
}
