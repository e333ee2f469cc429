"""What the vendor declares (pics.yaml): the product, its functionalities, its response times."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from csms_harness.documents.durations import SCHEMA, parse_duration
from csms_harness.documents.mistakes import Mistakes
from csms_harness.documents.source import read_yaml
from csms_harness.documents.validation import validate
from csms_harness.ocpp16.vocabulary import SECURITY_PROFILES
from csms_harness.record.facts import PicsFact, ProductFact
from csms_harness.target.filling import fill_prose
from csms_harness.triggers.masking import Secrets


def _seconds(value: Any) -> Any:
    if isinstance(value, str):
        return parse_duration(value)
    raise ValueError("a duration with its unit is due, such as 30 s")


def _positive(value: float) -> float:
    if value <= 0:
        raise ValueError("must be longer than 0 s")
    return value


Seconds = Annotated[float, BeforeValidator(_seconds), AfterValidator(_positive), WithJsonSchema(dict(SCHEMA))]


def _yes_or_no(value: Any) -> Any:
    if isinstance(value, bool | None):
        return value
    if isinstance(value, str) and value.casefold() in _WORDS:
        return _WORDS[value.casefold()]
    raise ValueError("yes or no is due")


_WORDS = {"yes": True, "no": False}

Claim = Annotated[bool, BeforeValidator(_yes_or_no), WithJsonSchema({"enum": [True, False, "yes", "no"]})]


def _profiles(value: Any) -> Any:
    known = ", ".join(str(one) for one in SECURITY_PROFILES)
    if not isinstance(value, list) or not value:
        raise ValueError("a list of the security profiles that are supported is due, such as [1, 2]")
    for one in value:
        if one not in SECURITY_PROFILES or isinstance(one, bool):
            raise ValueError(f"there is no security profile {one}; there are {known}")
    return sorted(set(value))


class Part(BaseModel):
    """A part of a file people write: unknown members are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Product(Part):
    """Who and what is declared."""

    designation: str = Field(min_length=1)
    vendor: str = ""
    holder: str = ""
    software_version: str = ""


class Report(Part):
    """What the head of the certificate says about the test itself; every remark stands on its first page."""

    laboratory: str = ""
    location: str = ""
    reference: str = ""
    number: str = ""
    date: str = ""
    evidence: str = ""
    remarks: tuple[str, ...] = ()


class Functionalities(Part):
    """Claims, as yes or no; a functionality that is left out is run and marked "not declared"."""

    Core: Claim | None = None
    FirmwareManagement: Claim | None = None
    LocalAuthListManagement: Claim | None = None
    Reservation: Claim | None = None
    RemoteTrigger: Claim | None = None
    SmartCharging: Claim | None = None
    Security: Claim | None = None


class Performance(Part):
    """Declared response times; they are also the deadlines of the steps."""

    ocpp_response_timeout: Seconds | None = None
    response_time_authorize: Seconds | None = None


class Settings(Part):
    """Limits and settings that a certificate lists."""

    milliseconds_in_timestamps: Claim | None = None


class Pics(Part):
    """A whole pics.yaml. ``security_profiles`` are those that are supported; without them nothing is declared."""

    product: Product
    report: Report = Report()
    functionalities: Functionalities = Functionalities()
    performance: Performance = Performance()
    settings: Settings = Settings()
    security_profiles: Annotated[tuple[int, ...], BeforeValidator(_profiles)] | None = None

    def claim(self, profile: str) -> bool | None:
        """Whether a feature profile is claimed; None when the PICS says nothing about it."""
        claimed: bool | None = getattr(self.functionalities, profile, None)
        return claimed

    def facts(self) -> PicsFact:
        """The PICS as facts of a run."""
        return PicsFact(
            product=ProductFact(**self.product.model_dump(), **self.report.model_dump(exclude={"remarks"})),
            functionalities=self.functionalities.model_dump(),
            ocpp_response_timeout=self.performance.ocpp_response_timeout,
            response_time_authorize=self.performance.response_time_authorize,
            settings=self.settings.model_dump(exclude_none=True),
            security_profiles=self.security_profiles,
        )


def read_pics(path: Path) -> Pics:
    """Read a pics.yaml, with ``$env.NAME`` and ``$file:PATH`` filled in. Raises Mistakes with every mistake in it."""
    filled = fill_prose(read_yaml(path), Secrets(folder=path.parent))
    mistakes = list(filled.mistakes)
    try:
        pics = validate(Pics, filled.root)
    except Mistakes as error:
        mistakes += [mistake for mistake in error.mistakes if mistake.where not in filled.places]
    if mistakes:
        raise Mistakes(mistakes)
    return pics


def undeclared(designation: str) -> Pics:
    """The PICS of a run without one: nothing is declared."""
    return Pics(product=Product(designation=designation))
