"""Settings, read once from the environment into a frozen value."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from trial.domain.calendar import day_in
from trial.domain.errors import InvalidInput

ROOT = Path(__file__).resolve().parent.parent
# The package that `pip install` makes brings the documents along; a checkout has them beside it.
_PACKAGED = Path(__file__).resolve().parent / "data"
_DATABASE = "trial.db"
_HOST = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may differ between installations.

    Attributes
    ----------
    database_url : str
        From ``DATABASE_URL``; else the SQLite file ``trial.db`` in the folder ``TRIAL_STORAGE``;
        else an existing ``data/trial.db``, where versions before 0.9 kept it; else one in
        ``storage`` beside the app, or in the person's own folder for applications' data where the
        app is an installed package.
    data_folder : Path
        From ``TRIAL_DATA``; the documents people may edit: policies, content ideas, examples.
        Those that came with the app by default.
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
        beside a SQLite file if not set, else in the folder a SQLite file would lie in.
    log_format : {"text", "json"}
        From ``TRIAL_LOG_FORMAT``: lines for people or for programs.
    """

    database_url: str
    data_folder: Path
    today: date | None = None
    secure_cookies: bool = False
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    open_set_up: bool = False
    export_folder: Path | None = None
    log_format: Literal["text", "json"] = "text"


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (the process environment by default).

    Raises
    ------
    InvalidInput
        When ``TRIAL_DATA`` is no folder, ``TRIAL_TODAY`` is not an ISO date from 1990 to 2099,
        ``TRIAL_SECURE_COOKIES`` or ``TRIAL_OPEN_SET_UP`` not 0 or 1, a name in
        ``TRIAL_ALLOWED_HOSTS`` has a port or is a whole address of a page, or
        ``TRIAL_TRUSTED_PROXIES`` names something other than addresses and networks, or
        ``TRIAL_LOG_FORMAT`` is neither text nor json.
    """
    variables = os.environ if environment is None else environment
    today = variables.get("TRIAL_TODAY") or None
    fixed_today = day_in("TRIAL_TODAY", today) if today else None
    return Settings(
        database_url=variables.get("DATABASE_URL") or f"sqlite:///{_database_file(variables)}",
        data_folder=_documents(variables),
        today=fixed_today,
        secure_cookies=_switch(variables, "TRIAL_SECURE_COOKIES"),
        allowed_hosts=_hosts(variables.get("TRIAL_ALLOWED_HOSTS") or ""),
        trusted_proxies=_networks(variables.get("TRIAL_TRUSTED_PROXIES") or ""),
        open_set_up=_switch(variables, "TRIAL_OPEN_SET_UP"),
        export_folder=_export_folder(variables),
        log_format=log_format_in(variables),
    )


def log_format_in(variables: Mapping[str, str]) -> Literal["text", "json"]:
    """Return the form of log lines that the environment asks for; raises as `settings_from`."""
    chosen = variables.get("TRIAL_LOG_FORMAT") or "text"
    if chosen not in ("text", "json"):
        raise InvalidInput("TRIAL_LOG_FORMAT", chosen, "text or json")
    return "json" if chosen == "json" else "text"


def _documents(variables: Mapping[str, str]) -> Path:
    chosen = variables.get("TRIAL_DATA")
    if not chosen:
        return _PACKAGED if _PACKAGED.is_dir() else ROOT / "data"
    if not Path(chosen).is_dir():
        raise InvalidInput("TRIAL_DATA", chosen, "a folder that is there")
    return Path(chosen).absolute()


def _database_file(variables: Mapping[str, str]) -> Path:
    if chosen := variables.get("TRIAL_STORAGE"):
        return Path(chosen).absolute() / _DATABASE
    is_installed = _PACKAGED.is_dir()
    former = (Path.cwd() if is_installed else ROOT) / "data" / _DATABASE
    if former.is_file():
        return former
    if not is_installed:
        return ROOT / "storage" / _DATABASE
    data_home = variables.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data_home) / "trial-channel" / _DATABASE


def _export_folder(variables: Mapping[str, str]) -> Path | None:
    if chosen := variables.get("TRIAL_EXPORT_FOLDER"):
        return Path(chosen)
    # Beside a SQLite file, wherever that lies.
    is_sqlite = (variables.get("DATABASE_URL") or "sqlite:").startswith("sqlite")
    return None if is_sqlite else _database_file(variables).parent


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
