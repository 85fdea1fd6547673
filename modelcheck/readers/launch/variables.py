"""Variables in deployment files: ``${NAME}``, ``${NAME:-default}``, ``$NAME`` and Kubernetes' ``$(NAME)``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from modelcheck.documents.located import Lines, Located
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.launch.assignments import file_assignments
from modelcheck.readers.neighbours import NeighbourFiles
from modelcheck.records import replace

VARIABLE = lazy(
    r"\$(?:\{(?P<braced>\w+)(?::?[-=](?P<default>[^{}]*)|:?\?[^{}]*)?\}|\((?P<round>\w+)\)|(?P<bare>[A-Za-z_]\w*))", words=("$",)
)


_DEEPEST = 4
UNPLACED = Span("")
"""The place of a value that only an example file gives."""


def resolve(value: Located, variables: Mapping[str, Located], depth: int = 0) -> Located:
    """The value with its variables replaced. One that is a single variable gets the place where that is set, in whichever file.

    A variable that is only in an example file is set nowhere: the value keeps its own place.

    What cannot be resolved stays as written.
    """
    text = value.text.replace("$$", "$")
    whole = VARIABLE.fullmatch(text)
    if whole:
        known = variables.get(_name(whole))
        if known is not None and not _is_settled(known.text) and depth < _DEEPEST:  # a variable in the variable
            known = resolve(known, {name: one for name, one in variables.items() if one is not known}, depth + 1)
        if known is not None and _is_settled(known.text):
            if known.at == UNPLACED:
                return replace(known, at=value.at, node=value.node)
            return replace(known, used_at=value.used_at or value.at)
    made = VARIABLE.sub(lambda found: _value(found, variables), text)
    return replace(value, text=made) if made != value.text else value


def why_open(text: str) -> str:
    """Why a text is still open, for a person: the variables that it holds, or that it is an expression of another kind."""
    names = ", ".join(dict.fromkeys(filter(None, map(_name, VARIABLE.finditer(text)))))
    if "%i" in text.lower():
        return "no file that was read names an instance of this unit"
    if text.startswith("<") and text.endswith(">"):
        return "it is a placeholder, for the reader to fill in"
    plain = names and not any(sign in text for sign in ("{{", "%", "//", "(", "`"))
    return f"no file that was read sets {names}" if plain else "what it stands for is not known from the files that were read"


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


def example_variables(neighbours: NeighbourFiles, path: str) -> dict[str, Located] | None:
    """The variables of an example of an environment file, which a user copies and edits; None where there is no such file."""
    found = neighbour_variables(neighbours, path)
    return None if found is None else {name: replace(value, at=UNPLACED) for name, value in found.items()}


def neighbour_variables(neighbours: NeighbourFiles, path: str) -> dict[str, Located] | None:
    """The variables of an environment file beside a scanned one, each with its place there; None where there is no such file."""
    text = neighbours.text(path)
    return None if text is None else read_env_file(neighbours.shown(path), text)


def read_env_file(path: str, text: str) -> dict[str, Located]:
    """The variables of an environment file, by name; the last assignment of a name counts."""
    return {one.name: one.value for one in file_assignments(Lines(path, text)) if one.value.text}
