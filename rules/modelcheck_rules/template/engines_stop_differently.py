from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import (
    ENDS_BY_NAME,
    ChatTemplate,
    Confidence,
    Finding,
    GenerationConfig,
    ModelConfig,
    TokenizerConfig,
    Verdict,
    rule,
)


def _listed(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


@rule(severity="warning", since="0.1")
def engines_stop_differently(
    template: ChatTemplate, generation: GenerationConfig, tokenizer: TokenizerConfig, config: ModelConfig | None, verdict: Verdict
) -> Iterator[Finding]:
    """Some engines stop where a turn ends, and others do not.

    transformers stops on `eos_token_id` of the generation config, vLLM on that and the tokenizer's `eos_token`, SGLang on both and
    `eos_token_id` of `config.json`, text-generation-inference on the tokenizer's unless the generation config holds a list,
    llama.cpp on the tokenizer's and on the names that it knows. Where these differ, the same checkpoint stops in one engine and
    rambles in the next.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|endoftext|>", "added_tokens_decoder": {"0": {"content": "<|endoftext|>"}, "1": {"content": "<|im_start|>"},
     "2": {"content": "<|im_end|>"}}}
    ```

    ```json generation_config.json
    {"eos_token_id": 2}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>", "added_tokens_decoder": {"0": {"content": "<|endoftext|>"}, "1": {"content": "<|im_start|>"},
     "2": {"content": "<|im_end|>"}}}
    ```

    ```json generation_config.json
    {"eos_token_id": [0, 2]}
    ```

    ## Fix

    Name the turn's end in `eos_token_id` of `generation_config.json`, as a list, and as `eos_token` of the tokenizer.
    """
    ends = {token_id for token in template.turn_ends for token_id in tokenizer.ids(token)}
    stops = set(generation.stop_ids)
    if not ends or verdict.label == "base":
        return
    if generation.file is None:
        if not stops & ends and ENDS_BY_NAME & set(template.turn_ends):
            message = f"{template.turn_ends[0]!r} ends a turn: llama.cpp stops there, which knows the name, Ollama may not"
            yield Finding(message, at=generation.at(), confidence=Confidence.MEDIUM)
        return
    own = set(tokenizer.ids(tokenizer.special_tokens.get("eos_token", "")))
    listed = isinstance(generation.data.get("eos_token_id"), list)
    by_engine = {
        "transformers": stops,
        "vLLM": stops | own,
        "SGLang": stops | own | set(config.token_ids.get("eos_token_id", ()) if config else ()),
        "text-generation-inference": stops if listed else own or stops,
    }
    if not stops & ends and verdict.nats(without=("stops",)) >= 1:
        return  # template/turn-end-not-eos tells of it
    going_on = [engine for engine, ids in by_engine.items() if not ids & ends]
    if going_on and len(going_on) < len(by_engine) and (own or listed):
        stopping = [engine for engine in by_engine if engine not in going_on]
        stop, do = ("stops" if len(stopping) == 1 else "stop"), ("does" if len(going_on) == 1 else "do")
        message = f"{template.turn_ends[0]!r} ends a turn: {_listed(stopping)} {stop} there, {_listed(going_on)} {do} not"
        yield Finding(message, at=generation.at("eos_token_id"), confidence=Confidence.MEDIUM)
