"""The names that a pack and its parts may have."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterable
from importlib.util import find_spec

import click

from modelcheck.config import suggestion
from modelcheck.records import record

KINDS = ("rule", "signal", "fact", "reader", "source", "reporter")
_PACK = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_PART = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40
_LONGEST_PART = 32
"""Characters: an import of the longest names fits into a line of 120."""
_TAKEN = frozenset(("tests", "modelcheck", "modelcheck_rules"))


@record()
class PartName:
    """The name of a rule, a signal, a fact or a reader: ``area/name``."""

    area: str
    name: str

    @property
    def function(self) -> str:
        """The name of its function and its file."""
        return self.name.replace("-", "_")

    @property
    def folder(self) -> str:
        """The name of its area's folder."""
        return self.area.replace("-", "_")

    @property
    def class_(self) -> str:
        """The name of a fact's class."""
        return "".join(word.capitalize() for word in self.name.split("-"))

    def __str__(self) -> str:
        return f"{self.area}/{self.name}"


def read_pack_name(text: str) -> str:
    """Return the package of a pack, its name with ``_`` for ``-``. Raises BadParameter for a name that a pack cannot have."""
    package = text.replace("-", "_")
    if not _PACK.fullmatch(text) or keyword.iskeyword(package):
        raise _bad(text, "a pack is called by words in lower case, joined by '-' and no keyword of Python: acme-checks", "PACK")
    if len(text) > _LONGEST:
        raise _bad(text, f"it is longer than {_LONGEST} characters", "PACK")
    if package in _TAKEN or package in sys.stdlib_module_names or find_spec(package) is not None:
        raise _bad(text, f"there is already a Python package {package}, which yours would hide", "PACK")
    return package


def read_part_name(text: str) -> PartName:
    """Return the area and the name of a part. Raises BadParameter for another text than ``area/name``."""
    area, slash, name = text.partition("/")
    words = [one for one in (area, name) if _PART.fullmatch(one) and not keyword.iskeyword(one) and len(one) <= _LONGEST_PART]
    if not slash or len(words) != 2:
        raise _bad(
            text,
            f"it must be AREA/NAME, each of words in lower case joined by '-', at most {_LONGEST_PART} characters and no keyword "
            "of Python: house/title-shouts",
            "AREA/NAME",
        )
    return PartName(area, name)


def read_kinds(given: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds of plug-in that ``--with`` lists, in our order. Raises BadParameter for an unknown one."""
    words = [word.strip() for text in given for word in text.split(",") if word.strip()]
    for word in words:
        if word not in KINDS:
            raise click.BadParameter(
                f"unknown kind {word!r}{suggestion(word, KINDS)} (kinds: {', '.join(KINDS)})", param_hint="--with"
            )
    return tuple(kind for kind in KINDS if kind in words)


def _bad(text: str, why: str, hint: str) -> click.BadParameter:
    return click.BadParameter(f"{text!r} cannot be used: {why}", param_hint=hint)
