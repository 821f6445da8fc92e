#!/usr/bin/env python3
"""Sends what no decent client sends to `rumma serve`, byte for byte: wrong HTTP, wrong JSON, wrong hosts and origins.

After each of them the server must answer /health, and none may cause a status of 500, a panic or a hang.
"""
import json
import os
import socket
import sys
import threading
import time

from common import Report, Server, equal, essence, expect

BODY = {"prompt": "Once", "max_tokens": 3, "temperature": 0}
JSON = "Content-Type: application/json\r\n"


class Answer:
    def __init__(self, raw):
        self.raw = raw
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ", 2)
        self.status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
        self.headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}


def send(server, data, seconds=20, close_write=False):
    """Sends bytes (or pieces with pauses) and reads until the server closes the connection or says nothing more."""
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        try:
            for piece in data if isinstance(data, list) else [data]:
                if isinstance(piece, float):
                    time.sleep(piece)
                else:
                    connection.sendall(piece)
            if close_write:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # It refused before all was sent, and its answer may still be there.
        raw, deadline = b"", time.monotonic() + seconds
        while time.monotonic() < deadline:
            connection.settimeout(max(0.05, deadline - time.monotonic()))
            try:
                piece = connection.recv(65536)
            except (TimeoutError, ConnectionResetError):
                break
            if not piece:
                break
            raw += piece
            if is_complete(raw):
                break
        return Answer(raw)


def is_complete(raw):
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        return False
    head = head.lower()
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return False


def post(server, body, path="/v1/completions", headers="", host=None, **options):
    """A request with a body of bytes; the answer is that to a connection that is closed after it."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host or server.host}\r\n{JSON}{headers}Connection: close\r\n"
    return send(server, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, **options)


def get(server, path="/health", headers="", version="HTTP/1.1", host=None, method="GET"):
    host = f"Host: {host or server.host}\r\n"
    return send(server, f"{method} {path} {version}\r\n{host}{headers}Connection: close\r\n\r\n".encode("latin-1"))


def refused(answer, *statuses):
    expect(answer.status in statuses, f"status {answer.status}, expected {statuses}: {answer.raw[:300]}")
    if answer.body and answer.headers.get("content-type", "").startswith("application/json"):
        error = json.loads(answer.body)["error"]
        expect({"message", "type", "param", "code"} <= set(error), f"error {error}")


def framing(server):
    good = json.dumps(BODY).encode()
    length = f"Content-Length: {len(good)}\r\n"
    head = f"POST /v1/completions HTTP/1.1\r\nHost: {server.host}\r\n{JSON}Connection: close\r\n"
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(good[i:i + 5]), good[i:i + 5]) for i in range(0, len(good), 5)) + b"0\r\n\r\n"
    answers = [
        send(server, (head + length).encode() + b"\r\n" + good),
        send(server, (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunked),
        send(server, [(head + length).encode() + b"\r\n", 0.2, good[:7], 0.2, good[7:]]),
        send(server, (head + length + "Expect: 100-continue\r\n").encode() + b"\r\n" + good),
    ]
    texts = []
    for answer in answers:
        raw = answer.raw
        if answer.status == 100:
            answer = Answer(raw.partition(b"\r\n\r\n")[2])
        if answer.status is None:
            continue
        equal(answer.status, 200, raw[:300])
        texts.append(json.loads(answer.body)["choices"][0]["text"])
    equal(len(set(texts)), 1)
    # Two lengths that disagree, and both kinds of framing: a proxy in front may see another end than the server.
    smuggled = good + f"GET /metrics HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode()
    refused(send(server, (head + length + "Content-Length: 3\r\n").encode() + b"\r\n" + smuggled), 400)
    for extra in ("Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n"):
        answer = send(server, (head + length + extra).encode() + b"\r\n" + chunked + smuggled, seconds=5)
        expect(answer.raw.count(b"HTTP/1.1") <= 1, f"two answers: {extra}{answer.raw[:600]}")
        expect(answer.status in (200, 400, 501), f"{extra}{answer.raw[:200]}")
    for wrong in ("-1", "+5", "5 5", "0x10", "1e3", "18446744073709551616", "99999999999999999999999", "a", "", "5,6"):
        refused(send(server, f"{head}Content-Length: {wrong}\r\n\r\n".encode() + good, seconds=5), 400, 411, 413, 415)
    for wrong in (b"zz\r\n", b"-5\r\n", b"ffffffffffffffffffff\r\n", b"5;" + b"x" * 100000 + b"\r\n", b"5\nhello", b"5\r\nhelloXX"):
        answer = send(server, (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + wrong, seconds=5, close_write=True)
        expect(answer.status in (None, 400, 413), f"{wrong[:20]}: {answer.raw[:200]}")


def pipelined(server):
    one = f"GET /v1/models HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode()
    last = f"GET /health HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n\r\n".encode()
    with socket.create_connection((server.host, server.port), timeout=20) as connection:
        connection.sendall(one * 20 + last)
        raw = b""
        while piece := connection.recv(65536):
            raw += piece
    equal(raw.count(b"HTTP/1.1 200"), 21)


def requests(server):
    refused(send(server, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), 400)
    equal(get(server, version="HTTP/1.0").status, 200)
    equal(send(server, b"GET /health HTTP/1.0\r\n\r\n").status in (200, 400), True, "HTTP/1.0 without a host")
    equal(get(server, f"http://{server.host}/health").status, 200)
    refused(get(server, "http://evil.example/health"), 403)
    refused(get(server, "/nothing"), 404)
    refused(get(server, "/v1/models/" + "x" * 5000), 404)
    refused(get(server, "/v1/models/%00%ff%2e%2e"), 400, 404)
    refused(get(server, "/../../etc/passwd"), 404)
    refused(get(server, "//health"), 404)
    refused(get(server, "/v1/completions"), 405)
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        refused(get(server, method=method), 405)
    refused(get(server, "*", method="OPTIONS"), 200, 204, 400, 404, 405)
    refused(get(server, "evil.example:443", method="CONNECT"), 400, 403, 404, 405)
    equal(get(server, method="HEAD").body, b"")
    for wrong in (b"\x00\x01\x02\x03\r\n\r\n", b"GET\r\n\r\n", b"GET /health HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
                  b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /hea\x00lth HTTP/1.1\r\nHost: localhost\r\n\r\n",
                  b"GET /health HTTP/1.1\r\nHost: localhost\r\nX\x00: 1\r\n\r\n",
                  b"GET /health HTTP/1.1\r\nHost: localhost\r\nX : 1\r\nConnection: close\r\n\r\n",
                  b"GET /health HTTP/1.1\r\nHost: localhost\r\n folded: 1\r\nConnection: close\r\n\r\n",
                  b"GET /health HTTP/1.1\nHost: localhost\nConnection: close\n\n" + b"x" * 100):
        answer = send(server, wrong, seconds=3, close_write=True)
        expect(answer.status in (None, 200, 400, 404, 431, 505), f"{wrong[:60]}: {answer.raw[:200]}")
    refused(get(server, headers="".join(f"X-{i}: {i}\r\n" for i in range(2000))), 400, 431)
    refused(get(server, headers=f"X-Long: {'x' * 300000}\r\n"), 400, 431)
    refused(get(server, "/" + "x" * 300000), 400, 404, 414, 431)


def hosts(server):
    for host in ("localhost", f"localhost:{server.port}", "127.0.0.1:1", "[::1]:8080", "LOCALHOST", "localhost.", "a.localhost"):
        equal(get(server, host=host).status, 200, host)
    for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "localhost@evil.example",
                 "evil.example#localhost", "localhost,evil.example", "xn--localhost-", "[::1", "127.0.0.1 evil", "\xff"):
        refused(get(server, host=host), 400, 403)
    answer = send(server, f"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode())
    refused(answer, 400)


def origins(server):
    data = json.dumps(BODY).encode()
    for origin in ("http://evil.example", "null", "http://127.0.0.1.evil.example", "file://", "http://localhost:1"):
        answer = post(server, data, headers=f"Origin: {origin}\r\n", host=f"127.0.0.1:{server.port}")
        refused(answer, 403)
        expect("access-control-allow-origin" not in answer.headers, f"{origin} may read")
    own = post(server, data, headers=f"Origin: http://127.0.0.1:{server.port}\r\n", host=f"127.0.0.1:{server.port}")
    equal(own.status, 200)
    # What a form of another site can send without asking.
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        head = f"POST /v1/completions HTTP/1.1\r\nHost: {server.host}\r\nContent-Type: {content_type}\r\nConnection: close\r\n"
        refused(send(server, f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data), 415)
    answer = get(server, "/v1/completions", "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n",
                 method="OPTIONS")
    expect("access-control-allow-origin" not in answer.headers, "a preflight of another origin is allowed")


def bodies(server):
    def json_with(prompt):
        return b'{"max_tokens": 2, "temperature": 0, "prompt": ' + prompt + b"}"

    wrong = [
        b"", b" ", b"null", b"1", b"[]", b'"text"', b"{", b"{}", b"{]}", b'{"a":}', b'{"prompt": "a",}', b"\xff\xfe{}", b"\x00",
        b'{"prompt": "a"} x', b'{"prompt": "a"}{"prompt": "b"}', b'{"prompt": "a", "prompt": "b"}', b"{'prompt': 'a'}",
        json_with(b'"\xff\xfe"'), json_with(b'"\xed\xa0\x80"'), json_with(b'"\\ud800"'), json_with(b'"\\udc00\\ud800"'),
        json_with(b'"\x01"'), json_with(b'"\\x41"'), json_with(b"NaN"), json_with(b"[1e999]"), json_with(b"[-1]"),
        json_with(b"[1.5]"), json_with(b"[99999999999999999999999]"), json_with(b"[4294967296]"), json_with(b"[4294967295]"),
        json_with(b"[[]]"), json_with(b"[]"), json_with(b"[null]"), json_with(b"[[1], \"a\", {}]"), json_with(b"{}"),
        b'{"prompt": "a", "temperature": NaN}', b'{"prompt": "a", "temperature": Infinity}', b'{"prompt": "a", "temperature": 1e400}',
        b'{"prompt": "a", "temperature": -0.5}', b'{"prompt": "a", "temperature": "1"}', b'{"prompt": "a", "top_p": 2}',
        b'{"prompt": "a", "max_tokens": -1}', b'{"prompt": "a", "max_tokens": 1.5}', b'{"prompt": "a", "max_tokens": 1e30}',
        b'{"prompt": "a", "n": 0}', b'{"prompt": "a", "n": 100000}', b'{"prompt": "a", "seed": -1}', b'{"prompt": "a", "seed": "x"}',
        b'{"prompt": "a", "stop": [1]}', b'{"prompt": "a", "stop": ""}', b'{"prompt": "a", "logprobs": 10000}',
        b'{"prompt": "a", "stream": "yes"}', b'{"prompt": "a", "logit_bias": {"x": 1}}', b'{"prompt": "a", "logit_bias": {"1": 1e9}}',
        b'{"prompt": "a", "logit_bias": [1]}', b'{"prompt": "a", "stream_options": {"include_usage": true}}',
        json_with(b"[" * 100000), json_with(b"[" * 100000 + b"]" * 100000), b'{"a":' * 50000 + b"1" + b"}" * 50000,
        b'{"prompt": "' + b"a b " * 300000 + b'"}', json.dumps({"prompt": ["a"] * 5000}).encode(),
        json.dumps({"prompt": "a", **{f"key{i}": i for i in range(10000)}}).encode(),
        json.dumps({"prompt": "a", "stop": ["x" * i for i in range(1, 2000)]}).encode(),
        b'{"messages": []}',
    ]
    for data in wrong:
        try:
            refused(post(server, data), 400, 413)
        except AssertionError as error:
            raise AssertionError(f"{data[:90]!r}: {error}") from None
    for messages in ("[]", "{}", "[1]", '[{"role": "user"}]', '[{"role": 1, "content": "a"}]', '[{"content": "a"}]',
                     '[{"role": "user", "content": 5}]', '[{"role": "user", "content": [{"type": "image_url"}]}]',
                     '[{"role": "user", "content": [{"type": "text"}]}]', '[{"role": "wizard", "content": "a"}]',
                     '[{"role": "user", "content": "a", "extra": 1}]'):
        data = f'{{"max_tokens": 2, "messages": {messages}}}'.encode()
        answer = post(server, data, "/v1/chat/completions")
        if "wizard" not in messages and "extra" not in messages:
            refused(answer, 400)
        else:
            expect(answer.status in (200, 400), f"{messages}: {answer.raw[:200]}")
    for data in (json_with(b'"\\u0000"'), json_with('"\U0001f98a \u202e \ufeff"'.encode()), json_with(b'"\\ud83e\\udd8a"'),
                 b'{"prompt": "a", "max_tokens": 2, "model": null, "user": "x", "stop": null}'):
        answer = post(server, data)
        equal(answer.status, 200, f"{data[:80]!r} {answer.raw[:300]}")
        answer.body.decode("utf-8")
    answer = post(server, json_with(b'"\\ud83e\\udd8a"'))
    equal(essence(json.loads(answer.body)), essence(json.loads(post(server, json_with('"🦊"'.encode())).body)))


def oversized(server):
    limit = 1 << 20
    with Server(None, "--body-limit", "1M") as small:
        refused(post(small, b'{"prompt": "' + b"a" * (limit + 100) + b'"}'), 413)
        head = f"POST /v1/completions HTTP/1.1\r\nHost: {small.host}\r\n{JSON}"
        # A length that never comes is refused at once.
        start = time.monotonic()
        refused(send(small, (head + "Content-Length: 1000000000000\r\n\r\n{").encode(), seconds=10), 413)
        expect(time.monotonic() - start < 5, "slow to refuse")
        chunks = b"".join(b"10000\r\n" + b" " * 65536 + b"\r\n" for _ in range(40))
        refused(send(small, (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunks, seconds=10), 413)
        equal(get(small).status, 200)


def slow_senders(server):
    """200 connections that send nothing, or a byte now and then; others are answered meanwhile."""
    slow = []
    for i in range(200):
        connection = socket.create_connection((server.host, server.port), timeout=10)
        if i % 2:
            connection.sendall(f"POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n{JSON}Content-Length: 100\r\n\r\n{{".encode())
        slow.append(connection)
    stop = threading.Event()

    def drip():
        while not stop.wait(0.2):
            for connection in slow[1::2]:
                try:
                    connection.sendall(b" ")
                except OSError:
                    pass
    thread = threading.Thread(target=drip)
    thread.start()
    times = []
    try:
        for _ in range(20):
            start = time.monotonic()
            equal(get(server).status, 200)
            equal(post(server, json.dumps(BODY).encode()).status, 200)
            times.append(time.monotonic() - start)
    finally:
        stop.set()
        thread.join()
        for connection in slow:
            connection.close()
    expect(max(times) < 5, f"an answer took {max(times):.1f} s")


CHECKS = [("framing and smuggling", framing), ("pipelining", pipelined), ("requests and headers", requests), ("hosts", hosts),
          ("origins and types that forms can send", origins), ("JSON", bodies), ("oversized bodies", oversized),
          ("slow senders", slow_senders)]


def main():
    report = Report()
    with Server() as server:
        before = server.open_files()
        for name, function in CHECKS:
            with report.check("abuse", name):
                function(server)
            with report.check("abuse", f"after {name}: healthy, no answer of 5xx"):
                equal(get(server).status, 200)
                equal(server.metrics()['rumma_http_responses_total{code="5xx"}'], 0)
        with report.check("abuse", "connections are closed, nothing runs, no panic, ends by SIGTERM"):
            metrics = server.wait_until_idle()
            equal(metrics['rumma_kv_blocks{state="used"}'], 0)
            time.sleep(0.5)
            expect(server.open_files() <= before + 2, f"{before} open files before, {server.open_files()} after")
            code, _ = server.stop()
            expect(code in (0, 143) and "panic" not in server.log(), f"exit code {code}: {server.log()[-1000:]}")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
