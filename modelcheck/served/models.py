"""What the list of models and llama.cpp's ``/props`` say: the id that was loaded, and how long a prompt may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelcheck.patterns import lazy
from modelcheck.served import Check, Expectation
from modelcheck.served.counting import Counts
from modelcheck.served.questions import Asking
from modelcheck.served.texts import LENGTHS
from modelcheck.sources.target import is_hub_id

ID_CHECK, CONTEXT_CHECK, LONG_CHECK = "model id", "context length", "a long prompt"
_CHEAP = 20.0
"""Seconds that a long prompt may take, by the time of the shorter ones."""
_PART = 0.8
"""Of the context."""
_SAY_WHAT_THEY_LOADED = ("vllm",)
"""Owners in the list of models whose ``root`` is what was loaded; others repeat the name there, as SGLang does."""
_CACHED = lazy(r"(?:^|[/\\])models--([\w.-]+?)--([\w.-]+)[/\\]snapshots[/\\]([0-9a-f]{40})(?:[/\\]|$)")
"""A path in a cache of the Hub: owner, name and commit."""


def check_id(listed: Mapping[str, Any], props: Mapping[str, Any], expectation: Expectation) -> Check:
    """Compare the Hub id that the server says it loaded. The name that it is listed under is its operator's choice."""
    name = listed.get("id")
    loaded, commit = _loaded(listed, props)
    if expectation.hub_id is None:
        return Check(ID_CHECK, "not checked", "what is expected is on this machine, and has no id")
    if loaded and is_hub_id(loaded):
        if loaded.lower() == expectation.hub_id.lower():
            return Check(ID_CHECK, "agrees", f"it says that it loaded {loaded}{_at_commit(commit, expectation.revision)}")
        if loaded != name or listed.get("owned_by") in _SAY_WHAT_THEY_LOADED:
            return Check(ID_CHECK, "differs", f"it says that it loaded {loaded}", "id")
    if isinstance(name, str) and name.lower() == expectation.hub_id.lower():
        return Check(ID_CHECK, "agrees", f"it is listed as {name}; a name proves nothing")
    said = f"it is listed as {name!r}" if name else "it is not in the list of models"
    return Check(
        ID_CHECK, "not checked", f"{said}, a name that its operator chooses" + (f"; loaded from {loaded}" if loaded else "")
    )


def _loaded(listed: Mapping[str, Any], props: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What the server says that it loaded: a Hub id or a path, and the commit if that is a path in a cache of the Hub."""
    values = (listed.get("root"), props.get("model_path"))
    loaded = next((one for one in values if isinstance(one, str) and one), None)
    cached = _CACHED.search(loaded) if loaded else None
    return (f"{cached[1]}/{cached[2]}", cached[3]) if cached else (loaded, None)


def _at_commit(commit: str | None, expected: str | None) -> str:
    if commit is None:
        return ""
    other = f", where {expected[:12]} is expected" if expected and expected != commit else ""
    return f" at {commit[:12]}{other}"


def longest(listed: Mapping[str, Any], props: Mapping[str, Any]) -> int | None:
    """The longest prompt with its answer, in tokens, as the server states it."""
    settings = props.get("default_generation_settings")
    values = (listed.get("max_model_len"), settings.get("n_ctx") if isinstance(settings, dict) else None)
    return next((value for value in values if type(value) is int and value > 0), None)


def check_context(stated: int | None, expectation: Expectation) -> Check:
    """Compare how long a prompt may be with the config."""
    if stated is None:
        return Check(CONTEXT_CHECK, "not checked", "the server does not state it")
    if expectation.context is None:
        return Check(CONTEXT_CHECK, "not checked", f"the server states {stated:,} tokens, the expected config nothing")
    if stated < expectation.context:
        return Check(CONTEXT_CHECK, "differs", f"{stated:,} of the model's {expectation.context:,} tokens", "short context")
    if stated > expectation.context:
        return Check(CONTEXT_CHECK, "differs", f"{stated:,} tokens, more than the {expectation.context:,} of the config")
    return Check(CONTEXT_CHECK, "agrees", f"{stated:,} tokens, as the config says")


def long_prompt(counts: Counts, stated: int | None, expectation: Expectation, lengths: Mapping[str, int]) -> str:
    """The longest text that fits into the context and is cheap, by the time of the short ones; empty if none is.

    ``lengths`` is text → tokens, the longest text first.
    """
    room = min(value for value in (stated, expectation.context, LENGTHS[0] * 2) if value) * _PART
    return next((text for text, length in lengths.items() if length <= room and length * counts.rate <= _CHEAP), "")


def check_long(asking: Asking, text: str, expected: int, offset: int) -> Check:
    """Whether the server reads a long prompt whole. ``offset`` is how much more than expected it counts for short ones."""
    found = asking.text(text)
    if found.tokens is None:
        if found.status < 400 or found.status in (429, 502, 503):
            return Check(LONG_CHECK, "not checked", found.why)
        return Check(LONG_CHECK, "differs", f"a prompt of {expected:,} tokens is refused: {found.why}", "short context")
    counted = found.tokens - offset
    if counted < expected * 0.9:
        return Check(LONG_CHECK, "differs", f"of a prompt of {expected:,} tokens it reads {counted:,}", "cut prompt")
    if abs(counted - expected) > max(2, expected // 100):
        return Check(LONG_CHECK, "not checked", f"it counts {counted:,} tokens where {expected:,} are expected")
    return Check(LONG_CHECK, "agrees", f"a prompt of {expected:,} tokens is read whole")
