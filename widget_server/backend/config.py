"""What can be set about the backend from outside."""

from dataclasses import dataclass

CALLS_PER_MINUTE = 6000


@dataclass(frozen=True, slots=True)
class BackendConfig:
    """Settings of the API: its path, how long a token lives, how large a body may be (bytes).

    `webhook_hosts` are the `host:port` that webhooks may reach though they are private or plain.
    `calls_per_minute` holds for each client and worker process; None counts nothing.
    """

    api_path: str = "/api/v2"
    token_seconds: int = 3600
    most_bytes: int = 1024 * 1024
    webhook_hosts: frozenset[str] = frozenset()
    calls_per_minute: int | None = CALLS_PER_MINUTE
