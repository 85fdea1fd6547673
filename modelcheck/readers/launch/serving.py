"""From an engine's command line and environment to the uses that it makes of checkpoints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import Method, ModelUse, Purpose
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import make_use, ollama_use, served_use
from modelcheck.readers.launch.engines import ENGINES, TASKS, Engine, Role, engine_of_image, engine_of_words
from modelcheck.readers.launch.trainers import LAUNCHERS, METHODS, TRAINERS
from modelcheck.readers.launch.variables import resolve
from modelcheck.readers.launch.words import SCRIPT_FLAG, SHELLS, commands_in

_LIKE_A_MODEL = lazy(r"^(hf://)?[\w.-]+/[\w.:@-]+$|\$")
_DOES = {"embedding": "serves nothing else", "completion": "serves nothing else", "finetune": "trains it", "chat": "talks with it"}
_CHAT_ROLES = frozenset(("chat", "template", "tool-parser", "reasoning-parser"))
_FORMATTERS = frozenset(("auto", "hf", "slow", "custom"))
"""Tokenizer modes that leave the chat's format to the checkpoint's template; others, as vLLM's ``mistral``, bring their own."""
_OWN_NAMES = frozenset(("text-generation-webui", "xinference"))
"""Their models are folders or entries of a registry of theirs, called as the checkpoint is."""
_TRUE = frozenset(("1", "true", "yes", "on"))


@dataclass(slots=True)
class Started:
    """An engine with what it was told. ``told`` is role → words; ``chat`` the marks of chat, as they are written.

    ``method`` is how a trainer trains, where the command tells; ``implied`` that the model is the engine's own default.
    """

    engine: Engine
    told: dict[Role, list[Located]] = field(default_factory=dict)
    chat: list[str] = field(default_factory=list)
    method: Method | None = None
    implied: bool = False

    def first(self, role: Role) -> Located | None:
        """The last word given for a role, as the engines' own parsers take it."""
        return self.told[role][-1] if self.told.get(role) else None


def find_started(image: str | None, words: Sequence[Located], lines: Lines, *, entrypoint: bool) -> Iterator[Started]:
    """The engines that a container starts. ``entrypoint`` tells that ``words`` replace the image's own entry point."""
    place = _script(words)
    if place is not None:
        rest = [word for word in words[place + 1 :] if word.text != "--"]  # what the script gets as "$@"
        for command in commands_in(words[place], lines):
            yield from of_command([part for word in command for part in (rest if word.text in ("$@", "$*") else [word])])
        return
    found = list(of_command(words))
    yield from found
    engine = engine_of_image(image) if image else None
    if engine and not found and not _own_program(engine, words) and (not entrypoint or (words and words[0].text.startswith("-"))):
        yield read_arguments(engine, words)


def _own_program(engine: Engine, words: Sequence[Located]) -> bool:
    """Whether a container's words begin with a program of their own instead of the engine's arguments."""
    first = words[0].text if words else "-"
    if first.startswith("-") or first in engine.verbs or _LIKE_A_MODEL.search(first):
        return False
    # An engine that takes its model as a bare word takes a folder too.
    return not (
        engine.positional and first.startswith("/") and len(words) > 1 and words[1].text.startswith("--") and "/bin/" not in first
    )


def _script(words: Sequence[Located]) -> int | None:
    """The place of the script in ``sh -c "…"``, also with other flags (``bash -lc``)."""
    if len(words) < 2 or words[0].text.rpartition("/")[2] not in SHELLS:
        return None
    return next((place + 1 for place, word in enumerate(words[:-1]) if SCRIPT_FLAG.fullmatch(word.text)), None)


def of_command(words: Sequence[Located]) -> Iterator[Started]:
    """What one simple command starts: a server, a trainer, or somebody's script that names a model by a flag of its own."""
    texts = [word.text for word in words]
    for engines in ((*ENGINES, *TRAINERS), LAUNCHERS):
        found = engine_of_words(texts, engines)
        if found:
            started = read_arguments(found[0], words[found[1] :])
            stage = started.first("method")
            started.method = METHODS.get(stage.text if stage else re.split(r"[.\s/]", texts[found[1] - 1])[-1])
            if engines is not LAUNCHERS or _names_a_model(started):
                yield started
            return


def _names_a_model(started: Started) -> bool:
    model = started.first("model")
    return model is not None and bool(re.search(r"[/$]", model.text))


def read_arguments(engine: Engine, words: Sequence[Located]) -> Started:
    """What the words behind an engine's name tell it."""
    started = Started(engine)
    place = 0
    while place < len(words):
        word = _without_default(words[place])
        place += 1
        if not _is_flag(word.text):
            key, equals, _ = word.text.partition("=")
            role = engine.overrides.get(key.lstrip("+")) if equals else None
            if role:
                started.told.setdefault(role, []).append(word.after(len(key) + 1))
            elif engine.positional and "model" not in started.told:
                started.told["model"] = [word]
            continue
        dashes = len(word.text) - len(word.text.lstrip("-"))
        flag, equals, glued = word.text[dashes:].partition("=")
        flag = flag.replace("_", "-")
        role = engine.flags.get(flag)
        values = [word.after(len(word.text) - len(glued))] if equals else []
        if not equals and not engine.switches.fullmatch(flag):
            many = role in ("adapter", "served", "trained")
            while place < len(words) and not _is_flag(words[place].text) and (many or not values):
                values.append(words[place])
                place += 1
        if role in _CHAT_ROLES:
            started.chat.append(word.text[:dashes] + flag)
        if role:
            started.told.setdefault(role, []).extend(values or [word.after(len(word.text))])
    _take_model_args(started)
    return started


def _without_default(word: Located) -> Located:
    """``${EXTRA---flag`` is how a default that is a flag begins, once the shell's words are cut."""
    found = re.match(r"\$\{\w+:?-(?=--)", word.text)
    return word.after(found.end()) if found else word


def _is_flag(text: str) -> bool:
    return len(text) > 1 and text[0] == "-" and not text[1].isdigit() and " " not in text.partition("=")[0]


def _take_model_args(started: Started) -> None:
    """lm-eval's ``--model_args pretrained=X,revision=…,tokenizer=…,peft=…``."""
    given = started.first("model-args")
    roles: dict[str, Role] = {"pretrained": "model", "revision": "revision", "tokenizer": "tokenizer", "peft": "adapter"}
    start = 0
    for part in given.text.split(",") if given else ():
        key, equals, value = part.partition("=")
        role = roles.get(key.strip())
        if given and equals and role:
            begin = start + len(key) + 1
            whole = given.after(begin)
            at = whole.at
            if at is not given.at and at.column is not None:
                at = type(at)(at.path, at.line, at.column, at.end_line, at.column + len(value))
            started.told[role] = [Located(value.strip("\"'"), at, given.node)]
        start += len(part) + 1


def take_environment(started: Started, environment: Mapping[str, Located]) -> None:
    """Add what an engine reads from its environment; the command line wins."""
    for name, role in started.engine.environment.items():
        word = environment.get(name)
        if word is None:
            continue
        if role == "chat-if-true":
            if word.text.strip().lower() in _TRUE:
                started.chat.append(f"{name}={word.text}")
        else:
            started.told.setdefault(role, [word])
            started.chat += [name] if role == "template" else []


def take_mounts(started: Started, mounts: Sequence[tuple[str, Located]]) -> None:
    """A model that is a mounted folder is the host's: ``mounts`` gives the container's path and the host's as a word.

    A folder below the mounted one has a name of its own.
    """
    model = started.first("model")
    found = next((host for inside, host in mounts if model and model.text.rstrip("/") == inside.rstrip("/")), None)
    if found is not None:
        started.told["model"] = [found]


def take_default(started: Started, at: Span, image: str | None) -> None:
    """Where nobody names a model, the image itself is one (NIM), or the engine's default is served; ``at`` is the image's place."""
    if started.engine.image_is_model and image and not started.told.get("model"):
        started.told["model"] = [Located(image, at)]
    default = started.engine.default_model
    if default and not started.told.get("model"):
        started.told["model"] = [Located(default, at)]
        started.implied = True


def uses_of(
    started: Started, variables: Mapping[str, Located], format_: str, chat_elsewhere: Sequence[str] = ()
) -> Iterator[ModelUse]:
    """The model that an engine serves or a trainer starts from, and those that stand beside it."""
    model = started.first("model")
    label = f"{format_}/{started.engine.name}"
    purpose, because = _purpose(started, chat_elsewhere)
    if model is not None and model.text.strip():
        yield _use(model, variables, label, started, purpose, because)
    draft = _draft(started)
    beside: tuple[tuple[Located | None, Purpose, str], ...] = (
        (draft, "draft", "it drafts for the served model"),
        (started.first("reward"), "reward", "it judges answers while another model is trained"),
        (started.first("reference"), "finetune", "it is trained or compared beside the model"),
    )
    for other, what, why in beside:  # nothing of what is told is theirs
        if other is not None and other.text:
            yield _use(other, variables, label, Started(started.engine), what, (why,))


def _use(
    model: Located,
    variables: Mapping[str, Located],
    label: str,
    started: Started,
    purpose: Purpose,
    because: tuple[str, ...],
) -> ModelUse:
    def told(role: Role) -> str | None:
        word = started.first(role)
        return resolve(word, variables).text if word and word.text else None

    served = started.told.get("served")
    said: dict[str, Any] = {role: told(role) for role in ("revision", "tokenizer", "template", "adapter")}
    said["served_name"] = resolve(served[0], variables).text if served else None
    said["remote_code"] = "remote-code" in started.told
    said["implied"] = started.implied
    said["tool_parser"], said["reasoning_parser"] = told("tool-parser"), told("reasoning-parser")
    draft = _draft(started)
    said["draft"] = resolve(draft, variables).text if draft else None
    low_rank = told("low-rank")
    if "low-rank" in started.told and not said["adapter"]:
        said["adapter"] = low_rank or "lora"  # a switch names no kind
    said["trained"] = tuple(part for word in started.told.get("trained", ()) for part in word.text.split(","))
    formatter = told("formatter")
    if formatter and formatter not in _FORMATTERS:
        said["template"] = said["template"] or formatter
    if started.engine.name in _OWN_NAMES and "/" not in model.text:
        return served_use(resolve(model, variables), label, started.engine.name, purpose, because)
    if started.engine.name == "ollama":
        return ollama_use(resolve(model, variables), label, purpose, because)
    return make_use(model, label, started.engine.name, purpose, because, variables, method=started.method, **said)


def _purpose(started: Started, chat_elsewhere: Sequence[str]) -> tuple[Purpose, tuple[str, ...]]:
    engine = started.engine
    if engine.purpose:
        return engine.purpose, (f"{engine.name} {_DOES[engine.purpose]}",)
    for task in started.told.get("task", ()):
        if task.text in TASKS:
            return TASKS[task.text], (f"the task {task.text or 'is embedding'}",)
    chat = tuple(dict.fromkeys((*started.chat, *chat_elsewhere)))
    return ("chat", chat) if chat else (engine.otherwise, ())


def _draft(started: Started) -> Located | None:
    return started.first("draft") or _speculative(started.first("speculative"))


def _speculative(word: Located | None) -> Located | None:
    """The model of vLLM's ``--speculative-config '{"model": …}'``."""
    if word is None:
        return None
    try:
        config = json.loads(word.text)
    except (ValueError, RecursionError):
        return None
    model = config.get("model") if isinstance(config, dict) else None
    return Located(model, word.at, word.node) if isinstance(model, str) else None
