/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of record files and their columns.
 *
 * Everything that knows a column is made from this list: the header lines, the
 * writer's column numbers, `potsherd schema`, the manual, the SQL and the
 * reader of the report.  Changing a name or the order here changes it
 * everywhere; nothing else may spell a column's position.
 *
 * A column is C(FILE, name, TYPE, HOLDS, unit, meaning).  Types:
 *   TIME  UTC, RFC 3339 with microseconds     UINT  decimal, no sign
 *   TEXT  escaped text (see doc/records.md)  BOOL  0 or 1
 *   REAL  decimal, six digits after the point IP    IPv4 or IPv6 (RFC 5952)
 *   HEX   lower-case hexadecimal              B64   base64 (RFC 4648, padded)
 * An empty cell means "not known" in every type.
 *
 * What it holds of persons, and so what --redact does to it (potsherd/redact.h):
 *   OPEN     nothing: numbers, times, words of our own      SECRET  a password
 *   UID      a hash of addresses that is made under the key FREE    text of a stranger's
 *   FLOW     a hash of addresses that others make, too      CONTENT what a mail says
 *   SOURCE   the address of who connects                    LINK    a link
 *   PEER     an address that may be the same                TARGET  what a proxy is asked for
 *   MAILBOX  a mail address, or a user                      DIGEST  a hash of what a mail says
 *   DOMAIN   the domain of a mail address                   BYTES   as they came
 */
#ifndef POTSHERD_COLUMNS_H
#define POTSHERD_COLUMNS_H

#include "potsherd/counter_list.h"
#include "potsherd/mail.h"

/* Who connected to whom: the start of every row that belongs to a connection. */
#define PS_COLUMNS_ENDPOINTS(C, F)                                                                 \
    C(F, src_ip, IP, SOURCE, "", "address of the side that opened the connection")                 \
    C(F, src_port, UINT, OPEN, "", "its TCP port")                                                 \
    C(F, dst_ip, IP, PEER, "", "address of the side that was connected to")                        \
    C(F, dst_port, UINT, OPEN, "", "its TCP port")                                                 \
    C(F, service, TEXT, OPEN, "", "usual service of dst_port in rules/ports.rules")

#define PS_COLUMNS_SRC_GEO(C, F)                                                                   \
    C(F, src_cc, TEXT, OPEN, "", "country code of src_ip (ISO 3166-1 alpha-2)")                    \
    C(F, src_asn, UINT, OPEN, "", "autonomous system number of src_ip")                            \
    C(F, src_as_name, TEXT, OPEN, "", "name of that autonomous system")

#define PS_COLUMNS_CONNECTIONS(C)                                                                  \
    C(CONNECTIONS, ts, TIME, OPEN, "", "time of the connection's first packet")                    \
    C(CONNECTIONS, uid, HEX, UID, "",                                                              \
      "first 16 digits of SHA-256 over 'src_ip src_port dst_ip dst_port ts' of this row; "         \
      "with --redact addresses a hash of the same under the key")                                  \
    C(CONNECTIONS, community_id, TEXT, FLOW, "", "Community ID v1 flow hash, seed 0")              \
    C(CONNECTIONS, sensor, TEXT, OPEN, "", "name given with --sensor")                             \
    PS_COLUMNS_ENDPOINTS(C, CONNECTIONS)                                                           \
    C(CONNECTIONS, protocol, TEXT, OPEN, "",                                                       \
      "outermost protocol by content: http socks4 socks4a socks5 smtp tls; other: bytes of none")  \
    PS_COLUMNS_SRC_GEO(C, CONNECTIONS)                                                             \
    C(CONNECTIONS, duration, REAL, OPEN, "s", "from the first to the last packet")                 \
    C(CONNECTIONS, bytes_from_src, UINT, OPEN, "B", "stream bytes delivered from src, each once")  \
    C(CONNECTIONS, bytes_from_dst, UINT, OPEN, "B", "stream bytes delivered from dst, each once")  \
    C(CONNECTIONS, packets_from_src, UINT, OPEN, "", "TCP packets from src, retransmissions too")  \
    C(CONNECTIONS, packets_from_dst, UINT, OPEN, "", "TCP packets from dst, retransmissions too")  \
    C(CONNECTIONS, missing_bytes, UINT, OPEN, "B",                                                 \
      "stream bytes known to be missing, both directions")                                         \
    C(CONNECTIONS, requests, UINT, OPEN, "", "rows of this connection in requests.csv")            \
    C(CONNECTIONS, emails, UINT, OPEN, "", "rows of this connection in emails.csv")                \
    C(CONNECTIONS, end, TEXT, OPEN, "",                                                            \
      "fin: closed by both; rst: reset; timeout: went silent; evicted: pushed out by a limit; "    \
      "cut: too long to follow; eof: still open at the end of the capture")                        \
    C(CONNECTIONS, flags, TEXT, OPEN, "",                                                          \
      "words about the connection, see doc/records.md, separated by blanks")                       \
    C(CONNECTIONS, server_name, TEXT, FREE, "",                                                    \
      "server asked for in the TLS ClientHello, lower case; of TLS in a tunnel, the innermost")    \
    C(CONNECTIONS, proxied_ip, IP, SOURCE, "", "client that a PROXY protocol header names")        \
    C(CONNECTIONS, proxied_port, UINT, OPEN, "", "its TCP port")                                   \
    C(CONNECTIONS, capture_n, UINT, OPEN, "",                                                      \
      "the capture that holds its first packet, see captures.csv; empty live")

#define PS_COLUMNS_REQUESTS(C)                                                                     \
    C(REQUESTS, ts, TIME, OPEN, "", "time of the packet that completed the request")               \
    C(REQUESTS, uid, HEX, UID, "", "the connection")                                               \
    C(REQUESTS, request_n, UINT, OPEN, "", "1 for the first request of the connection")            \
    C(REQUESTS, sensor, TEXT, OPEN, "", "name given with --sensor")                                \
    PS_COLUMNS_ENDPOINTS(C, REQUESTS)                                                              \
    PS_COLUMNS_SRC_GEO(C, REQUESTS)                                                                \
    C(REQUESTS, module, TEXT, OPEN, "", "http socks4 socks4a socks5")                              \
    C(REQUESTS, command, TEXT, FREE, "",                                                           \
      "HTTP method, or CONNECT, BIND, UDP ASSOCIATE of SOCKS; upper case")                         \
    C(REQUESTS, class, TEXT, OPEN, "",                                                             \
      "connect-smtp: to port 25; connect-other; get: a URI, with any method; error: malformed; "   \
      "web: a path, asked of the server itself (--web), no proxy request")                         \
    C(REQUESTS, target, TEXT, TARGET, "", "target as asked for: HTTP as sent, SOCKS as host:port") \
    C(REQUESTS, target_host, TEXT, FREE, "",                                                       \
      "name in the target, lower case; empty for an address")                                      \
    C(REQUESTS, target_ip, IP, PEER, "", "address in the target; empty for a name")                \
    C(REQUESTS, target_port, UINT, OPEN, "",                                                       \
      "port in the target; the scheme's where none is given")                                      \
    C(REQUESTS, target_cc, TEXT, OPEN, "", "country code of target_ip")                            \
    C(REQUESTS, target_asn, UINT, OPEN, "", "autonomous system number of target_ip")               \
    C(REQUESTS, target_as_name, TEXT, OPEN, "", "name of that autonomous system")                  \
    C(REQUESTS, depth, UINT, OPEN, "",                                                             \
      "1 for the first proxy, 2 for a proxy reached through it, ...")                              \
    C(REQUESTS, user, TEXT, MAILBOX, "", "user given to the proxy")                                \
    C(REQUESTS, password, TEXT, SECRET, "", "password given to the proxy")                         \
    C(REQUESTS, user_agent, TEXT, FREE, "", "User-Agent header")                                   \
    C(REQUESTS, reply, UINT, OPEN, "", "status or reply code of the proxy, decimal")               \
    C(REQUESTS, accepted, BOOL, OPEN, "",                                                          \
      "1: granted, or no reply in sight and the client went on; 0: refused")                       \
    C(REQUESTS, error, TEXT, OPEN, "", "what is wrong with the request")

#define PS_COLUMNS_EMAILS(C)                                                                       \
    C(EMAILS, ts, TIME, OPEN, "",                                                                  \
      "time of the packet that completed the DATA or first BDAT command")                          \
    C(EMAILS, uid, HEX, UID, "", "the connection")                                                 \
    C(EMAILS, email_n, UINT, OPEN, "", "1 for the first message of the connection")                \
    C(EMAILS, sensor, TEXT, OPEN, "", "name given with --sensor")                                  \
    PS_COLUMNS_ENDPOINTS(C, EMAILS)                                                                \
    PS_COLUMNS_SRC_GEO(C, EMAILS)                                                                  \
    C(EMAILS, module, TEXT, OPEN, "",                                                              \
      "what carried it: http socks4 socks4a socks5 (innermost proxy) or smtp (no proxy)")          \
    C(EMAILS, target_host, TEXT, FREE, "", "mail server asked for through the proxy: name")        \
    C(EMAILS, target_ip, IP, PEER, "", "mail server asked for through the proxy: address")         \
    C(EMAILS, target_port, UINT, OPEN, "", "mail server asked for through the proxy: port")        \
    C(EMAILS, target_cc, TEXT, OPEN, "", "country code of target_ip")                              \
    C(EMAILS, target_asn, UINT, OPEN, "", "autonomous system number of target_ip")                 \
    C(EMAILS, helo, TEXT, FREE, "", "argument of the last HELO or EHLO")                           \
    C(EMAILS, auth_user, TEXT, MAILBOX, "", "user of SMTP AUTH")                                   \
    C(EMAILS, mail_from, TEXT, MAILBOX, "", "reverse-path without brackets; <> for the null path") \
    C(EMAILS, rcpt_count, UINT, OPEN, "", "recipients that were not rejected")                     \
    C(EMAILS, rcpt_rejected, UINT, OPEN, "", "recipients that were rejected")                      \
    C(EMAILS, size, UINT, OPEN, "B", "payload bytes seen: dot-unstuffed, line ends as sent")       \
    C(EMAILS, sha256, HEX, DIGEST, "", "SHA-256 of the payload")                                   \
    C(EMAILS, body_sha256, HEX, DIGEST, "", "SHA-256 of the payload after its first empty line")   \
    C(EMAILS, complete, BOOL, OPEN, "", "1: the end was seen and nothing is missing")              \
    C(EMAILS, missing_bytes, UINT, OPEN, "B", "payload bytes known to be missing")                 \
    C(EMAILS, reply, UINT, OPEN, "", "reply code to the end of the message")                       \
    C(EMAILS, subject, TEXT, CONTENT, "", "Subject, decoded")                                      \
    C(EMAILS, header_from, TEXT, CONTENT, "", "From, decoded")                                     \
    C(EMAILS, header_to, TEXT, CONTENT, "", "To, decoded")                                         \
    C(EMAILS, message_id, TEXT, CONTENT, "", "Message-ID")                                         \
    C(EMAILS, header_date, TEXT, FREE, "", "Date, as sent")                                        \
    C(EMAILS, mailer, TEXT, FREE, "", "X-Mailer or User-Agent")                                    \
    C(EMAILS, content_type, TEXT, FREE, "", "media type of the message")                           \
    C(EMAILS, charset, TEXT, FREE, "", "charset of the first text part")                           \
    C(EMAILS, language, TEXT, OPEN, "",                                                            \
      "language of the text (ISO 639); empty: none that is sure")                                  \
    C(EMAILS, urls, UINT, OPEN, "", "rows of this message in urls.csv")                            \
    C(EMAILS, attachments, UINT, OPEN, "", "rows of this message in attachments.csv")              \
    C(EMAILS, probe, TEXT, OPEN, "",                                                               \
      "how and where it carries the address that was asked, or a known test's words: "             \
      "dotted:subject")                                                                            \
    C(EMAILS, tags, TEXT, OPEN, "", "names of the tag rules that match, separated by blanks")      \
    C(EMAILS, mail_flags, TEXT, OPEN, "",                                                          \
      "what of it was not read, for a cap (lost: all, with the process that read it):" MAIL_FLAGS( \
          MAIL_FLAG_WORD))                                                                         \
    C(EMAILS, layout, TEXT, FREE, "",                                                              \
      "how it is laid out: text as runs of text, empty and link lines (T E U) with the binary "    \
      "digits of their lengths; HTML as the top of its tree; multiparts as their types")           \
    C(EMAILS, text_signature, HEX, DIGEST, "",                                                     \
      "MinHash of the visible text, 64 bytes: the share of equal ones is how alike two texts are")

#define MAIL_FLAG_WORD(name, bit, word) " " word

#define PS_COLUMNS_RECIPIENTS(C)                                                                   \
    C(RECIPIENTS, ts, TIME, OPEN, "", "ts of the message's row in emails.csv")                     \
    C(RECIPIENTS, uid, HEX, UID, "", "the connection")                                             \
    C(RECIPIENTS, email_n, UINT, OPEN, "", "the message")                                          \
    C(RECIPIENTS, sensor, TEXT, OPEN, "", "name given with --sensor")                              \
    C(RECIPIENTS, rcpt, TEXT, MAILBOX, "", "forward-path without brackets")                        \
    C(RECIPIENTS, domain, TEXT, DOMAIN, "", "what follows its last @, lower case")                 \
    C(RECIPIENTS, accepted, BOOL, OPEN, "", "1: accepted; 0: rejected; empty: no reply in sight")

#define PS_COLUMNS_URLS(C)                                                                         \
    C(URLS, ts, TIME, OPEN, "", "ts of the message's row in emails.csv")                           \
    C(URLS, uid, HEX, UID, "", "the connection")                                                   \
    C(URLS, email_n, UINT, OPEN, "", "the message")                                                \
    C(URLS, sensor, TEXT, OPEN, "", "name given with --sensor")                                    \
    C(URLS, url, TEXT, LINK, "", "the link as written")                                            \
    C(URLS, scheme, TEXT, FREE, "", "its scheme, lower case")                                      \
    C(URLS, host, TEXT, FREE, "", "its host, lower case")                                          \
    C(URLS, domain, TEXT, FREE, "", "registered domain of the host")                               \
    C(URLS, part, TEXT, OPEN, "", "MIME part that holds it, by its number")                        \
    C(URLS, path, TEXT, LINK, "", "its path and query")                                            \
    C(URLS, shown_host, TEXT, FREE, "", "host that the text of the link names, where it is another")

#define PS_COLUMNS_ATTACHMENTS(C)                                                                  \
    C(ATTACHMENTS, ts, TIME, OPEN, "", "ts of the message's row in emails.csv")                    \
    C(ATTACHMENTS, uid, HEX, UID, "", "the connection")                                            \
    C(ATTACHMENTS, email_n, UINT, OPEN, "", "the message")                                         \
    C(ATTACHMENTS, sensor, TEXT, OPEN, "", "name given with --sensor")                             \
    C(ATTACHMENTS, filename, TEXT, CONTENT, "", "name given by the sender")                        \
    C(ATTACHMENTS, content_type, TEXT, FREE, "", "media type given by the sender")                 \
    C(ATTACHMENTS, size, UINT, OPEN, "B", "size after decoding")                                   \
    C(ATTACHMENTS, sha256, HEX, DIGEST, "", "SHA-256 after decoding")                              \
    C(ATTACHMENTS, found_type, TEXT, FREE, "",                                                     \
      "media type by its first bytes; empty: none of those known")

#define PS_COLUMNS_PAYLOADS(C)                                                                     \
    C(PAYLOADS, ts, TIME, OPEN, "", "ts of the message's row in emails.csv")                       \
    C(PAYLOADS, uid, HEX, UID, "", "the connection")                                               \
    C(PAYLOADS, email_n, UINT, OPEN, "", "the message")                                            \
    C(PAYLOADS, sensor, TEXT, OPEN, "", "name given with --sensor")                                \
    C(PAYLOADS, size, UINT, OPEN, "B", "payload bytes")                                            \
    C(PAYLOADS, sha256, HEX, DIGEST, "", "SHA-256 of the payload")                                 \
    C(PAYLOADS, data, B64, BYTES, "", "the payload")

#define PS_COLUMNS_SCANS(C)                                                                        \
    C(SCANS, ts, TIME, OPEN, "", "time of the interval's first unanswered SYN")                    \
    C(SCANS, sensor, TEXT, OPEN, "", "name given with --sensor")                                   \
    C(SCANS, src_ip, IP, SOURCE, "", "address that sent them")                                     \
    C(SCANS, dst_ip, IP, PEER, "", "address that they went to")                                    \
    C(SCANS, dst_port, UINT, OPEN, "", "TCP port that they went to")                               \
    PS_COLUMNS_SRC_GEO(C, SCANS)                                                                   \
    C(SCANS, syns, UINT, OPEN, "", "how many")

#define PS_COLUMNS_STATS(C)                                                                        \
    C(STATS, ts, TIME, OPEN, "", "end of the interval")                                            \
    C(STATS, sensor, TEXT, OPEN, "", "name given with --sensor")                                   \
    C(STATS, interval, REAL, OPEN, "s", "its length")                                              \
    PS_COUNTERS(C, COUNTER_COLUMN, COUNTER_NO_COLUMN, COUNTER_COLUMN, COUNTER_TEXT_COLUMN)

/* How an entry of the list of counters becomes a column. */
#define COUNTER_COLUMN(C, name, column, unit, kind, metric, meaning, line)                         \
    COUNTER_COLUMN_##column(C, name, unit, meaning)
#define COUNTER_COLUMN_STATS(C, name, unit, meaning) C(STATS, name, UINT, OPEN, unit, meaning)
#define COUNTER_COLUMN_NO(C, name, unit, meaning)
#define COUNTER_NO_COLUMN(C, ...)
#define COUNTER_TEXT_COLUMN(C, name, meaning) C(STATS, name, TEXT, OPEN, "", meaning)

#define PS_COLUMNS_FIRST_BYTES(C)                                                                  \
    C(FIRST_BYTES, ts, TIME, OPEN, "", "time of the packet that brought them")                     \
    C(FIRST_BYTES, uid, HEX, UID, "", "the connection")                                            \
    C(FIRST_BYTES, sensor, TEXT, OPEN, "", "name given with --sensor")                             \
    PS_COLUMNS_ENDPOINTS(C, FIRST_BYTES)                                                           \
    PS_COLUMNS_SRC_GEO(C, FIRST_BYTES)                                                             \
    C(FIRST_BYTES, module, TEXT, OPEN, "", "the proxy protocol that the target was asked for in")  \
    C(FIRST_BYTES, target_host, TEXT, FREE, "", "target asked for through the proxy: name")        \
    C(FIRST_BYTES, target_ip, IP, PEER, "", "target asked for through the proxy: address")         \
    C(FIRST_BYTES, target_port, UINT, OPEN, "", "target asked for through the proxy: port")        \
    C(FIRST_BYTES, size, UINT, OPEN, "B", "how many are in data: what came at once, 256 at most")  \
    C(FIRST_BYTES, data, TEXT, BYTES, "", "the bytes, escaped")

#define PS_COLUMNS_LOGINS(C)                                                                       \
    C(LOGINS, ts, TIME, OPEN, "", "time of the packet that completed user and password")           \
    C(LOGINS, uid, HEX, UID, "", "the connection")                                                 \
    C(LOGINS, login_n, UINT, OPEN, "", "1 for the first of the connection")                        \
    C(LOGINS, sensor, TEXT, OPEN, "", "name given with --sensor")                                  \
    PS_COLUMNS_ENDPOINTS(C, LOGINS)                                                                \
    PS_COLUMNS_SRC_GEO(C, LOGINS)                                                                  \
    C(LOGINS, module, TEXT, OPEN, "",                                                              \
      "http socks4 socks4a socks5 smtp: who was asked to let it in")                               \
    C(LOGINS, depth, UINT, OPEN, "", "1 for the first proxy, or the server where there is none")   \
    C(LOGINS, mechanism, TEXT, FREE, "",                                                           \
      "of SMTP AUTH and HTTP, upper case; USERID of SOCKS4, RFC1929 of SOCKS5")                    \
    C(LOGINS, user, TEXT, MAILBOX, "", "empty where the mechanism shows none")                     \
    C(LOGINS, password, TEXT, SECRET, "", "empty where the mechanism hides it")                    \
    C(LOGINS, accepted, BOOL, OPEN, "", "1: let in; 0: refused")                                   \
    C(LOGINS, reply, UINT, OPEN, "", "status or reply code, decimal")

#define PS_COLUMNS_REFUSALS(C)                                                                     \
    C(REFUSALS, ts, TIME, OPEN, "", "time of the packet that completed the MAIL command")          \
    C(REFUSALS, uid, HEX, UID, "", "the connection")                                               \
    C(REFUSALS, refusal_n, UINT, OPEN, "", "1 for the first of the connection")                    \
    C(REFUSALS, sensor, TEXT, OPEN, "", "name given with --sensor")                                \
    PS_COLUMNS_ENDPOINTS(C, REFUSALS)                                                              \
    PS_COLUMNS_SRC_GEO(C, REFUSALS)                                                                \
    C(REFUSALS, module, TEXT, OPEN, "",                                                            \
      "what carried it: http socks4 socks4a socks5 (innermost proxy) or smtp (no proxy)")          \
    C(REFUSALS, target_host, TEXT, FREE, "", "mail server asked for through the proxy: name")      \
    C(REFUSALS, target_ip, IP, PEER, "", "mail server asked for through the proxy: address")       \
    C(REFUSALS, target_port, UINT, OPEN, "", "mail server asked for through the proxy: port")      \
    C(REFUSALS, helo, TEXT, FREE, "", "argument of the last HELO or EHLO")                         \
    C(REFUSALS, auth_user, TEXT, MAILBOX, "", "user of SMTP AUTH who was let in")                  \
    C(REFUSALS, mail_from, TEXT, MAILBOX, "",                                                      \
      "reverse-path without brackets; <> for the null path")                                       \
    C(REFUSALS, rcpt_count, UINT, OPEN, "", "recipients that were asked for")                      \
    C(REFUSALS, rcpt_rejected, UINT, OPEN, "", "of them rejected")                                 \
    C(REFUSALS, first_rcpt, TEXT, MAILBOX, "", "the first recipient")                              \
    C(REFUSALS, reply, UINT, OPEN, "",                                                             \
      "the last code of 400 or more; empty: it was left without one")

#define PS_COLUMNS_CAPTURES(C)                                                                     \
    C(CAPTURES, capture_n, UINT, OPEN, "", "1 for the first one on the command line")              \
    C(CAPTURES, file, TEXT, FREE, "", "its name, as on the command line; -: standard input")       \
    C(CAPTURES, first, TIME, OPEN, "", "time of its earliest packet")                              \
    C(CAPTURES, last, TIME, OPEN, "", "time of its latest packet")                                 \
    C(CAPTURES, packets, UINT, OPEN, "", "packets read, whether --filter passed them or not")      \
    C(CAPTURES, bytes, UINT, OPEN, "B", "its size; where it was not read to its end, what was")    \
    C(CAPTURES, sha256, HEX, DIGEST, "",                                                           \
      "SHA-256 of the file as it is stored; empty: it was not read to its end")

/* X(NAME, file name without .csv, WRITER, what a row is).  Writers:
 *   RECORDER  with the events            LIVE, ANSWER  likewise, in live runs, or only in those
 *   MESSAGES  the message writer                       that answer
 *   CAPTURES  when captures were read    CAMPAIGNS  potsherd campaigns, later */
/* What `potsherd campaigns` makes of the others. */
#define PS_COLUMNS_CAMPAIGNS(C)                                                                    \
    C(CAMPAIGNS, campaign, HEX, DIGEST, "",                                                        \
      "first 16 digits of SHA-256 over what its messages share: the same in all runs")             \
    C(CAMPAIGNS, kind, TEXT, OPEN, "", "tree: they share features; text: their texts are alike")   \
    C(CAMPAIGNS, emails, UINT, OPEN, "", "its messages")                                           \
    C(CAMPAIGNS, recipients, UINT, OPEN, "", "their recipients, rcpt_count of emails.csv")         \
    C(CAMPAIGNS, first, TIME, OPEN, "", "time of the first message")                               \
    C(CAMPAIGNS, last, TIME, OPEN, "", "time of the last message")                                 \
    C(CAMPAIGNS, days, UINT, OPEN, "", "days (UTC) with a message")                                \
    C(CAMPAIGNS, sources, UINT, OPEN, "", "different src_ip")                                      \
    C(CAMPAIGNS, ases, UINT, OPEN, "", "different src_asn")                                        \
    C(CAMPAIGNS, countries, UINT, OPEN, "", "different src_cc")                                    \
    C(CAMPAIGNS, sensors, UINT, OPEN, "", "different sensors")                                     \
    C(CAMPAIGNS, modules, TEXT, OPEN, "", "modules, the most frequent first")                      \
    C(CAMPAIGNS, ports, TEXT, OPEN, "", "dst_port, the most frequent first")                       \
    C(CAMPAIGNS, languages, TEXT, OPEN, "", "languages, the most frequent first")                  \
    C(CAMPAIGNS, link_domains, UINT, OPEN, "", "different registered domains of links")            \
    C(CAMPAIGNS, mail_from_domains, UINT, OPEN, "", "different domains of mail_from")              \
    C(CAMPAIGNS, tags, TEXT, OPEN, "", "tags, the most frequent first")                            \
    C(CAMPAIGNS, content_type, TEXT, FREE, "", "content_type, if all share it")                    \
    C(CAMPAIGNS, charset, TEXT, FREE, "", "charset, if all share it")                              \
    C(CAMPAIGNS, language, TEXT, OPEN, "", "language, if all share it")                            \
    C(CAMPAIGNS, layout, TEXT, FREE, "", "layout, if all share it")                                \
    C(CAMPAIGNS, subject, TEXT, CONTENT, "", "subject, if all share it")                           \
    C(CAMPAIGNS, attachment, TEXT, CONTENT, "", "names of attachments that all share; | between")  \
    C(CAMPAIGNS, link_domain, TEXT, FREE, "", "domains of links that all share; | between")        \
    C(CAMPAIGNS, link_host, TEXT, FREE, "", "hosts of links that all share; | between")            \
    C(CAMPAIGNS, link_path, TEXT, LINK, "",                                                        \
      "paths of links that all share, # for digits, parameters without values; | between")         \
    C(CAMPAIGNS, varies, TEXT, OPEN, "",                                                           \
      "which features differ, and how many values they have: subject:1200 link_host:35")           \
    C(CAMPAIGNS, sample_uid, HEX, UID, "", "one of its messages: connection")                      \
    C(CAMPAIGNS, sample_email_n, UINT, OPEN, "", "... and number")

#define PS_COLUMNS_CAMPAIGN_EMAILS(C)                                                              \
    C(CAMPAIGN_EMAILS, uid, HEX, UID, "", "the connection")                                        \
    C(CAMPAIGN_EMAILS, email_n, UINT, OPEN, "", "the message")                                     \
    C(CAMPAIGN_EMAILS, campaign, HEX, DIGEST, "", "the campaign")

#define PS_COLUMNS_CAMPAIGN_SOURCES(C)                                                             \
    C(CAMPAIGN_SOURCES, campaign, HEX, DIGEST, "", "the campaign")                                 \
    C(CAMPAIGN_SOURCES, src_ip, IP, SOURCE, "", "who sent messages of it")                         \
    C(CAMPAIGN_SOURCES, emails, UINT, OPEN, "", "so many")                                         \
    C(CAMPAIGN_SOURCES, first, TIME, OPEN, "", "time of the first one")                            \
    C(CAMPAIGN_SOURCES, last, TIME, OPEN, "", "time of the last one")

#define PS_COLUMNS_CAMPAIGN_PORTS(C)                                                               \
    C(CAMPAIGN_PORTS, campaign, HEX, DIGEST, "", "the campaign")                                   \
    C(CAMPAIGN_PORTS, module, TEXT, OPEN, "", "what carried its messages")                         \
    C(CAMPAIGN_PORTS, dst_port, UINT, OPEN, "", "to which port")                                   \
    C(CAMPAIGN_PORTS, emails, UINT, OPEN, "", "so many")

#define PS_COLUMNS_CAMPAIGN_DAYS(C)                                                                \
    C(CAMPAIGN_DAYS, campaign, HEX, DIGEST, "", "the campaign")                                    \
    C(CAMPAIGN_DAYS, day, TIME, OPEN, "", "day (UTC), its first instant")                          \
    C(CAMPAIGN_DAYS, emails, UINT, OPEN, "", "messages of it on that day")

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
    X(REFUSALS, refusals, RECORDER, "an SMTP transaction that came to no message")                 \
    X(CAPTURES, captures, CAPTURES, "a capture that was read")                                     \
    X(CAMPAIGNS, campaigns, CAMPAIGNS, "messages that differ only in what is obfuscated")          \
    X(CAMPAIGN_EMAILS, campaign_emails, CAMPAIGNS, "a message of a campaign")                      \
    X(CAMPAIGN_SOURCES, campaign_sources, CAMPAIGNS, "a source of a campaign")                     \
    X(CAMPAIGN_PORTS, campaign_ports, CAMPAIGNS, "a port and module of a campaign")                \
    X(CAMPAIGN_DAYS, campaign_days, CAMPAIGNS, "a day of a campaign")

#endif
