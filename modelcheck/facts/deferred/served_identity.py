"""Whether a server serves the checkpoint that is expected there: one check after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelcheck.declarations import fact
from modelcheck.errors import Absent, TargetError
from modelcheck.facts.chat_template import LIKE_A_TOKEN, ChatTemplate, variables
from modelcheck.facts.deferred.next_tokens import NextTokens
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata, from_file
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.tokenizer_config import TokenizerConfig, of_gguf
from modelcheck.findings import Span
from modelcheck.handles import Expected
from modelcheck.patterns import lazy
from modelcheck.probe import ProbeOptions
from modelcheck.records import record
from modelcheck.served import OWN, UNPROMPTED, Check, Expectation, Fault
from modelcheck.served.likely import Likely
from modelcheck.served.texts import CHATML, CONVERSATIONS, MOST_ADDED, messages
from modelcheck.sources import Answering, Source

_CHATML = "ChatML, which llama.cpp takes for a model without a template"
_THINKING = {"its template with thinking": True, "its template without thinking": False}
_CONTEXT = ("max_position_embeddings", "n_positions", "seq_length", "max_seq_len", "n_ctx")
_DATES = ("strftime_now", "date_string")
_STANDS_FOR_OTHERS = lazy(r"(?i)image|audio|video|vision|media|pad|unk|mask|begin_of_text|bos")
"""Names of tokens that engines replace, refuse or add."""


@record()
class ServedIdentity:
    """``checks`` compare the server at ``address`` with the checkpoint ``expected``, at ``revision`` where that is known.

    ``requests`` is the number of requests that this took.
    """

    expected: str
    revision: str | None
    address: str
    checks: tuple[Check, ...]
    requests: int

    @property
    def at(self) -> Span:
        """The address of the server."""
        return Span(self.address)

    def showing(self, fault: Fault) -> Check | None:
        """Return the first check that shows a fault."""
        return next((check for check in self.checks if check.fault == fault), None)


@fact(cost="generate")
def served_identity(source: Source, options: ProbeOptions, expected: Expected) -> ServedIdentity:
    """Compare a server's answers with the checkpoint of ``--expect``: two dozen short requests.

    Raises Absent for a source that is not a server.
    """
    if not isinstance(source, Answering):
        raise Absent("it is not a server", ordinary=True)
    from modelcheck.served.checking import checks_of
    from modelcheck.served.questions import Asking

    expectation = _expectation(expected)
    asking = Asking(source, options.seconds)
    checks = tuple(checks_of(asking, expectation, lambda: _likely(expected)))
    return ServedIdentity(expected.text, expected.source.revision, source.endpoint.url, checks, asking.requests)


def _likely(expected: Expected) -> Likely:
    """The next tokens of the expected weights, or why they are not known. Raises TargetError."""
    found = expected.fact(NextTokens)
    if found:
        return found.likely
    if expected.over_budget(NextTokens):
        return Likely(problem="--probe runs the expected weights to compare them")
    return Likely(problem=expected.why_missing(NextTokens))


def _expectation(expected: Expected) -> Expectation:
    """What the expected checkpoint says about tokens. Raises TargetError if it cannot be opened or holds nothing of the kind."""
    source = expected.source
    listing, config = expected.fact(FileListing), expected.fact(ModelConfig)
    tokenizer, template = expected.fact(TokenizerConfig), expected.fact(ChatTemplate)
    gguf = _only_gguf(source, listing, expected.fact(GgufMetadata)) if listing else None
    if gguf:
        tokenizer = of_gguf(gguf)
    if listing is None or (config is None and tokenizer is None):
        broken = expected.why_missing(GgufMetadata) if listing and any(name.endswith(".gguf") for name in listing.sizes) else ""
        why = f": {broken}" if broken else " has no config.json and no tokenizer"
        raise TargetError("unreadable" if broken else "not-found", f"--expect: {expected.text}{why}")
    special = dict(tokenizer.special_tokens) if tokenizer else {}
    data = tokenizer.data if tokenizer else {}
    adds_first = data.get("add_bos_token")
    context = _longest(config, gguf)
    files, no_tokenizer = _files(source, listing, gguf)
    texts = dict(_ways(template, special)) if template else {}
    return Expectation(
        name=expected.text,
        hub_id=source.name if source.kind in ("hub", "cache") else None,
        revision=source.revision,
        files=files,
        no_tokenizer=no_tokenizer,
        prompts=texts if any(text is not None for text in texts.get(OWN, ())) else {},
        no_template="the expected template cannot be rendered" if template else "the expected checkpoint has no chat template",
        same=frozenset(_THINKING),
        dated=template is not None and any(word in template.chosen.text for word in _DATES),
        added=_added(tokenizer, special),
        adds_first=adds_first if isinstance(adds_first, bool) else None,
        context=context,
        first=special.get("bos_token"),
    )


def _only_gguf(source: Source, listing: FileListing, gguf: GgufMetadata | None) -> GgufMetadata | None:
    """The GGUF file that has the tokenizer, with its header, if no other file has it. Raises Absent, Broken, Unavailable."""
    from modelcheck.served.tokenizing import VOCABULARIES

    if gguf is None or any(name in listing for name in VOCABULARIES):
        return None
    return gguf if gguf.header else from_file(source, gguf.path, listing.sizes[gguf.path])


def _longest(config: ModelConfig | None, gguf: GgufMetadata | None) -> int | None:
    """The longest input in tokens."""
    values = [config.value(name) for name in _CONTEXT] if config else []
    if gguf:
        values.append(gguf.metadata.get(f"{gguf.metadata.get('general.architecture')}.context_length"))
    return next((value for value in values if type(value) is int and value > 0), None)


def _files(source: Source, listing: FileListing, gguf: GgufMetadata | None) -> tuple[Mapping[str, bytes], str]:
    """The files of the tokenizer, and why there are none. Raises Broken, Unavailable."""
    from modelcheck.served.gguf_tokenizer import GGUF
    from modelcheck.served.tokenizing import FILES, MAX_BYTES, VOCABULARIES

    if gguf and gguf.header:
        return {GGUF: gguf.header.without_tensors()}, ""
    if FILES[0] in listing:
        return {FILES[0]: source.read(FILES[0], MAX_BYTES)}, ""
    there = {name: source.read(name, MAX_BYTES) for name in FILES if name in listing}
    return (there, "") if there.keys() & set(VOCABULARIES) else ({}, "no tokenizer")


def _added(tokenizer: TokenizerConfig | None, special: Mapping[str, str]) -> tuple[str, ...]:
    """Added tokens that stand for themselves, the last ones first: those are what another revision lacks."""
    every = [text for _, text in sorted(tokenizer.added_tokens.items(), reverse=True)] if tokenizer else []
    usual = {special.get("bos_token"), special.get("eos_token"), special.get("pad_token"), special.get("unk_token")}
    chosen = [text for text in every if LIKE_A_TOKEN.fullmatch(text) and not _STANDS_FOR_OTHERS.search(text) and text not in usual]
    return tuple(dict.fromkeys(chosen))[:MOST_ADDED]


def _ways(template: ChatTemplate, special: Mapping[str, str]) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """Each way in which an engine may render the conversations, and the texts."""
    text = template.chosen.text
    own = _rendered(text, special)
    parts = not any(own)
    yield OWN, _rendered(text, special, parts=True) if parts else own
    yield UNPROMPTED, _rendered(text, special, parts=parts, prompt=False)
    if "enable_thinking" in text:
        for way, on in _THINKING.items():
            yield way, _rendered(text, special, parts=parts, more={"enable_thinking": on})
    for place in template.places[:4]:
        if place.text != text:
            yield f"its template {place.name!r} in {place.path}", _rendered(place.text, special, parts=parts)
    yield _CHATML, _rendered(CHATML, special)


def _rendered(
    template: str, special: Mapping[str, str], *, parts: bool = False, prompt: bool = True, more: Mapping[str, Any] | None = None
) -> tuple[str | None, ...]:
    """The conversations, rendered; None where the template refuses one."""
    from modelcheck.sandbox.client import render

    given = []
    for name in CONVERSATIONS:
        said = messages(name)
        if parts:
            said = [{**one, "content": [{"type": "text", "text": one["content"]}]} for one in said]
        given.append({**variables(special, said, prompt=prompt), **(more or {})})
    return tuple(one if isinstance(one, str) else None for one in render(template, given))
