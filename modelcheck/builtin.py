"""The rules that no plug-in brings, since only the engine sees what they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.findings import Finding
from modelcheck.hooks import hookimpl
from modelcheck.registry import rule

if TYPE_CHECKING:
    from modelcheck.registry import Registry

UNREADABLE = "unreadable-file"
USELESS = "useless-suppression"
UNLOCKED = "unlocked-checkpoint"


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


@rule(severity="warning", since="0.1")
def useless_suppression() -> Iterator[Finding]:
    """A comment that ignores a rule hides nothing, or gives no reason.

    `# modelcheck: ignore[rule] reason` behind a line, or alone above it, keeps one finding out of the report. The reason is for
    whoever reads the file next; without one the comment does not count. One that hides nothing any more is in the way.

    ## Bad

    ```yaml compose.yaml
    services:
      llm:
        image: vllm/vllm-openai
        # modelcheck: ignore[deploy/base-weights-behind-chat]
        command: --model acme/Thing-7B-Base --tool-call-parser hermes
    ```

    ## Good

    ```yaml compose.yaml
    services:
      llm:
        image: vllm/vllm-openai
        # modelcheck: ignore[deploy/base-weights-behind-chat] its fine-tune, which keeps the name, is mounted over it
        command: --model acme/Thing-7B-Base --tool-call-parser hermes
    ```

    ## Fix

    Write why, or take the comment out.
    """
    yield from ()  # the engine reports these: only it knows what a comment hid


@rule(severity="note", since="0.1")
def unlocked_checkpoint() -> Iterator[Finding]:
    """A file uses a checkpoint that is not in `modelcheck.lock`.

    Where there is a lock, runs without a network judge by it. A checkpoint that is not in it is judged by its name alone, which
    says less than its files.

    ## Bad

    ```text modelcheck.lock
    version = 1
    ```

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct
    ```

    ## Good

    ```text modelcheck.lock
    version = 1
    [checkpoint."acme/Thing-7B-Instruct"]
    label = "instruct"
    p-instruct = 0.998
    ```

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct
    ```

    ## Fix

    Run `modelcheck lock` and commit what it writes.
    """
    yield from ()  # the engine reports these: only it knows the lock


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Brings the rules' pages, their severities and their places in every list."""
    registry.add(unreadable_file, name=UNREADABLE)
    registry.add(useless_suppression, name=USELESS)
    registry.add(unlocked_checkpoint, name=UNLOCKED)
