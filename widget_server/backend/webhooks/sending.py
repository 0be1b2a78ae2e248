"""Posting to an address that somebody else chose, without becoming their tool.

The address may point into the house: at a database, at the cloud's own services. So a name is
resolved once, every address it has must be public, and the connection goes to the very address that
was checked: an answer of the name server that changes in between changes nothing. Redirects are not
followed, proxies not asked, and the whole takes a few seconds at most.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from widget_server.outbox import Undeliverable, Undelivered

STEP_SECONDS = 5
TOTAL_SECONDS = 15
GONE = 410
# IPv6 in use on the open internet. Whatever else there is leads into the house, now or one day.
UNICAST = ipaddress.IPv6Network("2000::/3")
# For examples in documents; Python 3.11 does not know it yet.
EXAMPLES = ipaddress.IPv6Network("3fff::/20")
# Translated to the IPv4 address in the last 32 bits.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def is_public(text: str) -> bool:
    """Tell whether an address is one of the open internet's, whatever it is wrapped in."""
    address = _unwrapped(ipaddress.ip_address(text))
    if isinstance(address, ipaddress.IPv6Address) and not _leads_outside(address):
        return False
    return address.is_global and not address.is_multicast


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def _leads_outside(address: ipaddress.IPv6Address) -> bool:
    if address not in UNICAST or address in EXAMPLES:
        return False
    return not (address.sixtofour or address.teredo)


def address_problem(url: str, exempt: frozenset[str] = frozenset()) -> str | None:
    """Return what is wrong with an address as it is written; None when nothing is."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "Not a valid address."
    if parts.scheme not in ("https", "http") or not host:
        return "Must be an address such as https://example.org/hook."
    if parts.username is not None or parts.password is not None:
        return "Must not hold a user name or a password."
    if _place(host, port or _PORTS[parts.scheme]) in exempt:
        return None
    if parts.scheme != "https":
        return "Must start with https://."
    return None if _may_be_public(host) else "Must be reachable from the open internet."


@dataclass(frozen=True)
class Sender:
    """Posts to public addresses; `exempt` are the `host:port` that may be private, or plain."""

    exempt: frozenset[str] = frozenset()
    resolve: Resolve = resolve
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    total_seconds: float = TOTAL_SECONDS

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> str:
        """Post, and return the status in words; raise Undelivered or Undeliverable."""
        problem = address_problem(url, self.exempt)
        if problem:
            raise Undeliverable(problem)
        try:
            status = self._exchange(url, headers, body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Undelivered(f"No answer ({type(error).__name__}).") from None
        if status == GONE:
            raise Undeliverable("HTTP 410: it is gone.")
        if not 200 <= status < 300:
            raise Undelivered(f"HTTP {status}")
        return f"HTTP {status}"

    def _exchange(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        connection = http.client.HTTPConnection(host, port)
        connection.sock = self._connect(host, port, secure=parts.scheme == "https")
        if port == _PORTS[parts.scheme]:
            headers = {"Host": f"[{host}]" if ":" in host else host, **headers}
        # Each step has its own limit; a receiver that answers drop by drop meets this one.
        late = threading.Event()
        watch = threading.Timer(self.total_seconds, _hang_up, (connection.sock, late))
        watch.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, dict(headers))
            status = connection.getresponse().status
            if late.is_set():
                # Half a head of an answer reads like a whole one.
                raise TimeoutError
            return status
        finally:
            watch.cancel()
            connection.close()

    def _connect(self, host: str, port: int, *, secure: bool) -> socket.socket:
        addresses = self.resolve(host, port)
        if _place(host, port) not in self.exempt and not all(map(is_public, addresses)):
            raise Undelivered("The address is not on the open internet.")
        raw = socket.create_connection((addresses[0], port), STEP_SECONDS)
        if not secure:
            return raw
        try:
            return self.context.wrap_socket(raw, server_hostname=host)
        except OSError:
            raw.close()
            raise


_PORTS = {"https": 443, "http": 80}


def _place(host: str, port: int) -> str:
    return f"{host.lower()}:{port}"


def _may_be_public(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        # A name: what it stands for is checked when it is used.
        return True


def _hang_up(line: socket.socket, late: threading.Event) -> None:
    late.set()
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The other side was faster.
        return
