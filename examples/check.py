#!/usr/bin/env python3
"""Checks that results of `rumma decode --jobs`, made by any number of hosts, are complete and equal.

    check.py IN.jsonl RESULTS.jsonl [RESULTS.jsonl ...] [--equal REFERENCE.jsonl]

Complete: every line of IN has its result, none has two, and all results are of the same run (`system_fingerprint`: version,
weights, arithmetic, context, templates and defaults). Equal: the results are those of REFERENCE, byte for byte after sorting,
and with them the hashes of all logits. The exit code is 0 if all of this holds. Errors of lines are counted, and are results too.
"""

import argparse
import json
import sys
from collections import Counter


def id_of(line, number):
    """The id of a line of jobs, as its result repeats it."""
    try:
        job = json.loads(line)
        return json.dumps(job.get("id", job.get("custom_id", f"line-{number}")))
    except (ValueError, AttributeError):
        return json.dumps(f"line-{number}")


def read_lines(path):
    with open(path, "rb") as file:
        return file.read().removeprefix(b"\xef\xbb\xbf").split(b"\n")


def read_results(paths):
    return [line for path in paths for line in read_lines(path) if line.strip()]


def some(words):
    words = list(words)
    return ", ".join(words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")


def differences(results, reference):
    """Which results are not those of the reference, and in which keys."""
    expected = {json.dumps(result["id"]): result for result in map(json.loads, reference)}
    for line in sorted(set(results) - set(reference)):
        result = json.loads(line)
        other = expected.get(json.dumps(result["id"]), {})
        keys = [key for key in result if result[key] != other.get(key)]
        yield f"{json.dumps(result['id'])} in {', '.join(keys) or 'its bytes'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input")
    parser.add_argument("results", nargs="+")
    parser.add_argument("--equal", metavar="REFERENCE")
    args = parser.parse_args()

    expected = Counter(id_of(line, n) for n, line in enumerate(read_lines(args.input)) if line.strip())
    lines = read_results(args.results)
    results = [json.loads(line) for line in lines]
    found = Counter(json.dumps(result["id"]) for result in results)
    fingerprints = sorted({result["system_fingerprint"] for result in results})
    errors = [f"{json.dumps(r['id'])}: {r['error']['message']}" for r in results if r["error"]]
    print(f"{expected.total()} lines, {len(results)} results, {len(errors)} of them errors; of {some(fingerprints)}")

    problems = []
    if missing := expected - found:
        problems.append(f"{missing.total()} lines without a result: {some(missing)}")
    if surplus := found - expected:
        problems.append(f"{surplus.total()} results too many: {some(surplus)}")
    if len(fingerprints) > 1:
        problems.append("the results are of several runs; compare version, weights and options of the hosts")
    if args.equal:
        reference = read_results([args.equal])
        if sorted(lines) == sorted(reference):
            print(f"equal to {args.equal}, byte for byte after sorting")
        else:
            wrong = list(differences(lines, reference))
            problems.append(f"not equal to {args.equal}: {some(wrong) if wrong else 'another number of results'}")
    for message in errors[:5]:
        print(f"error of {message}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
