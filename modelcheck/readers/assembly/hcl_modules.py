"""The files of a Terraform module as one: variables with their defaults and their values in ``*.tfvars``, and local values.

As Terraform takes them (https://developer.hashicorp.com/terraform/language/values/variables): ``terraform.tfvars`` and
``*.auto.tfvars`` by itself; any other file of values is one deployment of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from modelcheck.documents.hcl import read_tokens
from modelcheck.documents.hcl_syntax import parse_body
from modelcheck.documents.hcl_tree import Body, Expression, Object
from modelcheck.readers.neighbours import NeighbourFiles

_MOST = 20
_AUTOMATIC = ("terraform.tfvars", "terraform.tfvars.json")


class Module:
    """A folder of ``*.tf`` files. A file is parsed when it declares something that is asked for."""

    def __init__(self, neighbours: NeighbourFiles) -> None:
        self.neighbours = neighbours
        self.files = [name for name in neighbours.names_in(neighbours.folder) if name.endswith(".tf")]
        self._locals: dict[str, Expression | None] = {}

    def body(self, name: str) -> Body:
        """One of its files, by name; empty if it is not valid HCL."""
        return read_body(self.neighbours, name)

    def default(self, name: str) -> Expression | None:
        """The default of a variable; None if it has none or is not declared."""
        declared = re.compile(rf'variable\s+"?{re.escape(name)}"?\s*\{{')
        for file in self._mentioning(declared):
            for block in self.body(file).blocks:
                if block.name == "variable" and block.labels == (name,):
                    return block.attributes.get("default")
        return None

    def local(self, name: str) -> Expression | None:
        """A local value's expression."""
        if name not in self._locals:
            self._locals[name] = None
            for file in self._mentioning(re.compile(rf"\b{re.escape(name)}\s*=")):
                for block in self.body(file).blocks:
                    if block.name == "locals" and name in block.attributes:
                        self._locals[name] = block.attributes[name]
        return self._locals[name]

    def _mentioning(self, pattern: re.Pattern[str]) -> Iterator[str]:
        yield from (file for file in self.files if pattern.search(self.neighbours.text(file) or ""))

    def deployments(self) -> Iterator[Mapping[str, Expression]]:
        """The values of its variables in each deployment: what is always taken, then that with each other file of values."""
        own = self.neighbours.folder
        automatic: dict[str, Expression] = {}
        others = []
        for path in map(PurePosixPath, _values_files(self.neighbours)):
            if not _below(path.parent, own):
                continue
            beside = path.parent.as_posix() == (own or ".")
            if beside and (path.name in _AUTOMATIC or ".auto.tfvars" in path.name):
                automatic |= read_body(self.neighbours.at_root(), path.as_posix()).attributes
            else:
                others.append(path.as_posix())
        yield automatic
        for other in others[:_MOST]:
            yield {**automatic, **read_body(self.neighbours.at_root(), other).attributes}


def _values_files(neighbours: NeighbourFiles) -> list[str]:
    """Every file of values in the tree."""
    key = ("tfvars", "")
    if key not in neighbours.cache.made:
        neighbours.cache.made[key] = [path for path in neighbours.paths() if path.endswith((".tfvars", ".tfvars.json"))]
    found: list[str] = neighbours.cache.made[key]
    return found


def _below(folder: PurePosixPath, root: str) -> bool:
    return root in (".", "") or folder.is_relative_to(root)


def read_body(neighbours: NeighbourFiles, path: str) -> Body:
    """An HCL file by its path from another one; an empty body where it cannot be read. JSON is read as HCL's own syntax."""
    key = ("hcl", neighbours.whole(path) or "")
    if key not in neighbours.cache.made:
        text = neighbours.text(path) or ""
        if path.endswith(".json"):
            body = parse_body(read_tokens(f"json = {text}"), neighbours.shown(path))
            whole = body.attributes.get("json")
            body = Body(attributes=whole.fields if isinstance(whole, Object) else {})
        else:
            body = parse_body(read_tokens(text), neighbours.shown(path))
        neighbours.cache.made[key] = body
    made: Body = neighbours.cache.made[key]
    return made


def module_of(neighbours: NeighbourFiles) -> Module:
    """The module of the folder that is looked at."""
    key = ("terraform module", neighbours.folder)
    if key not in neighbours.cache.made:
        neighbours.cache.made[key] = Module(neighbours)
    made: Module = neighbours.cache.made[key]
    return made
