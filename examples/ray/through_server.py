#!/usr/bin/env python3
"""Sends lines of OpenAI's Batch API to `rumma serve` with Ray Data's HttpRequestProcessor.

    through_server.py http://HOST:PORT IN.jsonl OUT.jsonl [--workers N] [--key KEY]

A line is {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {...}}. OUT has a line for each, sorted by bytes:
the answer without its `id` and its time, which are others each time.
"""

import argparse
import json
import sys

import ray
from ray.data.llm import HttpRequestProcessorConfig, build_processor


def result_of(row):
    answer = row["http_response"]
    error = answer.get("error")
    # Keys that another answer of the block has are null here.
    body = {key: value for key, value in answer.items() if key not in ("id", "created") and value is not None}
    result = {"id": row["id"], "system_fingerprint": answer.get("system_fingerprint"), "response": body, "error": error}
    return {"result": json.dumps(result, ensure_ascii=False, separators=(",", ":"), default=lambda array: array.tolist())}


def answers(server, jobs, workers=4, key=None):
    """Yields the results of all lines, in any order."""
    for url in sorted({job["url"] for job in jobs}):
        config = HttpRequestProcessorConfig(
            url=server.rstrip("/") + url,
            headers={"Authorization": f"Bearer {key}"} if key else None,
            # A worker sends some requests at the same time, each as a batch of its own.
            batch_size=1,
            concurrency=workers,
            http_request_stage={"num_cpus": 0.1},
            # If the server is full (429), loads its model (503) or restarts: after 1, 2, 4, ... seconds, 8 minutes in all.
            max_retries=8,
        )
        chosen = [job for job in jobs if job["url"] == url]
        # The rows of a block have the same keys. null is what a server takes for an absent key.
        keys = sorted({key for job in chosen for key in job["body"]})
        rows = [{"id": job["custom_id"], "payload": {key: job["body"].get(key) for key in keys}} for job in chosen]
        processor = build_processor(config, preprocess=lambda row: row, postprocess=result_of)
        dataset = processor(ray.data.from_items(rows, override_num_blocks=min(len(rows), 8 * workers)))
        for row in dataset.iter_rows():
            yield row["result"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", help="address, such as http://127.0.0.1:8080")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--workers", type=int, default=4, help="actors that send requests (default 4)")
    parser.add_argument("--key", help="a key of the server's --api-key-file")
    args = parser.parse_args()
    with open(args.input, encoding="utf-8-sig") as file:
        jobs = [json.loads(line) for line in file if line.strip()]
    if len({job["custom_id"] for job in jobs}) < len(jobs):
        sys.exit(f"{args.input}: every line needs a custom_id of its own")
    results = sorted(set(answers(args.server, jobs, args.workers, args.key)), key=str.encode)
    with open(args.output, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(result + "\n" for result in results)
    print(f"{len(jobs)} lines, {len(results)} results in {args.output}")
    return 0 if len(results) == len(jobs) else 1


if __name__ == "__main__":
    sys.exit(main())
