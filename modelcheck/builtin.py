"""The rules that the engine itself reports: their pages, severities and names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.declarations import rule
from modelcheck.findings import Finding
from modelcheck.hooks import hookimpl

if TYPE_CHECKING:
    from modelcheck.registry import Registry

UNREADABLE = "unreadable-file"
USELESS = "useless-suppression"
UNLOCKED = "unlocked-checkpoint"


@rule(severity="error", since="0.1")
def unreadable_file() -> Iterator[Finding]:
    """A file exists, but cannot be read.

    A library that loads the checkpoint, or an engine that starts the deployment, fails on the same file or ignores it silently.
    Rules and signals that need it are skipped, so its content was not checked.

    ## Bad

    ```json config.json
    {"model_type": "llama",
    ```

    ## Good

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Fix

    Correct the file at the line and column of the finding. A file that is too long, or a link that leads out of its folder, is not
    read on purpose: replace it by a plain file of the usual size.
    """
    yield from ()  # reported by the engine, which knows every file that a fact failed to read


@rule(severity="warning", since="0.1")
def useless_suppression() -> Iterator[Finding]:
    """A comment that ignores a rule suppresses no finding, names no rule, or gives no reason.

    `# modelcheck: ignore[rule] reason` at the end of a line, or alone above its statement, keeps findings out of the report. The
    reason is for the next reader of the file; a comment without one has no effect. A comment that no longer suppresses a finding is
    stale. The message says where the comment would have to be if a finding of its rule is elsewhere in the file.

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

    Add the reason or the rule, move the comment to the place that the message names, or remove it.
    """
    yield from ()  # reported by the engine, which knows what a comment suppresses


@rule(severity="note", since="0.1")
def unlocked_checkpoint() -> Iterator[Finding]:
    """A file uses a checkpoint that is not in `modelcheck.lock`.

    If there is a lock, runs without a network use its verdicts. A checkpoint that is not in it is judged by its name alone, which
    is less reliable than its files.

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
    yield from ()  # reported by the engine, which knows the lock


@hookimpl
def modelcheck_register(registry: Registry) -> None:
    """Register the rules, so that they have pages and severities and can be selected."""
    registry.add(unreadable_file, name=UNREADABLE)
    registry.add(useless_suppression, name=USELESS)
    registry.add(unlocked_checkpoint, name=UNLOCKED)
