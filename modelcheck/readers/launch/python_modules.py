"""Names that another Python file of the tree defines: ``from config import MODEL``, ``settings.model_name``.

The file is read as the scanned one is: as a syntax tree, never imported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from modelcheck.documents import TextFile
from modelcheck.documents.located import Located
from modelcheck.documents.python_text import UNPARSABLE, nodes_of, parse_python
from modelcheck.findings import Span
from modelcheck.readers.launch.python_values import Values, bindings, called, literals, path_of
from modelcheck.readers.neighbours import NeighbourFiles
from modelcheck.records import replace

_DEEPEST = 3
"""Files that pass a name on, as ``__init__.py`` does."""
_LONGEST = 2**16
_MOST_MARKS = 10_000
_MOST_MODULES = 16
"""Trees that are kept at a time."""
_MOST_FOLDERS = 8
_MARKS = ",([{=.+ \n"
Origin = tuple[str, int, str | None]
"""A module by its name, the dots before it, and what is imported of it; None: the module itself."""


@dataclass(slots=True)
class Module:
    """What one file says of its names. ``classes`` maps a class to its bindings, bases first; ``made`` a name to its class."""

    path: str
    values: Values
    top: dict[str, ast.expr] = field(default_factory=dict)
    classes: dict[str, dict[str, ast.expr]] = field(default_factory=dict)
    made: dict[str, ast.expr] = field(default_factory=dict)
    imports: dict[str, Origin] = field(default_factory=dict)


class OtherModules:
    """The names of one file that others define. ``nodes`` are those of its syntax tree."""

    def __init__(self, path: str, nodes: Iterable[ast.AST], neighbours: NeighbourFiles) -> None:
        nodes = list(nodes)
        self._path = path
        self._neighbours = neighbours
        self._imports = _imports(nodes)
        self._owners = _owners(nodes)

    def values(self, node: ast.expr) -> list[Located]:
        """The strings that an imported name, or an attribute of one, may be, each where it is written."""
        used_at = Span(self._path, node.lineno, node.col_offset + 1)
        found = self._values(node) if self._imports else ()
        return [one if one.at.path == self._path else replace(one, used_at=used_at) for one in found]

    def _values(self, node: ast.expr) -> Iterator[Located]:
        if isinstance(node, ast.Name):
            origin = self._imports.get(node.id)
            if origin is not None and origin[2] is not None:
                yield from self._of(origin, None, self._neighbours, 0)
        elif isinstance(node, ast.Attribute):
            base = path_of(node.value)
            of = self._imports.get(base) or self._imports.get(self._owners.get(base.rpartition(".")[2], ""))
            if of is not None:
                yield from self._of(of, node.attr, self._neighbours, 0)

    def _of(self, origin: Origin, attribute: str | None, neighbours: NeighbourFiles, depth: int) -> Iterator[Located]:
        """The values of a module's name, or of an attribute of it."""
        module, dots, name = origin
        if depth > _DEEPEST:
            return
        if name is not None and attribute is not None:
            inner = _find(f"{module}.{name}".lstrip("."), dots, neighbours)  # the name is that of a module
            if inner is not None:
                yield from self._named(inner, attribute, None, depth)
                return
        found = _find(module, dots, neighbours)
        if found is not None:
            yield from self._named(found, name or attribute or "", attribute if name else None, depth)

    def _named(self, found: tuple[Module, NeighbourFiles], name: str, attribute: str | None, depth: int) -> Iterator[Located]:
        module, neighbours = found
        if attribute is None and name in module.top:
            yield from module.values.of(module.top[name])
        elif attribute is not None and (name in module.made or name in module.classes):
            yield from self._member(found, name, attribute, depth)
        elif name in module.imports:
            yield from self._of(module.imports[name], attribute, neighbours, depth + 1)

    def _member(self, found: tuple[Module, NeighbourFiles], name: str, attribute: str, depth: int) -> Iterator[Located]:
        """An attribute of a class, or of an object: what its own call gives it, then the class's default."""
        module, neighbours = found
        made = module.made.get(name)
        given = {one.arg: one.value for one in made.keywords} if isinstance(made, ast.Call) else {}
        kind = name if made is None else called(made) if isinstance(made, ast.Call) else path_of(made)
        if attribute in given:
            yield from module.values.of(given[attribute])
        elif kind in module.classes:
            yield from module.values.of(module.classes[kind].get(attribute))
        elif kind in module.made and kind != name:  # a function that returns an object
            yield from self._member(found, kind, attribute, depth + 1) if depth < _DEEPEST else ()
        elif kind in module.imports:
            yield from self._of(module.imports[kind], attribute, neighbours, depth + 1)


def _find(module: str, dots: int, neighbours: NeighbourFiles) -> tuple[Module, NeighbourFiles] | None:
    """A module's names, and the files around it."""
    key = f"{neighbours.folder}\0{dots}\0{module}"
    whole = neighbours.once("python files", lambda: next(_files(module, dots, neighbours), None), key)
    if whole is None:
        return None
    root = neighbours.at_root()
    read = _read(root.shown(whole), root.text(whole) or "", root)
    return None if read is None else (read, neighbours.at(PurePosixPath(whole).parent.as_posix()))


def _files(module: str, dots: int, neighbours: NeighbourFiles) -> Iterator[str]:
    """Where a module's file is: beside the file that imports it, else in the nearest folder above, or in ``src`` there."""
    path = module.replace(".", "/")
    steps = range(dots - 1, dots) if dots else range(_MOST_FOLDERS)
    for step in steps:
        above = "../" * step
        if neighbours.whole(f"{above}x") is None:
            break
        for inside in ("", "src/") if not dots else ("",):
            for file in (f"{above}{inside}{path}.py", f"{above}{inside}{path}/__init__.py") if path else (f"{above}__init__.py",):
                whole = neighbours.whole(file)
                if whole is not None and neighbours.text(file) is not None:
                    yield whole


def _read(path: str, text: str, neighbours: NeighbourFiles) -> Module | None:
    """A file's names; None for one that is not Python, or too large for settings."""
    kept = neighbours.once("python modules", dict[str, Module | None])
    if path not in kept:
        if len(kept) >= _MOST_MODULES:
            kept.clear()
        short = len(text) <= _LONGEST and sum(map(text.count, _MARKS)) <= _MOST_MARKS
        try:
            kept[path] = _module(TextFile(path, text), parse_python(text)) if short else None
        except UNPARSABLE:
            kept[path] = None
    return kept[path]


def _module(file: TextFile, tree: ast.Module) -> Module:
    nodes = nodes_of(tree)
    module = Module(file.path, Values((pair for node in nodes for pair in bindings(node)), literals(file)), imports=_imports(nodes))
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            inherited = (module.classes.get(path_of(base).rpartition(".")[2], {}) for base in node.bases)
            own = [pair for one in ast.walk(node) if isinstance(one, (ast.Assign, ast.AnnAssign)) for pair in bindings(one)]
            module.classes[node.name] = {name: value for part in (*inherited,) for name, value in part.items()} | dict(
                reversed(own)
            )
        elif isinstance(node, ast.FunctionDef):
            returned = next(
                (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and isinstance(one.value, ast.Call)), None
            )
            if (made := returned or node.returns) is not None:
                module.made[node.name] = made
    for node in tree.body:
        for name, value in bindings(node) if isinstance(node, (ast.Assign, ast.AnnAssign)) else ():
            module.top[name] = value
            if isinstance(value, ast.Call):
                module.made[name] = value
    return module


def _imports(nodes: Iterable[ast.AST]) -> dict[str, Origin]:
    """Names and dotted names of a file → what they are imported from."""
    found: dict[str, Origin] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {one.asname or one.name: (one.name, 0, None) for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name: (node.module or "", node.level, one.name) for one in node.names}
    return found


def _owners(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Names → the class or function that their object comes from: ``settings = Settings()``, ``config: AppConfig``."""
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for target in node.targets:
                if isinstance(target, (ast.Name, ast.Attribute)):
                    found[path_of(target).rpartition(".")[2]] = path_of(node.value.func)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            found.setdefault(node.arg, path_of(node.annotation))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.setdefault(node.func.id, node.func.id)  # get_settings().model_name
    return found
