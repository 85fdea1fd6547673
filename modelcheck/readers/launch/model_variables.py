"""Variables that are named after a model: ``MODEL_ID``, ``LLM_MODEL_ID``, ``EMBEDDING_MODEL`` …"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from modelcheck.documents.located import Located
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import make_use, ollama_use, served_use
from modelcheck.readers.launch.chat_cues import CHAT_FLAGS
from modelcheck.readers.launch.likeness import names_hub_id

_NAME = lazy(
    r"(\w+_)?(MODEL|MODEL_ID|MODEL_NAME|MODEL_PATH|MODEL_REPO|MODEL_REPO_ID|HF_REPO|HF_MODEL|MODELS)(_ID|_NAME|_PATH)?",
    re.IGNORECASE,
)
_NOT = lazy(
    r"(^|_)(SERVED|OUTPUT|HUB|CACHE|DIR|IMAGE|PROVIDER|SERVER|OPENAI|ANTHROPIC|GEMINI|GROQ|OPENROUTER|AZURE|BEDROCK|CLAUDE)(_|$)",
    re.IGNORECASE,
)
# Set with the model where a server is configured by variables alone: RunPod's worker, SageMaker's containers.
_CHAT = lazy(
    r"(OPTION_|SM_VLLM_)?(TOOL_CALL_PARSER|REASONING_PARSER|ENABLE_AUTO_TOOL_CHOICE)|CUSTOM_CHAT_TEMPLATE|MESSAGES_API_ENABLED"
)
_NAME_END = lazy(r"_(ID|NAME|PATH)$")
OLLAMA_TAG = lazy(r"[a-z][\w.-]*:\d+(\.\d+)?[bm]([-_]\w+)*")
"""A tag of Ollama's library that names a size."""
_FOLDER = lazy(r"[A-Za-z][\w.]*(-[\w.]+)*-\d+(\.\d+)?[bB](-[\w.]+)*")
"""A checkpoint's folder, by the size in its name, as in text-generation-webui's ``MODEL``."""
_OF_WEBUI = ("CHARACTERS_DIR", "EXTENSIONS_DIR")
"""Folders of text-generation-webui, which is a chat page."""
_LONGEST = 400
_OFF = ("", "0", "false", "no", "off")
_IDS = ("MODEL_ID", "HF_MODEL_ID")
_BARE = lazy(r"[A-Za-z][\w.]*-?[\w.-]*[A-Za-z0-9]")
_KINDS: tuple[tuple[str, Purpose], ...] = (("EMBED", "embedding"), ("RERANK", "rerank"), ("REWARD", "reward"), ("DRAFT", "draft"))


def named_models(variables: Mapping[str, Located], format_: str) -> Iterator[ModelUse]:
    """The variables that hold a Hub id. A bare word counts only in ``MODEL_ID``, which is TGI's own."""
    for name, word in variables.items():
        known = name in _IDS and _BARE.fullmatch(word.text)
        if len(name) + len(word.text) > _LONGEST or not _NAME.fullmatch(name) or _NOT.search(name):
            continue
        if known or names_hub_id(name, word.text):
            cues = _cues(name, variables)
            purpose: Purpose = next((purpose for mark, purpose in _KINDS if mark in name.upper()), "chat" if cues else "unknown")
            beside = _NAME_END.sub("_REVISION", name)
            pinned = variables.get(beside) if beside != name else None
            yield make_use(
                word, format_, name, purpose, cues if purpose == "chat" else (name,), revision=pinned.text if pinned else None
            )
        elif OLLAMA_TAG.fullmatch(word.text):
            yield ollama_use(word, format_, "unknown", (name,))
        elif name == "MODEL" and _FOLDER.fullmatch(word.text):
            webui = [other for other in _OF_WEBUI if other in variables]
            yield served_use(word, format_, name, "chat" if webui else "unknown", tuple(webui) or (name,))


def _cues(name: str, variables: Mapping[str, Located]) -> tuple[str, ...]:
    """The chat cues among the variables next to a model's: those with the same prefix, or with none."""
    prefix = _NAME_END.split(name)[0].rpartition("MODEL")[0]
    mine = {other: word for other, word in variables.items() if other.startswith(prefix) or _CHAT.fullmatch(other)}
    found = [other for other, word in mine.items() if _CHAT.fullmatch(other.removeprefix(prefix)) and word.text.lower() not in _OFF]
    if prefix or sum(bool(_NAME.fullmatch(other)) for other in variables) == 1:
        found += [flag for word in mine.values() for flag in CHAT_FLAGS if f"{flag} " in f"{word.text} "]
    return tuple(dict.fromkeys(found))
