"""Model references: a Hub id, a folder, or something that is not on the Hub."""

from __future__ import annotations

import re

from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources.target import OWNED_ID, REPO_ID, REVISION

HUB_ID = lazy(rf"(hf://)?{OWNED_ID}")
"""An owner and a name: where a field may hold any word, only the slash shows that it is an id."""
HUB_HOST = lazy(r"(hf\.co|huggingface\.co)/")
"""How Ollama and Docker Model Runner begin a Hub id."""
_HUB_PREFIX = lazy(r"^(hf://(models/)?|(https?://)?(huggingface\.co|hf\.co)/)", words=("hf://", "hf.co/", "huggingface.co/"))
_SCHEME = lazy(r"^[a-z][a-z0-9+.-]*://")
_DRIVE = lazy(r"[A-Za-z]:")
"""A path on Windows."""
_CACHE = lazy(r"models--(?P<org>[^/]+?)--(?P<name>[^/]+)(/snapshots/(?P<commit>[0-9a-f]{40}))?", words=("models--",))
_OF_A_REGISTRY = lazy(
    r"^(nvcr\.io/nim/[\w.-]+/|azureml://registries/[\w.-]+/models/)(?P<name>[\w.-]+)", words=("nvcr.io/", "azureml://")
)
"""Registries whose names say which model it is, although it cannot be fetched: NVIDIA's NIM images, Azure's catalogue."""
PLACEHOLDER = lazy(r"(?i)(hf://)?(your[-_\w]*|my[-_]?(org|user|name|team|company)|username|owner|namespace|org)/")
_HOSTED_OWNERS = frozenset(
    "anthropic gemini vertex_ai bedrock azure azure_ai groq cohere cohere_chat together_ai fireworks_ai openrouter perplexity "
    "deepseek github github-copilot azureml nvidia_nim dashscope volcengine novita moonshot zai @cf accounts sagemaker "
    "xai x-ai replicate deepinfra cerebras databricks_ai mistral voyage sambanova watsonx github_copilot amazon".split()
)
_HOSTED_NAME = lazy(
    r"(?:gpt-(?:[345](?:$|[-.o])|realtime|audio|image)|o[134](?:$|-)|chatgpt|claude|gemini|grok|text-embedding-(?:3|ada)|tts-1|dall-e)"
    r"[\w.-]*|whisper-1"
)
_BRACES = lazy(r"\{\{(?P<inside>[^{}]{0,200})\}\}")
"""A template's action; blanks inside the braces have no meaning."""
_OPEN = lazy(r"[$<>{}*\s]|%[A-Za-z]|\(\w+\)|^(?:var|local|each|module|data)\.[\w.-]+$")
"""What no name of a model holds: a variable of a shell, a template, systemd (``%i``) or Terraform, a placeholder."""


@record(eq=True)
class Reference:
    """``target`` is what to open (a Hub id, or a path that begins with ``./``); ``name_only`` the last part of any other path.

    ``open``: the text holds a variable, an action of a template or a placeholder.
    """

    model: str
    target: str | None = None
    revision: str | None = None
    quant: str | None = None
    name_only: str | None = None
    open: bool = False


def is_hub_id(text: str) -> bool:
    """Whether a text is a Hub id with its owner, not a placeholder, and not a model that only a provider serves."""
    return HUB_ID.fullmatch(text) is not None and not is_hosted(text) and not PLACEHOLDER.match(text)


_PROVIDERS = lazy(
    r"https?://(?:[\w.-]+\.)?(?:openrouter\.ai|together\.(?:xyz|ai)|fireworks\.ai|groq\.com|deepinfra\.com|openai\.com|mistral\.ai|"
    r"deepseek\.com|aliyuncs\.com|siliconflow\.\w+|novita\.ai|nebius\.\w+|hyperbolic\.xyz|cerebras\.ai|sambanova\.ai|perplexity\.ai|"
    r"anthropic\.com|nvidia\.com|huggingface\.co|featherless\.ai|moonshot\.\w+|bigmodel\.cn|x\.ai|cohere\.\w+|anyscale\.com)(?:[/:]|$)"
)
"""Addresses of companies that serve models of others: a client of theirs names no deployment of its own."""


def is_of_provider(url: str) -> bool:
    """Whether an address is that of a company that serves models to everybody."""
    return _PROVIDERS.match(url) is not None


def is_hosted(text: str) -> bool:
    """Whether a reference names a model that only a provider serves (``anthropic/claude-…``, ``gpt-4o``): it has no checkpoint."""
    owner, slash, name = text.rpartition("/")
    first = text.partition("/")[0].lower()
    hosted_name = owner.lower() in ("", "openai", "google") and _HOSTED_NAME.fullmatch(name.lower()) is not None
    return (bool(slash) and first in _HOSTED_OWNERS) or hosted_name


def is_named_as_hosted(name: str) -> bool:
    """Whether the last part of a reference is that of a model without published weights (``proxy/gpt-4o``), but Grok's."""
    return _HOSTED_NAME.fullmatch(name.lower()) is not None and not name.lower().startswith("grok")


def read_reference(text: str) -> Reference:
    """What ``text``, the value of a field for a model, refers to."""
    text = text.strip().strip("\"'")
    if not text or _OPEN.search(text):
        model = _BRACES.sub(lambda found: "{{" + found["inside"].strip(" -") + "}}", text)
        return Reference(model, open=bool(text))
    cached = _CACHE.search(text)
    if cached:
        id_ = f"{cached['org']}/{cached['name']}"
        return Reference(text, id_, cached["commit"])
    elsewhere = _OF_A_REGISTRY.match(text)
    if elsewhere:
        return Reference(text, name_only=elsewhere["name"])
    if _DRIVE.match(text):
        return _path(text.replace("\\", "/"))
    prefix = _HUB_PREFIX.match(text)
    if prefix is None and _SCHEME.match(text):
        return Reference(text)
    if prefix is None and (text.startswith(("/", ".", "~")) or text.count("/") > 1):
        return _path(text)
    name = text[prefix.end() :].rstrip("/") if prefix else text
    name, _, revision = name.partition("@")
    name, _, quant = name.partition(":")
    if not REPO_ID.fullmatch(name) or (revision and not REVISION.fullmatch(revision)):
        return Reference(text)
    return Reference(name, name, revision or None, quant or None)


def _path(text: str) -> Reference:
    last = text.rstrip("/").rpartition("/")[2].removesuffix(".gguf")
    name = last if re.fullmatch(r"[\w.-]*[A-Za-z][\w.-]*", last) else None
    inside = text if text.startswith("./") and ".." not in text.split("/") else None
    return Reference(text, inside, name_only=name)
