/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A MISP feed: manifest.json, and an event a network, UUID.json.  The UUID is of who reports and of
 * the network, so that a later run's event is a newer version of the same.
 *
 * Attributes: ip-src (who sent), domain and ip-dst (what links lead to, to_ids false: spam links to
 * the innocent, too), sha256 (attachments).  How often and when stands in the comment; timestamps
 * are those of the last mail.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "export/share.h"

struct feed {
    struct json event, manifest;
    struct buf manifest_text;
    char uuid[UUID_TEXT_MAX], org_uuid[UUID_TEXT_MAX];
};

static const struct {
    const char *type, *category, *what;
    bool to_ids;
} attributes[SHARE_KINDS] = {
    [SHARE_SOURCE] = {"ip-src", "Network activity", "mails", true},
    [SHARE_DOMAIN] = {"domain", "Network activity", "links", false},
    [SHARE_LINK_IP] = {"ip-dst", "Network activity", "links", false},
    [SHARE_FILE] = {"sha256", "Payload delivery", "attachments", true},
};

/* Of who reports, so that the events of two are not one. */
static void make_uuid(struct share *s, struct bytes what, struct bytes more,
                      char out[UUID_TEXT_MAX])
{
    struct buf name = {0};

    buf_append_text(&name, s->org);
    buf_append_byte(&name, '\n');
    buf_append(&name, what.at, what.n);
    buf_append_byte(&name, '\n');
    buf_append(&name, more.at, more.n);
    share_uuid(s, "misp", buf_view(&name), out);
    buf_fini(&name);
}

static void put_seconds(struct json *j, const char *name, time_us ts)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, ts / TIME_SECOND);
    json_word(j, name, text);
}

static void put_org(struct json *j, const struct share *s, const struct feed *f)
{
    json_open(j, "Orgc", '{');
    json_word(j, "name", s->org);
    json_word(j, "uuid", f->org_uuid);
    json_close(j, '}');
}

/* What an event and its line in the manifest have in common. */
static void put_facts(struct json *j, const struct share *s, const struct feed *f,
                      const struct share_network *network)
{
    char word[NETWORK_NAME], first[TIME_TEXT_MAX];
    struct buf info = {0};

    share_network_word(network, word);
    time_format(network->first, first);
    first[sizeof "2006-06-10" - 1] = '\0';
    buf_append_text(&info, "Spam sent through honeypots (open proxies and relays) from ");
    buf_append_text(&info, network->as ? word : "sources without an AS");
    if (network->name.len)
        buf_append_byte(&info, ' ');
    buf_append(&info, network->name.data, network->name.len);
    json_text(j, "info", buf_view(&info));
    json_word(j, "date", first);
    json_word(j, "threat_level_id", "3"); /* low */
    json_word(j, "analysis", "2");        /* completed */
    put_seconds(j, "timestamp", network->last);
    put_org(j, s, f);
    buf_fini(&info);
}

static bool begin(struct share *s)
{
    struct feed *f = MEM_NEW(struct feed);

    s->state = f;
    f->manifest.out = &f->manifest_text;
    json_open(&f->manifest, NULL, '{');
    make_uuid(s, bytes_of("org"), BYTES_NONE, f->org_uuid);
    return true;
}

static bool begin_network(struct share *s, const struct share_network *network)
{
    struct feed *f = s->state;
    char word[NETWORK_NAME], name[NAMES_TEXT];

    share_network_word(network, word);
    make_uuid(s, bytes_of(word), BYTES_NONE, f->uuid);
    snprintf(name, sizeof name, "%s.json", f->uuid);
    if (!share_open(s, NULL, NULL, name))
        return false;
    json_open(&f->manifest, f->uuid, '{');
    put_facts(&f->manifest, s, f, network);
    json_close(&f->manifest, '}');
    f->event = (struct json){.out = &s->out};
    json_open(&f->event, NULL, '{');
    json_open(&f->event, "Event", '{');
    json_word(&f->event, "uuid", f->uuid);
    put_facts(&f->event, s, f, network);
    json_bool(&f->event, "published", true);
    put_seconds(&f->event, "publish_timestamp", network->last);
    json_open(&f->event, "Attribute", '[');
    return true;
}

static bool put_attribute(struct share *s, const struct share_network *network,
                          enum share_kind kind, const struct share_found *found)
{
    char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX], comment[128], word[NETWORK_NAME],
        uuid[UUID_TEXT_MAX];
    struct feed *f = s->state;
    struct json *j = &f->event;
    struct buf what = {0};

    share_network_word(network, word);
    buf_append_text(&what, word);
    buf_append_byte(&what, ' ');
    buf_append_text(&what, attributes[kind].type);
    make_uuid(s, buf_view(&what), found->value, uuid);
    buf_fini(&what);
    time_format(found->first, first);
    time_format(found->last, last);
    snprintf(comment, sizeof comment, "%" PRIu64 " %s, the first %s, the last %s", found->count,
             attributes[kind].what, first, last);
    json_open(j, NULL, '{');
    json_word(j, "uuid", uuid);
    json_word(j, "type", attributes[kind].type);
    json_word(j, "category", attributes[kind].category);
    json_bool(j, "to_ids", attributes[kind].to_ids);
    json_text(j, "value", found->value);
    json_word(j, "comment", comment);
    put_seconds(j, "timestamp", found->last);
    json_close(j, '}');
    share_put(s);
    return !out_failed(&s->e.out);
}

static bool end_network(struct share *s, const struct share_network *network)
{
    struct feed *f = s->state;

    (void)network;
    json_close(&f->event, ']');
    json_close(&f->event, '}');
    json_close(&f->event, '}');
    buf_append_byte(&s->out, '\n');
    return share_close(s);
}

/* Last, so that it names whole events. */
static bool end(struct share *s)
{
    struct feed *f = s->state;
    bool good =
        !out_failed(&s->e.out) && s->file.fd < 0 && share_open(s, NULL, NULL, NAMES_MANIFEST);

    if (good) {
        json_close(&f->manifest, '}');
        buf_append(&s->out, f->manifest_text.data, f->manifest_text.len);
        buf_append_byte(&s->out, '\n');
        good = share_close(s);
    }
    buf_fini(&f->manifest_text);
    mem_free(f);
    return good;
}

const struct share_format share_misp = {.name = "misp",
                                        .all_kinds = true,
                                        .begin = begin,
                                        .begin_network = begin_network,
                                        .found = put_attribute,
                                        .end_network = end_network,
                                        .end = end};
