"""What can go wrong in talking to the platform.

PlatformError           code platform_unavailable; for a visitor they are all "try again later"
  Unreachable           the request never left: nothing has happened there
  OutcomeUnknown        it may have left, and no answer that can be read came back
  InvalidAnswer         an answer came, and it is not what was asked for
  CredentialsRefused    the account's credentials are wrong
Rejected                a definite no to this request: nothing has happened there
  Gone                  the thing asked for is not there (any more)
  Conflict              the time is taken on the platform
  CouponRefused         the coupon cannot be used, or not any more
"""

from widget_server.errors import DomainError


class PlatformError(DomainError):
    """The platform gave no usable answer."""

    code = "platform_unavailable"


class Unreachable(PlatformError):
    """The request never left this machine."""


class OutcomeUnknown(PlatformError):
    """The request may have been carried out; it must not be sent again."""


class InvalidAnswer(PlatformError):
    """The answer is not of the agreed shape."""


class CredentialsRefused(PlatformError):
    """The platform refuses the account's credentials."""


class Rejected(DomainError):
    """The platform refused this request for what it asks."""

    code = "unavailable"

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Gone(Rejected):
    """The platform does not have what was asked for."""


class Conflict(Rejected):
    """The platform says that the time is taken."""


class CouponRefused(Rejected):
    """The platform says that the coupon cannot be used."""
