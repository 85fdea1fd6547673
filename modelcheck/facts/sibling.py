"""The instruct sibling of a base checkpoint and the reverse, by the naming convention of its family."""

from __future__ import annotations

import re
from dataclasses import dataclass

from modelcheck.errors import Absent
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.interface import Interface
from modelcheck.patterns import lazy
from modelcheck.registry import Checkpoints, fact
from modelcheck.verdict import Verdict

# A whole id, and the id of its instruct sibling. Sources: the publishers' own pages.
_CONVENTIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (lazy(pattern), sibling)
    for pattern, sibling in (
        (r"(meta-llama/(Meta-)?Llama-3(\.\d)?-\d+B)", r"\1-Instruct"),
        (r"(meta-llama/Llama-3\.2-\d+B-Vision)", r"\1-Instruct"),
        (r"(meta-llama/Llama-4-\w+-17B-\d+E)", r"\1-Instruct"),
        (r"(meta-llama/Llama-2-\d+b)(-hf)?", r"\1-chat\2"),
        (r"(codellama/CodeLlama-\d+b)-hf", r"\1-Instruct-hf"),
        (r"(mistralai/Mistral-7B|mistralai/Mixtral-8x\d+B)-(v0\.\d)", r"\1-Instruct-\2"),
        (r"(mistralai/[\w.-]+)-Base-(\d{4})", r"\1-Instruct-\2"),
        (r"(Qwen/Qwen1\.5-[\w.-]+B)", r"\1-Chat"),
        (r"(Qwen/Qwen-[\d_]+B)", r"\1-Chat"),
        (r"(Qwen/Qwen2(\.5)?(-Coder|-Math|-VL)?-[\d.]+B(-A\d+B)?)", r"\1-Instruct"),
        (r"(Qwen/Qwen3(\.\d)?-[\d.]+B(-A[\d.]+B)?)-Base", r"\1"),
        (r"(google/(gemma-(2-)?\d+b|gemma-3-270m|gemma-3n-E\dB|codegemma-7b|recurrentgemma-\d+b|gemma-4-[\w-]+))", r"\1-it"),
        (r"(google/[\w.-]+)-pt", r"\1-it"),
        (r"(deepseek-ai/DeepSeek-V3(\.1)?)-Base", r"\1"),
        (r"(deepseek-ai/DeepSeek-V2(-Lite)?)", r"\1-Chat"),
        (r"(deepseek-ai/deepseek-coder-[\w.-]+)-base", r"\1-instruct"),
        (r"(deepseek-ai/deepseek-(llm|moe)-\w+)-base", r"\1-chat"),
        (r"(deepseek-ai/DeepSeek-Coder-V2(-Lite)?)-Base", r"\1-Instruct"),
        (r"(01-ai/Yi-(1\.5-|Coder-)?[\d.]+B)", r"\1-Chat"),
        (r"(tiiuae/falcon-(7|40)b)", r"\1-instruct"),
        (r"(tiiuae/Falcon(3|-H1)-[\w.]+)-Base", r"\1-Instruct"),
        (r"(HuggingFaceTB/SmolLM2?-[\w.]+)", r"\1-Instruct"),
        (r"(HuggingFaceTB/SmolLM3-3B)-Base", r"\1"),
        (r"(allenai/OLMo-2-\d{4}-\d+B)", r"\1-Instruct"),
        (r"(ibm-granite/granite-[\w.-]+)-base", r"\1-instruct"),
        (r"(internlm/internlm2(_5)?-\w+)", r"\1-chat"),
        (r"((zai-org|THUDM)/glm-4-9b)", r"\1-chat"),
        (r"((zai-org|THUDM)/GLM-4\.5(-Air)?)-Base", r"\1"),
        (r"(stabilityai/stablelm-2-(1_6b|12b))", r"\1-chat"),
        (r"(bigcode/starcoder2-15b)", r"\1-instruct-v0.1"),
        (r"(utter-project/EuroLLM-[\d.]+B|BSC-LT/salamandra-\d+b|Zyphra/Zamba2-[\d.]+B)", r"\1-Instruct"),
        (r"(nvidia/[\w.-]+)-Base(-8K)?", r"\1-Instruct"),
        (r"([\w.-]+/[\w.-]+)-Base", r"\1-Instruct"),
        (r"([\w.-]+/[\w.-]+)-base", r"\1-instruct"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class InstructSibling:
    """``name`` is a Hub id. ``verified`` is set if its own files were read and say that it is an instruct model."""

    name: str
    verified: bool


@dataclass(frozen=True, slots=True, eq=False)
class BaseSibling:
    """The base checkpoint that an instruct model was trained from, by the same convention. ``verified`` as above."""

    name: str
    verified: bool


# The part of an instruct model's name that says so, and what replaces it in its base model's name.
_ENDINGS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (lazy(r"-(Instruct|Chat)(?=-|$)"), ("", "-Base")),
    (lazy(r"-(instruct|chat|it)(?=-|$)"), ("", "-base", "-pt")),
    (lazy(r"$"), ("-Base", "-base")),
)


@fact(cost="files")
def instruct_sibling(name: CheckpointName, verdict: Verdict, own: Interface | None, checkpoints: Checkpoints) -> InstructSibling:
    """Of a base checkpoint with a Hub id, by the convention. Looked up on the Hub or in its cache, within the run's budget."""
    if verdict.label != "base" or name.owner is None:
        raise Absent("it is not a base checkpoint of the Hub", ordinary=True)
    id_ = _instruct_name(name.whole)
    if id_ is None:
        raise Absent("its family has no known naming convention", ordinary=True)
    return InstructSibling(id_, _is_a(id_, "instruct", own, checkpoints))


@fact(cost="files")
def base_sibling(name: CheckpointName, verdict: Verdict, own: Interface | None, checkpoints: Checkpoints) -> BaseSibling:
    """Of an instruct checkpoint with a Hub id: the id whose instruct sibling it is."""
    if verdict.label != "instruct" or name.owner is None:
        raise Absent("it is not an instruct checkpoint of the Hub", ordinary=True)
    for ending, others in _ENDINGS:
        for other in others if ending.search(name.whole) else ():
            id_ = ending.sub(other, name.whole, count=1)
            if _instruct_name(id_) == name.whole:
                return BaseSibling(id_, _is_a(id_, "base", own, checkpoints))
    raise Absent("its family has no known naming convention", ordinary=True)


def _instruct_name(id_: str) -> str | None:
    matches = ((pattern.fullmatch(id_), sibling) for pattern, sibling in _CONVENTIONS)
    return next((match.expand(sibling) for match, sibling in matches if match), None)


def _is_a(id_: str, stage: str, own: Interface | None, checkpoints: Checkpoints) -> bool:
    """Whether a checkpoint's own files say that it is of a stage, and has the same shape as this one."""
    theirs = checkpoints.verdict(id_, None)
    if theirs.label != stage or not {one.group for one in theirs.stage} - {"name"}:
        return False
    other = checkpoints.fact(Interface, id_, None)
    return not (own and other and own.shape and other.shape) or own.shape == other.shape
