"""A folder of the user's own lies over the shipped set: it replaces and adds, and nothing else is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.documents.mistakes import Mistakes
from csms_harness.resources import folder
from csms_harness.runner.selection import select
from csms_harness.scenario.lint import lint
from csms_harness.scenario.load import load_library

SHIPPED = folder("scenarios")
CASE = """\
id: {id}
name: A case of our own
profile: Reservation
purpose: It reserves.
scenario:
  - {{receive: ReserveNow, trigger: {{connectorId: 1}}, expect: {{connectorId: 1}}, reply: $answer}}
"""
STATE = """\
state: Greeting
section: "1"
edition: "1"
scenario: [{send: Heartbeat}]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    return tmp_path


def test_a_case_of_the_same_id_replaces_the_shipped_one_and_everything_else_stays(own: Path) -> None:
    (own / "whatever I like.yaml").write_text(CASE.format(id="TC_051_CSMS"), "utf-8")
    shipped, both = load_library(SHIPPED), load_library(SHIPPED, own)
    assert both.cases["TC_051_CSMS"].name == "A case of our own"
    assert set(both.cases) == set(shipped.cases)
    assert (both.rules, both.catalogue, both.pack) == (shipped.rules, shipped.catalogue, shipped.pack)
    assert both.digest != shipped.digest
    ((told,), name) = both.own, f"{own.as_posix()}/whatever I like.yaml"
    assert (told.id, told.file, told.replaces) == ("TC_051_CSMS", name, True)


def test_a_new_case_needs_no_entry_in_the_catalogue_and_no_certain_name(own: Path) -> None:
    (own / "deep" / "a.yml").write_text(CASE.format(id="MY-CASE_1"), "utf-8")
    library = load_library(SHIPPED, own)
    (entry,) = select(["MY-CASE_1"], library)
    assert (entry.functionality, entry in select(["Reservation"], library)) == ("Reservation", True)
    assert [(one.id, one.replaces) for one in library.own] == [("MY-CASE_1", False)]
    assert lint(SHIPPED, own) == []


def test_states_rules_and_cases_beyond_the_document_are_known_by_their_keys(own: Path) -> None:
    (own / "a.yaml").write_text(STATE, "utf-8")
    (own / "b.yaml").write_text((SHIPPED / "beyond" / "RULE_001.yaml").read_text("utf-8") + "# mine\n", "utf-8")
    beyond = (SHIPPED / "beyond" / "FIELD_001.yaml").read_text("utf-8")
    (own / "c.yaml").write_text(beyond.replace("id: FIELD_001", "id: OUR_001"), "utf-8")
    library = load_library(SHIPPED, own)
    assert [one.id for one in library.own] == ["Greeting", "OUR_001", "RULE_001"]
    assert "Greeting" in library.states
    assert library.pack["OUR_001"].level == library.pack["FIELD_001"].level
    assert len(library.rules) == len(load_library(SHIPPED).rules)


def test_a_copy_of_the_shipped_set_changes_nothing(own: Path) -> None:
    (own / "TC_051_CSMS.yaml").write_bytes((SHIPPED / "reservation" / "TC_051_CSMS.yaml").read_bytes())
    library = load_library(SHIPPED, own)
    assert (library.own, library.digest) == ((), load_library(SHIPPED).digest)
    assert load_library(SHIPPED, SHIPPED).own == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CASE.format(id="RULE_009"), "'RULE_009' is no id of a case"),
        (CASE.format(id="my case"), "'my case' is no id of a case"),
        (CASE.format(id="MY_1").replace("ReserveNow", "ReserveNoww"), "did you mean 'ReserveNow'?"),
        (CASE.format(id="MY_1").replace("profile: Reservation\n", ""), "missing here: 'profile'"),
        (STATE.replace("Greeting", "Charging").replace("{send: Heartbeat}", "{state: Charging}"), "Charging"),
    ],
)
def test_a_mistake_is_told_under_the_name_the_user_knows(own: Path, text: str, told: str) -> None:
    (own / "mine.yaml").write_text(text, "utf-8")
    with pytest.raises(Mistakes) as caught:
        load_library(SHIPPED, own)
    assert told in str(caught.value)
    assert f"{own.as_posix()}/mine.yaml:" in str(caught.value)


def test_two_files_of_one_id_are_a_mistake(own: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (own / name).write_text(CASE.format(id="TC_051_CSMS"), "utf-8")
    with pytest.raises(Mistakes, match=r"b\.yaml.*TC_051_CSMS is read already from .*a\.yaml"):
        load_library(SHIPPED, own)
