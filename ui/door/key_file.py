"""The secret that sessions are signed with: kept beside the database, so that a restart signs nobody out."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from routing_core.errors import InvalidSettings

NAME: Final = "door.key"
_BYTES: Final = 32


def kept_key(home: Path) -> bytes:
    """The secret in `home`, made where there is none: readable by its owner alone, whole or not at all.

    Of several processes that make one at the same time, all get the same. Raises InvalidSettings where it cannot be
    kept or read.
    """
    path = home / NAME
    try:
        if not path.exists():
            _make(path)
        path.chmod(0o600)
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise InvalidSettings(
            f"The key that sign-ins are signed with cannot be kept ({error.strerror or type(error).__name__})."
            " Make the folder that SIGNALBOX_HOME names writable, or name another."
        ) from error
    except ValueError as error:
        raise InvalidSettings(_BROKEN) from error
    if len(key) < _BYTES:
        raise InvalidSettings(_BROKEN)
    return key


_BROKEN = f"{NAME} in the folder that SIGNALBOX_HOME names holds no key. Delete it; everybody signs in again then."


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{NAME}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was quicker: its key is the one
            os.link(whole, path)
    finally:
        whole.unlink(missing_ok=True)
