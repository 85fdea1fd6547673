"""Many targets: from files and from an author's page on the Hub, with a bar that shows how far the run is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click


def collect(targets: Sequence[str], given: Mapping[str, Any], *, offline: bool) -> tuple[str, ...]:
    """Every target once, in order: those on the command line, those in ``--targets``, the author's."""
    found = list(targets)
    if given["more"]:
        lines = (line.strip() for line in given["more"])
        found += [line for line in lines if line and not line.startswith("#")]
    if given["author"]:
        if offline:
            raise click.UsageError("--author asks the Hub; it cannot be used with --offline")
        found += _models_of(given["author"], given["limit"], given["tag"])
    elif given["limit"] or given["tag"]:
        raise click.UsageError("--limit and --filter belong to --author")
    if not found and (given["more"] or given["author"]):
        raise click.UsageError("there is no target: the list is empty")
    return tuple(dict.fromkeys(found))


def _models_of(author: str, limit: int | None, tag: str | None) -> list[str]:
    from huggingface_hub import HfApi

    from modelcheck.errors import TargetError

    try:
        return [model.id for model in HfApi(library_name="modelcheck").list_models(author=author, limit=limit, filter=tag)]
    except (OSError, ValueError) as error:
        raise TargetError("unreadable", f"the models of {author} could not be listed: {_first_line(error)}") from None
    except Exception as error:
        if not type(error).__module__.startswith(("httpx", "httpcore")):
            raise
        raise TargetError("offline", f"the models of {author} could not be listed: the Hub cannot be reached") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


@contextmanager
def progress(count: int) -> Iterator[Callable[[str], None]]:
    """A bar on the terminal's error output while more than one target is looked at; nothing where that is no terminal."""
    if count < 2 or not (sys.stderr.isatty() and sys.stdout.isatty()):
        yield lambda text: None  # noqa: ARG005 - nobody looks
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("judged", total=count)
        yield lambda text: bar.update(task, advance=1, description=text[:40])
