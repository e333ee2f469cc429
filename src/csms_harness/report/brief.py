"""What a run came to, as a JSON document for the program that started it; facts.json holds all the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from csms_harness.foreign import for_json
from csms_harness.record.facts import Facts
from csms_harness.report import pack, summary
from csms_harness.report.known import Reckoning
from csms_harness.verdict import Verdict


def brief_json(facts: Facts, reckoning: Reckoning, exit_code: int, reports: Mapping[str, Path]) -> str:
    """Result, exit code, a line for each case, the rules that are broken, what is forgiven, and the reports."""
    document = {
        "result": str(summary.overall(facts)),
        "exitCode": exit_code,
        "headline": summary.headline(facts),
        "complete": facts.run.complete,
        "seconds": facts.run.seconds,
        "cases": [
            {
                "id": case.id,
                "name": case.name,
                "verdict": str(case.verdict),
                "weighs": pack.weighs(case) if case.level else True,
                "seconds": round(case.seconds, 3),
                "reason": "" if case.verdict is Verdict.PASS else case.reason,
            }
            for case in (*facts.cases, *facts.pack)
        ],
        "brokenRules": [
            {"id": rule.id, "title": rule.title, "breaches": [breach.text for breach in rule.breaches]}
            for rule in facts.rules
            if rule.verdict is Verdict.FAIL
        ],
        "forgiven": dict(reckoning.forgiven),
        "noLongerAsKnown": dict(reckoning.unexpected),
        "reports": {kind: str(path) for kind, path in reports.items()},
    }
    return for_json(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"
