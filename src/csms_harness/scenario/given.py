"""The names that a case is given, and how people call what they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from csms_harness.scenario.letters import MOST_LETTERS, TEXTS

CHARGE_POINT_NAMES: Final[Mapping[str, str]] = {
    "id": "the identity of the Charge Point",
    "vendor": "the vendor of the Charge Point",
    "model": "the model of the Charge Point",
    "serial_number": "the serial number of the Charge Point",
    "firmware_version": "the firmware version of the Charge Point",
    "connector_ids": "0 and every connector",
    "other_connector_ids": "0 and every other connector",
    "second_connector_id": "another connector",
    "host": "the host that it connects to",
    "security_profile": "the security profile in force",
    "next_security_profile": "the next higher security profile",
    "lower_security_profile": "the next lower security profile",
}
"""What ``$charge_point.`` knows."""

CONFIGURED_NAMES: Final[Mapping[str, str]] = {
    "connector_id": "the configured connector",
    "unknown_connector_id": "a connector that the Charge Point does not have",
    "valid_id_tag": "the configured idTag",
    "valid_id_tag_2": "the second configured idTag",
    "parent_id_tag": "the configured parentIdTag",
    "invalid_id_tag": "the configured unknown idTag",
    "expired_id_tag": "the configured expired idTag",
    "blocked_id_tag": "the configured blocked idTag",
    "expiry_offset": "the configured expiry offset",
    "offline_for": "the configured time offline",
    "retrieve_offset": "the configured retrieve offset",
    "patience": "the configured patience",
    "unknown_vendor_id": "the configured unknown vendorId",
    "unknown_config_key": "the configured unknown key",
    "new_authorization_key": "a new password in hex",
    "firmware_url": "the configured firmware location",
    "diagnostics_url": "the configured diagnostics location",
    "security_log_url": "the configured log location",
    "root_certificate": "the configured root certificate",
    "root_certificate_2": "the second configured root certificate",
    "signing_certificate": "the configured signing certificate",
    "firmware_signature": "the configured firmware signature",
    "invalid_firmware_signature": "the configured signature that is not that of the firmware",
    "foreign_certificate_request": "a certificate request for another Charge Point",
    "forged_certificate_request": "a certificate request with a wrong signature",
    "certificate_algorithm": "the configured algorithm of the Charge Point's key",
    "stack_level": "the configured stackLevel",
    "charging_rate_unit": "the configured chargingRateUnit",
    "charging_limit": "the configured limit",
    "schedule_duration": "the configured duration",
    "start_period": "the configured startPeriod",
    "number_phases": "the configured numberPhases",
}
"""What ``$config.`` knows in the shipped scenarios; a target may have more."""

CLAIMS: Final[Mapping[str, str]] = {
    "valid_id_tag": "Accepted",
    "valid_id_tag_2": "Accepted",
    "invalid_id_tag": "Invalid",
    "expired_id_tag": "Expired",
    "blocked_id_tag": "Blocked",
}
"""What a target claims by the name under which it gives an idTag: its status in the Central System."""

CSR_NAMES: Final[Mapping[str, str]] = {
    "common_name": "the CN of the certificate request",
    "organization": "the O of the certificate request",
    "key": "the key of the certificate request",
}
"""What ``$csr.`` knows: the certificate request that the Charge Point sent last."""

HASH_DATA_NAMES: Final[Mapping[str, str]] = {
    algorithm: f"the {algorithm} hash data of the certificate that was installed last"
    for algorithm in ("SHA256", "SHA384", "SHA512")
}
"""What ``$hash_data.`` knows."""

ALIKE: Final[Mapping[str, str]] = {
    "other_case": "with capital and small letters exchanged",
    "shorter": "without its last character",
    "longer": "with one character more",
    "longest": "filled up to twenty characters",
    "zero_led": "with a zero before it",
    "joker": "with _ for its last character",
}
"""Groups whose member is a configured value, and what is done with that."""

GROUPS: Final = ("config", "charge_point", "configuration", "csr", "hash_data", *ALIKE, "samples", *TEXTS)
"""The groups of names that a case is given."""

MOST_SAMPLES: Final = 2000
"""So many sampled values ``$samples.`` makes at most."""

COUNTED: Final[Mapping[str, int]] = {"samples": MOST_SAMPLES, **dict.fromkeys(TEXTS, MOST_LETTERS)}
"""Groups whose member is a number from 1 on, and the largest."""

ASKED: Final = "asked"
"""What the trigger of a step asks for; known in that step alone."""


def in_english(name: str) -> str:
    """A given name as people call it: ``the configured connector``; a saved one as it is: ``$transactionId``."""
    group, _, member = name.partition(".")
    match group:
        case "config" if member:
            return CONFIGURED_NAMES.get(member, f"the configured {member.replace('_', ' ')}")
        case "charge_point" if member:
            return CHARGE_POINT_NAMES.get(member, f"${name}")
        case "csr" if member:
            return CSR_NAMES.get(member, f"${name}")
        case "hash_data" if member:
            return HASH_DATA_NAMES.get(member, f"${name}")
        case "samples" if member:
            return f"{member} samples"
        case "letters" if member:
            return f"{member} letters, most beyond ASCII"
        case "emoji" if member:
            return f"{member} characters, most beyond the first plane of Unicode"
        case _ if group in ALIKE and member:
            return f"{CONFIGURED_NAMES.get(member, member)} {ALIKE[group]}"
        case "configuration" if member:
            return f"the configuration key {member}"
        case "asked":
            return f"the {member} that was asked for" if member else "what was asked for"
    return f"${name}"
