#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# One connection, three transactions: sent, taken back by RSET, sent.
import smtplib
s = smtplib.SMTP("mx.example", 25, local_hostname="lib.sender.example", timeout=5)
s.sendmail("one@sender.example", ["a@recipient.example"], b"Subject: 1\r\n\r\n..two dots\r\n.one dot\r\n")
s.mail("two@sender.example")
s.rcpt("lost@recipient.example")
s.rset()
s.sendmail("three@sender.example", ["b@recipient.example", "c@recipient.example"], b"Subject: 3\r\n\r\nThree.\r\n")
s.quit()
