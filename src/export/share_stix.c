/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A STIX 2.1 bundle a network: who reports, the AS, and of what is found an observable with its
 * observed-data (first, last, how often); of each source an indicator that is based on it.
 *
 * Ids of observables are those that section 2.9 of the standard makes of their values, the same
 * no matter who makes them; all others are of who reports and of what they are about.  An indicator
 * keeps its id from run to run and is a newer version when more was seen of it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "export/share.h"

#define ID_MAX       (UUID_TEXT_MAX + 32) /* with "autonomous-system--" */
#define OBSERVED_MAX 999999999            /* of number_observed */

/* 00abedb4-aa42-466c-9c23-fed23a9cd1d9 */
static const uint8_t observables[UUID_BYTES] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                                0x9c, 0x23, 0xfe, 0xd2, 0x3a, 0x9c, 0xd1, 0xd9};

struct bundle {
    struct json json;
    char org[ID_MAX], as[ID_MAX]; /* as: empty, if there is none */
};

/* --- ids --- */

static void make_id(struct share *s, const char *type, struct bytes name, char out[ID_MAX])
{
    char uuid[UUID_TEXT_MAX];
    struct buf text = {0};

    buf_append_text(&text, s->org);
    buf_append_byte(&text, '\n');
    buf_append(&text, name.at, name.n);
    share_uuid(s, type, buf_view(&text), uuid);
    snprintf(out, ID_MAX, "%s--%s", type, uuid);
    buf_fini(&text);
}

/* `properties`: those that the id is made of, in the canonical form of RFC 8785. */
static void make_observable_id(struct share *s, const char *type, const struct buf *properties,
                               char out[ID_MAX])
{
    char uuid[UUID_TEXT_MAX];

    uuid_of_name(s->digest, observables, buf_view(properties), uuid);
    snprintf(out, ID_MAX, "%s--%s", type, uuid);
}

/* --- objects --- */

static void open_object(struct json *j, const char *type, const char *id)
{
    json_open(j, NULL, '{');
    json_word(j, "type", type);
    json_word(j, "spec_version", "2.1");
    json_word(j, "id", id);
}

static void put_time(struct json *j, const char *name, time_us ts)
{
    char text[TIME_TEXT_MAX];

    time_format(ts, text);
    json_word(j, name, text);
}

static void put_versions(struct json *j, const struct bundle *b, time_us created, time_us modified)
{
    put_time(j, "created", created);
    put_time(j, "modified", modified);
    json_word(j, "created_by_ref", b->org);
}

/* The same in all bundles, whatever is in them. */
static void put_org(struct share *s, struct bundle *b)
{
    struct json *j = &b->json;

    open_object(j, "identity", b->org);
    put_time(j, "created", 0);
    put_time(j, "modified", 0);
    json_word(j, "name", s->org);
    json_word(j, "identity_class", "organization");
    if (s->contact)
        json_word(j, "contact_information", s->contact);
    json_close(j, '}');
}

static void put_as(struct share *s, struct bundle *b, const struct share_network *network)
{
    struct buf properties = {0};
    struct json *j = &b->json, own = {.out = &properties};

    b->as[0] = '\0';
    if (!network->as)
        return;
    json_open(&own, NULL, '{');
    json_uint(&own, "number", network->as);
    json_close(&own, '}');
    make_observable_id(s, "autonomous-system", &properties, b->as);
    buf_fini(&properties);
    open_object(j, "autonomous-system", b->as);
    json_uint(j, "number", network->as);
    if (network->name.len)
        json_text(j, "name", buf_view(&network->name));
    json_close(j, '}');
}

static bool is_v6(struct bytes address)
{
    return memchr(address.at, ':', address.n) != NULL;
}

static const char *type_of(enum share_kind kind, struct bytes value)
{
    if (kind == SHARE_FILE)
        return "file";
    if (kind == SHARE_DOMAIN)
        return "domain-name";
    return is_v6(value) ? "ipv6-addr" : "ipv4-addr";
}

static void put_properties(struct json *j, enum share_kind kind, struct bytes value)
{
    if (kind != SHARE_FILE) {
        json_text(j, "value", value);
        return;
    }
    json_open(j, "hashes", '{');
    json_text(j, "SHA-256", value);
    json_close(j, '}');
}

static void put_observable(struct share *s, struct bundle *b, enum share_kind kind,
                           struct bytes value, char id[ID_MAX])
{
    const char *type = type_of(kind, value);
    struct buf properties = {0};
    struct json *j = &b->json, own = {.out = &properties};

    json_open(&own, NULL, '{');
    put_properties(&own, kind, value);
    json_close(&own, '}');
    make_observable_id(s, type, &properties, id);
    buf_fini(&properties);
    open_object(j, type, id);
    put_properties(j, kind, value);
    if (kind == SHARE_SOURCE && b->as[0]) {
        json_open(j, "belongs_to_refs", '[');
        json_word(j, NULL, b->as);
        json_close(j, ']');
    }
    json_close(j, '}');
}

/* What was seen once is not changed by what is seen later: its id is of all of it. */
static void put_observed(struct share *s, struct bundle *b, const char *observable,
                         const struct share_found *found, char id[ID_MAX])
{
    struct json *j = &b->json;
    char name[ID_MAX + 96];
    int n = snprintf(name, sizeof name, "%s %" PRId64 " %" PRId64 " %" PRIu64, observable,
                     found->first, found->last, found->count);

    make_id(s, "observed-data", (struct bytes){(const uint8_t *)name, (size_t)n}, id);
    open_object(j, "observed-data", id);
    put_versions(j, b, found->last, found->last);
    put_time(j, "first_observed", found->first);
    put_time(j, "last_observed", found->last);
    json_uint(j, "number_observed", found->count < OBSERVED_MAX ? found->count : OBSERVED_MAX);
    s->counts.shortened += found->count > OBSERVED_MAX;
    json_open(j, "object_refs", '[');
    json_word(j, NULL, observable);
    json_close(j, ']');
    json_close(j, '}');
}

static void put_pattern(struct json *j, struct bytes address)
{
    struct buf text = {0};

    buf_append_text(&text, is_v6(address) ? "[ipv6-addr:value = '" : "[ipv4-addr:value = '");
    buf_append(&text, address.at, address.n);
    buf_append_text(&text, "']");
    json_text(j, "pattern", buf_view(&text));
    json_word(j, "pattern_type", "stix");
    buf_fini(&text);
}

static void put_indicator(struct share *s, struct bundle *b, const struct share_found *found,
                          char id[ID_MAX])
{
    struct json *j = &b->json;

    make_id(s, "indicator", found->value, id);
    open_object(j, "indicator", id);
    put_versions(j, b, found->first, found->last);
    json_word(j, "name", "Sends spam through open proxies and relays");
    json_open(j, "indicator_types", '[');
    json_word(j, NULL, "malicious-activity");
    json_close(j, ']');
    put_pattern(j, found->value);
    put_time(j, "valid_from", found->first);
    json_close(j, '}');
}

static void put_relationship(struct share *s, struct bundle *b, const char *from, const char *to,
                             time_us ts)
{
    char id[ID_MAX], name[2 * ID_MAX];
    struct json *j = &b->json;

    snprintf(name, sizeof name, "%s %s", from, to);
    make_id(s, "relationship", bytes_of(name), id);
    open_object(j, "relationship", id);
    put_versions(j, b, ts, ts);
    json_word(j, "relationship_type", "based-on");
    json_word(j, "source_ref", from);
    json_word(j, "target_ref", to);
    json_close(j, '}');
}

/* --- the bundle --- */

static bool begin(struct share *s)
{
    struct bundle *b = MEM_NEW(struct bundle);

    s->state = b;
    make_id(s, "identity", BYTES_NONE, b->org);
    return true;
}

static bool begin_network(struct share *s, const struct share_network *network)
{
    struct bundle *b = s->state;
    char id[ID_MAX], name[NETWORK_NAME + 96], word[NETWORK_NAME];

    if (!share_open(s, network, NULL, NAMES_STIX))
        return false;
    share_network_word(network, word);
    snprintf(name, sizeof name, "%s %" PRId64 " %" PRId64 " %" PRIu64, word, network->first,
             network->last, network->mails);
    make_id(s, "bundle", bytes_of(name), id);
    b->json = (struct json){.out = &s->out};
    json_open(&b->json, NULL, '{');
    json_word(&b->json, "type", "bundle");
    json_word(&b->json, "id", id);
    json_open(&b->json, "objects", '[');
    put_org(s, b);
    put_as(s, b, network);
    return true;
}

static bool put_found(struct share *s, const struct share_network *network, enum share_kind kind,
                      const struct share_found *found)
{
    char observable[ID_MAX], observed[ID_MAX], indicator[ID_MAX];
    struct bundle *b = s->state;

    (void)network;
    put_observable(s, b, kind, found->value, observable);
    put_observed(s, b, observable, found, observed);
    if (kind == SHARE_SOURCE) {
        put_indicator(s, b, found, indicator);
        put_relationship(s, b, indicator, observed, found->last);
    }
    share_put(s);
    return !out_failed(&s->e.out);
}

static bool end_network(struct share *s, const struct share_network *network)
{
    struct bundle *b = s->state;

    (void)network;
    json_close(&b->json, ']');
    json_close(&b->json, '}');
    buf_append_byte(&s->out, '\n');
    return share_close(s);
}

static bool end(struct share *s)
{
    mem_free(s->state);
    return true;
}

const struct share_format share_stix = {.name = "stix",
                                        .all_kinds = true,
                                        .begin = begin,
                                        .begin_network = begin_network,
                                        .found = put_found,
                                        .end_network = end_network,
                                        .end = end};
