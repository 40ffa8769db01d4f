"""Where this process runs: `SIGNALBOX_*` environment variables and `.env`; imports nothing of ours."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent
DOTENV = CHECKOUT / ".env"


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
    catalog: Path = Field(default=CHECKOUT / "signalbox.yaml", description="The deployments of each tier.")
    port: int = Field(default=8501, ge=1, le=65535, description="Port of the console on 127.0.0.1.")
    simulator: SimulatorUse = Field(
        default=SimulatorUse.AUTO, description="When the simulator serves: auto (no key is set), always, never."
    )
    simulator_url: str | None = Field(
        default=None, description="Base URL of a simulator that already runs; unset: one is started when needed."
    )
    keep: Keep = Field(default=Keep.FULL, description="What the log keeps of prompts: full or metadata.")
    log_format: LogFormat = Field(default=LogFormat.CONSOLE, description="Log lines for people (console) or as JSON.")
    log_level: LogLevel = Field(
        default=LogLevel.INFO, description="Lowest level that is logged: DEBUG, INFO, WARNING or ERROR."
    )

    @property
    def resolved_database_url(self) -> str:
        """SQLAlchemy URL of the request log, SQLite in the home folder unless one is set."""
        return self.database_url or f"sqlite:///{self.home / 'signalbox.db'}"


def provider_environment() -> Mapping[str, str]:
    """The variables that hold providers' keys: those of `.env`, with the environment's own before them."""
    written = {name: value for name, value in dotenv_values(DOTENV).items() if value is not None}
    return written | {name: value for name, value in os.environ.items() if value or name not in written}


def problems_in(error: ValidationError) -> str:
    """What is wrong with the environment, a sentence a variable; never a value, which may hold a password."""
    return " ".join(
        f"SIGNALBOX_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}."
        for problem in error.errors(include_input=False, include_url=False)
    )
