"""Variables in deployment files: ``${NAME}``, ``${NAME:-default}``, ``$NAME`` and Kubernetes' ``$(NAME)``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from modelcheck.documents.located import Located
from modelcheck.findings import Span
from modelcheck.patterns import lazy

_VARIABLE = lazy(r"\$(?:\{(?P<braced>\w+)(?::?[-=?](?P<default>[^{}]*))?\}|\((?P<round>\w+)\)|(?P<bare>[A-Za-z_]\w*))")
_ASSIGNMENT = lazy(r"^\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)=(?P<value>.*)$")


def resolve(word: Located, variables: Mapping[str, Located]) -> Located:
    """The word with its variables put in. A word that is one variable stands where that variable is set, if in the same file.

    What cannot be resolved stays as written.
    """
    text = word.text.replace("$$", "$")
    whole = _VARIABLE.fullmatch(text)
    if whole:
        known = variables.get(_name(whole))
        if known is not None and _is_settled(known.text):
            return known if known.at.path == word.at.path else replace(known, at=word.at, node=word.node)
    made = _VARIABLE.sub(lambda found: _value(found, variables), text)
    return replace(word, text=made) if made != word.text else word


def _name(found: re.Match[str]) -> str:
    return found["braced"] or found["round"] or found["bare"] or ""


def _is_settled(text: str) -> bool:
    """Whether no variable is left in a value; the current folder is none."""
    return "$" not in text.replace("$(pwd)", "").replace("$PWD", "")


def _value(found: re.Match[str], variables: Mapping[str, Located]) -> str:
    known = variables.get(_name(found))
    if known is not None and _is_settled(known.text):
        return known.text
    default = found["default"]
    return found.group() if default is None else default.strip("\"'")


def read_env_file(path: str, text: str) -> dict[str, Located]:
    """The assignments of a ``.env`` file, quotes and comments taken off."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):  # and at no other character, as everywhere here
        match = _ASSIGNMENT.match(line)
        if match:
            value = match["value"].strip()
            quoted = re.match(r"(?P<quote>[\"'])(?P<text>.*?)(?P=quote)", value)
            plain = quoted["text"] if quoted else re.split(r"\s#", value, maxsplit=1)[0].strip()
            if plain:
                found[match["name"]] = Located(plain, Span(path, number, match.start("value") + 1))
    return found
