#!/usr/bin/env python3
"""Prints jobs for the tests of these examples: make_jobs.py COUNT > IN.jsonl

They differ in prompt, length, sampling and form, and some are wrong, because the error of a line is a result as well.
"""

import json
import sys

BEGINNINGS = ["Once upon a time", "The owl was", "One evening the fox", "There once was a clever boy", "Ned walked to the river and"]


def job(n):
    common = {"max_tokens": 40 + 7 * n % 90, "seed": n, "temperature": n % 3 / 2}
    prompt = BEGINNINGS[n % len(BEGINNINGS)] + " very" * (n % 11)
    if n % 40 == 39:
        return {"id": f"wrong-{n}", "prompt": prompt, "max_tokens": -1}
    if n % 7 == 6:
        return {"id": f"answers-{n}", "prompt": prompt, "n": 2, **common}
    if n % 5 == 4:
        body = {"model": "any", "messages": [{"role": "user", "content": f"Tell me a story: {prompt}."}], **common}
        return {"custom_id": f"batch-{n}", "method": "POST", "url": "/v1/chat/completions", "body": body}
    return {"id": n, "prompt": prompt, **common}


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit("usage: make_jobs.py COUNT > IN.jsonl")
    for n in range(int(sys.argv[1])):
        print(json.dumps(job(n)))
