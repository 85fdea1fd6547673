from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, SpecialTokensMap, TokenizerConfig, rule


@rule(severity="warning", since="0.1")
def special_tokens_disagree(tokenizer: TokenizerConfig, special: SpecialTokensMap) -> Iterator[Finding]:
    """`tokenizer_config.json` and `special_tokens_map.json` define different special tokens.

    Different loaders, and different versions of the same loader, read one file or the other. Generation may then stop, or pad, with
    another token than the one that was tested.

    ## Bad

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ```json special_tokens_map.json
    {"eos_token": "<|endoftext|>"}
    ```

    ## Good

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ```json special_tokens_map.json
    {"eos_token": {"content": "<|im_end|>"}}
    ```

    ## Fix

    Load the tokenizer, check `tokenizer.special_tokens_map`, and save it again, which writes both files.
    """
    own = tokenizer.own_special_tokens
    for name in sorted(own.keys() & special.tokens.keys()):
        if own[name] != special.tokens[name] and name in ("bos_token", "eos_token", "pad_token"):
            message = f"{name} is {special.tokens[name]!r} here, but {own[name]!r} in tokenizer_config.json"
            yield Finding(message, at=special.file.at(name))
