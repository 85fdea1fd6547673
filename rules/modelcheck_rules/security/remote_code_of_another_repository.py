from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Finding, ModelConfig, TokenizerConfig, rule


def _names(value: object) -> Iterator[str]:
    """Yield the class names in an ``auto_map``, whose values are strings or lists of strings."""
    values = value.values() if isinstance(value, dict) else ()
    for item in values:
        yield from (name for name in (item if isinstance(item, list) else [item]) if isinstance(name, str))


@rule(severity="warning", since="0.1")
def remote_code_of_another_repository(
    config: ModelConfig, tokenizer: TokenizerConfig | None, name: CheckpointName
) -> Iterator[Finding]:
    """The checkpoint runs code from another repository.

    `auto_map` may refer to another repository: `owner/name--module.Class`. Pinning this checkpoint's revision does not pin that
    repository, so the code can change without any change here.

    ## Bad

    ```json config.json
    {"model_type": "thing", "auto_map": {"AutoModel": "someone/else--modeling_thing.ThingModel"}}
    ```

    ## Good

    ```json config.json
    {"model_type": "thing", "auto_map": {"AutoModel": "modeling_thing.ThingModel"}}
    ```

    ## Fix

    Copy the code into this repository, or pin it with `code_revision`.
    """
    for data, at in ((config.data, config.at), (tokenizer.data if tokenizer else {}, tokenizer.at if tokenizer else config.at)):
        value = data.get("auto_map")
        for class_ in _names(value):
            repository, mark, _ = class_.partition("--")
            if mark and repository != name.whole:
                message = f"the checkpoint runs code from another repository, {repository}"
                yield Finding(message, at=at("auto_map"))
                break
