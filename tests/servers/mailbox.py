"""A real SMTP server on loopback that keeps what it is sent."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mailbox:
    def __init__(self, port: int) -> None:
        self.port = port
        self._arrived = threading.Condition()
        self._messages: list[tuple[str, str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - aiosmtpd calls it so
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("html", "plain"))
        text = body.get_content() if body is not None else ""
        with self._arrived:
            self._messages += [(recipient, text) for recipient in envelope.rcpt_tos]
            self._arrived.notify_all()
        return "250 Message accepted"

    def take(self, recipient: str, *, seconds: float = 10) -> str:
        """The text of the oldest message to the recipient that nobody has taken, as soon as there is one."""
        deadline = time.monotonic() + seconds
        with self._arrived:
            while True:
                for place, (to, text) in enumerate(self._messages):
                    if to == recipient:
                        del self._messages[place]
                        return text
                left = deadline - time.monotonic()
                if left <= 0 or not self._arrived.wait(left):
                    raise TimeoutError(f"no mail to {recipient}; there are {[to for to, _ in self._messages]}")

    def recipients(self) -> list[str]:
        """Who got a message that nobody has taken."""
        with self._arrived:
            return [recipient for recipient, _ in self._messages]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    from aiosmtpd.controller import Controller

    box = Mailbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
