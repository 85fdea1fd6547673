"""Containers that a Python program describes: a call or a dictionary with an image, its arguments and its variables."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.python_values import Values

_PROGRAM = ("entrypoint", "cmds")
_ARGUMENTS = ("command", "args", "arguments")
_VARIABLES = ("env_vars", "environment", "env")


def uses_of_containers(node: ast.AST, values: Values, lines: Lines) -> Iterator[ModelUse]:
    """The uses of a container, as operators of Airflow, Docker's client, Pulumi and clients of Kubernetes describe one."""
    given = _given(node)
    image = values.first(given.get("image"))
    if image is None:
        return
    argv = [word for name in (*_PROGRAM, *_ARGUMENTS) for word in _words(given.get(name), values)]
    replaced = any(name in given for name in _PROGRAM) or ("command" in given and "args" in given)
    variables = next((given[name] for name in _VARIABLES if name in given), None)
    environment = {name: value for name, one in _given(variables).items() if (value := values.first(one)) is not None}
    if argv or environment:
        container = Container(argv=argv, image=image, entrypoint=replaced, environment=environment, complete=False)
        yield from uses_of_container(container, "python", lines)


def _given(node: ast.AST | None) -> Mapping[str, ast.expr]:
    """The keywords of a call, or the texts that are keys of a dictionary, with their values."""
    if isinstance(node, ast.Call):
        return {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def _words(node: ast.expr | None, values: Values) -> Iterator[Located]:
    """The words of a list; one whose value is not known ends it, since what follows may belong to it."""
    for element in node.elts if isinstance(node, (ast.List, ast.Tuple)) else ():
        word = values.first(element)
        if word is None:
            return
        yield word
