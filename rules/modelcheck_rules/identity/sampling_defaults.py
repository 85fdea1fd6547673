"""What the generation config sets besides the EOS tokens."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Evidence, GenerationConfig, signal


@signal(group="generation")
def sampling_defaults(generation: GenerationConfig) -> Iterator[Evidence]:
    """Qwen 1's ``chat_format`` states the stage; sampling defaults of other models are weak evidence for instruct.

    ``raw`` and ``chatml``: QwenLM/Qwen#1140. Baichuan's chat models define ids of role tokens. Sampling defaults alone do not
    decide: Llama 3.1's base model has them too.
    """
    if generation.path != "generation_config.json":
        return
    data = generation.data
    chat_format = data.get("chat_format")
    if chat_format in ("raw", "chatml"):
        weight = 5.0 if chat_format == "chatml" else -5.0
        yield Evidence(
            weight, f"the generation config's chat_format is {chat_format!r}", generation.at("chat_format"), kind=chat_format
        )
    elif "user_token_id" in data and "assistant_token_id" in data:
        yield Evidence(
            3.0, "the generation config has token ids for user and assistant", generation.at("user_token_id"), kind="roles"
        )
    elif "temperature" in data or "top_p" in data or "top_k" in data:
        key = next(key for key in ("temperature", "top_p", "top_k") if key in data)
        yield Evidence(0.7, f"the generation config sets {key}", generation.at(key), kind="sampling")
    elif data.get("do_sample") is False:
        yield Evidence(-0.7, "the generation config sets greedy decoding", generation.at("do_sample"), kind="greedy")
