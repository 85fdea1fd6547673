from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import AdapterConfig, Confidence, Finding, ModelCard, lazy, rule

_OWNER = lazy(r"^.*[/\\]")
_COPY = lazy(
    r"(?i)^(meta|unsloth)-|[-_.](unsloth|bnb|nf4|int[48]|[48]-?bits?|awq|gptq(-int[48])?|fp8|bf16|fp16|hf|gguf|mlx|dynamic|dwq)(?=[-_.]|$)"
)


def _plain(name: str) -> str:
    """A model's name without its owner and without what copies in other formats are called."""
    return _COPY.sub("", _COPY.sub("", _OWNER.sub("", name.rstrip("/\\")))).lower().replace("_", "-").replace(".", "-")


@rule(severity="warning", since="0.1")
def base_model_differs_from_adapter(card: ModelCard, adapter: AdapterConfig) -> Iterator[Finding]:
    """The card names another base model than the adapter's config.

    peft loads the one, people and the Hub's model tree go by the other. An adapter on another model than it was trained on
    loads without an error and answers worse, or not at all. Copies of one model in other formats count as the same.

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

    Write the model that the adapter was trained on into both.
    """
    said, own = card.texts("base_model"), adapter.data.get("base_model_name_or_path")
    if not said or not isinstance(own, str) or own.count("/") != 1 or own.startswith((".", "/", "~")):
        return  # a path of somebody's machine may hold any model
    if _plain(own) not in map(_plain, said):
        message = f"base_model is {', '.join(said[:3])}, but adapter_config.json loads {own}"
        yield Finding(message, at=card.at("base_model"), confidence=Confidence.MEDIUM)
