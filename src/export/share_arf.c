/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Abuse reports (RFC 5965) with the source's port (RFC 6692), a mail each.  To is left to who sends
 * it.
 *
 *   multipart/report; report-type=feedback-report
 *     text/plain                what it is about, for people
 *     message/feedback-report   the same for programs; recipients redacted (RFC 6590)
 *     message/rfc822            the evidence; text/rfc822-headers without it
 *
 * The boundary is a UUID of all that stands between: none of it can have been made to hold it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "export/added.h"
#include "export/share.h"

#define PATH_MAX_BYTES 900 /* of a line of 998 (RFC 5322) */
#define LINE_MAX_BYTES 998

/* --- what strangers wrote, in lines of ours --- */

/* As added.h has it: printable ASCII. */
static void put_printable(struct buf *out, struct bytes text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.at[i];
        const char hex[] = {'\\', 'x', digits[c >> 4], digits[c & 15]};

        if (c == '\\')
            buf_append_text(out, "\\\\");
        else if (c <= ' ' || c >= 0x7f || c == '<' || c == '>')
            buf_append(out, hex, sizeof hex);
        else
            buf_append_byte(out, c);
    }
}

/* A path that is too long for a line is left out: a part of it is another one. */
static void put_path(struct share *s, const char *name, struct bytes path)
{
    struct buf text = {0};

    if (path.n == 2 && !memcmp(path.at, "<>", 2))
        path.n = 0;
    put_printable(&text, path);
    if (text.len > PATH_MAX_BYTES) {
        s->counts.shortened++;
    } else {
        buf_append_text(&s->out, name);
        buf_append_text(&s->out, ": <");
        buf_append(&s->out, text.data, text.len);
        buf_append_text(&s->out, ">\r\n");
    }
    buf_fini(&text);
}

static void put_line(struct share *s, const char *name, struct bytes value)
{
    buf_append_text(&s->out, name);
    buf_append_text(&s->out, ": ");
    put_printable(&s->out, value);
    buf_append_text(&s->out, "\r\n");
}

/* --- the parts --- */

/* RFC 2045 section 2.7 to 2.9: what of 7bit, 8bit and binary it is. */
static const char *encoding_of(struct bytes text)
{
    size_t line = 0;
    bool high = false;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.at[i];
        bool ends = c == '\n' && i && text.at[i - 1] == '\r';

        if (!c || (c == '\n' && !ends) ||
            (c == '\r' && (i + 1 == text.n || text.at[i + 1] != '\n')))
            return "binary";
        high = high || c >= 0x80;
        line = ends ? 0 : line + 1;
        if (line > LINE_MAX_BYTES + 1)
            return "binary";
    }
    return high ? "8bit" : "7bit";
}

static void put_boundary(struct share *s, const char *boundary, bool last)
{
    buf_append_text(&s->out, "\r\n--");
    buf_append_text(&s->out, boundary);
    buf_append_text(&s->out, last ? "--\r\n" : "\r\n");
}

static void put_headers(struct share *s, const struct share_mail *mail, const char *boundary,
                        const char *encoding)
{
    char id[UUID_TEXT_MAX], word[NETWORK_NAME];

    share_uuid(s, "arf", bytes_of(mail->name), id);
    share_network_word(mail->network, word);
    buf_append_text(&s->out, "From: <");
    buf_append_text(&s->out, s->contact);
    buf_append_text(&s->out, ">\r\nDate: ");
    added_date(mail->ts, &s->out);
    buf_append_text(&s->out, "\r\nSubject: Spam from ");
    put_printable(&s->out, mail->shown.cells[ENVELOPE_SRC_IP]);
    buf_append_text(&s->out, " (");
    buf_append_text(&s->out, mail->network->as ? word : "no AS");
    buf_append_text(&s->out, ")\r\nMessage-ID: <");
    buf_append_text(&s->out, id);
    buf_append_byte(&s->out, '@');
    buf_append_text(&s->out, s->domain);
    buf_append_text(&s->out, ">\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
                             "report-type=feedback-report;\r\n boundary=\"");
    buf_append_text(&s->out, boundary);
    buf_append_text(&s->out, "\"\r\nContent-Transfer-Encoding: ");
    buf_append_text(&s->out, strcmp(encoding, "7bit") ? encoding : "8bit");
    buf_append_text(&s->out, "\r\n");
}

static void put_text(struct share *s, const struct share_mail *mail)
{
    char ts[TIME_TEXT_MAX];

    time_format(mail->ts, ts);
    buf_append_text(&s->out, "Content-Type: text/plain; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: 8bit\r\n\r\n"
                             "This is a report of spam that was sent through a honeypot of\r\n");
    buf_append_text(&s->out, s->org); /* checked to be a line of UTF-8 */
    buf_append_text(&s->out, ".\r\n\r\nSource: ");
    put_printable(&s->out, mail->shown.cells[ENVELOPE_SRC_IP]);
    if (mail->shown.cells[ENVELOPE_SRC_PORT].n) {
        buf_append_text(&s->out, ", port ");
        put_printable(&s->out, mail->shown.cells[ENVELOPE_SRC_PORT]);
    }
    buf_append_text(&s->out, "\r\nTime:   ");
    buf_append_text(&s->out, ts);
    buf_append_text(&s->out, "\r\nAnswers are read at ");
    buf_append_text(&s->out, s->contact);
    buf_append_text(&s->out, s->redact ? ".\r\nRecipients are redacted.\r\n" : ".\r\n");
}

static void put_feedback(struct share *s, const struct share_mail *mail)
{
    const struct envelope *m = &mail->shown;

    buf_append_text(&s->out, "Content-Type: message/feedback-report\r\n\r\n"
                             "Feedback-Type: abuse\r\n"
                             "User-Agent: potsherd/" POTSHERD_VERSION "\r\n"
                             "Version: 1\r\n");
    if (m->cells[ENVELOPE_MAIL_FROM].n)
        put_path(s, "Original-Mail-From", m->cells[ENVELOPE_MAIL_FROM]);
    for (size_t i = 0; i < m->recipient_count; i++)
        put_path(s, "Original-Rcpt-To", m->recipients[i]);
    buf_append_text(&s->out, "Arrival-Date: ");
    added_date(mail->ts, &s->out);
    buf_append_text(&s->out, "\r\n");
    put_line(s, "Source-IP", m->cells[ENVELOPE_SRC_IP]);
    if (m->cells[ENVELOPE_SRC_PORT].n)
        put_line(s, "Source-Port", m->cells[ENVELOPE_SRC_PORT]);
    else
        s->counts.no_port++;
}

static void put_evidence(struct share *s, const struct share_mail *mail, struct bytes evidence,
                         const char *encoding)
{
    const struct added how = {
        .message = mail->name, .ts = mail->ts, .line_end = "\r\n", .hides_sensor = true};

    if (!evidence.n) {
        buf_append_text(&s->out, "Content-Type: text/rfc822-headers\r\n\r\n");
        added_headers(&how, &mail->shown, &s->out);
        return;
    }
    buf_append_text(&s->out, "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: ");
    buf_append_text(&s->out, encoding);
    buf_append_text(&s->out, "\r\n\r\n");
    buf_append(&s->out, evidence.at, evidence.n);
}

static void make_boundary(struct share *s, const struct share_mail *mail, struct bytes evidence,
                          char out[UUID_TEXT_MAX])
{
    uint8_t hash[SHA256_BYTES];
    char text[NAMES_DIGITS + 1];
    struct buf all = {0};

    digest_begin(s->digest, DIGEST_SHA256);
    digest_add(s->digest, bytes_of(mail->name));
    digest_add(s->digest, buf_view(&s->texts)); /* of a mail, redacted */
    digest_add(s->digest, evidence);
    digest_end(s->digest, hash);
    names_hash(hash, text);
    buf_append_text(&all, text);
    share_uuid(s, "boundary", buf_view(&all), out);
    buf_fini(&all);
}

static bool report(struct share *s, const struct share_mail *mail, struct bytes evidence)
{
    const char *encoding = encoding_of(evidence);
    char boundary[UUID_TEXT_MAX];

    if (!share_open(s, mail->network, mail->name, NAMES_ARF))
        return false;
    make_boundary(s, mail, evidence, boundary);
    put_headers(s, mail, boundary, encoding);
    put_boundary(s, boundary, false);
    put_text(s, mail);
    put_boundary(s, boundary, false);
    put_feedback(s, mail);
    put_boundary(s, boundary, false);
    put_evidence(s, mail, evidence, encoding);
    put_boundary(s, boundary, true);
    return share_close(s);
}

const struct share_format share_arf = {
    .name = "arf", .signs = true, .mails_wanted = true, .report = report};
