"""One Charge Point of a target: its identity, its credentials, its equipment and its configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from csms_harness.charge_point.model import ChargePoint
from csms_harness.documents.validation import no_flag
from csms_harness.target.pics import Part
from csms_harness.target.securing import beside
from csms_harness.transport.trust import credential_problem
from csms_harness.triggers.masking import Secrets


def _secret(value: Any, info: ValidationInfo) -> Any:
    """``$env.NAME`` or ``$file:PATH`` as its value; a secret itself may not stand in a file that people share."""
    if not isinstance(value, str):
        return value
    context = info.context or {}
    if value in context.get("told", ()):
        return ""
    secrets = Secrets(folder=context.get("folder"))
    try:
        if value.startswith("$env."):
            return secrets.from_environment(value.removeprefix("$env."))
        if value.startswith("$file:"):
            return secrets.from_file(value.removeprefix("$file:"))
    except LookupError as error:
        raise ValueError(str(error)) from None
    raise ValueError("a secret does not stand in the file itself; write $env.NAME or $file:PATH")


Secret = Annotated[str, BeforeValidator(_secret)]


class ChargePointEntry(Part):
    """One identity, which is one lane. ``password`` (Basic authentication) is text, or ``hex:`` and bytes in hex.

    ``certificate_file`` is its client certificate with the chain, ``key_file`` the private key, unless both are in one
    file; in PEM, beside the target file. ``expired_certificate_file`` and ``early_certificate_file`` are certificates
    of the same authority that are over, or not valid yet, each with its key: nobody may be let in with them.
    """

    id: str = Field(min_length=1, max_length=48)
    password: Secret | None = Field(default=None, repr=False)
    vendor: str | None = Field(default=None, max_length=20)
    model: str | None = Field(default=None, max_length=20)
    serial_number: str | None = Field(default=None, max_length=25)
    certificate_file: Path | None = None
    key_file: Path | None = None
    expired_certificate_file: Path | None = None
    early_certificate_file: Path | None = None
    connectors: Annotated[int, BeforeValidator(no_flag)] = Field(default=2, ge=1, le=64)
    configuration: dict[str, str | int | bool] = Field(default_factory=dict)
    config: dict[str, Any] = Field(default_factory=dict)

    def password_bytes(self) -> bytes | None:
        """The raw bytes of the password."""
        if self.password is None:
            return None
        if self.password.startswith("hex:"):
            return bytes.fromhex(self.password.removeprefix("hex:"))
        return self.password.encode()

    _beside = field_validator("certificate_file", "key_file", "expired_certificate_file", "early_certificate_file")(
        beside
    )

    @model_validator(mode="after")
    def _complete(self, info: ValidationInfo) -> ChargePointEntry:
        if self.key_file is not None and self.certificate_file is None:
            raise ValueError("key_file stands without certificate_file; a key alone is no client certificate")
        if (info.context or {}).get("folder") is None:
            return self
        for name in ("certificate_file", "expired_certificate_file", "early_certificate_file"):
            path = getattr(self, name)
            own_key = self.key_file if name == "certificate_file" else None
            problem = "" if path is None else credential_problem(path, own_key)
            if problem:
                raise ValueError(f"the {name} {path} {problem}")
        return self

    @field_validator("password")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None and value.startswith("hex:"):
            try:
                bytes.fromhex(value.removeprefix("hex:"))
            except ValueError:
                raise ValueError("after 'hex:' stand pairs of the digits 0-9 and a-f, one pair to a byte") from None
        return value

    @field_validator("id")
    @classmethod
    def _visible(cls, value: str) -> str:
        if not value.isprintable() or not value.strip():
            raise ValueError("an identity consists of signs that can be seen")
        return value

    @model_validator(mode="after")
    def _confiding(self) -> ChargePointEntry:
        if self.password is not None and ":" in self.id:
            raise ValueError(
                f"the identity {self.id} has a colon, and a password; "
                "in Basic authentication the user, which is the identity, ends at the first colon"
            )
        return self

    def charge_point(self) -> ChargePoint:
        """A simulated Charge Point of this identity."""
        named = {"vendor": self.vendor, "model": self.model, "serial_number": self.serial_number}
        values = {name: _configured(value) for name, value in self.configuration.items()}
        given = {name: value for name, value in named.items() if value is not None}
        return ChargePoint(self.id, connectors=self.connectors, configuration=values, **given)


def _configured(value: str | float) -> str:
    """A configuration key's value as OCPP writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
