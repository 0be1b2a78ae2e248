"""Bodies as browsers accept them: fewer bytes, the same answer."""

import gzip

import brotli
import pytest

from widget_server.web.widget_script.files import built_widget

SLOTS = "/v1/slots?from=2026-12-01&to=2026-12-31&service=1&location=1"
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("path", [SLOTS, "/v1/business"])
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("identity", None),
        ("deflate", None),
        ("", None),
        ("*", "br"),
        (None, None),
    ],
)
def test_the_body_comes_as_it_is_accepted(site, path, accepted, encoding):
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    plain = site.get(path).data
    answer = site.get(path, headers=headers)
    assert answer.headers.get("Content-Encoding") == encoding
    assert DECODE.get(encoding or "", bytes)(answer.data) == plain
    assert "Accept-Encoding" in answer.vary
    assert (len(answer.data) < len(plain) / 2) == (encoding is not None)


@pytest.mark.parametrize("path", [SLOTS, "/v1/business"])
def test_each_encoding_has_a_tag_of_its_own_and_a_304(site, path):
    tags = {}
    for accepted in ("br", "gzip", "identity"):
        headers = {"Accept-Encoding": accepted}
        tags[accepted] = site.get(path, headers=headers).headers["ETag"]
        again = site.get(path, headers=headers | {"If-None-Match": tags[accepted]})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tags[accepted])
        assert "Accept-Encoding" in again.vary
    assert len(set(tags.values())) == 3


def test_a_small_body_stays_as_it_is(site):
    answer = site.get("/v1/locations?location=1", headers={"Accept-Encoding": "br"})
    assert ("Content-Encoding" in answer.headers, len(answer.data) < 600) == (False, True)


def test_the_widget_comes_in_few_bytes(site):
    pieces = sorted(built_widget().glob("chunk-*.js"))
    plain = [piece.read_bytes() for piece in pieces]
    asked = [f"/widget/{piece.name}" for piece in pieces]
    packed = [site.get(path, headers={"Accept-Encoding": "br"}).data for path in asked]

    assert len(pieces) > 0
    assert [brotli.decompress(one) for one in packed] == plain
    # All together: of a small piece less can be saved.
    assert sum(map(len, packed)) < sum(map(len, plain)) / 2
