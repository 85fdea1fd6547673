from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, rule

from modelcheck_rules.policy._licenses import fits


@rule(severity="error", since="0.1")
def model_not_approved(use: ModelUse, *, approved: tuple[str, ...] = ()) -> Iterator[Finding]:
    """A file uses a model that is not on the list of approved models.

    `approved` holds ids of the Hub; `*` stands for any characters. With `owner/name@revision` only that revision is approved. While
    the list is empty, the rule reports nothing. LoRA adapters and tokenizers that a server is given count, too. Local paths and
    models without an id of the Hub are not checked, nor is the name under which a run publishes its result.

    ## Bad

    ```toml modelcheck.toml
    [rules."policy/model-not-approved"]
    approved = ["acme/*", "other/Small-1B-Instruct@0123456789abcdef0123456789abcdef01234567"]
    ```

    ```yaml compose.yaml
    services:
      llm:
        image: vllm/vllm-openai
        command: --model other/Small-1B-Instruct
    ```

    ## Good

    ```toml modelcheck.toml
    [rules."policy/model-not-approved"]
    approved = ["acme/*", "other/Small-1B-Instruct@0123456789abcdef0123456789abcdef01234567"]
    ```

    ```yaml compose.yaml
    services:
      llm:
        image: vllm/vllm-openai
        command: --model acme/Thing-7B-Instruct
    ```

    ## Fix

    Use an approved model, or have this one approved and add it to the list.
    """
    if not approved or use.purpose == "output":
        return
    pairs = [pattern.partition("@") for pattern in approved]
    if use.of_hub and use.target is not None:
        revisions = [revision for name, at, revision in pairs if at and fits(use.target, [name])]
        pinned = use.revision is not None and fits(use.revision, revisions)
        if not pinned and not fits(use.target, [name for name, at, _ in pairs if not at]):
            only = f"; approved is the revision {' or '.join(revisions)}" if revisions else ""
            at = f" at {use.revision}" if revisions and use.revision else ""
            yield Finding(f"{use.target}{at} is not an approved model{only}", at=use.at)
    for what, name in use.beside:
        if not fits(name, [pattern for pattern, _, _ in pairs]):
            yield Finding(f"the {what} {name} is not approved", at=use.at)
