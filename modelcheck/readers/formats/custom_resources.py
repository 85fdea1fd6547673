"""Kubernetes operators that have a field for the model: KServe, KubeAI, llmaz, KAITO, AIBrix, production-stack, OPEA."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.patterns import lazy
from modelcheck.readers.launch.argv import argv_of
from modelcheck.readers.launch.build import make_use, scalar_at, text_at
from modelcheck.readers.launch.chat_cues import chat_arguments, featured_purpose
from modelcheck.readers.launch.engines import CHAT_ROUTE, KSERVE_HUGGINGFACE, VLLM
from modelcheck.readers.launch.launches import read_arguments
from modelcheck.readers.launch.uses import uses_of_launch

_LANGUAGE = lazy(r"(?i)tgi|vllm|llm")
_LANGUAGE_FORMATS = frozenset(("huggingface", "vllm", "gguf", "safetensors", "llm", "tgi", "sglang"))
"""KServe's names of formats that language models have; others are of scikit-learn, XGBoost and the like."""
_STEPS: dict[str, Purpose] = {
    "TeiEmbedding": "embedding",
    "Embedding": "embedding",
    "TeiReranking": "rerank",
    "Reranking": "rerank",
}


@reader(
    files=("*.yml", "*.yaml"), mentions=("kserve.io", "kubeai.org", "llmaz.io", "kaito.sh", "aibrix.ai", "vllm.ai/", "gmconnector")
)
def custom_resources(file: YamlFile) -> Iterator[ModelUse]:
    """The resource's own field for the model, with the arguments that it passes to the engine."""
    lines = Lines.of(file)
    for document in file.documents:
        group = (text_at(document, "apiVersion") or "").partition("/")[0]
        kind = text_at(document, "kind") or ""
        if kind == "GMConnector":
            yield from _opea(document)
        elif group == "serving.kserve.io":
            yield from _kserve(document, kind, lines)
        elif group == "kubeai.org":
            yield from _kubeai(document)
        elif group.endswith("llmaz.io"):
            yield from _llmaz(document)
        elif group == "kaito.sh":
            yield from _kaito(document)
        elif group.endswith(("aibrix.ai", "vllm.ai")):
            yield from _adapter(document)


def _kserve(document: Node, kind: str, lines: Lines) -> Iterator[ModelUse]:
    if kind == "LLMInferenceService":
        cues = tuple(dict.fromkeys(chat_arguments(document.get("spec"))))
        model = scalar_at(document, "spec", "model", "uri")
        if model:
            yield make_use(model, "kserve", "kserve", "chat" if cues else "unknown", cues)
        for adapter in document.get("spec", "model", "lora", "adapters") or ():
            uri = scalar_at(adapter, "uri")
            if uri:
                yield make_use(uri, "kserve", "kserve", "unknown", ("a LoRA adapter of the model",))
        return
    predictor = document.get("spec", "predictor", "model")
    if predictor is None or (text_at(predictor, "modelFormat", "name") or "").lower() not in _LANGUAGE_FORMATS:
        return
    launch = read_arguments(KSERVE_HUGGINGFACE, argv_of(predictor.get("args"), lines))
    storage = scalar_at(predictor, "storageUri") or scalar_at(predictor, "storage", "path")
    if "model" not in launch.arguments and storage and (storage.text.startswith(("hf://", "oci://")) or "://" not in storage.text):
        launch.arguments["model"] = [storage]
    yield from uses_of_launch(launch, {}, "kserve")


def _kubeai(document: Node) -> Iterator[ModelUse]:
    url = scalar_at(document, "spec", "url")
    if url is None:
        return
    cues = tuple(chat_arguments(document.get("spec", "args")))
    purpose = featured_purpose(document.get("spec", "features")) or "unknown"
    yield make_use(url, "kubeai", (text_at(document, "spec", "engine") or "kubeai").lower(), "chat" if cues else purpose, cues)


def _llmaz(document: Node) -> Iterator[ModelUse]:
    hub = document.get("spec", "source", "modelHub")
    model = scalar_at(hub, "modelID") or scalar_at(document, "spec", "source", "uri")
    if model and text_at(hub, "name") != "ModelScope":
        yield make_use(model, "llmaz", "llmaz", revision=text_at(hub, "revision"))


def _kaito(document: Node) -> Iterator[ModelUse]:
    for section, purpose in (("inference", "unknown"), ("tuning", "finetune")):
        preset = scalar_at(document, section, "preset", "name")
        if preset and "/" in preset.text:
            yield make_use(preset, "kaito", "kaito", purpose)  # type: ignore[arg-type] # two literals
        elif preset:
            # A preset is KAITO's name for a model, spelled like the model: judged by name, never fetched.
            yield ModelUse(
                model=preset.text, written=preset.text, target=None, name_only=preset.text, at=preset.at, format="kaito",
                engine="kaito", purpose=purpose,  # type: ignore[arg-type] # two literals
            )  # fmt: skip


def _adapter(document: Node) -> Iterator[ModelUse]:
    artifact = scalar_at(document, "spec", "artifactURL")
    if artifact and artifact.text.startswith("huggingface://"):
        yield make_use(
            Located(artifact.text.removeprefix("huggingface://"), artifact.at), "aibrix", "aibrix", "unknown", ("a LoRA adapter",)
        )
    url = scalar_at(document, "spec", "model", "modelURL")
    if url:
        yield make_use(url, "production-stack", VLLM.name)


def _opea(document: Node) -> Iterator[ModelUse]:
    """The steps of a pipeline; one that answers chat completions makes its language models chat."""
    steps = [step for _, node in (document.get("spec", "nodes") or document).items() for step in node.get("steps") or ()]
    chat = any(text_at(step, "internalService", "config", "endpoint") == CHAT_ROUTE for step in steps)
    for step in steps:
        name, config = text_at(step, "name") or "", step.get("internalService", "config")
        for key, child in config.items() if config is not None else ():
            if key == "MODEL_ID" or key.endswith("_MODEL_ID"):
                model = scalar_at(child)
                purpose: Purpose = _STEPS.get(name) or ("chat" if chat and _LANGUAGE.search(name) else "unknown")
                if model:
                    because = (f"the pipeline answers {CHAT_ROUTE}",) if purpose == "chat" else (f"the step {name}",)
                    yield make_use(model, "opea", name.lower() or "opea", purpose, because)
