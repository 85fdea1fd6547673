from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, TokenizerConfig, rule


def _names(value: object) -> Iterator[str]:
    """The names in an ``auto_map``: texts, or lists of them."""
    values = value.values() if isinstance(value, dict) else ()
    for one in values:
        yield from (name for name in (one if isinstance(one, list) else [one]) if isinstance(name, str))


@rule(severity="warning", since="0.1")
def remote_code_of_another_repository(config: ModelConfig, tokenizer: TokenizerConfig | None) -> Iterator[Finding]:
    """The code that the checkpoint wants to be run lies in another repository.

    `auto_map` may name one: `owner/name--module.Class`. Pinning this checkpoint's revision does not pin that one's, so the
    code can change without a trace here.

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
        for name in _names(value):
            if "--" in name:
                yield Finding(f"its code comes from {name.partition('--')[0]}, another repository", at=at("auto_map"))
                break
