"""The blocks of an HCL file in each deployment of its module, and those of the modules that it calls by a local path."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from modelcheck.documents import TextFile
from modelcheck.documents.hcl import read_tokens
from modelcheck.documents.hcl_syntax import parse_body
from modelcheck.documents.hcl_tree import Body, Text
from modelcheck.findings import Span, Unresolved
from modelcheck.patterns import lazy
from modelcheck.readers.assembly.hcl_modules import module_of
from modelcheck.readers.assembly.hcl_values import Record, Scope, Value
from modelcheck.readers.neighbours import NeighbourFiles

_SOURCE = lazy(r"\bsource[ \t]*=[ \t]*\"(?P<path>\.\.?/[^\"\n]{1,400})\"")
_FILE = lazy(r"\b(?:template)?file\([ \t\n]*\"(?:\$\{path\.module\}/)?(?P<path>[^\"\n$]{1,400})\"")
_DEEPEST = 5
_MOST_FILES = 200


def names_model(text: str, neighbours: NeighbourFiles, mentions: Collection[str]) -> bool:
    """Whether a file, or a template or module that it names by a path, holds one of ``mentions``: if none does, none is parsed."""
    waiting, seen = [(text, neighbours)], set[str]()
    while waiting and len(seen) < _MOST_FILES:
        text, beside = waiting.pop()
        lowered = text.lower()
        if any(mention in lowered for mention in mentions):
            return True
        for found in _FILE.finditer(text):
            path = beside.whole(found["path"])
            if path is not None and path not in seen:
                seen.add(path)
                waiting.append((beside.text(found["path"]) or "", beside))
        for found in _SOURCE.finditer(text):
            folder = beside.whole(found["path"].replace("//", "/"))
            if folder is not None and folder not in seen:
                seen.add(folder)
                inner = beside.at(folder)
                waiting += [(inner.text(name) or "", inner) for name in module_of(inner).files]
    return False


def records_of(file: TextFile, neighbours: NeighbourFiles) -> Iterator[Record | Unresolved]:
    """The contents of a file, once for each file of values of its module; then those of each module that it calls."""
    tokens = read_tokens(file.text)
    if not tokens and file.text.strip():
        yield Unresolved(Span(file.path), "it is not valid HCL, or longer than 128 KiB, and was not read")
    body = parse_body(tokens, file.path)
    if not file.path.endswith(".tf"):
        scope = Scope(None, {}, own=body)
        yield from scope.records(body)
        yield from _inputs(body, scope, neighbours)
        return
    module = module_of(neighbours)
    for given in module.deployments():
        values = Scope(module, {})
        scope = Scope(module, {name: values.value(one) for name, one in given.items()}, own=body)
        yield from scope.records(body)
        yield from _Calls().of(body, scope, neighbours, 0)


def _inputs(body: Body, scope: Scope, neighbours: NeighbourFiles) -> Iterator[Record | Unresolved]:
    """Terragrunt: the module that ``terraform { source }`` names, with ``inputs``."""
    inputs = scope.value(body.attributes.get("inputs"))
    for block in body.blocks:
        if block.name == "terraform" and isinstance(inputs, Record):
            yield from _Calls().module(block, inputs, neighbours, 0)


class _Calls:
    """Follows modules. ``left`` bounds the files that are evaluated, however often modules call one another."""

    def __init__(self) -> None:
        self.left = _MOST_FILES

    def of(self, body: Body, scope: Scope, neighbours: NeighbourFiles, depth: int) -> Iterator[Record | Unresolved]:
        """The contents of the modules that a body calls, with the values that it gives them."""
        for block in body.blocks:
            if block.name == "module" and "source" in block.attributes:
                for given in scope.records(block):
                    yield from self.module(block, given, neighbours, depth)

    def module(
        self, block: Body, given: Mapping[str, Value], neighbours: NeighbourFiles, depth: int
    ) -> Iterator[Record | Unresolved]:
        """The contents of the module of a block's ``source``."""
        source = block.attributes.get("source")
        if not isinstance(source, Text):
            return
        path = source.value.text.replace("//", "/")
        if not path.startswith(("./", "../")):
            yield Unresolved(source.value.at, f"the module {source.value.text} is not on this machine")
            return
        folder = neighbours.whole(path)
        if folder is None:
            yield Unresolved(source.value.at, f"the module {path} leads out of the scanned folder")
            return
        beside = neighbours.at(folder)
        child = module_of(beside)
        if not child.files:
            yield Unresolved(source.value.at, f"the module {path} is not in the scanned folder")
        for name in child.files if depth < _DEEPEST else ():
            self.left -= 1
            if self.left < 0:
                return
            body, scope = child.body(name), Scope(child, given)
            yield from scope.records(body)
            yield from self.of(body, scope, beside, depth + 1)
