"""The one module that speaks to the HTTP library.

A request goes over the network to a remote account, or through `WsgiAdapter` straight into the
embedded backend. Everything above is the same in both cases.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from widget_server.bookablesites.errors import InvalidAnswer, OutcomeUnknown, Unreachable

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
CONNECT_TIMEOUT_SECONDS = 3.05
MAX_ANSWER_BYTES = 16 * 1024 * 1024
EMBEDDED_ORIGIN = "http://embedded.invalid"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came: status and raw body."""

    status: int
    content_type: str
    body: bytes


class Transport:
    """Sends one request, follows nothing, retries nothing."""

    def __init__(self, origin: str, *, timeout_seconds: float, app: WsgiApp | None = None) -> None:
        self._origin = origin
        self._timeout = (CONNECT_TIMEOUT_SECONDS, timeout_seconds)
        self._session = requests.Session()
        # Neither proxies nor ~/.netrc of the machine have a say in where credentials go.
        self._session.trust_env = False
        self._session.mount(origin, WsgiAdapter(app) if app else HTTPAdapter(pool_maxsize=32))

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send and return the answer; raise Unreachable or OutcomeUnknown when none came."""
        try:
            with self._session.request(
                method,
                self._origin + path,
                params=query,
                json=json,
                data=form,
                headers={"Accept": "application/json", **headers},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                content_type = response.headers.get("Content-Type", "")
                return Reply(response.status_code, content_type, _bounded_body(response))
        except requests.exceptions.ConnectTimeout:
            raise Unreachable("The booking system could not be reached.") from None
        except requests.exceptions.ConnectionError as error:
            raise _connection_error(error) from None
        except requests.exceptions.RequestException:
            raise OutcomeUnknown("The booking system did not answer in time.") from None


def embedded(app: WsgiApp) -> Transport:
    """Return a transport into a WSGI application of this process."""
    return Transport(EMBEDDED_ORIGIN, timeout_seconds=30, app=app)


def _bounded_body(response: requests.Response) -> bytes:
    chunks, size = [], 0
    for chunk in response.iter_content(64 * 1024):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise InvalidAnswer("The booking system's answer is too large.")
    return b"".join(chunks)


def _connection_error(error: requests.exceptions.ConnectionError) -> Exception:
    # urllib3 says whether the connection failed before anything was sent.
    if "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error):
        return Unreachable("The booking system could not be reached.")
    return OutcomeUnknown("The connection to the booking system broke off.")


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
