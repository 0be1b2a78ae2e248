"""A gate before a server: lets connections through, turns them away, or keeps them waiting."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

OPEN, CLOSED, SILENT = "open", "closed", "silent"


class Gate:
    """Listens at `port`; `mode` says what happens to whoever comes and to who is there."""

    def __init__(self, host: str, port: int) -> None:
        self.mode = OPEN
        self._target = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def set(self, mode: str) -> None:
        """Change the mode; whoever is there is cut off."""
        self.mode = mode
        for one in self._pairs:
            with suppress(OSError), one:
                one.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def close(self) -> None:
        self.set(CLOSED)
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                came, _ = self._listener.accept()
                self._pairs.append(came)
                if self.mode == CLOSED:
                    came.close()
                elif self.mode == OPEN:
                    there = socket.create_connection(self._target)
                    self._pairs.append(there)
                    for pair in ((came, there), (there, came)):
                        threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    @staticmethod
    def _pass_on(origin: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := origin.recv(65536):
                target.sendall(data)
        with suppress(OSError), origin:
            target.shutdown(socket.SHUT_RDWR)


@contextmanager
def gate(host: str, port: int) -> Iterator[Gate]:
    """Put a gate before a server."""
    opened = Gate(host, port)
    yield opened
    opened.close()
