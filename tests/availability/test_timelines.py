"""The page about the rules: a picture for each, and every picture what the engine says."""

import re

from tests.availability.timelines import BLOCK, PAGE, redrawn


def test_every_picture_is_as_the_engine_draws_it():
    page = PAGE.read_text(encoding="utf-8")

    assert page == redrawn(page)


def test_every_rule_has_a_picture():
    page = PAGE.read_text(encoding="utf-8")
    rules = re.split(r"^### (\d+)\. ", page, flags=re.MULTILINE)[1:]

    pictured = [int(number) for number, text in zip(rules[::2], rules[1::2], strict=True)
                if BLOCK.search(text)]  # fmt: skip

    assert pictured == list(range(1, 19))
