"""Settings, read once from the environment into a frozen value."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trial.domain.errors import InvalidInput

ROOT = Path(__file__).resolve().parent.parent
_HOST = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may differ between installations.

    Attributes
    ----------
    database_url : str
        From ``DATABASE_URL``; a SQLite file in the data folder by default.
    data_folder : Path
        The folder people may edit: policies, content ideas, examples.
    today : date or None
        From ``TRIAL_TODAY`` (ISO); fixes the product's today, for demonstrations and tests.
    secure_cookies : bool
        From ``TRIAL_SECURE_COOKIES`` (``1`` behind HTTPS): sign-in cookies travel on HTTPS only.
    allowed_hosts : tuple of str
        From ``TRIAL_ALLOWED_HOSTS`` (names with commas between them): the names the app answers
        to. A page of another site that has its own name point here is then refused; empty, any
        name is answered.
    """

    database_url: str
    data_folder: Path
    today: date | None = None
    secure_cookies: bool = False
    allowed_hosts: tuple[str, ...] = ()


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (the process environment by default).

    Raises
    ------
    InvalidInput
        When ``TRIAL_TODAY`` is not an ISO date, ``TRIAL_SECURE_COOKIES`` not 0 or 1, or a name in
        ``TRIAL_ALLOWED_HOSTS`` is an address or has a port.
    """
    variables = os.environ if environment is None else environment
    today = variables.get("TRIAL_TODAY") or None
    try:
        fixed_today = date.fromisoformat(today) if today else None
    except ValueError as error:
        raise InvalidInput("TRIAL_TODAY", today, "a date such as 2026-02-09") from error
    secure = variables.get("TRIAL_SECURE_COOKIES") or "0"
    if secure not in ("0", "1"):
        raise InvalidInput("TRIAL_SECURE_COOKIES", secure, "0 or 1")
    folder = ROOT / "data"
    return Settings(
        database_url=variables.get("DATABASE_URL") or f"sqlite:///{folder / 'trial.db'}",
        data_folder=folder,
        today=fixed_today,
        secure_cookies=secure == "1",
        allowed_hosts=_hosts(variables.get("TRIAL_ALLOWED_HOSTS") or ""),
    )


def _hosts(listed: str) -> tuple[str, ...]:
    hosts = tuple(host for name in listed.split(",") if (host := name.strip().lower()))
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise InvalidInput(
                "TRIAL_ALLOWED_HOSTS",
                host,
                "names without port or https://, such as trial.hospital.example, "
                "*.hospital.example",
            )
    return hosts
