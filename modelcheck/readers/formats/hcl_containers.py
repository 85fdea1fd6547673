"""Containers in HCL: Nomad's tasks, and those of Terraform's providers for Kubernetes and the clouds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from modelcheck.documents import TextFile
from modelcheck.documents.hcl import Block, read_blocks, read_tokens
from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.launch.container_runtimes import split_mount
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.registry import reader

_ARGV = ("command", "entrypoint", "args")
_MOUNTS = ("mount", "mounts", "volumes")
_ENVIRONMENT = ("env", "environment", "environment_variables", "environment_vars")


@reader(files=("*.nomad", "*.hcl", "*.tf"), mentions=(*MENTIONS, "hf_model_id", "model_id"))
def hcl_containers(file: TextFile) -> Iterator[ModelUse]:
    """Each block with an image, arguments or an environment; variables by their defaults in the same file."""
    root = read_blocks(read_tokens(file.text), file.path)
    defaults = {name: block.first("default") for name, block in _variables(root)}
    variables = {f"var.{name}": word for name, word in defaults.items() if word}
    lines = Lines(file.path, file.text)
    for block in root.walk():
        mounts = _pod_mounts(block)
        for child in block.children:
            container = _container(child, variables)
            if container:
                name = child.first("name")
                below = mounts.get(name.text, ()) if name else ()
                yield from uses_of_container(replace(container, mounts=[*container.mounts, *below]), "hcl", lines)


def _variables(root: Block) -> Iterator[tuple[str, Block]]:
    for block in root.children:
        if block.name == "variable" and block.label:
            yield block.label, block


def _container(block: Block, variables: Mapping[str, Located]) -> Container | None:
    """The container that a block describes; None where it has neither image, arguments nor environment."""
    parts = [block, *(child for child in block.children if child.name == "config")]  # Nomad's driver has it one level deeper
    values = {name: value for part in parts for name, value in part.values.items()}
    given = [(name, _filled(value, variables)) for name, value in _environment(block)]
    environment = {name: value for name, value in given if not value.text.startswith("var.")}  # Terraform's reader resolves these
    if block.name == "config" or not (values.keys() & {"image", *_ARGV} or environment):
        return None
    return Container(
        [_filled(value, variables) for name in _ARGV for value in values.get(name, ())],
        _filled(values["image"][0], variables) if values.get("image") else None,
        bool(values.get("command") or values.get("entrypoint")),
        environment,
        [mount for part in parts for mount in _mounts(part)],
        elsewhere=[name for name, value in given if value.text.startswith("var.")],
    )


def _mounts(block: Block) -> Iterator[tuple[str, Located]]:
    """``volumes = ["host:container"]``, and blocks that name both paths: Nomad's ``mount``, the Docker provider's ``volumes``."""
    for value in block.values.get("volumes", ()):
        yield from split_mount(value)
    for child in block.children:
        host = child.first("source") or child.first("host_path")
        inside = child.first("target") or child.first("container_path")
        if child.name in _MOUNTS and host and inside:
            yield from split_mount(Located(f"{host.text}:{inside.text}", host.at))


def _pod_mounts(pod: Block) -> Mapping[str, list[tuple[str, Located]]]:
    """The mounts of each container in a pod of Terraform's Kubernetes provider, by the container's name."""
    paths = {
        name.text: path
        for volume in pod.children
        if volume.name == "volume" and (name := volume.first("name"))
        for path in (child.first("path") for child in volume.children if child.name == "host_path")
        if path
    }
    found: dict[str, list[tuple[str, Located]]] = {}
    for container in pod.children:
        name = container.first("name")
        mounts = (child for child in container.children if child.name == "volume_mount")
        pairs = [(child.first("mount_path"), child.first("name")) for child in mounts]
        if container.name in ("container", "init_container") and name:
            found[name.text] = [(inside.text, paths[of.text]) for inside, of in pairs if inside and of and of.text in paths]
    return found


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
