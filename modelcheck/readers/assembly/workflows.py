"""GitHub's workflows: ``${{ env.X }}``, ``${{ matrix.X }}`` and ``${{ inputs.X }}`` with the values in the same file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents.located import Lines, located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.errors import Exceeded
from modelcheck.patterns import lazy
from modelcheck.readers.filled import Filled, Part

_EXPRESSION = lazy(r"\$\{\{\s*(?P<path>[A-Za-z_][\w.-]{0,200})\s*(?:\|\|\s*'(?P<default>[^'{}]{0,400})'\s*)?\}\}")
_MOST = 20
_MOST_PARTS = 5_000
_LONGEST = 2**18
_EVENTS = ("workflow_dispatch", "workflow_call")
Names = Mapping[str, Node]


@reader(files=("*.yml", "*.yaml"), mentions=("${{",))
def workflows(file: YamlFile) -> Iterator[Filled]:
    """A workflow or an action, once for each value of its matrix."""
    document = file.documents[0] if len(file.documents) == 1 else None
    jobs = document.get("jobs") if document is not None else None
    if document is None or jobs is None:
        return
    if len(file.text) > _LONGEST:
        raise Exceeded(f"is a workflow of more than {_LONGEST // 2**10} KiB, whose expressions are not followed")
    lines = Lines(file.path, file.text)
    name = file.path.replace("\\", "/").rpartition("/")[2]
    seen = set[str]()
    for names in islice(_deployments(document, jobs), _MOST):
        filled = Filled(name, lines, list(islice(_parts(file.text, names), _MOST_PARTS)))
        if filled.text != file.text and filled.text not in seen:
            seen.add(filled.text)
            yield filled


def _deployments(document: Node, jobs: Node) -> Iterator[Names]:
    """The values of all expressions; then those with each other element of a matrix."""
    base = {**_inputs(document), **_environment(document, jobs)}
    choices = list(_matrices(jobs))
    first = dict(reversed([(name, node) for name, node in choices]))  # of several elements the first
    yield {**base, **first}
    for name, node in choices:
        if first[name] is not node:
            yield {**base, **first, name: node}


def _inputs(document: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for event in _EVENTS:
        inputs = document.get("on", event, "inputs")
        for name, one in inputs.items() if inputs is not None else ():
            default = one.get("default")
            if default is not None and default.text:
                found[f"inputs.{name}"] = found[f"github.event.inputs.{name}"] = default
    return found


def _environment(document: Node, jobs: Node) -> dict[str, Node]:
    """The variables of the workflow, its jobs and its steps; not one that has several values."""
    parts = [document, *(job for _, job in jobs.items()), *(step for _, job in jobs.items() for step in job.get("steps") or ())]
    found: dict[str, Node] = {}
    several = set[str]()
    for part in parts:
        given = part.get("env")
        for name, node in given.items() if given is not None else ():
            known = found.setdefault(f"env.{name}", node)
            several |= {f"env.{name}"} if known.text != node.text else set()
    return {name: node for name, node in found.items() if name not in several and node.text}


def _matrices(jobs: Node) -> Iterator[tuple[str, Node]]:
    """The elements of each list of a matrix, by the names of expressions."""
    for job in [one for _, one in jobs.items()]:
        matrix = job.get("strategy", "matrix")
        for name, of in matrix.items() if matrix is not None else ():
            for one in of:
                prefix = "matrix" if name in ("include", "exclude") else f"matrix.{name}"
                if one.text and name not in ("include", "exclude"):
                    yield prefix, one
                elif name != "exclude":
                    yield from ((f"{prefix}.{key}", node) for key, node in one.items() if node.text)


def _parts(text: str, names: Names) -> Iterator[Part]:
    place = 0
    for found in _EXPRESSION.finditer(text):
        node = names.get(found["path"])
        if node is None and found["default"] is None:
            continue
        yield Part(text[place : found.start()], place)
        place = found.end()
        if node is None:
            yield Part(found["default"], found.start("default"))
        else:
            yield Part(node.text or "", found.start(), place - found.start(), located(node).at)
    yield Part(text[place:], place)
