"""The text that Prometheus reads, read back by its own parser."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.samples import samples
from widget_server.observability import families
from widget_server.observability.exposition import COUNTER, GAUGE, HISTOGRAM, Family, expose

SIZES = Family("widget_server_size_bytes", HISTOGRAM, "Sizes.", ("kind",), bounds=(1, 2.5))
THINGS = Family("widget_server_things_total", COUNTER, "Things.", ("kind",), known=(("a",),))


def test_a_histogram_counts_what_is_at_most_its_bounds():
    numbers: dict[tuple[str, ...], list[float]] = {}
    for value in (0.5, 1, 2, 2.5, 3):
        for key, amount in SIZES.observed(value, "x"):
            numbers.setdefault(key, []).append(amount)

    assert expose([SIZES], numbers).splitlines() == [
        "# HELP widget_server_size_bytes Sizes.",
        "# TYPE widget_server_size_bytes histogram",
        'widget_server_size_bytes_bucket{kind="x",le="1"} 2',
        'widget_server_size_bytes_bucket{kind="x",le="2.5"} 4',
        'widget_server_size_bytes_bucket{kind="x",le="+Inf"} 5',
        'widget_server_size_bytes_sum{kind="x"} 9',
        'widget_server_size_bytes_count{kind="x"} 5',
    ]


def test_what_is_known_is_shown_before_it_is_counted():
    text = expose([THINGS], {THINGS.key("b"): [1, 2]})

    assert samples(text).labels("things_total", "kind") == {"a", "b"}
    assert (samples(text).sum("things_total", kind="a"), samples(text).sum("things_total")) == (
        0,
        3,
    )


@pytest.mark.parametrize("label", ['"', "\\", "\n", 'a\\"\n"b', "ü 店", "{}=,#"])
def test_labels_come_back_as_they_were(label):
    assert samples(expose([THINGS], {THINGS.key(label): [1]})).sum("things_total", kind=label) == 1


@pytest.mark.parametrize("number", [0.0, 1.0, 0.1, 1e-9, 123456789.25, 2.0**53, 1e300])
def test_numbers_come_back_as_they_were(number):
    assert samples(expose([THINGS], {THINGS.key("x"): [number]})).sum("things_total") == number


def test_of_standing_numbers_another_one_than_the_sum_may_count():
    first = Family("widget_server_first_seconds", GAUGE, "First.", merge=min)

    assert samples(expose([first], {first.key(): [3, 1, 2]})).sum("first_seconds") == 1


def test_numbers_of_another_version_are_left_out():
    numbers = {("widget_server_gone_total",): [1.0], (*THINGS.key("a"), "more"): [1.0]}

    assert samples(expose([THINGS], numbers)).sum("things_total") == 0


def test_every_metric_is_named_as_prometheus_asks():
    told = {family.name: family.type for family in text_string_to_metric_families(
        expose(families.FAMILIES, {})
    )}  # fmt: skip
    assert len(told) == len(families.FAMILIES)
    for family in families.FAMILIES:
        assert family.name.startswith(families.PREFIX)
        assert family.name.endswith("_total") is (family.kind == COUNTER)
        assert told[family.name.removesuffix("_total")] == family.kind
