"""gunicorn's worker with threads, for visitors who are slow or do not mean well.

The threads are few. gunicorn gives one to each connection at its first byte, and the thread then
waits for the rest: a handful of connections that send one byte keep everybody else out. Here the
main loop gathers a request, and a thread gets it when all of it has come. Waiting costs a
connection and a few kilobytes, for so many seconds at most. What can be refused without the
application is refused here, as a problem document, and the connection closed.
"""

import json
import selectors
import socket
import struct
import time
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn import util
from gunicorn.http import errors
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

from widget_server.cli.arrival import Arrival
from widget_server.web.api.problem_kinds import code_of_status, problem_document

REQUEST_SECONDS = 15
# A client that does not take its answer, or deceives the count of what has come, meets this.
LINE_SECONDS = 10
LINGER_SECONDS = 2
READ_BYTES = 64 * 1024
# Of all requests on their way to one worker, those apart that are as small as most.
MOST_GATHERED = 64 * 1024 * 1024

_STATUS = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.ForbiddenProxyRequest: HTTPStatus.FORBIDDEN,
}


class Worker(ThreadWorker):  # type: ignore[misc]
    """Threads for requests that are there; the main loop, which runs all of this, for the others.

    A connection of gunicorn's gets an `arrival` while its next request is on the way.
    """

    def enqueue_req(self, conn: Any) -> None:
        """Read what has come; hand the request to a thread, refuse it, or wait for more."""
        arrival = _arrival(conn)
        if not arrival.whole and not self._receive(conn, arrival):
            self._drop(conn)
        elif arrival.whole:
            conn.parser.unreader.unread(bytes(arrival.data))
            conn.arrival = None
            super().enqueue_req(conn)
        elif arrival.problem or self._is_full(arrival):
            self._refuse(conn, arrival.problem or HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._wait(conn, self.on_pending_socket_readable)

    def murder_pending(self) -> None:
        """Give up connections that took too long; say so to those that had begun a request."""
        now = time.monotonic()
        for conn in [conn for conn in self.pending_conns if conn.timeout <= now]:
            self._wait_no_more(conn)
            if conn.arrival and conn.arrival.data:
                self._refuse(conn, HTTPStatus.REQUEST_TIMEOUT)
            else:
                self._drop(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Keep the connection, or close it without making the main loop wait for the other side."""
        if fs.cancelled() or fs.exception() or not fs.result():
            self._linger(conn)
        else:
            super().finish_request(conn, fs)

    def handle_error(self, _req: Any, client: Any, _addr: Any, exc: Exception) -> None:
        """Answer for a request that never reached the application, or broke it."""
        if isinstance(exc, errors.ParseException):
            status = _STATUS.get(type(exc), HTTPStatus.BAD_REQUEST)
            self.log.info("Refused with %d: %s", status, type(exc).__name__)
        else:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            self.log.error("A request broke.", exc_info=exc)
        self._tell(client, status)

    def _receive(self, conn: Any, arrival: Arrival) -> bool:
        """Take in what lies ready; False when the other side is gone."""
        try:
            data = conn.sock.recv(READ_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        arrival.take(data)
        if arrival.asks_first and not arrival.whole and not arrival.problem:
            arrival.asks_first = False
            _send(conn.sock, b"HTTP/1.1 100 Continue\r\n\r\n")
        return bool(data)

    def _is_full(self, arrival: Arrival) -> bool:
        if len(arrival.data) <= READ_BYTES:
            return False
        others = (conn.arrival for conn in self.pending_conns if conn.arrival)
        return sum(len(other.data) for other in others) > MOST_GATHERED

    def _refuse(self, conn: Any, status: HTTPStatus) -> None:
        self._tell(conn.sock, status)
        self._linger(conn)

    def _tell(self, client: socket.socket, status: HTTPStatus) -> None:
        detail = status.description or status.phrase
        body = problem_document(self.app.url, code_of_status(status), status, detail, {})
        # The backend's API, which speaks through here too, has its sentence there.
        content = json.dumps(body | {"message": detail})
        lines = (
            f"HTTP/1.1 {status.value} {status.phrase}",
            "Connection: close",
            "Content-Type: application/problem+json",
            "Cache-Control: no-store",
            f"Content-Length: {len(content)}",
        )
        _send(client, "\r\n".join((*lines, "", content)).encode())

    def _linger(self, conn: Any) -> None:
        """Close our side; the other one loses the answer if it is still sending when all ends."""
        conn.arrival = None
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)
            return
        conn.timeout = time.monotonic() + LINGER_SECONDS
        self._wait(conn, self._discard)

    def _discard(self, conn: Any, client: Any) -> None:
        try:
            if client.recv(READ_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._wait_no_more(conn)
        self._drop(conn)

    def _wait(self, conn: Any, then: Any) -> None:
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(then, conn))

    def _wait_no_more(self, conn: Any) -> None:
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)

    def _drop(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()


def _arrival(conn: Any) -> Arrival:
    """Return what has come of the connection's next request."""
    if conn.parser is None:
        conn.parser = RequestParser(conn.cfg, conn.sock, conn.client)
        conn.arrival = None
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", LINE_SECONDS, 0))
    if conn.arrival is None:
        conn.data_ready = True
        conn.sock.settimeout(0)
        conn.timeout = time.monotonic() + REQUEST_SECONDS
        conn.arrival = Arrival()
        # What came with the request before.
        conn.arrival.take(conn.parser.unreader.take_buffered())
    arrival: Arrival = conn.arrival
    return arrival


def _send(client: socket.socket, data: bytes) -> None:
    """Send a few bytes, if the other side is there to take them."""
    try:
        util.write_nonblock(client, data)
    except OSError:
        return
