"""A YAML text as nodes that know their lines; what is no YAML that we read is refused in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import yaml
from yaml.reader import ReaderError

from routing_core.errors import InvalidHeuristics, Refused
from routing_core.yaml_places import repeated_key

_MOST_CHARS: Final = 5_000_000
_MOST_LEVELS: Final = 40
_NESTED: Final = f"nested more than {_MOST_LEVELS} levels deep; no key of ours is."
_TOO_DEEP_FOR_YAML: Final = "nesting depth"  # libyaml's own limit, which it may reach while it reads ahead of us

_TAB: Final = "a tab; indent with spaces"
# What libyaml says, by a part of it, and what that is for whoever typed the text.
_MEANINGS: Final[Mapping[str, str]] = {
    "tab character": _TAB,
    "not closed": "a quotation mark that is not closed on its line",
    "mapping values are not allowed": "a colon where none can stand; put the text in quotes, or check the indentation",
    "block sequence entries are not allowed": "a dash where no list can begin; put each entry on a line of its own",
    "did not find expected '-' indicator": "this is no entry of the list above it; check the indentation and the dash",
    "did not find expected key": "this fits nothing above it; check the indentation, and that quotes are closed",
    "could not find expected ':'": "a key without its colon",
    "did not find expected ',' or": "a list or mapping in brackets that is not closed, or lacks a comma",
    "did not find expected node content": "no value, or a sign that YAML reserves; put the text in quotes",
    "found unexpected end of stream": "a quotation mark that is not closed",
    "unexpected document indicator": "a second document begins inside a text; close the quotation mark before it",
    "unknown escape character": "a backslash that means nothing in double quotes; use single quotes",
    "did not find expected hexdecimal": "a backslash that means nothing in double quotes; use single quotes",
    "expected a single document": "a second document begins here; keep one",
    "did not find expected <document start>": "text behind the end of the document; check the indentation above",
    "could not determine a constructor": "a tag (!…), which is not read; write the plain value",
    "found undefined tag handle": "a tag (!…), which is not read; write the plain value",
    "did not find expected tag": "a tag (!…), which is not read; write the plain value",
    "found a duplicate anchor": "the same anchor (&…) twice; write the values out",
}
_ANYTHING_ELSE: Final = "this cannot be read as YAML; check the indentation, colons and quotation marks here and above"


def compose(text: str) -> yaml.MappingNode:
    """The nodes of a text, which know their lines.

    Raises:
        InvalidHeuristics: no YAML, no mapping, a repeated key, an alias, nested too deep or too long.
    """
    if len(text) > _MOST_CHARS:
        raise InvalidHeuristics(f"The heuristics may have at most {_MOST_CHARS:,} characters, got {len(text):,}.")
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeError) as error:
        if _TOO_DEEP_FOR_YAML in str(error):
            raise InvalidHeuristics(f"The heuristics are {_NESTED}") from error
        raise unreadable(error, text) from error
    if not isinstance(root, yaml.MappingNode):
        raise InvalidHeuristics("The heuristics are empty or no mapping of keys; start from an exported document.")
    twice = repeated_key(root)
    if twice is not None:
        raise _at(twice.line, twice.column, f"the key {twice.keys[-1]!r} is there twice; keep one")
    return root


def unreadable(error: Exception, text: str) -> InvalidHeuristics:
    """What the parser, or what makes values of its nodes, refused: where, in our words."""
    refused = _refused(error, text)
    return InvalidHeuristics(f"The heuristics are not YAML: {refused}. Nothing was changed.", [refused])


def _refused(error: Exception, text: str) -> Refused:
    if isinstance(error, ReaderError):
        return _unprintable(error, text)
    if isinstance(error, UnicodeError):
        return Refused("half of a character that takes two; type it again")
    if not isinstance(error, yaml.MarkedYAMLError):
        return Refused("a value that is none, such as a date that does not exist; put it in quotes")
    said, mark, began = f"{error.context} {error.problem}", error.problem_mark, error.context_mark
    if mark is not None and began is not None and "quoted scalar" in said and began.line != mark.line:
        mark, said = began, "not closed"
    if mark is None:
        return Refused(_ANYTHING_ELSE)
    return Refused(_meaning(said, _character(text, mark.line, mark.column)), (), mark.line + 1, mark.column + 1)


def _meaning(said: str, character: str) -> str:
    if "cannot start any token" in said and character:
        return _TAB if character == "\t" else f"nothing can begin with {character!r}; put the text in quotes"
    return next((words for part, words in _MEANINGS.items() if part in said), _ANYTHING_ELSE)


def _unprintable(error: ReaderError, text: str) -> Refused:
    """A sign that YAML does not allow; libyaml says where it is in bytes or characters, so it is looked for."""
    code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
    before, found, _ = text.partition(chr(code))
    reason = f"the control character U+{code:04X}; take it out"
    if not found:
        return Refused(reason)
    return Refused(reason, (), before.count("\n") + 1, len(before) - before.rfind("\n"))


def _character(text: str, line: int, column: int) -> str:
    lines = text.splitlines()
    return lines[line][column : column + 1] if line < len(lines) else ""


def _check_events(text: str) -> None:
    """Refuse, before anything is built, what would be built many times over or too deep for the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise _at_event(event, "aliases (*name) are not read; write the value out")
        if depth > _MOST_LEVELS:
            raise _at_event(event, _NESTED.rstrip("."))


def _at_event(event: yaml.Event, reason: str) -> InvalidHeuristics:
    mark = event.start_mark
    return _at(mark.line + 1, mark.column + 1, reason) if mark else InvalidHeuristics(f"{reason}.")


def _at(line: int, column: int, reason: str) -> InvalidHeuristics:
    refused = Refused(reason, (), line, column)
    return InvalidHeuristics(f"{str(refused)[:1].upper()}{str(refused)[1:]}.", [refused])
