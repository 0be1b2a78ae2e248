"""Random scenarios: businesses, schedules, appointments, questions, near clock changes if possible.

Everything is JSON, in the shape of scenario files, so that a failing case can be saved. Choices are
weighted by repeating values: about half of the cases have open starts.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo, available_timezones

DAY = timedelta(days=1)
TRICKY = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns",
    "America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Kwajalein", "America/Havana",
    "Asia/Beirut", "America/Scoresbysund", "Antarctica/Troll", "Asia/Tehran", "Pacific/Chatham",
    "Africa/Casablanca", "Asia/Kolkata", "UTC", "Antarctica/Casey", "America/Asuncion",
    "Asia/Gaza", "America/Caracas", "Asia/Pyongyang", "Pacific/Kiritimati", "America/Goose_Bay",
]  # fmt: skip
ALL = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
FIRST, LAST = date(1975, 1, 10), date(2037, 12, 1)
STATUSES = ["approved", "pending", "Approved", "canceled", "Cancelled", "rejected", "no-show",
            "NO_SHOW", "noShow", "waiting"]  # fmt: skip
STEPS = [30, 15, 60, 20, 45, 10, 7, 90, 5, 25, 120]
LENGTHS = [30, 60, 15, 45, 10, 20, 5, 25, 7, 1, 30, 60, 15, 90, 120, 240]
BUFFERS = [0, 0, 0, 0, 10, 15, 30, 5, 60]


def a_zone(r):
    return r.choice(TRICKY if r.random() < 0.5 else ALL)


@cache
def changes(name):
    """The dates around which a zone's clocks are changed."""
    zone = ZoneInfo(name)
    found, last = [], None
    moment = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    while moment.date() < LAST:
        offset = moment.astimezone(zone).utcoffset()
        if last is not None and offset != last:
            lo, hi = moment - 20 * DAY, moment
            while hi - lo > timedelta(hours=1):
                middle = lo + (hi - lo) / 2
                same = middle.astimezone(zone).utcoffset() == last
                lo, hi = (middle, hi) if same else (lo, middle)
            found.append(hi.date())
        last = offset
        moment += 20 * DAY
    return found


def days(r, zone):
    near = changes(zone)
    if near and r.randint(0, 9) < 7:
        return r.choice(near) + DAY * r.randint(-1, 1)
    return FIRST + DAY * r.randint(0, (LAST - FIRST).days)


def clock(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def periods(r, services, places):
    found = []
    at = r.choice([0, 60, 120, 150, 480, 540, 545, 570, 720, 1200, 1380, 3])
    for _ in range(r.choice([1, 1, 2, 2, 3])):
        length = r.choice([480, 600, 240, 720, 1440, 540, 120, 90, 60, 45])
        end = at + length
        if end > 1440:
            end = r.choice([1440, (end - 1440) % 1440])
        if end == at or at >= 1440:
            break
        named = r.choice([None] * 8 + [services, services[:1], services[1:], []])
        found.append(
            {
                "start": clock(at),
                "end": "24:00" if end == 1440 else clock(end),
                "services": named,
                "location": r.choice([None, None, None, *places]),
            }
        )
        at = end + r.choice([0, 0, 30, -30, 60])
        if at < 0:
            break
    return found


def capacities(r):
    most = r.choice([1, 2, 3, 5])
    return {
        "min": r.randint(1, min(most, 2)),
        "max": most,
        "allow_below_min": r.choice([True, True, True, False]),
    }


def services(r, id_):
    return {
        "id": id_,
        "name": f"Service {id_}",
        "duration_minutes": r.choice(LENGTHS),
        "buffer_before_minutes": r.choice(BUFFERS),
        "buffer_after_minutes": r.choice(BUFFERS),
        "slot_step_minutes": r.choice([None, r.choice(STEPS)]),
        "minimum_notice_minutes": r.choice([None] * 12 + [0, 90, 1440]),
        "booking_window_days": r.choice([None] * 20 + [30, 3, 1, 0]),
        "capacity": capacities(r),
        "extras": [{"id": 10 * id_, "duration_minutes": r.choice(BUFFERS), "max_quantity": 2}],
    }


def employees(r, id_, services, places, day, home):
    every = r.randint(0, 9) > 0
    weekdays = range(1, 8) if every else r.choices(range(1, 8), k=r.randint(0, 5))
    usual = periods(r, services, places)
    return {
        "id": id_,
        "timezone": r.choice([None, home, a_zone(r)]),
        "location": r.choice([None, *places]),
        "services": [
            {
                "id": service,
                "duration_minutes": r.choice([None, None, r.choice(LENGTHS)]),
                "capacity": r.choice([None, None, capacities(r)]),
            }
            for service in services
            if r.randint(0, 11)
        ],
        "working_hours": [
            {
                "weekday": weekday,
                "periods": usual if every else periods(r, services, places),
            }
            for weekday in weekdays
        ],
        "special_days": [specials(r, services, places, day) for _ in range(r.choice([0, 0, 1, 2]))],
        "days_off": [days_off(r, day) for _ in range(r.choice([0, 0, 0, 1]))],
    }


def specials(r, services, places, day):
    first = day + DAY * r.randint(-2, 2)
    return {
        "start_date": first.isoformat(),
        "end_date": (first + DAY * r.randint(0, 2)).isoformat(),
        "periods": periods(r, services, places),
    }


def days_off(r, day):
    first = day + DAY * r.randint(-4, 3)
    yearly = r.random() < 0.5
    length = r.choice([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 400])
    if yearly and first.year > 1976:
        first = (first - DAY * 365 * r.randint(0, 3)) if r.random() < 0.5 else first
    return {
        "name": "off",
        "start_date": first.isoformat(),
        "end_date": (first + DAY * length).isoformat(),
        "repeat_yearly": yearly,
    }


def stamp(moment):
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moments(r, day):
    """A moment on a date or on the one after, mostly at a round minute."""
    minutes = r.choice([15 * r.randint(0, 191), r.randint(0, 2880)])
    seconds = r.choice([0, 0, 0, 0, 1, 30, 59])
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=12)
    return start + timedelta(minutes=minutes, seconds=seconds)


def working_moment(r, employee, day, home):
    """A moment in an employee's hours, or soon after: where appointments get in the way."""
    days = [one for one in employee["working_hours"] if one["periods"]]
    if not days:
        return moments(r, day)
    hours, minutes = r.choice(r.choice(days)["periods"])["start"].split(":")
    zone = ZoneInfo(employee["timezone"] or home)
    start = datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=zone)
    return start.astimezone(UTC) + timedelta(minutes=r.choice([5, 15, 30]) * r.randint(0, 20))


def appointments(r, id_, services, people, places, day, home):  # noqa: PLR0917 - as queries
    who = r.choice([*people, *people, None])
    day += DAY * r.randint(-1, 1)
    start = working_moment(r, who, day, home) if who and r.random() < 0.7 else moments(r, day)
    length = timedelta(minutes=r.choice(LENGTHS), seconds=r.choice([0, 0, 0, 20]))
    return {
        "id": id_,
        "service": r.choice([None, *services, *services, 99]),
        "employee": who and who["id"],
        "location": r.choice([None, *places]),
        "start": stamp(start),
        "end": stamp(start + length),
        "status": r.choice(["approved", "approved", "pending", *STATUSES]),
        "persons": r.choice([1, 1, 1, 2, 3, 0]),
        "buffer_before_minutes": r.choice([None, None, None, 0, 20]),
        "buffer_after_minutes": r.choice([None, None, None, 0, 20]),
    }


def queries(r, services, people, places, booked, day, home):  # noqa: PLR0917 - all there is
    several = r.choice([1] * 6 + [2, 2, 3])
    wanted = [r.choice(services) for _ in range(several)]
    zone = r.choice([None, home, a_zone(r)])
    if r.random() < 0.5:
        first = day + DAY * r.choice([-1, -1, 0])
        window = first.isoformat(), (first + DAY * r.choice([2, 1, 1, 3, 0])).isoformat()
    else:
        start = moments(r, day)
        window = (
            stamp(start),
            stamp(start + timedelta(minutes=r.randint(0, 3000) // r.choice([1, 1, 10]))),
        )
    extra = r.choice([None, None, *sorted(set(wanted))])
    return {
        "service": wanted if several > 1 or r.random() < 0.5 else wanted[0],
        "employee": r.choice([None] * 4 + people),
        "location": r.choice([None] * 3 + places),
        "from": window[0],
        "to": window[1],
        "timezone": zone,
        "persons": r.choice([1] * 6 + [2, 3]),
        "extras": []
        if extra is None
        else [{"service": extra, "id": 10 * extra, "quantity": r.randint(1, 2)}],
        "reschedule": r.choice([None, None, *booked]),
        "same_employee": r.random() < 0.5,
    }


def case(seed):
    """A whole scenario, the same for the same seed."""
    r = Random(seed)
    home = a_zone(r)
    day = days(r, home)
    ids = list(range(1, r.randint(1, 3) + 1))
    people = list(range(1, r.randint(1, 3) + 1))
    places = list(range(1, r.choice([0, 0, 1, 2]) + 1))
    booked = list(range(1, r.choice([0, 1, 3, 5, 12]) + 1))
    now = moments(r, day - DAY * r.choice([1, 1, 1, 2, 2, 3, 1, 2, 3, 0, 20, 380]))
    staff = [employees(r, one, ids, places, day, home) for one in people]
    return {
        "name": "random",
        "now": stamp(now + timedelta(microseconds=r.choice([0, 0, 1, 999_999]))),
        "settings": {
            "timezone": home,
            "slot_step_minutes": r.choice(STEPS),
            "slot_alignment": r.choice(["opening", "free", "clock"]),
            "minimum_notice_minutes": r.choice([0, 0, 0, 0, 0, 45, 600]),
            "booking_window_days": r.choice([365] * 20 + [401, 20, 3, 1, 0]),
            "buffers_within_hours": r.random() < 0.5,
            "use_service_duration_as_step": r.choice([False, False, True]),
            "step_includes_buffers": r.random() < 0.5,
        },
        "locations": [{"id": place, "name": f"Place {place}"} for place in places],
        "services": [services(r, id_) for id_ in ids],
        "employees": staff,
        "appointments": [appointments(r, n, ids, staff, places, day, home) for n in booked],
        "query": queries(r, ids, people, places, booked, day, home),
    }
