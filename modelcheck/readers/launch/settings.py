"""From settings to likely uses: a key that is named after a model, and a value that looks like one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelcheck.documents.located import Setting
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import make_use, ollama_use
from modelcheck.readers.launch.likeness import is_model_key, looks_like_model
from modelcheck.readers.launch.model_variables import OLLAMA_TAG
from modelcheck.records import replace

_CHAT = lazy(r"(?:^|[^a-zA-Z]|(?<=[a-z]))(?:chat|Chat|CHAT)(?![a-z]|[-_.]?[tT]emplate|_TEMPLATE)")
"""A key with the word chat: ``spring.ai.openai.chat.options.model``, ``chatModel``."""
_ROUTED = lazy(
    r"(?:openai|huggingface|hosted_vllm|lm_studio)/(?=[^/]+/[^/]+$)|ollama(?:_chat)?/(?=[^/]+$)",
    words=("openai/", "huggingface/", "hosted_vllm/", "lm_studio/", "ollama"),
)
"""What LiteLLM's names of models of one's own begin with."""
SETTING_MENTIONS = (
    "model", "checkpoint", "ckpt", "pretrained", "teacher", "student", "repo_id", "hf_repo", "name_or_path", "llm",
)  # fmt: skip
"""A file with a key that is named after a model contains at least one of these."""


def uses_of_settings(settings: Iterable[Setting], format_: str) -> Iterator[ModelUse]:
    """The likely uses among settings, in their order."""
    for one in map(_without_provider, settings):
        if is_model_key(one.keys) and looks_like_model(one.value.text):
            cue = next(filter(_CHAT.search, one.keys), None)
            purpose: Purpose = "chat" if cue else "unknown"
            yield replace(make_use(one.value, f"settings/{format_}", one.keys[-1], purpose, (cue,) if cue else ()), likely=True)
        elif OLLAMA_TAG.fullmatch(one.value.text) and is_model_key(one.keys) and _of_ollama(one):
            yield replace(ollama_use(one.value, f"settings/{format_}", "unknown", ()), likely=True)


def _of_ollama(one: Setting) -> bool:
    return any("ollama" in key.lower() for key in one.keys)


def _without_provider(one: Setting) -> Setting:
    """``openai/org/name`` as ``org/name``, and ``ollama/tag`` as a tag of Ollama's."""
    found = _ROUTED.match(one.value.text) if "/" in one.value.text else None
    if found is None:
        return one
    above = ("ollama",) if found.group().startswith("ollama") else ()
    return Setting((*above, *one.keys), one.value.after(found.end()))
