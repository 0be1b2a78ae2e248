"""Run every benchmark: a table on the screen, JSON in the file named by `--output`."""

import argparse
import json
from pathlib import Path

from benchmarks import engine


def main() -> None:
    """Run them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("benchmarks.json"))
    output: Path = parser.parse_args().output
    measured = {"engine": engine.measure()}
    output.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(engine.table(measured["engine"]))
    print(f"\nWritten to {output}")


main()
