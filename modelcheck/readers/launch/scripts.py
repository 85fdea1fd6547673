"""Shell text in any file: the servers and trainers that it starts, with the variables that it sets.

Offsets are those of the file: a continued line is joined by replacing its backslash and line end with spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.launch.argv import SCRIPT_FLAG, SHELLS, split_script
from modelcheck.readers.launch.assignments import shell_assignments, split_assignment
from modelcheck.readers.launch.build import make_use
from modelcheck.readers.launch.container_runtimes import CONTAINER_RUNTIMES, run_container
from modelcheck.readers.launch.containers import Container, launches_of_container
from modelcheck.readers.launch.engines import CHAT_ROUTE, MENTIONS
from modelcheck.readers.launch.launches import Launch
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.trainers import TRAINER_MENTIONS
from modelcheck.readers.launch.uses import uses_of_launch
from modelcheck.readers.launch.variables import resolve

COMMAND_MENTIONS = (*MENTIONS, *TRAINER_MENTIONS)
_COMMENT = lazy(r"(?m)(^|(?<=[ \t]))#.*$")
_FOLD = lazy(r"\n(?![ \t]*\n)")
_REQUEST = lazy(r"/v1/(?P<chat>chat/)?completions\b")
_ROUTE = lazy(rf"(?:https?://(?P<host>[^/\s\"']*))?{CHAT_ROUTE}")
_NEAR = lazy(r"(127|0|10|192\.168|172)\.[\d.]+(:|$)|host\.docker\.|[\w.-]+\.(local|internal|svc|lan)\b")
"""Addresses of this machine and of private networks."""
_BODY_MODEL = lazy(r"\"model\"\s*:\s*\"(?P<id>[^\"\s]+)\"")
_PROGRAM = lazy(r"[ \t]*(?:exec[ \t]+)?\"?\$\{?(?P<name>[A-Za-z_]\w*)")
_LONGEST = 20_000
_MOST = 3_000
"""Commands that are read of one file: a deployment has fewer."""


def may_start(text: str) -> bool:
    """Whether a text names a server or a trainer, so that it is worth splitting into arguments."""
    lowered = text.lower()  # several times as fast as one pattern of all of them
    return any(mention in lowered for mention in COMMAND_MENTIONS)


@dataclass(frozen=True, slots=True, eq=False)
class Logical:
    """One line with its continuation lines. ``text`` is as long as those lines are in the file, from ``start``."""

    start: int
    text: str


def logical_lines(text: str, offset: int = 0, *, mark: str = "\\") -> Iterator[Logical]:
    """The logical lines of a text that begins at ``offset`` of its file; ``mark`` at its end continues a line."""
    begin, parts, size = offset, list[str](), 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        size += len(line)
        if bare.endswith(mark) and size < _LONGEST:
            parts.append(bare[:-1] + " " * (len(line) - len(bare) + 1))
            continue
        yield Logical(begin, "".join((*parts, line)))
        begin, parts, size = begin + size, [], 0
    if parts:
        yield Logical(begin, "".join(parts))


def _with_open_quotes(lines: Iterator[Logical]) -> Iterator[Logical]:
    """Join the lines of a request's body until its quotation mark is closed."""
    for line in lines:
        whole = line
        while _REQUEST.search(whole.text) and whole.text.count("'") % 2 and len(whole.text) < _LONGEST:
            more = next(lines, None)
            if more is None:
                break
            whole = Logical(whole.start, whole.text + more.text)
        yield whole


class Script:
    """Reads one piece of shell text. ``variables`` are set outside of it; ``chat`` are chat cues of every server in it."""

    def __init__(
        self,
        lines: Lines,
        format_: str,
        variables: Mapping[str, Located] | None = None,
        *,
        mark: str = "\\",
        chat: Sequence[str] = (),
    ) -> None:
        self.lines = lines
        self.format = format_
        self.variables: dict[str, Located] = dict(variables or {})
        self.assigned: dict[str, Located] = {}
        self._mark = mark
        self._chat = chat
        self._read = 0

    def uses(self, start: int = 0, end: int | None = None, *, folded: bool = False) -> Iterator[ModelUse]:
        """The uses in ``text[start:end]``, each with the chat cues of the commands around it.

        In ``folded`` text a line end is a blank and an empty line ends a command, as in YAML's plain and folded scalars.
        """
        blanked = _COMMENT.sub(lambda found: " " * len(found.group()), self.lines.text[start:end])
        if folded:
            blanked = _FOLD.sub(" ", blanked)
        uses: list[ModelUse] = []
        alone: list[tuple[Launch, dict[str, Located]]] = []  # the only server, as long as there is one
        servers = 0
        for line in _with_open_quotes(logical_lines(blanked, start, mark=self._mark)):
            if len(line.text) > _LONGEST or self._read >= _MOST:
                continue
            self._assign(line)
            if _REQUEST.search(line.text):
                self._read += 1
                yield from self._request(line)
            elif may_start(line.text) or self._starts_a_variable(line.text) or (self.variables and "docker" in line.text):
                self._read += 1
                for launch in self._launches(line):
                    servers += 1
                    alone = [(launch, dict(self.variables))] if servers == 1 else []
                    uses += uses_of_launch(launch, self.variables, self.format, self._chat)
        for launch, variables in alone if any(map(_is_here, _ROUTE.finditer(blanked))) else ():
            uses = list(uses_of_launch(launch, variables, self.format, ["the script requests a chat completion"]))
        yield from uses

    def _request(self, line: Logical) -> Iterator[ModelUse]:
        """A client's call: the route is for chat or for completion, the body names the model."""
        route = _REQUEST.search(line.text)
        model = _BODY_MODEL.search(line.text)
        if route and model and "/" in model["id"]:
            word = self.lines.group(model, "id", line.start)
            chat = route["chat"] is not None
            yield make_use(word, self.format, "client", "chat" if chat else "completion", (f"a request to {route.group()}",))

    def _assign(self, line: Logical) -> None:
        for one in shell_assignments(line.text, line.start, self.lines):
            if one.value.text:
                self.variables.pop(one.name, None)  # a variable's own default may name it
                text = one.value.text if one.literal else resolve(one.value, self.variables).text
                self.assign(one.name, Located(text, one.value.at))

    def assign(self, name: str, word: Located) -> None:
        """Set a variable for the following lines."""
        self.variables[name] = self.assigned[name] = word

    def _starts_a_variable(self, text: str) -> bool:
        """Whether a line begins with a variable that holds a program: ``exec "$BIN" --model …``."""
        found = _PROGRAM.match(text) if "$" in text else None
        program = self.variables.get(found["name"]) if found else None
        return program is not None and may_start(program.text)

    def _launches(self, line: Logical) -> Iterator[Launch]:
        for command in split_script(line.text):
            yield from self._of_command(self.place(command, line), line)

    def _of_command(self, argv: Sequence[Located], line: Logical) -> Iterator[Launch]:
        program = [resolve(one, self.variables) if one.text.startswith("$") else one for one in argv[:2]]
        argv = [*program, *argv[2:]]
        texts = [argument.text for argument in argv]
        script = next((at for at, text in enumerate(texts[:-1]) if SCRIPT_FLAG.fullmatch(text) and _is_shell(texts[:at])), None)
        if script is not None:
            for command in split_script(texts[script + 1]):
                yield from self._of_command(self.place(command, line), line)
            return
        started = any(text.rpartition("/")[2] in CONTAINER_RUNTIMES for text in texts[:3])
        container = run_container(argv, self.variables) if started else None
        if container is None:
            own = {} if started else {one.name: one.value for one in filter(None, map(split_assignment, argv))}
            container = Container(argv, entrypoint=True, environment={**self.variables, **own})
        yield from launches_of_container(container, self.lines)

    def place(self, words: Sequence[str], line: Logical) -> list[Located]:
        """Each word with its place in the line, in order; one with quotes inside gets the place of its longest part."""
        cursor, placed = 0, []
        for word in words:
            found = line.text.find(word, cursor) if word else -1
            length = len(word)
            if found < 0:
                part = max(re.split(r"[=,\s\"']", word), key=len, default="")
                found, length = (line.text.find(part, cursor), len(part)) if part else (-1, 0)
            if found < 0 or "\n" in word:
                placed.append(Located(word, self._line(line, cursor)))
                continue
            cursor = found + length
            placed.append(Located(word, self.lines.span(line.start + found, line.start + cursor)))
        return placed

    def _line(self, line: Logical, cursor: int) -> Span:
        at = self.lines.span(line.start + cursor, line.start + cursor)
        return Span(at.path, at.line)


def _is_here(route: re.Match[str]) -> bool:
    """Whether a request to the chat route is to a server on this machine or in this network, as far as its address says."""
    host = route["host"] or ""
    return "." not in host or "$" in host or _NEAR.match(host) is not None


def _is_shell(texts: Sequence[str]) -> bool:
    return any(text.rpartition("/")[2] in SHELLS for text in texts)


def with_named_models(script: Script, uses: Iterable[ModelUse]) -> Iterator[ModelUse]:
    """The uses of a script's commands, and those of the variables that name a model which no command took."""
    taken = set()
    for use in uses:
        taken.add((use.at.line, use.at.column))
        yield use
    for use in named_models(script.assigned, script.format):
        if (use.at.line, use.at.column) not in taken:
            yield use
