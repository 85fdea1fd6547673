"""Containers in HCL: Nomad's tasks, and those of Terraform's providers for Kubernetes and the clouds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from modelcheck.documents import TextFile
from modelcheck.documents.hcl import Block, read_blocks, read_tokens
from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.serving import find_started, take_default, take_environment, uses_of
from modelcheck.registry import reader

_WORDS = ("command", "entrypoint", "args")
_ENVIRONMENT = ("env", "environment", "environment_variables", "environment_vars")


@reader(files=("*.nomad", "*.hcl", "*.tf"), mentions=(*MENTIONS, "hf_model_id", "model_id"))
def hcl_containers(file: TextFile) -> Iterator[ModelUse]:
    """Each block with an image, arguments or an environment; variables by their defaults in the same file."""
    root = read_blocks(read_tokens(file.text), file.path)
    defaults = {name: block.first("default") for name, block in _variables(root)}
    variables = {f"var.{name}": word for name, word in defaults.items() if word}
    lines = Lines(file.path, file.text)
    for block in root.walk():
        parts = [block, *(child for child in block.children if child.name == "config")]  # Nomad's driver has it one deeper
        told = {name: word for part in parts for name, word in part.values.items()}
        given = ((name, _filled(word, variables)) for name, word in _environment(block))
        environment = {name: word for name, word in given if not word.text.startswith("var.")}  # Terraform's reader seeks these
        if block.name != "config" and (told.keys() & {"image", *_WORDS} or environment):
            yield from _container(told, environment, variables, lines)


def _variables(root: Block) -> Iterator[tuple[str, Block]]:
    for block in root.children:
        if block.name == "variable" and block.label:
            yield block.label, block


def _container(
    told: Mapping[str, list[Located]], environment: Mapping[str, Located], variables: Mapping[str, Located], lines: Lines
) -> Iterator[ModelUse]:
    image = _filled(told["image"][0], variables) if told.get("image") else None
    words = [_filled(word, variables) for name in _WORDS for word in told.get(name, ())]
    uses: list[ModelUse] = []
    own = bool(told.get("command") or told.get("entrypoint"))
    for started in find_started(image.text if image else None, words, lines, entrypoint=own):
        take_environment(started, environment)
        if image:
            take_default(started, image.at, image.text)
        uses += uses_of(started, environment, "hcl")
    yield from uses or named_models(environment, "hcl")


def _filled(word: Located, variables: Mapping[str, Located]) -> Located:
    """A variable's default in its place, and there; one that is set elsewhere stays."""
    return variables.get(word.text) or replace(word, text=word.text.replace("${var.", "${"))


def _environment(block: Block) -> Iterator[tuple[str, Located]]:
    """``env { NAME = "value" }``, or a block of name and value each."""
    for child in block.children:
        name, value = child.first("name"), child.first("value")
        if child.name in _ENVIRONMENT and name and value:
            yield name.text, value
        elif child.name in _ENVIRONMENT:
            yield from ((key, words[0]) for key, words in child.values.items() if words)
            yield from _environment(child)  # a list of objects
