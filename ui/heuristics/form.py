"""One field as a row of the form: its bounds, its value beside the live one, what was refused. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from routing_core.decide.fields import Field, FieldKind, FieldValue, Path
from routing_core.domain import Json
from ui import format as figures
from ui.heuristics.working import Refusals, Working

Name: TypeAlias = Callable[[Path], str]

_LOG_SPAN: Final = 900


@dataclass(frozen=True, slots=True)
class Row:
    """One field as it is drawn; `shown` is what stands in it, which is what was typed where that was refused."""

    path: Path
    label: str
    spoken: str
    kind: str
    shown: Json
    was: str = ""
    error: str = ""
    low: float = 0.0
    high: float = 1.0
    scale: str = "linear"
    whole: bool = False
    bounds: str = ""
    optional: bool = False
    choices: tuple[Mapping[str, str], ...] = ()
    prose: bool = False
    removable: Path | None = None


@dataclass(frozen=True, slots=True)
class Adder:
    """A way to add a part: `named` asks for a name, one of `names` if there are any; `text` says what text to give."""

    path: Path
    label: str
    named: bool = True
    names: tuple[str, ...] = ()
    text: str | None = None
    error: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together; `up` and `removable` are paths that can be moved up or taken away."""

    id: str
    title: str
    rows: tuple[Row, ...] = ()
    note: str = ""
    adders: tuple[Adder, ...] = ()
    up: Path | None = None
    removable: Path | None = None
    removal: str = "Remove"
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Makes rows of the fields of a document beside the live ones."""

    working: Working
    fields: Mapping[Path, Field]
    live: Mapping[Path, Field]
    name: Name
    names_for: Callable[[Path], tuple[str, ...]] = field(default=lambda _: ())

    def below(self, *prefix: str | int) -> tuple[Path, ...]:
        """The paths of the fields that begin so, in the document's order."""
        return tuple(path for path in self.fields if path[: len(prefix)] == prefix)

    def row(self, path: Path, label: str | None = None, *, removable: Path | None = None) -> Row:
        """One field; without a `label` it is called what the diff calls it."""
        each = self.fields[path]
        spoken = self.name(path)
        refused = self.working.refusals.get(path)
        low, high = each.low or 0.0, each.high if each.high is not None else 1.0
        choices = self._choices(each)
        return Row(
            path=path,
            label=f"{label or _capital(spoken)}{' (new)' if self._is_new(path) else ''}",
            spoken=spoken if label is None else f"{spoken} ({label})",
            kind="choice" if choices else each.kind.value,
            shown=refused.value if refused else _plain(each.value),
            was=self._was(each),
            error=refusal_text(self.working.refusals, path, each.value, self._live_value(path)),
            low=low,
            high=high,
            scale=_scale(low, high),
            whole=each.whole,
            bounds=_bounds(each),
            optional=each.optional,
            choices=choices,
            prose=path[0] in {"system_prompts", "description"},
            removable=removable,
        )

    def error(self, path: Path) -> str:
        """Why what was tried at `path` was refused; empty where nothing was."""
        refused = self.working.refusals.get(path)
        return f"{_capital(refused.reason)}. {refused.kept}" if refused else ""

    def typed(self, path: Path) -> Mapping[str, str]:
        """What was typed for a new part at `path` and refused: its name and its text; empty where nothing was."""
        refused = self.working.refusals.get(path)
        given = refused.value if refused and isinstance(refused.value, Mapping) else {}
        return {key: value for key, value in given.items() if isinstance(value, str)}

    def words(self, path: Path) -> str:
        """The words that were typed for the list at `path` and refused, as they can be typed again."""
        refused = self.working.refusals.get(path)
        given = refused.value.get("add") if refused and isinstance(refused.value, Mapping) else None
        return ", ".join(map(str, given)) if isinstance(given, list) else ""

    def _choices(self, each: Field) -> tuple[Mapping[str, str], ...]:
        names: Sequence[str] = each.choices or self.names_for(each.path)
        if each.kind is FieldKind.FLAG:
            names = ("true", "false")
        if not names:
            return ()
        off = ({"value": "", "label": "any" if each.kind is FieldKind.FLAG else "none"},) if each.optional else ()
        labels = {"true": "yes", "false": "no", "word": "whole words", "substring": "anywhere in the text"}
        return off + tuple({"value": name, "label": labels.get(name, name)} for name in names)

    def _live_value(self, path: Path) -> FieldValue:
        live = self.live.get(path)
        return live.value if live else None

    def _is_new(self, path: Path) -> bool:
        """Whether live lacks this field, but not everything around it: of a new part its title says enough."""
        return path not in self.live and any(known[: len(path) - 1] == path[:-1] for known in self.live)

    def _was(self, each: Field) -> str:
        live = self.live.get(each.path)
        if live is None or live.value == each.value:
            return ""
        return f"draft {value_text(each.value)}, live {value_text(live.value)}"


def refusal_text(refusals: Refusals, path: Path, value: FieldValue, live: FieldValue) -> str:
    """Why a value was refused, and the two values that stay: the draft's and the live one."""
    refused = refusals.get(path)
    if refused is None:
        return ""
    return f"{refused.reason}. The draft keeps {value_text(value)}; live is {value_text(live)}."


def value_text(value: FieldValue) -> str:
    """A field's value in a sentence."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return figures.exact(value)
        case str():
            flat = " ".join(value.split())
            return f"“{flat[:39]}…”" if len(flat) > 40 else f"“{flat}”"  # noqa: PLR2004 - a line's worth
        case _:
            return figures.plural(len(value), "word")


def _bounds(each: Field) -> str:
    if each.low is None or each.high is None:
        return ""
    low = f"above {_number(each.low)}" if each.above_low else _number(each.low)
    return f"{low} to {_number(each.high)}"


def _number(value: float) -> str:
    if value >= 1_000_000:  # noqa: PLR2004 - from here on in millions
        return figures.tokens(int(value))
    return figures.exact(value)


def _scale(low: float, high: float) -> str:
    if high - low >= _LOG_SPAN:
        return "log"
    return "cubic" if low < -1 else "linear"


def _plain(value: FieldValue) -> Json:
    if isinstance(value, bool):
        return "true" if value else "false"
    return list(value) if isinstance(value, tuple) else value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
