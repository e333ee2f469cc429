"""The operator at work by hand: a real terminal on one side, the buttons of the status page on the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csms_harness.runner.reference import Ports
from tests.support.browser import CHROMIUM, Page, page_at
from tests.support.command_line import verdicts
from tests.support.operator_robot import Prompt, operating
from tests.support.targets import reference_target

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


def pressed(page: Page, prompt: Prompt) -> None:
    """Do as a prompt says: choose the Charge Point, press the button of the CALL, correct its payload, send."""
    page.until(
        f"[...document.querySelectorAll('#charge-point option')].some(o => o.value === '{prompt.charge_point_id}')"
    )
    page.run(f"document.getElementById('charge-point').value = '{prompt.charge_point_id}'")
    page.run(f"document.querySelector('[data-action={prompt.action}]').click()")
    proposed = json.loads(page.run("document.getElementById('payload').value"))
    assert isinstance(proposed, dict)
    page.run(f"document.getElementById('payload').value = {json.dumps(json.dumps(prompt.fields))}")
    page.run("document.getElementById('send').click()")
    said = page.until(
        "/: queued|not sent/.test(document.getElementById('said').textContent) "
        "&& document.getElementById('said').textContent"
    )
    assert said == f"{prompt.action} to {prompt.charge_point_id}: queued"


def test_all_of_reservation_by_the_buttons_without_a_key_at_the_terminal(reference: Ports, tmp_path: Path) -> None:
    by_hand = reference_target(reference, tmp_path, triggers={})
    arguments = ("run", "Reservation", "--target", by_hand, "--out", tmp_path / "run", "--lanes", "1")
    with page_at(f"{reference.api_url}/", tmp_path / "browser") as page, operating(*arguments) as operator:
        code = operator.serve(lambda prompt: pressed(page, prompt))
        assert (code, set(verdicts(tmp_path / "run").values())) == (0, {"PASS"})
        shown = page.until("document.querySelectorAll('#reservations tr').length > 1 && document.body.innerText")
    assert {prompt.action for prompt in operator.prompts} >= {"ReserveNow", "CancelReservation"}
    assert "StatusNotification" in shown
    assert "Reservations" in shown
