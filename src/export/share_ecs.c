/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Elastic Common Schema (8.17), a line of JSON a mail, a file a network, in the order of times: for
 * an index of one's own, so that it alone of all formats names the honeypot.  What ECS has no field
 * for stands under `potsherd`.
 */
#include <string.h>

#include "base/number.h"
#include "export/share.h"

#define ECS_VERSION "8.17.0"

static void put_cell(struct json *j, const char *name, struct bytes cell)
{
    if (cell.n)
        json_text(j, name, cell);
}

static void put_number(struct json *j, const char *name, struct bytes cell)
{
    uint64_t number;

    if (number_parse(cell, UINT64_MAX, &number))
        json_uint(j, name, number);
}

static void put_event(struct json *j, const struct share_mail *mail, const char *ts)
{
    json_word(j, "@timestamp", ts);
    json_open(j, "ecs", '{');
    json_word(j, "version", ECS_VERSION);
    json_close(j, '}');
    json_open(j, "event", '{');
    json_word(j, "kind", "event");
    json_open(j, "category", '[');
    json_word(j, NULL, "email");
    json_close(j, ']');
    json_open(j, "type", '[');
    json_word(j, NULL, "info");
    json_close(j, ']');
    json_word(j, "module", "potsherd");
    json_word(j, "dataset", "potsherd.emails");
    json_word(j, "id", mail->name);
    json_close(j, '}');
}

static void put_network(struct json *j, const struct share_mail *mail)
{
    struct bytes country = mail->shown.cells[ENVELOPE_CC];

    if (mail->network->as) {
        json_open(j, "as", '{');
        json_uint(j, "number", mail->network->as);
        if (mail->network->name.len) {
            json_open(j, "organization", '{');
            json_text(j, "name", buf_view(&mail->network->name));
            json_close(j, '}');
        }
        json_close(j, '}');
    }
    if (country.n) {
        json_open(j, "geo", '{');
        json_text(j, "country_iso_code", country);
        json_close(j, '}');
    }
}

static void put_ends(struct json *j, const struct share_mail *mail)
{
    const struct bytes *cells = mail->shown.cells;

    json_open(j, "source", '{');
    json_text(j, "address", cells[ENVELOPE_SRC_IP]);
    json_text(j, "ip", cells[ENVELOPE_SRC_IP]);
    put_number(j, "port", cells[ENVELOPE_SRC_PORT]);
    put_network(j, mail);
    json_close(j, '}');
    json_open(j, "destination", '{');
    put_cell(j, "address", cells[ENVELOPE_DST_IP]);
    put_cell(j, "ip", cells[ENVELOPE_DST_IP]);
    put_number(j, "port", cells[ENVELOPE_DST_PORT]);
    json_close(j, '}');
}

static void put_flow(const struct share *s, struct json *j, const struct share_mail *mail)
{
    const struct key *flow = keys_find(&s->flows, mail->uid, 0);
    struct bytes ip = mail->shown.cells[ENVELOPE_SRC_IP];

    json_open(j, "network", '{');
    json_word(j, "transport", "tcp");
    json_word(j, "type", memchr(ip.at, ':', ip.n) ? "ipv6" : "ipv4");
    put_cell(j, "protocol", mail->shown.cells[ENVELOPE_MODULE]);
    if (flow && flow->at)
        json_text(j, "community_id",
                  (struct bytes){s->flow_ids.data + flow->at - 1, (size_t)flow->last});
    json_close(j, '}');
    json_open(j, "observer", '{');
    put_cell(j, "name", mail->shown.cells[ENVELOPE_SENSOR]);
    json_word(j, "product", "potsherd");
    json_word(j, "type", "honeypot");
    json_word(j, "version", POTSHERD_VERSION);
    json_close(j, '}');
}

/* The null path is no address. */
static struct bytes without_null(struct bytes path)
{
    return path.n == 2 && !memcmp(path.at, "<>", 2) ? BYTES_NONE : path;
}

/* Of "Name <local@domain>"; what is no such thing as it stands. */
static struct bytes address_in(struct bytes from)
{
    const uint8_t *end = from.n ? memrchr(from.at, '>', from.n) : NULL,
                  *begin = end ? memrchr(from.at, '<', (size_t)(end - from.at)) : NULL;

    if (!begin)
        return from;
    return (struct bytes){begin + 1, (size_t)(end - begin) - 1};
}

static void put_address(struct json *j, const char *name, struct bytes address)
{
    if (!address.n)
        return;
    json_open(j, name, '{');
    json_text(j, "address", address);
    json_close(j, '}');
}

static struct bytes without_brackets(struct bytes id)
{
    id = bytes_trim(id);
    if (id.n > 2 && id.at[0] == '<' && id.at[id.n - 1] == '>')
        return (struct bytes){id.at + 1, id.n - 2};
    return id;
}

static void put_recipients(struct json *j, const struct envelope *m)
{
    if (!m->recipient_count)
        return;
    json_open(j, "to", '{');
    json_open(j, "address", '[');
    for (size_t i = 0; i < m->recipient_count; i++)
        json_text(j, NULL, m->recipients[i]);
    json_close(j, ']');
    json_close(j, '}');
}

static void put_email(struct json *j, const struct share_mail *mail, const char *ts)
{
    const struct bytes *cells = mail->shown.cells;

    json_open(j, "email", '{');
    json_word(j, "local_id", mail->name);
    json_word(j, "delivery_timestamp", ts);
    put_address(j, "from", address_in(cells[ENVELOPE_HEADER_FROM]));
    put_address(j, "sender", without_null(cells[ENVELOPE_MAIL_FROM]));
    put_recipients(j, &mail->shown);
    put_cell(j, "subject", cells[ENVELOPE_SUBJECT]);
    put_cell(j, "message_id", without_brackets(cells[ENVELOPE_MESSAGE_ID]));
    put_cell(j, "x_mailer", cells[ENVELOPE_MAILER]);
    put_cell(j, "content_type", cells[ENVELOPE_CONTENT_TYPE]);
    json_close(j, '}');
}

static void put_tags(struct json *j, struct bytes tags)
{
    if (!tags.n)
        return;
    json_open(j, "tags", '[');
    while (tags.n)
        json_text(j, NULL, bytes_take_word(&tags));
    json_close(j, ']');
}

static void put_own(struct json *j, const struct share_mail *mail)
{
    const struct bytes *cells = mail->shown.cells;

    json_open(j, "potsherd", '{');
    put_cell(j, "helo", cells[ENVELOPE_HELO]);
    put_cell(j, "target_host", cells[ENVELOPE_TARGET_HOST]);
    put_cell(j, "target_ip", cells[ENVELOPE_TARGET_IP]);
    put_number(j, "target_port", cells[ENVELOPE_TARGET_PORT]);
    put_number(j, "rcpt_count", cells[ENVELOPE_RCPT_COUNT]);
    put_number(j, "size", cells[ENVELOPE_SIZE]);
    put_cell(j, "sha256", cells[ENVELOPE_SHA256]);
    put_cell(j, "language", cells[ENVELOPE_LANGUAGE]);
    json_close(j, '}');
}

static bool begin_network(struct share *s, const struct share_network *network)
{
    return share_open(s, network, NULL, NAMES_ECS);
}

static bool put_mail(struct share *s, const struct share_mail *mail)
{
    struct json j = {.out = &s->out};
    char ts[TIME_TEXT_MAX];

    time_format(mail->ts, ts);
    json_open(&j, NULL, '{');
    put_event(&j, mail, ts);
    put_ends(&j, mail);
    put_flow(s, &j, mail);
    put_email(&j, mail, ts);
    put_tags(&j, mail->shown.cells[ENVELOPE_TAGS]);
    put_own(&j, mail);
    json_close(&j, '}');
    buf_append_byte(&s->out, '\n');
    share_put(s);
    return !out_failed(&s->e.out);
}

static bool end_network(struct share *s, const struct share_network *network)
{
    (void)network;
    return share_close(s);
}

const struct share_format share_ecs = {.name = "ecs",
                                       .mails_wanted = true,
                                       .flows = true,
                                       .begin_network = begin_network,
                                       .mail = put_mail,
                                       .end_network = end_network};
