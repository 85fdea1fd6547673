"""Nomad's jobs: each task's image, arguments and environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from modelcheck.documents import TextFile
from modelcheck.facts.model_use import ModelUse
from modelcheck.readers.engines import MENTIONS
from modelcheck.readers.hcl import Token, read_tokens
from modelcheck.readers.model_variables import named_models
from modelcheck.readers.serving import find_started, take_default, take_environment, uses_of
from modelcheck.readers.words import Lines, Word
from modelcheck.registry import reader

_WORDS = ("command", "entrypoint", "args")
_VARIABLE = "STRING_CHARS"


@dataclass(slots=True)
class _Task:
    """A task under way: attribute → its words, and the variables of its ``env`` blocks."""

    depth: int
    told: dict[str, list[Word]] = field(default_factory=dict)
    environment: dict[str, Word] = field(default_factory=dict)


@reader(files=("*.nomad", "*.hcl", "*.nomad.hcl"), mentions=MENTIONS)
def nomad(file: TextFile) -> Iterator[ModelUse]:
    """Each task of each group. What a template stanza writes is not looked at."""
    lines = Lines(file.path, file.text)
    for task in _tasks(read_tokens(file.text), file.path):
        image = next(iter(task.told.get("image", ())), None)
        words = [word for name in _WORDS for word in task.told.get(name, ())]
        own = bool(task.told.get("command") or task.told.get("entrypoint"))
        uses: list[ModelUse] = []
        for started in find_started(image.text if image else None, words, lines, entrypoint=own):
            take_environment(started, task.environment)
            if image:
                take_default(started, image.at, image.text)
            uses += uses_of(started, task.environment, "nomad")
        yield from uses or named_models(task.environment, "nomad")


def _tasks(tokens: list[Token], path: str) -> Iterator[_Task]:
    """Follow the blocks; an attribute's strings are those between it and the next one."""
    blocks: list[str] = []
    task: _Task | None = None
    key = ""
    for place, token in enumerate(tokens):
        behind = tokens[place + 1].kind if place + 1 < len(tokens) else ""
        if token.kind == "LBRACE":
            blocks.append(_block(tokens, place))
            if blocks[-1] == "task":
                task = _Task(len(blocks))
        elif token.kind == "RBRACE" and blocks:
            if task and len(blocks) == task.depth:
                yield task
                task = None
            blocks.pop()
        elif token.kind == "NAME" and behind in ("EQ", "COLON"):
            key = token.text
        elif token.kind == _VARIABLE and task and behind == "DBLQUOTE" and blocks:
            if blocks[-1] == "env":
                task.environment[key] = token.word(path)
            elif blocks[-1] == "config":
                task.told.setdefault(key, []).append(token.word(path))


def _block(tokens: list[Token], place: int) -> str:
    """The name of the block or object that a brace opens: behind its labels."""
    while place > 0 and tokens[place - 1].kind in ("DBLQUOTE", "STRING_CHARS", "EQ"):
        place -= 1
    return tokens[place - 1].text if place else ""
