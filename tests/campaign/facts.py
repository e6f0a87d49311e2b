#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The files of campaigns are what SQL over the records gives: who belongs to a campaign is taken
# from campaign_emails.csv, all else is counted.  Usage: facts.py OUT DIR...; prints what differs.
import csv, glob, sqlite3, sys

csv.field_size_limit(1 << 30)
out, dirs = sys.argv[1], sys.argv[2:]
db = sqlite3.connect(":memory:")


def load(kind, folders):
    made = False
    for folder in folders:
        for path in sorted(glob.glob(f"{folder}/{kind}.csv") + glob.glob(f"{folder}/{kind}-*.csv")):
            rows = csv.reader(open(path, encoding="utf-8", errors="surrogateescape", newline=""))
            head = next(rows)
            if not made:
                db.execute(f"create table {kind} ({','.join(chr(34) + c + chr(34) for c in head)})")
            made = True
            db.executemany(f"insert into {kind} values ({','.join('?' * len(head))})", rows)


load("emails", dirs)
load("urls", dirs)
load("attachments", dirs)
for kind in ("campaigns", "campaign_emails", "campaign_sources", "campaign_ports", "campaign_days"):
    load(kind, [out])
db.execute("create table once as select * from emails group by uid, email_n")
db.execute("create index once_key on once (uid, email_n)")
db.execute("create index url_key on urls (uid, email_n)")
db.execute("create index attachment_key on attachments (uid, email_n)")
db.execute("create table m as select campaign, e.* from campaign_emails c join once e using (uid, email_n)")
wrong = 0


def same(what, got, want):
    global wrong
    got, want = sorted(map(tuple, got)), sorted(map(tuple, want))
    if got != want:
        wrong += 1
        print(what, [x for x in zip(got, want) if x[0] != x[1]][:3], len(got), len(want))


def count(column):
    return f"count(distinct nullif({column}, ''))"


domain = "case when instr(mail_from, '@') then lower(replace(mail_from, rtrim(mail_from, replace(mail_from, '@', '')), '')) end"
ask = db.execute
same("campaigns",
     ask("select campaign, cast(emails as int), cast(recipients as int), first, last, cast(days as int), cast(sources as int), "
         "cast(ases as int), cast(countries as int), cast(sensors as int), cast(mail_from_domains as int) from campaigns"),
     ask(f"select campaign, count(*), sum(rcpt_count), min(ts), max(ts), count(distinct substr(ts, 1, 10)), {count('src_ip')}, "
         f"{count('src_asn')}, {count('src_cc')}, {count('sensor')}, {count(domain)} from m group by campaign"))
same("link domains", ask("select campaign, cast(link_domains as int) from campaigns where cast(link_domains as int) > 0"),
     ask(f"select campaign, {count('domain')} n from m join urls u using (uid, email_n) where domain <> '' group by campaign having n > 0"))
same("sources", ask("select campaign, src_ip, cast(emails as int), first, last from campaign_sources"),
     ask("select campaign, src_ip, count(*), min(ts), max(ts) from m where src_ip <> '' group by campaign, src_ip"))
same("ports", ask("select campaign, module, dst_port, cast(emails as int) from campaign_ports"),
     ask("select campaign, module, dst_port, count(*) from m group by campaign, module, dst_port"))
same("days", ask("select campaign, day, cast(emails as int) from campaign_days"),
     ask("select campaign, substr(ts, 1, 10) || 'T00:00:00.000000Z', count(*) from m group by campaign, substr(ts, 1, 10)"))
for column in ("content_type", "charset", "language", "layout", "subject"):
    same("shared " + column, ask(f"select campaign, {column} from campaigns where {column} <> ''"),
         ask(f"select campaign, min({column}) from m group by campaign having count(distinct {column}) = 1 and min({column}) <> ''"))
for column, kind, cell in (("link_host", "urls", "host"), ("link_domain", "urls", "domain"), ("attachment", "attachments", "filename")):
    # of 256 features of a message each is known; of more they are not
    known = "select c.campaign from campaigns c where campaign not in (select campaign from m join urls using (uid, email_n) group by uid, email_n having count(*) > 80)"
    same("shared " + column,
         [(c, v) for c, text in ask(f"select campaign, {column} from campaigns where {column} <> '' and campaign in ({known})") for v in text.split("|")],
         ask(f"select campaign, {cell} from m join {kind} using (uid, email_n) where {cell} <> '' and campaign in ({known}) "
             f"group by campaign, {cell} having count(distinct uid || '-' || email_n) = (select emails + 0 from campaigns c where c.campaign = m.campaign)"))
for words, column in (("modules", "module"), ("ports", "dst_port"), ("languages", "language")):
    same(words, [(c, w) for c, text in ask(f"select campaign, {words} from campaigns") for w in text.split() if not w.startswith("+")],
         ask(f"select distinct campaign, {column} from m where {column} <> ''"))
same("samples", ask("select campaign, sample_uid, sample_email_n from campaigns"),
     ask("select c.campaign, e.uid, e.email_n from campaigns c join campaign_emails e on e.campaign = c.campaign "
         "and e.uid = c.sample_uid and e.email_n = c.sample_email_n"))
same("each message once", ask("select uid, email_n from campaign_emails"), ask("select distinct uid, email_n from campaign_emails"))
largest = [int(r[0]) for r in ask("select emails from campaigns")]
same("the largest first", [(largest == sorted(largest, reverse=True),)], [(True,)])
sys.exit(wrong > 0)
