"""Actions and profiles against the schema files and the enumerations of the ``ocpp`` package."""

from importlib.resources import files

from ocpp.v16.enums import Action

from csms_harness.ocpp16.vocabulary import (
    ACTIONS,
    CENTRAL_SYSTEM_ACTIONS,
    CHARGE_POINT_ACTIONS,
    FUNCTIONALITY_NAMES,
    FeatureProfile,
)


def test_there_is_an_action_for_every_schema_file_and_none_besides() -> None:
    names = {path.name.removesuffix(".json") for path in (files("ocpp") / "v16" / "schemas").iterdir()}
    assert names == ACTIONS | {f"{action}Response" for action in ACTIONS}


def test_every_action_the_ocpp_package_knows_is_ours() -> None:
    assert {str(action.value) for action in Action} == ACTIONS


def test_a_charge_point_initiates_14_actions_and_a_central_system_26() -> None:
    assert len(CHARGE_POINT_ACTIONS) == 14
    assert len(CENTRAL_SYSTEM_ACTIONS) == 26
    assert set(CHARGE_POINT_ACTIONS) & set(CENTRAL_SYSTEM_ACTIONS) == {"DataTransfer"}


def test_every_feature_profile_has_its_row_on_the_certificate_and_at_least_one_action() -> None:
    used = set(CHARGE_POINT_ACTIONS.values()) | set(CENTRAL_SYSTEM_ACTIONS.values())
    assert set(FUNCTIONALITY_NAMES) == used == set(FeatureProfile)
