#!/usr/bin/env python3
"""Runs decode.py in Spark's local mode, kills one process of rumma in the middle, and compares with one process.

    RUMMA=/path/of/rumma test_local.py MODEL IN.jsonl [options of rumma decode]

The run must be long enough to be interrupted: some seconds. `--isa scalar` makes it slower without changing a result.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from pyspark.sql import SparkSession

import decode


def kill_one(rumma, killed):
    """Kills the first process of rumma that has written a few results."""
    program = os.path.realpath(shutil.which(rumma))
    while not killed:
        time.sleep(0.02)
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/exe") == program and is_ours(int(pid)) and written(pid) > 2000:
                    os.kill(int(pid), signal.SIGKILL)
                    killed.append(pid)
                    return
            except OSError:
                pass  # It ended, or is another user's.


def written(pid):
    """The bytes that a process has written."""
    with open(f"/proc/{pid}/io", encoding="ascii") as file:
        return int(dict(line.split(": ") for line in file)["wchar"])


def is_ours(pid):
    """Whether a process descends from this one."""
    while pid > 1:
        if pid == os.getpid():
            return True
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            pid = int(file.read().rpartition(")")[2].split()[1])
    return False


def main():
    model, path, *options = sys.argv[1:]
    rumma = os.environ.get("RUMMA", "rumma")
    lines = decode.read_jobs(path)
    directory = tempfile.mkdtemp()
    reference, output = os.path.join(directory, "reference.jsonl"), os.path.join(directory, "spark.jsonl")
    command = [rumma, "decode", model, "--jobs", path, "--out", reference, "--quiet", *options]
    subprocess.run(command, stderr=subprocess.DEVNULL)  # The exit code is 1 if a line is wrong.

    # Two tasks at the same time, each tried up to four times.
    spark = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    killed = []
    threading.Thread(target=kill_one, args=(rumma, killed), daemon=True).start()
    results = decode.run(spark, model, lines, 6, rumma, options)
    spark.stop()
    print(f"{len(killed)} process killed, while 6 partitions with {len(lines)} lines were answered")
    with open(output, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(result + "\n" for result in results)
    check = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "check.py")
    code = subprocess.run([sys.executable, check, path, output, "--equal", reference]).returncode
    return code if killed else 1


if __name__ == "__main__":
    sys.exit(main())
