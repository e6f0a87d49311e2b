/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of record files and their columns.
 *
 * Everything that knows a column is made from this list: the header lines, the
 * writer's column numbers, `potsherd schema`, the manual, the SQL and the
 * reader of the report.  Changing a name or the order here changes it
 * everywhere; nothing else may spell a column's position.
 *
 * A column is C(FILE, name, TYPE, unit, meaning).  Types:
 *   TIME  UTC, RFC 3339 with microseconds     UINT  decimal, no sign
 *   TEXT  escaped text (see README, records)  BOOL  0 or 1
 *   REAL  decimal, six digits after the point IP    IPv4 or IPv6 (RFC 5952)
 *   HEX   lower-case hexadecimal              B64   base64 (RFC 4648, padded)
 * An empty cell means "not known" in every type.
 */
#ifndef POTSHERD_COLUMNS_H
#define POTSHERD_COLUMNS_H

#include "potsherd/counter_list.h"
#include "potsherd/mail.h"

/* Who connected to whom: the start of every row that belongs to a connection. */
#define PS_COLUMNS_ENDPOINTS(C, F)                                                                 \
    C(F, src_ip, IP, "", "address of the side that opened the connection")                         \
    C(F, src_port, UINT, "", "its TCP port")                                                       \
    C(F, dst_ip, IP, "", "address of the side that was connected to")                              \
    C(F, dst_port, UINT, "", "its TCP port")                                                       \
    C(F, service, TEXT, "", "usual service of dst_port in rules/ports.rules")

#define PS_COLUMNS_SRC_GEO(C, F)                                                                   \
    C(F, src_cc, TEXT, "", "country code of src_ip (ISO 3166-1 alpha-2)")                          \
    C(F, src_asn, UINT, "", "autonomous system number of src_ip")                                  \
    C(F, src_as_name, TEXT, "", "name of that autonomous system")

#define PS_COLUMNS_CONNECTIONS(C)                                                                  \
    C(CONNECTIONS, ts, TIME, "", "time of the connection's first packet")                          \
    C(CONNECTIONS, uid, HEX, "",                                                                   \
      "first 16 digits of SHA-256 over 'src_ip src_port dst_ip dst_port ts' of this row")          \
    C(CONNECTIONS, community_id, TEXT, "", "Community ID v1 flow hash, seed 0")                    \
    C(CONNECTIONS, sensor, TEXT, "", "name given with --sensor")                                   \
    PS_COLUMNS_ENDPOINTS(C, CONNECTIONS)                                                           \
    C(CONNECTIONS, protocol, TEXT, "",                                                             \
      "outermost protocol by content: http socks4 socks4a socks5 smtp tls; other: bytes of none")  \
    PS_COLUMNS_SRC_GEO(C, CONNECTIONS)                                                             \
    C(CONNECTIONS, duration, REAL, "s", "from the first to the last packet")                       \
    C(CONNECTIONS, bytes_from_src, UINT, "B", "stream bytes delivered from src, each once")        \
    C(CONNECTIONS, bytes_from_dst, UINT, "B", "stream bytes delivered from dst, each once")        \
    C(CONNECTIONS, packets_from_src, UINT, "", "TCP packets from src, retransmissions too")        \
    C(CONNECTIONS, packets_from_dst, UINT, "", "TCP packets from dst, retransmissions too")        \
    C(CONNECTIONS, missing_bytes, UINT, "B", "stream bytes known to be missing, both directions")  \
    C(CONNECTIONS, requests, UINT, "", "rows of this connection in requests.csv")                  \
    C(CONNECTIONS, emails, UINT, "", "rows of this connection in emails.csv")                      \
    C(CONNECTIONS, end, TEXT, "",                                                                  \
      "fin: closed by both; rst: reset; timeout: went silent; evicted: pushed out by a limit; "    \
      "cut: too long to follow; eof: still open at the end of the capture")                        \
    C(CONNECTIONS, flags, TEXT, "", "words about the connection, see README, separated by blanks") \
    C(CONNECTIONS, server_name, TEXT, "",                                                          \
      "server asked for in the TLS ClientHello, lower case; of TLS in a tunnel, the innermost")    \
    C(CONNECTIONS, proxied_ip, IP, "", "client that a PROXY protocol header names")                \
    C(CONNECTIONS, proxied_port, UINT, "", "its TCP port")

#define PS_COLUMNS_REQUESTS(C)                                                                     \
    C(REQUESTS, ts, TIME, "", "time of the packet that completed the request")                     \
    C(REQUESTS, uid, HEX, "", "the connection")                                                    \
    C(REQUESTS, request_n, UINT, "", "1 for the first request of the connection")                  \
    C(REQUESTS, sensor, TEXT, "", "name given with --sensor")                                      \
    PS_COLUMNS_ENDPOINTS(C, REQUESTS)                                                              \
    PS_COLUMNS_SRC_GEO(C, REQUESTS)                                                                \
    C(REQUESTS, module, TEXT, "", "http socks4 socks4a socks5")                                    \
    C(REQUESTS, command, TEXT, "",                                                                 \
      "HTTP method, or CONNECT, BIND, UDP ASSOCIATE of SOCKS; upper case")                         \
    C(REQUESTS, class, TEXT, "",                                                                   \
      "connect-smtp: to port 25; connect-other; get: a URI, with any method; error: malformed; "   \
      "web: a path, asked of the server itself (--web), no proxy request")                         \
    C(REQUESTS, target, TEXT, "", "target as asked for: HTTP as sent, SOCKS as host:port")         \
    C(REQUESTS, target_host, TEXT, "", "name in the target, lower case; empty for an address")     \
    C(REQUESTS, target_ip, IP, "", "address in the target; empty for a name")                      \
    C(REQUESTS, target_port, UINT, "", "port in the target; the scheme's where none is given")     \
    C(REQUESTS, target_cc, TEXT, "", "country code of target_ip")                                  \
    C(REQUESTS, target_asn, UINT, "", "autonomous system number of target_ip")                     \
    C(REQUESTS, target_as_name, TEXT, "", "name of that autonomous system")                        \
    C(REQUESTS, depth, UINT, "", "1 for the first proxy, 2 for a proxy reached through it, ...")   \
    C(REQUESTS, user, TEXT, "", "user given to the proxy")                                         \
    C(REQUESTS, password, TEXT, "", "password given to the proxy")                                 \
    C(REQUESTS, user_agent, TEXT, "", "User-Agent header")                                         \
    C(REQUESTS, reply, UINT, "", "status or reply code of the proxy, decimal")                     \
    C(REQUESTS, accepted, BOOL, "",                                                                \
      "1: granted, or no reply in sight and the client went on; 0: refused")                       \
    C(REQUESTS, error, TEXT, "", "what is wrong with the request")

#define PS_COLUMNS_EMAILS(C)                                                                       \
    C(EMAILS, ts, TIME, "", "time of the packet that completed the DATA or first BDAT command")    \
    C(EMAILS, uid, HEX, "", "the connection")                                                      \
    C(EMAILS, email_n, UINT, "", "1 for the first message of the connection")                      \
    C(EMAILS, sensor, TEXT, "", "name given with --sensor")                                        \
    PS_COLUMNS_ENDPOINTS(C, EMAILS)                                                                \
    PS_COLUMNS_SRC_GEO(C, EMAILS)                                                                  \
    C(EMAILS, module, TEXT, "",                                                                    \
      "what carried it: http socks4 socks4a socks5 (innermost proxy) or smtp (no proxy)")          \
    C(EMAILS, target_host, TEXT, "", "mail server asked for through the proxy: name")              \
    C(EMAILS, target_ip, IP, "", "mail server asked for through the proxy: address")               \
    C(EMAILS, target_port, UINT, "", "mail server asked for through the proxy: port")              \
    C(EMAILS, target_cc, TEXT, "", "country code of target_ip")                                    \
    C(EMAILS, target_asn, UINT, "", "autonomous system number of target_ip")                       \
    C(EMAILS, helo, TEXT, "", "argument of the last HELO or EHLO")                                 \
    C(EMAILS, auth_user, TEXT, "", "user of SMTP AUTH")                                            \
    C(EMAILS, mail_from, TEXT, "", "reverse-path without brackets; <> for the null path")          \
    C(EMAILS, rcpt_count, UINT, "", "recipients that were not rejected")                           \
    C(EMAILS, rcpt_rejected, UINT, "", "recipients that were rejected")                            \
    C(EMAILS, size, UINT, "B", "payload bytes seen: dot-unstuffed, line ends as sent")             \
    C(EMAILS, sha256, HEX, "", "SHA-256 of the payload")                                           \
    C(EMAILS, body_sha256, HEX, "", "SHA-256 of the payload after its first empty line")           \
    C(EMAILS, complete, BOOL, "", "1: the end was seen and nothing is missing")                    \
    C(EMAILS, missing_bytes, UINT, "B", "payload bytes known to be missing")                       \
    C(EMAILS, reply, UINT, "", "reply code to the end of the message")                             \
    C(EMAILS, subject, TEXT, "", "Subject, decoded")                                               \
    C(EMAILS, header_from, TEXT, "", "From, decoded")                                              \
    C(EMAILS, header_to, TEXT, "", "To, decoded")                                                  \
    C(EMAILS, message_id, TEXT, "", "Message-ID")                                                  \
    C(EMAILS, header_date, TEXT, "", "Date, as sent")                                              \
    C(EMAILS, mailer, TEXT, "", "X-Mailer or User-Agent")                                          \
    C(EMAILS, content_type, TEXT, "", "media type of the message")                                 \
    C(EMAILS, charset, TEXT, "", "charset of the first text part")                                 \
    C(EMAILS, language, TEXT, "", "language of the text (ISO 639); empty: none that is sure")      \
    C(EMAILS, urls, UINT, "", "rows of this message in urls.csv")                                  \
    C(EMAILS, attachments, UINT, "", "rows of this message in attachments.csv")                    \
    C(EMAILS, probe, TEXT, "",                                                                     \
      "how and where it carries the address that was asked, or a known test's words: "             \
      "dotted:subject")                                                                            \
    C(EMAILS, tags, TEXT, "", "names of the tag rules that match, separated by blanks")            \
    C(EMAILS, mail_flags, TEXT, "",                                                                \
      "what of it was not read, for a cap (lost: all, with the process that read it):" MAIL_FLAGS( \
          MAIL_FLAG_WORD))                                                                         \
    C(EMAILS, layout, TEXT, "",                                                                    \
      "how it is laid out: text as runs of text, empty and link lines (T E U) with the binary "    \
      "digits of their lengths; HTML as the top of its tree; multiparts as their types")           \
    C(EMAILS, text_signature, HEX, "",                                                             \
      "MinHash of the visible text, 64 bytes: the share of equal ones is how alike two texts are")

#define MAIL_FLAG_WORD(name, bit, word) " " word

#define PS_COLUMNS_RECIPIENTS(C)                                                                   \
    C(RECIPIENTS, ts, TIME, "", "ts of the message's row in emails.csv")                           \
    C(RECIPIENTS, uid, HEX, "", "the connection")                                                  \
    C(RECIPIENTS, email_n, UINT, "", "the message")                                                \
    C(RECIPIENTS, sensor, TEXT, "", "name given with --sensor")                                    \
    C(RECIPIENTS, rcpt, TEXT, "", "forward-path without brackets")                                 \
    C(RECIPIENTS, domain, TEXT, "", "what follows its last @, lower case")                         \
    C(RECIPIENTS, accepted, BOOL, "", "1: accepted; 0: rejected; empty: no reply in sight")

#define PS_COLUMNS_URLS(C)                                                                         \
    C(URLS, ts, TIME, "", "ts of the message's row in emails.csv")                                 \
    C(URLS, uid, HEX, "", "the connection")                                                        \
    C(URLS, email_n, UINT, "", "the message")                                                      \
    C(URLS, sensor, TEXT, "", "name given with --sensor")                                          \
    C(URLS, url, TEXT, "", "the link as written")                                                  \
    C(URLS, scheme, TEXT, "", "its scheme, lower case")                                            \
    C(URLS, host, TEXT, "", "its host, lower case")                                                \
    C(URLS, domain, TEXT, "", "registered domain of the host")                                     \
    C(URLS, part, TEXT, "", "MIME part that holds it, by its number")                              \
    C(URLS, path, TEXT, "", "its path and query")                                                  \
    C(URLS, shown_host, TEXT, "", "host that the text of the link names, where it is another")

#define PS_COLUMNS_ATTACHMENTS(C)                                                                  \
    C(ATTACHMENTS, ts, TIME, "", "ts of the message's row in emails.csv")                          \
    C(ATTACHMENTS, uid, HEX, "", "the connection")                                                 \
    C(ATTACHMENTS, email_n, UINT, "", "the message")                                               \
    C(ATTACHMENTS, sensor, TEXT, "", "name given with --sensor")                                   \
    C(ATTACHMENTS, filename, TEXT, "", "name given by the sender")                                 \
    C(ATTACHMENTS, content_type, TEXT, "", "media type given by the sender")                       \
    C(ATTACHMENTS, size, UINT, "B", "size after decoding")                                         \
    C(ATTACHMENTS, sha256, HEX, "", "SHA-256 after decoding")                                      \
    C(ATTACHMENTS, found_type, TEXT, "",                                                           \
      "media type by its first bytes; empty: none of those known")

#define PS_COLUMNS_PAYLOADS(C)                                                                     \
    C(PAYLOADS, ts, TIME, "", "ts of the message's row in emails.csv")                             \
    C(PAYLOADS, uid, HEX, "", "the connection")                                                    \
    C(PAYLOADS, email_n, UINT, "", "the message")                                                  \
    C(PAYLOADS, sensor, TEXT, "", "name given with --sensor")                                      \
    C(PAYLOADS, size, UINT, "B", "payload bytes")                                                  \
    C(PAYLOADS, sha256, HEX, "", "SHA-256 of the payload")                                         \
    C(PAYLOADS, data, B64, "", "the payload")

#define PS_COLUMNS_SCANS(C)                                                                        \
    C(SCANS, ts, TIME, "", "time of the interval's first unanswered SYN")                          \
    C(SCANS, sensor, TEXT, "", "name given with --sensor")                                         \
    C(SCANS, src_ip, IP, "", "address that sent them")                                             \
    C(SCANS, dst_ip, IP, "", "address that they went to")                                          \
    C(SCANS, dst_port, UINT, "", "TCP port that they went to")                                     \
    PS_COLUMNS_SRC_GEO(C, SCANS)                                                                   \
    C(SCANS, syns, UINT, "", "how many")

#define PS_COLUMNS_STATS(C)                                                                        \
    C(STATS, ts, TIME, "", "end of the interval")                                                  \
    C(STATS, sensor, TEXT, "", "name given with --sensor")                                         \
    C(STATS, interval, REAL, "s", "its length")                                                    \
    PS_COUNTERS(C, COUNTER_COLUMN, COUNTER_NO_COLUMN, COUNTER_COLUMN, COUNTER_TEXT_COLUMN)

/* How an entry of the list of counters becomes a column. */
#define COUNTER_COLUMN(C, name, column, unit, kind, metric, meaning, line)                         \
    COUNTER_COLUMN_##column(C, name, unit, meaning)
#define COUNTER_COLUMN_STATS(C, name, unit, meaning) C(STATS, name, UINT, unit, meaning)
#define COUNTER_COLUMN_NO(C, name, unit, meaning)
#define COUNTER_NO_COLUMN(C, ...)
#define COUNTER_TEXT_COLUMN(C, name, meaning) C(STATS, name, TEXT, "", meaning)

#define PS_COLUMNS_FIRST_BYTES(C)                                                                  \
    C(FIRST_BYTES, ts, TIME, "", "time of the packet that brought them")                           \
    C(FIRST_BYTES, uid, HEX, "", "the connection")                                                 \
    C(FIRST_BYTES, sensor, TEXT, "", "name given with --sensor")                                   \
    PS_COLUMNS_ENDPOINTS(C, FIRST_BYTES)                                                           \
    PS_COLUMNS_SRC_GEO(C, FIRST_BYTES)                                                             \
    C(FIRST_BYTES, module, TEXT, "", "the proxy protocol that the target was asked for in")        \
    C(FIRST_BYTES, target_host, TEXT, "", "target asked for through the proxy: name")              \
    C(FIRST_BYTES, target_ip, IP, "", "target asked for through the proxy: address")               \
    C(FIRST_BYTES, target_port, UINT, "", "target asked for through the proxy: port")              \
    C(FIRST_BYTES, size, UINT, "B", "how many are in data: what came at once, 256 at most")        \
    C(FIRST_BYTES, data, TEXT, "", "the bytes, escaped")

#define PS_COLUMNS_LOGINS(C)                                                                       \
    C(LOGINS, ts, TIME, "", "time of the packet that completed user and password")                 \
    C(LOGINS, uid, HEX, "", "the connection")                                                      \
    C(LOGINS, login_n, UINT, "", "1 for the first of the connection")                              \
    C(LOGINS, sensor, TEXT, "", "name given with --sensor")                                        \
    PS_COLUMNS_ENDPOINTS(C, LOGINS)                                                                \
    PS_COLUMNS_SRC_GEO(C, LOGINS)                                                                  \
    C(LOGINS, module, TEXT, "", "http socks4 socks4a socks5 smtp: who was asked to let it in")     \
    C(LOGINS, depth, UINT, "", "1 for the first proxy, or the server where there is none")         \
    C(LOGINS, mechanism, TEXT, "",                                                                 \
      "of SMTP AUTH and HTTP, upper case; USERID of SOCKS4, RFC1929 of SOCKS5")                    \
    C(LOGINS, user, TEXT, "", "empty where the mechanism shows none")                              \
    C(LOGINS, password, TEXT, "", "empty where the mechanism hides it")                            \
    C(LOGINS, accepted, BOOL, "", "1: let in; 0: refused")                                         \
    C(LOGINS, reply, UINT, "", "status or reply code, decimal")

#define PS_COLUMNS_REFUSALS(C)                                                                     \
    C(REFUSALS, ts, TIME, "", "time of the packet that completed the MAIL command")                \
    C(REFUSALS, uid, HEX, "", "the connection")                                                    \
    C(REFUSALS, refusal_n, UINT, "", "1 for the first of the connection")                          \
    C(REFUSALS, sensor, TEXT, "", "name given with --sensor")                                      \
    PS_COLUMNS_ENDPOINTS(C, REFUSALS)                                                              \
    PS_COLUMNS_SRC_GEO(C, REFUSALS)                                                                \
    C(REFUSALS, module, TEXT, "",                                                                  \
      "what carried it: http socks4 socks4a socks5 (innermost proxy) or smtp (no proxy)")          \
    C(REFUSALS, target_host, TEXT, "", "mail server asked for through the proxy: name")            \
    C(REFUSALS, target_ip, IP, "", "mail server asked for through the proxy: address")             \
    C(REFUSALS, target_port, UINT, "", "mail server asked for through the proxy: port")            \
    C(REFUSALS, helo, TEXT, "", "argument of the last HELO or EHLO")                               \
    C(REFUSALS, auth_user, TEXT, "", "user of SMTP AUTH who was let in")                           \
    C(REFUSALS, mail_from, TEXT, "", "reverse-path without brackets; <> for the null path")        \
    C(REFUSALS, rcpt_count, UINT, "", "recipients that were asked for")                            \
    C(REFUSALS, rcpt_rejected, UINT, "", "of them rejected")                                       \
    C(REFUSALS, first_rcpt, TEXT, "", "the first recipient")                                       \
    C(REFUSALS, reply, UINT, "", "the last code of 400 or more; empty: it was left without one")

/* X(NAME, file name without .csv, WRITER, what a row is).  Writers:
 *   RECORDER  with the events            LIVE, ANSWER  likewise, in live runs, or only in those
 * that answer MESSAGES  the message writer         NONE  nobody yet: its rows are made later */
#define PS_FILES(X)                                                                                \
    X(CONNECTIONS, connections, RECORDER, "a TCP connection")                                      \
    X(REQUESTS, requests, RECORDER, "a request to a proxy")                                        \
    X(EMAILS, emails, MESSAGES, "a message (DATA or BDAT)")                                        \
    X(RECIPIENTS, recipients, RECORDER, "an envelope recipient")                                   \
    X(URLS, urls, MESSAGES, "a link in a message")                                                 \
    X(ATTACHMENTS, attachments, MESSAGES, "an attached file")                                      \
    X(PAYLOADS, payloads, MESSAGES, "a message's payload")                                         \
    X(SCANS, scans, RECORDER, "unanswered SYNs of a source to a port in an interval")              \
    X(STATS, stats, LIVE, "a minute of a live run: what came, what was lost")                      \
    X(FIRST_BYTES, first_bytes, ANSWER,                                                            \
      "what a client said first to a target that is no mail server")                               \
    X(LOGINS, logins, RECORDER, "a user and password that was tried")                              \
    X(REFUSALS, refusals, RECORDER, "an SMTP transaction that came to no message")

#endif
