#!/usr/bin/env python3
"""Answers a file of jobs on a Spark cluster: the lines of each partition go through `rumma decode MODEL --jobs -`.

    spark-submit decode.py MODEL IN.jsonl OUT.jsonl [--partitions N] [--rumma PATH] [-- options of rumma decode]

Every line needs an id of its own (`id` or `custom_id`). OUT has one result a line, sorted by bytes, as `LC_ALL=C sort` does.
"""

import argparse
import json
import os
import shlex
import sys

from pyspark.sql import SparkSession

PIPE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pipe.sh")


def id_of(line):
    """The id of a line of jobs, as JSON; "null" without one."""
    try:
        job = json.loads(line)
        return json.dumps(job.get("id", job.get("custom_id")))
    except (ValueError, AttributeError):
        return "null"


def read_jobs(path):
    """The lines of a file, which must have ids of their own: a default would be the number in the partition, not in the file."""
    with open(path, encoding="utf-8-sig") as file:
        lines = [line.strip() for line in file if line.strip()]
    ids = set()
    for line in lines:
        id = id_of(line)
        if id == "null" or id in ids:
            sys.exit(f"{path}: this line needs an id of its own: {line[:80]}")
        ids.add(id)
    return lines


def run(spark, model, lines, partitions, rumma="rumma", options=()):
    """The results of all lines, sorted."""
    # The text of the script goes with the task, so that hosts need only rumma.
    with open(PIPE, encoding="utf-8") as file:
        command = shlex.join(["sh", "-c", file.read(), "pipe.sh", model, *options])
    # Without checkCode, the results of a process that died would be missing silently.
    answered = spark.sparkContext.parallelize(lines, partitions).pipe(
        command, env={"PATH": os.environ["PATH"], "RUMMA": rumma}, checkCode=True
    )
    return sorted(answered.collect(), key=str.encode)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a path that every host has, or `storyteller`")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--partitions", type=int, default=1, help="parts that are answered and repeated on their own")
    parser.add_argument("--rumma", default="rumma", help="the binary, on every host")
    parser.add_argument("options", nargs="*", help="options of `rumma decode`, after --")
    args = parser.parse_args()
    lines = read_jobs(args.input)
    spark = SparkSession.builder.appName("rumma").getOrCreate()
    results = run(spark, args.model, lines, args.partitions, args.rumma, args.options)
    spark.stop()
    with open(args.output, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(result + "\n" for result in results)
    print(f"{len(lines)} lines, {len(results)} results in {args.output}")
    return 0 if len(results) == len(lines) else 1


if __name__ == "__main__":
    sys.exit(main())
