"""LiteLLM's proxy configuration: which models it routes to."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents.located import Located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.readers.launch.build import make_use, scalar_at, served_use, text_at
from modelcheck.readers.launch.references import is_hub_id

# Providers whose model names are Hub ids after the prefix.
_HUB = ("huggingface/", "hosted_vllm/", "vllm/", "lm_studio/", "text-completion-hosted_vllm/")
# Self-hosted providers, whose model names are the server's own.
_SERVED = (
    "openai/",
    "text-completion-openai/",
    "custom_openai/",
    "ollama/",
    "ollama_chat/",
    "litellm_proxy/",
    "llamafile/",
    "xinference/",
)
_COMPLETION = (
    "text-completion-openai/",
    "text-completion-hosted_vllm/",
    "text-completion-codestral/",
    "custom_openai/",
    "sagemaker/",
)
_MODES: dict[str, Purpose] = {"chat": "chat", "completion": "completion", "embedding": "embedding", "rerank": "rerank"}


@reader(files=("*.yml", "*.yaml"), mentions=("litellm_params",))
def litellm(file: YamlFile) -> Iterator[ModelUse]:
    """Each entry of ``model_list`` with a Hub id or a self-hosted server; hosted providers' models are not read."""
    for document in file.documents:
        for entry in document.get("model_list") or ():
            params = entry.get("litellm_params")
            model = scalar_at(params, "model")
            if params is not None and model is not None:
                yield from _entry(entry, params, model)


def _entry(entry: Node, params: Node, model: Located) -> Iterator[ModelUse]:
    if model.text.startswith("os.environ/"):
        return
    provider = text_at(params, "custom_llm_provider")
    named_apart = provider and not model.text.startswith((*_HUB, *_SERVED)) and params.get("api_base") is not None
    if named_apart and is_hub_id(model.text):
        purpose, why = _purpose(text_at(entry, "model_info", "mode"), f"{provider}/")
        yield make_use(model, "litellm", "litellm", purpose, (why,))
        return
    hub = next((prefix for prefix in _HUB if model.text.startswith(prefix)), None)
    own = params.get("api_base") is not None or model.text.startswith(("ollama/", "ollama_chat/"))
    bare = "/" not in model.text
    if not (hub or (own and (bare or model.text.startswith(_SERVED)))):
        return
    purpose, why = _purpose(text_at(entry, "model_info", "mode"), model.text)
    if hub == "huggingface/" and model.text.count("/") > 2:  # huggingface/<provider>/<owner>/<name>
        hub = "/".join(model.text.split("/")[:2]) + "/"
    if hub:
        yield make_use(model.after(len(hub)), "litellm", "litellm", purpose, (why,))
        return
    yield served_use(model, "litellm", "litellm", purpose, (why,))


def _purpose(mode: str | None, model: str) -> tuple[Purpose, str]:
    if mode in _MODES:
        return _MODES[mode], f"mode: {mode}"
    if mode:
        return "unknown", f"mode: {mode}"
    if model.startswith(_COMPLETION):
        return "completion", "its provider completes text"
    return "chat", "LiteLLM's own default is chat"
