"""A checkpoint to start from: its files, its verdict, and what its format needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from modelcheck.config import Settings
from modelcheck.engine.shared import Shared
from modelcheck.engine.store import FactStore
from modelcheck.errors import Absent, Broken, Misuse, TargetError
from modelcheck.facts.behaviour import base_of
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.generation_config import GenerationConfig
from modelcheck.facts.lineage import Lineage
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.model_files import ModelFiles
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.handles import Checkpoints
from modelcheck.plugins import Plugins
from modelcheck.records import record
from modelcheck.sources import Source
from modelcheck.verdict import Label, Verdict

if TYPE_CHECKING:
    from modelcheck.probe.messages import Place

_CONTEXT = ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length")


@record()
class Start:
    """One start. ``place`` is where its weights are, ``adapter`` where those of an adapter on it are, ``need`` the bytes of both.

    ``template`` is its chat template, with the special tokens that it may use in ``special``; ``tokens`` are the added tokens of
    its vocabulary. ``context`` is the longest input in tokens. ``stops`` are the ids that end a text.
    ``template_problem`` says why it has a template that is not used.
    """

    name: str
    label: Label
    p_instruct: float | None
    place: Place
    adapter: Place | None
    need: int
    template: str | None
    turn_end: str | None
    special: Mapping[str, str]
    tokens: frozenset[str]
    context: int | None
    stops: tuple[int, ...]
    revision: str | None = None
    template_problem: str | None = None


def open_starts(texts: Sequence[str], plugins: Plugins, settings: Settings) -> list[Start]:
    """Open all starts, each under its own name. Raises TargetError, Misuse."""
    shared = Shared(plugins.registry, plugins, settings)
    starts = [_open(text, shared) for text in texts]
    names = [one.name for one in starts]
    double = next((name for name in names if names.count(name) > 1), None)
    if double:
        raise Misuse(f"{double} is given twice: compare it with another start")
    return starts


def _open(text: str, shared: Shared) -> Start:
    try:
        _, source = shared.opening.read(text)
        if source is None:
            raise TargetError("not-found", f"no plug-in opens {text}")
        return _start(text, source, shared)
    except Absent as absent:
        raise TargetError("unreadable", f"{text} cannot be a start: {absent}") from None
    except Broken as broken:
        raise TargetError("unreadable", f"{text}: {broken.span.path} {broken.message}") from None


def _start(text: str, source: Source, shared: Shared) -> Start:
    facts = shared.checkpoints.facts(source)
    files = facts.get(ModelFiles)
    if files is None:
        raise Absent(_why(facts))
    place, need, adapter, under = files.place, files.need, None, facts
    if files.adapter:
        place, base_need, under = _base_of(facts, shared)
        need, adapter = need + base_need, files.place
    verdict, config = facts.get(Verdict), facts.get(ModelConfig) or under.get(ModelConfig)
    if files.adapter and (verdict is None or verdict.label == "not-applicable"):
        verdict = under.get(Verdict)
    template, tokenizer = (
        facts.get(ChatTemplate) or under.get(ChatTemplate),
        facts.get(TokenizerConfig) or under.get(TokenizerConfig),
    )
    generation = facts.get(GenerationConfig) or under.get(GenerationConfig)
    usable = template is not None and template.problem is None and template.rendered is not None
    return Start(
        name=text,
        label=verdict.label if verdict else "unknown",
        p_instruct=verdict.p_instruct if verdict else None,
        place=place,
        adapter=adapter,
        need=need,
        template=template.chosen.text if template and usable else None,
        turn_end=template.turn_ends[0] if template and usable and template.turn_ends else None,
        special=dict(tokenizer.special_tokens) if tokenizer else {},
        tokens=frozenset(tokenizer.added_tokens.values()) if tokenizer else frozenset(),
        context=_context(config),
        stops=generation.stop_ids if generation else (),
        revision=source.revision,
        template_problem=template.problem.message[:80] if template and template.problem else None,
    )


def _base_of(facts: FactStore, shared: Shared) -> tuple[Place, int, FactStore]:
    """The place of an adapter's base, its size in bytes, and its facts. Raises Absent."""
    related = facts.get(Checkpoints)  # type: ignore[type-abstract] # the engine gives one
    lineage = facts.get(Lineage)
    if related is None:
        raise Absent("it is an adapter, and its base cannot be opened")
    place, need, _ = base_of(lineage, related, shared.settings.probe)
    origin = lineage.origins[0] if lineage and lineage.origins else None
    at = f"@{origin.revision}" if origin and origin.revision else ""
    named = shared.settings.probe.base or (f"{origin.id}{at}" if origin and origin.id else "")
    _, source = shared.opening.read(named)
    if source is None:
        raise Absent(f"no plug-in opens its base, {named}")
    return place, need, shared.checkpoints.facts(source)


def _why(facts: FactStore) -> str:
    missing = facts.look_up(ModelFiles)
    return str(getattr(missing, "reason", "its weights are not available"))


def _context(config: ModelConfig | None) -> int | None:
    """The longest input in tokens, of the text model."""
    data = {**config.data, **(config.data.get(config.text_config) or {} if config.text_config else {})} if config else {}
    return next((value for key in _CONTEXT if isinstance(value := data.get(key), int) and 0 < value < 10**8), None)
