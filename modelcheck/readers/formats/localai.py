"""LocalAI's model files."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents.located import Located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.readers.launch.build import make_use, scalar_at, text_at

_BACKENDS: dict[str, Purpose] = {"rerankers": "rerank", "bert-embeddings": "embedding", "sentencetransformers": "embedding"}


@reader(files=("*.yml", "*.yaml"), mentions=("parameters:",))
def localai(file: YamlFile) -> Iterator[ModelUse]:
    """A file with ``backend`` and ``parameters.model``, or one of several under ``config_file``."""
    for document in file.documents:
        if document.get("parameters", "model") is not None and document.get("backend") is not None:
            yield from model_config(document)


def model_config(node: Node) -> Iterator[ModelUse]:
    """The model of one configuration. ``template.chat`` makes it chat, only ``template.completion`` completion."""
    model = scalar_at(node, "parameters", "model")
    if model is None:
        return
    backend = text_at(node, "backend") or ""
    purpose: Purpose = "unknown"
    because: tuple[str, ...] = ()
    template = node.get("template")
    templates = list(template.children or ()) if template is not None else []
    chat = [key for key in templates if key.startswith("chat") or key == "use_tokenizer_template"]
    if backend in _BACKENDS or text_at(node, "embeddings") == "true":
        purpose, because = _BACKENDS.get(backend, "embedding"), (f"backend: {backend}",)
    elif chat:
        purpose, because = "chat", (f"template.{chat[0]}",)
    elif "completion" in templates:
        purpose, because = "completion", ("only template.completion",)
    path = model.text.removeprefix("huggingface://")
    word = Located("/".join(path.split("/")[:2]), model.at) if path != model.text else model
    yield make_use(
        word, "localai", backend or "localai", purpose, because,
        adapter=text_at(node, "lora_adapter"), template=text_at(node, "template", "chat"),
    )  # fmt: skip
    draft = scalar_at(node, "draft_model")
    if draft:
        yield make_use(draft, "localai", backend or "localai", "draft", ("draft_model",))
