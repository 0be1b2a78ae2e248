"""Connections whose answers come in time as a whole, or not at all.

The HTTP library's read time-out is for each piece that arrives: who sends a byte now and then is
waited for for ever. Here it is the time for all of an answer, from its first line to the end of its
body, counted from the moment at which the request was sent.
"""

import io
import socket
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class TimedSocket:
    """A socket; what is read from it must come within the time-out set last, all of it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._ends: float | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, seconds: float | None) -> None:
        """Let the time begin."""
        self._ends = None if seconds is None else time.monotonic() + seconds
        self._sock.settimeout(seconds)

    def makefile(self, *_args: Any, **_kwargs: Any) -> io.BufferedReader:
        """Return the file that an answer is read from."""
        return io.BufferedReader(_TimedFile(self, self._sock.makefile("rb", buffering=0)))

    def hurry(self) -> None:
        """Let the next piece take no longer than what is left of the time; raise TimeoutError."""
        if self._ends is None:
            return
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)


class _TimedFile(io.RawIOBase):
    def __init__(self, sock: TimedSocket, raw: socket.SocketIO) -> None:
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.hurry()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Timed(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock: Any = TimedSocket(self.sock)


class _TimedTls(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock: Any = TimedSocket(self.sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Timed


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TimedTls


POOLS = {"http": _Pool, "https": _TlsPool}
