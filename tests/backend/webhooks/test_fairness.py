"""A receiver that takes everything in and never answers, beside one that does."""

import socket
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.backend.conftest import Caller
from widget_server.backend.context import EXTENSION
from widget_server.backend.webhooks.delivering import deliveries, handler
from widget_server.backend.webhooks.sending import Sender
from widget_server.outbox import Message, deliver_for_ever


def test_a_receiver_that_never_answers_holds_up_nobody_else(studio: Caller):
    arrived = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            arrived.set()

        def log_message(self, *_args: object) -> None:
            pass

    with (
        socket.create_server(("127.0.0.1", 0), backlog=100) as silent,
        ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ports = {
            "customer_created": silent.getsockname()[1],
            "appointment_booked": server.server_port,
        }
        hosts = frozenset(f"127.0.0.1:{port}" for port in ports.values())
        here = studio.app.extensions[EXTENSION]
        config = replace(here.config, webhook_hosts=hosts)
        studio.app.extensions[EXTENSION] = replace(here, config=config)
        for event, port in ports.items():
            studio.make("/webhooks", {"event": event, "url": f"http://127.0.0.1:{port}/in"})
        for number in range(20):
            studio.make("/customers", {"first_name": "Mia", "last_name": f"Keller {number}"})
        studio.book()

        outbox = deliveries(studio.database, studio.clock)
        send, begun = handler(studio.database, studio.clock, Sender(hosts)), []

        def deliver(message: Message) -> str:
            begun.append(message.topic)
            return send(message)

        stop = threading.Event()
        worker = threading.Thread(
            target=deliver_for_ever, args=(outbox, deliver, stop), daemon=True
        )
        worker.start()
        assert arrived.wait(300)
        # Before its turn would come if it had to wait for all that goes the other way.
        assert begun.count("customer_created") < 20
        stop.set()
        worker.join(300)
        server.shutdown()
