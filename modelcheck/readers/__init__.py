"""Readers: which models a deployment, training or evaluation file uses.

``formats/`` knows files, ``launch/`` knows programs, ``assembly/`` knows how several files become one document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.documents.yamlfile import YamlFile
from modelcheck.findings import Span
from modelcheck.findings import Unresolved as Unresolved
from modelcheck.hooks import hookimpl
from modelcheck.readers.neighbours import NeighbourFiles as NeighbourFiles
from modelcheck.records import record

if TYPE_CHECKING:
    from modelcheck.registry import Registry


@record()
class Embedded:
    """A file inside of a file: Python in a ConfigMap, a manifest in a heredoc. A reader yields it to have it read as ``name`` is.

    ``line`` and ``column`` are where its first line begins in the outer file, from 1; ``column`` is the same for all its lines.
    """

    name: str
    text: str
    line: int
    column: int = 1

    def place(self, at: Span) -> Span:
        """A place in this file, as a place of the outer one."""
        down, right = self.line - 1, self.column - 1
        return Span(
            at.path,
            at.line and at.line + down,
            at.column and at.column + right,
            at.end_line and at.end_line + down,
            at.end_column and at.end_column + right,
        )


@record()
class Assembled:
    """Documents put together from several files. A reader yields it to have them read as a YAML file called ``name`` is.

    Every node has the path and the place of the file that sets its value, so that readers need not know. ``instead``: they take
    the place of the scanned file, which no reader of YAML reads as it is. ``complete`` is False where a deployment usually adds to
    them, so that an engine's default model is not assumed.
    """

    name: str
    file: YamlFile
    instead: bool = False
    complete: bool = True


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Brings every reader of this package."""
    from modelcheck.readers._listed import FACTS, FUNCTIONS

    registry.scan(__name__, listed=(FUNCTIONS, FACTS))
