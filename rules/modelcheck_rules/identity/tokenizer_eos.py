"""Whether the tokenizer's EOS token ends a turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Evidence, TokenizerConfig, lazy, signal

_TURN_END = lazy(
    r"im_end|eot_id|end_of_turn|end_of_message|<\|end\|>|endofturn|END_OF_TURN|role_end|<turn\|>|turn_end|assistant_end", re.I
)


@signal(group="stops")
def tokenizer_eos(tokenizer: TokenizerConfig) -> Iterator[Evidence]:
    """The tokenizer's EOS token ends a turn.

    Weak evidence alone: early Qwen2.5 base models have such an EOS token too (QwenLM/Qwen3#927). Evidence of the generation
    config in the same group is stronger.
    """
    eos = tokenizer.special_tokens.get("eos_token", "")
    if _TURN_END.search(eos):
        yield Evidence(0.7, f"the tokenizer's EOS token is {eos}, which ends a turn", tokenizer.at("eos_token"), kind="turn-end")
