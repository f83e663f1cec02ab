"""What the scripts that compare programs share: commands, progress, the record they leave."""
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(*command, **more):
    return subprocess.run(command, check=True, text=True, **more)


def output(*command, **more):
    return run(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more).stdout


def say(text):
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + text)
        sys.stderr.flush()


def medians(trials, point, keys):
    rows = [t for t in trials if t["point"] == point]
    return {k: statistics.median(r[k] for r in rows) for k in keys} if rows else {}


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
    """Leaves a record of schema cordon-bench/1 and returns its path."""
    now = datetime.datetime.utcnow()
    record = {"schema": "cordon-bench/1", "scenario": scenario, "label": label,
              "ended": now.strftime("%FT%TZ"), **parts}
    os.makedirs(directory, exist_ok=True)
    path = f"{directory}/{scenario}-{label}-{now:%Y%m%dT%H%M%SZ}.json"
    with open(path, "w") as f:
        json.dump(record, f, indent=1)
    return path


def table(head, rows, keys):
    """Prints one line for each of rows, a dictionary of dictionaries."""
    print(f"{head:28}" + "".join(f"{k:>17}" for k in keys))
    for name, facts in rows.items():
        print(f"{name:28}" + "".join(
            f"{facts[k]:17.2f}" if facts.get(k) is not None else f"{'-':>17}" for k in keys))
