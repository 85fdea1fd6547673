"""Whether models of an architecture are usually base or instruct models."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Evidence, ModelConfig, lazy, signal

# Published before instruction tuning was usual (2019 to early 2022).
_EARLY = frozenset(
    "gpt2 gpt_neo gptj gpt_neox opt bloom xglm codegen ctrl xlnet transfo-xl openai-gpt mpt RefinedWeb RefinedWebModel".split()
)
# These architectures get their vision from visual instruction tuning.
_VISION = lazy(
    r"Llava|InternVL|MiniCPM(V|O)|Molmo|Ovis|Idefics[23]|SmolVLM|Qwen2_5_VL|Qwen2_5OmniThinker|Mllama|Pixtral|CogVLM", re.ASCII
)


@signal(group="architecture")
def architecture_habit(config: ModelConfig) -> Iterator[Evidence]:
    """Most models of early architectures are base models; models of vision-language architectures are usually instruct models."""
    vision = next((name for name in config.architectures if _VISION.search(name)), None)
    if vision:
        because = f"models with the architecture {vision} are usually instruct models"
        yield Evidence(1.0, because, config.at("architectures"), kind="seeing")
    elif config.model_type in _EARLY:
        yield Evidence(
            -1.0,
            f"the architecture {config.model_type} is older than instruction tuning",
            config.at("model_type"),
            kind="early",
        )
