"""Passwords that almost fit: none of them is the right one, whatever that is."""

from __future__ import annotations

import pytest

from csms_harness.engine.effects import OpenConnection
from csms_harness.runner.keys import Keys
from csms_harness.runner.showing import shown
from csms_harness.scenario.model import Password
from csms_harness.transport.endpoint import Endpoint

WRONG = [one for one in Password if one not in (Password.OWN, Password.NONE, Password.FORMER)]


def shows(own: bytes, which: Password) -> bytes | None:
    usual = Endpoint("ws://localhost/ocpp", "CP_01", password=own)
    return shown(usual, OpenConnection(password=which), Keys(), "", {}).password


@pytest.mark.parametrize("own", [b"Password of CP_01", b"0123456789012345", bytes(range(128, 148)), b"x"])
@pytest.mark.parametrize("which", WRONG)
def test_what_almost_fits_is_not_the_password(which: Password, own: bytes) -> None:
    assert shows(own, which) != own


def test_letters_are_swapped() -> None:
    assert shows(b"Password of CP_01", Password.CASE) == b"pASSWORD OF cp_01"
    assert shows(b"0123456789012345", Password.CASE) == shows(b"0123456789012345", Password.WRONG)
