"""Reports: what happened and what it brought, counted in SQL, told row by row.

`query` is what is asked: a `span` of dates, a grouping, filters. `counting` counts the `measures`
of a report; `utilisation` sets booked minutes against working minutes. `lines` writes JSON and CSV.
"""
