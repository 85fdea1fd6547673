"""``docker run … IMAGE …``, ``kubectl run --image=IMAGE`` and their like: the container that a command line starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from modelcheck.documents.located import Located
from modelcheck.readers.launch.assignments import split_assignment
from modelcheck.readers.launch.containers import Container
from modelcheck.readers.launch.engines import engine_of_image
from modelcheck.readers.launch.variables import resolve

CONTAINER_RUNTIMES = frozenset(("docker", "podman", "nerdctl", "singularity", "apptainer", "nvidia-docker"))
CLUSTER_CLIENTS = frozenset(("kubectl", "oc", "gcloud", "az", "runpodctl"))
_STARTS = frozenset(("run", "create", "exec", "instance"))
"""Commands that start a container; ``build`` and ``push`` name an image, too."""
_WITH_VALUE = ("--name", "--hostname", "-h", "--network", "--net", "-v", "--volume", "-e", "--env", "-l", "--label", "-w")
"""Flags whose value may look like an engine's image: ``--name vllm``."""
_IMAGE = ("--image", "--imageName")
_ARGUMENTS = ("--args", "--container-args")
_ENVIRONMENT = ("--env", "--set-env-vars", "--env-vars", "--container-env-vars")


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


def cluster_container(argv: Sequence[Located], variables: Mapping[str, Located]) -> Container | None:
    """The container that a client of a cluster or of a cloud is told to start: its image is a flag.

    Its arguments come after ``--``, or are the list that ``--args`` holds.
    """
    image = next((one for flag in _IMAGE for one in _values(argv, (flag, flag))), None)
    text = resolve(image, variables).text if image is not None else ""
    if image is None or engine_of_image(text) is None:
        return None
    end = next((at for at, one in enumerate(argv) if one.text == "--"), len(argv))
    return Container(
        [*argv[end + 1 :], *_listed(argv[:end], _ARGUMENTS)],
        Located(text, image.at),
        entrypoint=any(one.text == "--command" for one in argv[:end]),
        environment={one.name: one.value for one in map(split_assignment, _listed(argv[:end], _ENVIRONMENT)) if one},
        complete=False,
    )


def _listed(argv: Sequence[Located], flags: Sequence[str]) -> Iterator[Located]:
    """The elements of the lists that flags hold: between blanks, or commas where there is no blank."""
    for value in (one for flag in flags for one in _values(argv, (flag, flag))):
        for found in re.finditer(r"\S+" if " " in value.text else r"[^,]+", value.text):
            yield Located(found.group(), value.at.part(*found.span(), len(value.text)))


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
