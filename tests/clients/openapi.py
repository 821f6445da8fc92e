#!/usr/bin/env python3
"""schemathesis against the OpenAPI file that `rumma serve` ships: see README.md. Further arguments go to `schemathesis run`."""
import importlib.util
import os
import subprocess
import sys

from common import Report, Server, Skip, equal, expect

# What a schema cannot say is refused as well: token ids that the vocabulary does not have (its size is that of the model), arguments
# of calls that are no JSON text, a conversation that the chat template refuses, a prompt that the context does not hold.
EXCLUDED = "positive_data_acceptance"


def main():
    report = Report()
    # A short context keeps the longest answers short.
    with Server(None, "--context", "128", "--tokens", "8", "--queue", "1000") as server:
        with report.check("schemathesis", "all checks against /openapi.json"):
            if importlib.util.find_spec("schemathesis") is None:
                raise Skip("the Python package schemathesis is missing")
            command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json", "--request-timeout", "60",
                       "--seed", "19", "--max-response-time", "30", "--exclude-checks", EXCLUDED, *sys.argv[1:]]
            code = subprocess.run(command, env={**os.environ, "NO_PROXY": "*"}).returncode
            equal(code, 0, "exit code of schemathesis")
        with report.check("schemathesis", "no answer of 5xx, nothing runs, no panic, ends by SIGTERM"):
            metrics = server.wait_until_idle()
            equal(metrics['rumma_http_responses_total{code="5xx"}'], 0)
            equal(metrics['rumma_kv_blocks{state="used"}'], 0)
            code, _ = server.stop()
            expect(code in (0, 143) and "panic" not in server.log(), f"exit code {code}: {server.log()[-1000:]}")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
