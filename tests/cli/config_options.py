#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Of the example of a configuration file: DIR/COMMAND that sets each option of a command to another
# value than its default, and DIR/COMMAND.redact for those that do not go with others.
# Usage: config_options.py EXAMPLE DIR; prints "FILE:LINE OPTION = VALUE" for each.
import os
import re
import sys


def other_value(takes, default):
    if takes == "true or false":
        return "false" if default == "true" else "true"
    bounds = re.match(r"a (?:number|size) from (\w+) to (\w+)", takes)
    choices = bounds.groups() if bounds else takes.split("|")
    if "; " in takes and not bounds:
        return "one; two" if int(re.search(r"; (\d+) at most", takes)[1]) > 1 else "one"
    if len(choices) > 1:
        return next(c for c in choices if c != default)
    return "some text"


def write(folder, section, options):
    for apart in (False, True):
        chosen = [o for o in options if o[0].startswith("redact") == apart]
        path = "%s/%s%s" % (folder, section, ".redact" if apart else "")
        if chosen:
            with open(path, "w") as made:
                made.write("# made\n[%s]\n" % section)
                for n, (name, value) in enumerate(chosen):
                    made.write("%s = %s\n" % (name, value))
                    print("%s:%d %s = %s" % (path, n + 3, name, value.replace("; ", ";")))


os.mkdir(sys.argv[2])
sections, takes = {}, None
with open(sys.argv[1]) as example:
    for line in example:
        line = line.rstrip("\n")
        if re.fullmatch(r"\[\w+\]", line):
            options = sections.setdefault(line[1:-1], [])
        if re.fullmatch(r"# \(.*\)", line):
            takes = line[3:-1]
        key = re.fullmatch(r"#([a-z0-9-]+) =(.*)", line)
        if key:
            options.append((key[1], other_value(takes, key[2].strip())))
for section, options in sections.items():
    write(sys.argv[2], section, options)
