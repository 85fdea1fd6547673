from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import (
    ENDS_BY_NAME,
    ChatTemplate,
    Confidence,
    EngineStops,
    Finding,
    GenerationConfig,
    TokenizerConfig,
    Verdict,
    rule,
)


def _listed(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


@rule(severity="warning", since="0.1")
def engines_stop_differently(
    template: ChatTemplate, generation: GenerationConfig, tokenizer: TokenizerConfig, engines: EngineStops, verdict: Verdict
) -> Iterator[Finding]:
    """Some engines stop at the end of a turn, others do not.

    transformers stops on `eos_token_id` of the generation config; vLLM on that and on the tokenizer's `eos_token`; SGLang on
    both and on `eos_token_id` of `config.json`; text-generation-inference on the tokenizer's `eos_token`, unless the generation
    config has a list; llama.cpp on the tokenizer's EOS token and on token names that it knows. If these settings differ, the
    same checkpoint stops in one engine and does not stop in another. That was seen with transformers, vLLM, mlx-lm and llama.cpp
    (the table in [turn-end-not-eos](turn-end-not-eos.md)); what is said of SGLang and
    text-generation-inference comes from their code.

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

    Add the end-of-turn token to `eos_token_id` in `generation_config.json`, as a list, and set it as the tokenizer's `eos_token`.
    """
    ends, stops = engines.ends, set(generation.stop_ids)
    writes = verdict.label != "not-applicable" or "adapter" in verdict.sub_labels
    if not ends or verdict.label == "base" or not writes:
        return
    if generation.file is None:
        if not stops & ends and ENDS_BY_NAME & set(template.turn_ends):
            message = f"{template.turn_ends[0]!r} ends a turn: llama.cpp knows the name and stops there, but Ollama may not"
            yield Finding(message, at=generation.at(), confidence=Confidence.MEDIUM)
        return
    if not stops & ends and verdict.nats(without=("stops",)) >= 1:
        return  # reported by template/turn-end-not-eos
    compared = [engine for engine in engines.by_engine if engine != "llama.cpp"]  # which runs another file, made from this one
    continuing = [engine for engine in compared if not engines.at_turn_end(engine)]
    known = tokenizer.ids(tokenizer.special_tokens.get("eos_token", "")) or isinstance(generation.data.get("eos_token_id"), list)
    if continuing and len(continuing) < len(compared) and known:
        stopping = [engine for engine in compared if engine not in continuing]
        stop, do = ("stops" if len(stopping) == 1 else "stop"), ("does" if len(continuing) == 1 else "do")
        message = f"{template.turn_ends[0]!r} ends a turn: {_listed(stopping)} {stop} there, {_listed(continuing)} {do} not"
        yield Finding(message, at=generation.at("eos_token_id"), confidence=Confidence.MEDIUM)
