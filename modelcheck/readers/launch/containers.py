"""Containers: image, arguments, environment and mounts, as every format hands them on, and the one function that reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field

from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.readers.launch.addresses import addresses_of
from modelcheck.readers.launch.launches import Launch, find_launches
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.uses import uses_of_launch
from modelcheck.readers.launch.variables import resolve
from modelcheck.records import record, replace

_TRUE = frozenset(("1", "true", "yes", "on"))


@record()
class Container:
    """One container or process, as its format describes it. Every value has its place in the file.

    ``argv`` is the entrypoint with its arguments, in order; ``entrypoint``: it replaces the image's own. ``mounts`` are pairs: the
    path inside, the host's path. ``elsewhere`` names variables whose values cannot be seen (a Secret's); ``complete`` is False
    where any variable may be set elsewhere (``envFrom``, ``--env-file``, an image that others run). ``outer`` are variables that
    the format replaces before the container starts (Compose's ``.env``); ``chat_cues`` are those outside of the arguments (a
    health check, a client). ``at`` is the place of the container. ``hosts`` are the names by which others reach it, ``published``
    its ports → those of the machine, ``addresses`` whole addresses, as a Service's.
    """

    argv: Sequence[Located] = ()
    image: Located | None = None
    entrypoint: bool = False
    environment: Mapping[str, Located] = field(default_factory=dict)
    mounts: Sequence[tuple[str, Located]] = ()
    elsewhere: Collection[str] = ()
    complete: bool = True
    outer: Mapping[str, Located] = field(default_factory=dict)
    chat_cues: Sequence[str] = ()
    at: Span | None = None
    hosts: Sequence[str] = ()
    addresses: Sequence[str] = ()
    published: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> Mapping[str, Located]:
        """All variables that its arguments may use; the outer ones are replaced first."""
        return {**self.environment, **self.outer}


def uses_of_container(container: Container, format_: str, lines: Lines) -> Iterator[ModelUse]:
    """The uses of the engines that a container starts; if it starts no known engine, of the models that its environment names."""
    uses = [
        use
        for launch in launches_of_container(container, lines)
        for use in uses_of_launch(launch, container.variables, format_, container.chat_cues)
    ]
    if not uses:
        named = {name: resolve(value, container.outer) for name, value in container.environment.items()}
        uses = list(named_models(named, format_))
    for use in uses:
        elsewhere = container.at and use.used_at is None and use.at.path != container.at.path
        yield replace(use, used_at=container.at if elsewhere else use.used_at, addresses=_addresses(use, container))


def _addresses(use: ModelUse, container: Container) -> tuple[str, ...]:
    """Where a container's server answers: it has its own name and ports, those of the machine are others."""
    ports = [one.rpartition(":")[2] for one in use.addresses] or [*container.published][:1]
    return (*container.addresses, *(one for port in ports for one in addresses_of(port, container.hosts, container.published)))


def launches_of_container(container: Container, lines: Lines) -> Iterator[Launch]:
    """The engines that a container starts, with what its environment, mounts and image add to the arguments."""
    image = resolve(container.image, container.outer).text if container.image else None
    for launch in find_launches(image, container.argv, lines, container.variables, entrypoint=container.entrypoint):
        _add_environment(launch, container.environment)
        _follow_mounts(launch, container.mounts)
        if container.image and image:
            _add_default(launch, container, replace(container.image, text=image))
        yield launch


def _add_environment(launch: Launch, environment: Mapping[str, Located]) -> None:
    """Add what the engine reads from its environment; the command line takes precedence."""
    for name, role in launch.engine.environment.items():
        value = environment.get(name)
        if value is None:
            continue
        if role == "chat-if-true":
            if value.text.strip().lower() in _TRUE:
                launch.chat_cues.append(f"{name}={value.text}")
        else:
            launch.arguments.setdefault(role, [value])
            launch.chat_cues += [name] if role == "template" else []


def _follow_mounts(launch: Launch, mounts: Sequence[tuple[str, Located]]) -> None:
    """A model that is a mounted folder is the host's folder. One below the mounted folder keeps its own name."""
    model = launch.last("model")
    found = next((host for inside, host in mounts if model and model.text.rstrip("/") == inside.rstrip("/")), None)
    if found is not None:
        launch.arguments["model"] = [found]


def _add_default(launch: Launch, container: Container, image: Located) -> None:
    """Where no model is named, the image itself is one (NIM), or the engine's default is served."""
    engine = launch.engine
    named_elsewhere = any(role == "model" and name in container.elsewhere for name, role in engine.environment.items())
    if launch.arguments.get("model") or named_elsewhere:
        return
    if engine.image_is_model:
        launch.arguments["model"] = [image]
    elif engine.default_model and container.complete:
        launch.arguments["model"] = [Located(engine.default_model, image.at)]
        launch.implied = True
