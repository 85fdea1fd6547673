from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import AdapterConfig, Confidence, Finding, ModelCard, lazy, rule

_OWNER = lazy(r"^.*[/\\]")
_COPY = lazy(
    r"(?i)^(meta|unsloth)-|[-_.](unsloth|bnb|nf4|int[48]|[48]-?bits?|awq|gptq(-int[48])?|fp8|bf16|fp16|hf|gguf|mlx|dynamic|dwq)(?=[-_.]|$)"
)


def _plain(name: str) -> str:
    """Return a model's name without its owner and without words that mark a copy in another format."""
    return _COPY.sub("", _COPY.sub("", _OWNER.sub("", name.rstrip("/\\")))).lower().replace("_", "-").replace(".", "-")


@rule(severity="warning", since="0.1")
def base_model_differs_from_adapter(card: ModelCard, adapter: AdapterConfig) -> Iterator[Finding]:
    """The card and the adapter config name different base models.

    peft loads the base model named in the adapter config; people and the Hub's model tree use the one in the card. On a model
    that it was not trained on, an adapter may load without an error and give worse answers, or none. Copies of one model in
    other formats count as the same model.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    base_model: acme/Thing-7B-Instruct
    ---
    # Thing
    ```

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "acme/Thing-7B"}
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    base_model: acme/Thing-7B
    ---
    # Thing
    ```

    ```json adapter_config.json
    {"peft_type": "LORA", "base_model_name_or_path": "unsloth/thing-7b-bnb-4bit"}
    ```

    ## Fix

    Set both to the model that the adapter was trained on.
    """
    in_card, own = card.texts("base_model"), adapter.data.get("base_model_name_or_path")
    if not in_card or not isinstance(own, str) or own.count("/") != 1 or own.startswith((".", "/", "~")):
        return  # a local path may hold any model
    if _plain(own) not in map(_plain, in_card):
        message = f"base_model is {', '.join(in_card[:3])}, but adapter_config.json names {own}"
        yield Finding(message, at=card.at("base_model"), confidence=Confidence.MEDIUM)
