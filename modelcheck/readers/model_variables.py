"""Variables whose names say that they hold a model: ``MODEL_ID``, ``LLM_MODEL_ID``, ``EMBEDDING_MODEL`` …"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.patterns import lazy
from modelcheck.readers.making import make_use
from modelcheck.readers.words import Word

_NAME = lazy(
    r"(\w+_)?(MODEL|MODEL_ID|MODEL_NAME|MODEL_PATH|MODEL_REPO|MODEL_REPO_ID|HF_REPO|HF_MODEL|MODELS)(_ID|_NAME|_PATH)?",
    re.IGNORECASE,
)
_NOT = lazy(
    r"(^|_)(SERVED|OUTPUT|HUB|CACHE|DIR|IMAGE|PROVIDER|SERVER|OPENAI|ANTHROPIC|GEMINI|GROQ|OPENROUTER|AZURE|BEDROCK|CLAUDE)(_|$)",
    re.IGNORECASE,
)
_ID = lazy(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_IDS = ("MODEL_ID", "HF_MODEL_ID")
_BARE = lazy(r"[A-Za-z][\w.]*-?[\w.-]*[A-Za-z0-9]")
_KINDS: tuple[tuple[str, Purpose], ...] = (("EMBED", "embedding"), ("RERANK", "rerank"), ("REWARD", "reward"), ("DRAFT", "draft"))


def named_models(variables: Mapping[str, Word], format_: str) -> Iterator[ModelUse]:
    """The variables that hold a Hub id. A bare word may be anything, but in ``MODEL_ID``, which is TGI's name for one."""
    for name, word in variables.items():
        known = name in _IDS and _BARE.fullmatch(word.text)
        if _NAME.fullmatch(name) and not _NOT.search(name) and (known or _ID.fullmatch(word.text)):
            purpose: Purpose = next((purpose for mark, purpose in _KINDS if mark in name.upper()), "unknown")
            yield make_use(word, format_, name, purpose, (name,))
