"""What models of an architecture usually are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Evidence, ModelConfig, lazy, signal

# Published before instruction tuning was usual (2019 to early 2022).
_EARLY = frozenset(
    "gpt2 gpt_neo gptj gpt_neox opt bloom xglm codegen ctrl xlnet transfo-xl openai-gpt mpt RefinedWeb RefinedWebModel".split()
)
# Visual instruction tuning is how these come to see.
_SEEING = lazy(
    r"Llava|InternVL|MiniCPM(V|O)|Molmo|Ovis|Idefics[23]|SmolVLM|Qwen2_5_VL|Qwen2_5OmniThinker|Mllama|Pixtral|CogVLM", re.ASCII
)


@signal(group="architecture")
def architecture_habit(config: ModelConfig) -> Iterator[Evidence]:
    """Early architectures carry base models more often than not, those that were taught to see carry instruct models."""
    seeing = next((name for name in config.architectures if _SEEING.search(name)), None)
    if seeing:
        yield Evidence(1.0, f"models of its architecture, {seeing}, usually answer", config.at("architectures"), kind="seeing")
    elif config.model_type in _EARLY:
        yield Evidence(
            -1.0,
            f"its architecture, {config.model_type}, comes from before instruction tuning",
            config.at("model_type"),
            kind="early",
        )
