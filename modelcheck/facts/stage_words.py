"""The words in names that state a stage of training. One table for all names: ids, GGUF files, tags, parents, titles."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Literal

from modelcheck.patterns import lazy
from modelcheck.records import record

Kind = Literal[
    "instruct", "base", "base-then-instruct", "instruct-then-base", "reasoning", "rl-zero", "compound", "recipe",
    "uncensored", "merge", "training-step", "continued-pretraining", "finetuned",
]  # fmt: skip

_WORD = lazy(r"[^\W_]+(?:\.\d+)*")
_SIZE = lazy(r"[ae]?\d+(\.\d+)?[bm]")
_NEGATIONS = frozenset("no non not pre without wo".split())
_INSTRUCT = frozenset(
    "instruct inst instruction instructions instructed chat sft dpo rlhf orpo kto rlaif ppo simpo sppo grpo gspo ipo rl ift "
    "assistant chatbot conversational dialogue tuned aligned rft rebel rpo cpo apo".split()
)
_BASE = frozenset("base truebase pretrain pretrained pretraining foundation midtrain midtrained midtraining".split())
_REASONING = frozenset("thinking think thinker reasoning reasoner r1 o1 cot longcot deepthink qwq qvq".split())
_UNCENSORED = frozenset("uncensored abliterated heretic derestricted decensored roleplay".split())
_MERGE = frozenset("merge merged slerp ties dare mergekit frankenmerge moerge".split())
_FINETUNED = frozenset("finetuned finetune finetuning ft lora qlora distill distilled".split())
# Methods, data sets and well-known fine-tunes that models are named after, alone or inside a word.
_RECIPES = frozenset(
    "koala dolly oasst oasst1 openassistant wizard orca capybara tulu starling baize camel samantha llava notus notux belle "
    "firefly xwin synthia xlam functionary gorilla magicoder octocoder prover deita mammoth numinamath openthinker "
    "openbuddy mythomax moss gpt4 supercot".split()
)
_INSIDE = lazy(
    r"vicuna|alpaca|guanaco|hermes|openorca|slimorca|wizard(lm|coder|math)|dolphin|platypus|zephyr|huatuogpt|evolinstruct|"
    r"ultrachat|sharegpt|metamath|stablebeluga|pygmalion|airoboros|gpt4all|xwin"
)
# Brands: chat or instruct as the beginning or the end of a word. ChatGLM has a convention of its own, ChatML is a format.
_COMPOUND = lazy(
    r"(?!chatglm|chatml|chatbase|instruct(ive|or|ure)|chatter)(chat|instruct)\w+|\w{2,}(?<!chatml)(chat|instruct|assistant)\d*(\.\d+)*",
    words=("chat", "instruct", "assistant"),
)
_THINKS = lazy(r"\w{2,}(thinker|thinking|reasoner)\d*", words=("thinker", "thinking", "reasoner"))
# Families that come in the sizes tiny, small, base, large: there, "base" is a size.
_SIZED = frozenset(
    "bert roberta deberta albert electra distilbert distilroberta modernbert mpnet bge gte e5 t5 flan byt5 mt5 umt5 codet5 codet5p "
    "bart mbart pegasus whisper wav2vec2 hubert vit deit swin clip siglip blip xlm minilm layoutlm longformer bigbird camembert "
    "nomic jina led prophetnet marian rembert funnel ernie2".split()
)


@record(eq=True)
class StageWord:
    """The stage that a name states. ``word`` is the word that states it, in lower case; ``kind`` is a row of the fitted table."""

    kind: Kind
    word: str

    @property
    def explicit(self) -> bool:
        """Whether the name names the stage itself, not a brand or a method."""
        return self.kind in ("instruct", "base", "base-then-instruct", "instruct-then-base")


def words_of(name: str) -> tuple[str, ...]:
    """A name's words in lower case, cut at everything but letters, digits and the points of version numbers."""
    return tuple(_WORD.findall(name.lower()))


def is_sized(words: tuple[str, ...]) -> bool:
    """Whether the family comes in the sizes small, base and large."""
    return any(word in _SIZED or word.rstrip("0123456789") in _SIZED for word in words)


@lru_cache(maxsize=512)
def stage_word(name: str) -> StageWord | None:
    """The word of a name that states its stage; None if none does, which is weak evidence."""
    words = words_of(name)
    instruct = max((place for place, _ in enumerate(words) if _is_instruct(words, place)), default=None)
    base = None
    if not is_sized(words):
        base = max((place for place, _ in enumerate(words) if _is_base(words, place)), default=None)
    if instruct is not None and base is not None:
        return StageWord("base-then-instruct" if base < instruct else "instruct-then-base", words[max(base, instruct)])
    zero = _rl_zero(words)
    if zero:
        return StageWord("rl-zero", zero)
    if instruct is not None:
        return StageWord("instruct", words[instruct])
    method = _method(words)
    if base is not None:
        later = method is not None and method.kind in ("recipe", "reasoning") and words.index(method.word) > base
        return StageWord("base-then-instruct", method.word) if method and later else StageWord("base", words[base])
    return method


def _is_instruct(words: tuple[str, ...], place: int) -> bool:
    word = words[place]
    if place and words[place - 1] in _NEGATIONS:
        return False
    if word == "it":  # Google's, which comes after the size; elsewhere in a name it is more often Italian
        return any(_SIZE.fullmatch(before) or "gemma" in before for before in words[:place])
    return word in _INSTRUCT


def _is_base(words: tuple[str, ...], place: int) -> bool:
    word, before, after = words[place], words[:place], words[place + 1 : place + 2]
    if word == "pt":  # Google's, after the size; elsewhere it is PyTorch (ERNIE) or Portuguese
        return after != ("br",) and any("gemma" in one for one in before) and any(_SIZE.fullmatch(one) for one in before)
    if word in ("trained", "training"):
        return before[-1:] == ("pre",)
    return word in _BASE


def _rl_zero(words: tuple[str, ...]) -> str | None:
    """Reinforcement learning on a base model, without supervised tuning before: R1-Zero, RL-Zero."""
    return next((f"{one}-{two}" for one, two in pairwise(words) if one in ("rl", "r1") and two == "zero"), None)


def _method(words: tuple[str, ...]) -> StageWord | None:
    """A brand, a method or a data set in the name, the most reliable first."""
    tests = (
        ("reasoning", lambda word: word in _REASONING or _THINKS.fullmatch(word)),
        ("compound", _COMPOUND.fullmatch),
        ("recipe", lambda word: word.rstrip("0123456789.") in _RECIPES or word in _RECIPES or _INSIDE.search(word)),
        ("uncensored", lambda word: word in _UNCENSORED),
        ("merge", lambda word: word in _MERGE),
        ("finetuned", lambda word: word in _FINETUNED),
    )
    kind: Kind
    for kind, fits in tests:  # type: ignore[assignment] # the literals above
        found = next((word for word in words if fits(word)), None)
        if found:
            return StageWord(kind, found)
    for first, step in (("intermediate", "step"), ("before", "annealing"), ("pre", "annealing")):
        if (first, step) in pairwise(words):
            return StageWord("training-step", f"{first}-{step}")
    if "cpt" in words[1:] or ("continued" in words and "pretraining" in words):  # as the first word it names an architecture
        return StageWord("continued-pretraining", "cpt" if "cpt" in words else "continued-pretraining")
    return None
