"""``docker run … IMAGE …`` and its like: the container that a command line starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from modelcheck.documents.located import Located
from modelcheck.readers.launch.assignments import split_assignment
from modelcheck.readers.launch.containers import Container
from modelcheck.readers.launch.engines import engine_of_image
from modelcheck.readers.launch.variables import resolve

CONTAINER_RUNTIMES = frozenset(("docker", "podman", "nerdctl", "singularity", "apptainer", "nvidia-docker"))
_STARTS = frozenset(("run", "create", "exec", "instance"))
"""Commands that start a container; ``build`` and ``push`` name an image, too."""
_WITH_VALUE = ("--name", "--hostname", "-h", "--network", "--net", "-v", "--volume", "-e", "--env", "-l", "--label", "-w")
"""Flags whose value may look like an engine's image: ``--name vllm``."""


def run_container(argv: Sequence[Located], variables: Mapping[str, Located]) -> Container | None:
    """The container of a command whose image is a known engine's: arguments after the image are the engine's.

    None where no argument is such an image. ``variables`` are those that the shell replaces.
    """
    texts = [resolve(argument, variables).text for argument in argv]
    if not _STARTS.intersection(texts[:6]):
        return None
    place = next(
        (at for at, text in enumerate(texts) if at > 1 and engine_of_image(text) and texts[at - 1] not in _WITH_VALUE), None
    )
    if place is None:
        return None
    before = argv[:place]
    given = list(_values(before, ("-e", "--env")))
    assigned = [one for one in map(split_assignment, given) if one]
    return Container(
        argv[place + 1 :],
        Located(texts[place], argv[place].at),
        entrypoint=any(text.startswith("--entrypoint") for text in texts[:place]),
        environment={one.name: one.value for one in assigned},
        mounts=[mount for value in _values(before, ("-v", "--volume")) for mount in split_mount(value)],
        elsewhere=[value.text for value in given if "=" not in value.text],
        complete=not any(text.startswith("--env-file") for text in texts[:place]),
    )


def split_mount(value: Located) -> Iterator[tuple[str, Located]]:
    """``host:container`` or ``host:container:ro`` as the path inside and the host's; nothing for a volume without a host's path."""
    host, colon, inside = value.text.partition(":")
    if colon and inside.startswith("/") and host.startswith((".", "/", "~", "$")):
        yield inside.partition(":")[0], Located(host, value.at, value.node)


def _values(argv: Sequence[Located], flags: tuple[str, str]) -> Iterator[Located]:
    """The values of a flag in each form: ``-e A=1``, ``-eA=1``, ``--env A=1``, ``--env=A=1``."""
    short, long = flags
    for flag, following in pairwise((*argv, *argv[-1:])):
        if flag.text in flags:
            yield following
        elif flag.text.startswith(f"{long}="):
            yield flag.after(len(long) + 1)
        elif flag.text.startswith(short) and not flag.text.startswith("--"):
            yield flag.after(len(short))
