"""Whether the tokenizer calls a turn's end the end of all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Evidence, TokenizerConfig, lazy, signal

_TURN_END = lazy(
    r"im_end|eot_id|end_of_turn|end_of_message|<\|end\|>|endofturn|END_OF_TURN|role_end|<turn\|>|turn_end|assistant_end", re.I
)


@signal(group="stops")
def tokenizer_eos(tokenizer: TokenizerConfig) -> Iterator[Evidence]:
    """The tokenizer's end of sequence ends a turn.

    Weak alone: early Qwen2.5 base models have it too (QwenLM/Qwen3#927). Where the generation config tells more, that counts.
    """
    eos = tokenizer.special_tokens.get("eos_token", "")
    if _TURN_END.search(eos):
        yield Evidence(
            0.7, f"the tokenizer's end of sequence is {eos}, which ends a turn", tokenizer.at("eos_token"), kind="turn-end"
        )
