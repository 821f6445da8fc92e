#!/usr/bin/env python3
"""Runs decode.py on three nodes on this machine, kills one in the middle, later a process of rumma on another, and compares
with one process.

    RUMMA=/path/of/rumma test_cluster.py MODEL IN.jsonl [options of rumma decode]

The run must be long enough to be interrupted: some seconds. `--isa scalar` makes it slower without changing a result.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

import ray
from ray.cluster_utils import Cluster

import decode

NODE = {"num_cpus": 2, "object_store_memory": 100 << 20}


def ancestors(pid):
    """The processes from which a process descends."""
    while pid > 1:
        yield pid
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            pid = int(file.read().rpartition(")")[2].split()[1])


def busy(nodes, rumma):
    """The nodes on which rumma runs, and the ids of its processes."""
    program = os.path.realpath(shutil.which(rumma))
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/exe") == program:
                above = set(ancestors(int(pid)))
                found += [(n, int(pid)) for n in nodes if n.all_processes["raylet"][0].process.pid in above]
        except OSError:
            pass  # It ended, or is another user's.
    return found


def main():
    model, path, *options = sys.argv[1:]
    rumma = os.environ.get("RUMMA", "rumma")
    lines = decode.read_jobs(path)
    directory = tempfile.mkdtemp()
    reference, output = os.path.join(directory, "reference.jsonl"), os.path.join(directory, "ray.jsonl")
    command = [rumma, "decode", model, "--jobs", path, "--out", reference, "--quiet", *options]
    subprocess.run(command, stderr=subprocess.DEVNULL)  # The exit code is 1 if a line is wrong.

    # The head has no processor, so that all actors are on the three nodes.
    os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(__file__))
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": 100 << 20})
    nodes = [cluster.add_node(**NODE) for _ in range(3)]
    cluster.wait_for_nodes()
    ray.init(address=cluster.address, log_to_driver=False)
    results = []
    for result in decode.answers(model, lines, nodes=3, parallel=4, rumma=rumma, options=options):
        results.append(result)
        if len(results) == len(lines) // 6:
            used = busy(nodes, rumma)
            cluster.remove_node(used[0][0], allow_graceful=False)
            nodes.remove(used[0][0])
            print(f"one of {len(used)} busy nodes killed after {len(results)} of {len(lines)} results")
        if len(results) == len(lines) // 3:
            os.kill(busy(nodes, rumma)[0][1], signal.SIGKILL)
            print(f"a process of rumma killed after {len(results)} of {len(lines)} results")
    with open(output, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(result + "\n" for result in decode.in_order(results))
    ray.shutdown()
    cluster.shutdown()
    check = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "check.py")
    return subprocess.run([sys.executable, check, path, output, "--equal", reference]).returncode


if __name__ == "__main__":
    sys.exit(main())
