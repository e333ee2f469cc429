"""Faults as data: one thing a Central System does wrong, and the finding it must lead to.

    TC_010_CSMS:
      - fault: a remote start on connector 0
        call: RemoteStartTransaction
        with: {connectorId: 0}
        found: {step: steps 3-4, kind: mismatch, path: connectorId, required: at least 1, observed: "0"}

``answer`` spoils an answer, ``call`` a CALL that was asked for; ``when`` limits that to requests (or wishes) with
these members. ``with`` replaces members by their dotted paths, ``as`` replaces the whole message, ``instead`` sends
another CALL. ``lets_in`` names what is not looked at when a connection is opened (none and wrong: passwords,
subprotocols), ``upgrades`` what is refused after the handshake only; ``tls`` is what becomes of a suite or version,
``certificates`` what is shown, each with its name and the bits of its key. A ``null`` in ``with`` leaves the member
out, in ``when`` it means that there is none. ``$chain.NAME`` is a certificate chain that is wrong in one thing, for the
key of the right one (chains.py).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from csms_harness.evidence import Finding, Kind
from tests.scenarios.faults.chains import chain, is_chain
from tests.support.reading import Result as CaseResult
from tests.support.scripted_csms import GOOD_ANSWERS, Payload, ScriptedCsms
from tests.support.tls_facts import certificate

FOLDER: Final = Path(__file__).parent
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one where PyYAML was built with it."""

WAYS: Final = frozenset({"silence", "callerror", "wrong-id", "not-json", "never"})
SCHEMA: Final = "the OCPP 1.6 JSON schema"


@dataclass(frozen=True, slots=True)
class Found:
    """The finding that must be there; ``required`` and ``observed`` that end in … are beginnings."""

    kind: Kind
    step: str
    path: str
    required: str
    observed: str

    def is_in(self, result: CaseResult) -> bool:
        """Whether a result has this finding."""
        return any(self.agrees(finding) for finding in result.findings)

    def agrees(self, finding: Finding) -> bool:
        """Whether a finding is this one, in every respect."""
        return (
            (finding.kind, finding.step, finding.path) == (self.kind, self.step, self.path)
            and _reads(self.required, finding.required)
            and _reads(self.observed, finding.observed)
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong behaviour: ``apply`` makes a good Central System so."""

    case: str
    name: str
    found: Found
    action: str = ""
    asked: bool = False
    when: Mapping[str, Any] = field(default_factory=dict)
    edits: Mapping[str, Any] = field(default_factory=dict)
    way: str = ""
    instead: Mapping[str, Payload] = field(default_factory=dict)
    close_on: str = ""
    subprotocol: str = ""
    lets_in: str = ""
    upgrades: str = ""
    tls: Mapping[str, str] = field(default_factory=dict)
    certificates: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.case}: {self.name}"

    def apply(self, csms: ScriptedCsms) -> None:
        """Make it wrong, in this one thing, from now on."""
        csms.close_on = self.close_on or csms.close_on
        csms.subprotocol = self.subprotocol or csms.subprotocol
        csms.checks -= {self.lets_in}
        csms.upgrades |= {self.upgrades}
        for name, outcome in self.tls.items():
            part = "versions" if name.startswith("TLSv") else "suites"
            csms.probed[part] = tuple({**dict(csms.probed[part]), name: outcome}.items())
        if self.certificates:
            made = tuple(certificate(name, int(bits)) for name, bits in map(str.split, self.certificates))
            csms.probed["certificates"], csms.over_tls["certificate"] = made, made[-1]
        if self.action and self.asked:
            csms.calls = {**csms.calls, self.action: self._calls}
        elif self.action:
            csms.answers = {**csms.answers, self.action: self._answer}

    def _answer(self, csms: ScriptedCsms, request: Payload) -> Any:
        good = GOOD_ANSWERS[self.action](csms, request)
        if not _holds(self.when, request):
            return good
        match self.way:
            case "silence":
                return None
            case "callerror":
                return [4, "$ID", "InternalError", "out of order", {}]
            case "wrong-id":
                return [3, "nobody-asked-this", good]
            case "not-json":
                return '[3,"$ID",{'
            case _:
                return edited(good, self.edits)

    def _calls(self, csms: ScriptedCsms, wish: Payload) -> list[Any]:
        wished = copy.deepcopy(wish)
        good = csms.good_call(self.action, wished)
        if not _holds(self.when, wish):
            return [good]
        if self.instead:
            return list(self.instead.items())
        match self.way:
            case "never":
                return []
            case "not-json":
                return ['[2,"cs-broken",']
            case _:
                return [edited(good, self.edits)]


def read(name: str) -> list[Fault]:
    """The faults of one file of this folder."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return read_rows(yaml.load(text, LOADER))


def read_rows(content: Mapping[str, Any]) -> list[Fault]:
    """The faults of what a file of this folder holds."""
    return [_fault(case, row) for case, rows in content.items() for row in rows]


def edited(payload: Payload, edits: Mapping[str, Any]) -> Payload:
    """The payload with the members at these paths replaced; None takes a member away."""
    changed = copy.deepcopy(payload)
    for path, value in edits.items():
        *outer, last = [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]
        node: Any = changed
        for part in outer:
            node = node[part] if isinstance(part, int) else node.setdefault(part, {})
        if value is None:
            node.pop(last, None)
        else:
            node[last] = chain(value, node[last]) if is_chain(value) else value
    assert changed != payload, f"{edits} changes nothing in {payload}: the mutation did not land"
    return changed


def _holds(when: Mapping[str, Any], payload: Payload) -> bool:
    return all(_is_part(wanted, payload.get(name)) for name, wanted in when.items())


def _is_part(wanted: Any, actual: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return _holds(wanted, actual)
    return bool(wanted == actual)


def _reads(wanted: str, told: str) -> bool:
    return told.startswith(wanted[:-1]) if wanted.endswith("…") else told == wanted


_KEYS: Final = {
    "fault",
    "answer",
    "call",
    "when",
    "with",
    "as",
    "instead",
    "close_on",
    "subprotocol",
    "lets_in",
    "upgrades",
    "tls",
    "certificates",
    "found",
}


def _fault(case: str, row: Mapping[str, Any]) -> Fault:
    assert not row.keys() - _KEYS, f"{case}: what is {sorted(row.keys() - _KEYS)}?"
    assert row.get("as", "silence") in WAYS, f"{case}: what is {row['as']}?"
    action = row.get("call") or row.get("answer") or ""
    return Fault(
        case=case,
        name=row["fault"],
        found=_found(row["found"], action or row.get("close_on", "")),
        action=action,
        asked="call" in row,
        when=row.get("when", {}),
        edits=row.get("with", {}),
        way=row.get("as", ""),
        instead=row.get("instead", {}),
        close_on=row.get("close_on", ""),
        subprotocol=row.get("subprotocol", ""),
        lets_in=row.get("lets_in", ""),
        upgrades=row.get("upgrades", ""),
        tls=row.get("tls", {}),
        certificates=tuple(row.get("certificates", ())),
    )


def _found(row: Mapping[str, Any], action: str) -> Found:
    kind = Kind(row["kind"])
    required, observed = _USUAL[kind](action) if kind in _USUAL else ("", "")
    return Found(kind, row["step"], row.get("path", ""), row.get("required", required), row.get("observed", observed))


_USUAL: Final[dict[Kind, Callable[[str], tuple[str, str]]]] = {
    Kind.NO_ANSWER: lambda action: (f"{action}.conf within 5 s", "no answer"),
    Kind.CALLERROR: lambda action: (f"{action}.conf", "CALLERROR InternalError out of order"),
    Kind.ABSENT_CALL: lambda action: (f"{action}.req within 10 s of the trigger", "none"),
    Kind.BREACH: lambda _: (SCHEMA, ""),
    Kind.DISCONNECT: lambda _: ("an open connection", "closed by the Central System with 1011"),
}
"""What a finding of this kind says about an action when the fault does not say more."""


def every_fault() -> Iterator[Fault]:
    """All faults that must fail a case."""
    for name in (
        "core",
        "firmware_management",
        "local_auth_list",
        "reservation",
        "remote_trigger",
        "security",
        "smart_charging",
    ):
        yield from read(name)
