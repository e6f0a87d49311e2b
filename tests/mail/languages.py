#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The column `language` of emails.csv: mails of the texts in languages/, a file a language and a
# line a text; and how many of them are named right, wrong, or not at all.
# Usage: languages.py write FOLDER; languages.py check EMAILS.CSV, of these mails by their names.
# The latter ends with 1 where fewer are right, or more are wrong, than RIGHT, WRONG and LONG_RIGHT say.
import base64
import csv
import glob
import html
import os
import quopri
import re
import sys

csv.field_size_limit(1 << 30)
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "languages")
LONG = 200  # characters; there is enough to go by in what is longer
RIGHT, WRONG, LONG_RIGHT = 75, 5, 90  # percent

WESTERN = "iso-8859-1", "utf-8"
CHARSETS = {"de": WESTERN, "en": ("us-ascii", "utf-8"), "es": WESTERN, "fr": WESTERN,
            "ja": ("iso-2022-jp", "shift_jis", "utf-8"), "pt": WESTERN, "ru": ("koi8-r", "windows-1251", "utf-8"),
            "zh": ("gb2312", "big5", "utf-8")}

PAGES = (
    "<html><head><meta http-equiv=Content-Type content=\"text/html; charset={charset}\"></head>\n"
    "<body bgcolor=#ffffff><p><font face=\"Arial,Helvetica\" size=2 color=#333333>{first}<br>\n{rest}</font></p></body></html>\n",
    "<!DOCTYPE html>\n<html><head><style type=\"text/css\">td {{ font: 14px sans-serif; color: #202020 }}</style></head>\n"
    "<body><table width=600 cellpadding=8><tr><td><strong>{first}</strong></td></tr>\n<tr><td>{rest}</td></tr></table>\n"
    "<img src=\"http://www.example.com/i.gif\" width=1 height=1></body></html>\n",
    "<div dir=ltr><p>{first}</p>\n<p>{rest}</p>\n<p><a href=\"http://www.example.com/?a=1&amp;b=2\">www.example.com</a></p></div>\n",
)


def texts():
    """(name of the mail, language, number within the language, text), by name."""
    for path in sorted(glob.glob(os.path.join(HERE, "*.txt"))):
        language = os.path.basename(path)[:-len(".txt")]
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file):
                yield "%s-%03d.eml" % (language, number + 1), language, number, line.rstrip("\n")


def encodes(text, charset):
    try:
        return bool(text.encode(charset))
    except UnicodeEncodeError:
        return False


def page(text, charset, template):
    """HTML whose first sentence stands by itself."""
    first = re.match(r".*?(?:[.!?](?= )|[。！？]|$)", text)[0]
    return template.format(charset=charset, first=html.escape(first, False), rest=html.escape(text[len(first):].strip(), False))


def mail(language, number, text):
    """The charsets by turns, of those that have all its characters; a third HTML; both transfer encodings."""
    usable = [c for c in CHARSETS[language] if encodes(text, c)]
    charset = usable[number % len(usable)]
    markup = number % 3 == number // 3 % 3  # one in three, and not always that of the same charset
    content = page(text, charset, PAGES[number // 9 % len(PAGES)]) if markup else text + "\n"
    raw = content.encode(charset)
    encoding, body = (("base64", base64.encodebytes(raw)), ("quoted-printable", quopri.encodestring(raw)))[number // 3 % 2]
    # The subject is a number: what is named is the language of the text.
    return b"From: a@here.example\nTo: b@there.example\nSubject: %d\nMIME-Version: 1.0\n" % (number + 1) \
        + b"Content-Type: text/%s; charset=%s\n" % (b"html" if markup else b"plain", charset.encode()) \
        + b"Content-Transfer-Encoding: %s\n\n" % encoding.encode() + body


def write(folder):
    os.makedirs(folder)
    for name, language, number, text in texts():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(mail(language, number, text))


def outcome(got, language):
    if not got:
        return "empty"
    return "right" if got == language or language == "zh" and got.startswith("zh") else "wrong"


def check(path):
    want = list(texts())
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != len(want):
        sys.exit("%s: %d mails, not the %d of `languages.py write`" % (path, len(rows), len(want)))
    if rows[0].get("language") is None:
        sys.exit("%s: no column `language`" % path)
    counts = {}
    for (name, language, _, text), row in zip(want, rows):
        got = row["language"]
        what = outcome(got, language)
        for key in (language, "all"):
            for group in ("of all", "of long")[:1 + (len(text) > LONG)]:
                counts.setdefault(key, {}).setdefault(group, dict.fromkeys(("right", "wrong", "empty"), 0))[what] += 1
        if what == "wrong" or what == "empty" and len(text) > LONG:
            print("%s: %r, not %r" % (name, got, language))
    for key, groups in counts.items():
        if key != "all":
            show(key, groups)
    show("all", counts["all"])
    return enough(counts["all"])


def show(key, groups):
    for group, n in groups.items():
        print("%-3s %-7s  right %3d  wrong %3d  empty %3d" % (key, group, n["right"], n["wrong"], n["empty"]))


def enough(groups):
    every, long = groups["of all"], groups["of long"]
    return every["right"] * 100 >= RIGHT * sum(every.values()) and every["wrong"] * 100 <= WRONG * sum(every.values()) \
        and long["right"] * 100 >= LONG_RIGHT * sum(long.values())


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("write", "check"):
        print("usage: languages.py write FOLDER | check EMAILS.CSV", file=sys.stderr)
        return 2
    try:
        if sys.argv[1] == "write":
            write(sys.argv[2])
            return 0
        return 0 if check(sys.argv[2]) else 1
    except OSError as error:
        sys.exit("languages.py: %s" % error)


sys.exit(main())
