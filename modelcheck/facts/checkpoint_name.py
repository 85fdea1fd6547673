"""The name of the checkpoint."""

from __future__ import annotations

from typing import Literal

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.stage_words import StageWord, is_sized, stage_word, words_of
from modelcheck.families import family_of
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources import Source

# Suffixes added by those who only change the format of the same weights.
_FORMAT = lazy(
    r"([-_.](gguf|ggml|awq|gptq|mlx|exl[23]|hqq|onnx|ov|openvino|ct2|bnb|nf4|fp4|fp8|fp16|bf16|f16|f32|int[248]|uint[48]|w[48]a(4|8|16)|"
    r"nvfp4|mxfp[468]|[2-8]-?bits?|q[2-8](_\w+)?|iq[1-4](_\w+)?|i1|imatrix|unsloth|ud|dynamic|dwq|hf|pytorch|safetensors|quantized|"
    r"int[48]mix|fp16mix|mix|(?<=awq.)lite|(?<=gptq.)lite|sharded|g\d+|gs\d+|\d+g|\d+(bt|b-?tokens)([-_]preview)?))+$"
)
# The language that a family was continued in, before its name: chinese-llama-2-7b is still a base model.
_LANGUAGE = lazy(
    r"(chinese|japanese|korean|german|french|spanish|italian|portuguese|russian|arabic|turkish|polish|dutch|vietnamese|thai|hindi|"
    r"indonesian|swedish|finnish|greek|hebrew|persian|ukrainian|czech|hungarian|romanian|bulgarian)[-_](?P<rest>.+)"
)

_OWNED = lazy(r"[a-z0-9-]+?_{1,2}(?P<rest>.+)")


@record()
class CheckpointName:
    """``whole`` is the Hub id or the folder's name; ``owner`` the part before the slash; ``name`` the part after it.

    ``is_id`` is True for a Hub id, which its publisher chose, and False for a folder's name, which anyone may choose. ``tag`` is
    the part after the colon of an Ollama name, else None. ``claimed`` is set for the name of a served model, which its
    operator chose and which may be that of another one.
    """

    whole: str
    owner: str | None
    name: str
    is_id: bool
    tag: str | None = None
    claimed: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name in lower case, split at everything but letters, digits and the points of version numbers."""
        return words_of(self.name)

    @property
    def stage(self) -> StageWord | None:
        """The word that states a stage of training."""
        return stage_word(self.name)

    @property
    def sized(self) -> bool:
        """Whether its family has the sizes small, base and large."""
        return is_sized(self.words)

    @property
    def plain(self) -> tuple[str, ...]:
        """The name in lower case without suffixes for a format of the weights, then also without a leading owner's name.

        Converters of many models, and download folders, put the owner first: ``Qwen_QwQ-32B``, ``acme__thing-7b``.
        """
        name = _FORMAT.sub("", self.name.lower())
        owned = _OWNED.match(name)
        return (name, owned["rest"]) if owned else (name,)

    @property
    def without_language(self) -> str | None:
        """The plain name after a language: ``llama-2-7b`` for ``Chinese-Llama-2-7B``; None if no language comes first."""
        found = next(filter(None, map(_LANGUAGE.fullmatch, self.plain)), None)
        return found["rest"] if found else None


def stage_of_id(id_: str) -> Literal["base", "instruct"] | None:
    """Return the stage that a Hub id stands for, by its own words or its family's convention; None if neither says so."""
    owner, _, name = id_.rpartition("/")
    own = CheckpointName(id_, owner or None, name, is_id=True)
    if own.stage is not None and own.stage.kind in ("base", "instruct"):
        return own.stage.kind
    families = () if own.stage else filter(None, map(family_of, own.plain))
    return next((family.unsuffixed for family in families), None)


@fact(cost="files")
def checkpoint_name(source: Source) -> CheckpointName:
    """From the Hub id, or from the name of the folder."""
    owner, slash, name = source.name.rpartition("/")
    if not name:
        raise Absent("the checkpoint has no name")
    if source.kind == "endpoint" and not slash:  # such as "chat", for any model
        raise Absent("the name of a served model is chosen by its operator")
    if source.kind == "ollama":
        model, _, tag = name.partition(":")
        return CheckpointName(source.name, owner or None, model, is_id=False, tag=tag)
    claimed = source.kind == "endpoint"
    is_id = (bool(slash) and not claimed) or source.kind in ("hub", "cache")
    return CheckpointName(source.name, owner or None, name, is_id, claimed=claimed)
