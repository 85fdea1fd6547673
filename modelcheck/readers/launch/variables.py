"""Variables in deployment files: ``${NAME}``, ``${NAME:-default}``, ``$NAME`` and Kubernetes' ``$(NAME)``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from modelcheck.documents.located import Lines, Located
from modelcheck.patterns import lazy
from modelcheck.readers.launch.assignments import file_assignments

_VARIABLE = lazy(r"\$(?:\{(?P<braced>\w+)(?::?[-=](?P<default>[^{}]*)|:?\?[^{}]*)?\}|\((?P<round>\w+)\)|(?P<bare>[A-Za-z_]\w*))")


def resolve(value: Located, variables: Mapping[str, Located]) -> Located:
    """The value with its variables replaced. One that is a single variable gets the place where that is set, if in the same file.

    What cannot be resolved stays as written.
    """
    text = value.text.replace("$$", "$")
    whole = _VARIABLE.fullmatch(text)
    if whole:
        known = variables.get(_name(whole))
        if known is not None and _is_settled(known.text):
            return known if known.at.path == value.at.path else replace(known, at=value.at, node=value.node)
    made = _VARIABLE.sub(lambda found: _value(found, variables), text)
    return replace(value, text=made) if made != value.text else value


def _name(found: re.Match[str]) -> str:
    return found["braced"] or found["round"] or found["bare"] or ""


def _is_settled(text: str) -> bool:
    """Whether a value contains no variable but the current folder."""
    return "$" not in text.replace("$(pwd)", "").replace("$PWD", "")


def _value(found: re.Match[str], variables: Mapping[str, Located]) -> str:
    known = variables.get(_name(found))
    if known is not None and _is_settled(known.text):
        return known.text
    default = found["default"]
    return found.group() if default is None else default.strip("\"'")


def read_env_file(path: str, text: str) -> dict[str, Located]:
    """The variables of an environment file, by name; the last assignment of a name counts."""
    return {one.name: one.value for one in file_assignments(Lines(path, text)) if one.value.text}
