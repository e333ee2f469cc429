"""The doctor connects under each security profile, and tells TLS version and suite, or why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from csms_harness.doctor.checks import Mark
from csms_harness.doctor.doctor import examine
from csms_harness.runner.campaign import prepare
from csms_harness.runner.options import Options
from tests.tls.bench import NAME, PASSWORD, library, served

pytestmark = pytest.mark.ports


async def test_each_profile_is_tried_and_shows_its_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", PASSWORD.decode())
    monkeypatch.setenv("CSMS_HARNESS_STATE", str(tmp_path / "state"))
    async with served(tmp_path / "data") as csms:
        assert csms.ca_file is not None
        other = csms.ca_file.parent / "clients" / "CP_02.pem"
        target = tmp_path / "target.yaml"
        target.write_text(
            "security_profiles:\n"
            f"  - {{profile: 1, url: '{csms.ocpp_url}'}}\n"
            f"  - {{profile: 2, url: '{csms.tls_url(2)}'}}\n"
            f"  - {{profile: 3, url: '{csms.tls_url(3)}'}}\n"
            f"tls: {{ca_file: {csms.ca_file}}}\n"
            f"charge_points: [{{id: {NAME}, password: $env.PASSWORD, certificate_file: {other}}}]\n"
        )
        campaign = prepare(Options(patterns=("TC_085",), target=target), library())
        checks = [check async for check in examine(campaign, watch=0.0)]
    told = {check.text.partition(":")[0]: check for check in checks if check.text.startswith("security profile")}
    assert [(name, check.mark) for name, check in told.items()] == [
        ("security profile 1", Mark.FINE),
        ("security profile 2", Mark.FINE),
        ("security profile 3", Mark.WRONG),
    ]
    assert "TLSv1.3, TLS_AES" in told["security profile 2"].text
    assert "The client certificate is made out to CP_02, not to this Charge Point" in told["security profile 3"].text
