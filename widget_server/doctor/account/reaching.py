"""Whether there is a way to the account: its name, its port, its certificate, its API."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from widget_server.bookablesites.transport import CONNECT_TIMEOUT_SECONDS, TRUSTED, Reply
from widget_server.doctor.account.case import Case, surprise
from widget_server.doctor.findings import Finding, Status, fix, ok, warning
from widget_server.doctor.settings_in_use import named

PORTS = {"http": 80, "https": 443}
SOON = timedelta(days=14)
WHERE = (
    "The API is at the account's admin address, such as https://salon.admin.example.org, and has "
    "to be switched on in the account's features. Look at BOOKABLESITES_URL and "
    "BOOKABLESITES_API_PATH."
)


def network(case: Case) -> Iterator[Finding]:
    """Look up the name, open a connection, and have the certificate proven."""
    case.reached = False
    parts = urlsplit(case.account.origin)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        do = "Look for a mistake in BOOKABLESITES_URL, and whether this machine finds other names."
        yield fix("host name", f"{host} is not known", do)
        return
    yield ok("host name", f"{host} is known")
    try:
        with socket.create_connection((host, port), CONNECT_TIMEOUT_SECONDS) as connection:
            yield ok("connection", f"port {port} takes connections")
            proof = None
            if parts.scheme == "https":
                proof = certificate(connection, host, case.clock.now())
                yield proof
            case.reached = proof is None or proof.status != Status.FIX
    except OSError as error:
        do = "See whether a firewall is in the way, and whether the port is right."
        yield fix("connection", f"port {port}: {_reason(error)}", do)
        return


def certificate(
    connection: socket.socket, host: str, now: datetime, trusted: str = TRUSTED
) -> Finding:
    """Have the other side prove who it is; `trusted` is the file of those who are believed."""
    context = ssl.create_default_context(cafile=trusted)
    try:
        with context.wrap_socket(connection, server_hostname=host) as secure:
            end = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        do = "Nothing is sent to who cannot prove to be the account. Look at BOOKABLESITES_URL."
        return fix("certificate", f"not believed: {error.verify_message}", do)
    except (ssl.SSLError, OSError) as error:
        return fix("certificate", f"no TLS: {_reason(error)}", "Look at the port.")
    ends = datetime.fromtimestamp(end, UTC)
    seen = f"proven, until {ends:%Y-%m-%d}"
    if ends - now < SOON:
        return warning("certificate", seen, "Tell whoever runs the account's address.")
    return ok("certificate", seen)


def api(case: Case) -> Iterator[Finding]:
    """See whether what answers is the API: with the token, where there is one."""
    case.demand_contact()
    reply = case.get("/services", {"page": 1, "limit": 1})
    what = surprise(reply)
    if 300 <= reply.status < 400:
        yield _redirect(reply)
    elif what:
        yield fix("API", f"{what} instead of an answer of the API", WHERE)
    elif reply.status == 404:
        yield fix("API", "404: there is nothing at this path", WHERE)
    elif reply.status >= 500:
        do = "The account is out of order; ask whoever runs it."
        yield fix("API", f"it breaks ({reply.status})", do)
    else:
        yield ok("API", f"answers at {case.account.api_path} ({reply.status})")


def _redirect(reply: Reply) -> Finding:
    parts = urlsplit(reply.headers.get("Location", ""))
    if not parts.hostname:
        return fix("API", f"a redirect ({reply.status}) within the same address", WHERE)
    port = f":{parts.port}" if parts.port else ""
    origin = f"{parts.scheme}://{parts.hostname}{port}"
    do = "Redirects are not followed: credentials go nowhere but to BOOKABLESITES_URL."
    believed = {named("URL"): origin} if parts.scheme == "https" else {}
    return fix("API", f"a redirect ({reply.status}) to {origin}", do, believed)


def _reason(error: OSError) -> str:
    return error.strerror or ("no answer" if isinstance(error, TimeoutError) else "refused")
