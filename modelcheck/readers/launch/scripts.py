"""Shell text in any file: the servers and trainers that it starts, with the variables that it sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from modelcheck.documents.located import COMMENT, Lines, Located
from modelcheck.documents.shell.calls import Ran
from modelcheck.documents.shell.following import Follower
from modelcheck.documents.shell.parsing import is_comment
from modelcheck.documents.shell.sources import FileSlice, Source
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import make_use
from modelcheck.readers.launch.commands import CommandReader
from modelcheck.readers.launch.engines import CHAT_ROUTE, ENGINES
from modelcheck.readers.launch.mentions import may_start
from modelcheck.readers.launch.model_variables import named_models

_FOLD = lazy(r"\n(?![ \t]*\n)")
_REQUEST = lazy(r"/v1/(?P<chat>chat/)?completions\b")
_ROUTE = lazy(rf"(?:https?://(?P<host>[^/\s\"']*))?{CHAT_ROUTE}")
_NEAR = lazy(r"(127|0|10|192\.168|172)\.[\d.]+(:|$)|host\.docker\.|[\w.-]+\.(local|internal|svc|lan)\b")
"""Addresses of this machine and of private networks."""
_BODY_MODEL = lazy(r"\\?\"model\\?\"\s*:\s*\\?\"(?P<id>[^\"\s\\]+)")
_MOST_ROUTES = 200
_LONGEST_REQUEST = 100_000
_READ_BY_ENGINES = tuple(dict.fromkeys(name for engine in ENGINES for name in engine.environment))


class Script:
    """Reads shell text of one file. ``variables`` are set outside of it; ``chat`` are chat cues of every server in it.

    ``load`` reads the variables of a file that the text sources, ``open_`` the text of one that it reads line by line.
    """

    def __init__(
        self,
        lines: Lines,
        format_: str,
        variables: Mapping[str, Located] | None = None,
        *,
        chat: Sequence[str] = (),
        load: Callable[[str], Mapping[str, Located]] | None = None,
        open_: Callable[[str], Source | None] | None = None,
    ) -> None:
        self.lines = lines
        self.format = format_
        self._chat = chat
        self._follower = Follower(variables or {}, may_start, _READ_BY_ENGINES, load, open_)

    @property
    def variables(self) -> dict[str, Located]:
        """The variables as they are now, each with its last value."""
        return self._follower.environment.located(-1)

    @property
    def assigned(self) -> Sequence[tuple[str, Located]]:
        """Every value that was assigned, in order."""
        return self._follower.environment.assigned

    def assign(self, name: str, word: Located) -> None:
        """Set a variable for what follows."""
        self._follower.assign(name, word)

    def uses(self, start: int = 0, end: int | None = None, *, folded: bool = False) -> Iterator[ModelUse]:
        """The uses in ``text[start:end]``, each with the chat cues of the commands around it.

        In ``folded`` text a line end is a blank and an empty line ends a command, as in YAML's plain and folded scalars.
        """
        text = self.lines.text[start:end]
        if folded:
            text = _FOLD.sub(" ", COMMENT.sub(lambda found: " " * len(found.group()), text))
        return self.uses_of(FileSlice(self.lines, start, text))

    def uses_of(self, source: Source) -> Iterator[ModelUse]:
        """The uses in a text that the file contains in some other form."""
        reader = CommandReader(self.lines, self.format, self._chat)
        for ran in self._follower.follow(source):
            route = _REQUEST.search(ran.text[:_LONGEST_REQUEST]) if ran.source is source else None
            if route:
                yield from self._request(ran, route)
                continue
            for started in ran.commands:
                reader.read(started)
        routes = islice(_ROUTE.finditer(source.text), _MOST_ROUTES) if CHAT_ROUTE in source.text else ()
        requested = any(_is_here(route) and not is_comment(source.text, route) for route in routes)
        yield from reader.uses(requested=requested)

    def _request(self, ran: Ran, route: re.Match[str]) -> Iterator[ModelUse]:
        """A client's call: the route is for chat or for completion, the body names the model."""
        model = _BODY_MODEL.search(ran.text[:_LONGEST_REQUEST])
        if model and "/" in model["id"]:
            begin = ran.start + model.start("id")
            word = Located(model["id"], ran.source.span(begin, begin + len(model["id"])))
            chat = route["chat"] is not None
            yield make_use(word, self.format, "client", "chat" if chat else "completion", (f"a request to {route.group()}",))


def _is_here(route: re.Match[str]) -> bool:
    """Whether a request to the chat route is to a server on this machine or in this network, as far as its address says."""
    host = route["host"] or ""
    return "." not in host or "$" in host or _NEAR.match(host) is not None


def with_named_models(script: Script, uses: Iterable[ModelUse]) -> Iterator[ModelUse]:
    """The uses of a script's commands, and those of the variables that name a model which no command took."""
    taken = set()
    for use in uses:
        taken.add((use.at.line, use.at.column))
        yield use
    last = dict(script.assigned)
    earlier = [{name: word} for name, word in script.assigned if last[name] is not word]
    for variables in (last, *earlier):
        for use in named_models(variables, script.format):
            if (use.at.line, use.at.column) not in taken:
                taken.add((use.at.line, use.at.column))
                yield use
