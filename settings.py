"""Where this process runs: `SIGNALBOX_*` environment variables and `.env`; imports nothing of ours."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Annotated, Final

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent
DOTENV = CHECKOUT / ".env"
_SHORTEST_PASSWORD: Final = 8
_LONGEST_PASSWORD: Final = 1024  # what the form of the sign-in takes in any script
_OURS: Final = "Value error, "  # what pydantic puts before a sentence of ours
_HOST_NAME: Final = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
_OURS_ALONE: Final = frozenset({"SIGNALBOX_PASSWORD", "SIGNALBOX_VIEWER_PASSWORD"})


class LogFormat(StrEnum):
    """How log lines are written: for people, or one JSON object a line."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """Which log lines are written: those of this level and above."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Keep(StrEnum):
    """How much of a prompt and its answer the log keeps."""

    FULL = "full"
    REDACTED = "redacted"
    METADATA = "metadata"


class SimulatorUse(StrEnum):
    """When the simulator serves: where no key is set, always, or never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Settings(BaseSettings):
    """Everything the environment says about this process; unknown `SIGNALBOX_*` names in `.env` are ignored."""

    model_config = SettingsConfigDict(env_prefix="SIGNALBOX_", env_file=DOTENV, extra="ignore", frozen=True)

    home: Path = Field(default=CHECKOUT / "var", description="Folder for the database and other files Signalbox keeps.")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the request log; unset: SQLite in the home folder."
    )
    spill: Path | None = Field(
        default=None,
        description="Folder for rows that the database refuses, best on another disk; unset: spill in the home folder.",
    )
    catalog: Path = Field(default=CHECKOUT / "signalbox.yaml", description="The deployments of each tier.")
    port: int = Field(default=8501, ge=1, le=65535, description="Port of the console.")
    password: SecretStr | None = Field(
        default=None, description="Operators' password; unset: nobody signs in, and the console stays on loopback."
    )
    viewer_password: SecretStr | None = Field(
        default=None, description="Password of those who read everything and change nothing; unset: there are none."
    )
    address: str = Field(
        default="127.0.0.1", description="Address the console listens at; beyond loopback only with a password."
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Names, beside loopback's, by which browsers may reach the console; separated by commas.",
    )
    simulator: SimulatorUse = Field(
        default=SimulatorUse.AUTO, description="When the simulator serves: auto (no key is set), always, never."
    )
    simulator_url: str | None = Field(
        default=None, description="Base URL of a simulator that already runs; unset: one is started when needed."
    )
    preload: bool = Field(
        default=True,
        description="Whether LiteLLM is loaded at the start (400 MB, 4 s of a core) or with the first send.",
    )
    keep: Keep = Field(
        default=Keep.FULL, description="What the log keeps of prompts and answers: full, redacted or metadata."
    )
    keep_prompt_days: int | None = Field(
        default=None, ge=1, description="Days after which prompts and answers are deleted; unset: never."
    )
    keep_metadata_days: int | None = Field(
        default=None, ge=1, description="Days after which requests are deleted from the log; unset: never."
    )
    phone_region: str | None = Field(
        default=None,
        pattern="^[A-Z]{2}$",
        description="Country (DE) whose phone numbers are redacted without its code too; unset: of none.",
    )
    log_format: LogFormat = Field(default=LogFormat.CONSOLE, description="Log lines for people (console) or as JSON.")
    log_level: LogLevel = Field(
        default=LogLevel.INFO, description="Lowest level that is logged: DEBUG, INFO, WARNING or ERROR."
    )

    @field_validator("password", "viewer_password")
    @classmethod
    def _long_enough(cls, password: SecretStr | None) -> SecretStr | None:
        if password is not None and len(password.get_secret_value()) < _SHORTEST_PASSWORD:
            raise ValueError(f"a password has {_SHORTEST_PASSWORD} characters or more; unset it to have none")
        if password is not None and len(password.get_secret_value()) > _LONGEST_PASSWORD:
            raise ValueError(f"a password has {_LONGEST_PASSWORD:,} characters or fewer; choose a shorter one")
        return password

    @field_validator("viewer_password")
    @classmethod
    def _tells_roles_apart(cls, viewer_password: SecretStr | None, found: ValidationInfo) -> SecretStr | None:
        if viewer_password is None or "password" not in found.data:
            return viewer_password
        if found.data["password"] is None:
            raise ValueError("viewers need operators; set SIGNALBOX_PASSWORD as well")
        if found.data["password"] == viewer_password:
            raise ValueError("it is the operators' password; choose another, or viewers could change everything")
        return viewer_password

    @field_validator("address")
    @classmethod
    def _guarded_address(cls, address: str, found: ValidationInfo) -> str:
        if not is_loopback(address) and found.data.get("password", address) is None:
            raise ValueError("other machines reach the console there; set SIGNALBOX_PASSWORD first")
        return address

    @field_validator("hosts", mode="before")
    @classmethod
    def _host_names(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        return tuple(name.strip().lower() for name in written.split(",") if name.strip())

    @field_validator("hosts")
    @classmethod
    def _guarded_hosts(cls, hosts: tuple[str, ...], found: ValidationInfo) -> tuple[str, ...]:
        if not all(map(_HOST_NAME.fullmatch, hosts)):
            raise ValueError("host names alone, without scheme, port or path, separated by commas")
        if not all(map(is_loopback, hosts)) and found.data.get("password", "") is None:
            raise ValueError("a console that others reach by name asks them to sign in; set SIGNALBOX_PASSWORD first")
        return hosts

    @property
    def resolved_database_url(self) -> str:
        """SQLAlchemy URL of the request log, SQLite in the home folder unless one is set."""
        return self.database_url or f"sqlite:///{self.home / 'signalbox.db'}"

    @property
    def resolved_spill(self) -> Path:
        """Folder for rows that the database refuses, in the home folder unless one is set."""
        return self.spill or self.home / "spill"


def is_loopback(address: str) -> bool:
    """Whether an address or a host name is that of this machine for itself alone."""
    if address.lower() == "localhost":
        return True
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


def provider_environment() -> Mapping[str, str]:
    """The variables that hold providers' keys: those of `.env`, with the environment's own before them.

    One of nothing but white space is not set. The console's passwords are not among them: a catalog that names one
    sends it to nobody.
    """
    written = {name: value for name, value in dotenv_values(DOTENV).items() if value is not None}
    found = written | {name: value for name, value in os.environ.items() if value.strip() or name not in written}
    return {name: value for name, value in found.items() if value.strip() and name.upper() not in _OURS_ALONE}


def problems_in(error: ValidationError) -> str:
    """What is wrong with the environment, a sentence a variable; never a value, which may hold a password."""
    return " ".join(
        f"SIGNALBOX_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg'].removeprefix(_OURS)}."
        for problem in error.errors(include_input=False, include_url=False)
    )
