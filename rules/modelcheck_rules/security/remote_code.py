from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, rule


@rule(severity="note", since="0.1")
def remote_code(config: ModelConfig, listing: FileListing) -> Iterator[Finding]:
    """The checkpoint runs its own code when it is loaded.

    `auto_map` names Python code in the repository, and loading the checkpoint requires `trust_remote_code=True`. Anyone who can
    change the repository can then run arbitrary code on the machine that loads it. Many new architectures start this way and
    are added to transformers later.

    ## Bad

    ```json config.json
    {"model_type": "thing", "auto_map": {"AutoModelForCausalLM": "modeling_thing.ThingForCausalLM"}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Fix

    Review the code, and pin the reviewed commit wherever the checkpoint is loaded: `revision=`, `--code-revision`.
    """
    if config.data.get("auto_map"):
        files = sum(path.endswith(".py") for path in listing.sizes)
        where = f"{files} Python file{'s' if files > 1 else ''} in the repository" if files else "no Python file in the repository"
        message = f"loading this checkpoint runs its own code, which needs trust_remote_code ({where})"
        yield Finding(message, at=config.at("auto_map"))
