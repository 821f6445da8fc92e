#!/usr/bin/env python3
"""Checks structured output against an outside judge: the Python package `jsonschema`.

Answers one prompt for each of N schemas of JSONSchemaBench in one `rumma decode --jobs` run. Every answer that ends must
parse and validate. Schemas that rumma refuses are listed with the reason.

    git clone https://github.com/guidance-ai/jsonschemabench
    pip install "jsonschema[format]"
    python3 tests/structured/check_schemas.py target/release/rumma MODEL jsonschemabench/maskbench/data [--count 200]

Exit code 0 if every answer that ended is valid and at most --unfinished of them did not end.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

import jsonschema

GROUPS = ["Github_trivial", "Github_easy", "Github_medium", "Github_hard", "Github_ultra", "Glaiveai2K", "JsonSchemaStore",
          "Kubernetes", "Snowplow", "WashingtonPost"]


def choose(corpus, count):
    """Schemas of every group in turn, evenly spread over its files."""
    chosen = []
    for group in GROUPS:
        files = sorted(corpus.glob(group + "---*.json"))
        wanted = min(len(files), -(-count // len(GROUPS)))
        chosen += [files[i * len(files) // wanted] for i in range(wanted)]
    return [(path.stem, json.loads(path.read_text())["schema"]) for path in chosen[:count]]


def line(name, schema, args):
    text = json.dumps(schema)
    about = f"of this JSON schema:\n{text}" if len(text) < 2000 else "of a short example"
    return {
        "id": name,
        "messages": [{"role": "user", "content": f"Write a short JSON value {about}"}],
        "max_tokens": args.tokens,
        "temperature": args.temperature,
        "seed": 1,
        "response_format": {"type": "json_schema", "json_schema": {"name": "schema", "strict": True, "schema": schema}},
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rumma")
    parser.add_argument("model")
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=1000)
    parser.add_argument("--temperature", type=float, default=0.7)
    parser.add_argument("--parallel", type=int, default=16)
    parser.add_argument("--unfinished", type=int, default=0)
    args = parser.parse_args()
    schemas = dict(choose(args.corpus, args.count))
    lines = "".join(json.dumps(line(name, schema, args)) + "\n" for name, schema in schemas.items())
    command = [args.rumma, "decode", args.model, "--jobs", "-", "--quiet", "--parallel", str(args.parallel)]
    run = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=False)
    counts, notes = collections.Counter(), []
    for result in map(json.loads, run.stdout.decode().splitlines()):
        name = result["id"]
        if result["error"]:
            counts["refused"] += 1
            notes.append(f"refused {name}: {result['error']['message']}")
        elif result["finish_reason"] != "stop":
            counts["unfinished"] += 1
            notes.append(f"unfinished {name}: {result['text'][-60:]!r}")
        else:
            try:
                schema = schemas[name]
                validator = jsonschema.validators.validator_for(schema)
                checker = validator.FORMAT_CHECKER
                validator(schema, format_checker=checker).validate(json.loads(result["text"]))
                counts["valid"] += 1
            except (ValueError, jsonschema.ValidationError) as error:
                counts["invalid"] += 1
                notes.append(f"INVALID {name}: {str(error).splitlines()[0]}: {result['text'][:300]!r}")
    print("\n".join(sorted(notes)))
    print(dict(counts), "of", len(schemas))
    missing = len(schemas) - sum(counts.values())
    sys.exit(0 if counts["invalid"] == 0 and missing == 0 and counts["unfinished"] <= args.unfinished else 1)


if __name__ == "__main__":
    main()
