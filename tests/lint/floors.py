#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The floors of src: a folder calls nothing that lies on a higher floor, and no files of a
# folder call each other in a circle.  Calls are what the object files say (nm).
# Usage: floors.py OBJECTS, the folder with src/FOLDER/FILE.o, compiled without LTO.
# Prints a TAP line for each folder.
import collections
import pathlib
import subprocess
import sys

# From the top; folders of one floor may call each other.
FLOORS = (
    ("cli",),
    ("live",),
    ("pipeline", "report", "campaign", "export", "answer"),
    ("record", "mail"),
    ("stream", "capture", "redact"),
    ("store", "proto", "packet"),
    ("rules", "enrich", "event"),
    ("base",),
)
HEIGHT = {folder: -floor for floor, folders in enumerate(FLOORS) for folder in folders}


def symbols(objects):
    """{file: names it asks for}, {name: file that defines it}"""
    asked, defined = collections.defaultdict(set), {}
    for path in objects:
        out = subprocess.run(["nm", str(path)], check=True, capture_output=True, text=True).stdout
        for line in out.splitlines():
            kind, name = line.split()[-2:]
            if kind in "Uw":
                asked[path].add(name)
            elif kind.isupper():
                defined[name] = path
    return asked, defined


def calls(asked, defined):
    """(caller, callee, name) between files"""
    for caller, names in asked.items():
        for name in sorted(names):
            callee = defined.get(name)
            if callee and callee != caller:
                yield caller, callee, name


def circle(graph):
    """The files of one circle, or nothing"""
    state, path = {}, []

    def visit(node):
        state[node] = 1
        path.append(node)
        for other in sorted(graph.get(node, ())):
            if state.get(other) == 1:
                return path[path.index(other):]
            if other not in state:
                found = visit(other)
                if found:
                    return found
        path.pop()
        state[node] = 2
        return None

    for node in sorted(graph):
        if node not in state:
            found = visit(node)
            if found:
                return found
    return None


def main(root):
    # A file that is there no more may have left its object.
    objects = [p for p in sorted(root.glob("src/*/*.o"))
               if pathlib.Path("src", p.parent.name, p.stem + ".c").exists()]
    folders = sorted({p.parent.name for p in objects})
    upward, inside = collections.defaultdict(list), collections.defaultdict(dict)
    for caller, callee, name in calls(*symbols(objects)):
        here, there = caller.parent.name, callee.parent.name
        if here == there:
            inside[here].setdefault(caller.stem, set()).add(callee.stem)
        elif HEIGHT.get(there, 0) > HEIGHT.get(here, 0):
            upward[here].append(f"{here}/{caller.stem}.c calls {name} of {there}/{callee.stem}.c")
    number, failed = 0, False

    def say(good, text, details):
        nonlocal number, failed
        number += 1
        failed = failed or not good
        print(f"{'ok' if good else 'not ok'} {number} - {text}")
        for detail in () if good else details:
            print(f"# {detail}")

    say(bool(objects), f"there are object files in {root}", ())
    for folder in folders:
        say(folder in HEIGHT, f"src/{folder} has a floor", ("name it in FLOORS",))
        say(not upward[folder], f"src/{folder} calls nothing on a higher floor", upward[folder])
        around = circle(inside[folder])
        say(not around, f"no circle of calls in src/{folder}", [" -> ".join(around or ())])
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
