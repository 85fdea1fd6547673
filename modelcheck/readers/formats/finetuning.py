"""Configuration files of trainers: axolotl, LLaMA-Factory, TRL, AutoTrain, torchtune, Ludwig, LitGPT and mergekit.

Each is recognised by a combination of keys that only it has. Sources: the projects' own argument classes and example files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from modelcheck.declarations import reader
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.facts.model_use import Method, ModelUse, Purpose
from modelcheck.readers.launch.build import make_use, scalar_at, text_at
from modelcheck.readers.launch.trainers import METHODS

_AXOLOTL = ("datasets", "sequence_len", "micro_batch_size", "adapter", "pretraining_dataset", "rl")
_LLAMA_FACTORY = ("stage", "finetuning_type", "template", "export_dir")
_TRL = ("dataset_name", "dataset_mixer", "dataset_mixture", "dataset_id_or_path", "datasets", "dataset_train_split")


@reader(
    files=("*.yml", "*.yaml"),
    mentions=("model_name_or_path", "base_model", "merge_method", "_component_", "checkpoint_dir", "llm-", "model_type"),
)
def finetuning(file: YamlFile) -> Iterator[ModelUse]:
    """The model that a run starts from, what it merges, and what it publishes."""
    for document in file.documents:
        trainer = next((trainer for fits, trainer in _TRAINERS if fits(document)), None)
        if trainer:
            yield from trainer(document, file.path.lower())


def _has(node: Node, *keys: str) -> bool:
    return any(node.get(key) is not None for key in keys)


def _axolotl(node: Node, path: str) -> Iterator[ModelUse]:  # noqa: ARG001 - every trainer's signature
    model = scalar_at(node, "base_model")
    if model is None:
        return
    rl = (text_at(node, "rl") or "").lower()
    types = {text_at(data, "type") or "" for data in node.get("datasets") or ()}
    raw = node.get("pretraining_dataset") is not None or (bool(types) and types <= {"completion", "pretrain"})
    reward = (text_at(node, "reward_model") or text_at(node, "process_reward_model")) == "true"
    method: Method = METHODS.get(rl) or ("reward" if reward else "pretrain" if raw else "sft")
    yield make_use(
        model, "axolotl", "axolotl", "finetune", (f"it trains ({method})",),
        method=method, template=_axolotl_template(node), tokenizer=text_at(node, "tokenizer_config"),
        revision=text_at(node, "revision_of_model"), adapter=text_at(node, "lora_model_dir") or text_at(node, "adapter"),
        trained=_texts(node.get("lora_modules_to_save")), pad_token=_pad(node.get("special_tokens")),
    )  # fmt: skip
    yield from _output(node, "axolotl")


def _axolotl_template(node: Node) -> str | None:
    """The template of the file; if it names none and a dataset is formatted with one, the dataset's or else the tokenizer's."""
    named = text_at(node, "chat_template")
    formatted = [data for data in node.get("datasets") or () if (text_at(data, "type") or "").startswith("chat_template")]
    if named or not formatted:
        return named
    return text_at(formatted[0], "chat_template") or "tokenizer_default"


def _pad(tokens: Node | None) -> str | None:
    """The token that a run pads with; ``eos_token`` if the file sets both to the same token."""
    pad = text_at(tokens, "pad_token")
    return "eos_token" if pad and pad == text_at(tokens, "eos_token") else pad


def _texts(node: Node | None) -> tuple[str, ...]:
    """A list's texts, or a text's parts between commas."""
    if node is not None and node.text:
        return tuple(part.strip() for part in node.text.split(","))
    return tuple(element.text for element in node or () if element.text)


def _output(node: Node, trainer: str) -> Iterator[ModelUse]:
    output = scalar_at(node, "hub_model_id")
    if output and "/" in output.text:  # a bare name is published under the account that runs it
        yield make_use(output, trainer, trainer, "output", ("the run publishes it",))


def _llama_factory(node: Node, path: str) -> Iterator[ModelUse]:  # noqa: ARG001 - every trainer's signature
    model = scalar_at(node, "model_name_or_path")
    if model is None:
        return
    stage, name = text_at(node, "stage"), "llama-factory"
    resized = ("embed_tokens",) if text_at(node, "resize_vocab") == "true" else ()  # it then trains the embeddings too
    fields: dict[str, Any] = {
        "template": text_at(node, "template"),
        "revision": text_at(node, "model_revision"),
        "trained": (*_texts(node.get("additional_target")), *_texts(node.get("freeze_extra_modules")), *resized),
        "adapter": text_at(node, "adapter_name_or_path") or (text_at(node, "finetuning_type") if stage else None),
    }
    if stage and text_at(node, "do_train") != "false" and (text_at(node, "do_train") or not text_at(node, "do_predict")):
        yield make_use(model, name, name, "finetune", (f"stage: {stage}",), method=METHODS.get(stage.lower()), **fields)
    elif node.get("export_dir") is not None:
        yield make_use(model, name, name, "unknown", ("it is exported",), **fields)
    elif stage:
        purpose: Purpose = "chat" if fields["template"] else "unknown"
        yield make_use(model, name, name, purpose, ("it predicts",), method=METHODS.get(stage.lower()), **fields)
    else:
        yield make_use(model, name, name, "chat", ("a template and no training stage",), **fields)
    for key in ("ref_model", "reward_model"):
        other = scalar_at(node, key)
        if other and key == "reward_model":
            yield make_use(other, name, name, "reward", (key,))
        elif other:
            yield make_use(other, name, name, "finetune", (key,))


def _trl(node: Node, path: str) -> Iterator[ModelUse]:
    model = scalar_at(node, "model_name_or_path")
    if model is None:
        return
    method = next((METHODS[word] for word in re.findall(r"[a-z]+", path) if word in METHODS), None)
    yield make_use(
        model, "trl", "trl", "finetune", (f"it trains ({method})",) if method else ("it trains",),
        method=method, revision=text_at(node, "model_revision"), tokenizer=text_at(node, "tokenizer_name_or_path"),
        template=text_at(node, "chat_template_path") or text_at(node, "chat_template"),
        adapter="lora" if text_at(node, "use_peft") == "true" else None,
        trained=_texts(node.get("lora_modules_to_save")), pad_token=_pad(node),
    )  # fmt: skip
    yield from _output(node, "trl")


def _autotrain(node: Node, path: str) -> Iterator[ModelUse]:  # noqa: ARG001 - every trainer's signature
    model = scalar_at(node, "base_model")
    if model is None:
        return
    task = (text_at(node, "task") or "").lower()
    trainer = text_at(node, "params", "trainer") or task.partition("-")[2] or task.partition(":")[2]
    template = text_at(node, "data", "chat_template")
    yield make_use(
        model, "autotrain", "autotrain", "finetune", (f"task: {task}",),
        method=METHODS.get(trainer) if task.startswith("llm") else None,
        template=None if template in ("none", "null") else template, adapter=text_at(node, "params", "peft") and "lora",
    )  # fmt: skip


def _torchtune(node: Node, path: str) -> Iterator[ModelUse]:  # noqa: ARG001 - every trainer's signature
    model = scalar_at(node, "checkpointer", "checkpoint_dir")
    if model is None:
        return
    template = text_at(node, "tokenizer", "prompt_template")
    if node.get("optimizer") is not None:
        data = text_at(node, "dataset", "_component_") or ""
        method: Method = "pretrain" if "completion" in data else "preference" if "preference" in data else "sft"
        yield make_use(model, "torchtune", "torchtune", "finetune", (f"it trains ({method})",), method=method, template=template)
    elif node.get("prompt") is not None:
        yield make_use(model, "torchtune", "torchtune", "chat", ("it answers a prompt",), template=template)
    else:
        yield make_use(model, "torchtune", "torchtune", "unknown", ("no optimizer: it evaluates",), template=template)


def _mergekit(node: Node, path: str) -> Iterator[ModelUse]:  # noqa: ARG001 - every trainer's signature
    waiting, seen = [node], set[int]()
    while waiting:
        here = waiting.pop(0)
        if id(here) in seen:  # an alias
            continue
        seen.add(id(here))
        for key in ("model", "source_model", "base_model"):
            model = scalar_at(here, key) or scalar_at(here, key, "model", "path")
            if model:
                merged, plus, adapter = model.text.partition("+")
                merged_model = type(model)(merged, model.at, model.node)
                yield make_use(
                    merged_model, "mergekit", "mergekit", "merge", (key.replace("_", " "),), adapter=adapter if plus else None
                )
        waiting += [child for _, child in here.items() if child.text is None] + [child for child in here if child.text is None]


def _ludwig(node: Node, path: str) -> Iterator[ModelUse]:  # noqa: ARG001 - every trainer's signature
    model = scalar_at(node, "base_model")
    trains = text_at(node, "trainer", "type") in ("finetune", "grpo", "dpo", "kto", "orpo")
    if model:
        purpose = "finetune" if trains or node.get("adapter") is not None else "unknown"
        yield make_use(model, "ludwig", "ludwig", purpose, ("model_type: llm",), adapter=text_at(node, "adapter", "type"))  # type: ignore[arg-type] # two literals


def _litgpt(node: Node, path: str) -> Iterator[ModelUse]:
    model = scalar_at(node, "checkpoint_dir")
    if model:
        method: Method = "pretrain" if "pretrain" in path else "sft"
        yield make_use(model, "litgpt", "litgpt", "finetune", (f"it trains ({method})",), method=method)


def _is_torchtune(node: Node) -> bool:
    parts = (child for _, child in node.items())
    return node.get("checkpointer") is not None and any(
        (text_at(part, "_component_") or "").startswith("torchtune.") for part in parts
    )


_Trainer = Callable[[Node, str], Iterator[ModelUse]]
_TRAINERS: tuple[tuple[Callable[[Node], bool], _Trainer], ...] = (
    (lambda node: node.get("merge_method") is not None and _has(node, "models", "slices", "base_model"), _mergekit),
    (lambda node: node.get("gate_mode") is not None and _has(node, "experts"), _mergekit),
    (lambda node: text_at(node, "model_type") == "llm" and _has(node, "base_model"), _ludwig),
    (lambda node: _has(node, "task") and _has(node, "base_model") and _has(node, "backend", "data", "params"), _autotrain),
    (lambda node: _has(node, "base_model") and _has(node, *_AXOLOTL), _axolotl),
    (lambda node: _has(node, "model_name_or_path") and _has(node, *_LLAMA_FACTORY), _llama_factory),
    (lambda node: _has(node, "model_name_or_path") and _has(node, *_TRL), _trl),
    (_is_torchtune, _torchtune),
    (lambda node: _has(node, "checkpoint_dir") and _has(node, "train", "data", "precision"), _litgpt),
)
