/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XARF v4 (xarf.org), messaging/spam: a report a mail.
 *
 * smtp_from must be a mail address.  What is none has one of the reserved domain `invalid` (RFC
 * 2606) instead, and the description says what was sent:
 *
 *   null-path@potsherd.invalid     MAIL FROM:<>
 *   unusable-path@potsherd.invalid another thing that is no address
 *   unknown-path@potsherd.invalid  it is not in the records
 *
 * `language` is xx or xx-XX: of CLD2's codes the old ones are mapped to those of ISO 639 today,
 * Chinese is zh in either script, and those of three letters are left out.
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/number.h"
#include "export/share.h"

#define SUBJECT_MAX     500 /* characters, as the schema has them */
#define MESSAGE_ID_MAX  200
#define USER_AGENT_MAX  200
#define DESCRIPTION_MAX 1000
#define PATH_MAX_SHOWN  300 /* of the sender, in the description */

static bool is(struct bytes text, const char *word)
{
    return text.n == strlen(word) && !memcmp(text.at, word, text.n);
}

/* --- texts --- */

/* As UTF-8, cut to so many characters. */
static char *text_of(struct share *s, struct bytes text, glong most)
{
    struct buf escaped = {0};
    char *valid;

    if (json_holds(text) && !(text.n && memchr(text.at, 0, text.n)))
        buf_append(&escaped, text.at, text.n);
    else
        escape_cell(&escaped, text);
    valid = g_strndup(buf_string(&escaped), escaped.len);
    buf_fini(&escaped);
    if (g_utf8_strlen(valid, -1) > most) {
        *g_utf8_offset_to_pointer(valid, most) = '\0';
        s->counts.shortened++;
    }
    return valid;
}

static void put_cut(struct share *s, struct json *j, const char *name, struct bytes text, long most)
{
    char *cut;

    if (!text.n)
        return;
    cut = text_of(s, text, most);
    json_word(j, name, cut);
    g_free(cut);
}

/* A part of an identifier is no identifier. */
static void put_whole(struct share *s, struct json *j, const char *name, struct bytes text,
                      size_t most)
{
    if (text.n > most)
        s->counts.shortened++;
    else if (text.n)
        json_text(j, name, text);
}

/* --- addresses --- */

static bool is_local_byte(uint8_t c)
{
    return g_ascii_isalnum((char)c) || (c && c < 0x80 && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool is_dotted(struct bytes text)
{
    if (!text.n || text.at[0] == '.' || text.at[text.n - 1] == '.')
        return false;
    for (size_t i = 1; i < text.n; i++)
        if (text.at[i] == '.' && text.at[i - 1] == '.')
            return false;
    return true;
}

/* RFC 5321 section 4.1.2, without quoted strings and address literals, which few readers know. */
static bool is_mail_address(struct bytes text)
{
    const uint8_t *at = text.n ? memchr(text.at, '@', text.n) : NULL;
    struct bytes local, domain;

    if (!at || text.n > 254)
        return false;
    local = (struct bytes){text.at, (size_t)(at - text.at)};
    domain = bytes_skip(text, local.n + 1);
    for (size_t i = 0; i < local.n; i++)
        if (!is_local_byte(local.at[i]))
            return false;
    for (size_t i = 0; i < domain.n; i++)
        if (!(g_ascii_isalnum((char)domain.at[i]) || domain.at[i] == '-' || domain.at[i] == '.'))
            return false;
    return local.n <= 64 && is_dotted(local) && is_dotted(domain);
}

static void put_sender(struct share *s, struct json *j, struct bytes path)
{
    const char *instead = "unusable-path@potsherd.invalid";

    if (is_mail_address(path)) {
        json_text(j, "smtp_from", path);
        return;
    }
    if (!path.n)
        instead = "unknown-path@potsherd.invalid";
    else if (is(path, "<>"))
        instead = "null-path@potsherd.invalid";
    s->counts.substitute++;
    json_word(j, "smtp_from", instead);
}

static void put_recipient(struct json *j, const struct envelope *m)
{
    uint64_t count;

    for (size_t i = 0; i < m->recipient_count; i++)
        if (is_mail_address(m->recipients[i])) {
            json_text(j, "smtp_to", m->recipients[i]);
            break;
        }
    if (number_parse(m->cells[ENVELOPE_RCPT_COUNT], UINT32_MAX, &count) && count)
        json_uint(j, "recipient_count", count);
}

/* --- what the schema has --- */

static void put_contact(struct share *s, struct json *j, const char *name)
{
    json_open(j, name, '{');
    json_word(j, "org", s->org);
    json_word(j, "contact", s->contact);
    json_word(j, "domain", s->domain);
    json_close(j, '}');
}

static void put_language(struct json *j, struct bytes code)
{
    static const char *const today[][2] = {{"iw", "he"}, {"in", "id"},      {"ji", "yi"},
                                           {"jw", "jv"}, {"zh-Hant", "zh"}, {"zh-Hans", "zh"}};
    char text[8] = "";

    for (size_t i = 0; i < G_N_ELEMENTS(today); i++)
        if (is(code, today[i][0]))
            code = bytes_of(today[i][1]);
    if (code.n != 2 && code.n != 5)
        return;
    memcpy(text, code.at, code.n);
    if (g_ascii_islower(text[0]) && g_ascii_islower(text[1]) &&
        (code.n == 2 || (text[2] == '-' && g_ascii_isupper(text[3]) && g_ascii_isupper(text[4]))))
        json_word(j, "language", text);
}

static void put_tags(struct share *s, struct json *j, struct bytes tags)
{
    unsigned count = 0;

    json_open(j, "tags", '[');
    for (struct bytes word = bytes_take_word(&tags); word.n; word = bytes_take_word(&tags)) {
        struct buf tag = {0};
        bool good = true;

        buf_append_text(&tag, "potsherd:");
        for (size_t i = 0; i < word.n; i++) {
            uint8_t c = (uint8_t)g_ascii_tolower((char)word.at[i]);

            good = good && (g_ascii_isalnum((char)c) || (i && strchr("_+-", c)));
            buf_append_byte(&tag, c);
        }
        if (!good || count == 20)
            s->counts.shortened++;
        else
            json_text(j, NULL, buf_view(&tag));
        count += good && count < 20;
        buf_fini(&tag);
    }
    json_close(j, ']');
}

static void put_description(struct share *s, struct json *j, const struct share_mail *mail)
{
    const struct bytes *cells = mail->shown.cells;
    char *path = text_of(s, cells[ENVELOPE_MAIL_FROM], PATH_MAX_SHOWN),
         *module = text_of(s, cells[ENVELOPE_MODULE], 16), *text;

    text = g_strdup_printf("Spam sent through a honeypot (%s). Envelope sender: %s. %s",
                           is(cells[ENVELOPE_MODULE], "smtp") ? "open mail relay" : module,
                           *path ? path : "not known",
                           s->redact ? "Recipients are redacted." : "Recipients are as sent.");
    put_cut(s, j, "description", bytes_of(text), DESCRIPTION_MAX);
    g_free(text);
    g_free(module);
    g_free(path);
}

static void put_evidence(struct share *s, struct json *j, struct bytes evidence)
{
    uint8_t hash[SHA256_BYTES];
    char text[NAMES_DIGITS + sizeof "sha256:"] = "sha256:";

    digest_begin(s->digest, DIGEST_SHA256);
    digest_add(s->digest, evidence);
    digest_end(s->digest, hash);
    names_hash(hash, text + strlen(text));
    json_open(j, "evidence", '[');
    json_open(j, NULL, '{');
    json_word(j, "content_type", "message/rfc822");
    json_word(j, "description", "The mail as it came, behind lines that say how");
    json_name(j, "payload");
    buf_append_byte(j->out, '"');
    base64_encode(evidence, j->out);
    buf_append_byte(j->out, '"');
    json_word(j, "hash", text);
    json_uint(j, "size", evidence.n);
    json_close(j, '}');
    json_close(j, ']');
}

/* Without a port the schema knows no SMTP. */
static void put_source(struct share *s, struct json *j, const struct share_mail *mail)
{
    const struct bytes *cells = mail->shown.cells;
    uint64_t port = 0;

    json_text(j, "source_identifier", cells[ENVELOPE_SRC_IP]);
    if (number_parse(cells[ENVELOPE_SRC_PORT], UINT16_MAX, &port) && port) {
        json_uint(j, "source_port", port);
        json_word(j, "protocol", "smtp");
        return;
    }
    s->counts.no_port++;
    json_word(j, "protocol", "other");
}

static void put_content(struct share *s, struct json *j, const struct share_mail *mail)
{
    const struct bytes *cells = mail->shown.cells;

    put_sender(s, j, cells[ENVELOPE_MAIL_FROM]);
    put_recipient(j, &mail->shown);
    put_cut(s, j, "subject", cells[ENVELOPE_SUBJECT], SUBJECT_MAX);
    put_whole(s, j, "message_id", cells[ENVELOPE_MESSAGE_ID], MESSAGE_ID_MAX);
    put_cut(s, j, "user_agent", cells[ENVELOPE_MAILER], USER_AGENT_MAX);
    put_language(j, cells[ENVELOPE_LANGUAGE]);
    put_description(s, j, mail);
    if (cells[ENVELOPE_TAGS].n)
        put_tags(s, j, cells[ENVELOPE_TAGS]);
}

static bool report(struct share *s, const struct share_mail *mail, struct bytes evidence)
{
    struct json j = {.out = &s->out};
    char id[UUID_TEXT_MAX], ts[TIME_TEXT_MAX];

    if (!share_open(s, mail->network, mail->name, NAMES_XARF))
        return false;
    share_uuid(s, "xarf", bytes_of(mail->name), id);
    time_format(mail->ts, ts);
    json_open(&j, NULL, '{');
    json_word(&j, "xarf_version", "4.2.0");
    json_word(&j, "report_id", id);
    json_word(&j, "timestamp", ts);
    put_contact(s, &j, "reporter");
    put_contact(s, &j, "sender");
    json_word(&j, "category", "messaging");
    json_word(&j, "type", "spam");
    json_word(&j, "evidence_source", "honeypot");
    put_source(s, &j, mail);
    put_content(s, &j, mail);
    if (evidence.n)
        put_evidence(s, &j, evidence);
    json_close(&j, '}');
    buf_append_byte(&s->out, '\n');
    return share_close(s);
}

const struct share_format share_xarf = {
    .name = "xarf", .signs = true, .mails_wanted = true, .report = report};
