"""The one module that speaks to the HTTP library.

A request goes over the network to a remote account, or through `WsgiAdapter` straight into the
embedded backend. Everything above is the same in both cases.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from ssl import SSLCertVerificationError
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import requests
from requests import exceptions
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import NewConnectionError

from widget_server.bookablesites.errors import (
    HeldBack,
    InvalidAnswer,
    OutcomeUnknown,
    PlatformError,
    Unreachable,
)
from widget_server.bookablesites.sockets import POOLS
from widget_server.clock import Deadline
from widget_server.rate_limits import IN_PROCESS

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
CONNECT_TIMEOUT_SECONDS = 3.05
# Who has less time than this left need not ask any more.
LEAST_SECONDS = 0.25
# Some twenty times what a page of a list takes; JSON takes thirty times its size in memory.
MAX_ANSWER_BYTES = 4 * 1024 * 1024
EMBEDDED_ORIGIN = "http://embedded.invalid"
# The file of those whose certificates are believed.
TRUSTED = DEFAULT_CA_BUNDLE_PATH


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came: status, raw body, the two headers that matter, and all of them."""

    status: int
    content_type: str
    body: bytes
    retry_after: str = ""
    # By name in any case.
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        """Tell nothing of the body: it may be a token, or about somebody."""
        return f"Reply({self.status})"


@dataclass(frozen=True, slots=True)
class Form:
    """A body that is sent as a form; every other one is sent as JSON."""

    fields: Mapping[str, str] = field(repr=False)


class Sender(Protocol):
    """Sends a request: the transport itself, or whatever stands guard before it."""

    @property
    def state(self) -> str:
        """Return closed while calls pass, open while none does, half_open while one may."""
        ...

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        deadline: Deadline | None = None,
    ) -> Reply:
        """Send and return the answer; raise Unreachable, OutcomeUnknown or InvalidAnswer."""
        ...


class Transport:
    """Sends one request, follows nothing, retries nothing."""

    state = "closed"

    def __init__(self, origin: str, *, timeout_seconds: float, app: WsgiApp | None = None) -> None:
        self._origin = origin
        self.timeout_seconds = timeout_seconds
        self._session = _Session()
        self._session.mount(origin, WsgiAdapter(app) if app else _Adapter(pool_maxsize=32))

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        deadline: Deadline | None = None,
    ) -> Reply:
        """Send and return the answer; raise Unreachable, OutcomeUnknown or InvalidAnswer."""
        seconds = self._seconds(deadline)
        try:
            with self._session.request(
                method,
                self._origin + path,
                params=query,
                json=None if isinstance(body, Form) else body,
                data=body.fields if isinstance(body, Form) else None,
                headers={"Accept": "application/json", "Accept-Encoding": "gzip", **headers},
                timeout=(min(CONNECT_TIMEOUT_SECONDS, seconds), seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                return _reply(response)
        except exceptions.RequestException as error:
            raise _meaning(error) from None

    def _seconds(self, deadline: Deadline | None) -> float:
        left = deadline.left() if deadline else self.timeout_seconds
        if left < LEAST_SECONDS:
            raise HeldBack("There is no time left to ask the booking system.")
        return min(left, self.timeout_seconds)


def embedded(app: WsgiApp) -> Transport:
    """Return a transport into a WSGI application of this process."""
    return Transport(EMBEDDED_ORIGIN, timeout_seconds=30, app=app)


class _Session(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        # Neither proxies nor ~/.netrc of the machine have a say in where credentials go.
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, _response: requests.Response) -> str | None:
        """Look at no redirect: to prepare the next request, all of the body would be read."""
        return None


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Keep connections whose answers come in time as a whole."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS


def _reply(response: requests.Response) -> Reply:
    headers = response.headers
    return Reply(
        status=response.status_code,
        content_type=headers.get("Content-Type", ""),
        body=_bounded_body(response),
        retry_after=headers.get("Retry-After", ""),
        headers=headers,
    )


def _bounded_body(response: requests.Response) -> bytes:
    chunks, size = [], 0
    for chunk in response.iter_content(64 * 1024):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise InvalidAnswer("The booking system's answer is too large.")
    return b"".join(chunks)


def _meaning(error: exceptions.RequestException) -> PlatformError:
    # The HTTP library says whether it failed before anything was sent.
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    unproven = any(isinstance(one, SSLCertVerificationError) for one in getattr(reason, "args", ()))
    early = isinstance(error, exceptions.ConnectTimeout) or isinstance(reason, NewConnectionError)
    if early or unproven:
        return Unreachable("The booking system could not be reached.")
    if isinstance(error, exceptions.ContentDecodingError):
        return InvalidAnswer("The booking system's answer cannot be unpacked.")
    if isinstance(error, exceptions.ConnectionError):
        return OutcomeUnknown("The connection to the booking system broke off.")
    return OutcomeUnknown("The booking system did not answer in time.")


class WsgiAdapter(BaseAdapter):
    """Hands a prepared request to a WSGI application, without a socket."""

    def __init__(self, app: WsgiApp) -> None:
        super().__init__()
        self._app = app

    def send(self, request: requests.PreparedRequest, **_kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Call the application and wrap its answer."""
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.update(status=status, headers=headers)

        chunks = self._app(_environ(request), start_response)
        try:
            body = b"".join(chunks)
        finally:
            getattr(chunks, "close", lambda: None)()
        response = requests.Response()
        response.status_code = int(started["status"].split(" ", 1)[0])
        response.headers.update(dict(started["headers"]))
        response.raw = io.BytesIO(body)
        response.request = request
        response.url = request.url or ""
        return response

    def close(self) -> None:
        """Hold nothing, close nothing."""


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, encoding="latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        IN_PROCESS: True,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = "HTTP_" + name.upper().replace("-", "_")
        if key not in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
            environ[key] = value
    return environ
