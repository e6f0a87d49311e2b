#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The tables of campaigns are what SQL says of the files that `potsherd campaigns` wrote.
# Usage: campaigns_tables.py REPORT TOP OUT RECORDS; prints what differs.  TOP: "nobody" checks the networks
# of an anonymised report, with all their rows.
import csv, glob, ipaddress, os, sqlite3, sys

csv.field_size_limit(1 << 30)
report, top, out, records = sys.argv[1:]
nobody, top = top == "nobody", 1000000 if top == "nobody" else int(top)
db = sqlite3.connect(":memory:")
wrong = 0


def load(kind, folder):
    rows = csv.reader(open(f"{folder}/{kind}.csv", encoding="utf-8", newline=""))
    head = next(rows)
    db.execute(f"create table {kind} ({','.join(chr(34) + c + chr(34) for c in head)})")
    db.executemany(f"insert into {kind} values ({','.join('?' * len(head))})", rows)


def percent(part, whole):
    return "%d.%02d" % divmod((part * 20000 + whole) // (2 * whole), 100) if whole else None


def network(text):
    address = ipaddress.ip_address(text)
    return str(ipaddress.ip_network(f"{text}/{24 if address.version == 4 else 48}", strict=False))


def same(name, query, *arguments):
    """The columns of the query, which are in its order those of the table."""
    global wrong
    answer = db.execute(query, arguments)
    columns = [c[0] for c in answer.description]
    want = [["" if v is None else str(v) for v in row] for row in answer]
    path = f"{report}/report-{name}.csv"
    if not want or not os.path.exists(path):
        if bool(want) != os.path.exists(path):
            wrong += 1
            print(f"{name}: {len(want)} rows are expected, and the table is {'' if os.path.exists(path) else 'not '}there")
        return
    rows = list(csv.reader(open(path, encoding="utf-8", newline="")))
    if rows != [columns] + want:
        wrong += 1
        print(name, [x for x in zip(rows, [columns] + want) if x[0] != x[1]][:3], len(rows), len(want) + 1)


for kind in ("campaigns", "campaign_sources", "campaign_ports", "campaign_days"):
    load(kind, out)
db.create_function("percent", 2, percent)
db.create_function("network", 1, network)
emails = sum(sum(1 for _ in csv.DictReader(open(p, encoding="utf-8", newline=""))) for p in glob.glob(f"{records}/emails*.csv"))
db.execute("create table c as select *, emails + 0 as n, recipients + 0 as r, days + 0 as d, "
           "cast(julianday(substr(last, 1, 10)) - julianday(substr(first, 1, 10)) as int) + 1 as span, "
           "(select max(emails + 0) from campaign_days e where e.campaign = k.campaign) as busiest from campaigns k")
db.execute("create table whole as select count(*) as campaigns, sum(n) as emails from c")
ranked = "row_number() over (order by n desc, r desc, campaign)"
if not nobody:
    same("campaigns",
         f"select {ranked} as rank, campaign, coalesce(nullif(subject, ''), nullif(link_domain, ''), nullif(link_host, ''), nullif(link_path, ''), "
         "nullif(attachment, '')) as shared, case when subject <> '' then 'subject' when link_domain <> '' then 'link domain' when link_host <> '' "
         "then 'link host' when link_path <> '' then 'link path' when attachment <> '' then 'attachment' end as shared_by, kind, emails, "
         "percent(n, ?) as percent, recipients, nullif(sources, '0') as sources, nullif(ases, '0') as ases, nullif(countries, '0') as countries, days, "
         "first, last, languages, tags from c order by rank limit ?", emails, top)
same("campaign_durations",
     "select duration, count(n) as campaigns, percent(count(n), w.campaigns) as campaigns_percent, coalesce(sum(n), 0) as emails, "
     "percent(coalesce(sum(n), 0), w.emails) as emails_percent, percent(sum(d), coalesce(sum(span), 0)) as active_days_percent, "
     "percent(sum(busiest), coalesce(sum(n), 0)) as busiest_day_percent from (select 1 as low, 1 as high, '1 day' as duration "
     "union select 2, 7, '2-7 days' union select 8, 30, '8-30 days' union select 31, 1 << 40, 'more than 30 days') "
     "cross join whole w left join c on span between low and high group by low order by low")
shares = ("select -1 as low, 25 as high, '0-25 %' as share union select 25, 50, '25-50 %' union select 50, 75, '50-75 %' "
          "union select 75, 99.9999999, '75-100 %' union select 99.9999999, 100, '100 %'")
same("campaign_evenness",
     f"select share, a as by_active_days, percent(a, w.campaigns) as by_active_days_percent, b as by_busiest_day, "
     f"percent(b, w.campaigns) as by_busiest_day_percent from (select low, share, "
     "(select count(*) from c where span > 1 and d * 100.0 / span > low and d * 100.0 / span <= high) as a, "
     "(select count(*) from c where span > 1 and busiest * 100.0 / n > low and busiest * 100.0 / n <= high) as b "
     f"from ({shares})) cross join (select count(*) as campaigns from c where span > 1) w where w.campaigns order by low")
same("campaign_ports",
     "select row_number() over (order by count(*) desc, sum(p.emails + 0) desc, module, dst_port) as rank, module, dst_port as port, count(*) as campaigns, "
     "percent(count(*), w.campaigns) as campaigns_percent, sum(p.emails + 0) as emails, percent(sum(p.emails + 0), w.emails) as emails_percent "
     "from campaign_ports p cross join whole w where exists (select * from campaign_ports where module <> '' or dst_port <> '') "
     "group by module, dst_port order by rank limit ?", top)
db.execute("create table senders as select src_ip, count(*) as campaigns, sum(emails + 0) as emails, min(first) as first, max(last) as last "
           "from campaign_sources group by src_ip")
same("campaigns_a_source",
     "select case when s.campaigns <= 5 then s.campaigns when s.campaigns <= 10 then '6-10' else '11-20' end as campaigns, count(*) as sources, "
     "percent(count(*), (select count(*) from senders)) as percent, sum(s.emails) as emails, percent(sum(s.emails), w.emails) as emails_percent "
     "from senders s cross join whole w group by 1 order by min(s.campaigns)")
if nobody:
    db.execute("drop table senders")
    db.execute("create table senders as select network(src_ip) as src_ip, count(distinct campaign) as campaigns, sum(emails + 0) as emails, "
               "min(first) as first, max(last) as last from campaign_sources group by 1")
same("campaign_sources",
     "select row_number() over (order by campaigns desc, emails desc, src_ip) as rank, src_ip, campaigns, emails, first, last from senders "
     "where campaigns > 1 order by rank limit ?", top)
db.execute("create table sent as select campaign, src_ip, (select count(*) from campaign_sources t where t.campaign = s.campaign) as sources from campaign_sources s")
db.execute("create index of_source on sent (src_ip)")
if not nobody:
    what = "(select coalesce(nullif(subject, ''), nullif(link_domain, ''), nullif(link_host, ''), nullif(link_path, ''), nullif(attachment, '')) from c where c.campaign = %s.campaign)"
    same("campaign_pairs",
         "select row_number() over (order by count(*) desc, a.sources desc, b.sources desc, a.campaign, b.campaign) as rank, a.campaign, "
         f"{what % 'a'} as shared, b.campaign as other, {what % 'b'} as other_shared, count(*) as shared_sources, percent(count(*), b.sources) as percent, "
         "a.sources, b.sources as other_sources from sent a join sent b using (src_ip) where a.sources > b.sources or (a.sources = b.sources and "
         "a.campaign < b.campaign) group by a.campaign, b.campaign order by rank limit ?", top)
drawn = [row[0] for row in db.execute(f"select campaign, {ranked} as rank from c order by rank limit ?", (min(top, 8),))]
first, last = db.execute("select min(day), max(day) from campaign_days").fetchone()
if first < last:
    others = "sum(emails * (campaign not in (%s)))" % ",".join(f"'{c}'" for c in drawn)
    more = db.execute("select count(*) from c").fetchone()[0] > len(drawn)
    db.execute("create table days as with recursive every(day) as (select substr(?, 1, 10) union all select date(day, '+1 day') from every where day < substr(?, 1, 10)) "
               "select every.day, coalesce(campaign, '') as campaign, coalesce(emails + 0, 0) as emails from every "
               "left join campaign_days d on substr(d.day, 1, 10) = every.day", (first, last))
    same("days_by_campaign", "select day, sum(emails) as emails, " + ", ".join(f"sum(emails * (campaign = '{c}')) as '{c}'" for c in drawn) +
         (f", {others} as others" if more else "") + " from days group by day order by day")
sys.exit(wrong > 0)
