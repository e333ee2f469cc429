"""The kinds of file in a scenario folder: a test case, one beyond the document, a state, a rule, the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from csms_harness.documents.mistakes import did_you_mean, one_of
from csms_harness.documents.nodes import Node
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES, SECURITY_PROFILES, FeatureProfile
from csms_harness.scenario.file_keys import (
    BEFORE_WORDS,
    CASE_WORDS,
    CERTIFICATES,
    CONNECTORS,
    ENTRY_KEYS,
    NEXT_PROFILE,
    PACK_WORDS,
    RULE_KEYS,
    RULES,
    STARTS,
    STATE_WORDS,
)
from csms_harness.scenario.library import Before, Entry, Rule, State, TestCase
from csms_harness.scenario.memory import read_memory_item
from csms_harness.scenario.model import RunState
from csms_harness.scenario.reading import Reading, read_value
from csms_harness.scenario.shapes import ANYTHING
from csms_harness.scenario.steps import read_steps
from csms_harness.scenario.values import Value
from csms_harness.scenario.verbs.verb import object_at, read_foreign_action
from csms_harness.verdict import Level

_PROFILES: Final = tuple(str(profile) for profile in FeatureProfile)
_ID: Final = re.compile(r"TC_\d{3}(_\d{1,2})?_CSMS")
_PACK_ID: Final = re.compile(r"(FIELD|LINE|NEG|SEC)_\d{3}")
_OWN_ID: Final = re.compile(r"(?!(?:RULE|WIRE)_)[A-Za-z][A-Za-z0-9_-]{1,59}")
_THREAD: Final = re.compile(r"[\w.-]+/[\w.-]+#\d+")


def is_own_id(text: str) -> bool:
    """Whether a case of the user's own may be called so."""
    return _OWN_ID.fullmatch(text) is not None


def read_case(reading: Reading, node: Node, stem: str | None = None) -> TestCase:
    """A test case; ``stem`` is the name of its file without the ending, which must be its id."""
    found = reading.members(node, "a test case", CASE_WORDS)
    _demand(reading, node, found, ("id", "name", "section", "edition", "profile", "scenario"))
    texts: dict[str, Any] = {
        name: _text(reading, found, name) for name in ("id", "name", "section", "edition", "purpose")
    }
    _check_id(reading, found, texts["id"], stem)
    profile = _profile(reading, found["profile"]) if "profile" in found else ""
    return TestCase(**texts, profile=profile, **_body(reading, node, found))


def read_own(reading: Reading, node: Node) -> TestCase | State | Rule | tuple[Entry, ...]:
    """A file of the user's own, whatever its name: its keys say what it is."""
    if "cases" in node.members:
        return read_catalogue(reading, node)
    if "state" in node.members:
        return read_state(reading, node)
    if "rule" in node.members:
        rule = str(node.members["rule"].value)
        return read_rule(reading, node, next((group for group in RULES if rule in RULES[group]), "beyond"))
    if "level" in node.members:
        return read_pack_case(reading, node, form=_OWN_ID)
    found = reading.members(node, "a test case", CASE_WORDS)
    _demand(reading, node, found, ("id", "name", "profile", "scenario"))
    texts: dict[str, Any] = {
        name: _text(reading, found, name) for name in ("id", "name", "section", "edition", "purpose")
    }
    _check_id(reading, found, texts["id"], None, _OWN_ID, "MY_CASE_1")
    profile = _profile(reading, found["profile"]) if "profile" in found else ""
    return TestCase(**texts, profile=profile, **_body(reading, node, found))


def read_pack_case(reading: Reading, node: Node, stem: str | None = None, form: re.Pattern[str] = _PACK_ID) -> TestCase:
    """A case beyond the certification document; ``stem`` is the name of its file without the ending."""
    found = reading.members(node, "a case beyond the document", PACK_WORDS)
    _demand(reading, node, found, ("id", "name", "level", "clause", "purpose", "scenario"))
    texts: dict[str, Any] = {name: _text(reading, found, name) for name in ("id", "name", "purpose")}
    _check_id(reading, found, texts["id"], stem, form, "FIELD_001")
    threads = _texts(reading, found, "reported")
    for thread, item in zip(threads, found["reported"].items if "reported" in found else (), strict=True):
        if thread and not _THREAD.fullmatch(thread):
            reading.wrong(item, f"'{thread}' is no public thread", "such as steve-community/steve#395")
    return TestCase(
        **texts,
        section=_text(reading, found, "clause"),
        edition="",
        profile=_profile(reading, found["profile"]) if "profile" in found else str(FeatureProfile.CORE),
        level=reading.choice(found["level"], "'level'", tuple(Level)) if "level" in found else "",
        reported=threads,
        **_body(reading, node, found),
    )


def _body(reading: Reading, node: Node, found: Mapping[str, Node]) -> dict[str, Any]:
    """What every case has, whoever wrote it down first."""
    return {
        "description": _text(reading, found, "description"),
        "requires": _requires(reading, found),
        "security_profiles": _security_profiles(reading, found),
        "any_connection": _any_connection(reading, found),
        "before": _before(reading, found),
        "steps": read_steps(reading, found["scenario"], "scenario") if "scenario" in found else (),
        "after": read_steps(reading, found["after"], "after") if "after" in found else (),
        "forbid": _forbid(reading, found),
        "readings": _texts(reading, found, "readings"),
        "where": node.where,
    }


def read_state(reading: Reading, node: Node) -> State:
    """A reusable state."""
    found = reading.members(node, "a state", STATE_WORDS)
    _demand(reading, node, found, ("state", "section", "edition", "scenario"))
    before = reading.members(found["before"], "'before' of a state", ("states",)) if "before" in found else {}
    return State(
        name=_text(reading, found, "state"),
        section=_text(reading, found, "section"),
        edition=_text(reading, found, "edition"),
        parameters=_parameters(reading, node, found),
        before=_states(reading, before),
        steps=read_steps(reading, found["scenario"], "scenario") if "scenario" in found else (),
        where=node.where,
        tested_by=_text(reading, found, "tested_by"),
    )


def _parameters(reading: Reading, node: Node, found: Mapping[str, Node]) -> dict[str, Value]:
    """The parameters of a state with their defaults."""
    for key in found["params"].keys.values() if "params" in found else ():
        reading.new_name(key)
    return object_at(reading, node, "params", ANYTHING)


def read_rule(reading: Reading, node: Node, group: str) -> Rule:
    """A standing rule of a group (``wire`` or ``beyond``)."""
    found = reading.members(node, "a standing rule", RULE_KEYS)
    _demand(reading, node, found, RULE_KEYS)
    texts = {name: _text(reading, found, name) for name in RULE_KEYS}
    if "rule" in found and texts["rule"] not in RULES[group]:
        known = RULES[group]
        reading.wrong(found["rule"], f"'rule' is one of {one_of(known)}", did_you_mean(texts["rule"], known))
    return Rule(**texts, group=group, where=node.where)


def read_catalogue(reading: Reading, node: Node) -> tuple[Entry, ...]:
    """The entries of the catalogue, in the order of the document."""
    found = reading.members(node, "the catalogue", ("edition", "cases"))
    _demand(reading, node, found, ("edition", "cases"))
    _text(reading, found, "edition")
    nodes = reading.items(found["cases"], "'cases'") if "cases" in found else ()
    entries = tuple(_entry(reading, item) for item in nodes)
    ids = [entry.id for entry in entries]
    for index, entry in enumerate(entries):
        if entry.id and entry.id in ids[:index]:
            reading.wrong(nodes[index], f"{entry.id} stands twice in the catalogue")
    return entries


def _entry(reading: Reading, node: Node) -> Entry:
    found = reading.members(node, "an entry", ENTRY_KEYS)
    if node.kind == "mapping":
        _demand(reading, node, found, ENTRY_KEYS[:-1])
    texts = {name: _text(reading, found, name) for name in ("id", "name", "section", "functionality", "reason")}
    profile = _profile(reading, found["profile"]) if "profile" in found else ""
    row = FUNCTIONALITY_NAMES[FeatureProfile(profile)] if profile in _PROFILES else ""
    if row and texts["functionality"] not in ("", row):
        reading.wrong(found["functionality"], f"the functionality of {profile} is '{row}'")
    return Entry(**texts, profile=profile)


def _demand(reading: Reading, node: Node, found: Mapping[str, Node], names: tuple[str, ...]) -> None:
    missing = [f"'{name}'" for name in names if name not in found]
    if missing and node.kind == "mapping":
        reading.wrong(node, f"missing here: {', '.join(missing)}")


def _text(reading: Reading, found: Mapping[str, Node], name: str) -> str:
    return reading.text(found[name], name) if name in found else ""


def _texts(reading: Reading, found: Mapping[str, Node], name: str) -> tuple[str, ...]:
    items = reading.items(found[name], f"'{name}'") if name in found else ()
    return tuple(reading.text(item, name) for item in items)


def _check_id(
    reading: Reading,
    found: Mapping[str, Node],
    text: str,
    stem: str | None,
    form: re.Pattern[str] = _ID,
    example: str = "TC_010_CSMS",
) -> None:
    if not text:
        return
    if not form.fullmatch(text):
        reading.wrong(found["id"], f"'{text}' is no id of a case of the CSMS", f"such as {example}")
    elif stem is not None and text != stem:
        reading.wrong(found["id"], f"the file is called {stem}.yaml, so its id must be {stem}, not {text}")


def _profile(reading: Reading, node: Node) -> str:
    return reading.choice(node, "'profile'", _PROFILES)


def _requires(reading: Reading, found: Mapping[str, Node]) -> tuple[str, ...]:
    claims = _texts(reading, found, "requires")
    for claim, node in zip(claims, found["requires"].items if "requires" in found else (), strict=True):
        group, _, name = claim.partition(".")
        if claim in CONNECTORS or claim in CERTIFICATES or claim == NEXT_PROFILE:
            continue
        if claim and (group != "profile" or name not in _PROFILES):
            hint = did_you_mean(claim, [f"profile.{profile}" for profile in _PROFILES])
            reading.wrong(node, f"'{claim}' is no claim; a feature profile is, such as profile.Reservation", hint)
    return claims


def _security_profiles(reading: Reading, found: Mapping[str, Node]) -> tuple[int, ...]:
    items = reading.items(found["security_profiles"], "'security_profiles'") if "security_profiles" in found else ()
    for item in items:
        if item.value not in SECURITY_PROFILES or isinstance(item.value, bool):
            reading.wrong(item, f"a security profile is {one_of([str(one) for one in SECURITY_PROFILES])}, not {item}")
    return tuple(sorted({int(item.value) for item in items if item.value in SECURITY_PROFILES}))


def _any_connection(reading: Reading, found: Mapping[str, Node]) -> bool:
    if "any_connection" not in found:
        return False
    node = found["any_connection"]
    if not isinstance(node.value, bool):
        reading.wrong(node, f"'any_connection' must be true or false, not {node}")
    elif "security_profiles" not in found:
        reading.wrong(node, "'any_connection' needs 'security_profiles' beside it: those that may be declared")
    return node.value is True


def _forbid(reading: Reading, found: Mapping[str, Node]) -> tuple[str, ...]:
    items = reading.items(found["forbid"], "'forbid'") if "forbid" in found else ()
    return tuple(read_foreign_action(reading, item, "forbid") for item in items)


def _before(reading: Reading, found: Mapping[str, Node]) -> Before:
    if "before" not in found:
        return Before()
    inside = reading.members(found["before"], "'before'", BEFORE_WORDS)
    start = reading.choice(inside["from"], "'from'", STARTS) if "from" in inside else STARTS[0]
    memory = reading.items(inside["memory"], "'memory'") if "memory" in inside else ()
    return Before(
        start=start,
        configuration=_configuration(reading, inside),
        memory=tuple(read_memory_item(reading, item) for item in memory),
        states=_states(reading, inside),
    )


def _configuration(reading: Reading, found: Mapping[str, Node]) -> dict[str, Value]:
    """Configuration keys with their values, which are single."""
    if "configuration" not in found:
        return {}
    values = {}
    for name, node in reading.members(found["configuration"], "'configuration'").items():
        if node.kind != "scalar" or node.value is None:
            reading.wrong(node, f"the configuration key {name} needs a single value, not {node}")
        values[name] = read_value(reading, node)
    return values


def _states(reading: Reading, found: Mapping[str, Node]) -> tuple[RunState, ...]:
    items = reading.items(found["states"], "'states'") if "states" in found else ()
    return tuple(_run(reading, item) for item in items)


def _run(reading: Reading, node: Node) -> RunState:
    """``Charging`` or ``{state: Charging, with: {…}}``."""
    if node.kind == "scalar":
        return RunState(where=node.where, name=reading.text(node, "states"))
    found = reading.members(node, "a state to run", ("state", "with"))
    if "state" not in found:
        reading.wrong(node, "a state to run needs its name under 'state'")
    name = reading.text(found["state"], "state") if "state" in found else ""
    return RunState(where=node.where, name=name, arguments=object_at(reading, node, "with", ANYTHING))
