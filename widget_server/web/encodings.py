"""Bodies in the encodings that browsers take, made once for all who get the same bytes."""

import gzip
from functools import cached_property

import brotli
from flask import Response, request
from werkzeug.datastructures import Accept

# What is kept is asked for many times: worth some work, not the last byte.
GZIP_LEVEL, BROTLI_QUALITY = 6, 5
# Below this the headers weigh more than what is saved.
WORTH_BYTES = 600


class Body:
    """A body with its ETag, plain and in other encodings."""

    def __init__(self, plain: bytes, etag: str) -> None:
        self.plain = plain
        self.etag = etag

    def response(self, mimetype: str) -> Response:
        """Return the body as the present request accepts it; 304 if the caller has it already."""
        encoding = self._encoding(request.accept_encodings)
        if encoding is None:
            response = Response(self.plain, mimetype=mimetype)
            response.set_etag(self.etag)
        else:
            response = Response(getattr(self, encoding), mimetype=mimetype)
            response.headers["Content-Encoding"] = encoding
            # Other bytes, another tag: a cache in between must not mix them up.
            response.set_etag(f"{self.etag}-{encoding}")
        response.vary.add("Accept-Encoding")
        response.make_conditional(request.environ)
        return response

    @cached_property
    def gzip(self) -> bytes:
        """Return it in gzip; the same bytes at any time."""
        return gzip.compress(self.plain, GZIP_LEVEL, mtime=0)

    @cached_property
    def br(self) -> bytes:
        """Return it in Brotli."""
        return bytes(brotli.compress(self.plain, quality=BROTLI_QUALITY))

    def _encoding(self, accepted: Accept) -> str | None:
        if len(self.plain) < WORTH_BYTES:
            return None
        return accepted.best_match(["br", "gzip"]) if accepted else None
