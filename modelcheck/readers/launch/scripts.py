"""Shell text, wherever it stands: the servers and trainers that it starts, with the variables that it sets.

Offsets are those of the file: a continued line is joined by putting spaces in place of its backslash and line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import make_use
from modelcheck.readers.launch.engines import CHAT_ROUTE, MENTIONS, engine_of_image
from modelcheck.readers.launch.serving import Started, find_started, take_default, take_environment, take_mounts, uses_of
from modelcheck.readers.launch.trainers import TRAINER_MENTIONS
from modelcheck.readers.launch.variables import resolve
from modelcheck.readers.launch.words import SCRIPT_FLAG, SHELLS, split_script

COMMAND_MENTIONS = (*MENTIONS, *TRAINER_MENTIONS)
_COMMENT = lazy(r"(?m)(^|(?<=[ \t]))#.*$")
_ASSIGNMENT = lazy(
    r"[ \t]*(?:(?:export|local|readonly|declare(?:[ \t]+-\w+)*|set|ENV|ARG|-)[ \t]+)?(?:\$env:|\$)?(?P<name>[A-Za-z_]\w*)"
    r"(?P<sign>[ \t]*(?:\?|:{1,2})=[ \t]*|=|[ \t]+=[ \t]+)"
    r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|(?:\$\{[^}]*\}|\$\([^)]*\)|[^\s\"';&|])+)?"
)
_REQUEST = lazy(r"/v1/(?P<chat>chat/)?completions\b")
_BODY_MODEL = lazy(r"\"model\"\s*:\s*\"(?P<id>[^\"\s]+)\"")
_CONTAINERS = frozenset(("docker", "podman", "nerdctl", "singularity", "apptainer", "nvidia-docker"))
_LONGEST = 20_000
_MOST = 3_000
"""Commands that are read of one file: more of them are no deployment's."""


def may_start(text: str) -> bool:
    """Whether a text names a server or a trainer, so that it is worth cutting into words."""
    lowered = text.lower()  # some times as fast as one pattern of all of them
    return any(mention in lowered for mention in COMMAND_MENTIONS)


@dataclass(frozen=True, slots=True, eq=False)
class Logical:
    """One line with those that continue it. ``text`` has the length of the lines that it stands for, from ``start``."""

    start: int
    text: str


def logical_lines(text: str, offset: int = 0, *, mark: str = "\\") -> Iterator[Logical]:
    """The logical lines of a text that begins at ``offset`` of its file; ``mark`` continues a line."""
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
    """A request's body goes on over lines until its quotation mark is closed."""
    for line in lines:
        whole = line
        while _REQUEST.search(whole.text) and whole.text.count("'") % 2 and len(whole.text) < _LONGEST:
            more = next(lines, None)
            if more is None:
                break
            whole = Logical(whole.start, whole.text + more.text)
        yield whole


class Script:
    """Reads one piece of shell text. ``variables`` are those that are set outside of it; ``chat`` marks every server in it."""

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

    def uses(self, start: int = 0, end: int | None = None) -> Iterator[ModelUse]:
        """The uses in ``text[start:end]``, each with what the commands around it ask of its server."""
        blanked = _COMMENT.sub(lambda found: " " * len(found.group()), self.lines.text[start:end])
        uses: list[ModelUse] = []
        alone: list[tuple[Started, dict[str, Located]]] = []  # the only server, as long as there is one
        servers = 0
        for line in _with_open_quotes(logical_lines(blanked, start, mark=self._mark)):
            if len(line.text) > _LONGEST or self._read >= _MOST:
                continue
            self._assign(line)
            if _REQUEST.search(line.text):
                self._read += 1
                yield from self._request(line)
            elif may_start(line.text) or (self.variables and "docker" in line.text):
                self._read += 1
                for started in self._started(line):
                    servers += 1
                    alone = [(started, dict(self.variables))] if servers == 1 else []
                    uses += uses_of(started, self.variables, self.format, self._chat)
        for started, variables in alone if CHAT_ROUTE in blanked else ():
            uses = list(uses_of(started, variables, self.format, ["the script asks for a chat completion"]))
        yield from uses

    def _request(self, line: Logical) -> Iterator[ModelUse]:
        """A client's call: the route tells chat from completion, the body names the model."""
        route = _REQUEST.search(line.text)
        model = _BODY_MODEL.search(line.text)
        if route and model and "/" in model["id"]:
            begin = line.start + model.start("id")
            word = Located(model["id"], self.lines.span(begin, begin + len(model["id"])))
            chat = route["chat"] is not None
            yield make_use(word, self.format, "client", "chat" if chat else "completion", (f"a request to {route.group()}",))

    def _assign(self, line: Logical) -> None:
        match = _ASSIGNMENT.match(line.text)
        while match and match["value"]:
            raw = match["value"]
            quoted = raw[0] in "\"'" and raw[-1] == raw[0] and len(raw) > 1
            begin = line.start + match.start("value") + quoted
            value = raw[1:-1] if quoted else raw
            word = Located(value, self.lines.span(begin, begin + len(value)))
            if value:
                self.variables.pop(match["name"], None)  # a variable's own default may name it
                self.assign(match["name"], word if raw[0] == "'" else Located(resolve(word, self.variables).text, word.at))
            match = _ASSIGNMENT.match(line.text, match.end()) if match["sign"] == "=" else None

    def assign(self, name: str, word: Located) -> None:
        """Set a variable, for the lines behind and for those who ask what was set."""
        self.variables[name] = self.assigned[name] = word

    def _started(self, line: Logical) -> Iterator[Started]:
        for command in split_script(line.text):
            words = self.place(command, line)
            yield from self._of_words(words, line)

    def _of_words(self, words: Sequence[Located], line: Logical) -> Iterator[Started]:
        texts = [word.text for word in words]
        script = next((at for at, text in enumerate(texts[:-1]) if SCRIPT_FLAG.fullmatch(text) and _is_shell(texts[:at])), None)
        if script is not None:
            for command in split_script(texts[script + 1]):
                yield from self._of_words(self.place(command, line), line)
            return
        if any(text.rpartition("/")[2] in _CONTAINERS for text in texts[:3]):
            yield from self._container(words)
            return
        for started in find_started(None, words, self.lines, entrypoint=True):
            take_environment(started, self._environment(words))
            yield started

    def _container(self, words: Sequence[Located]) -> Iterator[Started]:
        """``docker run … IMAGE …``: words behind the image are the program's, those before it are docker's."""
        resolved = [resolve(word, self.variables).text for word in words]
        place = next(
            (at for at, text in enumerate(resolved) if at > 1 and engine_of_image(text) and not _is_value(resolved, at)), None
        )
        if place is None:
            yield from find_started(None, words, self.lines, entrypoint=True)
            return
        entrypoint = any(text.startswith("--entrypoint") for text in resolved[:place])
        for started in find_started(resolved[place], words[place + 1 :], self.lines, entrypoint=entrypoint):
            take_environment(started, self._environment(words[:place]))
            take_mounts(started, list(_mounts(words[:place])))
            if not any(text.startswith("--env-file") or text == "-e" for text in resolved[:place]):
                take_default(started, words[place].at, resolved[place])
            yield started

    def _environment(self, words: Sequence[Located]) -> dict[str, Located]:
        """``NAME=value`` among the words: before a program, or behind docker's ``-e``."""
        found = {}
        for word in words:
            name, equals, value = word.text.removeprefix("--env=").removeprefix("-e").partition("=")
            if equals and name.isidentifier() and value:
                found[name] = Located(value, word.at)
        return found

    def place(self, words: Sequence[str], line: Logical) -> list[Located]:
        """Each word where it stands in the line, in order; one that is quoted in its middle stands where a part of it does."""
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


def _is_shell(texts: Sequence[str]) -> bool:
    return any(text.rpartition("/")[2] in SHELLS for text in texts)


def _mounts(words: Sequence[Located]) -> Iterator[tuple[str, Located]]:
    """``-v host:container`` of a container's own flags."""
    for flag, word in pairwise((*words, Located("", words[0].at))):
        given = word if flag.text in ("-v", "--volume") else flag.after(9) if flag.text.startswith("--volume=") else None
        host, colon, inside = given.text.partition(":") if given else ("", "", "")
        if given and colon and inside.startswith("/"):
            yield inside.partition(":")[0], Located(host, given.at)


def _is_value(words: Sequence[str], place: int) -> bool:
    """Whether a word is the value of one of docker's flags: ``--name vllm``."""
    before = words[place - 1]
    return before in ("--name", "--hostname", "-h", "--network", "--net", "-v", "--volume", "-e", "--env", "-l", "--label", "-w")
