"""The tests notice a broken engine: every rule is broken on purpose."""

import pytest

from tests.availability.mutations import ROOT, breaks, outcomes


def test_every_rule_is_broken_and_every_break_still_applies():
    found = breaks()
    engine = ROOT / "widget_server" / "availability"

    times = {
        f"{one.rule}: {one.what}": (engine / one.file).read_text(encoding="utf-8").count(one.old)
        for one in found
    }

    assert {one.rule for one in found} == set(range(1, 19))
    assert times == dict.fromkeys(times, 1)


@pytest.mark.long
def test_every_break_is_noticed():
    assert [one.broken.what for one in outcomes(breaks()) if one.caught_by is None] == []
