"""Date-times: what section 3.14 allows, and how we write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csms_harness.ocppj.datetimes import NoDatetime, format_datetime, has_fraction, parse_datetime

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01t12:00:00z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00.5Z", datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-01T12:00:00,5Z", datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-03-01T12:00:00.000Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00.123456789Z", datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-03-01T12:00:00." + "9" * 40 + "Z", datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC)),
        ("2026-03-01T12:00:00+00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00-00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00+05:30", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
        ("2026-03-01T12:00:00-11:00", datetime(2026, 3, 1, 23, tzinfo=UTC)),
        ("2026-03-01T00:30:00+01:00", datetime(2026, 2, 28, 23, 30, tzinfo=UTC)),
        ("2028-02-29T12:00:00Z", datetime(2028, 2, 29, 12, tzinfo=UTC)),
        ("2026-12-31T23:59:60Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", FIRST),
        ("9999-12-31T23:59:59.9999999-05:00", LAST),
        ("9999-12-31T23:59:60Z", LAST),
        ("9999-12-31T23:59:60-23:59", LAST),
    ],
)
def test_a_date_time_with_its_zone_is_read(text: str, expected: datetime) -> None:
    parsed = parse_datetime(text)
    assert parsed == expected
    assert parsed.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-01T12:00:00", "no zone: Z or an offset such as \\+01:00 is required"),
        ("2026-03-01T12:00:00.5", "no zone"),
        ("2026-03-01", "not of the form"),
        ("12:00:00Z", "not of the form"),
        ("2026-03-01 12:00:00Z", "not of the form"),
        ("2026-03-01T12:00Z", "not of the form"),
        ("2026-3-1T12:00:00Z", "not of the form"),
        ("26-03-01T12:00:00Z", "not of the form"),
        ("20260301T120000Z", "not of the form"),
        ("2026-W09-7T12:00:00Z", "not of the form"),
        ("2026-03-01T12:00:00+0100", "not of the form"),
        ("2026-03-01T12:00:00+01", "not of the form"),
        ("2026-03-01T12:00:00.Z", "not of the form"),
        ("2026-03-01T12:00:00 Z", "not of the form"),
        ("2026-03-01T12:00:00Z ", "not of the form"),
        ("2026-03-01T12:00:00Z\n", "not of the form"),
        ("2026-03-01T12:00:00UTC", "not of the form"),
        ("\u0662026-03-01T12:00:00Z", "not of the form"),
        ("-026-03-01T12:00:00Z", "not of the form"),
        ("1772366400", "not of the form"),
        ("Sun, 01 Mar 2026 12:00:00 GMT", "not of the form"),
        ("", "not of the form"),
        ("now", "not of the form"),
        ("2026-13-01T12:00:00Z", "no such moment: month"),
        ("2026-00-01T12:00:00Z", "no such moment: month"),
        ("2026-02-29T12:00:00Z", "no such moment: day"),
        ("2026-03-32T12:00:00Z", "no such moment: day"),
        ("2026-03-01T24:00:00Z", "no such moment: hour"),
        ("2026-03-01T12:60:00Z", "no such moment: minute"),
        ("2026-03-01T12:00:61Z", "no such moment: second"),
        ("0000-01-01T00:00:00Z", "no such moment: year"),
        ("2026-03-01T12:00:00+24:00", "the offset \\+24:00 does not exist"),
        ("2026-03-01T12:00:00+01:60", "the offset \\+01:60 does not exist"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_datetime(text)


@pytest.mark.parametrize(
    ("text", "lack"),
    [("2026-03-01", "form"), ("2026-03-01T13:00:00", "zone"), ("2026-02-30T13:00:00Z", "moment")],
)
def test_why_a_text_is_no_date_time_is_data_too(text: str, lack: str) -> None:
    with pytest.raises(NoDatetime) as refused:
        parse_datetime(text)
    assert refused.value.lack == lack


def test_we_write_utc_with_z_and_milliseconds() -> None:
    moment = datetime(2026, 3, 1, 13, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=1)))
    assert format_datetime(moment) == "2026-03-01T12:00:00.123Z"
    assert format_datetime(moment, milliseconds=False) == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T12:00:00.1Z", True),
        ("2026-03-01T12:00:00.000+01:00", True),
        ("2026-03-01T12:00:00Z", False),
        ("half past .5", False),
    ],
)
def test_a_fraction_is_seen(text: str, expected: bool) -> None:
    assert has_fraction(text) is expected


BOUNDS = [datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2, 9998)]
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(deadline=None)
@given(st.datetimes(*BOUNDS, timezones=ZONES))
def test_what_python_writes_with_a_zone_is_read_back(moment: datetime) -> None:
    assert parse_datetime(moment.isoformat()) == moment
    assert abs(parse_datetime(format_datetime(moment)) - moment) < timedelta(milliseconds=1)


@settings(deadline=None)
@given(st.text("0123456789-:.,TtZz+ \u0661", max_size=30))
def test_no_text_raises_anything_but_value_error(text: str) -> None:
    try:
        assert parse_datetime(text).tzinfo is UTC
    except ValueError as error:
        assert str(error)  # noqa: PT017  both outcomes are right; what counts is that there is no third
