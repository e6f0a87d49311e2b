#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Five questions, and one about odd texts, in the SQL of an engine.
# Usage: questions.py sqlite|postgresql|duckdb|clickhouse
import sys

engine = sys.argv[1]
address = "host(%s)" if engine == "postgresql" else "%s"
text = {"clickhouse": "toString(%s)"}.get(engine, "CAST(%s AS VARCHAR)")
first = "coalesce(target_host, %s, '')" % (address % "target_ip")
for question, sql in (
    ("mails by place", "SELECT coalesce(src_cc, '') AS cc, coalesce(src_asn, 0) AS asn, count(*) AS n, sum(rcpt_count) AS r "
     "FROM emails GROUP BY cc, asn ORDER BY n DESC, cc, asn LIMIT 20"),
    ("targets", "SELECT %s AS target_of, coalesce(target_port, 0) AS port, sum(requests) AS n FROM who_asked_for_what "
     "GROUP BY target_of, port ORDER BY n DESC, target_of, port LIMIT 20" % first),
    ("mails a day", "SELECT %s AS d, emails, recipients FROM mails_a_day ORDER BY d" % (text % "day")),
    ("recipients of a mail", "SELECT rcpt_count, count(*) AS n FROM emails GROUP BY rcpt_count ORDER BY rcpt_count"),
    ("sources", "SELECT %s AS source, dst_port, count(*) AS n FROM connections GROUP BY source, dst_port "
     "ORDER BY n DESC, source, dst_port LIMIT 20" % (address % "src_ip")),
    ("odd texts", "SELECT coalesce(password, '') AS p, coalesce(user_agent, '') AS a, count(*) AS n FROM requests "
     "GROUP BY p, a ORDER BY n DESC, p, a LIMIT 200"),
):
    if engine == "clickhouse":
        # 18.16 has no coalesce of a Nullable and a constant that is not Nullable again in GROUP BY's sight
        sql = sql.replace("\\", "\\\\")
    print("-- %s\n%s;" % (question, sql))
