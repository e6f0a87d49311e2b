# SPDX-License-Identifier: GPL-3.0-or-later
# What the columns of emails.csv say of a mail, as Python's email parser reads it: for tests.
import email
import email.errors
import email.header
import email.policy
import hashlib
import itertools
import re

HEADERS = {"subject": ("Subject",), "header_from": ("From",), "header_to": ("To",), "message_id": ("Message-ID",),
           "header_date": ("Date",), "mailer": ("X-Mailer", "User-Agent")}
# What browsers, and potsherd, take for more than it says.
WIDER = {"us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "gb2312": "gb18030",
         "gbk": "gb18030", "iso-8859-9": "cp1254", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "shift_jis": "cp932",
         "big5": "big5hkscs", "tis-620": "cp874", "iso-8859-11": "cp874", "iso-2022-jp": "iso2022_jp_2",
         "iso-8859-8-i": "iso-8859-8"}


def to_text(raw, charset):
    try:
        return raw.decode(WIDER.get(charset.lower(), charset), "replace")
    except LookupError:
        return guess(raw, "")


def guess(raw, declared):
    for charset in ("utf-8", declared, "cp1252"):
        try:
            return raw.decode(WIDER.get(charset.lower(), charset)) if charset else None or raw.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            pass
    return raw.decode("cp1252", "replace")


def decoded(value, declared):
    """RFC 2047, of a header as it was sent."""
    text = re.sub(r"[\r\n]+(?=[ \t])", "", value).strip(" \t\r\n")
    try:
        raw = text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:  # decoded before, by RFC 2231
        return text
    if not raw.isascii():  # which decode_header does not take
        return guess(raw, declared)
    try:
        parts = email.header.decode_header(text)
    except email.errors.HeaderParseError:
        return text
    out = ""
    for part, charset in parts:
        if isinstance(part, str):
            out += part
        else:
            out += to_text(part, charset) if charset else part.decode("ascii")
    return out


def charset_of(part):
    value = part.get_param("charset") or ""
    return value[2] if isinstance(value, tuple) else value


def expected(payload, parts=True):
    """Column: value; without `parts` the charset is that of the mail's own type."""
    message = email.message_from_bytes(payload, policy=email.policy.compat32)
    declared = charset_of(message)
    cells = {}
    for column, names in HEADERS.items():
        value = next((message[n] for n in names if n in message), None)
        if isinstance(value, email.header.Header):
            value = next(v for k, v in message._headers if k.lower() in [n.lower() for n in names])
        cells[column] = decoded(value, declared) if value is not None else ""
    cells["content_type"] = message.get_content_type() if "content-type" in message else ""
    if parts:
        first = next((p for p in parts_of(message) if p.get_content_maintype() == "text"), None)
        declared = charset_of(first) if first is not None else ""
    elif not cells["content_type"].startswith("text/"):
        declared = ""
    cells["charset"] = declared
    return cells


def parts_of(part, depth=0):
    """The leaves; the headers of a mail in a mail are none."""
    if depth > 32:
        return
    if part.is_multipart() and part.get_content_type() not in ("message/delivery-status", "text/rfc822-headers"):
        for child in part.get_payload():
            yield from parts_of(child, depth + 1)
    else:
        yield part


def attachments(payload):
    """[(name, type, size, SHA-256)]: parts that have a name, are marked as attached, or are no text."""
    message = email.message_from_bytes(payload, policy=email.policy.compat32)
    found = []
    for part in parts_of(message):
        kind = part.get_content_type()
        name = part.get_filename()
        marked = (part.get_content_disposition() or "") == "attachment"
        if not (name or marked or part.get_content_maintype() not in ("text", "message", "multipart")):
            continue
        content = part.get_payload(decode=True) or b""
        found.append((decoded(name, "") if name else "", kind, len(content), hashlib.sha256(content).hexdigest()))
    return found


def layout(payload):
    """Of a plain text, or a tree of types; HTML is left to the unit test."""
    message = email.message_from_bytes(payload, policy=email.policy.compat32)
    if not re.search(rb"(^|\n)\r?\n", payload):
        return ""  # all of it is header (RFC 5322, section 2.1), though Python begins the body where none is one
    if message.is_multipart():
        return tree(message)
    assert message.get_content_type() == "text/plain", "written by tests/unit/test_mail_text.c"
    lines = (message.get_payload(decode=True) or b"").strip().split(b"\n")
    kinds = ["E" if not line.strip() else "U" if re.search(rb"(?i)(?<![0-9a-z\x80-\xff])((https?|ftp)://|www\.)", line)
             else "T" for line in lines]
    if lines == [b""]:
        return ""
    return "".join(f"{kind}{len(list(run)).bit_length()}" for kind, run in itertools.groupby(kinds))


def tree(part):
    kind = part.get_content_type()
    name = part.get_content_subtype() if part.get_content_maintype() in ("text", "multipart") else kind
    if not part.is_multipart():
        return name
    return f"{name}({','.join(k for k, _ in itertools.groupby(tree(p) for p in part.get_payload()))})"


def text_links(payload):
    """How many links there are in the plain text of a mail without HTML."""
    message = email.message_from_bytes(payload, policy=email.policy.compat32)
    parts = [p for p in parts_of(message) if p.get_content_maintype() == "text"]
    assert all(p.get_content_type() != "text/html" for p in parts), "HTML: links.py reads that"
    return sum(len(re.findall(rb"(?<![0-9A-Za-z\x80-\xff])(?:(?:https?|ftp)://|www\.)[^\s<>\"`]+",
                              p.get_payload(decode=True) or b"", re.I)) for p in parts)
