"""Containers in HCL: Nomad's tasks, and those of Terraform's providers for Kubernetes and the clouds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelcheck.documents.located import Located
from modelcheck.readers.assembly.hcl_values import Open, Record, Value, alternatives, elements_of, texts
from modelcheck.readers.launch.assignments import split_assignment
from modelcheck.readers.launch.container_runtimes import split_mount
from modelcheck.readers.launch.containers import Container

_ARGV = ("entrypoint", "command", "args")
_MOUNTS = ("mount", "mounts", "volumes")
_ENVIRONMENT = ("env", "environment", "environment_variables", "environment_vars")


def containers_of(record: Record, pod: Record) -> Iterator[Container]:
    """The container that a block describes, with its pod's mounts; none where it has no image, arguments or environment."""
    parts = [record, *_blocks(record, "config")]  # Nomad's driver has it one level deeper
    environment = dict(pair for part in parts for name in _ENVIRONMENT for pair in _environment(part.get(name)))
    argv = [text for name in _ARGV for part in parts for text in texts(part.get(name))]
    image = next((text for part in parts for text in alternatives(part.get("image"))), None)
    if record.name == "config" or not (image or argv or environment):
        return
    name = next(iter(alternatives(record.get("name"))), None)
    mounts = [mount for part in parts for mount in _mounts(part)]
    yield Container(
        argv,
        None if isinstance(image, Open) else image,
        any(part.get(name) is not None for part in parts for name in ("command", "entrypoint")),
        environment,
        [*mounts, *(_pod_mounts(record, pod) if name else ())],
        at=record.at,
    )


def _blocks(record: Mapping[str, Value], name: str) -> list[Record]:
    """The blocks or objects under a name."""
    value = record.get(name)
    given = value if isinstance(value, list) else [value]
    return [one for one in given if isinstance(one, Record)]


def _environment(value: Value) -> Iterator[tuple[str, Located]]:
    """A map, blocks or objects of name and value, or a list of ``NAME=value``."""
    if isinstance(value, Record):
        name, given = alternatives(value.get("name")), alternatives(value.get("value"))
        if name and given:
            yield name[0].text, given[0]
        else:
            yield from ((key, alternatives(one)[0]) for key, one in value.items() if alternatives(one))
        return
    for _, one in elements_of(value):
        if isinstance(one, Located):
            assigned = split_assignment(one)
            if assigned:
                yield assigned.name, assigned.value
        elif one is not value:
            yield from _environment(one) if isinstance(one, Record) else ()


def _mounts(record: Record) -> Iterator[tuple[str, Located]]:
    """``volumes = ["host:container"]``, and blocks that name both paths: Nomad's ``mount``, the Docker provider's ``volumes``."""
    for name in _MOUNTS:
        for text in texts(record.get(name)):
            yield from split_mount(text)
        for block in _blocks(record, name):
            host = alternatives(block.get("source")) or alternatives(block.get("host_path"))
            inside = alternatives(block.get("target")) or alternatives(block.get("container_path"))
            if host and inside:
                yield from split_mount(Located(f"{host[0].text}:{inside[0].text}", host[0].at))


def _pod_mounts(container: Record, pod: Record) -> Iterator[tuple[str, Located]]:
    """The mounts of a container in a pod of Terraform's Kubernetes provider: paths of the node only."""
    paths = {
        name.text: path
        for volume in _blocks(pod, "volume")
        for name in alternatives(volume.get("name"))
        for host in _blocks(volume, "host_path")
        for path in alternatives(host.get("path"))
    }
    for mount in _blocks(container, "volume_mount"):
        inside, of = alternatives(mount.get("mount_path")), alternatives(mount.get("name"))
        if inside and of and of[0].text in paths:
            yield inside[0].text, paths[of[0].text]
