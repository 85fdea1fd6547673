from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, GenerationConfig, ModelConfig, TokenizerConfig, Verdict, rule

from modelcheck_rules.config._architectures import without_default_eos


@rule(severity="warning", since="0.1")
def eos_missing(
    config: ModelConfig,
    generation: GenerationConfig | None,
    tokenizer: TokenizerConfig | None,
    listing: FileListing,
    verdict: Verdict,
) -> Iterator[Finding]:
    """No file gives the id of the token on which generation stops.

    transformers stops on `eos_token_id` of the generation config or of `config.json`. If neither has it, generation runs to its
    maximum length. vLLM, SGLang and llama.cpp also use the tokenizer's `eos_token`, other engines do not. A conversion that writes
    the config anew often drops the key. The rule checks only architectures whose class in transformers has no default.

    ## Bad

    ```json config.json
    {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ## Good

    ```json config.json
    {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "eos_token_id": 2}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ## Fix

    Add `eos_token_id` to `generation_config.json` and to `config.json`: the ids of the tokens that end a turn and a text.
    """
    generates = any(name.endswith(("ForCausalLM", "ForConditionalGeneration")) for name in config.architectures)
    known = config.model_type in without_default_eos() and not config.data.get("auto_map")
    nested = config.data.get(config.text_config) if config.text_config else None
    given = (generation is not None and generation.stop_ids) or (
        isinstance(nested, dict) and nested.get("eos_token_id") is not None
    )
    if tokenizer is None and not listing.safetensors and not listing.pickles:
        return  # a config alone
    if not known or not generates or given or not listing.complete or verdict.label == "not-applicable":
        return
    eos = tokenizer.special_tokens.get("eos_token") if tokenizer else None
    other = f"; the tokenizer has the eos_token {eos!r}, which transformers does not use for this" if eos else ""
    yield Finding(f"no file gives eos_token_id, so transformers does not stop before the maximum length{other}", at=config.at())
