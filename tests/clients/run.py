#!/usr/bin/env python3
"""Runs real clients of OpenAI's API against `rumma serve`: see README.md."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# litellm would ask a host for prices, others for telemetry.
os.environ.update(LITELLM_LOCAL_MODEL_COST_MAP="True", LANGCHAIN_TRACING_V2="false", NO_PROXY="*", no_proxy="*")

import check_openai
import check_others
from common import REAL_MODEL, Report, Server


def main():
    report = Report()
    with Server() as server:
        real = Server(REAL_MODEL) if REAL_MODEL else None
        try:
            check_openai.run(report, server, real)
            check_others.run(report, server, real)
        finally:
            if real:
                real.stop()
        for each in filter(None, (server, real)):
            with report.check("server", f"{each.name}: no panic, ends by SIGTERM"):
                code, _ = each.stop()
                if code not in (0, 143) or "panic" in each.log():
                    raise AssertionError(f"exit code {code}: {each.log()[-2000:]}")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
