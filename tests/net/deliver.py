#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# A mail by smtplib.
# Usage: deliver.py HOST MAIL RECIPIENT...
import smtplib, sys
host, mail, *to = sys.argv[1:]
s = smtplib.SMTP(host, 25, timeout=20)
s.login("user", "secret")
refused = s.sendmail("a@b.example", to, open(mail, "rb").read())
s.quit()
sys.exit(bool(refused))
