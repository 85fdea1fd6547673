"""Pipelines of CI systems whose scripts fill templates with ``envsubst``, with the variables of the step, the job and the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents.located import Lines, Located, located
from modelcheck.documents.shell.following import Follower
from modelcheck.documents.shell.sources import of_scalar
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.filled import Filled
from modelcheck.readers.formats.shell import named_by_script
from modelcheck.readers.launch.envsubst import filled_templates

_VARIABLES = ("env", "environment", "variables", "vars")
_MOST = 50
_MOST_NODES = 50_000
Names = Mapping[str, Node]


@reader(files=("*.yml", "*.yaml"), mentions=("envsubst",))
def pipelines(file: YamlFile, neighbours: NeighbourFiles) -> Iterator[Filled]:
    """Each file that a script in a pipeline fills."""
    lines = Lines(file.path, file.text)
    yield from islice(_filled(file, lines, neighbours), _MOST)


def _filled(file: YamlFile, lines: Lines, neighbours: NeighbourFiles) -> Iterator[Filled]:
    waiting: list[tuple[Node, Names]] = [(document, {}) for document in reversed(file.documents)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node, names = waiting.pop()
        if node.text and "envsubst" in node.text and not node.origins:
            yield from _of_script(node, names, lines, neighbours)
        names = {**names, **_names(node)}
        below = [*node, *(child for _, child in node.items())]
        waiting += [(child, names) for child in reversed(below) if child.path == file.path]


def _of_script(node: Node, names: Names, lines: Lines, neighbours: NeighbourFiles) -> Iterator[Filled]:
    source = of_scalar(node, node.text or "", lines)
    follower = Follower({name: located(one) for name, one in names.items()}, lambda _: False)
    for _ in follower.follow(source):
        pass
    variables: Mapping[str, Located] = follower.environment.located(-1)
    yield from filled_templates(source, neighbours, variables, partial(named_by_script, neighbours))


def _names(node: Node) -> dict[str, Node]:
    """The variables that a mapping sets for what is in it; GitLab also writes them as ``NAME: {value: …}``."""
    found: dict[str, Node] = {}
    for key in _VARIABLES:
        given = node.get(key)
        for name, one in given.items() if given is not None else ():
            value = one if one.text else one.get("value")
            if value is not None and value.text and name.isidentifier():
                found[name] = value
    return found
