"""Settings, read once from the environment into a frozen value."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_network
from pathlib import Path

from trial.domain.calendar import day_in
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
        to beside ``localhost``, ``127.0.0.1`` and ``[::1]``. A page of another site that has its
        own name point here is refused.
    trusted_proxies : tuple of str
        From ``TRIAL_TRUSTED_PROXIES`` (addresses or networks with commas between them): whose
        ``X-Forwarded-For`` says where a request comes from. Nobody's by default.
    open_set_up : bool
        From ``TRIAL_OPEN_SET_UP``: with ``1``, whoever opens an empty database may set it up
        without the code that the server's log shows.
    export_folder : Path or None
        From ``TRIAL_EXPORT_FOLDER``: where a new version writes what it takes out of the database;
        beside a SQLite file, else in the data folder, if not set.
    """

    database_url: str
    data_folder: Path
    today: date | None = None
    secure_cookies: bool = False
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    open_set_up: bool = False
    export_folder: Path | None = None


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (the process environment by default).

    Raises
    ------
    InvalidInput
        When ``TRIAL_TODAY`` is not an ISO date from 1990 to 2099, ``TRIAL_SECURE_COOKIES`` or
        ``TRIAL_OPEN_SET_UP`` not 0 or 1, a name in ``TRIAL_ALLOWED_HOSTS`` has a port or is a whole
        address of a page, or ``TRIAL_TRUSTED_PROXIES`` names something other than addresses and
        networks.
    """
    variables = os.environ if environment is None else environment
    today = variables.get("TRIAL_TODAY") or None
    fixed_today = day_in("TRIAL_TODAY", today) if today else None
    folder = ROOT / "data"
    export_folder = variables.get("TRIAL_EXPORT_FOLDER")
    return Settings(
        database_url=variables.get("DATABASE_URL") or f"sqlite:///{folder / 'trial.db'}",
        data_folder=folder,
        today=fixed_today,
        secure_cookies=_switch(variables, "TRIAL_SECURE_COOKIES"),
        allowed_hosts=_hosts(variables.get("TRIAL_ALLOWED_HOSTS") or ""),
        trusted_proxies=_networks(variables.get("TRIAL_TRUSTED_PROXIES") or ""),
        open_set_up=_switch(variables, "TRIAL_OPEN_SET_UP"),
        export_folder=Path(export_folder) if export_folder else None,
    )


def _switch(variables: Mapping[str, str], name: str) -> bool:
    value = variables.get(name) or "0"
    if value not in ("0", "1"):
        raise InvalidInput(name, value, "0 or 1")
    return value == "1"


def _listed(value: str) -> tuple[str, ...]:
    return tuple(entry for part in value.split(",") if (entry := part.strip().lower()))


def _networks(value: str) -> tuple[str, ...]:
    networks = _listed(value)
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise InvalidInput(
                "TRIAL_TRUSTED_PROXIES", network, "addresses or networks such as 10.1.0.0/16"
            ) from error
    return networks


def _hosts(value: str) -> tuple[str, ...]:
    hosts = _listed(value)
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise InvalidInput(
                "TRIAL_ALLOWED_HOSTS",
                host,
                "names without port or https://, such as trial.hospital.example, "
                "*.hospital.example",
            )
    return hosts
