"""Trees of nodes that are put together: every node keeps the file and the place where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from modelcheck.documents.yamlfile import Node, YamlFile, parse_yaml_text
from modelcheck.errors import Broken
from modelcheck.findings import Span, Unresolved
from modelcheck.readers.neighbours import NeighbourFiles
from modelcheck.records import replace

MAX_FILES = 200
"""Files of one document, each as often as it is taken: a project of more is not put together."""
Merge = Callable[[str, Node, Node], Node]


def mapping(at: Node, children: Mapping[str, Node], *sources: Node) -> Node:
    """A mapping at the place of ``at``. Its keys are placed where the last of ``sources`` has them."""
    keys: dict[str, Span] = {}
    for source in (at, *sources):
        keys |= source.keys
    kept = {key: keys.get(key, child.span) for key, child in children.items()}
    return replace(at, children=dict(children), keys=kept, elements=None, text=None, origins=())


def sequence(at: Node, elements: Iterable[Node]) -> Node:
    """A sequence at the place of ``at``."""
    return replace(at, elements=tuple(elements), children=None, text=None, origins=())


def merge_mappings(base: Node, over: Node, merge: Merge, *, deletes: Callable[[Node], bool] = lambda _: False) -> Node:
    """``over`` laid over ``base``, both mappings.

    ``merge`` puts the values of a key that both have together; a value that ``deletes`` takes the key away.
    """
    children = dict(base.items())
    for key, child in over.items():
        if deletes(child):
            children.pop(key, None)
        else:
            children[key] = merge(key, children[key], child) if key in children else child
    return mapping(base, children, over)


def is_null(node: Node) -> bool:
    """Whether a value is null, which deletes in Helm's values and in strategic merges."""
    return node.text is not None and node.value is None


def scalar(text: str, at: Node) -> Node:
    """A scalar at the place of another node."""
    return replace(at, text=text, children=None, elements=None, style=None, tag=None, origins=())


def split_pair(node: Node) -> tuple[str, Node] | None:
    """``NAME=value`` in one scalar as the name and the value at its own place; None for anything else."""
    name, equals, value = (node.text or "").partition("=")
    if not equals:
        return None
    literal = node.line == node.end_line and node.end_column - node.column == len(node.text or "")
    return name, replace(node, text=value, column=node.column + len(name) + 1) if literal else replace(node, text=value)


def inner_documents(node: Node, text: str) -> tuple[Node, ...]:
    """The YAML in a scalar of the file with ``text``, with its places in that file. Empty where it is not valid YAML."""
    try:
        if node.style in ("|", ">"):  # blank lines in front keep the file's line numbers, the indentation its columns
            written = text.split("\n")[node.line : node.end_line]
            return parse_yaml_text(node.path, "\n" * node.line + "\n".join(written))
        return parse_yaml_text(node.path, node.text or "", node.line)
    except Broken:
        return ()


class Files:
    """The files that a document is put together from.

    ``texts`` are those of all but the first, by path as reports show it; ``unresolved`` is what they refer to and what could not be
    followed.
    """

    def __init__(self, first: YamlFile, neighbours: NeighbourFiles) -> None:
        self.first = first
        self.neighbours = neighbours
        self.texts: dict[str, str] = {}
        self.unresolved: list[Unresolved] = []
        self.taken = 0

    def take(self, neighbours: NeighbourFiles, path: str) -> YamlFile | None:
        """A YAML file by its path from another one, noted as a part. None if it cannot be read or there are too many."""
        self.taken += 1
        file = neighbours.yaml(path) if self.taken <= MAX_FILES else None
        if file is not None and file.path != self.first.path:
            self.texts[file.path] = file.text
        return file

    def missing(self, node: Node, neighbours: NeighbourFiles) -> None:
        """Note that the file that a node names could not be taken."""
        path = node.text or ""
        why = f"is one of more than {MAX_FILES} files" if self.taken > MAX_FILES else neighbours.why_not(path)
        self.tell(node, f"{path} {why}")

    def tell(self, node: Node, reason: str) -> None:
        """Note that what a node refers to cannot be followed, with the reason."""
        self.unresolved.append(Unresolved(node.span, reason))

    def text(self, node: Node) -> str:
        """The text of the file that a node is written in."""
        return self.texts.get(node.path, self.first.text)

    def assembled(self, documents: Iterable[Node]) -> YamlFile:
        """The documents as one file, called as the first."""
        return YamlFile(self.first.path, tuple(documents), self.first.text, self.texts)
