from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, rule


@rule(severity="note", since="0.1")
def remote_code(config: ModelConfig, listing: FileListing) -> Iterator[Finding]:
    """The checkpoint wants code of its own to be run.

    `auto_map` names Python of the repository, and loading it takes `trust_remote_code=True`: whoever can change the
    repository can then run anything where it is loaded. Many architectures begin so, and come into transformers later.

    ## Bad

    ```json config.json
    {"model_type": "thing", "auto_map": {"AutoModelForCausalLM": "modeling_thing.ThingForCausalLM"}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama"}
    ```

    ## Fix

    Read the code, and pin the commit that you read wherever it is loaded: `revision=`, `--code-revision`.
    """
    if config.data.get("auto_map"):
        files = sum(path.endswith(".py") for path in listing.sizes)
        there = f"{files} of its files" if files else "none of its files"
        yield Finding(f"loading it runs Python of the checkpoint's own ({there} here)", at=config.at("auto_map"))
