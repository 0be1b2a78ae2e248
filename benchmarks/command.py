"""The command line that benchmarks share."""

import argparse
import json
from collections.abc import Callable
from typing import Any

Figures = dict[str, Any]


def command(
    name: str, about: str | None, measure: Callable[[], Figures], table: Callable[[Figures], str]
) -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    parser.add_argument("--json", action="store_true")
    as_json: bool = parser.parse_args().json
    figures = measure()
    print(json.dumps(figures, indent=1) if as_json else table(figures))
