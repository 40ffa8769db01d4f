"""Secrets that Signalbox makes for itself and keeps in its home folder, each in a file of its own."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from routing_core.errors import InvalidSettings

_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The name of such a file, what its secret is for, and what deleting it costs, as an end of a sentence."""

    name: str
    purpose: str
    without: str


DOOR: Final = KeyFile("door.key", "sign-ins are signed with", "everybody signs in again then")
ACCESS: Final = KeyFile("access.key", "access keys are hashed with", "every access key has to be made anew then")


def kept_key(home: Path, file: KeyFile) -> bytes:
    """The secret in `home`, made where there is none: readable by its owner alone, whole or not at all.

    Of several processes that make one at the same time, all get the same. Raises InvalidSettings where it cannot be
    kept or read.
    """
    path = home / file.name
    try:
        if not path.exists():
            _make(path)
        path.chmod(0o600)
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise InvalidSettings(
            f"The key that {file.purpose} cannot be kept ({error.strerror or type(error).__name__})."
            " Make the folder that SIGNALBOX_HOME names writable, or name another."
        ) from error
    except ValueError as error:
        raise _broken(file) from error
    if len(key) < _BYTES:
        raise _broken(file)
    return key


def _broken(file: KeyFile) -> InvalidSettings:
    where = f"{file.name} in the folder that SIGNALBOX_HOME names holds no key."
    return InvalidSettings(f"{where} Put a copy of it back, or delete it; {file.without}.")


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was quicker: its key is the one
            os.link(whole, path)
    finally:
        whole.unlink(missing_ok=True)
