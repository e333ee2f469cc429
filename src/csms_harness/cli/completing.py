"""What a shell offers while a command line is typed (``csms-harness --install-completion``)."""

from __future__ import annotations


def patterns(incomplete: str) -> list[tuple[str, str]]:
    """What of the words for several cases, and of the ids, begins so, each with what it means."""
    from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES
    from csms_harness.runner.selection import EVERYTHING, PACK

    words = {
        **{str(profile): f"all cases of {name}" for profile, name in FUNCTIONALITY_NAMES.items()},
        PACK: "what the document does not ask",
        EVERYTHING: "the document, and what lies beyond it",
    }
    return [(word, meaning) for word, meaning in words.items() if word.startswith(incomplete)] + cases(incomplete)


def cases(incomplete: str) -> list[tuple[str, str]]:
    """The ids of cases that begin so, each with its name."""
    from csms_harness.cli.common import load

    library = load()
    every = {**library.cases, **library.pack}
    return [(case.id, case.name) for case in every.values() if case.id.startswith(incomplete)]
