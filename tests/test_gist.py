"""The telling part of a foreign answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csms_harness.gist import gist

PAGE = "<!DOCTYPE html><html><head><title>Oops</title><style>p {color: red}</style></head><body>{}</body></html>"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"code":"STATION_DISABLED","message":"station is disabled"}', "station is disabled"),
        (
            '{"timestamp":"2026-01-31","status":500,"error":"Internal Server Error","message":""}',
            "Internal Server Error",
        ),
        ('{"error":{"code":7,"details":[{"reason":"no such tag"}]}}', "no such tag"),
        ('{"errors":[],"data":null}', '{"errors":[],"data":null}'),
        ('["one","two"]', "one"),
        ('"plain"', "plain"),
        ("Cannot GET /ocpp", "Cannot GET /ocpp"),
        (PAGE.replace("{}", "<h1>502&nbsp;Bad Gateway</h1><script>x</script><hr>nginx"), "502 Bad Gateway nginx"),
        (PAGE.replace("{}", ""), "Oops"),
        ("<html", ""),
        ("", ""),
        ("a\x1b[31m\nb", "a [31m b"),
    ],
)
def test_the_telling_part(body: str, told: str) -> None:
    assert gist(body) == told


@given(st.text())
def test_whatever_a_body_holds_one_short_harmless_line_comes_of_it(body: str) -> None:
    told = gist(body, 40)
    assert len(told) <= 40
    assert told.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        "<html>" + "<" * 100_000,
        "<html><!--" * 20_000,
        "<html><title>" * 20_000,
        "<html><style>" * 20_000,
    ],
)
def test_a_hostile_body_takes_no_time(body: str) -> None:
    assert len(gist(body)) <= 200
