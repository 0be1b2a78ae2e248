"""Run every benchmark: a table on the screen, JSON in the file named by `--output`."""

import argparse
import json
from pathlib import Path

from benchmarks import backend, engine, mirror, service, slow_platform, widget

BENCHMARKS = {
    "engine": engine, "service": service, "slow_platform": slow_platform, "backend": backend,
    "mirror": mirror, "widget": widget,
}  # fmt: skip


def main() -> None:
    """Run them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("benchmarks.json"))
    output: Path = parser.parse_args().output
    measured = {}
    for name, benchmark in BENCHMARKS.items():
        measured[name] = benchmark.measure()
        print(benchmark.table(measured[name]), end="\n\n", flush=True)
    output.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {output}")


main()
