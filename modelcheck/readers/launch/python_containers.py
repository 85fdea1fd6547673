"""Containers that a Python program describes: a call or a dictionary with an image, its arguments and its variables."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.engines import TGI, VLLM, Engine, engine_of_image
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.python_commands import command_words
from modelcheck.readers.launch.python_values import Values, path_of

_PROGRAM = ("entrypoint", "cmds")
_ARGUMENTS = ("command", "args", "arguments")
_LONGEST_IMAGE = 200
_VARIABLES = ("env_vars", "environment", "env")


def uses_of_containers(node: ast.AST, values: Values, lines: Lines) -> Iterator[ModelUse]:
    """The uses of a container, as operators of Airflow, Docker's client, Pulumi and clients of Kubernetes describe one."""
    given = {**_of_docker(node), **_given(node)}
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


def uses_of_variables(node: ast.Dict, values: Values) -> Iterator[ModelUse]:
    """The models that a dictionary of a container's variables names."""
    named = {name: value for name, one in _given(node).items() if name.isupper() and (value := values.first(one)) is not None}
    yield from named_models(named, "python")


def engines_of_images(texts: Iterable[str]) -> list[Engine]:
    """The engines whose images are among the texts of a file."""
    images = map(engine_of_image, (text for text in texts if "/" in text and len(text) <= _LONGEST_IMAGE))
    return list({engine.name: engine for engine in images if engine}.values())


def engine_of_arguments(words: Iterable[Located], engines: Sequence[Engine]) -> Engine | None:
    """The engine that arguments without a program are for: that of the only image, or the one that takes such a flag."""
    if len(engines) == 1:
        return engines[0]
    texts = [word.text for word in words]
    if any(text.startswith("--model=") for text in texts):
        return VLLM
    return TGI if any(text.startswith("--model-id=") for text in texts) else None


def _of_docker(node: ast.AST) -> Mapping[str, ast.expr]:
    """What ``client.containers.run(image, command)`` of Docker's client, and ``create``, are given by position."""
    if isinstance(node, ast.Call) and path_of(node.func).endswith(("containers.run", "containers.create")):
        return dict(zip(("image", "command"), node.args, strict=False))
    return {}


def _given(node: ast.AST | None) -> Mapping[str, ast.expr]:
    """The keywords of a call, or the texts that are keys of a dictionary, with their values."""
    if isinstance(node, ast.Call):
        return {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def _words(node: ast.expr | None, values: Values) -> Iterator[Located]:
    """The words of a list or a command line; one whose value is not known ends it, since what follows may belong to it."""
    if node is not None and not isinstance(node, (ast.List, ast.Tuple)):
        yield from command_words(node, values)
        return
    for element in node.elts if node is not None else ():
        word = values.first(element)
        if word is None:
            return
        yield word
