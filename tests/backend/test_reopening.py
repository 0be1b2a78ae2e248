"""A group that comes back after it was canceled: who is in it, and how long it lasts."""

from tests.backend.conftest import Caller


def long_group(studio: Caller) -> None:
    """Bookings 1 (an hour longer by its extra) and 2 in appointment 1, at twelve."""
    tea = {"name": "Tea", "duration": 60, "price": 5}
    studio.make("/services", {"name": "Walk", "duration": 30, "max_capacity": 10, "extras": [tea]})
    extra = studio.get("/services/3")["extras"][0]["id"]
    studio.book(service=3, time="12:00", extras=[{"id": extra}])
    studio.book(service=3, time="12:00", customer=2)


def statuses(studio: Caller) -> list[str]:
    return [booking["status"] for booking in studio.get("/appointments/1")["bookings"]]


def test_it_takes_the_time_of_its_longest_booking_again(studio):
    long_group(studio)
    studio.call("DELETE", "/appointments/1")
    studio.call("PATCH", "/appointments/1", {"status": "approved"})
    assert statuses(studio) == ["approved", "approved"]
    assert studio.get("/appointments/1")["end_date_time"] == "2026-12-01T13:30:00+01:00"
    assert studio.book(service=1, time="12:30").status_code == 409


def test_who_had_left_by_himself_does_not_come_back(studio):
    long_group(studio)
    studio.call("DELETE", "/bookings/1")
    studio.call("DELETE", "/bookings/2")
    assert statuses(studio) == ["canceled", "canceled"]
    studio.call("PATCH", "/appointments/1", {"status": "approved"})
    assert statuses(studio) == ["canceled", "approved"]
    assert studio.get("/appointments/1")["end_date_time"] == "2026-12-01T12:30:00+01:00"
    assert studio.book(service=1, time="12:30").status_code == 201


def test_who_comes_back_by_himself_is_in_it_again(studio):
    long_group(studio)
    studio.call("DELETE", "/bookings/1")
    assert studio.call("PATCH", "/bookings/1", {"status": "approved"}).status_code == 200
    studio.call("DELETE", "/appointments/1")
    studio.call("PATCH", "/appointments/1", {"status": "approved"})
    assert statuses(studio) == ["approved", "approved"]
