from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ENDS_BY_NAME, ChatTemplate, Finding, GenerationConfig, ModelConfig, TokenizerConfig, Verdict, rule

_LIKELY_INSTRUCT = 1.0
"""Nats of evidence, without that of the stop tokens."""


@rule(severity="error", since="0.1")
def turn_end_not_eos(
    template: ChatTemplate,
    generation: GenerationConfig,
    tokenizer: TokenizerConfig,
    verdict: Verdict,
    config: ModelConfig | None,
    *,
    ignore: tuple[str, ...] = (),
) -> Iterator[Finding]:
    """The chat template's end-of-turn token is not an EOS token.

    The model ends its answer, but generation does not stop, and the model goes on to write the user's next turn. transformers stops
    on `eos_token_id` of the generation config only, vLLM and mlx-lm also on the tokenizer's `eos_token`, and llama.cpp on that and
    on tokens that it knows by name, such as `<|im_end|>`. The finding names the engines that do not stop. Seen with an instruct
    model whose turns end with token 2, where 0 ends documents:

    | eos of generation config, tokenizer | transformers | vLLM | mlx-lm | llama.cpp |
    |---|---|---|---|---|
    | 0, 2 | runs on | stops | stops | stops |
    | none (config: 0), 2 | runs on | stops | stops | stops |
    | 0, 0 | runs on | runs on | runs on | stops |
    | 0, 0, and a name that llama.cpp does not know | runs on | runs on | runs on | runs on |

    mlx-lm takes a generation config's id of 0 for a missing one, and uses that of `config.json`: with 2 there, it stops.

    Base models that ship the instruct model's template are not reported: they never learned to end turns and stop at the end of a
    document. Checkpoints are not reported either if the stop tokens are the only evidence of base or instruct.

    ## Bad

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"1": {"content": "<|im_start|>"}, "2": {"content": "<|im_end|>"}}}
    ```

    ```json config.json
    {"model_type": "thing"}
    ```

    ```json generation_config.json
    {"eos_token_id": 0}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"1": {"content": "<|im_start|>"}, "2": {"content": "<|im_end|>"}}}
    ```

    ```json config.json
    {"model_type": "thing"}
    ```

    ```json generation_config.json
    {"eos_token_id": [0, 2]}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Add the token's id to `eos_token_id` in `generation_config.json`: transformers stops on no other. Set the token as the
    tokenizer's `eos_token` too if other engines serve the checkpoint.
    """
    known = [(token, token_id) for token in template.turn_ends if token not in ignore for token_id in tokenizer.ids(token)]
    if not known or not generation.stop_ids or any(token_id in generation.stop_ids for _, token_id in known):
        return
    if generation.file is None and any(token in ENDS_BY_NAME for token, _ in known):
        return  # a GGUF file: llama.cpp recognizes the token by its name and stops
    if verdict.label == "not-applicable" or verdict.nats(without=("stops",)) < _LIKELY_INSTRUCT:
        return
    if config is None and generation.file is not None and verdict.nats(without=("stops", "template")) <= 0:
        return  # a tokenizer without a model, which may belong to base and instruct models alike
    token, token_id = known[0]
    yield Finding(
        f"{token!r} (id {token_id}) ends a turn, but {_stopping(token, token_id, generation, tokenizer)}",
        at=generation.at("eos_token_id"),
        fix=generation.adding_stop(token, token_id),
    )


def _stopping(token: str, token_id: int, generation: GenerationConfig, tokenizer: TokenizerConfig) -> str:
    """Where the engines stop that do not stop there; a GGUF file is run by llama.cpp and its like."""
    own = tokenizer.ids(tokenizer.special_tokens.get("eos_token", ""))
    stops = ", ".join(map(str, generation.stop_ids))
    if generation.file is None or not (token_id in own or token in ENDS_BY_NAME):
        return f"generation stops only on {stops}"
    if token_id in own:
        return f"transformers stops only on {stops}"
    others = ", ".join(map(str, dict.fromkeys((*generation.stop_ids, *own))))
    if others == stops:
        return f"transformers and vLLM stop only on {stops}"
    return f"transformers stops only on {stops}, and vLLM on {others}"
