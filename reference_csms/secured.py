"""How a connection is secured: what of it the Central System looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Secured:
    """How a connection is secured: by which security profile, and to whom the client certificate is made out."""

    profile: int = 0
    client: str | None = None


PLAIN: Final = Secured()


def client_of(certificate: Any) -> str | None:
    """The common name of a client certificate, as `ssl` tells it; None without one."""
    names = [value for part in (certificate or {}).get("subject", ()) for kind, value in part if kind == "commonName"]
    return names[-1] if names else None
