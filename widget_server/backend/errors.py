"""What the booking system refuses, beyond bad input and unknown things."""

from widget_server.errors import DomainError, InvalidInput


class SlotTaken(DomainError):
    """The employee's time is taken, or the group has too few places left."""

    code = "slot_taken"

    def __init__(self, detail: str = "This time is taken.") -> None:
        super().__init__(detail)


class InUse(DomainError):
    """The thing cannot be deleted, for appointments need it."""

    code = "in_use"


class WrongState(DomainError):
    """The appointment's status does not allow this."""

    code = "wrong_state"


class CouponInvalid(InvalidInput):
    """The coupon is unknown, expired, used up or not for this service."""

    code = "coupon_invalid"

    def __init__(self) -> None:
        message = "This coupon cannot be used."
        super().__init__(f"coupon: {message}", errors={"coupon": [message]})


class CodeTaken(InvalidInput):
    """Another coupon has the code, in whatever case."""

    def __init__(self) -> None:
        message = "Another coupon has this code."
        super().__init__(f"code: {message}", errors={"code": [message]})


class ChangedMeanwhile(DomainError):
    """Somebody else changed or deleted the same thing at the same moment."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__("Something else changed this at the same moment; read it and try again.")


class Unauthorized(DomainError):
    """No valid token, or wrong credentials."""

    code = "unauthorized"


class Forbidden(DomainError):
    """The client's scopes do not cover this."""

    code = "forbidden"
