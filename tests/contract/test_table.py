"""docs/contract.md lists the facts of this suite, each of them once."""

from collections import Counter
from pathlib import Path

from tests.contract.facts import all_facts

PAGE = Path(__file__).parents[2] / "docs/contract.md"
HEAD = "| How surely | Fact | Source | Holds |\n|---|---|---|---|\n"


def test_the_page_lists_every_fact():
    _, table = PAGE.read_text().split(HEAD)
    facts = [fact.row for fact in all_facts()]

    assert facts == table.splitlines(), "python -m tests.contract.facts prints the table"


def test_no_fact_is_told_twice():
    told = Counter(fact.says for fact in all_facts())

    assert [says for says, times in told.items() if times > 1] == []
