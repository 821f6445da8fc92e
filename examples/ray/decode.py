#!/usr/bin/env python3
"""Answers a file of jobs on a Ray cluster: one actor a node, each with a `rumma decode MODEL --jobs -` of its own.

    decode.py MODEL IN.jsonl OUT.jsonl [--nodes N] [--parallel N] [--rumma PATH] [-- options of rumma decode]

Every line needs an id of its own (`id` or `custom_id`). OUT has one result a line, sorted by bytes, as `LC_ALL=C sort` does.
"""

import argparse
import json
import subprocess
import sys
import threading

import ray


class ProcessDied(Exception):
    """A process of rumma that ended, or could not answer. Ray tries the lines again, here or on another node."""


class Decoder:
    """An actor: answers batches of lines with one process, which keeps the model loaded."""

    def __init__(self, command):
        self.command = command
        self.process = None

    def __call__(self, batch):
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        lines = list(batch["line"])
        # Lines are written while results are read: neither pipe can hold all of them.
        writer = threading.Thread(target=self.write, args=(lines,))
        writer.start()
        # Results come in the order in which they are finished. Each repeats the id of its line.
        results = [self.process.stdout.readline() for _ in lines]
        writer.join()
        if not all(result.endswith(b"\n") for result in results):
            raise ProcessDied(f"rumma ended with code {self.process.wait()}")
        if any(is_fault_of_the_host(result) for result in results):
            raise ProcessDied("this host cannot answer a line that another may answer")
        return {"result": [result.rstrip(b"\n").decode() for result in results]}

    def write(self, lines):
        try:
            self.process.stdin.write("".join(line + "\n" for line in lines).encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # The missing results say so.

    def __del__(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def is_fault_of_the_host(result):
    error = json.loads(result)["error"]
    return error is not None and error["type"] == "server_error"


def id_of(line):
    """The id of a line of jobs, as JSON; "null" without one."""
    try:
        job = json.loads(line)
        return json.dumps(job.get("id", job.get("custom_id")))
    except (ValueError, AttributeError):
        return "null"


def read_jobs(path):
    """The lines of a file, which must have ids of their own: a default would be the number in the batch, not in the file."""
    with open(path, encoding="utf-8-sig") as file:
        lines = [line.strip() for line in file if line.strip()]
    ids = set()
    for line in lines:
        id = id_of(line)
        if id == "null" or id in ids:
            sys.exit(f"{path}: this line needs an id of its own: {line[:80]}")
        ids.add(id)
    return lines


def answers(model, lines, nodes, parallel=16, rumma="rumma", options=()):
    """Yields the results of all lines, in any order."""
    context = ray.data.DataContext.get_current()
    context.actor_task_retry_on_errors = [ProcessDied]
    command = [rumma, "decode", model, "--jobs", "-", "--parallel", str(parallel), "--quiet", *options]
    # Batches of several times what is answered together, because each waits for its last line; but several for each actor.
    batch = max(1, min(8 * parallel, len(lines) // (8 * nodes)))
    dataset = ray.data.from_items([{"line": line} for line in lines], override_num_blocks=-(-len(lines) // batch))
    answered = dataset.map_batches(
        Decoder,
        fn_constructor_args=(command,),
        batch_size=None,
        compute=ray.data.ActorPoolStrategy(size=nodes, max_tasks_in_flight_per_actor=2),
        # One actor on each node as long as there are enough nodes. An actor whose node was lost needs a CPU of another one.
        num_cpus=1,
        scheduling_strategy="SPREAD",
        max_restarts=-1,
        max_task_retries=-1,
    )
    for row in answered.iter_rows():
        yield row["result"]


def in_order(results):
    """The results sorted by bytes. Those of a batch that was answered twice are equal, and are kept once."""
    return sorted(set(results), key=str.encode)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a path that every node has, or `storyteller`")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--nodes", type=int, default=1, help="number of actors (default 1)")
    parser.add_argument("--parallel", type=int, default=16, help="lines that an actor answers at the same time")
    parser.add_argument("--rumma", default="rumma", help="the binary, on every node")
    parser.add_argument("options", nargs="*", help="options of `rumma decode`, after --")
    args = parser.parse_args()
    lines = read_jobs(args.input)
    results = in_order(answers(args.model, lines, args.nodes, args.parallel, args.rumma, args.options))
    with open(args.output, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(result + "\n" for result in results)
    print(f"{len(lines)} lines, {len(results)} results in {args.output}")
    return 0 if len(results) == len(lines) else 1


if __name__ == "__main__":
    sys.exit(main())
