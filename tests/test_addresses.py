"""Secrets in addresses: told by what stands around them, and taken out of any text."""

from __future__ import annotations

import pytest

from csms_harness.addresses import is_confidential, mask_addresses, mask_members, secrets_in_address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("wss://host/ocpp?token=abc123", "wss://host/ocpp?token=•••"),
        ("wss://host/ocpp?tenant=7&api_key=abc&x=1", "wss://host/ocpp?tenant=7&api_key=•••&x=1"),
        ("ws://host/?ACCESS-TOKEN=a%20b#c", "ws://host/?ACCESS-TOKEN=•••#c"),
        ("ws://host/?key={chargePointId}&token={env.T}", "ws://host/?key={chargePointId}&token={env.T}"),
        ("ws://user:pw@host/a", "ws://•••@host/a"),
        ("ws://user:p@w@host/a", "ws://•••@host/a"),
        ("ws://token@host/a, and mail@host", "ws://•••@host/a, and mail@host"),
        ("ws://host/ocpp?tenant=7&monkey=1", "ws://host/ocpp?tenant=7&monkey=1"),
        ("a = b, key=value", "a = b, key=value"),
    ],
)
def test_what_looks_like_a_secret_is_masked_and_nothing_else(text: str, shown: str) -> None:
    assert mask_addresses(text) == shown


def test_a_secret_is_known_in_each_form_in_which_it_may_come_back() -> None:
    assert secrets_in_address("ws://h/?token=a%2Fbcd&key=xy") == {"a%2Fbcd", "a/bcd", "a%252Fbcd"}


@pytest.mark.parametrize(
    ("name", "confidential"),
    [("CSMS_API_KEY", True), ("TOKEN", True), ("CSMS_PW", True), ("TENANT", False), ("MONKEY", False)],
)
def test_a_variable_is_confidential_by_its_name(name: str, confidential: bool) -> None:
    assert is_confidential(name) is confidential


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('  - {id: CP_01, password: "S3cr3t, and more", model: M}', "  - {id: CP_01, password: •••, model: M}"),
        ("password: 'S3cr3t' # why", "password: ••• # why"),
        ("passwrod: S3cr3t", "passwrod: •••"),
        ("headers: {Authorization: Bearer abc.def, X: y}", "headers: {Authorization: •••, X: y}"),
        ('"access_token": "abc"', '"access_token": •••'),
        ("api_key: abc", "api_key: •••"),
        ("password: $env.PASSWORD", "password: $env.PASSWORD"),
        ('password: "$file:key.txt"', 'password: "$file:key.txt"'),
        ("auth: {basic: x}", "auth: {basic: x}"),
        ("config: {valid_id_tag: TAG-001}", "config: {valid_id_tag: TAG-001}"),
        ('password: "S3cr3t', "password: •••"),
    ],
)
def test_a_member_with_a_confidential_name_is_shown_without_its_value(line: str, shown: str) -> None:
    assert mask_members(line) == shown
