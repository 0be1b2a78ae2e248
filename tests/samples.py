"""Metrics as Prometheus reads them, by its own parser."""

from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Samples:
    """What one reading of `/metrics` told."""

    numbers: dict[tuple[str, frozenset[tuple[str, str]]], float]

    def sum(self, name: str, **labels: str) -> float:
        """Return the sum of a metric over all samples with these labels, 0 if there is none."""
        wanted = (f"widget_server_{name}", set(labels.items()))
        return sum(
            value
            for (name, told), value in self.numbers.items()
            if name == wanted[0] and wanted[1] <= told
        )

    def labels(self, name: str, label: str) -> set[str]:
        """Return the values of a label of a metric."""
        told = (dict(labels) for found, labels in self.numbers if found == f"widget_server_{name}")
        return {labels[label] for labels in told}

    def sums(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        """Return what can only grow."""
        ends = ("_total", "_count", "_sum", "_bucket")
        return {key: value for key, value in self.numbers.items() if key[0].endswith(ends)}


def samples(text: str) -> Samples:
    """Read metrics; no two samples may go by the same name and labels."""
    found = [
        ((sample.name, frozenset(sample.labels.items())), float(sample.value))
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]
    numbers = dict(found)
    assert len(numbers) == len(found)
    return Samples(numbers)
