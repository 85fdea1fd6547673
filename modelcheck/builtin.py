"""The one rule that no plug-in brings: a file that is there and cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.findings import Finding
from modelcheck.hookspecs import hookimpl
from modelcheck.registry import rule

if TYPE_CHECKING:
    from modelcheck.registry import Registry

UNREADABLE = "unreadable-file"


@rule(severity="error", since="0.1")
def unreadable_file() -> Iterator[Finding]:
    """A file is there, but cannot be read.

    Whoever loads the checkpoint or starts the deployment fails on the same file, or passes over it without a word. Rules
    and signals that need it are skipped, so its content was not judged.

    ## Bad

    ```json config.json
    {"model_type": "llama",
    ```

    ## Good

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Fix

    Correct the file at the line and column that the finding names. A file that is too long, or is a link that leads out of
    its folder, is not read on purpose: put a plain file of the usual size in its place.
    """
    yield from ()  # the engine reports these: only it sees every file that a fact failed to read


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Brings the rule's page, its severity and its place in every list."""
    registry.add(unreadable_file, name=UNREADABLE)
