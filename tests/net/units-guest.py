#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside the machine of units.soak: what systemd does with the units of potsherd.

units-guest.py                runs every test; lines "ok - NAME", "not ok - NAME", "# WHY"
units-guest.py talk WHAT ...  is a client; runs in the network namespace `client`

    client                                    the machine
    198.51.100.1/24   c0 --------------- p0   no address; answer@p0 answers for
                                              198.51.100.64/28, watch@p0 records
"""
import contextlib
import csv
import glob
import json
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import struct
import subprocess
import sys
import time

UNITS = ("watch", "answer")
USER = "potsherd"
NET_ADMIN, NET_RAW = 1 << 12, 1 << 13  # capabilities(7)
WATCHDOG = 60  # as the units say
RESTART = 5
SLOW = 3  # an emulated machine on a busy host
STOP = 30  # of the 300 s after which systemd would kill
EXPOSURE = 25  # 2.5 of 10, which systemd-analyze calls OK; a usual daemon has 9.6
OLD_FORM = "OPTIONS= is the old form"  # as answer-p0.conf has it at first
PACKAGE = "/opt/potsherd.deb"
REPORTS = "/var/lib/potsherd-report/watch-p0"
csv.field_size_limit(1 << 30)


# --- a client ---

def smtp_over(connected, sender, recipient):
    class Relay(smtplib.SMTP):
        def _get_socket(self, *_):
            return connected

    with Relay("relay", 25, local_hostname="client.example") as relay:
        relay.sendmail(sender, [recipient], "Subject: units\r\n\r\n" + "A line of a mail.\r\n" * 50)


def dial(address, port, patience=20):
    return socket.create_connection((address, port), patience)


def talk_smtp(address, recipient):
    smtp_over(dial(address, 25), "a@b.example", recipient)


def talk_socks(address, recipient):
    s = dial(address, 1080)
    s.sendall(b"\5\1\0")
    if s.recv(2) != b"\5\0":
        sys.exit("the proxy wants another method")
    s.sendall(b"\5\1\0\3\x0amx.example" + struct.pack("!H", 25))
    if s.recv(10, socket.MSG_WAITALL)[:2] != b"\5\0":
        sys.exit("the proxy does not connect")
    smtp_over(s, "a@b.example", recipient)


def talk_syn(address, port):
    with contextlib.suppress(OSError):
        dial(address, int(port), 1.5)


def talk_refused(address, _):
    try:
        dial(address, 25, 3)
    except ConnectionRefusedError:
        return
    sys.exit("not refused")


# --- what the tests use ---

def run(*command, check=True, patience=120):
    done = subprocess.run(command, capture_output=True, text=True, timeout=patience)
    if check and done.returncode:
        raise RuntimeError("%s: %d: %s" % (" ".join(command), done.returncode, (done.stdout + done.stderr).strip()[-500:]))
    return done.stdout


def name_of(unit, interface="p0"):
    return "potsherd-%s@%s.service" % (unit, interface)


def folder_of(unit, interface="p0"):
    return "/var/lib/potsherd/%s-%s" % (unit, interface)


def show(unit, interface="p0"):
    return dict(line.split("=", 1) for line in run("systemctl", "show", name_of(unit, interface)).splitlines() if "=" in line)


def main_pid(unit):
    pid = int(show(unit)["MainPID"])
    expect(pid > 1, "%s does not run" % unit)
    return pid


def wait_for(what, patience, condition):
    until = time.monotonic() + SLOW * patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError("not within %d s: %s" % (SLOW * patience, what))
        time.sleep(0.5)


def wait_active(unit, patience, not_pid=0):
    """The main process, once READY=1 has come from it."""
    def pid():
        state = show(unit)
        if state["ActiveState"] == "active" and state["SubState"] == "running" and int(state["MainPID"]) not in (0, not_pid):
            return int(state["MainPID"])
        return 0
    try:
        return wait_for("%s is active" % unit, patience, pid)
    except AssertionError as error:
        heard = {"%s: %s" % (who, text): 0 for _, who, text in journal(unit) if who != "systemd"}  # each once
        raise AssertionError("\n".join([str(error), *heard])) from None


def journal(unit, *more):
    """(priority, who, text) of the unit; those of systemd about it, too."""
    run("journalctl", "--sync")
    lines = run("journalctl", "-o", "json", "-u", name_of(unit), *more).splitlines()
    entries = [json.loads(line) for line in lines]
    return [(e.get("PRIORITY"), e.get("SYSLOG_IDENTIFIER"), e.get("MESSAGE")) for e in entries]


def now():
    """For journalctl --since.  (--after-cursor with -u leaves out the first entry.)"""
    return "@%.6f" % time.time()


def said(unit, since, pattern, patience=20):
    """What the program said since then that matches; its priorities are the values."""
    def look():
        found = {t: p for p, who, t in journal(unit, "--since", since) if isinstance(t, str) and re.search(pattern, t)}
        return found
    return wait_for("%s says %s" % (unit, pattern), patience, look)


def rows(unit, kind, finished=False):
    all_rows = []
    for path in sorted(glob.glob("%s/%s-*.csv%s" % (folder_of(unit), kind, "" if finished else "*"))):
        if ".zst" in path:  # one that is being written, too
            continue
        with open(path, newline="", encoding="utf-8") as file:
            all_rows += csv.DictReader(file, strict=True)
    return all_rows


def parts(unit):
    return glob.glob(folder_of(unit) + "/*.part")


def talk(what, *arguments):
    run("ip", "netns", "exec", "client", sys.executable, os.path.abspath(__file__), "talk", what, *arguments)


def recorded(unit, recipient, patience=20):
    wait_for("%s has a row of %s" % (unit, recipient), patience,
             lambda: [r for r in rows(unit, "recipients") if r["rcpt"] == recipient])


def options(unit, text):
    """--keep 7 --arp as a file has it."""
    with open("/etc/potsherd/%s-p0.conf" % unit, "w") as file:
        file.write("[%s]\n" % unit)
        for option in text.split("--")[1:]:
            name, _, value = option.strip().partition(" ")
            file.write("%s = %s\n" % (name, value or "true"))


def drop_in(unit, text):
    folder = "/etc/systemd/system/%s.d" % name_of(unit)
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/override.conf", "w") as file:
        file.write("[Service]\n" + text)
    run("systemctl", "daemon-reload")


def control(*words):
    """systemctl; the seconds it took."""
    begun = time.monotonic()
    try:
        run("systemctl", *words, patience=400)
    except RuntimeError as error:
        raise RuntimeError("%s\n%s" % (error, run("journalctl", "-o", "cat", "-n", "12", "-u", words[-1]))) from error
    return time.monotonic() - begun


failures = 0


def ok(name, function):
    global failures
    try:
        note = function()
    except Exception as error:  # whatever it is, the next test is tried
        failures += 1
        print("not ok - %s" % name)
        print("\n".join("# " + line[:300] for line in ("%s: %s" % (type(error).__name__, error)).splitlines()))
    else:
        print("ok - %s%s" % (name, " (%s)" % note if note else ""))
    sys.stdout.flush()


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


# --- the tests ---

def begin_wire():
    run("ip", "netns", "add", "client")
    run("ip", "link", "add", "p0", "type", "veth", "peer", "name", "c0", "netns", "client")
    run("ip", "-n", "client", "addr", "add", "198.51.100.1/24", "dev", "c0")
    run("ip", "-n", "client", "link", "set", "lo", "up")
    run("ip", "-n", "client", "link", "set", "c0", "up")
    # a neighbour that nobody is: its SYNs are never answered
    run("ip", "-n", "client", "neigh", "add", "198.51.100.200", "lladdr", "02:00:00:00:00:c8", "dev", "c0", "nud", "permanent")
    run("ip", "link", "set", "p0", "up")


def test_missing():
    for unit in UNITS:
        wait_for("%s is tried a third time" % unit, 60, lambda: int(show(unit)["NRestarts"]) >= 2)
        found = [(p, t) for p, who, t in journal(unit) if who == "potsherd" and OLD_FORM not in t]
        expect(found and all(p == "4" and "p0" in t for p, t in found), found)
    return "; ".join(sorted({t for _, t in found}))


def test_appears():
    begun = time.monotonic()
    begin_wire()
    for unit in UNITS:
        wait_active(unit, 60)
    return "%.0f s after it" % (time.monotonic() - begun)


def test_no_notify_by_others():
    for unit in UNITS:
        state = show(unit)
        expect(state["Type"] == "notify" and state["NotifyAccess"] == "main", (state["Type"], state["NotifyAccess"]))
        expect(state["Result"] == "success", state["Result"])


def test_status_text():
    for unit in UNITS:
        text = show(unit)["StatusText"]
        expect("p0" in text, "StatusText=%s" % text)
    return text


def test_privileges():
    ours = pwd.getpwnam(USER)
    for unit in UNITS:
        for path in glob.glob("/proc/%d/task/*/status" % main_pid(unit)):
            with open(path) as file:
                s = dict(line.rstrip("\n").split(":", 1) for line in file)
            expect(set(s["Uid"].split()) == {str(ours.pw_uid)} and set(s["Gid"].split()) == {str(ours.pw_gid)}, (s["Uid"], s["Gid"]))
            expect(set(s["Groups"].split()) <= {str(ours.pw_gid)}, s["Groups"])
            for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                expect(int(s[name], 16) == 0, "%s %s" % (name, s[name]))
            expect(int(s["CapBnd"], 16) == NET_ADMIN | NET_RAW, s["CapBnd"])  # out of reach by NoNewPrivs
            expect(s["NoNewPrivs"].strip() == "1" and s["Seccomp"].strip() == "2", (s["NoNewPrivs"], s["Seccomp"]))
        expect(os.stat(folder_of(unit)).st_mode & 0o7777 == 0o750, oct(os.stat(folder_of(unit)).st_mode))


def test_priorities():
    found = {t: p for unit in UNITS for p, who, t in journal(unit) if who == "potsherd"}
    wrong = [(p, t) for t, p in found.items()
             if p != ("6" if re.search("answering on|read again|finished after|come again|" + OLD_FORM, t) else "4")]
    expect(not wrong, wrong)
    expect(not any(re.match("<[0-9]>|potsherd: ", t) for t in found), found)
    expect({"4", "6"} <= set(found.values()), found)
    return "%d different lines" % len(found)


def conversation(what, recipient):
    talk(what, "198.51.100.66", recipient)
    for unit in UNITS:
        recorded(unit, recipient)


def test_socks():
    conversation("socks", "socks@x.example")
    for unit in UNITS:
        r = wait_for("a request", 20, lambda: rows(unit, "requests"))[-1]
        expect((r["module"], r["target"], r["accepted"]) == ("socks5", "mx.example:25", "1"), r)
        e = wait_for("an email", 20, lambda: rows(unit, "emails"))[-1]
        expect(e["complete"] == "1" and e["src_ip"] == "198.51.100.1", e)


def countries(unit):
    return {r["src_cc"] for r in rows(unit, "emails")}


def test_countries():
    for unit in UNITS:
        expect(countries(unit) == {"BR"}, (unit, countries(unit)))


def test_reload():
    run("sysctl", "-qw", "net.core.optmem_max=131072")  # as doctor says; Debian 12's own is told of
    since, before = now(), {u: main_pid(u) for u in UNITS}
    os.replace("/var/lib/GeoIP/new", "/var/lib/GeoIP/country.mmdb")
    os.replace("/etc/potsherd/geo/new", "/etc/potsherd/geo/country.mmdb")
    with open("/etc/potsherd/ports.rules", "a") as file:
        file.write("2526 smtp units\n")
    for unit in UNITS:
        control("reload", name_of(unit))
        said(unit, since, "^geolocation databases read again: 1$")
        expect(main_pid(unit) == before[unit] and show(unit)["ActiveState"] == "active", show(unit)["ActiveState"])
        bad = [t for p, who, t in journal(unit, "--since", since) if who == "potsherd" and p != "6"]
        expect(not bad, bad)
    said("watch", since, "^ports.rules read again$")
    said("answer", since, "^personas read again$")
    conversation("smtp", "reloaded@x.example")
    for unit in UNITS:
        wait_for("the other country", 20, lambda: {"BR", "NL"} <= countries(unit))


def test_reload_broken():
    since = now()
    with open("/var/lib/GeoIP/country.mmdb", "rb") as file:
        good = file.read()
    with open("/var/lib/GeoIP/new", "wb") as file:
        file.write(good[:100])
    os.replace("/var/lib/GeoIP/new", "/var/lib/GeoIP/country.mmdb")
    try:
        control("reload", name_of("watch"))
        found = said("watch", since, "the previous databases stay in use")
    finally:
        with open("/var/lib/GeoIP/new", "wb") as file:
            file.write(good)
        os.replace("/var/lib/GeoIP/new", "/var/lib/GeoIP/country.mmdb")
    expect(set(found.values()) == {"4"}, found)
    expect(show("watch")["ActiveState"] == "active", show("watch")["ActiveState"])


def ended(how, patience):
    """The mains end by `how`; systemd starts others, which finish what is left."""
    since, before = now(), {u: main_pid(u) for u in UNITS}
    rows_before = {u: len(rows(u, "recipients")) for u in UNITS}
    left = {u: {os.path.basename(p) for p in parts(u)} for u in UNITS}
    restarts = {u: int(show(u)["NRestarts"]) for u in UNITS}
    begun, took = time.monotonic(), []
    for unit in UNITS:
        os.kill(before[unit], how)
    for unit in UNITS:
        wait_active(unit, patience, before[unit])
        took.append(time.monotonic() - begun)
        expect(int(show(unit)["NRestarts"]) == restarts[unit] + 1, "NRestarts %s" % show(unit)["NRestarts"])
        expect(not os.path.exists("/proc/%d" % before[unit]), "the old process is still there")
        expect(left[unit] and not left[unit] & {os.path.basename(p) for p in parts(unit)}, "left: %s" % parts(unit))
        expect(set(said(unit, since, "finished after a run that did not end").values()) == {"6"}, "priority")
        expect(len(rows(unit, "recipients")) == rows_before[unit], "rows of before")
    return since, took


def test_watchdog():
    since, took = ended(signal.SIGSTOP, WATCHDOG + RESTART + 30)
    for unit in UNITS:
        said(unit, since, "Watchdog timeout")
        said(unit, since, "Failed with result 'watchdog'")
    expect(min(took) > WATCHDOG / 2, took)
    return "active again after %s s" % " and ".join("%.0f" % t for t in took)


def test_killed():
    since, took = ended(signal.SIGKILL, RESTART + 30)
    for unit in UNITS:
        said(unit, since, "Failed with result 'signal'")
    return "active again after %s s" % " and ".join("%.0f" % t for t in took)


def test_goes_down():
    since, before = now(), {u: main_pid(u) for u in UNITS}
    run("ip", "link", "set", "p0", "down")
    for unit in UNITS:
        expect(set(said(unit, since, "p0: .*waiting for it to come back").values()) == {"4"}, "priority")
    run("ip", "link", "set", "p0", "up")
    for unit in UNITS:
        said(unit, since, "p0: packets come again")
        expect(main_pid(unit) == before[unit], "another process")
    run("ip", "link", "del", "p0")
    time.sleep(2)
    run("ip", "netns", "del", "client")
    begin_wire()
    wait_for("both have it again", 20, lambda: all(
        len([t for _, _, t in journal(u, "--since", since) if "packets come again" in str(t)]) >= 2 for u in UNITS))
    conversation("socks", "anew@x.example")
    for unit in UNITS:
        expect(main_pid(unit) == before[unit], "another process")


def test_stop():
    talk("syn", "198.51.100.200", "2526")
    talk("syn", "198.51.100.200", "2527")
    took, since = {}, now()
    for unit in UNITS:
        took[unit] = control("stop", name_of(unit))
        state = show(unit)
        expect(took[unit] < STOP, "%.1f s" % took[unit])
        expect((state["ActiveState"], state["Result"], state["ExecMainCode"], state["ExecMainStatus"]) ==
               ("inactive", "success", "1", "0"), (state["ActiveState"], state["Result"], state["ExecMainCode"], state["ExecMainStatus"]))
        expect(not parts(unit), parts(unit))
        expect(rows(unit, "connections", True), "no rows")
        bad = [t for p, who, t in journal(unit, "--since", since) if who == "potsherd" and p != "6"]
        expect(not bad, bad)
        stats = rows(unit, "stats", True)
        n = {c: sum(int(r[c]) for r in stats) for c in ("received", "captured", "dropped")}
        expect(n["captured"] and n["received"] == n["captured"] and not n["dropped"], n)
    return ", ".join("%s %.1f s" % (u, t) for u, t in took.items())


def test_scans():
    seen = [(r["dst_ip"], r["dst_port"]) for r in rows("watch", "scans", True)]
    expect(seen == [("198.51.100.200", "2526")], seen)


def test_places():
    """As the units' comments tell: ReadWritePaths= for what is written elsewhere."""
    since = now()
    for unit in UNITS:
        os.makedirs("/srv/%s" % unit)
        shutil.chown("/srv/%s" % unit, USER)
        os.makedirs("/srv/%s/metrics" % unit)
        shutil.chown("/srv/%s/metrics" % unit, USER)
        drop_in(unit, "ReadWritePaths=/srv/%s\n" % unit)
    options("watch", "--save-pcap /srv/watch/pcap --metrics /srv/watch/metrics/watch.prom --compress zstd --keep 7 "
                     "--max-disk 1G --jobs 2 --sensor north --rules /etc/potsherd/ports.rules --fsync second")
    options("answer", "--address 198.51.100.64/28 --arp --save-pcap /srv/answer/pcap "
                      "--metrics /srv/answer/metrics/answer.prom --compress zstd --firewall")
    for unit in UNITS:
        control("start", name_of(unit))
        wait_active(unit, 5)
    conversation("socks", "places@x.example")
    expect({r["sensor"] for r in rows("watch", "recipients") if r["rcpt"] == "places@x.example"} == {"north"}, "sensor")
    for unit in UNITS:
        path = "/srv/%s/metrics/%s.prom" % (unit, unit)

        def counts():
            with open(path) as file:
                return re.search(r"^potsherd_recipients_total(\{[^}]*\})? [1-9]", file.read(), re.M)
        wait_for("recipients in %s" % path, 70, counts)
        expect(os.stat(path).st_mode & 0o777 == 0o644, oct(os.stat(path).st_mode))
        expect(glob.glob("/srv/%s/pcap/*.pcap.part" % unit), "no packets are saved")
        expect(re.match(r"\d+ packets, 0 lost; \d+ connections", show(unit)["StatusText"]), show(unit)["StatusText"])
        bad = [t for p, who, t in journal(unit, "--since", since) if who == "potsherd" and p != "6"]
        expect(not bad, bad)
    return show("watch")["StatusText"]


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(p) for p in file.read().split()]


def jobs_of(pid):
    """Of two: each is started behind its template of mail workers, the writer last."""
    expect(len(children(pid)) == 5, children(pid))
    return children(pid)[1::2]


def test_hung_job():
    """A job that hangs is as bad as a main process that does."""
    before, since = main_pid("watch"), now()
    job = jobs_of(before)[0]
    begun = time.monotonic()
    os.kill(job, signal.SIGSTOP)
    wait_active("watch", 2 * WATCHDOG + RESTART + 30, before)
    expect(not os.path.exists("/proc/%d" % job), "the job is still there")
    said("watch", since, "^job 0 hangs")
    conversation("smtp", "jobs@x.example")
    return "active again after %.0f s" % (time.monotonic() - begun)


def test_killed_job():
    before, since = main_pid("watch"), now()
    os.kill(jobs_of(before)[1], signal.SIGKILL)
    wait_active("watch", RESTART + 40, before)
    said("watch", since, "^job 1 (was ended by signal|has ended)")
    conversation("smtp", "killed@x.example")


def test_firewall():
    """On an address of the machine itself, whose own TCP would reset the callers."""
    run("ip", "addr", "add", "198.51.100.70/24", "dev", "p0")
    talk("smtp", "198.51.100.70", "own@x.example")
    recorded("answer", "own@x.example")
    before = main_pid("answer")
    os.kill(before, signal.SIGKILL)
    wait_active("answer", RESTART + 30, before)
    talk("smtp", "198.51.100.70", "own2@x.example")
    recorded("answer", "own2@x.example")


def test_stop_places():
    since = now()
    taken = test_stop_all()
    for unit in UNITS:
        expect(glob.glob("/srv/%s/pcap/*.pcap" % unit) and not glob.glob("/srv/%s/pcap/*.part" % unit), "pcaps")
        for path in glob.glob("/srv/%s/pcap/*.pcap" % unit):
            run("tcpdump", "-n", "-r", path)
        expect(glob.glob(folder_of(unit) + "/*.csv.zst"), "not compressed")
        expect(not glob.glob(folder_of(unit) + "/*.csv"), "not compressed: %s" % glob.glob(folder_of(unit) + "/*.csv"))
        bad = [t for p, who, t in journal(unit, "--since", since) if who == "potsherd" and p != "6"]
        expect(not bad, bad)
    talk("refused", "198.51.100.70", "")  # the rules went with it
    return taken


def test_stop_all():
    took = {}
    for unit in UNITS:
        took[unit] = control("stop", name_of(unit))
        state = show(unit)
        expect(took[unit] < STOP and (state["ActiveState"], state["Result"]) == ("inactive", "success"),
               (took[unit], state["ActiveState"], state["Result"]))
        expect(not parts(unit), parts(unit))
    return ", ".join("%s %.1f s" % (u, t) for u, t in took.items())


def test_wrong_usage():
    """What no new try mends is not tried again."""
    options("answer", "--address nonsense --arp")
    since = now()
    run("systemctl", "start", name_of("answer"), check=False)
    found = said("answer", since, "nonsense")
    time.sleep(RESTART + 5)
    state = show("answer")
    expect(state["ActiveState"] == "failed" and state["ExecMainStatus"] == "2", (state["ActiveState"], state["SubState"], state["ExecMainStatus"], found))
    return "; ".join(found)


def test_upgrade():
    run("ip", "addr", "flush", "dev", "p0")
    options("answer", "--address 198.51.100.64/28 --arp")
    options("watch", "--payload none")
    for unit in UNITS:
        control("start", name_of(unit))
    conversation("smtp", "old@x.example")
    before = {u: main_pid(u) for u in UNITS}
    run("dpkg", "--install", PACKAGE, patience=400)
    for unit in UNITS:
        wait_active(unit, 10, before[unit])
        expect(show(unit)["NeedDaemonReload"] == "no" and show(unit)["NRestarts"] == "0", show(unit)["NRestarts"])
    conversation("smtp", "new@x.example")


def test_remove():
    """Records, links and configuration stay; a purge takes the links, too (package.t)."""
    run("dpkg", "--remove", "potsherd", patience=400)
    for unit in UNITS:
        expect(show(unit)["ActiveState"] == "inactive", show(unit)["ActiveState"])
        expect(not parts(unit), parts(unit))
    expect("inactive" in run("systemctl", "is-active", "potsherd-report@watch-p0.timer", check=False), "the timer")
    expect(not run("pgrep", "-u", USER, check=False), "processes are left")
    run("dpkg", "--install", PACKAGE, patience=400)
    for unit in UNITS:
        expect(show(unit)["ActiveState"] == "inactive", "%s is started" % unit)


def test_until_the_end():
    """Both run when the machine is powered off; units.soak looks at what is left then."""
    for unit in UNITS:
        control("start", name_of(unit))
    conversation("socks", "last@x.example")


def test_security():
    """Of the units as they are loaded, drop-ins included."""
    units = [name_of(u) for u in UNITS] + ["potsherd-report@watch-p0.service"]
    for unit in units:
        run("systemd-analyze", "security", "--no-pager", "--threshold=%d" % EXPOSURE, unit)
    found = run("systemd-analyze", "security", "--no-pager", *units)
    return "; ".join("%s %s" % (u, x) for u, x in
                     zip(units, re.findall(r"Overall exposure level for .*: (\S+ \w+)", found)))


def read_as(user, path):
    return subprocess.run(["runuser", "-u", user, "--", "cat", path], capture_output=True).stdout


def test_report():
    """The timer starts the service; now, and not at five past."""
    service, timer = "potsherd-report@watch-p0.service", "potsherd-report@watch-p0.timer"
    folder = "/etc/systemd/system/%s.d" % timer
    os.makedirs(folder)
    with open(folder + "/now.conf", "w") as file:
        file.write("[Timer]\nOnActiveSec=1\nAccuracySec=1\nRandomizedDelaySec=0\n")
    run("systemctl", "daemon-reload")
    expect("OnCalendar=*-*-* *:05:00" in run("systemctl", "show", "-p", "TimersCalendar", timer), "not at five past")
    control("enable", "--now", timer)
    wait_for("a page", 60, lambda: os.path.exists(REPORTS + "/index.html"))

    def state():
        return run("systemctl", "show", "-p", "ActiveState,Result,ExecMainStatus", service).split()
    wait_for("it has ended", 20, lambda: "ActiveState=inactive" in state())
    expect("Result=success" in state(), state())
    lines = [e for e in map(json.loads, run("journalctl", "-o", "json", "-u", service).splitlines())
             if e.get("SYSLOG_IDENTIFIER") == "potsherd" and e.get("PRIORITY") != "6"]
    expect(not lines, lines)
    page = read_as("www-data", REPORTS + "/index.html")
    expect(b"198.51.100.1" in page and b"</html>" in page, "%d bytes" % len(page))
    expect(page.count(b"<svg"), "no figures")
    tables = os.listdir(REPORTS + "/tables")
    expect(tables and all(read_as("www-data", "%s/tables/%s" % (REPORTS, t)) for t in tables), tables)
    expect(not read_as("nobody", REPORTS + "/index.html"), "others read it, too")
    for path in glob.glob(folder_of("watch") + "/*"):
        expect(not read_as("www-data", path), "the web server reads %s" % path)
    return "%d bytes, %d figures, %d tables" % (len(page), page.count(b"<svg"), len(tables))


def main():
    global start
    start = now()
    ok("as long as there is no interface both are tried again, and say why", test_missing)
    ok("it appears, and both become active", test_appears)
    if failures:
        return  # as all that follows would
    ok("... by READY=1 of the main process", test_no_notify_by_others)
    ok("the status text says what they do", test_status_text)
    ok("the user potsherd, without another group or a capability, behind seccomp", test_privileges)
    ok("a mail through SOCKS5 is answered by answer@, recorded by both", test_socks)
    ok("databases where geoipupdate puts them, and elsewhere", test_countries)
    ok("systemctl reload: rules, databases and personas are read again", test_reload)
    ok("systemctl reload with a broken database keeps the old one", test_reload_broken)
    ok("SIGSTOP: the watchdog ends them, and the next ones repair and go on", test_watchdog)
    ok("a mail through the relay after it", lambda: conversation("smtp", "watchdog@x.example"))
    ok("SIGKILL: others are started, repair and go on", test_killed)
    ok("the journal has the priorities, and the name once", test_priorities)
    ok("a mail through the relay after it", lambda: conversation("smtp", "killed@x.example"))
    ok("the interface goes down and up, is removed and made anew", test_goes_down)
    ok("systemctl stop: soon, with success, all segments final", test_stop)
    ok("SYNs that nobody answered, to the port of the reload, are in scans.csv", test_scans)
    ok("ReadWritePaths=: packets, metrics, compression, jobs, --firewall", test_places)
    ok("a job of two that hangs: the watchdog ends it all", test_hung_job)
    ok("a job of two is killed: all is started anew", test_killed_job)
    ok("--firewall on an own address, after SIGKILL, too", test_firewall)
    ok("systemctl stop: packets and segments final, the rules gone", test_stop_places)
    ok("wrong usage is not tried again and again", test_wrong_usage)
    ok("systemd-analyze security finds at most %.1f" % (EXPOSURE / 10), test_security)
    ok("potsherd-report@: the timer writes a page, which the web server reads, and no record", test_report)
    ok("an upgrade of the package restarts both", test_upgrade)
    ok("its removal ends them; installed again, nothing is started", test_remove)
    ok("both go on until the machine is powered off", test_until_the_end)


if len(sys.argv) > 1:
    globals()["talk_" + sys.argv[2]](*sys.argv[3:])
else:
    main()
    print("done")
    sys.stdout.flush()
