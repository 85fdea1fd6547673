"""The token ids on which each inference engine ends an answer, as the checkpoint's files set them."""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.declarations import fact
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.generation_config import GenerationConfig
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.records import record
from modelcheck.vocabulary import ENDS_BY_NAME


@record()
class EngineStops:
    """``by_engine`` is engine → the ids that it stops on by default; ``ends`` are the ids that end a turn of the chat template.

    transformers stops on ``eos_token_id`` of the generation config, vLLM also on the tokenizer's ``eos_token``, SGLang on both and
    on ``eos_token_id`` of ``config.json``, text-generation-inference on the tokenizer's ``eos_token`` unless the generation config
    has a list. llama.cpp stops on the tokenizer's EOS token and on tokens that it knows by name. Seen with transformers, vLLM and
    llama.cpp; from the code of the others. A GGUF file has llama.cpp only.
    """

    by_engine: Mapping[str, frozenset[int]]
    ends: frozenset[int]

    def at_turn_end(self, engine: str) -> bool | None:
        """Whether an engine stops at the end of a turn; None if it is unknown what ends a turn."""
        return bool(self.by_engine[engine] & self.ends) if self.ends else None


@fact(cost="files")
def engine_stops(
    tokenizer: TokenizerConfig, generation: GenerationConfig | None, config: ModelConfig | None, template: ChatTemplate | None
) -> EngineStops:
    """From the generation config, the tokenizer and ``config.json``."""
    ends = frozenset(token_id for token in (template.turn_ends if template else ()) for token_id in tokenizer.ids(token))
    stops = frozenset(generation.stop_ids if generation else ())
    own = frozenset(tokenizer.ids(tokenizer.special_tokens.get("eos_token", "")))
    named = frozenset(token_id for token_id, token in tokenizer.added_tokens.items() if token in ENDS_BY_NAME)
    if generation is not None and generation.file is None:
        return EngineStops({"llama.cpp": stops | own | named}, ends)
    listed = generation is not None and isinstance(generation.data.get("eos_token_id"), list)
    by_engine = {
        "transformers": stops,
        "vLLM": stops | own,
        "SGLang": stops | own | frozenset(config.token_ids.get("eos_token_id", ()) if config else ()),
        "text-generation-inference": stops if listed else own or stops,
        "llama.cpp": own | named,
    }
    return EngineStops(by_engine, ends)
