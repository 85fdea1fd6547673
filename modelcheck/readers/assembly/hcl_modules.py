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
        self._found: dict[tuple[str, str], Expression | None] = {}

    def body(self, name: str) -> Body:
        """One of its files, by name; empty if it is not valid HCL."""
        return read_body(self.neighbours, name)

    def declared(self, kind: str, name: str) -> Expression | None:
        """The default of a variable (``var``), or a local value (``local``); None if it has none or is not declared."""
        if (kind, name) not in self._found:
            written = rf'variable\s+"?{re.escape(name)}"?\s*\{{' if kind == "var" else rf"\b{re.escape(name)}\s*="
            files = [file for file in self.files if re.search(written, self.neighbours.text(file) or "")]
            found = (declared_in(self.body(file), kind, name) for file in files)
            self._found[kind, name] = next((one for one in found if one is not None), None)
        return self._found[kind, name]

    def deployments(self) -> Iterator[Mapping[str, Expression]]:
        """The values of its variables in each deployment: what is always taken, then that with each other file of values."""
        own = self.neighbours.folder
        automatic: dict[str, Expression] = {}
        others = []
        for path in map(PurePosixPath, self.neighbours.once("tfvars", lambda: _values_files(self.neighbours))):
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


def declared_in(body: Body, kind: str, name: str) -> Expression | None:
    """What a body declares under a name: the default of a variable (``var``), or a local value (``local``)."""
    return body.variable(name) if kind == "var" else body.local(name)


def _values_files(neighbours: NeighbourFiles) -> list[str]:
    return neighbours.once("tfvars", lambda: [path for path in neighbours.paths() if path.endswith((".tfvars", ".tfvars.json"))])


def _below(folder: PurePosixPath, root: str) -> bool:
    return root in (".", "") or folder.is_relative_to(root)


def read_body(neighbours: NeighbourFiles, path: str) -> Body:
    """An HCL file by its path from another one; an empty body where it cannot be read. JSON is read as HCL's own syntax."""

    def read() -> Body:
        text, shown = neighbours.text(path) or "", neighbours.shown(path)
        if not path.endswith(".json"):
            return parse_body(read_tokens(text), shown)
        whole = parse_body(read_tokens(f"json = {text}"), shown).attributes.get("json")
        return Body(attributes=whole.fields if isinstance(whole, Object) else {})

    return neighbours.once("hcl", read, neighbours.whole(path) or "")


def module_of(neighbours: NeighbourFiles) -> Module:
    """The module of the folder that is looked at."""
    return neighbours.once("terraform module", lambda: Module(neighbours), neighbours.folder)
