"""The keys of each kind of file in a scenario folder with what they mean, and the words that may stand behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from csms_harness.scenario.model import Credential

CASE_WORDS: Final[Mapping[str, str]] = {
    "id": "The id of the test case, which is also the name of the file: TC_010_CSMS.",
    "name": "The name of the test case in the document.",
    "section": "The section of the document, in quotes when it looks like a number.",
    "edition": "The edition of the document that was read, in quotes.",
    "profile": "The feature profile of OCPP 1.6 that the case belongs to.",
    "purpose": "What the Central System must be able to do, in one sentence of our own.",
    "description": "What happens in the case, in a few sentences of our own.",
    "requires": "Claims the vendor must make for the case to apply; else it is NOT APPLICABLE.",
    "security_profiles": "The security profiles it can run under, such as [1, 2]; without any, whichever there is.",
    "any_connection": "true: it is about messages, so where nothing is declared it runs over any connection.",
    "before": "Where the case starts. What fails here makes the case INCONCLUSIVE, not FAIL.",
    "scenario": "The steps, in the order of the document.",
    "after": "Steps that always run at the end and never change the verdict; seldom needed.",
    "forbid": "Actions whose arrival is a FAIL in this case.",
    "readings": "Where the document is silent or unclear, and how we read it; printed in the certificate.",
}
"""The keys of a test case with what they mean, in the order of the rows of a test case table."""
PACK_WORDS: Final[Mapping[str, str]] = {
    "id": "The id of the case, which is also the name of the file: FIELD_001.",
    "name": "What the case is about, in a few words.",
    "level": "must: OCPP says so, and a FAIL fails the run. should and robustness: a FAIL is told as a remark.",
    "clause": "The clause of OCPP 1.6 or OCPP-J 1.6 that the case rests on.",
    "reported": "Who met it in public: repository and number, such as steve-community/steve#395.",
    "profile": "The feature profile of OCPP 1.6 that the case belongs to; Core when it is not written.",
    **{
        name: CASE_WORDS[name] for name in ("purpose", "description", "requires", "security_profiles", "any_connection")
    },
    **{name: CASE_WORDS[name] for name in ("before", "scenario", "after")},
    **{name: CASE_WORDS[name] for name in ("forbid", "readings")},
}
"""The keys of a case beyond the certification document with what they mean."""
STATE_WORDS: Final[Mapping[str, str]] = {
    "state": "The name of the reusable state, by which cases run it.",
    "section": "The section of the document, in quotes when it looks like a number.",
    "edition": "The edition of the document that was read, in quotes.",
    "tested_by": "The test case whose purpose this state is; a case that cannot be prepared points at it.",
    "params": "The parameters of the state with their defaults; null means that there is none.",
    "before": "Where the case starts. What fails here makes the case INCONCLUSIVE, not FAIL.",
    "scenario": "The steps, in the order of the document.",
}
"""The keys of a reusable state with what they mean."""
BEFORE_WORDS: Final[Mapping[str, str]] = {
    "from": "booted (the default) or disconnected.",
    "configuration": "Configuration keys of the simulated Charge Point, and their values.",
    "memory": "What has to be provisioned: {idTag: $config.expired_id_tag, status: Expired}.",
    "states": "Reusable states that run first.",
}
"""The keys of ``before`` in a test case with what they mean."""
STARTS: Final = ("booted", "disconnected")
"""Where a test case may start from."""
CONNECTORS: Final[Mapping[str, int]] = {"connectors.2": 2}
"""What a case can require of the simulated Charge Point: so many connectors."""
NEXT_PROFILE: Final = "security_profile.next"
"""What a case requires that raises the security profile: the target serves the next higher one, too."""
CERTIFICATES: Final[Mapping[str, Credential]] = {
    f"certificate.{kind}": kind for kind in (Credential.ANOTHER, Credential.EXPIRED, Credential.EARLY)
}
"""What a case requires that shows a client certificate which only the target can give."""
ENTRY_KEYS: Final = ("id", "name", "section", "profile", "functionality", "reason")
"""The keys of an entry of the catalogue."""
RULE_KEYS: Final = ("id", "title", "clause", "rule", "looks_at", "purpose")
"""The keys of a standing wire rule."""
RULES: Final[Mapping[str, tuple[str, ...]]] = {
    "wire": ("json", "frame", "unique_id", "correlation", "one_call", "schema", "error_code", "datetime", "clock"),
    "beyond": (
        "transaction_ids",
        "one_status",
        "expired",
        "as_asked",
        "once",
        "list_version",
        "connector_ids",
        "by_itself",
        "profiles",
        "limits",
        "listed_once",
        "locations",
        "private_keys",
        "narrow_numbers",
        "not_over",
        "list_growth",
        "never_lowered",
        "passwords",
        "client_certificates",
        "pem_lines",
    ),
}
"""The checks that a standing rule can name, by group; the folder of a rule is its group."""
