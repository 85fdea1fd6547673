"""From an engine's command line and environment to the uses that it makes of checkpoints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.readers.engines import TASKS, Engine, Role, engine_of_image, engine_of_words
from modelcheck.readers.references import read_reference
from modelcheck.readers.variables import resolve
from modelcheck.readers.words import Lines, Word, commands_in

_SHELLS = frozenset(("sh", "bash", "zsh", "ash", "dash"))
_LIKE_A_MODEL = re.compile(r"^[\w.-]+/[\w.:@-]+$|\$")
_TRUE = frozenset(("1", "true", "yes", "on"))


@dataclass(slots=True)
class Started:
    """An engine with what it was told. ``told`` is role → words; ``chat`` the marks of chat, as they are written."""

    engine: Engine
    told: dict[Role, list[Word]] = field(default_factory=dict)
    chat: list[str] = field(default_factory=list)

    def first(self, role: Role) -> Word | None:
        """The last word given for a role, as the engines' own parsers take it."""
        return self.told[role][-1] if self.told.get(role) else None


def find_started(image: str | None, words: Sequence[Word], lines: Lines, *, entrypoint: bool) -> Iterator[Started]:
    """The engines that a container starts. ``entrypoint`` tells that ``words`` replace the image's own entry point."""
    script = _script(words)
    if script is not None:
        for command in commands_in(script, lines):
            yield from _of_command(command)
        return
    found = list(_of_command(words))
    yield from found
    engine = engine_of_image(image) if image else None
    own_program = bool(words) and not words[0].text.startswith("-") and not _LIKE_A_MODEL.search(words[0].text)
    if engine and not found and not own_program and (not entrypoint or (words and words[0].text.startswith("-"))):
        yield _read_arguments(engine, words)


def _script(words: Sequence[Word]) -> Word | None:
    """The script of ``sh -c "…"``, also with other flags (``bash -lc``)."""
    if len(words) < 2 or words[0].text.rpartition("/")[2] not in _SHELLS:
        return None
    flags = [place for place, word in enumerate(words[:-1]) if word.text.startswith("-") and word.text.endswith("c")]
    return words[flags[0] + 1] if flags else None


def _of_command(words: Sequence[Word]) -> Iterator[Started]:
    found = engine_of_words([word.text for word in words])
    if found:
        yield _read_arguments(found[0], words[found[1] :])


def _read_arguments(engine: Engine, words: Sequence[Word]) -> Started:
    started = Started(engine)
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if not word.text.startswith("--"):
            if engine.positional and not word.text.startswith("-") and "model" not in started.told:
                started.told["model"] = [word]
            continue
        flag, equals, glued = word.text[2:].partition("=")
        flag = flag.replace("_", "-")
        role = engine.flags.get(flag)
        values = [_part(word, len(word.text) - len(glued))] if equals else []
        if not equals and not engine.switches.fullmatch(flag):
            many = role == "adapter"
            while place < len(words) and not words[place].text.startswith("--") and (many or not values):
                values.append(words[place])
                place += 1
        if role in ("chat", "template"):
            started.chat.append(f"--{flag}")
        if role:
            started.told.setdefault(role, []).extend(values or [_part(word, len(word.text))])
    return started


def _part(word: Word, start: int) -> Word:
    """What stands behind the equals sign of a word."""
    at = word.at
    if (
        at.line is not None
        and at.line == at.end_line
        and at.column is not None
        and (at.end_column or 0) - at.column == len(word.text)
    ):
        at = type(at)(at.path, at.line, at.column + start, at.end_line, at.end_column)
    return Word(word.text[start:], at, word.node)


def take_environment(started: Started, environment: Mapping[str, Word]) -> None:
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


def uses_of(
    started: Started, variables: Mapping[str, Word], format_: str, chat_elsewhere: Sequence[str] = ()
) -> Iterator[ModelUse]:
    """The model that an engine serves, and the draft model that helps it."""
    model = started.first("model")
    label = f"{format_}/{started.engine.name}"
    purpose, because = _purpose(started, chat_elsewhere)
    if model is not None:
        yield _use(model, variables, label, started, purpose, because)
    draft = started.first("draft") or _speculative(started.first("speculative"))
    if draft is not None:
        yield _use(draft, variables, label, Started(started.engine), "draft", ("it drafts for the served model",))


def _use(
    model: Word, variables: Mapping[str, Word], label: str, started: Started, purpose: Purpose, because: tuple[str, ...]
) -> ModelUse:
    resolved = resolve(model, variables)
    reference = read_reference(resolved.text)

    def told(role: Role) -> str | None:
        word = started.first(role)
        return resolve(word, variables).text if word and word.text else None

    return ModelUse(
        model=reference.model,
        written=model.text,
        target=reference.target,
        name_only=reference.name_only,
        at=resolved.at,
        format=label,
        engine=started.engine.name,
        revision=told("revision") or reference.revision,
        quant=reference.quant,
        tokenizer=told("tokenizer"),
        template=told("template"),
        adapter=told("adapter"),
        purpose=purpose,
        because=because,
    )


def _purpose(started: Started, chat_elsewhere: Sequence[str]) -> tuple[Purpose, tuple[str, ...]]:
    if started.engine.purpose:
        return started.engine.purpose, (f"{started.engine.name} serves nothing else",)
    for task in started.told.get("task", ()):
        if task.text in TASKS:
            return TASKS[task.text], (f"the task {task.text or 'is embedding'}",)
    chat = tuple(dict.fromkeys((*started.chat, *chat_elsewhere)))
    return ("chat", chat) if chat else ("unknown", ())


def _speculative(word: Word | None) -> Word | None:
    """The model of vLLM's ``--speculative-config '{"model": …}'``."""
    if word is None:
        return None
    try:
        config = json.loads(word.text)
    except (ValueError, RecursionError):
        return None
    model = config.get("model") if isinstance(config, dict) else None
    return Word(model, word.at, word.node) if isinstance(model, str) else None
