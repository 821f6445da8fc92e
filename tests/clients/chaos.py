#!/usr/bin/env python3
"""Mixed requests of well and badly behaved clients at the same time, in rounds; then everything must be as before.

    python3 chaos.py [--seed 0] [--requests 1000] [--connections 50] [--rounds 3]

Every complete answer must equal that of `rumma decode --jobs` to the same request; afterwards every KV block must be back,
nothing may run or wait, and memory, threads and open files must not have grown from the second round to the last.
/health must answer within a second all the time.
"""
import argparse
import asyncio
import json
import random
import sys
import time

from common import Report, Server, equal, essence, expect, jobs

CHAT, TEXT = "/v1/chat/completions", "/v1/completions"
SCHEMA = {"type": "json_schema", "json_schema": {"name": "fox", "schema": {
    "type": "object", "properties": {"name": {"type": "string", "maxLength": 12}, "tame": {"type": "boolean"}},
    "required": ["name", "tame"], "additionalProperties": False}}}
WORDS = "Once upon a time there was a little fox who lived in the big wood with her friend the owl and".split()


class Broken(Exception):
    """The connection ended before the answer did."""


class Connection:
    """HTTP/1.1 on a connection that is kept open."""

    def __init__(self, server):
        self.server = server
        self.reader = self.writer = None

    async def open(self):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.server.host, self.server.port, limit=1 << 24)

    def close(self):
        if self.writer is not None:
            self.writer.transport.abort()
            self.reader = self.writer = None

    def head(self, method, path, framing):
        return (f"{method} {path} HTTP/1.1\r\nHost: {self.server.host}\r\nContent-Type: application/json\r\n"
                f"{framing}\r\n").encode()

    async def send(self, method, path, body, chunked=False, split=None):
        await self.open()
        if chunked:
            pieces = [b"%x\r\n%s\r\n" % (len(body[i:i + 100]), body[i:i + 100]) for i in range(0, len(body), 100)]
            data = self.head(method, path, "Transfer-Encoding: chunked\r\n") + b"".join(pieces) + b"0\r\n\r\n"
        else:
            framing = f"Content-Length: {len(body)}\r\n" if body else ""
            data = self.head(method, path, framing) + body
        if split:
            self.writer.write(data[:split])
            await self.writer.drain()
            await asyncio.sleep(0.02)
            data = data[split:]
        self.writer.write(data)
        await self.writer.drain()

    async def receive_head(self):
        try:
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Broken(str(error)) from None
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        return int(head[0].split(" ")[1]), headers

    async def pieces(self, headers):
        """The pieces of a body, as they come."""
        try:
            if headers.get("transfer-encoding") == "chunked":
                while size := int((await self.reader.readuntil(b"\r\n")).strip(), 16):
                    yield (await self.reader.readexactly(size + 2))[:-2]
                await self.reader.readexactly(2)
            else:
                yield await self.reader.readexactly(int(headers.get("content-length", 0)))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Broken(str(error)) from None

    async def receive(self, pause=0.0):
        status, headers = await self.receive_head()
        body = b""
        async for piece in self.pieces(headers):
            body += piece
            if pause:
                await asyncio.sleep(pause)
        if headers.get("connection") == "close":
            self.close()
        return status, headers, body


def random_request(rng, model):
    """A request that `decode --jobs` can answer too."""
    text = " ".join(rng.choices(WORDS, k=rng.choice([1, 5, 20, 60])))
    body = {"model": model, "max_tokens": rng.choice([1, 2, 8, 30]), "seed": rng.randrange(5)}
    body |= rng.choice([{"temperature": 0}, {"temperature": 0.8}, {"temperature": 1.2, "top_k": 20}, {"top_p": 0.7},
                        {"temperature": 1, "min_p": 0.05, "repetition_penalty": 1.1}])
    body |= rng.choice([{}, {}, {"n": 3}, {"stop": [" the", "."]}, {"presence_penalty": 0.5}])
    body |= rng.choice([{}, {}, {}, {"logit_bias": {"260": -100, "500": 3}}])
    if rng.random() < 0.5:
        body |= rng.choice([{}, {}, {}, {"response_format": SCHEMA}])
        body |= {"messages": [{"role": "user", "content": text}]}
        body |= rng.choice([{}, {"logprobs": True, "top_logprobs": 2}])
        return CHAT, body
    ids = [rng.randrange(3, 500) for _ in range(rng.choice([1, 10, 80]))]
    body |= {"prompt": rng.choice([text, ids, [text, "Once"], [ids, [7]]])}
    body |= rng.choice([{}, {"logprobs": 1}])
    return TEXT, body


def whole_of_stream(path, data):
    """The answers of a stream: texts, reasons and tokens of log-probabilities by index, and the usage."""
    lines = [line[6:] for line in data.decode().split("\n") if line.startswith("data: ")]
    expect(lines and lines[-1] == "[DONE]", f"the stream does not end: {lines[-1:]}")
    choices, usage = {}, None
    for chunk in map(json.loads, lines[:-1]):
        expect("error" not in chunk, f"an error in a stream: {chunk}")
        usage = chunk.get("usage") or usage
        for choice in chunk["choices"]:
            mine = choices.setdefault(choice["index"], {"text": "", "reason": None, "logprobs": []})
            mine["text"] += (choice["delta"].get("content") or "") if path == CHAT else choice["text"]
            expect(mine["reason"] is None, "a chunk after the last one")
            mine["reason"] = choice["finish_reason"]
            logprobs = choice.get("logprobs") or {}
            mine["logprobs"] += (logprobs.get("content") if path == CHAT else logprobs.get("token_logprobs")) or []
    return choices, usage


def check_stream(path, data, expected):
    choices, usage = whole_of_stream(path, data)
    equal(len(choices), len(expected["choices"]), "choices of a stream")
    for choice in expected["choices"]:
        found = choices[choice["index"]]
        text = choice["message"]["content"] if path == CHAT else choice["text"]
        equal((found["text"], found["reason"]), (text or "", choice["finish_reason"]), "stream")
        logprobs = choice["logprobs"] or {}
        equal(found["logprobs"], (logprobs.get("content") if path == CHAT else logprobs.get("token_logprobs")) or [])
    if usage:
        equal(usage["total_tokens"], expected["usage"]["total_tokens"], "usage of a stream")


class Chaos:
    def __init__(self, server, seed, plans):
        self.server, self.seed, self.plans = server, seed, plans
        self.longest = json.loads(server.get("/v1/models"))["data"][0]["max_model_len"] - 110
        self.health = []

    async def one(self, connection, rng, plan):
        kind, path, body, expected = plan
        data = json.dumps(body).encode() if body is not None else b""
        heavy = {"prompt": [list(range(3, 400)) * 8] * 4, "max_tokens": 100, "ignore_eos": True, "n": 2}
        heavy["prompt"] = [ids[:self.longest] for ids in heavy["prompt"]]
        if kind in ("whole", "slow reader", "chunked"):
            await connection.send("POST", path, data, chunked=kind == "chunked",
                                  split=rng.randrange(1, 200) if rng.random() < 0.3 else None)
            status, _, answer = await connection.receive(0.02 if kind == "slow reader" else 0.0)
            if status != 429:
                equal(status, 200, answer[:300])
                equal(essence(json.loads(answer)), essence(expected), f"{path} {data[:300]}")
            return status
        if kind == "stream":
            options = {"stream": True, **rng.choice([{}, {"stream_options": {"include_usage": True}}])}
            await connection.send("POST", path, json.dumps({**body, **options}).encode())
            status, _, answer = await connection.receive(rng.choice([0.0, 0.0, 0.01]))
            if status != 429:
                equal(status, 200, answer[:300])
                check_stream(path, answer, expected)
            return status
        if kind == "pipelined":
            await connection.send("GET", "/health", b"")
            await connection.send("POST", path, data)
            await connection.send("GET", "/v1/models", b"")
            for wanted in ("health", "answer", "models"):
                status, _, answer = await connection.receive()
                if wanted == "answer" and status == 200:
                    equal(essence(json.loads(answer)), essence(expected), "pipelined")
                expect(status == 200 or (wanted == "answer" and status == 429), f"pipelined {wanted}: {status}")
            return 200
        if kind == "get":
            await connection.send("GET", path, b"")
            status, _, answer = await connection.receive()
            equal(status, 200, path)
            return status
        if kind == "tokenize":
            await connection.send("POST", path, data)
            status, _, answer = await connection.receive()
            equal((status, json.loads(answer)["count"]), (200, len(json.loads(answer)["tokens"])))
            return status
        if kind == "wrong":
            await connection.send(*rng.choice([
                ("POST", path, data[:-3]), ("POST", path, b"\xff" * 50), ("POST", path, b"[" * 10000), ("DELETE", path, b""),
                ("POST", "/nothing", data), ("POST", path, json.dumps({**body, "colour": 1}).encode()),
                ("POST", path, json.dumps({**body, "model": "another"}).encode()), ("POST", path, b"{}"),
                ("POST", TEXT, json.dumps({"prompt": "word " * 50000}).encode()),
                ("POST", CHAT, json.dumps({"messages": [{"role": "user", "content": "a b " * 200000}]}).encode())]))
            status, _, answer = await connection.receive()
            expect(status in (400, 404, 405, 413, 429), f"{status} {answer[:200]}")
            expect(json.loads(answer)["error"]["message"], "no message")
            return status
        # Clients that go away.
        try:
            if kind == "leaves before the body":
                await connection.open()
                connection.writer.write(connection.head("POST", path, f"Content-Length: {len(data)}\r\n"))
            elif kind == "leaves in the body":
                await connection.open()
                connection.writer.write(connection.head("POST", path, f"Content-Length: {len(data)}\r\n") + data[:len(data) // 2])
                await asyncio.sleep(rng.random() * 0.05)
            elif kind == "leaves an answer":
                await connection.send("POST", TEXT, json.dumps(heavy).encode())
                await asyncio.sleep(rng.random() * 0.6)
            elif kind == "leaves a stream":
                await connection.send("POST", TEXT, json.dumps({**heavy, "stream": True}).encode())
                status, headers = await connection.receive_head()
                if status == 200:
                    left = rng.randrange(8)
                    async for _ in connection.pieces(headers):
                        left -= 1
                        if left < 0:
                            break
            elif kind == "reads nothing":
                await connection.send("POST", TEXT, json.dumps({**heavy, "stream": True, "logprobs": 5}).encode())
                await asyncio.sleep(rng.random() * 2)
            await connection.writer.drain()
        except (Broken, ConnectionError):
            pass
        connection.close()
        return kind

    async def client(self, number, queue, failures, statuses):
        rng = random.Random(f"{self.seed} {number}")
        connection = Connection(self.server)
        while queue:
            plan = queue.pop()
            try:
                status = await asyncio.wait_for(self.one(connection, rng, plan), 300)
                statuses[status] = statuses.get(status, 0) + 1
                if status == 429 and plan[0] != "wrong":
                    queue.insert(0, plan)
                    await asyncio.sleep(0.2)
            except Exception as error:
                failures.append(f"{plan[0]}: {type(error).__name__} {str(error)[:600]}")
                connection.close()
            if rng.random() < 0.2:
                connection.close()
        connection.close()

    async def watch_health(self, done):
        connection = Connection(self.server)
        while not done.is_set():
            start = time.monotonic()
            await connection.send("GET", "/health", b"")
            status, _, _ = await connection.receive()
            equal(status, 200, "/health")
            self.health.append(time.monotonic() - start)
            await asyncio.sleep(0.05)
        connection.close()

    async def round(self, connections):
        queue, failures, statuses = list(self.plans), [], {}
        done = asyncio.Event()
        watcher = asyncio.create_task(self.watch_health(done))
        await asyncio.gather(*(self.client(i, queue, failures, statuses) for i in range(connections)))
        done.set()
        await watcher
        print(f"         {statuses}")
        expect(not failures, f"{len(failures)} failures, such as: " + "\n   ".join(failures[:6]))


KINDS = {"whole": 26, "stream": 22, "chunked": 4, "slow reader": 4, "pipelined": 4, "get": 10, "tokenize": 4, "wrong": 8,
         "leaves before the body": 3, "leaves in the body": 3, "leaves an answer": 4, "leaves a stream": 4, "reads nothing": 2}


def plan(rng, count, model):
    """[(kind, path, body, expected answer)]"""
    requests = [random_request(rng, model) for _ in range(120)]
    expected = jobs(requests)
    plans = []
    for kind in rng.choices(list(KINDS), list(KINDS.values()), k=count):
        index = rng.randrange(len(requests))
        (path, body), answer = requests[index], expected[index]
        if kind == "get":
            path, body = rng.choice(["/health", "/metrics", "/v1/models", f"/v1/models/{model}"]), None
        elif kind == "tokenize":
            path, body = "/tokenize", {"prompt": " ".join(rng.choices(WORDS, k=30))}
        plans.append((kind, path, body, answer))
    return plans


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    report = Report()
    with Server(None, "--grace", "10", "--body-limit", "2M", "--parallel", "8", "--queue", "36", "--kv-memory", "24M") as server:
        chaos = Chaos(server, options.seed, plan(random.Random(options.seed), options.requests, server.name))
        after = []
        for round in range(1, options.rounds + 1):
            with report.check("chaos", f"round {round}: {options.requests} requests, {options.connections} connections"):
                asyncio.run(chaos.round(options.connections))
            with report.check("chaos", f"round {round}: nothing is left, no answer of 5xx"):
                metrics = server.wait_until_idle(120)
                equal([metrics['rumma_kv_blocks{state="used"}'], metrics["rumma_requests_running"],
                       metrics["rumma_requests_waiting"], metrics['rumma_http_responses_total{code="5xx"}']], [0] * 4)
            time.sleep(12)  # Threads that encoded texts end after 10 s.
            after.append((server.status("VmRSS") / 1024, server.status("Threads"), server.open_files()))
        # The first round fills the cache of prefixes and the memory that the allocator keeps.
        (memory, threads, files), (memory2, threads2, files2) = after[min(1, len(after) - 1)], after[-1]
        print("         " + "; ".join(f"{m:.1f} MB, {t} threads, {f} files" for m, t, f in after))
        with report.check("chaos", "memory, threads and open files are as after the second round"):
            expect(memory2 < memory * 1.05 + 4, "memory grows")
            expect(threads2 <= threads, "threads are left")
            expect(files2 <= files, "connections are left")
        with report.check("chaos", f"/health within {max(chaos.health) * 1000:.0f} ms of {len(chaos.health)} times"):
            expect(max(chaos.health) < 1, "slow")
        with report.check("chaos", "ends by SIGTERM within the grace time, no panic"):
            code, seconds = server.stop()
            expect(code in (0, 143) and seconds < 12 and "panic" not in server.log(), f"{code} after {seconds:.1f} s: {server.log()[-1000:]}")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
