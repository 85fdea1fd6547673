"""Follows shell text in order, without running it: which commands start, with the values that their variables have there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from modelcheck.documents.located import Located
from modelcheck.documents.shell.assigning import alternatives, assigned_values, elements, listed_values
from modelcheck.documents.shell.calls import Call, Ran, Started, script_place
from modelcheck.documents.shell.environment import Environment, Values, fields_of, single
from modelcheck.documents.shell.expansion import Expansion, variables_in
from modelcheck.documents.shell.pieces import Assembled, Piece, Text, flat, text_of
from modelcheck.documents.shell.reading import read_values
from modelcheck.documents.shell.sources import Source
from modelcheck.documents.shell.statements import read_statements
from modelcheck.documents.shell.syntax import (
    Assign,
    Branches,
    Command,
    For,
    Function,
    Pipeline,
    Read,
    Statement,
    Statements,
    Variable,
    Word,
)

_BEFORE = frozenset(("time", "nohup", "command", "builtin", "exec", "sudo"))
BUILTINS = frozenset((":", "set", "shift", "source", ".", "eval"))
_POSITIONAL = (*map(str, range(1, 10)), "@", "*")
_MOST_COMMANDS = 3_000
_MOST_STATEMENTS = 60_000
_MOST_WORDS = 100_000
_MOST_HOT = 100
_DEEPEST = 8
_LONGEST_SCRIPT = 20_000
_LONGEST_COMMAND = 100_000


class Follower:
    """Follows shell text. ``wanted`` says of a command's text whether its arguments are asked for; ``names`` are variables that
    programs read, so that each of their values makes a command of its own. ``load`` reads the variables of a file that the text
    sources, ``open_`` the text of one that it reads line by line.
    """

    def __init__(
        self,
        variables: Mapping[str, Located],
        wanted: Callable[[str], bool],
        names: Collection[str] = (),
        load: Callable[[str], Mapping[str, Located]] | None = None,
        open_: Callable[[str], Source | None] | None = None,
    ) -> None:
        self.environment = Environment(variables)
        self._wanted = wanted
        self._names = names
        self._load = load
        self._open = open_
        self._functions: dict[str, tuple[Function, Source]] = {}
        self._called: set[str] = set()
        self._hot: set[str] = set()
        self._chosen: dict[str, tuple[frozenset[str], Values]] = {}
        """Variables that were set in a branch: what was compared to choose it, and their values without it."""
        self._statements = self._commands = self._words = 0
        for name, value in variables.items():
            self._heat(name, value.text)

    def follow(self, source: Source, arguments: Iterable[Located] = ()) -> Iterator[Ran]:
        """Every pipeline that the text may run, in order; functions that it does not call come last, with unknown arguments.

        ``arguments`` are those of the text itself: ``$1``, ``"$@"``.
        """
        self._set_arguments_of_script([text for one in arguments if one.text for text in fields_of(one)])
        self._functions, self._called = {}, set()
        yield from self._run(read_statements(source.text), source, 0)
        for name, (function, where) in list(self._functions.items()):
            if name not in self._called:
                self._called.add(name)
                yield from self._run(function.body, where, 1)

    def assign(self, name: str, value: Located) -> None:
        """Set a variable for what follows."""
        self._store(name, (fields_of(value),))

    def _store(self, name: str, values: Values) -> None:
        self._chosen.pop(name, None)
        self.environment.set(name, values)
        for fields in values:
            self.environment.note(name, fields)
            self._heat(name, " ".join(map(text_of, fields)))

    def _heat(self, name: str, text: str) -> None:
        """Remember a variable whose value would make a command one that is asked for."""
        if len(self._hot) < _MOST_HOT and len(text) < _LONGEST_COMMAND and self._wanted(f"{text} "):
            self._hot.add(name)

    def _run(self, statements: Iterator[Statement] | Statements, source: Source, depth: int) -> Iterator[Ran]:
        for statement in statements:
            self._statements += 1
            if self._statements > _MOST_STATEMENTS:
                return
            if isinstance(statement, Pipeline):
                yield from self._pipeline(statement, source, depth)
            elif isinstance(statement, Assign):
                for one in statement.assignments:
                    values = assigned_values(one, source, self.environment)
                    for name, element in elements(one, source, self.environment) if one.array else ():
                        self.environment.set(name, element)
                    self._store(one.name, values)
            elif isinstance(statement, Branches):
                yield from self._branches(statement, source, depth)
            elif isinstance(statement, For):
                yield from self._loop(statement, source, depth)
            elif isinstance(statement, Read):
                yield from self._read(statement, source, depth)
            else:
                self._functions[statement.name] = (statement, source)

    def _branches(self, statement: Branches, source: Source, depth: int) -> Iterator[Ran]:
        found = []
        for branch in statement.branches:
            self.environment.begin()
            yield from self._run(branch, source, depth)
            found.append(self.environment.end())
        for name in {name for branch in found for name in branch}:
            self._chosen[name] = (statement.compared - {name}, self.environment.values.get(name, ()))
        self.environment.merge(found, complete=statement.complete)

    def _loop(self, statement: For, source: Source, depth: int) -> Iterator[Ran]:
        values = listed_values(statement.words, source, self.environment)
        if values:
            self._store(statement.name, values)
        elif statement.words:
            self.environment.set(statement.name, ())
        self.environment.begin()
        yield from self._run(statement.body, source, depth)
        self.environment.merge([self.environment.end()], complete=bool(values))

    def _read(self, statement: Read, source: Source, depth: int) -> Iterator[Ran]:
        """A loop over lines: its variables have a value for each of them."""
        path = Expansion(source, self.environment).text(statement.given) if isinstance(statement.given, Word) else ()
        file = self._open(text_of(path)) if self._open and statement.from_file else None
        for name, values in read_values(statement, source, self.environment, file):
            self._store(name, values) if values else self.environment.set(name, ())
        self.environment.begin()
        yield from self._run(statement.body, source, depth)
        self.environment.merge([self.environment.end()], complete=False)

    def _pipeline(self, pipeline: Pipeline, source: Source, depth: int) -> Iterator[Ran]:
        started: list[Started] = []
        inner: list[Ran] = []
        for command in pipeline.commands:
            within = self._commands < _MOST_COMMANDS and self._words < _MOST_WORDS
            if within and command.end - command.start < _LONGEST_COMMAND:
                self._command(command, source, depth, started, inner)
        yield Ran(source, pipeline.start, pipeline.end, started)
        yield from inner

    def _command(self, command: Command, source: Source, depth: int, started: list[Started], inner: list[Ran]) -> None:
        """Add what a command starts to ``started``, and what runs inside of it to ``inner``."""
        text = source.text[command.start : command.end]
        first = next(iter(text.split(maxsplit=1)), "")
        asked = self._wanted(text) or first[:1] in "$\"'" or ("$" in text and self._names_hot(text))
        if not asked and first not in self._functions and first not in BUILTINS and first not in _BEFORE:
            return
        words, assignments = command.read()
        without = self._without_chosen(words)
        count = alternatives(variables_in(words), self.environment, self._names if asked else ())
        for number in range(min(count, _MOST_COMMANDS - self._commands)):
            self._commands += 1
            self._words += len(words)
            expansion = Expansion(source, self.environment, number)
            own = {one.name: value for one in assignments for value in expansion.argv(one.words)[1]}
            self.environment.instead = without
            call = Call(*expansion.argv(words), own, number)
            self.environment.instead = {}
            self._set_defaults(words, expansion)
            if call.argv:
                self._start(call, depth, started, inner)

    def _without_chosen(self, words: Sequence[Word]) -> dict[str, Values]:
        """The values of variables that a command uses beside another one whose value chose them: those without that choice.

        ``if [[ $MODEL == *instruct* ]]; then FLAGS=…`` says nothing of a model with another name.
        """
        names = {part.name for part in variables_in(words)} if self._chosen else set()
        chosen = ((name, *self._chosen[name]) for name in names & self._chosen.keys())
        return {name: values for name, compared, values in chosen if compared & names}

    def _set_defaults(self, words: Iterable[Word], expansion: Expansion) -> None:
        """``${NAME:=default}`` sets the variable."""
        for part in (part for word in words for part in word.parts):
            if not isinstance(part, Variable) or part.operator not in (":=", "=") or part.name in self.environment.values:
                continue
            if part.argument is not None and part.argument.parts:
                self._store(part.name, (single(expansion.text(part.argument)),))

    def _start(self, call: Call, depth: int, started: list[Started], inner: list[Ran]) -> None:
        """Follow a call of a function and the script of a shell; anything else is a command that starts."""
        name = next((one.text for one in call.argv if one.text not in _BEFORE), "")
        if name in self._functions:
            inner += self._call(name, call.after(name), depth + 1)
        elif name in BUILTINS:
            inner += self._builtin(name, call.after(name), depth + 1)
        else:
            place = script_place([one.text for one in call.argv])
            if place is None:
                started.append(Started(call.argv, self.environment.located(call.number), call.own))
            else:
                inner += self._script(call, place, depth + 1)

    def _call(self, name: str, arguments: list[Text], depth: int) -> Iterator[Ran]:
        """The body of a function with its arguments."""
        self._called.add(name)
        function, source = self._functions[name]
        if depth <= _DEEPEST:
            before = {one: self.environment.values.get(one, ()) for one in _POSITIONAL}
            self._set_arguments(arguments)
            yield from self._run(function.body, source, depth)
            for one, values in before.items():
                self.environment.set(one, values)

    def _set_arguments(self, arguments: list[Text]) -> None:
        for one in _POSITIONAL:
            place = int(one) - 1 if one.isdecimal() else -1
            value = tuple(arguments) if place < 0 else tuple(arguments[place : place + 1])
            self.environment.set(one, (value,) if value and all(value) else ())
            self._heat(one, " ".join(map(text_of, value)))

    def _set_arguments_of_script(self, arguments: list[Text]) -> None:
        """The first one is in the place of the script's name, but a flag there is meant for the program that gets ``"$@"``."""
        self._set_arguments(arguments[1:])
        self.environment.set("0", ((arguments[0],),) if arguments and arguments[0] else ())
        if arguments and text_of(arguments[0]).startswith("-") and text_of(arguments[0]) not in ("-", "--"):
            self.environment.set("@", (tuple(arguments),))

    def _script(self, call: Call, place: int, depth: int) -> Iterator[Ran]:
        """The script of ``bash -c`` with its arguments; variables before it, as in ``docker exec -e A=b``, are set in it."""
        text, rest = call.texts[place], call.texts[place + 1 :]
        if depth > _DEEPEST or sum(len(piece.text) for piece in text) > _LONGEST_SCRIPT:
            return
        self.environment.begin()
        for name, value in call.own.items():
            self.environment.set(name, (fields_of(value),))
        for one in call.argv[:place]:
            name, equals, value_text = one.text.partition("=")
            if equals and value_text and name.isidentifier():
                self.environment.set(name, (fields_of(one.after(len(name) + 1)),))
        self._set_arguments_of_script(rest)
        source = Assembled(flat(text))
        yield from self._run(read_statements(source.text), source, depth)
        self.environment.end()

    def _builtin(self, name: str, arguments: list[Text], depth: int) -> Iterator[Ran]:
        """What the shell itself does: other files' variables, its arguments, text that is run."""
        texts = list(map(text_of, arguments))
        if name in ("source", ".") and texts and self._load:
            for variable, value in self._load(texts[0]).items():
                self.environment.set(variable, (fields_of(value),))
                self._heat(variable, value.text)
        elif name == "set" and "--" in texts:
            self._set_arguments(arguments[texts.index("--") + 1 :])
        elif name == "shift" and self.environment.fields("@", 0):
            self._set_arguments(list(self.environment.fields("@", 0) or ())[1:])
        elif name == "eval" and depth <= _DEEPEST and sum(map(len, texts)) < _LONGEST_SCRIPT:
            blank = Piece(" ", arguments[0][0].source, 0, 0) if arguments and arguments[0] else None
            source = Assembled(flat(tuple(piece for text in arguments for piece in (*text, blank) if piece)))
            yield from self._run(read_statements(source.text), source, depth)

    def _names_hot(self, text: str) -> bool:
        return any(f"${name}" in text or f"${{{name}" in text for name in self._hot)
