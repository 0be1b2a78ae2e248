"""A slot finder that looks at every minute by itself: slow, plain, and without the engine's code.

It reads the same JSON documents as the engine does and is right by being a transcript of the rules,
so it computes wall clocks with zoneinfo alone and never draws a bit.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from tests.availability.oracle_calendar import (
    DAY,
    exists,
    first_minute,
    local,
    minute,
    moment,
    periods_on,
    to_minute,
    wall_of,
)

FREE = {"canceled", "cancelled", "rejected", "no-show", "no_show", "noshow"}


class Oracle:
    """The answer to one scenario: `starts` maps each open start to what is known of it."""

    def __init__(self, case):
        self.case = case
        self.settings = case["settings"]
        self.home = ZoneInfo(self.settings["timezone"])
        self.query = case["query"]
        asked = self.query["service"]
        self.service_ids = asked if isinstance(asked, list) else [asked]
        by_id = {service["id"]: service for service in case["services"]}
        self.by_id = by_id
        self.services = [by_id[id_] for id_ in self.service_ids]
        self.persons = self.query.get("persons", 1)
        self.now = datetime.fromisoformat(case["now"])
        self.zone = ZoneInfo(self.query.get("timezone") or self.settings["timezone"])
        self.employees = {
            e["id"]: e for e in case["employees"] if self.query.get("employee") in (None, e["id"])
        }
        places = [place["id"] for place in case.get("locations", [])]
        self.locations = places or [None]
        if self.query.get("location") is not None:
            self.locations = [self.query["location"]]
        self.appointments = [self._appointment(a) for a in case["appointments"] if self._counts(a)]
        self._ok, self._goes, self._hours, self._lengths = {}, {}, {}, {}
        self._find_window()
        self.starts = {}
        if self.lo < self.hi:
            self._search()

    # what is asked

    def _find_window(self):
        begin, end = self.query["from"], self.query["to"]
        self.dates = len(begin) == 10
        if self.dates:
            first, last = date.fromisoformat(begin), date.fromisoformat(end)
            self.first, self.last = first, last
            self.lo = minute(datetime(first.year, first.month, first.day, tzinfo=UTC)) - 900
            self.hi = minute(datetime(last.year, last.month, last.day, tzinfo=UTC)) + 1440 + 900
        else:
            self.lo = first_minute(datetime.fromisoformat(begin))
            self.hi = first_minute(datetime.fromisoformat(end))
        usual = self.settings.get("minimum_notice_minutes", 0)
        notices = [s.get("minimum_notice_minutes") for s in self.services]
        self.notice = timedelta(minutes=max(usual if n is None else n for n in notices))
        usual = self.settings.get("booking_window_days", 365)
        windows = [s.get("booking_window_days") for s in self.services]
        days = min(usual if n is None else n for n in windows)
        self.last_day = self.now.astimezone(self.home).date() + DAY * days

    def allowed(self, t):
        if moment(t) < self.now + self.notice or local(self.home, t).date() > self.last_day:
            return False
        if self.dates:
            return self.first <= local(self.zone, t).date() <= self.last
        return self.lo <= t < self.hi

    # what is taken

    def _counts(self, appointment):
        if appointment.get("id") is not None and appointment["id"] == self.query.get("reschedule"):
            return False
        return appointment.get("status", "approved").lower() not in FREE

    def _appointment(self, a):
        service = self.by_id.get(a.get("service"), {})
        before, after = (
            a[key] if a.get(key) is not None else service.get(key, 0)
            for key in ("buffer_before_minutes", "buffer_after_minutes")
        )
        start = minute(datetime.fromisoformat(a["start"]))
        end = first_minute(datetime.fromisoformat(a["end"]))
        return {**a, "at": start, "lo": start - before, "hi": end + after}

    # one part by one employee

    def offered(self, part, employee):
        for own in self.employees[employee].get("services", []):
            if own["id"] == self.service_ids[part]:
                return own
        return None

    def length(self, part, employee):
        if (part, employee) not in self._lengths:
            self._lengths[part, employee] = self._length(part, employee)
        return self._lengths[part, employee]

    def _length(self, part, employee):
        own = self.offered(part, employee).get("duration_minutes")
        service = self.services[part]
        extras = {extra["id"]: extra["duration_minutes"] for extra in service.get("extras", [])}
        chosen = [
            x for x in self.query.get("extras", []) if x.get("service") in (None, service["id"])
        ]
        total = sum(extras[x["id"]] * x.get("quantity", 1) for x in chosen)
        return (service["duration_minutes"] if own is None else own) + total

    def capacity(self, part, employee):
        own = self.offered(part, employee).get("capacity")
        given = own or self.services[part].get("capacity") or {}
        return {"min": 1, "max": 1, "allow_below_min": True, **given}

    def openings(self, part, employee, location):
        who = self.employees[employee]
        zone = ZoneInfo(who.get("timezone") or self.settings["timezone"])
        found = []
        day = moment(self.lo).date() - DAY * 8
        while minute(datetime(day.year, day.month, day.day, tzinfo=UTC)) < self.hi + 8 * 1440:
            for period in periods_on(who, day) if exists(zone, day) else []:
                services, place = period.get("services"), period.get("location")
                place = who.get("location") if place is None else place
                if services is not None and self.service_ids[part] not in services:
                    continue
                if location is not None and place is not None and place != location:
                    continue
                start = wall_of(day, period["start"])
                end = wall_of(day, period["end"])
                if end < start:
                    end += DAY
                a, b = to_minute(zone, start), to_minute(zone, end)
                if a < b:
                    found.append((a, b))
            day += DAY
        return found

    def open_minutes(self, part, employee, location):
        key = self.service_ids[part], employee, location
        if key not in self._hours:
            minutes: set[int] = set()
            for a, b in self.openings(part, employee, location):
                minutes.update(range(a, b))
            self._hours[key] = minutes
        return self._hours[key]

    def buffers(self, part, follows, goes_on):
        service = self.services[part]
        before = 0 if follows else service.get("buffer_before_minutes", 0)
        after = 0 if goes_on else service.get("buffer_after_minutes", 0)
        return before, after

    def ok(self, part, employee, location, start, follows, goes_on):
        key = part, employee, location, start, follows, goes_on
        if key not in self._ok:
            self._ok[key] = self._is_ok(*key)
        return self._ok[key]

    def _is_ok(self, part, employee, location, start, follows, goes_on):
        hours = self.open_minutes(part, employee, location)
        if start not in hours:
            return False
        end = start + self.length(part, employee)
        before, after = self.buffers(part, follows, goes_on)
        inside = (start, end)
        if self.settings.get("buffers_within_hours"):
            inside = (start - before, end + after)
        if not hours.issuperset(range(*inside)):
            return False
        capacity = self.capacity(part, employee)
        if self.persons < capacity["min"] and not capacity["allow_below_min"]:
            return False
        for a in self.appointments:
            if a.get("employee") != employee or self.shares(a, part, location, start):
                continue
            if max(a["lo"], start - before) < min(a["hi"], end + after):
                return False
        return self.taken(part, employee, location, start) + self.persons <= capacity["max"]

    def shares(self, a, part, location, start):
        return (
            a.get("service") == self.service_ids[part]
            and a["at"] == start
            and (a.get("location") is None or location is None or a["location"] == location)
        )

    def taken(self, part, employee, location, start):
        return sum(
            a.get("persons", 1)
            for a in self.appointments
            if a.get("employee") == employee and self.shares(a, part, location, start)
        )

    # whole visits

    def visits(self, start, location, first=None):
        """Every way to take the visit, as a tuple of (employee, start, end) by part."""
        able = [
            [e for e in self.employees if self.offered(part, e)]
            for part in range(len(self.services))
        ]
        if first is not None:
            able[0] = [e for e in able[0] if e == first]
        for team in product(*able):
            if self.query.get("same_employee") and len(set(team)) > 1:
                continue
            visit = self.visit(start, location, team)
            if visit:
                yield visit

    def visit(self, start, location, team):
        steps, t = [], start
        for part, employee in enumerate(team):
            follows = part > 0 and team[part - 1] == employee
            goes_on = part + 1 < len(team) and team[part + 1] == employee
            if not self.ok(part, employee, location, t, follows, goes_on):
                return None
            end = t + self.length(part, employee)
            steps.append((employee, t, end))
            t = end
        return tuple(steps)

    def could_start(self, employee, location, t):
        key = employee, location, t
        if key not in self._goes:
            self._goes[key] = t in self.open_minutes(0, employee, location) and any(
                self.visits(t, location, first=employee)
            )
        return self._goes[key]

    # the grid

    def step(self, employee):
        service = self.services[0]
        if self.settings.get("use_service_duration_as_step"):
            step = self.length(0, employee)
            if self.settings.get("step_includes_buffers"):
                step += service.get("buffer_before_minutes", 0)
                step += service.get("buffer_after_minutes", 0)
            return step
        own = service.get("slot_step_minutes")
        return self.settings.get("slot_step_minutes", 30) if own is None else own

    def grid(self, employee, location):
        step = self.step(employee)
        found = {
            a["at"]
            for a in self.appointments
            if a.get("employee") == employee and self.shares(a, 0, location, a["at"])
        }
        if self.settings.get("slot_alignment", "opening") == "opening":
            for a, b in self.openings(0, employee, location):
                found.update(range(a, b, step))
            return found
        return found | self.grid_of_runs(employee, location, step)

    def grid_of_runs(self, employee, location, step):
        who = self.employees[employee]
        zone = ZoneInfo(who.get("timezone") or self.settings["timezone"])
        possible = sorted(
            t
            for t in self.open_minutes(0, employee, location)
            if self.lo - 3 * 1440 <= t < self.hi + 2 * 1440
            and self.could_start(employee, location, t)
        )
        found: set[int] = set()
        run: list[int] = []
        for t in [*possible, None]:
            if run and t != run[-1] + 1:
                found |= self.grid_of_run(run, zone, step)
                run = []
            run.append(t)
        return found

    def grid_of_run(self, run, zone, step):
        starts = {run[0]}
        dates = {local(zone, t).date() for t in run}
        for day in dates:
            whole = (
                {t for t in range(run[0] - 1500, run[-1] + 1500) if local(zone, t).date() == day}
                if len(run) > 700
                else {None}
            )
            if whole <= set(run):
                starts.add(to_minute(zone, datetime(day.year, day.month, day.day)))
        begins = sorted(starts)
        found: set[int] = set()
        for begin, stop in zip(begins, [*begins[1:], run[-1] + 1], strict=True):
            first = begin
            if self.settings["slot_alignment"] == "clock":
                size = next((n for n in (60, 30, 20, 15, 10, 5) if step % n == 0), None)
                while size and local(zone, first).minute % size:
                    first += 1
            found.update(range(first, stop, step))
        return found

    def _search(self):
        for location in self.locations:
            for employee in self.employees:
                if self.offered(0, employee):
                    for t in self.grid(employee, location):
                        if self.allowed(t) and self.could_start(employee, location, t):
                            self._note(t, employee, location)
        for start in self.starts.values():
            start["locations"] = [x for x in self.locations if x in start["locations"]]

    def _note(self, t, employee, location):
        known = self.starts.setdefault(
            t,
            {
                "end": 0,
                "places_left": 0,
                "locations": set(),
                "items": [set() for _ in self.services],
            },
        )
        known["locations"].add(location)
        for visit in self.visits(t, location, first=employee):
            known["end"] = max(known["end"], visit[-1][2])
            places = min(
                self.capacity(part, who)["max"] - self.taken(part, who, location, start)
                for part, (who, start, _) in enumerate(visit)
            )
            known["places_left"] = max(known["places_left"], places)
            for part, (who, _, _) in enumerate(visit):
                known["items"][part].add(who)


def answer(case):
    """Return {start minute: {"end", "places_left", "locations", "items": [employees by part]}}."""
    return Oracle(case).starts
