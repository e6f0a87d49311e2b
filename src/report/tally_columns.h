/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The columns of the record files that are counted, and whether a row can be counted without
 * one: a file that lacks another one was written by an earlier version (csv_reader.h).  The
 * last one of WANT_CONNECTIONS, _REQUESTS, _EMAILS and _REFUSALS is read with by_proxied only.
 */
#ifndef POTSHERD_REPORT_TALLY_COLUMNS_H
#define POTSHERD_REPORT_TALLY_COLUMNS_H

#include "potsherd/columns.h"

#define WANT_CONNECTIONS(X)                                                                        \
    X(CONNECTIONS, ts, true)                                                                       \
    X(CONNECTIONS, sensor, false)                                                                  \
    X(CONNECTIONS, uid, false)                                                                     \
    X(CONNECTIONS, src_ip, true)                                                                   \
    X(CONNECTIONS, dst_port, false)                                                                \
    X(CONNECTIONS, service, false)                                                                 \
    X(CONNECTIONS, src_cc, false)                                                                  \
    X(CONNECTIONS, src_asn, false)                                                                 \
    X(CONNECTIONS, src_as_name, false)                                                             \
    X(CONNECTIONS, protocol, false)                                                                \
    X(CONNECTIONS, end, false)                                                                     \
    X(CONNECTIONS, flags, false)                                                                   \
    X(CONNECTIONS, missing_bytes, false)                                                           \
    X(CONNECTIONS, proxied_ip, false)

#define WANT_REQUESTS(X)                                                                           \
    X(REQUESTS, ts, true)                                                                          \
    X(REQUESTS, sensor, false)                                                                     \
    X(REQUESTS, src_ip, true)                                                                      \
    X(REQUESTS, dst_port, false)                                                                   \
    X(REQUESTS, service, false)                                                                    \
    X(REQUESTS, src_cc, false)                                                                     \
    X(REQUESTS, src_asn, false)                                                                    \
    X(REQUESTS, src_as_name, false)                                                                \
    X(REQUESTS, module, true)                                                                      \
    X(REQUESTS, class, true)                                                                       \
    X(REQUESTS, target, false)                                                                     \
    X(REQUESTS, target_host, false)                                                                \
    X(REQUESTS, target_ip, false)                                                                  \
    X(REQUESTS, target_port, false)                                                                \
    X(REQUESTS, depth, false)                                                                      \
    X(REQUESTS, accepted, false)                                                                   \
    X(REQUESTS, uid, false)

#define WANT_EMAILS(X)                                                                             \
    X(EMAILS, ts, true)                                                                            \
    X(EMAILS, sensor, false)                                                                       \
    X(EMAILS, src_ip, true)                                                                        \
    X(EMAILS, dst_port, false)                                                                     \
    X(EMAILS, service, false)                                                                      \
    X(EMAILS, src_cc, false)                                                                       \
    X(EMAILS, src_asn, false)                                                                      \
    X(EMAILS, src_as_name, false)                                                                  \
    X(EMAILS, module, false)                                                                       \
    X(EMAILS, target_host, false)                                                                  \
    X(EMAILS, target_ip, false)                                                                    \
    X(EMAILS, target_port, false)                                                                  \
    X(EMAILS, mail_from, false)                                                                    \
    X(EMAILS, rcpt_count, false)                                                                   \
    X(EMAILS, size, false)                                                                         \
    X(EMAILS, body_sha256, false)                                                                  \
    X(EMAILS, subject, false)                                                                      \
    X(EMAILS, mailer, false)                                                                       \
    X(EMAILS, charset, false)                                                                      \
    X(EMAILS, language, false)                                                                     \
    X(EMAILS, probe, false)                                                                        \
    X(EMAILS, tags, false)                                                                         \
    X(EMAILS, uid, false)

#define WANT_RECIPIENTS(X)                                                                         \
    X(RECIPIENTS, ts, true)                                                                        \
    X(RECIPIENTS, sensor, false)                                                                   \
    X(RECIPIENTS, domain, false)                                                                   \
    X(RECIPIENTS, accepted, false)

#define WANT_URLS(X)                                                                               \
    X(URLS, ts, true)                                                                              \
    X(URLS, sensor, false)                                                                         \
    X(URLS, uid, false)                                                                            \
    X(URLS, email_n, false)                                                                        \
    X(URLS, host, false)                                                                           \
    X(URLS, domain, false)                                                                         \
    X(URLS, shown_host, false)

#define WANT_ATTACHMENTS(X)                                                                        \
    X(ATTACHMENTS, ts, true)                                                                       \
    X(ATTACHMENTS, sensor, false)                                                                  \
    X(ATTACHMENTS, uid, false)                                                                     \
    X(ATTACHMENTS, email_n, false)                                                                 \
    X(ATTACHMENTS, filename, false)                                                                \
    X(ATTACHMENTS, content_type, false)                                                            \
    X(ATTACHMENTS, found_type, false)

#define WANT_SCANS(X)                                                                              \
    X(SCANS, ts, true)                                                                             \
    X(SCANS, sensor, false)                                                                        \
    X(SCANS, src_ip, true)                                                                         \
    X(SCANS, dst_port, false)                                                                      \
    X(SCANS, src_cc, false)                                                                        \
    X(SCANS, src_asn, false)                                                                       \
    X(SCANS, src_as_name, false)                                                                   \
    X(SCANS, syns, true)

#define WANT_LOGINS(X)                                                                             \
    X(LOGINS, ts, true)                                                                            \
    X(LOGINS, sensor, false)                                                                       \
    X(LOGINS, src_ip, true)                                                                        \
    X(LOGINS, module, false)                                                                       \
    X(LOGINS, user, false)                                                                         \
    X(LOGINS, password, false)                                                                     \
    X(LOGINS, accepted, false)

#define WANT_REFUSALS(X)                                                                           \
    X(REFUSALS, ts, true)                                                                          \
    X(REFUSALS, sensor, false)                                                                     \
    X(REFUSALS, src_ip, true)                                                                      \
    X(REFUSALS, src_cc, false)                                                                     \
    X(REFUSALS, src_asn, false)                                                                    \
    X(REFUSALS, src_as_name, false)                                                                \
    X(REFUSALS, rcpt_count, false)                                                                 \
    X(REFUSALS, rcpt_rejected, false)                                                              \
    X(REFUSALS, uid, false)

/* What was lost on the way; earlier versions had fewer of them. */
#define WANT_STATS(X)                                                                              \
    X(STATS, ts, true)                                                                             \
    X(STATS, sensor, false)                                                                        \
    X(STATS, captured, false)                                                                      \
    X(STATS, dropped, false)                                                                       \
    X(STATS, interface_dropped, false)                                                             \
    X(STATS, evicted, false)                                                                       \
    X(STATS, unwritten, false)                                                                     \
    X(STATS, mails_lost, false)

/* sensors.csv is written by the operator; what each sensor stands on. */
#define WANT_SENSORS(X)                                                                            \
    X(SENSORS, name, true)                                                                         \
    X(SENSORS, provider, false)                                                                    \
    X(SENSORS, access, false)                                                                      \
    X(SENSORS, plan, false)

#define WANT_CAMPAIGNS(X)                                                                          \
    X(CAMPAIGNS, campaign, true)                                                                   \
    X(CAMPAIGNS, kind, false)                                                                      \
    X(CAMPAIGNS, emails, true)                                                                     \
    X(CAMPAIGNS, recipients, false)                                                                \
    X(CAMPAIGNS, first, true)                                                                      \
    X(CAMPAIGNS, last, true)                                                                       \
    X(CAMPAIGNS, days, true)                                                                       \
    X(CAMPAIGNS, sources, false)                                                                   \
    X(CAMPAIGNS, ases, false)                                                                      \
    X(CAMPAIGNS, countries, false)                                                                 \
    X(CAMPAIGNS, languages, false)                                                                 \
    X(CAMPAIGNS, tags, false)                                                                      \
    X(CAMPAIGNS, subject, false)                                                                   \
    X(CAMPAIGNS, attachment, false)                                                                \
    X(CAMPAIGNS, link_domain, false)                                                               \
    X(CAMPAIGNS, link_host, false)                                                                 \
    X(CAMPAIGNS, link_path, false)

#define WANT_CAMPAIGN_SOURCES(X)                                                                   \
    X(CAMPAIGN_SOURCES, campaign, true)                                                            \
    X(CAMPAIGN_SOURCES, src_ip, true)                                                              \
    X(CAMPAIGN_SOURCES, emails, true)                                                              \
    X(CAMPAIGN_SOURCES, first, true)                                                               \
    X(CAMPAIGN_SOURCES, last, true)

#define WANT_CAMPAIGN_PORTS(X)                                                                     \
    X(CAMPAIGN_PORTS, campaign, true)                                                              \
    X(CAMPAIGN_PORTS, module, true)                                                                \
    X(CAMPAIGN_PORTS, dst_port, true)                                                              \
    X(CAMPAIGN_PORTS, emails, true)

#define WANT_CAMPAIGN_DAYS(X)                                                                      \
    X(CAMPAIGN_DAYS, campaign, true)                                                               \
    X(CAMPAIGN_DAYS, day, true)                                                                    \
    X(CAMPAIGN_DAYS, emails, true)

/* CELL_EMAILS_ts, ...: where a cell stands in the rows that csv_reader_next gives. */
#define CELL(file, name, ...) CELL_##file##_##name,
enum { WANT_CONNECTIONS(CELL) CONNECTIONS_CELLS };
enum { WANT_REQUESTS(CELL) REQUESTS_CELLS };
enum { WANT_EMAILS(CELL) EMAILS_CELLS };
enum { WANT_RECIPIENTS(CELL) RECIPIENTS_CELLS };
enum { WANT_URLS(CELL) URLS_CELLS };
enum { WANT_ATTACHMENTS(CELL) ATTACHMENTS_CELLS };
enum { WANT_SCANS(CELL) SCANS_CELLS };
enum { WANT_LOGINS(CELL) LOGINS_CELLS };
enum { WANT_REFUSALS(CELL) REFUSALS_CELLS };
enum { WANT_STATS(CELL) STATS_CELLS };
enum { WANT_SENSORS(CELL) SENSORS_CELLS };
enum { WANT_CAMPAIGNS(CELL) CAMPAIGNS_CELLS };
enum { WANT_CAMPAIGN_SOURCES(CELL) CAMPAIGN_SOURCES_CELLS };
enum { WANT_CAMPAIGN_PORTS(CELL) CAMPAIGN_PORTS_CELLS };
enum { WANT_CAMPAIGN_DAYS(CELL) CAMPAIGN_DAYS_CELLS };

/* ts and sensor stand first in all but sensors.csv and those of campaigns. */
enum { CELL_TS, CELL_SENSOR };

#endif
