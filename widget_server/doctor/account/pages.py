"""How many records the account gives at a time, and whether its lists end."""

from collections.abc import Iterator

from widget_server.doctor.account.case import Case, Listing
from widget_server.doctor.findings import CannotCheck, Finding, fix, ok, warning
from widget_server.doctor.settings_in_use import named

LARGER = (100, 200)
# Lists of so many kinds may be long.
LONG = ("/appointments", "/customers", "/services")


def page_size(case: Case) -> Iterator[Finding]:
    """Ask for larger pages than usual."""
    path, first = _longest(case)
    asked, given = case.account.page_size, _given(case.account.page_size, first)
    if given is None:
        yield ok("page size", f"too few records to see whether {asked} are given at a time")
    elif given < asked:
        to_use = {named("PAGE_SIZE"): str(given)}
        yield warning("page size", f"{asked} asked for, {given} given", "Use this setting.", to_use)
    else:
        largest = _largest(case, path) or asked
        best = max(largest, asked)
        seen = f"{best} at a time are given" if best > asked else f"{asked} at a time, no more"
        yield ok("page size", seen, {named("PAGE_SIZE"): str(best)})


def ends(case: Case) -> Iterator[Finding]:
    """Look at the second record alone, and beyond the last page."""
    path, first = _longest(case)
    yield from _turning(case, path, first)
    size = case.account.page_size
    beyond = (first.pages or -(-first.size // size)) + 1
    if first.pages is None and first.total is None:
        beyond = 9999
    page = case.page(path, {"page": beyond, "limit": size})
    if isinstance(page, int):
        build = ok if first.pages is not None else fix
        seen = f"beyond the last page: {page}"
        yield build("end of lists", seen, do="" if first.pages is not None else _ENDLESS)
    elif not page.records:
        told = "told" if first.pages is not None else "not told"
        yield ok("end of lists", f"beyond the last page there is nothing; their number is {told}")
    elif first.pages is not None:
        yield ok("end of lists", "pages beyond the last one repeat; their number is told")
    else:
        yield warning("end of lists", "pages beyond the last one repeat", _REPEATS)


_ENDLESS = "A list's end cannot be told from a refusal: this account's lists cannot be read."
_REPEATS = "The end of a list is taken to be the first page with nothing new."


def _turning(case: Case, path: str, first: Listing) -> Iterator[Finding]:
    if len(first.records) < 2:
        return
    second = case.page(path, {"page": 2, "limit": 1})
    ids = [record.get("id") for record in first.records]
    if isinstance(second, int):
        yield fix("turning pages", f"page 2 is refused ({second})", "Lists cannot be read whole.")
    elif [record.get("id") for record in second.records] == ids[1:2]:
        yield ok("turning pages", "page and limit do what they should")
    else:
        do = (
            "Somebody may have booked meanwhile; look again. If it stays, lists are not read whole."
        )
        yield warning("turning pages", "page 2 of single records is not the second record", do)


def _longest(case: Case) -> tuple[str, Listing]:
    case.demand_token()
    found = [(path, case.lists[path]) for path in LONG if path in case.lists]
    if not found:
        raise CannotCheck("no list could be read")
    return max(found, key=lambda one: one[1].size)


def _largest(case: Case, path: str) -> int | None:
    """Return the largest page that is given, of those worth asking for."""
    best = None
    for size in LARGER:
        if size <= case.account.page_size:
            continue
        page = case.page(path, {"page": 1, "limit": size})
        given = None if isinstance(page, int) else _given(size, page)
        if given != size:
            break
        best = size
    return best


def _given(asked: int, page: Listing) -> int | None:
    """Return how many are given at a time when so many are asked for; None if it is not seen."""
    if page.limit is not None:
        return min(asked, max(1, page.limit))
    whole = page.total is not None and len(page.records) >= page.total
    more_to_come = (page.pages or 0) > 1 or (page.total is not None and not whole)
    if len(page.records) >= asked or more_to_come:
        return len(page.records)
    return None
