"""``.eval_results/*.yaml``: results of evaluations, as the Hub reads them."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.declarations import fact
from modelcheck.documents.yamlfile import Node, parse_yaml
from modelcheck.errors import Absent
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.reading import MAX_TEXT
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source

_FOLDER = ".eval_results/"
_MOST = 50


@record()
class EvalResults:
    """``files`` is path → content; None for an empty file."""

    files: Mapping[str, Node | None]

    def at(self, path: str) -> Span:
        """A file, at its first line."""
        return Span(path, 1, 1)


@fact(cost="files", reads=(".eval_results/*.yaml", ".eval_results/*.yml"))
def eval_results(source: Source, listing: FileListing) -> EvalResults:
    """From the files of the folder, fifty at most."""
    paths = sorted(path for path in listing.sizes if path.startswith(_FOLDER) and path.endswith((".yaml", ".yml")))
    if not paths:
        raise Absent("no .eval_results folder", ordinary=True)
    files = {path: parse_yaml(path, source.read(path, MAX_TEXT)).documents for path in paths[:_MOST]}
    return EvalResults({path: documents[0] if documents else None for path, documents in files.items()})
