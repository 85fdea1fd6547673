"""From an engine launch to the uses that it makes of checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelcheck.documents.located import Located
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.readers.launch.addresses import default_port
from modelcheck.readers.launch.build import make_use, ollama_use, served_use
from modelcheck.readers.launch.engines import TASKS, Role
from modelcheck.readers.launch.launches import Launch
from modelcheck.readers.launch.references import HUB_HOST
from modelcheck.readers.launch.variables import resolve

_DOES = {"embedding": "generates no text", "completion": "serves nothing else", "finetune": "trains it", "chat": "talks with it"}
_FORMATTERS = frozenset(("auto", "hf", "slow", "custom"))
"""Tokenizer modes that use the checkpoint's own chat template; others, as vLLM's ``mistral``, replace it."""
_REGISTRIES = frozenset(("model-runner",))
"""Engines that take a model from a registry of their own, unless its name begins with the Hub's address."""
_OWN_NAMES = frozenset(("text-generation-webui", "xinference"))
"""Engines whose models are folders or registry entries of their own, named as the checkpoint is."""


def uses_of_launch(
    launch: Launch, variables: Mapping[str, Located], format_: str, chat_elsewhere: Sequence[str] = ()
) -> Iterator[ModelUse]:
    """The model that an engine serves or a trainer starts from, and the draft, reward and reference models of the same launch.

    ``chat_elsewhere`` are the chat cues that are written outside of the launch itself.
    """
    model = launch.last("model")
    label = f"{format_}/{launch.engine.name}"
    purpose, because = _purpose(launch, chat_elsewhere)
    if model is not None and model.text.strip():
        yield _use(model, variables, label, launch, purpose, because)
    draft = _draft(launch)
    others: tuple[tuple[Located | None, Purpose, str], ...] = (
        (draft, "draft", "it drafts for the served model"),
        (launch.last("reward"), "reward", "it scores answers while another model is trained"),
        (launch.last("reference"), "finetune", "it is trained with the model or compared with it"),
    )
    for other, what, why in others:  # the other arguments are not theirs
        if other is not None and other.text:
            yield _use(other, variables, label, Launch(launch.engine), what, (why,))


def _use(
    model: Located,
    variables: Mapping[str, Located],
    label: str,
    launch: Launch,
    purpose: Purpose,
    because: tuple[str, ...],
) -> ModelUse:
    def value(role: Role) -> str | None:
        given = launch.last(role)
        return resolve(given, variables).text if given and given.text else None

    served = launch.arguments.get("served")
    fields: dict[str, Any] = {role: value(role) for role in ("revision", "tokenizer", "template", "adapter")}
    fields["served_name"] = resolve(served[0], variables).text if served else None
    port = value("port") or default_port(launch.engine.name)
    fields["addresses"] = (f"localhost:{port}",) if port else ()
    fields["remote_code"] = "remote-code" in launch.arguments
    fields["implied"], fields["likely"] = launch.implied, launch.likely
    fields["tool_parser"], fields["reasoning_parser"] = value("tool-parser"), value("reasoning-parser")
    draft = _draft(launch)
    fields["draft"] = resolve(draft, variables).text if draft else None
    low_rank = value("low-rank")
    if "low-rank" in launch.arguments and not fields["adapter"]:
        fields["adapter"] = low_rank or "lora"  # a switch names no kind
    fields["trained"] = tuple(part for word in launch.arguments.get("trained", ()) for part in word.text.split(","))
    formatter = value("formatter")
    if formatter and formatter not in _FORMATTERS:
        fields["template"] = fields["template"] or formatter
    if launch.engine.name in _OWN_NAMES and "/" not in model.text:
        return served_use(resolve(model, variables), label, launch.engine.name, purpose, because)
    if launch.engine.name in _REGISTRIES and not HUB_HOST.match(model.text):
        return served_use(resolve(model, variables), label, launch.engine.name, purpose, because)
    if launch.engine.name == "ollama":
        return ollama_use(resolve(model, variables), label, purpose, because)
    return make_use(model, label, launch.engine.name, purpose, because, variables, method=launch.method, **fields)


def _purpose(launch: Launch, chat_elsewhere: Sequence[str]) -> tuple[Purpose, tuple[str, ...]]:
    engine = launch.engine
    predicts = "predicts" in launch.arguments and "trains" not in launch.arguments
    if predicts and engine.purpose == "finetune":
        return ("chat" if launch.last("template") else "unknown"), ("it predicts",)
    model = launch.last("model")
    if engine.purpose == "embedding" and model is not None and "rerank" in model.text.lower():
        return "rerank", (f"{engine.name} scores pairs with it, by its name",)
    if engine.purpose:
        return engine.purpose, (f"{launch.script or engine.name} {_DOES[engine.purpose]}",)
    for task in launch.arguments.get("task", ()):
        if task.text in TASKS:
            return TASKS[task.text], (f"the task {task.text or 'is embedding'}",)
    chat = tuple(dict.fromkeys((*launch.chat_cues, *chat_elsewhere)))
    return ("chat", chat) if chat else (engine.otherwise, ())


def _draft(launch: Launch) -> Located | None:
    return launch.last("draft") or _speculative(launch.last("speculative"))


def _speculative(word: Located | None) -> Located | None:
    """The model of vLLM's ``--speculative-config '{"model": …}'``."""
    if word is None:
        return None
    import json

    try:
        config = json.loads(word.text)
    except (ValueError, RecursionError):
        return None
    model = config.get("model") if isinstance(config, dict) else None
    return Located(model, word.at, word.node) if isinstance(model, str) else None
