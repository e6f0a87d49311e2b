/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header lines that are put before a mail, and say how it came:
 *
 *   Return-Path: <offers@sender.example>
 *   X-Envelope-To: alice@bank.example                     a line each, but for those rejected
 *   X-Originating-IP: [192.0.2.10]
 *   X-Potsherd-Proxy: socks5 198.51.100.1:1080
 *   X-Potsherd-Target: mx.example:25
 *   X-Potsherd-Missing: 1460                              bytes of it
 *   X-Potsherd-Complete: 0                                its end was not seen, or bytes are
 * missing X-Potsherd-Lines: crlf                                mbox and Maildir (line_ends.h)
 *   Received: from helo ([192.0.2.10]) by sensor ([198.51.100.1]:1080) (potsherd 0.1.0,
 *    captured via socks5 for mx.example:25) id 0123456789abcdef-1; Sat, 10 Jun 2006 00:00:00 +0000
 *   X-Potsherd-SHA256: 64 hex digits                      of what follows this line
 *
 * The last one is always there, and none before begins like it: what follows its line end is the
 * mail, byte for byte.
 *
 * For strangers (`hides_sensor`) the sensor's name and address are left out: X-Potsherd-Proxy is
 * the protocol alone, and Received names neither.
 *
 * Values come from strangers.  They are printable ASCII: all other bytes stand as \xNN, a backslash
 * as \\, as in records; in Received only letters, digits and ".:_-[]" stand for themselves.  Lines
 * are folded at blanks at 78 columns, and amid a word that is longer than 900 bytes.  Pure.
 */
#ifndef POTSHERD_EXPORT_ADDED_H
#define POTSHERD_EXPORT_ADDED_H

#include "export/envelopes.h"
#include "potsherd/time.h"

struct added {
    const char *message; /* UID-N */
    time_us ts;
    const char *line_end; /* "\n", "\r\n" */
    const char *lines;    /* of X-Potsherd-Lines; NULL: there is none */
    const char *sha256;   /* of the mail, hex; NULL: the line is left out */
    bool hides_sensor;
};

/* RFC 5322 section 3.3. */
void added_date(time_us ts, struct buf *out);
void added_headers(const struct added *how, const struct envelope *envelope, struct buf *out);

#endif
