"""A word in the name that says which stage of training the checkpoint comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import CheckpointName, Evidence, signal

_INSTRUCT = frozenset(
    "instruct inst instruction instructions chat sft dpo rlhf orpo kto rlaif assistant chatbot thinking reasoning "
    "reasoner conversational dialogue".split()
)
_BASE = frozenset(["base", "pretrain", "pretrained", "pretraining", "foundation"])
# Instruction-tuning recipes and data sets after which people name what they tune with them.
_RECIPES = frozenset(
    "vicuna alpaca koala guanaco dolly oasst openassistant wizardlm wizardcoder wizardmath wizard openorca orca "
    "dolphin hermes openhermes capybara airoboros platypus zephyr tulu openchat starling ultrachat sharegpt baize "
    "camel stablevicuna samantha pygmalion".split()
)
# Families that come in the sizes tiny, small, base, large: there, "base" is a size.
_SIZED = frozenset(
    "bert roberta deberta albert electra distilbert distilroberta modernbert mpnet bge gte e5 t5 flan byt5 mt5 umt5 "
    "codet5 codet5p bart mbart pegasus whisper wav2vec2 hubert vit deit swin clip siglip blip xlm minilm layoutlm "
    "longformer bigbird gte-base camembert nomic jina".split()
)
_SIZE = re.compile(r"[ae]?\d+(\.\d+)?[bm]")


@signal(group="name")
def name_marker(name: CheckpointName) -> Iterator[Evidence]:
    """A stage marker in the name, or the lack of one.

    Weights: of 460 text models with known stages, a marker that is there is right in 98.6 %; of those without one, 60 % are
    base models, which says little and nothing where the family has a convention of its own.
    """
    words = name.words
    sized = any(word in _SIZED or word.rstrip("0123456789") in _SIZED for word in words)
    instruct = next((word for word in words if word in _INSTRUCT), None) or _instruction_tuned(words)
    recipe = next((word for word in words if word.rstrip("0123456789.") in _RECIPES), None)
    base = None if sized else next((word for word in words if word in _BASE), None) or _pretrained(words)
    if instruct and base:
        yield Evidence(1.5, f"the name says both {base!r} and {instruct!r}")
    elif instruct:
        yield Evidence(4.1, f"the name says {instruct!r}")
    elif recipe:
        yield Evidence(3.5, f"the name says {recipe!r}, a recipe of instruction tuning")
    elif base:
        yield Evidence(-4.5, f"the name says {base!r}")
    elif name.is_id and not sized:
        yield Evidence(-0.9, "the name has no stage marker")


def _instruction_tuned(words: tuple[str, ...]) -> str | None:
    """Google's ``-it``, which comes after the size; elsewhere in a name it is more often Italian."""
    sizes = [place for place, word in enumerate(words) if _SIZE.fullmatch(word)]
    return "it" if sizes and "it" in words[sizes[0] :] else None


def _pretrained(words: tuple[str, ...]) -> str | None:
    """Google's ``-pt``; elsewhere it is PyTorch (ERNIE) or Portuguese."""
    return "pt" if "pt" in words and any("gemma" in word for word in words) else None
