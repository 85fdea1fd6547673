"""Chat cues in structured files: keys, arguments and routes that only a chat deployment has."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.documents.yamlfile import Node
from modelcheck.facts.model_use import Purpose
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import text_at
from modelcheck.readers.launch.engines import CHAT_ROUTE

CHAT_FLAGS = ("--enable-auto-tool-choice", "--tool-call-parser", "--reasoning-parser", "--chat-template")
CHAT_PAGES = r"(?:open-?webui|chat[-_]ui|librechat|lobe-?chat|anything-?llm|next-?chat|chatgpt-next-web|big-agi|chatbot-ui)"
"""The pattern of images and names of pages that chat with a server."""
_FLAG = lazy(f"({'|'.join(CHAT_FLAGS)})(?![\\w-])")
_FEATURES: dict[str | None, Purpose] = {"TextEmbedding": "embedding", "Reranking": "rerank", "TextGeneration": "unknown"}
_KEYS = (
    "reasoningParser", "toolCallParser", "enableTool", "chatTemplate", "tool_call_parser", "reasoning_parser", "chat_template",
)  # fmt: skip


def chat_arguments(node: Node | None) -> Iterator[str]:
    """The chat flags among a node's texts, at any depth: in a list of arguments, or in variables that hold more of them."""
    for here in node.walk() if node is not None else ():
        yield from _FLAG.findall(here.text or "")


def chat_keys(node: Node) -> tuple[str, ...]:
    """The keys of a mapping that only a chat sets."""
    return tuple(key for key in _KEYS if text_at(node, key) not in (None, "", "false"))


def featured_purpose(node: Node | None) -> Purpose | None:
    """The purpose that KubeAI's ``features`` declare."""
    return next((_FEATURES[one.text] for one in node or () if one.text in _FEATURES), None)


def document_cues(document: Node) -> Iterator[str]:
    """The chat cues of launchers' files that describe one server: SkyPilot, dstack and Truss."""
    probe = document.get("service", "readiness_probe")
    if probe is not None and CHAT_ROUTE in (probe.text or text_at(probe, "path") or ""):
        yield "its readiness probe requests a chat completion"
    if text_at(document, "type") == "service" and document.get("commands") is not None and document.get("model") is not None:
        yield "model: it is published as a chat endpoint"
    if CHAT_ROUTE in (text_at(document, "docker_server", "predict_endpoint") or ""):
        yield f"predict_endpoint: {CHAT_ROUTE}"
    if document.get("model_metadata", "example_model_input", "messages") is not None:
        yield "model_metadata.example_model_input.messages"
