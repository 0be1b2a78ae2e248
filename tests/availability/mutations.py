"""Break each rule on purpose, and see a test fail: `python -m tests.availability.mutations`.

A test that never fails proves nothing. Each break is one replacement in a copy of the engine; the
tests named with it are run on the copy. Prints which test caught which break, and exits with 1 when
one survives. `RULE` as an argument tries the breaks of these rules only.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COPIED = ("widget_server", "tests/availability", "tests/cli", "tests/scenarios")
WORKERS = 2
TESTS = {
    "scenarios": "tests/cli/test_slots.py::test_the_scenario_holds",
    "broken": "tests/cli/test_broken_scenarios.py",
    "assign": "tests/availability/test_assign.py",
}


class Break(NamedTuple):
    """`old` becomes `new` in a file of the engine, and one of the tests should fail."""

    rule: int
    file: str
    tests: str
    what: str
    old: str
    new: str


class Outcome(NamedTuple):
    """A break, and the first test that failed; None: it survived."""

    broken: Break
    caught_by: str | None


def breaks() -> list[Break]:
    """Read the list of breaks."""
    text = (Path(__file__).parent / "breaks.txt").read_text(encoding="utf-8")
    _, *entries = text.strip().split("\n\n")
    return [_read(*entry.splitlines()) for entry in entries]


def _read(head: str, *lines: str) -> Break:
    about, _, what = head.partition(": ")
    rule, file, tests = about.split()
    old, new = ("\n".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
    return Break(int(rule), file, TESTS[tests], what, old, new)


def copy_of_the_project(folder: Path) -> Path:
    """Copy what the engine's tests need."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def first_failure(folder: Path, *tests: str) -> str | None:
    """Run tests on a copy; return the first that failed."""
    # The copy comes before the installed package. A file that is changed twice a second would be
    # taken for its own compiled form, so none is written.
    environ = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *tests], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return failed[1].rpartition("::")[2] if failed else "the tests do not start"


def try_break(folder: Path, broken: Break) -> Outcome:
    """Apply a break to a copy, run its tests, mend the copy."""
    file = folder / "widget_server" / "availability" / broken.file
    whole = file.read_text(encoding="utf-8")
    if whole.count(broken.old) != 1:
        raise SystemExit(f"{broken.file} does not have once what is to be broken: {broken.old!r}")
    file.write_text(whole.replace(broken.old, broken.new), encoding="utf-8")
    try:
        return Outcome(broken, first_failure(folder, broken.tests))
    finally:
        file.write_text(whole, encoding="utf-8")


def outcomes(tried: list[Break]) -> Iterator[Outcome]:
    """Try breaks, after a look at whether the tests pass on what is whole."""
    with tempfile.TemporaryDirectory() as top, ThreadPoolExecutor(WORKERS) as pool:
        copies = [copy_of_the_project(Path(top, str(number))) for number in range(WORKERS)]
        whole = first_failure(copies[0], *{one.tests for one in tried})
        if whole:
            raise SystemExit(f"{whole} fails on the whole engine")
        shares = [tried[number::WORKERS] for number in range(WORKERS)]
        runs = [
            pool.submit(lambda copy, share: [try_break(copy, one) for one in share], copy, share)
            for copy, share in zip(copies, shares, strict=True)
        ]
        yield from sorted(
            (outcome for run in runs for outcome in run.result()),
            key=lambda outcome: tried.index(outcome.broken),
        )


def main() -> int:
    """Print a table of the breaks and what caught them; return the exit status."""
    wanted = [int(rule) for rule in sys.argv[1:]]
    found = list(outcomes([one for one in breaks() if not wanted or one.rule in wanted]))
    for broken, caught_by in found:
        print(f"{broken.rule:>4}  {broken.what:<62}  {caught_by or 'SURVIVED'}")
    survivors = [outcome for outcome in found if outcome.caught_by is None]
    print(f"\n{len(found)} breaks, {len(survivors)} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
