"""Secrets that travel in frames, masked where something is shown or stored, and before anything is cut."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import Any, Final, TypeVar

from csms_harness.addresses import QUERY, SHORTEST, forms
from csms_harness.evidence import Entry, Finding
from csms_harness.foreign import MASK
from csms_harness.message import Message
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import CaseFact
from csms_harness.rules.verdicts import RuleBreach, RuleVerdict

CUT: Final = "…"
"""What stands at the end of a text that was cut, perhaps in the middle of a secret."""

PATTERNS: Final = (
    # ChangeConfiguration of AuthorizationKey, whichever member comes first.
    re.compile(r'("key"\s*:\s*"AuthorizationKey"\s*,\s*"value"\s*:\s*")((?:[^"\\]|\\.)*)(")', re.IGNORECASE),
    re.compile(r'("value"\s*:\s*")((?:[^"\\]|\\.)*)("\s*,\s*"key"\s*:\s*"AuthorizationKey")', re.IGNORECASE),
    # user:password@ in the URLs of GetDiagnostics, UpdateFirmware, GetLog …
    re.compile(r"((?<!\w)\w+:(?:\\?/){2}[^/\s\"@:]*:)([^@\s\"/]+)(@)"),
    re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)([^\"]*?)(-----END|\"|\Z)"),
    # ?token=… in the same URLs.
    QUERY,
)
"""Where a frame shows a secret by what stands around it: before, the secret, behind."""


STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
"""A JSON string, or the rest of the text when it is never closed."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def may_hold(text: str) -> bool:
    """One look that spares most frames the search for ``PATTERNS``."""
    return "@" in text or "?" in text or "PRIVATE KEY" in text or "authorizationkey" in text.lower()


def mask(text: str, secrets: Collection[str] = ()) -> str:
    """The text with passwords, keys and user-info of URLs replaced, and with these secrets wherever they stand."""
    if may_hold(text):
        for pattern in PATTERNS:
            text = pattern.sub(rf"\g<1>{MASK}\g<3>", text)
    if not secrets:
        return text
    return in_strings(_without(text, secrets), lambda meant: _without(meant, secrets))


def _without(text: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
        if CUT in text:
            text = _mask_beginning(text, secret)
    return text


def _mask_beginning(text: str, secret: str) -> str:
    """A secret that was cut in its middle is still no one's business."""
    for length in range(len(secret) - 1, SHORTEST - 1, -1):
        text = text.replace(secret[:length] + CUT, MASK + CUT)
    return text


def in_strings(text: str, change: Callable[[str], str]) -> str:
    """The text with a change made to what its JSON strings mean: an encoder may escape every character of a secret."""
    if "\\" not in text:
        return text

    def changed(found: re.Match[str]) -> str:
        if "\\" not in found[0]:
            return found[0]
        try:
            meant = str(json.loads(found[0]))
        except ValueError:
            return found[0]
        other = change(meant)
        return found[0] if other == meant else json.dumps(other, ensure_ascii=_SURROGATE.search(other) is not None)

    return STRING.sub(changed, text)


def spellings(secret: str) -> tuple[str, str, str]:
    """A secret as it stands in a text: plainly, and as JSON may write it."""
    return (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])


SETS_KEY: Final = "ChangeConfiguration"
"""The only action whose request holds a secret by what it means."""


def secrets_in(action: str, payload: Mapping[str, Any]) -> frozenset[str]:
    """What must not be written down of a request: a new AuthorizationKey, in each form in which it may come back."""
    if action != SETS_KEY or not holds_key(payload):
        return frozenset()
    value = payload.get("value")
    return forms_of_key(value) if isinstance(value, str) and len(value) >= SHORTEST else frozenset()


def forms_of_key(value: str) -> frozenset[str]:
    """An AuthorizationKey as it is written, in other letters, as the text or the bytes that it encodes, in Base64.

    In Base64 it may stand behind an identity: whatever stands before it, three spellings are all there are.
    """
    if len(value) < _ENCODED:
        return frozenset({value})
    texts, encoded = {value}, [value.encode("utf-8", "surrogatepass")]
    with suppress(ValueError):
        encoded.append(bytes.fromhex(value))
        texts |= {value.upper(), value.lower()}
        texts.add(encoded[-1].decode())
    texts |= {spelt for text in (*texts,) for spelt in forms(text)}
    for plain in encoded:
        texts |= {_in_base64(plain, before) for before in range(3)}
    return frozenset(text for text in texts if len(text) >= SHORTEST)


_ENCODED: Final = 8
"""Characters of an AuthorizationKey, from which on its encoded forms are no ordinary words."""


def _in_base64(plain: bytes, before: int) -> str:
    """What of its Base64 does not depend on what stands around it, where so many bytes stand before it."""
    begin, end = (0, 2, 3)[before], (before + len(plain)) * 8 // 6
    return b64encode(bytes(before) + plain).decode()[begin:end]


def secrets_of(case: CaseFact) -> frozenset[str]:
    """The secrets that were asked for or sent in a case."""
    found: frozenset[str] = frozenset()
    for entry in chain(case.between, case.transcript):
        message, note = entry.message, entry.note
        if message is not None:
            if message.action == SETS_KEY:
                found |= secrets_in(message.action, message.payload)
        elif note is not None:
            found |= secrets_in(note.item, note.fields)
    return found


Redact = Callable[[Any], Any]
"""A text, or a JSON value with texts in it, as it may be stored or shown."""


def masking(secrets: Iterable[str]) -> Redact:
    """Puts a mask in the place of secrets: for everything that is shown."""
    known = sorted({spelt for secret in secrets for spelt in spellings(secret)}, key=lambda one: (-len(one), one))
    anywhere = re.compile("|".join(map(re.escape, [*known, CUT, "\\"]))) if known else None

    def redact(value: Any) -> Any:
        if isinstance(value, str):
            return mask(value, known if anywhere is not None and anywhere.search(value) else ())
        if isinstance(value, Mapping):
            return {name: MASK if name == "value" and holds_key(value) else redact(value[name]) for name in value}
        return [redact(item) for item in value] if isinstance(value, list | tuple) else value

    return redact


def holds_key(fields: Mapping[str, Any]) -> bool:
    """Whether these are a key and its value, and the key is the AuthorizationKey, however short the value is."""
    key = fields.get("key")
    return isinstance(key, str) and key.casefold() == "authorizationkey"


def redacted_case(case: CaseFact, redact: Redact) -> CaseFact:
    """The case as it may be stored or shown."""
    return case.model_copy(
        update={
            "transcript": tuple(_redacted_entries(case.transcript, redact)),
            "between": tuple(_redacted_entries(case.between, redact)),
            "findings": tuple([redacted_finding(finding, redact) for finding in case.findings]),
        }
    )


_AT_ONCE: Final = 100
"""So many entries, or events, are looked at together: hardly one of them holds a secret."""


def blocks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Items in their order, so many at once as are worth one look."""
    return (items[at : at + _AT_ONCE] for at in range(0, len(items), _AT_ONCE))


def is_free_of_secrets(texts: Iterable[str], redact: Redact) -> bool:
    """Whether ``redact`` would leave each of these as it is: one look at all of them.

    Where one has a backslash it says no: in what its strings mean there may be more than stands there.
    """
    together = "\n".join(texts)
    return "\\" not in together and bool(redact(together) == together)


def _redacted_entries(entries: Sequence[Entry], redact: Redact) -> Iterator[Entry]:
    for block in blocks(entries):
        texts = [one.message.text for one in block if one.message is not None and not one.message.breaches]
        if len(texts) == len(block) and is_free_of_secrets(texts, redact):
            yield from block
        else:
            yield from [redacted_entry(entry, redact) for entry in block]


def redacted_finding(finding: Finding, redact: Redact) -> Finding:
    """A finding as it may be stored or shown."""
    return _redacted_texts(finding, redact, "required", "observed", "detail")


def redacted_rule(rule: RuleVerdict, redact: Redact) -> RuleVerdict:
    """The verdict of a rule as it may be stored or shown."""
    breaches, remarks = (
        tuple(_redacted_texts(breach, redact, "subject", "required", "observed") for breach in found)
        for found in (rule.breaches, rule.remarks)
    )
    return replace(rule, breaches=breaches, remarks=remarks)


def redacted_entry(entry: Entry, redact: Redact) -> Entry:
    """An entry of a transcript as it may be stored or shown."""
    message, note = entry.message, entry.note
    if message is not None:
        text = redact(message.text)
        if text == message.text and not message.breaches:
            return entry  # what stands in the payload stands in the text
        return replace(entry, message=_redacted_message(message, text, redact))
    if note is not None:
        return replace(entry, note=replace(note, text=redact(note.text), fields=redact(note.fields)))
    return entry


def _redacted_message(message: Message, text: str, redact: Redact) -> Message:
    breaches = tuple(_redacted_texts(breach, redact, "text") for breach in message.breaches)
    if text == message.text and breaches == message.breaches:
        return message
    names = {name: redact(getattr(message, name)) for name in ("action", "unique_id", "code")}
    return replace(message, text=text, breaches=breaches, payload=redact(message.payload), **names)


Record = TypeVar("Record", Finding, Breach, RuleBreach)
Item = TypeVar("Item")


def _redacted_texts(record: Record, redact: Redact, *names: str) -> Record:
    told = {name: (getattr(record, name), redact(getattr(record, name))) for name in names}
    changed = {name: after for name, (before, after) in told.items() if before != after}
    return replace(record, **changed) if changed else record
