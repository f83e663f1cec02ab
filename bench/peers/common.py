"""What the scripts that compare programs share: commands, rounds on a quiet machine, progress, the
record they leave."""
import collections
import csv
import datetime
import glob
import hashlib
import json
import math
import os
import platform
import re
import resource
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TICK = os.sysconf("SC_CLK_TCK")
BUSY_MUCH = 0.1  # CPUs that others may keep busy during a run
BUSY_GRAIN = 0.05  # seconds by which /proc counts too roughly
QUIET_SECONDS = 0.4  # for which the machine must be quiet before a run

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was made is taken away again


def run(*command, **more):
    return subprocess.run(command, check=True, text=True, **more)


def output(*command, **more):
    return run(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more).stdout


def say(text):
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + text)
        sys.stderr.flush()


def progress(text, done, total, begun):
    """A bar with the time that is left, at this pace."""
    left = (time.monotonic() - begun) / done * (total - done) if done else 0
    bar = "#" * (20 * done // max(total, 1))
    say(f"[{bar:20}] {text}" + (f", {left:.0f} s left" if done else ""))


def cpu_ticks(pids):
    """User and system ticks of processes."""
    user = system = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as f:
                fields = f.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        user, system = user + int(fields[11]), system + int(fields[12])
    return user, system


def softirq_ticks():
    """Of all CPUs, and all that was busy: user, nice, system, irq, softirq, steal."""
    soft = busy = 0
    with open("/proc/stat") as f:
        for line in f:
            if re.match(r"cpu\d", line):
                v = [int(x) for x in line.split()[1:9]]
                soft, busy = soft + v[6], busy + v[0] + v[1] + v[2] + v[5] + v[6] + v[7]
    return soft, busy


def resident_kb(pids):
    """Memory of processes, each page shared out over those who map it."""
    kb = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as f:
                kb += int(re.search(r"^Pss:\s+(\d+)", f.read(), re.M).group(1))
        except (OSError, AttributeError):
            continue
    return kb


def run_ns(pids):
    """Time on a CPU of all threads of processes, what interrupts took of it included."""
    total = 0
    for pid in pids:
        for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            try:
                with open(path) as f:
                    total += int(f.read().split()[0])
            except OSError:
                continue
    return total


def line_ns(b):
    """How far apart the first CPU and the last are, as line_ns.c says."""
    return int(output(f"{b}/bench/line_ns", "0", str(os.cpu_count() - 1)))


def alike(trials):
    """Those made while the CPUs were as far apart as in most of them, from beginning to end; those
    that do not say; and all of a point that was never measured so, marked line_ns_differs."""
    def band(t):
        first, last = (round(math.log2(max(1, t[k]))) for k in ("line_ns", "line_ns_after"))
        return first if first == last else None

    said = [t for t in trials if "line_ns" in t]
    most = collections.Counter(band(t) for t in said if band(t) is not None).most_common(1)
    same = [t for t in trials if "line_ns" not in t or not most or band(t) == most[0][0]]
    points = {t["point"] for t in same}
    return same + [{**t, "line_ns_differs": 1} for t in trials if t["point"] not in points]


class Watch:
    """How many CPUs others keep busy: what is busy, less interrupts' work, our children that end
    meanwhile, and the processes `pids`."""

    def __init__(self, pids=()):
        self.pids, self.busy_other = list(pids), 0.0

    def ours(self):
        used = sum(sum(resource.getrusage(who)[:2])
                   for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        soft, busy = softirq_ticks()
        return (busy - soft - sum(cpu_ticks(self.pids))) / TICK - used

    def __enter__(self):
        self.begun, self.before = time.monotonic(), self.ours()
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self.begun
        self.busy_other = max(0.0, (self.ours() - self.before) / self.seconds)


class Patience:
    """The seconds that may go into waiting for a quiet machine and into runs made again, and those
    that all may take (0: any)."""

    def __init__(self, options):
        self.left = options.patience
        self.end = time.monotonic() + options.within if options.within else float("inf")

    def await_quiet(self):
        """Returns once nothing else runs, or when patience is at its end."""
        while self.left > 0:
            with Watch() as w:
                time.sleep(QUIET_SECONDS)
            if w.busy_other <= BUSY_MUCH:
                return
            self.left -= w.seconds


def is_disturbed(trials):
    return any(t.get("busy_other", 0) > BUSY_MUCH + BUSY_GRAIN / max(t.get("seconds", 1), 0.05)
               for t in trials)


def interleave(points, rounds, visit, patience):
    """Calls visit(point, round) for each point in turn, round after round.  A visit returns its
    trials, with "busy_other"; one that others disturbed is made again while patience lasts, and
    thrown away.  After that the least disturbed are taken.  Returns trials, and a dictionary of
    what stands for how quiet it was."""
    todo = collections.deque((r, p) for r in range(rounds) for p in points)
    kept, spoilt, begun, done = [], {}, time.monotonic(), 0
    while todo and time.monotonic() < patience.end:
        number, point = todo.popleft()
        progress(f"round {number + 1} of {rounds}: {point}", done, done + 1 + len(todo), begun)
        patience.await_quiet()
        start = time.monotonic()
        try:
            trials = visit(point, number)
        except (RuntimeError, subprocess.SubprocessError, OSError) as error:
            detail = getattr(error, "stdout", None) or ""
            print(f"\n{point}: {error} {detail[-300:]}", file=sys.stderr)
            continue
        done += 1
        if not is_disturbed(trials):
            kept += trials
            continue
        spoilt.setdefault(point, []).append(trials)
        if patience.left > 0:
            patience.left -= time.monotonic() - start
            todo.append((number, point))
    say("")
    quiet = fill_up(kept, spoilt, rounds)
    if todo:
        print(f"time is up: {len(todo)} visits of {rounds * len(points)} left out", file=sys.stderr)
        quiet["visits_left_out"] = len(todo)
    return kept, quiet


def fill_up(kept, spoilt, rounds):
    """Where quiet visits are too few, adds the least disturbed of the others to kept."""
    discarded = disturbed = 0
    for visits in spoilt.values():
        visits.sort(key=lambda trials: max(t.get("busy_other", 0) for t in trials))
        have = sum(t["point"] == visits[0][0]["point"] for t in kept)
        take = max(0, rounds - have)
        for trials in visits[:take]:
            kept += trials
        disturbed += len(visits[:take])
        discarded += len(visits[take:])
    return {"visits_discarded": discarded, "visits_disturbed": disturbed}


def add_rounds(parser, rounds, patience=60):
    """The options of interleave."""
    parser.add_argument("--rounds", type=int, default=rounds, help=f"({rounds})")
    parser.add_argument("--patience", type=float, default=patience,
                        help="seconds that may go into waiting for a quiet machine and runs made "
                        f"again; 0: take what comes ({patience})")
    parser.add_argument("--within", type=float, default=0,
                        help="seconds after which no visit begins; 0: no limit (0)")


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for chunk in iter(lambda: f.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def medians(trials, point, keys):
    """Of each key that trials at the point have a number for."""
    rows = [t for t in trials if t["point"] == point]
    found = {k: [r[k] for r in rows if r.get(k) is not None] for k in keys}
    return {k: statistics.median(v) for k, v in found.items() if v}


def environment(generator):
    def first(path, pattern):
        with open(path) as f:
            found = re.search(pattern, f.read(), re.M)
        return found.group(1) if found else ""

    def version(*command):
        try:
            text = subprocess.run(command, capture_output=True, text=True, check=False)
            return (text.stdout + text.stderr).strip().splitlines()[0]
        except (OSError, IndexError):
            return ""

    with open(f"{HERE}/VERSION") as f:
        own = f.read().strip()
    return {"version": own, "git": version("git", "-C", HERE, "describe", "--always", "--dirty"),
            "cpu": first("/proc/cpuinfo", r"^model name\s*: (.*)"), "cpus": os.cpu_count(),
            "microcode": first("/proc/cpuinfo", r"^microcode\s*: (.*)"),
            "kernel": platform.release(), "machine": platform.machine(),
            "knot": version("knotd", "--version"), "nsd": version("nsd", "-v"),
            "bind": version("named", "-v"), "unbound": version("unbound", "-V"),
            "dnsdist": version("dnsdist", "--version"), "pdns": version("pdns_server", "--version"),
            "dpdk": version("pkg-config", "--modversion", "libdpdk"),
            "generator": generator, "command": sys.argv}


def write_record(directory, scenario, label, **parts):
    """Leaves a record of schema cordon-bench/1 and its trials as CSV; returns its path."""
    now = datetime.datetime.utcnow()
    record = {"schema": "cordon-bench/1", "scenario": scenario, "label": label,
              "ended": now.strftime("%FT%TZ"), **parts}
    os.makedirs(directory, exist_ok=True)
    path = f"{directory}/{scenario}-{label}-{now:%Y%m%dT%H%M%SZ}.json"
    with open(path, "w") as f:
        json.dump(record, f, indent=1)
    trials = record.get("trials", [])
    columns = list(dict.fromkeys(k for t in trials for k, v in t.items() if not isinstance(v, dict)))
    with open(path[:-len("json")] + "csv", "w", newline="") as f:
        rows = csv.DictWriter(f, columns, extrasaction="ignore")
        rows.writeheader()
        rows.writerows(trials)
    print(path, file=sys.stderr)
    return path


def table(head, rows, keys):
    """Prints one line for each of rows, a dictionary of dictionaries."""
    print(f"{head:28}" + "".join(f"{k:>17}" for k in keys))
    for name, facts in rows.items():
        print(f"{name:28}" + "".join(
            f"{facts[k]:17.2f}" if facts.get(k) is not None else f"{'-':>17}" for k in keys))
