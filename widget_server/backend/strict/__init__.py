"""The API as a costume: what is known of the live platform, with its gaps and quirks.

Worn over the whole application from outside, so that nothing behind it knows of it. The tables in
`surface` say what exists; what is unknown of the platform is absent here, or as its API page's
list of defaults has it. docs/contract.md lists the facts, tests/contract holds both to them.
"""

from widget_server.backend.strict.costume import strict

__all__ = ["strict"]
