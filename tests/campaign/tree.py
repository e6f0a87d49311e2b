#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The campaigns of kind tree with --alike 0, by a tree that stands in memory: prints the messages of
# each, a line a campaign.  Usage: tree.py MIN_MESSAGES MIN_CHILDREN THRESHOLD DIR...
import collections, csv, glob, re, sys
from siphash import siphash24

csv.field_size_limit(1 << 30)
least, children_least, threshold = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
KINDS = ("content_type", "charset", "language", "layout", "subject", "attachment", "link_domain", "link_host", "link_path")
FIXED = 4
K0, K1 = 0x706F747368657264, 0x6665617475726573


def rows(kind):
    for folder in sys.argv[4:]:
        for path in sorted(glob.glob(folder + "/" + kind + "*.csv")):
            yield from csv.DictReader(open(path, encoding="utf-8", errors="surrogateescape", newline=""))


def hash_of(kind, text):
    return siphash24(K0, K1 + kind, text) or 1


def shape(path):
    path = path.split("#")[0]
    path, mark, query = path.partition("?")

    def plain(text):
        out, rest = "", text
        while rest:
            hexes = re.match(r"[0-9a-fA-F]*", rest).group()
            digits = re.match(r"[0-9]*", rest).group()
            if len(hexes) >= 6 and re.search("[0-9]", hexes):
                out, rest = out + "#", rest[len(hexes):]
            elif digits:
                out, rest = out + "#", rest[len(digits):]
            elif re.match(r"%[0-9a-fA-F]{2}", rest):
                rest = rest[3:]
            else:
                out, rest = out + rest[0], rest[1:]
        return out

    result = plain(path) + mark + plain(re.sub(r"=[^&;]*", "=", query))
    return "" if result == "/" else result


messages = {}
for row in rows("emails"):
    key = row["uid"], row["email_n"]
    if key not in messages:
        messages[key] = {(k, row[KINDS[k]]) for k in range(5) if row[KINDS[k]]}
for row in rows("urls"):
    found = messages.get((row["uid"], row["email_n"]), set())
    found.update((k, v) for k, v in ((6, row["domain"]), (7, row["host"]), (8, shape(row["path"]))) if v)
for row in rows("attachments"):
    if row["filename"]:
        messages.get((row["uid"], row["email_n"]), set()).add((5, row["filename"]))

counts = collections.Counter(f for features in messages.values() for f in features)
hashes = {f: hash_of(f[0], f[1].encode("utf-8", "surrogateescape")) for f in counts}


class Node:
    def __init__(self):
        self.children, self.messages, self.ends = {}, 0, 0


root = Node()
paths = {}
for key, features in messages.items():
    fixed = tuple(sorted(f for f in features if f[0] < FIXED))
    others = sorted((f for f in features if f[0] >= FIXED), key=lambda f: (-counts[f], hashes[f]))
    paths[key] = (fixed, *others)[:64]
    node = root
    for step in paths[key]:
        node = node.children.setdefault(step, Node())
        node.messages += 1
    node.ends += 1


def is_campaign(node):
    if node.messages < least:
        return False
    below = sum(c.messages for c in node.children.values())
    many = len(node.children) > children_least and node.messages >= threshold * below / len(node.children)
    return many or node.ends >= least


found = collections.defaultdict(list)
for key, path in paths.items():
    node = root
    for depth, step in enumerate(path):
        node = node.children[step]
        if depth and is_campaign(node):
            found[path[:depth + 1]].append(key)
            break

# Pieces with a feature that nine in ten of its messages have in such pieces, and the same root.
SPREAD = 8
roots = collections.defaultdict(set)
for key, features in messages.items():
    for f in features:
        roots[f].add(paths[key][0])
sharers = collections.defaultdict(list)
for piece, keys in found.items():
    for f in set.intersection(*(messages[k] for k in keys)):
        if f[0] >= FIXED and len(roots[f]) < SPREAD:
            sharers[f].append(piece)
parent = {piece: piece for piece in found}


def top(piece):
    while parent[piece] != piece:
        piece = parent[piece]
    return piece


for f, pieces in sharers.items():
    if 10 * sum(len(found[p]) for p in pieces) >= 9 * counts[f]:
        for a in pieces:
            for b in pieces:
                if a[0] == b[0]:
                    parent[top(a)] = top(b)
joined = collections.defaultdict(list)
for piece, keys in found.items():
    joined[top(piece)] += ("-".join(key) for key in keys)
for line in sorted(" ".join(sorted(keys)) for keys in joined.values()):
    print(line)
