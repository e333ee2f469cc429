"""What stands for a secret in the journal: nothing that gives it away, and everything that a judgement needs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csms_harness.record.standins import StandIns

SECRET = "Correct-Horse_42/+ab"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIBVQ+/abc\nAw==\n-----END PRIVATE KEY-----\n"


def shape(value: Any) -> Any:
    """A JSON value with the length in the place of each text and name of a member, and its type in that of a number."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return type(value)
    if isinstance(value, dict):
        return [(len(name), shape(item)) for name, item in value.items()]
    return [shape(item) for item in value] if isinstance(value, list) else value


def frame(payload: dict[str, Any], action: str = "ChangeConfiguration", **how: Any) -> str:
    return json.dumps([2, "cs-1", action, payload], **how)


def knowing(*secrets: str) -> StandIns:
    stand_ins = StandIns()
    stand_ins.learn(secrets)
    return stand_ins


# -- one secret ---------------------------------------------------------------------------------------------


@given(st.text(st.characters(codec=None)))
def test_a_stand_in_is_as_long_as_its_secret_and_the_same_every_time(secret: str) -> None:
    stand_ins = StandIns()

    assert len(stand_ins.of(secret)) == len(secret)
    assert stand_ins.of(secret) == stand_ins.of(secret)


@given(st.text())
def test_a_stand_in_takes_as_many_bytes_as_its_secret_unless_it_is_beyond_the_basic_plane(secret: str) -> None:
    if all(ord(char) < 0x10000 for char in secret):
        assert len(StandIns().of(secret).encode()) == len(secret.encode())


@given(st.text(st.characters(codec="ascii")))
def test_letters_stay_letters_digits_digits_and_punctuation_itself(secret: str) -> None:
    for before, after in zip(secret, StandIns().of(secret), strict=True):
        assert (before.islower(), before.isupper(), before.isdigit()) == (
            after.islower(),
            after.isupper(),
            after.isdigit(),
        )
        assert before.isalnum() or before == after or not any(map(str.isalnum, secret))


def test_a_hexadecimal_key_stays_one() -> None:
    assert int(StandIns().of("0123456789abcdef" * 2), 16) >= 0
    assert int(StandIns().of("0123456789ABCDEF" * 2), 16) >= 0


@pytest.mark.parametrize(
    "secret",
    [SECRET, "비밀번호비밀번호비밀번호", "pässwörd-überlang-öäü", "!$%&/()=?!$%&/()=?", "§§§§§§§§§§§§", "🔑" * 12],
)
def test_a_stand_in_gives_nothing_away_and_is_another_in_the_next_run(secret: str) -> None:
    one, other = StandIns().of(secret), StandIns().of(secret)

    assert len({secret, one, other}) == 3


@given(st.text(st.characters(codec=None), min_size=1))
def test_no_stand_in_is_the_secret_itself_unless_it_is_made_of_white_space(secret: str) -> None:
    assert (StandIns().of(secret) == secret) is secret.isspace()


def test_different_secrets_have_different_stand_ins() -> None:
    stand_ins = StandIns()

    assert stand_ins.of(SECRET) != stand_ins.of(SECRET[::-1])
    assert stand_ins.of(SECRET)[:8] != stand_ins.of(f"{SECRET}x")[:8]


# -- in a frame ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        frame({"key": "AuthorizationKey", "value": SECRET}),
        frame({"value": SECRET, "key": "authorizationkey"}, separators=(",", ":")),
        frame({"value": SECRET, "more": 1, "key": "AuthorizationKey"}),
        frame({"key": "AuthorizationKey", "value": SECRET}).replace("/", "\\/"),
        frame({"key": "AuthorizationKey", "value": SECRET}).replace("/", "\\u002F").replace("+", "\\u002B"),
        frame({"value": SECRET, "more": 1, "key": "AuthorizationKey"}).replace("/", "\\/"),
        frame({"data": f"the password is {SECRET}, \u2028 isn't it"}, "DataTransfer"),
        f'"{SECRET}" in a text that is no JSON {{"',
    ],
)
def test_a_known_secret_has_the_same_stand_in_wherever_and_however_it_is_written(text: str) -> None:
    stand_ins = knowing(SECRET)
    replaced = stand_ins.text(text)
    meant = replaced.replace("\\/", "/").replace("\\u002F", "/").replace("\\u002B", "+")

    assert stand_ins.of(SECRET) in meant
    assert SECRET not in meant


@pytest.mark.parametrize(
    "payload",
    [
        {"key": "AuthorizationKey", "value": 'a"\\\n\t비밀\ud800'},
        {"location": "ftp://user:pass-word@host:21/path", "retries": 3},
        {"location": "ftp://user:pässword\u1234@host/path"},
        {"certificate": KEY, "last": True},
        {"certificate": "-----BEGIN PRIVATE KEY-----\nMIIBVQ", "last": None, "more": [1.5, {"a": "b"}]},
    ],
)
@pytest.mark.parametrize("escape", [True, False])
def test_what_only_the_words_around_it_show_is_replaced_and_the_frame_keeps_its_shape(
    payload: dict[str, Any], *, escape: bool
) -> None:
    text = frame(payload, ensure_ascii=escape)
    stand_ins = StandIns()
    replaced = json.loads(stand_ins.text(text))

    assert shape(replaced) == shape(json.loads(text))
    assert replaced[3] == stand_ins.value(payload)
    assert replaced[3] != payload


@given(
    st.text(st.characters(codec=None), min_size=4),
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None))),
    st.booleans(),
)
@example(secret="u00e9", members={"é": "\\u00e9", "u00e9": "éu00e9"}, escape=True)
@example(secret="nnnn", members={"\n": "\nnnn", "\\nnnn": "nnnn"}, escape=False)
@example(secret="fals", members={"": False}, escape=False)
@example(secret="null", members={"": None, "a\n": "null"}, escape=False)
@example(secret="1234", members={"": 1234, "b": -12345}, escape=True)
def test_json_stays_json_of_the_same_shape(secret: str, members: dict[str, Any], escape: bool) -> None:
    payload = members | {"vendorId": f"x{secret}y", "value": secret, "key": "AuthorizationKey"}
    text = frame(payload, ensure_ascii=escape).replace("/", "\\/")

    assert shape(json.loads(knowing(secret).text(text))[3]) == shape(payload)


@pytest.mark.parametrize("escaped", ["", "\n"])
def test_a_secret_of_digits_is_no_number_any_more_either(escaped: str) -> None:
    text = frame({"a": 1234, "b": -12345, "c": 1234.5, "d": escaped}, action="1234")
    replaced = knowing("1234").text(text)
    assert shape(json.loads(replaced)) == shape(json.loads(text))
    assert "1234" not in replaced


def test_an_escape_is_not_taken_for_the_secret_that_it_looks_like() -> None:
    text = frame({"data": "caf\u00e9", "vendorId": "u00e9"})
    stand_ins = knowing("u00e9")

    assert '"caf\\u00e9"' in text
    assert json.loads(stand_ins.text(text))[3] == {"data": "caf\u00e9", "vendorId": stand_ins.of("u00e9")}


def test_a_secret_in_the_name_of_a_member_is_replaced_there_too() -> None:
    text, stand_ins = frame({SECRET: [{f"a{SECRET}": "\n"}]}), knowing(SECRET)
    payload = {stand_ins.of(SECRET): [{f"a{stand_ins.of(SECRET)}": "\n"}]}

    assert stand_ins.value(json.loads(text)[3]) == payload
    assert json.loads(stand_ins.text(text))[3] == payload


def test_a_secret_behind_a_backslash_in_a_text_that_is_no_json_is_replaced() -> None:
    stand_ins = knowing("nightfall")

    assert stand_ins.text("as DOMAIN\\nightfall it was refused") == (
        f"as DOMAIN\\{stand_ins.of('nightfall')} it was refused"
    )


def test_a_key_too_short_to_be_looked_for_is_replaced_beside_its_name() -> None:
    text, payload = frame({"key": "AuthorizationKey", "value": "no"}), {"key": "AuthorizationKey", "value": "no"}
    tried = [StandIns() for _ in range(20)]  # two of them may have the same stand-in

    assert len({stand_ins.text(text) for stand_ins in tried}) > 1
    assert all(json.loads(stand_ins.text(text))[3] == stand_ins.value(payload) for stand_ins in tried)


def test_the_lines_of_a_private_key_stay_where_they_are() -> None:
    certificate = json.loads(StandIns().text(frame({"certificate": KEY}, "InstallCertificate")))[3]["certificate"]

    assert [len(line) for line in certificate.splitlines()] == [len(line) for line in KEY.splitlines()]
    assert "MIIBVQ" not in certificate
    assert "Aw==" not in certificate


def test_of_two_secrets_the_longer_is_looked_for_first() -> None:
    stand_ins = knowing("horse", "horse-radish")

    assert stand_ins.text("horse horse-radish") == f"{stand_ins.of('horse')} {stand_ins.of('horse-radish')}"


def test_a_stand_in_is_not_taken_for_a_secret() -> None:
    stand_ins = StandIns()
    stand_ins.learn({SECRET})
    stand_ins.learn({stand_ins.of(SECRET)})

    assert stand_ins.text(SECRET) == stand_ins.of(SECRET)


def test_what_holds_no_secret_stays_as_it_is() -> None:
    text = '[3,"1",{"data":"a\\/b \\u00e9 \\ud800","n":1e400}] "never closed \\'

    assert knowing(SECRET).text(text) == text
    assert knowing(SECRET).value({"a": [1, 1.5, None, True, {"b": text}]}) == {"a": [1, 1.5, None, True, {"b": text}]}


@pytest.mark.parametrize("secret", ["9380325212", "1000000000", "0503087472", "12345678x0"])
def test_a_secret_of_digits_has_one_stand_in_wherever_it_stands(secret: str) -> None:
    for _ in range(60):  # one in ten began with 0, and was written otherwise where it stood alone
        known = StandIns()
        known.learn({secret})
        told = known.of(secret)
        assert told != secret
        assert (known.value(secret), known.text(f'["{secret}"]')) == (told, f'["{told}"]')
        assert (told[0] == "0") <= (secret[0] == "0")
