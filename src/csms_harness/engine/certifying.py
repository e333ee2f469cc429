"""The certificate of a Charge Point: a new key pair, and the request to have it signed (security whitepaper, A02)."""

from __future__ import annotations

from csms_harness.engine.effects import MakeKey
from csms_harness.engine.stage import Stage
from csms_harness.engine.waiting import Steps, Wait
from csms_harness.scenario.references import Scope


def new_key(stage: Stage, scope: Scope) -> Steps:
    """Have a new key pair made; its request is what the Charge Point sends then.

    The names ``certificate_…`` of the target say for whom, of which kind, and how it is written.
    """
    charge_point = stage.line.charge_point
    name = scope.find("config.certificate_common_name")
    common_name = charge_point.serial_number if name == "serial_number" else charge_point.identity
    algorithm = "RSA" if scope.find("config.certificate_algorithm") == "RSA" else "ECDSA"
    charge_point.csr = ""
    stage.effects.append(MakeKey(algorithm, common_name, charge_point.configuration.value("CpoName") or ""))
    yield Wait("a new key pair", lambda: charge_point.csr or None, lambda: None)
    if scope.find("config.certificate_line_ends") == "CRLF":  # as the official tool writes them
        charge_point.csr = charge_point.csr.replace("\n", "\r\n")
