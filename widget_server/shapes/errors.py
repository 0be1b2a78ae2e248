"""The error of a document that has not the shape it should have."""

from widget_server.errors import InvalidInput


class ShapeError(InvalidInput):
    """A field of a JSON document is wrong; `field` is its path, `message` what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}", errors={field: [message]})
        self.field = field
        self.message = message
