#!/usr/bin/env python3
"""How much of the engine's throughput arrives at 16 HTTP clients, and how long a short prompt waits for a long one.

    REAL_MODEL=DIR python3 throughput.py [--clients 16] [--requests 64] [--tokens 64] [--pairs 3] [--other URL]

The same requests go through `decode --jobs --parallel 16` and through as many clients, in turns, each turn with new prompts, so
that nothing of them is cached. --other measures another server of the same API, such as llama-server, with the same clients.
Run it on a machine that does nothing else.
"""
import argparse
import asyncio
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from common import MODEL, REAL_MODEL, RUMMA, Server

WORDS = ("river mountain engine paper window garden market winter letter doctor silver music orange bridge cloud forest "
         "teacher island morning station picture summer kitchen number village question story animal colour").split()


def prompts(seed, count, words):
    rng = random.Random(seed)
    return [f"{rng.random():.9f} Write about: " + " ".join(rng.choices(WORDS, k=words)) for _ in range(count)]


def bodies(seed, options, model):
    extra = {} if options.other and model is None else {"ignore_eos": True}
    return [{"messages": [{"role": "user", "content": text}], "max_tokens": options.tokens, "temperature": 0, **extra}
            for text in prompts(seed, options.requests, 40)]


def by_jobs(model, requests, parallel):
    """Tokens per second of `decode --jobs`, without loading."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("".join(json.dumps(body) + "\n" for body in requests))
        file.flush()
        command = [RUMMA, "decode", model, "--jobs", file.name, "--parallel", str(parallel)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    tokens = sum(json.loads(line)["usage"]["completion_tokens"] for line in done.stdout.splitlines())
    return tokens / float(re.search(r"Jobs finished: .*duration=([\d.]+)s", done.stderr).group(1))


async def request(host, port, body, first=None):
    """The body of an answer; `first` is called when the first token of a stream has come."""
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 24)
    data = json.dumps(body).encode()
    writer.write(f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
                 f"Connection: close\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise SystemExit(f"{head} {await reader.read()}")
    raw = b""
    while piece := await reader.read(65536):
        raw += piece
        if first and re.search(rb'"content": ?"[^"]', raw):
            first()
            first = None
    writer.close()
    return raw


def by_clients(host, port, requests, clients, stream):
    """Tokens per second at `clients` clients, each of which sends one request after the other."""
    queue, tokens = list(reversed(requests)), 0

    async def client():
        nonlocal tokens
        while queue:
            body = queue.pop()
            if stream:
                body = {**body, "stream": True, "stream_options": {"include_usage": True}}
            raw = await request(host, port, body)
            tokens += int(re.findall(rb'"completion_tokens": ?(\d+)', raw)[-1])

    async def all_clients():
        await asyncio.gather(*(client() for _ in range(clients)))
    start = time.monotonic()
    asyncio.run(all_clients())
    return tokens / (time.monotonic() - start)


def first_token_beside_a_long_prompt(server, seed, long_tokens):
    """Seconds to the first token of a prompt of 20 tokens that comes while a long prompt is read; whether it was still read."""
    def body(text, **options):
        return {"messages": [{"role": "user", "content": text}], "temperature": 0, "stream": True, **options}
    rng = random.Random(seed)
    long = f"{rng.random()} " + " ".join(rng.choices(WORDS, k=long_tokens))
    count = server.post("/tokenize", {"messages": body(long)["messages"]})[1]["count"]
    times = {}

    async def both():
        start = time.monotonic()
        reading = asyncio.create_task(request(server.host, server.port, body(long, max_tokens=1),
                                              lambda: times.update(long=time.monotonic() - start)))
        await asyncio.sleep(1)
        start_short = time.monotonic()
        await request(server.host, server.port, body("Hi", max_tokens=8),
                      lambda: times.update(short=time.monotonic() - start_short))
        await reading
    asyncio.run(both())
    return count, times.get("short"), times.get("long")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=64)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--long", type=int, default=4000)
    parser.add_argument("--other", help="http://HOST:PORT of another server")
    options = parser.parse_args()
    model = REAL_MODEL or MODEL
    rates = {"jobs": [], "clients": [], "streams": [], "other": []}
    with Server(model, "--parallel", str(options.clients)) as server:
        for pair in range(options.pairs):
            rates["jobs"].append(by_jobs(model, bodies(2 * pair, options, model), options.clients))
            for kind, stream in (("clients", False), ("streams", True)):
                requests = bodies(2 * pair + stream, options, model)
                rates[kind].append(by_clients(server.host, server.port, requests, options.clients, stream))
            if options.other:
                address = urlsplit(options.other)
                requests = bodies(2 * pair, options, None)
                rates["other"].append(by_clients(address.hostname, address.port, requests, options.clients, False))
            print({kind: round(values[-1], 1) for kind, values in rates.items() if values}, "tokens/s", flush=True)
        medians = {kind: statistics.median(values) for kind, values in rates.items() if values}
        for kind in ("clients", "streams", "other"):
            if kind in medians:
                print(f"{kind} over jobs: {medians[kind] / medians['jobs']:.3f}")
        if json.loads(server.get("/v1/models"))["data"][0]["max_model_len"] > options.long + 100:
            for seed in range(options.pairs):
                count, short, long = first_token_beside_a_long_prompt(server, seed, options.long)
                print(f"first token of a short prompt after {short:.2f} s, beside a prompt of {count} tokens read in {long:.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
