"""What can go wrong in talking to the platform.

PlatformError           code platform_unavailable; for a visitor they are all "try again later"
  Unreachable           the request never left: nothing has happened there
    HeldBack            it was kept from leaving here, so as not to make things worse
  OutcomeUnknown        it may have left, and no answer that can be read came back
  InvalidAnswer         an answer came, and it is not what was asked for
  CredentialsRefused    the account's credentials are wrong
Rejected                a definite no to this request: nothing has happened there
  Gone                  the thing asked for is not there (any more)
  NotEnabled            the account does not have the feature that this belongs to
  Conflict              the time is taken on the platform
  CouponRefused         the coupon cannot be used, or not any more
"""

from widget_server.errors import DomainError


class PlatformError(DomainError):
    """The platform gave no usable answer."""

    code = "platform_unavailable"


class Unreachable(PlatformError):
    """The request never left this machine."""


class HeldBack(Unreachable):
    """The request was not sent: the platform is out of order, busy, or asks for a pause."""


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


class NotEnabled(Rejected):
    """The account does not have the feature that this belongs to."""


class Conflict(Rejected):
    """The platform says that the time is taken."""


class CouponRefused(Rejected):
    """The platform says that the coupon cannot be used."""
