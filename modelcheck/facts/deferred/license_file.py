"""The license in a file of its own, recognised by its text."""

from __future__ import annotations

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.reading import read_text
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources import Source

_NAME = lazy(r"(?i)(licen[cs]e|copying)(\.(txt|md))?")
_ANY_NAME = lazy(r"(?i)(licen[cs]es?|copying|notice|use[-_]policy)\b.*")
_SENTENCES = (
    (lazy(r"permission is hereby granted, free of charge, to any person obtaining a copy"), "mit"),
    (lazy(r"apache license,? version 2\.0"), "apache-2.0"),
    (lazy(r"redistribution and use in source and binary forms"), "bsd"),
    (lazy(r"this is free and unencumbered software released into the public domain"), "unlicense"),
    (lazy(r"llama ([234]|3\.[123]) community license agreement"), r"llama\1"),
    (lazy(r"gemma terms of use"), "gemma"),
)
"""What occurs in one license only."""
_GNU = lazy(r"gnu (?P<kind>affero |lesser )?general public license version (?P<version>[23])")
_MOZILLA = lazy(r"mozilla public license,? version 2\.0")
_CREATIVE = lazy(
    r"attribution(?P<nc>-noncommercial)?(?P<sa>-sharealike)?(?P<nd>-noderiv(?:ative)?s)? (?P<version>[34]\.0)"
    r"( international| unported)"
)
_HEAD = 600
"""Characters at the beginning: other licenses mention the GNU, Mozilla and Creative Commons licenses too, further down."""
_KINDS = {None: "gpl", "affero ": "agpl", "lesser ": "lgpl"}


@record()
class LicenseFile:
    """``license`` is the Hub's id of the license that ``path`` holds, ``bsd`` for each of the BSD licenses."""

    path: str
    license: str

    def at(self) -> Span:
        """The file, at its first line."""
        return Span(self.path, 1)


@fact(cost="files", reads=("LICENSE",))
def license_file(source: Source, listing: FileListing) -> LicenseFile:
    """From ``LICENSE`` in the root folder; absent if there are several such files, or if its text is of no license or of two."""
    at_root = [path for path in listing.sizes if "/" not in path and _ANY_NAME.fullmatch(path)]
    if not any(_NAME.fullmatch(path) for path in at_root):
        raise Absent("no license file", ordinary=True)
    if len(at_root) > 1:
        raise Absent("more than one license file", ordinary=True)
    found = recognise(read_text(source, at_root[0]))
    if found is None:
        raise Absent(f"{at_root[0]} is not the text of one well-known license", ordinary=True)
    return LicenseFile(at_root[0], found)


def recognise(text: str) -> str | None:
    """The Hub's id of the license whose text this is; None for no known one, and for a text of several."""
    words = " ".join(text.lower().split())
    matches = ((pattern.search(words), id_) for pattern, id_ in _SENTENCES)
    found = {match.expand(id_) for match, id_ in matches if match}
    return (found.pop() if len(found) == 1 else None) if found else _by_title(words[:_HEAD])


def _by_title(head: str) -> str | None:
    gnu, creative = _GNU.search(head), _CREATIVE.search(head)
    if gnu:
        return f"{_KINDS[gnu['kind']]}-{gnu['version']}.0"
    if creative:
        return "-".join(("cc-by", *(part for part in ("nc", "sa", "nd") if creative[part]), creative["version"]))
    return "mpl-2.0" if _MOZILLA.search(head) else None
