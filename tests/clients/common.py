"""What the scripts of this directory share: a running server, reference answers of `rumma decode --jobs`, a report.

Only the standard library is used here. Environment:

    RUMMA       the program (default: target/release/rumma of this repository)
    MODEL       the model whose forms are tested (default: storyteller)
    REAL_MODEL  a model that understands instructions; without it, what needs one is skipped
"""
import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import traceback
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUMMA = os.environ.get("RUMMA", str(ROOT / "target/release/rumma"))
MODEL = os.environ.get("MODEL", "storyteller")
REAL_MODEL = os.environ.get("REAL_MODEL")
LOADING_SECONDS = 180


class Skip(Exception):
    """What a check needs is not there."""


class Server:
    """A running `rumma serve` on a free port of the loopback address."""

    def __init__(self, model=None, *options):
        self.model = model or MODEL
        self.name = Path(self.model).name
        self.stderr = tempfile.NamedTemporaryFile("w+", prefix="rumma-serve-", suffix=".log")
        command = [RUMMA, "serve", self.model, "--listen", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.stderr)
        self.url = self._wait_until_ready()
        self.host, self.port = self.url.removeprefix("http://").rsplit(":", 1)
        self.port = int(self.port)

    def _wait_until_ready(self):
        deadline = time.monotonic() + LOADING_SECONDS
        while time.monotonic() < deadline:
            found = re.search(r"Listening: (http://\S+)", self.log())
            if found:
                return found.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.process.kill()
        raise SystemExit(f"{RUMMA} serve {self.model} has not started:\n{self.log()}")

    def log(self):
        return Path(self.stderr.name).read_text(errors="replace")

    def metrics(self):
        """The values of /metrics by name, labels included."""
        text = self.get("/metrics")
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, value in lines}

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as response:
            return response.read().decode()

    def post(self, path, body):
        """The status and the JSON of an answer."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=600) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def status(self, key):
        """A number of /proc/PID/status, such as VmRSS (kB) or Threads."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{key}:\s+(\d+)", text, re.M).group(1))

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def wait_until_idle(self, seconds=60):
        """Waits until nothing runs or waits; returns the metrics."""
        deadline = time.monotonic() + seconds
        while True:
            metrics = self.metrics()
            if metrics["rumma_requests_running"] == 0 and metrics["rumma_requests_waiting"] == 0:
                if metrics['rumma_kv_blocks{state="used"}'] == 0 or time.monotonic() > deadline:
                    return metrics
            if time.monotonic() > deadline:
                return metrics
            time.sleep(0.1)

    def stop(self, seconds=60):
        """Sends SIGTERM; returns the exit code and the seconds that it took."""
        start = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        return code, time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.stderr.close()


def jobs(requests, model=None, *options):
    """The bodies that `decode --jobs` gives for [(path, body)], in the same order."""
    with tempfile.TemporaryDirectory() as directory:
        lines = Path(directory) / "in.jsonl"
        out = Path(directory) / "out.jsonl"
        lines.write_text("".join(
            json.dumps({"custom_id": str(i), "method": "POST", "url": path, "body": body}) + "\n"
            for i, (path, body) in enumerate(requests)))
        command = [RUMMA, "decode", model or MODEL, "--jobs", str(lines), "--out", str(out), "--quiet", *options]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise SystemExit(f"decode --jobs failed: {done.stderr}")
        results = [json.loads(line) for line in out.read_text().splitlines()]
    bodies = {int(result["custom_id"]): result["response"]["body"] for result in results}
    return [bodies[i] for i in range(len(requests))]


# What differs between two answers to the same request.
VARYING = ("id", "created", "system_fingerprint", "service_tier")


def essence(body):
    """An answer without its id and time, and without what depends on earlier requests."""
    body = {key: value for key, value in body.items() if key not in VARYING}
    if isinstance(body.get("usage"), dict):
        body["usage"] = {key: body["usage"][key] for key in ("prompt_tokens", "completion_tokens", "total_tokens")}
    for choice in body.get("choices", []):
        for call in (choice.get("message") or {}).get("tool_calls") or []:
            call.pop("id", None)
    return body


class Report:
    """Results of named checks, printed as they come."""

    def __init__(self):
        self.rows = []

    @contextlib.contextmanager
    def check(self, group, name):
        start = time.monotonic()
        try:
            yield
            result, detail = "ok", ""
        except Skip as skip:
            result, detail = "skipped", str(skip)
        except ModuleNotFoundError as error:
            result, detail = "skipped", f"the Python package {error.name} is missing"
        except Exception as error:
            result, detail = "FAILED", f"{type(error).__name__}: {error}"
            if os.environ.get("TRACE"):
                traceback.print_exc()
        self.rows.append((group, name, result, detail))
        print(f"{result:8} {group}: {name} ({time.monotonic() - start:.1f} s) {detail[:2000]}", flush=True)

    def exit_code(self):
        counts = {kind: sum(row[2] == kind for row in self.rows) for kind in ("ok", "skipped", "FAILED")}
        print(f"\n{counts['ok']} passed, {counts['FAILED']} failed, {counts['skipped']} skipped")
        return 1 if counts["FAILED"] else 0


def expect(condition, message="expectation not met"):
    if not condition:
        raise AssertionError(message)


def equal(found, expected, what=""):
    if found != expected:
        raise AssertionError(f"{what}: found {str(found)[:700]}, expected {str(expected)[:700]}")
