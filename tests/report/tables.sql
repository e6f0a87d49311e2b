-- SPDX-License-Identifier: GPL-3.0-or-later
-- The report's tables by other means: sqlite over the same records, five lines a
-- ranking. `percent` is rounded half up by integers, as README says.
CREATE VIEW asked_of_proxies AS SELECT * FROM requests WHERE class <> 'web' AND NOT (class = 'get' AND substr(target, 1, 1) IN ('/', '*'));
CREATE VIEW mails AS SELECT *, CAST(rcpt_count AS INTEGER) AS rcpts FROM emails;
CREATE VIEW everyone AS
    SELECT ts, sensor, src_ip, src_cc, src_asn FROM connections
    UNION ALL SELECT ts, sensor, src_ip, src_cc, src_asn FROM asked_of_proxies
    UNION ALL SELECT ts, sensor, src_ip, src_cc, src_asn FROM emails;
CREATE VIEW n AS SELECT
    (SELECT count(*) FROM emails) AS emails, (SELECT count(*) FROM connections) AS connections,
    (SELECT count(*) FROM asked_of_proxies) AS requests, (SELECT sum(rcpts) FROM mails) AS rcpts,
    (SELECT count(*) FROM recipients WHERE accepted <> '0') AS recipients,
    (SELECT sum(CAST(syns AS INTEGER)) FROM scans) AS syns,
    (SELECT CAST(julianday(max(substr(ts, 1, 10))) - julianday(min(substr(ts, 1, 10))) AS INTEGER) + 1 FROM everyone) AS days;

.mode csv
.separator , "\n"
.headers on
.once totals.csv
SELECT 'sensors' AS figure, count(DISTINCT sensor) AS value FROM everyone
UNION ALL SELECT 'period_start', min(substr(ts, 1, 10)) FROM everyone
UNION ALL SELECT 'period_end', max(substr(ts, 1, 10)) FROM everyone
UNION ALL SELECT 'days', days FROM n
UNION ALL SELECT 'emails_captured', emails FROM n
UNION ALL SELECT 'potential_recipients', rcpts FROM n
UNION ALL SELECT 'average_recipients_per_email', printf('%d.%02d', (rcpts * 200 + emails) / (2 * emails) / 100, (rcpts * 200 + emails) / (2 * emails) % 100) FROM n
UNION ALL SELECT 'average_emails_per_day', printf('%d.%02d', (emails * 200 + days) / (2 * days) / 100, (emails * 200 + days) / (2 * days) % 100) FROM n
UNION ALL SELECT 'unique_ips', count(DISTINCT src_ip) FROM everyone
UNION ALL SELECT 'unique_asns', count(DISTINCT nullif(src_asn, '')) FROM everyone
UNION ALL SELECT 'unique_country_codes', count(DISTINCT nullif(src_cc, '')) FROM everyone
UNION ALL SELECT 'connections', connections FROM n
UNION ALL SELECT 'requests', requests FROM n;

CREATE TABLE source_of AS -- what is known of a source: what its first row that knows it says
    SELECT src_ip, max(src_cc) AS cc, max(src_asn) AS asn FROM everyone GROUP BY src_ip;

.once countries.csv
WITH r AS (SELECT src_cc AS cc, count(*) AS emails, sum(rcpts) AS recipients FROM mails GROUP BY 1)
SELECT row_number() OVER (ORDER BY emails DESC, recipients DESC, cc) AS rank, cc, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once asns.csv
WITH pairs AS (SELECT src_asn AS asn, src_cc AS cc, max(src_as_name) AS as_name, count(*) AS emails, sum(rcpts) AS recipients FROM mails GROUP BY 1, 2),
    placed AS (SELECT *, first_value(cc) OVER (PARTITION BY asn ORDER BY emails DESC, recipients DESC, cc) AS first_cc FROM pairs),
    r AS (SELECT asn, max(as_name) AS as_name, max(first_cc) AS cc, sum(emails) AS emails, sum(recipients) AS recipients FROM placed GROUP BY asn)
SELECT row_number() OVER (ORDER BY emails DESC, recipients DESC, asn) AS rank, asn, as_name, cc, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once ports.csv
WITH spoken AS (SELECT dst_port, CASE WHEN protocol LIKE 'socks%' THEN 'SOCKS' ELSE upper(protocol) END AS protocol, count(*) AS c
        FROM connections WHERE protocol NOT IN ('', 'other') GROUP BY 1, 2),
    best AS (SELECT DISTINCT dst_port, first_value(protocol) OVER (PARTITION BY dst_port ORDER BY c DESC, protocol) AS protocol FROM spoken),
    r AS (SELECT dst_port AS port, max(service) AS usual_service, count(*) AS connections,
        (SELECT count(*) FROM emails e WHERE e.dst_port = c.dst_port) AS emails,
        (SELECT count(*) FROM asked_of_proxies q WHERE q.dst_port = c.dst_port) AS requests FROM connections c GROUP BY 1)
SELECT row_number() OVER (ORDER BY r.connections DESC, r.emails DESC, r.requests DESC, port) AS rank, port, coalesce(protocol, '') AS protocol, usual_service,
    r.connections, printf('%d.%02d', (r.connections * 20000 + n.connections) / (2 * n.connections) / 100, (r.connections * 20000 + n.connections) / (2 * n.connections) % 100) AS connections_percent,
    r.emails, printf('%d.%02d', (r.emails * 20000 + n.emails) / (2 * n.emails) / 100, (r.emails * 20000 + n.emails) / (2 * n.emails) % 100) AS emails_percent
FROM r JOIN n LEFT JOIN best ON best.dst_port = port ORDER BY rank;

.once requests.csv
WITH typed AS (SELECT CASE WHEN module = 'http' THEN 'http' ELSE 'socks' END AS module, class FROM asked_of_proxies WHERE CAST(depth AS INTEGER) = 1),
    types(i, module, class, type) AS (VALUES (1, 'http', 'connect-smtp', 'connect to 25/TCP'), (2, 'http', 'connect-other', 'connect to others'),
        (3, 'http', 'get', 'get'), (4, 'http', 'error', 'errors'), (5, 'http', '%', 'total'),
        (6, 'socks', 'connect-smtp', 'connect to 25/TCP'), (7, 'socks', 'connect-other', 'connect to others'), (8, 'socks', 'error', 'errors'), (9, 'socks', '%', 'total')),
    r AS (SELECT i, t.module, type, (SELECT count(*) FROM typed q WHERE q.module = t.module AND q.class LIKE t.class) AS requests,
        (SELECT count(*) FROM typed q WHERE q.module = t.module) AS n FROM types t)
SELECT module, type, requests, printf('%d.%02d', (requests * 20000 + n) / (2 * n) / 100, (requests * 20000 + n) / (2 * n) % 100) AS percent FROM r ORDER BY i;

.once requests_in_tunnels.csv
WITH typed AS (SELECT CASE WHEN module = 'http' THEN 'http' ELSE 'socks' END AS module, class FROM asked_of_proxies WHERE CAST(depth AS INTEGER) > 1),
    types(i, module, class, type) AS (VALUES (1, 'http', 'connect-smtp', 'connect to 25/TCP'), (2, 'http', 'connect-other', 'connect to others'),
        (3, 'http', 'get', 'get'), (4, 'http', 'error', 'errors'), (5, 'http', '%', 'total'),
        (6, 'socks', 'connect-smtp', 'connect to 25/TCP'), (7, 'socks', 'connect-other', 'connect to others'), (8, 'socks', 'error', 'errors'), (9, 'socks', '%', 'total')),
    r AS (SELECT i, t.module, type, (SELECT count(*) FROM typed q WHERE q.module = t.module AND q.class LIKE t.class) AS requests,
        (SELECT count(*) FROM typed q WHERE q.module = t.module) AS n FROM types t)
SELECT module, type, requests, printf('%d.%02d', (requests * 20000 + n) / (2 * n) / 100, (requests * 20000 + n) / (2 * n) % 100) AS percent FROM r ORDER BY i;

.once days_by_country.csv
WITH RECURSIVE days(day) AS (SELECT min(substr(ts, 1, 10)) FROM everyone UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < (SELECT max(substr(ts, 1, 10)) FROM everyone))
SELECT day, count(e.ts) AS emails, sum(ifnull(src_cc = 'CA', 0)) AS CA, sum(ifnull(src_cc = 'BR', 0)) AS BR, sum(ifnull(src_cc = '', 0)) AS unknown,
    sum(ifnull(src_cc = 'US', 0)) AS US, sum(ifnull(src_cc = 'TW', 0)) AS TW, sum(ifnull(src_cc NOT IN ('CA', 'BR', '', 'US', 'TW'), 0)) AS others
FROM days LEFT JOIN emails e ON substr(e.ts, 1, 10) = day GROUP BY day ORDER BY day;

.once servers.csv
WITH asked AS (SELECT target_host || target_ip AS server, target_port AS port, 0 AS e, 1 AS q, accepted = '1' AS a, 0 AS r FROM asked_of_proxies WHERE class = 'connect-smtp'
        UNION ALL SELECT target_host || target_ip, target_port, 1, 0, 0, rcpts FROM mails WHERE module <> 'smtp'),
    r AS (SELECT server, port, sum(e) AS emails, sum(q) AS requests, sum(a) AS accepted, sum(r) AS recipients FROM asked GROUP BY 1, 2)
SELECT row_number() OVER (ORDER BY emails DESC, requests DESC, accepted DESC, recipients DESC, server) AS rank, server, port, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, requests, accepted, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once recipient_domains.csv
WITH r AS (SELECT domain, sum(accepted <> '0') AS recipients, sum(accepted = '0') AS rejected FROM recipients GROUP BY 1)
SELECT row_number() OVER (ORDER BY recipients DESC, rejected DESC, domain) AS rank, domain, recipients,
    printf('%d.%02d', (recipients * 20000 + n) / (2 * n) / 100, (recipients * 20000 + n) / (2 * n) % 100) AS percent, rejected
FROM r, (SELECT recipients AS n FROM n) ORDER BY rank LIMIT 5;

-- What mails say.  A message counts once for a word, a domain, a type that it has several times.
CREATE VIEW links AS SELECT *, uid || ' ' || email_n AS mail, CASE WHEN domain <> '' THEN domain ELSE host END AS place FROM urls WHERE domain || host <> '';
CREATE VIEW files AS SELECT *, uid || ' ' || email_n AS mail, replace(filename, rtrim(filename, replace(filename, '.', '')), '') AS after_dot FROM attachments;
CREATE TABLE words AS
    WITH RECURSIVE cut(kind, mail, rcpts, word, rest) AS (
        SELECT 'tag', uid || ' ' || email_n, rcpts, '', tags || ' ' FROM mails UNION ALL SELECT 'probe', uid || ' ' || email_n, rcpts, '', probe || ' ' FROM mails
        UNION ALL SELECT kind, mail, rcpts, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM cut WHERE rest <> '')
    SELECT DISTINCT kind, mail, rcpts, word FROM cut WHERE word <> '';

.once link_domains.csv
WITH r AS (SELECT place AS domain, count(DISTINCT mail) AS emails, count(*) AS links FROM links GROUP BY 1)
SELECT row_number() OVER (ORDER BY emails DESC, links DESC, domain) AS rank, domain, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, links,
    printf('%d.%02d', (links * 20000 + l) / (2 * l) / 100, (links * 20000 + l) / (2 * l) % 100) AS links_percent
FROM r, (SELECT emails AS n FROM n), (SELECT count(*) AS l FROM links) ORDER BY rank LIMIT 5;

.once shown_links.csv
WITH r AS (SELECT shown_host, host, count(DISTINCT mail) AS emails, count(*) AS links FROM links WHERE shown_host <> '' GROUP BY 1, 2)
SELECT row_number() OVER (ORDER BY emails DESC, links DESC, shown_host || char(1) || host) AS rank, shown_host, host, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, links
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once attachment_types.csv
WITH r AS (SELECT lower(CASE WHEN found_type <> '' THEN found_type ELSE content_type END) AS type,
        CASE WHEN found_type <> '' THEN 'first bytes' WHEN content_type <> '' THEN 'sender' ELSE '' END AS "by",
        count(DISTINCT mail) AS emails, count(*) AS attachments FROM files GROUP BY 1, 2)
SELECT row_number() OVER (ORDER BY emails DESC, attachments DESC, type || char(1) || "by") AS rank, type, "by", emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, attachments
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once attachment_names.csv
WITH r AS (SELECT CASE WHEN instr(filename, '.') AND after_dot NOT GLOB '*[^0-9A-Za-z]*' THEN lower(after_dot) ELSE '' END AS extension,
        count(DISTINCT mail) AS emails, count(*) AS attachments FROM files GROUP BY 1)
SELECT row_number() OVER (ORDER BY emails DESC, attachments DESC, extension) AS rank, extension, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, attachments
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once languages.csv
WITH r AS (SELECT language, count(*) AS emails, sum(rcpts) AS recipients FROM mails GROUP BY 1)
SELECT row_number() OVER (ORDER BY emails DESC, recipients DESC, language) AS rank, language, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once charsets.csv
WITH r AS (SELECT lower(charset) AS charset, count(*) AS emails, sum(rcpts) AS recipients FROM mails GROUP BY 1)
SELECT row_number() OVER (ORDER BY emails DESC, recipients DESC, charset) AS rank, charset, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once mailers.csv
WITH r AS (SELECT mailer, count(*) AS emails, sum(rcpts) AS recipients FROM mails GROUP BY 1)
SELECT row_number() OVER (ORDER BY emails DESC, recipients DESC, mailer) AS rank, mailer, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once tags.csv
WITH r AS (SELECT word AS tag, count(*) AS emails, sum(rcpts) AS recipients FROM words WHERE kind = 'tag' GROUP BY 1)
SELECT row_number() OVER (ORDER BY emails DESC, recipients DESC, tag) AS rank, tag, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once probes.csv
WITH r AS (SELECT substr(word, 1, instr(word, ':') - 1) AS form, substr(word, instr(word, ':') + 1) AS place, count(*) AS emails, sum(rcpts) AS recipients
        FROM words WHERE kind = 'probe' GROUP BY 1, 2)
SELECT row_number() OVER (ORDER BY emails DESC, recipients DESC, form || char(1) || place) AS rank, form, place, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once messages.csv
WITH r AS (SELECT body_sha256, count(*) AS emails, sum(rcpts) AS recipients, count(DISTINCT src_ip) AS sources, min(ts) AS first, max(ts) AS last,
        min(size) AS size, min(mail_from) AS mail_from, min(subject) AS subject FROM mails GROUP BY 1 HAVING count(*) > 1)
SELECT row_number() OVER (ORDER BY emails DESC, recipients DESC, body_sha256) AS rank, body_sha256, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, recipients, sources, first, last, size, mail_from, subject
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once sources.csv
WITH everything AS (SELECT src_ip, 0 AS e, 0 AS q, 1 AS c, 0 AS r FROM connections UNION ALL SELECT src_ip, 0, 1, 0, 0 FROM asked_of_proxies
        UNION ALL SELECT src_ip, 1, 0, 0, rcpts FROM mails),
    r AS (SELECT src_ip, sum(e) AS emails, sum(q) AS requests, sum(c) AS connections, sum(r) AS recipients FROM everything GROUP BY 1)
SELECT row_number() OVER (ORDER BY emails DESC, requests DESC, connections DESC, recipients DESC, src_ip) AS rank, src_ip, emails,
    printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, requests, connections, recipients
FROM r, (SELECT emails AS n FROM n) ORDER BY rank LIMIT 5;

.once asked.csv
WITH r AS (SELECT src_ip, dst_port AS port, module,
        CASE WHEN class <> 'get' OR target_host || target_ip = '' THEN target WHEN target_host <> '' THEN target_host || ':' || target_port
            WHEN instr(target_ip, ':') THEN '[' || target_ip || ']:' || target_port ELSE target_ip || ':' || target_port END AS target,
        accepted, count(*) AS requests FROM asked_of_proxies GROUP BY 1, 2, 3, 4, 5)
SELECT row_number() OVER (ORDER BY requests DESC, src_ip || char(1) || port || char(1) || module || char(1) || target || char(1) || accepted) AS rank,
    src_ip, port, module, target, accepted, requests,
    printf('%d.%02d', (requests * 20000 + n) / (2 * n) / 100, (requests * 20000 + n) / (2 * n) % 100) AS percent
FROM r, (SELECT requests AS n FROM n) ORDER BY rank LIMIT 5;

.once scanners.csv
WITH r AS (SELECT src_ip, sum(CAST(syns AS INTEGER)) AS syns, count(DISTINCT dst_port) AS ports FROM scans GROUP BY 1)
SELECT row_number() OVER (ORDER BY syns DESC, src_ip) AS rank, src_ip, syns,
    printf('%d.%02d', (syns * 20000 + n) / (2 * n) / 100, (syns * 20000 + n) / (2 * n) % 100) AS percent, ports
FROM r, (SELECT syns AS n FROM n) ORDER BY rank LIMIT 5;

.once sensors.csv
WITH everything AS (SELECT sensor, src_ip, 0 AS e, 0 AS q, 1 AS c, 0 AS r FROM connections UNION ALL SELECT sensor, src_ip, 0, 1, 0, 0 FROM asked_of_proxies
        UNION ALL SELECT sensor, src_ip, 1, 0, 0, rcpts FROM mails),
    r AS (SELECT sensor, sum(e) AS emails, sum(q) AS requests, sum(c) AS connections, sum(r) AS recipients, count(DISTINCT src_ip) AS sources FROM everything GROUP BY 1)
SELECT sensor, emails, printf('%d.%02d', (emails * 20000 + n) / (2 * n) / 100, (emails * 20000 + n) / (2 * n) % 100) AS percent, requests, connections, recipients, sources
FROM r, (SELECT emails AS n FROM n) ORDER BY emails DESC, requests DESC, connections DESC, recipients DESC, sensor;

.once ends.csv
WITH r AS (SELECT end, count(*) AS connections FROM connections GROUP BY 1)
SELECT row_number() OVER (ORDER BY connections DESC, end) AS rank, end, connections,
    printf('%d.%02d', (connections * 20000 + n) / (2 * n) / 100, (connections * 20000 + n) / (2 * n) % 100) AS percent
FROM r, (SELECT connections AS n FROM n) ORDER BY rank;

.once logins.csv
WITH r AS (SELECT module, user, password, count(*) AS tries, sum(accepted = '1') AS accepted FROM logins GROUP BY 1, 2, 3)
SELECT row_number() OVER (ORDER BY tries DESC, accepted DESC, module || char(1) || user || char(1) || password) AS rank, module, user, password, tries, accepted
FROM r ORDER BY rank LIMIT 5;

.once refused.csv
WITH r AS (SELECT src_ip, count(*) AS transactions, sum(CAST(rcpt_count AS INTEGER)) AS recipients, sum(CAST(rcpt_rejected AS INTEGER)) AS rejected FROM refusals GROUP BY 1)
SELECT row_number() OVER (ORDER BY transactions DESC, recipients DESC, rejected DESC, src_ip) AS rank, src_ip, transactions, recipients, rejected
FROM r ORDER BY rank LIMIT 5;
