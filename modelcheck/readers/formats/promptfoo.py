"""promptfoo's configuration: the models that an evaluation asks, by the ids of their providers."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents.located import Located, located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.readers.launch.build import make_use, ollama_use, scalar_at
from modelcheck.readers.launch.references import is_hub_id

_TASKS: dict[str, Purpose] = {
    "text-generation": "unknown", "chat": "chat", "completion": "completion", "feature-extraction": "embedding",
    "sentence-similarity": "embedding", "embeddings": "embedding", "embedding": "embedding",
}  # fmt: skip
"""The part of an id after the provider. ``text-generation`` asks for a chat where its endpoint has that route."""
_HUB = ("huggingface", "hf")
_SERVED = ("openai", "localai", "vllm", "lmstudio")
_ADDRESSES = ("apiBaseUrl", "apiHost", "basePath")
_MOST = 500


@reader(files=("*.yml", "*.yaml"), mentions=("providers",))
def promptfoo(file: YamlFile) -> Iterator[ModelUse]:
    """Each provider that is a model of the Hub or of Ollama, or a server of one's own; hosted models are not read."""
    for document in file.documents:
        providers, prompts = document.get("providers"), document.get("prompts")
        if prompts is None and document.get("tests") is None:
            continue
        for one in list(providers or ())[:_MOST]:
            yield from _provider(one)
        if providers is not None and providers.text:
            yield from _use(located(providers), None)


def _provider(node: Node) -> Iterator[ModelUse]:
    """``provider:task:model``, ``{id: …, config: …}``, or ``{provider:task:model: {config: …}}``."""
    id_ = scalar_at(node, "id") or (located(node) if node.text else None)
    if id_ is not None:
        yield from _use(id_, node.get("config"))
        return
    for key, value in node.items():
        at = node.keys.get(key)
        if at is not None and ":" in key:
            yield from _use(Located(key, at), value.get("config"))


def _use(id_: Located, config: Node | None) -> Iterator[ModelUse]:
    provider, _, rest = id_.text.partition(":")
    task = rest.partition(":")[0]
    purpose = _TASKS.get(task, "unknown")
    model = id_.after(len(provider) + 1 + (len(task) + 1 if task in _TASKS else 0))
    own = config is not None and any(config.get(key) is not None for key in _ADDRESSES)
    because = (f"{provider}:{task}",) if purpose != "unknown" else ()
    if provider == "ollama" and model.text:
        yield ollama_use(model, "promptfoo", purpose, because)
    elif (provider in _HUB or (provider in _SERVED and own)) and is_hub_id(model.text):
        yield make_use(model, "promptfoo", provider, purpose, because)
