"""Every metric by its name, with what its labels can be: docs/monitoring.md lists them.

Labels have few values, all of our own making: nothing that a visitor sends becomes one.
"""

from widget_server.observability.exposition import COUNTER, GAUGE, HISTOGRAM, Family

PREFIX = "widget_server_"
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SLOW = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
BREAKER_STATES = ("closed", "open", "half_open")
BOOKED = (
    "confirmed", "pending", "processing", "conflict", "not_offered", "refused", "failed",
    "replayed", "error",
)  # fmt: skip
CHANGED = (
    "done", "processing", "conflict", "not_offered", "refused", "failed", "replayed", "error",
)  # fmt: skip
LIMITED = ("read", "write", "guess")
OFFERED_BY = ("both", "computed", "platform")


def _each(values: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((value,) for value in values)


UPSTREAM_CALLS = Family(
    f"{PREFIX}upstream_calls_total", COUNTER,
    "Calls of the booking system, each attempt counted.", ("endpoint", "outcome"),
)  # fmt: skip
UPSTREAM_SECONDS = Family(
    f"{PREFIX}upstream_call_duration_seconds", HISTOGRAM,
    "How long calls of the booking system took.", ("endpoint",), bounds=_SLOW,
)  # fmt: skip
BREAKER = Family(
    f"{PREFIX}upstream_breaker_state", GAUGE,
    "Processes whose breaker before the booking system is in this state.", ("state",),
    known=_each(BREAKER_STATES),
)  # fmt: skip
BREAKER_OPENINGS = Family(
    f"{PREFIX}upstream_breaker_openings_total", COUNTER,
    "How often a breaker before the booking system opened.", known=((),),
)  # fmt: skip
CACHE_READS = Family(
    f"{PREFIX}cache_reads_total", COUNTER,
    "Values asked of the cache: how each stood, and whether it was a hit, stale or a miss.",
    ("kind", "standing", "result"),
)  # fmt: skip
CACHE_LOADS = Family(
    f"{PREFIX}cache_loads_total", COUNTER,
    "Loads of values for the cache.", ("kind", "outcome"),
)  # fmt: skip
WAITS = Family(
    f"{PREFIX}single_flight_wait_seconds", HISTOGRAM,
    "How long those waited who found another one loading the same.", bounds=_SLOW, known=((),),
)  # fmt: skip
SLOT_REQUESTS = Family(
    f"{PREFIX}slot_requests_total", COUNTER,
    "Answered questions for open slots, by whether the answer was ready.", ("answer",),
    known=_each(("ready", "computed")),
)  # fmt: skip
SLOTS_SERVED = Family(
    f"{PREFIX}slots_served_total", COUNTER, "Open slots in all answers.", known=((),)
)
STARTS = Family(
    f"{PREFIX}source_starts_total", COUNTER,
    "Starts in the lists that two sources make, by who of them offers each.", ("offered_by",),
    known=_each(OFFERED_BY),
)  # fmt: skip
BOOKINGS = Family(
    f"{PREFIX}bookings_total", COUNTER, "Attempts to book.", ("outcome",), known=_each(BOOKED)
)
CANCELLATIONS = Family(
    f"{PREFIX}cancellations_total", COUNTER, "Attempts of visitors to cancel.", ("outcome",),
    known=_each(CHANGED),
)  # fmt: skip
RESCHEDULES = Family(
    f"{PREFIX}reschedules_total", COUNTER, "Attempts of visitors to move a booking.",
    ("outcome",), known=_each(CHANGED),
)  # fmt: skip
REQUESTS = Family(
    f"{PREFIX}http_requests_total", COUNTER,
    "Answered requests of visitors.", ("route", "method", "status"),
)  # fmt: skip
REQUEST_SECONDS = Family(
    f"{PREFIX}http_request_duration_seconds", HISTOGRAM,
    "How long answers to visitors took.", ("route", "method"), bounds=_QUICK,
)  # fmt: skip
LIMITED_REQUESTS = Family(
    f"{PREFIX}rate_limited_total", COUNTER,
    "Requests refused because too many came from one address.", ("kind",), known=_each(LIMITED),
)  # fmt: skip
OUTBOX = Family(
    f"{PREFIX}outbox_messages", GAUGE,
    "Messages in an outbox: due, to be tried later, or dead.", ("queue", "state"),
)  # fmt: skip
OUTBOX_AGE = Family(
    f"{PREFIX}outbox_oldest_due_seconds", GAUGE,
    "For how long the message that is due the longest has been.", ("queue",),
)  # fmt: skip
LEDGER = Family(
    f"{PREFIX}ledger_unsettled", GAUGE, "Bookings that have not come to rest.", ("state",)
)
LEDGER_AGE = Family(
    f"{PREFIX}ledger_oldest_unsettled_seconds", GAUGE,
    "For how long nobody has touched the one of them that was left the longest.",
)  # fmt: skip
PROCESSES = Family(f"{PREFIX}processes", GAUGE, "Processes that count.")
STARTED = Family(
    f"{PREFIX}process_start_time_seconds", GAUGE,
    "When the oldest of these processes started, in seconds since 1970.", merge=min,
)  # fmt: skip
BUILD = Family(f"{PREFIX}build_info", GAUGE, "Which version answers.", ("version",))

FAMILIES = (
    UPSTREAM_CALLS, UPSTREAM_SECONDS, BREAKER, BREAKER_OPENINGS, CACHE_READS, CACHE_LOADS, WAITS,
    SLOT_REQUESTS, SLOTS_SERVED, STARTS, BOOKINGS, CANCELLATIONS, RESCHEDULES, REQUESTS,
    REQUEST_SECONDS, LIMITED_REQUESTS, OUTBOX, OUTBOX_AGE, LEDGER, LEDGER_AGE, PROCESSES, STARTED,
    BUILD,
)  # fmt: skip
