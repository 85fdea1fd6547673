"""The likeliest next tokens after fixed texts, of a checkpoint whose weights are run here."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.declarations import fact
from modelcheck.errors import Absent
from modelcheck.facts.generation_config import GenerationConfig
from modelcheck.facts.model_files import ModelFiles
from modelcheck.probe import ProbeOptions
from modelcheck.records import record
from modelcheck.served.likely import Distribution, Likely, bare
from modelcheck.served.samples import EACH, LENGTH
from modelcheck.served.texts import STARTS
from modelcheck.sources.cache import cache_folder


@record()
class NextTokens:
    """``likely`` has the next tokens after each of ``served.texts.STARTS``."""

    likely: Likely


@fact(cost="generate")
def next_tokens(files: ModelFiles, generation: GenerationConfig | None, options: ProbeOptions) -> NextTokens:
    """A completion ends where an engine ends it: at the ids of ``generation_config.json``, too.

    Loads the model once, in a process of its own. Raises Absent with the reason.
    """
    from modelcheck.probe.client import ask
    from modelcheck.probe.messages import Request

    if files.adapter:
        raise Absent("it is an adapter: expect the merged model")
    how = (options.device, options.max_bytes, options.remote_code)
    stops = generation.stop_ids if generation else ()
    request = Request(files.place, None, (), (), stops, files.need, LENGTH, *how, next_of=STARTS, samples=EACH)
    answer = ask(request, options.seconds, None if options.keep else cache_folder())
    if not answer.next:
        raise Absent(answer.problem or "the process returned no result", details=answer.details)
    own, rounded = (tuple(map(_distribution, answer.next[key])) for key in ("own", "rounded"))
    return NextTokens(Likely(own, rounded, tuple(map(tuple, answer.next["samples"])), tuple(answer.next["greedy"])))


def _distribution(pairs: Sequence[tuple[str, float]]) -> Distribution:
    """Probabilities by the text of the token; tokens with the same text add up."""
    found: dict[str, float] = {}
    for token, value in pairs:
        found[bare(token)] = found.get(bare(token), 0.0) + value
    return found
