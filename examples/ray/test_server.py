#!/usr/bin/env python3
"""Runs through_server.py against `rumma serve`, which is killed and started again in the middle, and compares the answers with those of
`rumma decode --jobs`.

    RUMMA=/path/of/rumma test_server.py MODEL [options of both]
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time

import ray

import through_server


def jobs():
    """Lines of the Batch API for both endpoints, one of them wrong."""
    for n in range(60):
        settings = {"model": "any", "max_tokens": 20 + 7 * n % 60, "seed": n, "temperature": n % 3 / 2}
        if n % 2:
            url, body = "/v1/completions", {"prompt": "The owl was" + " very" * (n % 9), **settings}
        else:
            url, body = "/v1/chat/completions", {"messages": [{"role": "user", "content": f"Story {n}."}], **settings}
        if n == 20:
            body["stop"] = [" the"]
        if n == 31:
            body["temperature"] = -1
        yield {"custom_id": f"job-{n}", "method": "POST", "url": url, "body": body}


def texts(body):
    """What of an answer does not depend on who gave it."""
    choices = [choice.get("text", choice.get("message", {}).get("content")) for choice in body.get("choices", [])]
    return choices, [choice["finish_reason"] for choice in body.get("choices", [])], body.get("usage")


def main():
    model, *options = sys.argv[1:]
    rumma = os.environ.get("RUMMA", "rumma")
    lines = list(jobs())
    path = os.path.join(tempfile.mkdtemp(), "in.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    run = [rumma, "decode", model, "--jobs", path, "--quiet", *options]
    reference = subprocess.run(run, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.splitlines()
    expected = {result["id"]: result["response"]["body"] for result in map(json.loads, reference)}

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [rumma, "serve", model, "--served-name", "any", "--listen", f"127.0.0.1:{port}", "--quiet", *options]
    server = subprocess.Popen(serve)
    ray.init(num_cpus=2, object_store_memory=100 << 20, include_dashboard=False, log_to_driver=False)
    found = {}
    try:
        for result in through_server.answers(f"http://127.0.0.1:{port}", lines, workers=2):
            result = json.loads(result)
            found[result["id"]] = result["response"]
            if len(found) == 20:
                server.kill()
                server.wait()
                time.sleep(2)
                server = subprocess.Popen(serve)
                print("server killed and started again after 20 results")
    finally:
        server.kill()
        server.wait()
    wrong = [id for id, body in expected.items() if texts(body) != texts(found.get(id, {}))]
    errors = [id for id, body in found.items() if body.get("error")]
    print(f"{len(lines)} lines, {len(found)} answers, {len(errors)} of them errors, {len(wrong)} not equal to decode: {wrong[:5]}")
    return 1 if wrong or len(found) != len(lines) else 0


if __name__ == "__main__":
    sys.exit(main())
