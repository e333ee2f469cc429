"""Secrets in what is shown or stored: masked before anything is cut, and never in what is judged."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csms_harness.evidence import Entry, Finding, Happening, Kind, Note, Role, What
from csms_harness.foreign import MASK
from csms_harness.message import Message, MessageType, Side
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.record.masking import (
    Redact,
    forms_of_key,
    in_strings,
    is_free_of_secrets,
    mask,
    masking,
    redacted_case,
    redacted_rule,
    secrets_in,
    secrets_of,
    spellings,
)
from csms_harness.record.rebuild import End, Head, facts_of
from csms_harness.record.standins import StandIns
from csms_harness.report.telling import told
from csms_harness.report.write import facts_json, transcript_jsonl
from csms_harness.resources import folder
from csms_harness.rules.indexed import indexed
from csms_harness.rules.standing import rule_verdicts
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict
from csms_harness.scenario.load import load_library
from csms_harness.verdict import Verdict
from tests.report.realistic import facts as realistic_facts
from tests.runner.runs import ran

SECRET = "correct-horse-battery"


# -- in a text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f'[2,"1","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{SECRET}"}}]',
        f'[2,"1","ChangeConfiguration",{{"value":"{SECRET}","key":"AuthorizationKey"}}]',
        f'[2, "1", "ChangeConfiguration", {{ "key" : "authorizationkey" , "value" : "{SECRET}" }}]',
        f'[2,"1","ChangeConfiguration",{{"key":"AuthorizationKey","value":"a\\"{SECRET}\\\\"}}]',
        f'{{"location":"ftp://user:{SECRET}@host/path"}}',
        f'{{"location":"https:\\/\\/user:{SECRET}@host"}}',
        f"-----BEGIN RSA PRIVATE KEY-----\\n{SECRET}\\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}",
        f"-----BEGIN ENCRYPTED PRIVATE KEY-----{SECRET}-----END ENCRYPTED PRIVATE KEY-----",
    ],
)
def test_secrets_are_masked_wherever_a_frame_can_hold_them(text: str) -> None:
    masked = mask(text)

    assert SECRET not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "text",
    [
        '[2,"1","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]',
        '[3,"1",{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"}]}]',
        '{"location":"ftp://host:21/path@two"}',
        '{"time":"2026-01-31T12:00:00Z","text":"a:b@c"}',
        "-----BEGIN CERTIFICATE-----MIIB-----END CERTIFICATE-----",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "?token" * 40_000,
        "&" * 200_000,
        '"value":"' * 20_000,
        "a://" * 40_000,
        "-----BEGIN " * 20_000,
        '"key":' * 40_000 + " " * 40_000,
    ],
)
def test_masking_takes_time_in_proportion_to_the_text(text: str) -> None:
    began = time.process_time()
    mask(text)

    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    "spelt",
    [
        SECRET.replace("-", "\\u002d"),
        SECRET.replace("-", "\\u002D"),
        "".join(f"\\u{ord(char):04x}" for char in SECRET),
    ],
)
def test_a_secret_is_found_however_its_json_escapes_it(spelt: str) -> None:
    text = f'[2,"x","ChangeConfiguration",{{"value":"{spelt}","more":"\\n","key":"\\u0041uthorizationKey"}}]'
    masked = masking({SECRET})(text)

    assert json.loads(masked)[3] == {"value": MASK, "more": "\n", "key": "AuthorizationKey"}


def test_a_password_with_a_slash_is_found_though_some_encoders_escape_it() -> None:
    assert masking({"ab/cd/ef"})('{"data":"is ab\\/cd\\/ef"}') == f'{{"data":"is {MASK}"}}'


@pytest.mark.parametrize("length", range(4, len(SECRET)))
def test_a_secret_that_was_cut_in_its_middle_is_masked_too(length: int) -> None:
    shown = masking({SECRET})(f"observed {SECRET[:length]}… (21 characters in all)")

    assert shown == f"observed {MASK}… (21 characters in all)"


def test_a_beginning_that_is_not_cut_there_is_an_ordinary_word() -> None:
    assert masking({SECRET})("correct, and more…") == "correct, and more…"


def test_of_two_secrets_the_longer_goes_first_so_that_no_tail_is_left() -> None:
    assert masking({"horse-radish", "horse"})("horse-radish horse") == f"{MASK} {MASK}"


def test_a_text_that_no_secret_is_in_keeps_every_escape() -> None:
    text = '[2,"1","DataTransfer",{"data":"a\\/b \\u00e9 \\ud800"}] "\\x" "never closed \\'

    assert masking({SECRET})(text) == text
    assert in_strings(text, str.upper) != text


def test_a_private_key_ends_where_its_string_ends() -> None:
    text = '[2,"1","DataTransfer",{"data":"-----BEGIN PRIVATE KEY-----MIIB","vendorId":"org.example"}]'

    assert json.loads(mask(text))[3] == {"data": f"-----BEGIN PRIVATE KEY-----{MASK}", "vendorId": "org.example"}


def test_only_the_authorization_key_is_a_secret_of_a_request_and_only_when_it_is_no_ordinary_word() -> None:
    assert secrets_in("ChangeConfiguration", {"key": "authorizationKEY", "value": 'a"bcd'}) == {'a"bcd'}
    assert secrets_in("ChangeConfiguration", {"key": "HeartbeatInterval", "value": SECRET}) == frozenset()
    assert secrets_in("DataTransfer", {"key": "AuthorizationKey", "value": SECRET}) == frozenset()
    assert secrets_in("ChangeConfiguration", {"key": "AuthorizationKey", "value": "no"}) == frozenset()
    assert secrets_in("ChangeConfiguration", {"key": ["AuthorizationKey"], "value": 7}) == frozenset()


def test_a_secret_is_looked_for_as_it_stands_and_as_json_writes_it() -> None:
    assert spellings('é"\ud800') == ('é"\ud800', '\\u00e9\\"\\ud800', 'é\\"\ud800')


# -- in a case ----------------------------------------------------------------------------------------------


def change(value: str, **more: Any) -> dict[str, Any]:
    return {"key": "AuthorizationKey", "value": value, **more}


def received(number: int, payload: dict[str, Any], *breaches: Breach, action: str = "ChangeConfiguration") -> Entry:
    text = json.dumps([2, f"cs-{number}", action, payload])
    message = Message(
        number / 100, Side.CENTRAL_SYSTEM, MessageType.CALL, action, f"cs-{number}", text, breaches, payload
    )
    return Entry(number, Role.SCENARIO, "step 1", message)


def asked(fields: dict[str, Any], text: str = "") -> Entry:
    return Entry(9, Role.SCENARIO, "", note=Note(0.0, Happening.ASKED, text, "ChangeConfiguration", fields=fields))


def finding(**more: Any) -> Finding:
    return Finding(Kind.MISMATCH, Verdict.FAIL, "step 1", What.WRONG_MEMBER, ("ChangeConfiguration",), **more)


def case(*transcript: Entry, **more: Any) -> CaseFact:
    return ran(**more).model_copy(update={"transcript": transcript, "verdict": Verdict.FAIL})


def masked(one: CaseFact) -> CaseFact:
    return redacted_case(one, masking(secrets_of(one)))


def test_the_secrets_of_a_case_are_those_it_was_asked_for_and_those_that_came() -> None:
    found = secrets_of(case(received(1, change(SECRET)), asked(change("another-secret")), asked({"type": "Hard"})))

    assert found == forms_of_key(SECRET) | forms_of_key("another-secret")
    assert found >= {SECRET, "another-secret"}


@pytest.mark.parametrize("name", ["required", "observed", "detail"])
def test_what_was_found_is_masked(name: str) -> None:
    shown = masked(case(received(1, change(SECRET)), findings=(finding(**{name: f'"{SECRET}"'}),)))

    assert getattr(shown.findings[0], name) == f'"{MASK}"'


def test_what_was_asked_for_and_what_was_said_of_it_is_masked() -> None:
    note = masked(case(asked(change(SECRET), f"set it to {SECRET}"))).transcript[0].note

    assert note is not None
    assert (note.text, note.fields) == (f"set it to {MASK}", change(MASK))


def test_a_frame_is_masked_in_its_text_its_payload_and_its_breaches() -> None:
    breach = Breach("schema", f"'{SECRET}' is too long", "value")
    message = masked(case(received(1, change(SECRET), breach))).transcript[0].message

    assert message is not None
    assert message.breaches == (Breach("schema", f"'{MASK}' is too long", "value"),)
    assert (message.payload, SECRET in message.text) == (change(MASK), False)


def test_a_short_key_is_masked_in_its_frame_and_in_the_wish_and_takes_no_words_with_it() -> None:
    shown = masked(case(received(1, change("no")), asked(change("no"), "there is no answer")))
    message, note = shown.transcript[0].message, shown.transcript[1].note

    assert message is not None
    assert note is not None
    assert (message.payload, json.loads(message.text)[3]) == (change(MASK), change(MASK))
    assert (note.fields, note.text) == (change(MASK), "there is no answer")


def test_a_breach_of_a_rule_is_masked() -> None:
    breach = RuleBreach("TC_040_1_CSMS", 3, subject=SECRET, required=f"not {SECRET}", observed=SECRET)
    rule = RuleVerdict("R", "t", "c", Verdict.FAIL, 1, breaches=(breach,))
    (shown,) = redacted_rule(rule, masking({SECRET})).breaches
    (remark,) = redacted_rule(replace(rule, breaches=(), remarks=(breach,)), masking({SECRET})).remarks

    assert remark == shown
    assert (shown.subject, shown.required, shown.observed) == (MASK, f"not {MASK}", MASK)


def test_a_message_without_a_secret_is_left_as_it_is() -> None:
    one = case(received(1, {"type": "Hard"}, action="Reset"))

    assert masked(one).transcript[0] is one.transcript[0]


def stand_ins() -> Redact:
    one = StandIns()
    one.learn({SECRET})
    return one.value


PIECES = (
    SECRET, SECRET[:9], "\\u0063orrect-horse-battery", '"', "\\", "\n", "\u2026", "{", "}", ":", ",", "Accepted",
    "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "ftp://user:", "@host", "https:\\/\\/", "?token=",
    '"key":"AuthorizationKey"', '"value":"x1y2"', "//", "a",
)  # fmt: skip


@example(['"', '"\\u0063orrect-horse-battery"'])
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=5))
def test_texts_that_are_free_of_secrets_together_are_each_left_as_they_are(texts: list[str]) -> None:
    for redact in (masking(()), masking({SECRET}), StandIns().value, stand_ins()):
        if is_free_of_secrets(texts, redact):
            assert [redact(text) for text in texts] == texts


def test_of_many_ordinary_messages_one_look_is_enough() -> None:
    looked_at: list[object] = []
    one = case(*(received(number, {"type": "Hard"}, action="Reset") for number in range(1, 251)))

    def look(value: object) -> object:
        looked_at.append(value)
        return value

    assert redacted_case(one, look).transcript == one.transcript
    assert len(looked_at) < 10


def test_among_many_ordinary_messages_each_secret_is_found() -> None:
    ordinary = [received(number, {"type": "Hard"}, action="Reset") for number in range(1, 251)]
    told = {150: received(150, {"data": SECRET}, action="DataTransfer"), 230: received(230, {"data": SECRET})}
    one = case(*(told.get(entry.number, entry) for entry in ordinary))

    shown = redacted_case(one, masking({SECRET})).transcript

    assert [entry.number for entry in shown if entry not in one.transcript] == [150, 230]
    assert SECRET not in str(shown)


# -- in a run -----------------------------------------------------------------------------------------------


RULES = load_library(folder("scenarios")).rules
CERTIFICATE = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIC-not-a-key\n-----END EC PRIVATE KEY-----"
URL = f"ftp://user:{SECRET}2@127.0.0.1/firmware.bin"


def run_of(*cases: CaseFact) -> Facts:
    """The facts of a run of these cases."""
    given = realistic_facts()
    catalogue = tuple({"id": one.id} for one in cases)
    head = Head(run=given.run, pics=given.pics, planned=(), rules=RULES, catalogue=catalogue)
    end = End(finished=datetime(2026, 1, 31, tzinfo=UTC), seconds=1.0, interrupted=False, left={}, connections=())
    return facts_of(head, cases, end)


def revealing() -> tuple[CaseFact, CaseFact]:
    """A case that sets a password, and a later one in which it is sent again, logged, and held against a rule."""
    too_long = Breach("schema", f"'{SECRET}' is too long", "value")
    first = case(
        received(1, change(SECRET), too_long), asked(change(SECRET)), name="TC_040_1_CSMS",
        findings=(finding(path="value", required="another", observed=SECRET),),
    )  # fmt: skip
    entries = (
        Entry(1, Role.AMBIENT, "", received(1, change(SECRET)).message),
        received(2, {"location": URL, "retrieveDate": "2026-01-31T12:00:00Z"}, action="UpdateFirmware"),
        received(3, {"vendorId": "v", "data": CERTIFICATE}, action="DataTransfer"),
        received(4, {"vendorId": "v", "data": f"it is {SECRET}"}, action="DataTransfer"),
        Entry(5, Role.SCENARIO, "", note=Note(0.5, Happening.DISCONNECTED, f"The Central System said: {SECRET[:9]}…")),
    )
    remark = Finding(
        Kind.OBSERVATION, None, "", What.UNUSUAL_MEMBER, ("ChangeConfiguration",), MessageType.CALL, "value",
        "another", SECRET, frame=1,
    )  # fmt: skip
    return first, case(*entries, name="TC_040_2_CSMS", minute=1, findings=(remark,))


def test_no_secret_is_anywhere_in_the_facts_of_a_run_nor_in_its_transcripts() -> None:
    shown = told(run_of(*revealing()))
    written = (facts_json(shown) + b"".join(map(transcript_jsonl, shown.cases))).decode()

    assert MASK in written
    for secret in (SECRET, SECRET[:9], "MHcCAQEEIC"):
        assert secret not in written
        assert secret not in repr(shown)


def test_rules_judge_what_crossed_the_wire_and_not_what_is_shown_of_it() -> None:
    cases = revealing()
    judged = {verdict.rule: verdict for verdict in rule_verdicts(RULES, indexed(cases))}
    shown = {verdict.rule: verdict for verdict in run_of(*cases).rules}
    failed = {rule for rule, verdict in judged.items() if verdict.verdict is Verdict.FAIL}

    assert {rule: (one.verdict, one.looked_at, len(one.breaches)) for rule, one in shown.items()} == {
        rule: (one.verdict, one.looked_at, len(one.breaches)) for rule, one in judged.items()
    }
    assert failed == {"schema", "as_asked", "passwords"}
    assert judged["as_asked"].breaches[0].observed == SECRET
    assert shown["as_asked"].breaches[0].observed == MASK


def test_two_private_keys_are_no_repetition_though_both_are_shown_as_the_same_mask() -> None:
    one, other = ({"certificate": CERTIFICATE.replace("IC", name)} for name in ("one", "other"))
    first = case(received(1, one, action="InstallCertificate"))
    unasked = Entry(1, Role.AMBIENT, "", received(1, other, action="InstallCertificate").message)
    run = run_of(first, case(unasked, name="TC_004_CSMS", minute=1))

    assert next(rule for rule in run.rules if rule.rule == "once").verdict is Verdict.PASS
    assert len({entry.message.text[-80:] for one in run.cases for entry in one.transcript if entry.message}) == 1


NEW_KEY = "correct horse/42+é".encode().hex()


@pytest.mark.parametrize("before", [b"", b"C", b"CP", b"CP_01:", b"CP_012:"])
@pytest.mark.parametrize("behind", [b"", b"!", b"!!"])
def test_a_new_password_is_masked_in_base64_wherever_it_begins(before: bytes, behind: bytes) -> None:
    secrets = secrets_in("ChangeConfiguration", {"key": "AuthorizationKey", "value": NEW_KEY})
    for plain in (bytes.fromhex(NEW_KEY), NEW_KEY.encode()):
        shown = str(masking(secrets)(base64.b64encode(before + plain + behind).decode()))
        assert len(shown.replace(MASK, "")) <= len(before) * 2 + 8


@pytest.mark.parametrize("form", [NEW_KEY, NEW_KEY.upper(), "correct horse/42+é", "correct%20horse%2F42%2B%C3%A9"])
def test_a_new_password_is_masked_in_each_form(form: str) -> None:
    secrets = secrets_in("ChangeConfiguration", {"key": "authorizationKEY", "value": NEW_KEY})
    assert masking(secrets)(f"it is {form}.") == f"it is {MASK}."
