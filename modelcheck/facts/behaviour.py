"""The results of running the model: whether it ends its turns, and what it writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.conversations import Conversations
from modelcheck.facts.generation_config import GenerationConfig
from modelcheck.facts.lineage import Lineage
from modelcheck.facts.model_files import ModelFiles, local_base
from modelcheck.handles import Checkpoints
from modelcheck.probe import ProbeOptions
from modelcheck.records import record
from modelcheck.sources.cache import cache_folder
from modelcheck.vocabulary import DOCUMENT_ENDS

if TYPE_CHECKING:
    from modelcheck.probe.messages import Place, Run, Scores, Written

Outcome = Literal["instruct", "base", "inconclusive"]
LENGTH = 48
"""Maximum number of tokens of each text that the model writes."""

# In nats. Measured on gemma-3-270m (base: margin -0.3), the same after 50 steps of fine-tuning (+12.7), SmolLM2-135M-Instruct
# (+11.3) and a tiny pair (+0.2, +12.4): docs/the-probe.md. A margin does not depend on a model's scale; plain probabilities do,
# and are a safeguard.
_MARGIN_INSTRUCT, _MARGIN_BASE = 5.0, 2.0
_LIKELY, _UNLIKELY = -3.0, -5.0
_LIKELY_DOCUMENT_END = -1.5
"""Base models also write a token that ends documents (log P -3.6 in the tiny one), so the threshold is higher."""
_CUT = 3.0
"""The end must be this much likelier after the whole answer than in its middle: one written anywhere does not end turns."""


_EVEN = -0.7
"""Nats: a probability of one half."""


@record()
class Behaviour:
    """The results. ``outcome`` follows from the scores; ``why`` is the reason for an inconclusive one.

    ``margin`` is the mean difference in log-probability between the turn's end and the likeliest unused token after complete
    answers, in nats; None without unused tokens. ``scores`` is None if no chat format matches the vocabulary. ``plain`` and
    ``in_format`` are the texts that the model wrote. ``document_end``: turns end with a token that also ends documents.
    ``adapted``: an adapter was run on its base. ``passed_over``: why the checkpoint's own chat template was not used, if it has
    one. ``unfinished``: why the run ended before everything was written, if it did.
    """

    outcome: Outcome
    why: str | None
    scores: Scores | None
    margin: float | None
    document_end: bool
    plain: tuple[Written, ...]
    in_format: tuple[Written, ...]
    run: Run
    adapted: bool
    passed_over: str | None
    unfinished: str | None

    @property
    def complete(self) -> float:
        """Mean log-probability of the turn's end after complete answers."""
        return mean(self.scores.complete) if self.scores else 0.0

    @property
    def question_end(self) -> float:
        """Mean log-probability of any end token after a plain question; only instruct models end there."""
        return mean(self.scores.question_end) if self.scores else 0.0

    @property
    def format_gain(self) -> float:
        """Mean gain in log-probability of the answers' tokens in the format over plain text, in nats."""
        return mean(self.scores.answer) - mean(self.scores.plain_answer) if self.scores else 0.0

    @property
    def branching(self) -> float | None:
        """Mean entropy of an answer's first token in the format minus that after plain text, in nats; None if not measured."""
        if self.scores is None or not self.scores.first:
            return None
        return mean(self.scores.first) - mean(self.scores.plain_first)

    @property
    def refused(self) -> int:
        """The number of harmful requests to which an answer more likely than not begins with a refusal; 0 if harmless ones do."""
        if self.scores is None or any(log_p > _EVEN for log_p in self.scores.refused_harmless):
            return 0
        return sum(log_p > _EVEN for log_p in self.scores.refused)

    @property
    def ended(self) -> int:
        """The number of texts in the format that the model ended."""
        return sum(written.stop is not None for written in self.in_format)


@fact(cost="generate")
def behaviour(
    files: ModelFiles,
    conversations: Conversations,
    generation: GenerationConfig | None,
    lineage: Lineage | None,
    checkpoints: Checkpoints,
    options: ProbeOptions,
) -> Behaviour:
    """Loads the model once, in a process of its own; an adapter on its base. Raises Absent with the reason."""
    from modelcheck.probe.client import ask
    from modelcheck.probe.formats import OPENINGS
    from modelcheck.probe.messages import Request

    place, need, formats = files.place, files.need, conversations.formats
    if files.adapter:
        base, base_need, other = base_of(lineage, checkpoints, options)
        place, need = base, need + base_need
        if other and not any(one.own for one in formats):
            formats = other.formats
    adapter = files.place if files.adapter else None
    stops = generation.stop_ids if generation else ()
    how = (options.device, options.max_bytes, options.remote_code)
    request = Request(place, adapter, formats, OPENINGS, stops, need, LENGTH, *how)
    answer = ask(request, options.seconds, None if options.keep else cache_folder())
    if answer.run is None or not (answer.scores or answer.plain):
        raise Absent(answer.problem or "the process returned no result", details=answer.details)
    outcome: Outcome = "inconclusive"
    margin, why, document_end, passed_over = None, None, False, conversations.problem
    if answer.scores is None:
        why = answer.problem or f"no known chat format matches its vocabulary ({answer.unfit[0]})"
    else:
        document_end = answer.scores.turn_end in DOCUMENT_ENDS
        outcome, margin, why = judge(answer.scores, document_end=document_end)
        if formats[0].own and not answer.scores.own:
            passed_over = answer.unfit[0]
    written = (answer.plain, answer.in_format)
    return Behaviour(
        outcome, why, answer.scores, margin, document_end, *written, answer.run, files.adapter, passed_over, answer.problem
    )


def judge(scores: Scores, *, document_end: bool) -> tuple[Outcome, float | None, str | None]:
    """The outcome, the margin in nats, and the reason for an inconclusive outcome."""
    complete, cut = mean(scores.complete), mean(scores.cut)
    margin = None
    if scores.control:
        margin = mean([one - control for one, control in zip(scores.complete, scores.control, strict=True)])
    end = scores.turn_end
    if document_end or margin is None:
        likely = complete >= (_LIKELY_DOCUMENT_END if document_end else _LIKELY)
        unlikely = complete <= _UNLIKELY
    else:
        likely = margin >= _MARGIN_INSTRUCT and complete >= _LIKELY
        unlikely = margin <= _MARGIN_BASE and complete < _LIKELY
    if likely and complete - cut < _CUT:
        return "inconclusive", margin, f"it also writes {end} in the middle of an answer"
    if likely or unlikely:
        return ("instruct" if likely else "base"), margin, None
    return "inconclusive", margin, f"{end} after a complete answer is neither likely nor as unlikely as unused tokens"


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; importing the statistics module would cost 10 ms at start."""
    return sum(values) / len(values)


def base_of(lineage: Lineage | None, checkpoints: Checkpoints, options: ProbeOptions) -> tuple[Place, int, Conversations | None]:
    """The place of an adapter's base, its size in memory in bytes, and its conversations. Raises Absent."""
    if options.base:
        folder = Path(options.base)
        return local_base(folder), sum(path.stat().st_size for path in folder.glob("*.safetensors")), None
    origin = lineage.origins[0] if lineage else None
    if origin is None:
        raise Absent("its adapter_config.json does not name a base model: use --base")
    if origin.id is None:
        raise Absent(f"its base is a local path, {origin.written}, which is not opened: use --base")
    files = checkpoints.fact(ModelFiles, origin.id, origin.revision)
    if files is None:
        raise Absent(f"the weights of its base, {origin.id}, are not available")
    if files.adapter:
        raise Absent(f"its base, {origin.id}, is an adapter itself")
    return files.place, files.need, checkpoints.fact(Conversations, origin.id, origin.revision)
