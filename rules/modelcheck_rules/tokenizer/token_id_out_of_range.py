from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, GenerationConfig, ModelConfig, TokenizerConfig, rule

_GENERATORS = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "ForSeq2SeqLM")
"""Classes that generate text. Others, such as image encoders or policies, keep the ids of the config they were derived from."""
_ALWAYS_USED = ("bos_token", "eos_token", "pad_token", "unk_token")


@rule(severity="error", since="0.1")
def token_id_out_of_range(
    config: ModelConfig,
    tokenizer: TokenizerConfig | None,
    generation: GenerationConfig | None,
    template: ChatTemplate | None,
) -> Iterator[Finding]:
    """A token id is outside the model's vocabulary.

    The embedding has no row for the id: the first text that contains the token causes an index error, and on a GPU an assertion
    that ends the process. The rule checks only tokens that are certain to be used: those named in the configs, and those that
    the chat template writes. The opposite, more rows than tokens, is ordinary padding. Audio models whose vocabulary consists
    of audio codes are not checked.

    ## Bad

    ```json config.json
    {"model_type": "llama", "vocab_size": 32000}
    ```

    ```json tokenizer_config.json
    {"pad_token": "<pad>", "added_tokens_decoder": {"32000": {"content": "<pad>"}}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "vocab_size": 32064}
    ```

    ```json tokenizer_config.json
    {"pad_token": "<pad>", "added_tokens_decoder": {"32000": {"content": "<pad>"}}}
    ```

    ## Fix

    Resize the embedding (`model.resize_token_embeddings(len(tokenizer))`) and save both again, or remove the token from the
    tokenizer.
    """
    size = config.vocab_size
    if size is None or "num_codebooks" in config.data:  # its vocab_size counts audio codes
        return
    generates = not config.architectures or any(name.endswith(_GENERATORS) for name in config.architectures)
    for name, ids in config.token_ids.items():
        for token_id in ids:
            if token_id >= size and (generates or name == "pad_token_id"):
                yield Finding(f"{name} is {token_id}, but vocab_size is {size}", at=config.at(name))
    if generation and generation.path != config.file.path and generates:
        for token_id in generation.stop_ids:
            if token_id >= size:
                yield Finding(f"eos_token_id contains {token_id}, but vocab_size is {size}", at=generation.at("eos_token_id"))
    if tokenizer is None:
        return
    used = {tokenizer.special_tokens[name] for name in _ALWAYS_USED if name in tokenizer.special_tokens}
    rendered = (template.rendered or "") if template else ""
    over = sorted(
        token_id for token_id, text in tokenizer.added_tokens.items() if token_id >= size and (text in used or text in rendered)
    )
    if over:
        names = ", ".join(f"{tokenizer.added_tokens[token_id]!r} ({token_id})" for token_id in over[:3])
        more = f" and {len(over) - 3} more" if len(over) > 3 else ""
        yield Finding(f"the tokenizer adds {names}{more}, but vocab_size is {size}", at=tokenizer.at_added(over[0]))
