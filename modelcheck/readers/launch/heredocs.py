"""Files inside of shell text: heredocs and ``python -c``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, zip_longest
from types import MappingProxyType

from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.calls import SHELLS
from modelcheck.documents.shell.sources import FileSlice
from modelcheck.documents.shell.statements import pipelines, read_statements
from modelcheck.documents.shell.syntax import Literal, Word
from modelcheck.patterns import lazy
from modelcheck.readers import Embedded
from modelcheck.readers.filled import Filled, Part, replaced
from modelcheck.readers.launch.variables import VARIABLE, resolve

_LONGEST = 100_000
_LONGEST_COMMAND = 20_000
# The program that reads a heredoc, with an argument of it or "", and the file that its text then is.
_READ_BY = (
    ("kubectl", "", "heredoc.yaml"), ("oc", "", "heredoc.yaml"), ("helm", "", "heredoc.yaml"), ("kustomize", "", "heredoc.yaml"),
    ("docker-compose", "", "compose.yaml"), ("docker", "compose", "compose.yaml"), ("docker", "build", "Dockerfile"),
    ("ollama", "create", "Modelfile"), ("ssh", "", "heredoc.sh"),
)  # fmt: skip
_PYTHON = lazy(r"python[\d.]*")
_MOST = 50
_MOST_VARIABLES = 500


def embedded_in_shell(
    lines: Lines, start: int = 0, end: int | None = None, variables: Mapping[str, Located] = MappingProxyType({})
) -> Iterator[Embedded | Filled]:
    """The heredocs and ``python -c`` texts in ``text[start:end]`` whose kind of file is known, with the values of variables."""
    text = lines.text[start:end]
    if "<<" in text or ("python" in text and "-c" in text):
        yield from islice(_embedded(FileSlice(lines, start, text), lines, start, variables), _MOST)


def _embedded(source: FileSlice, lines: Lines, offset: int, variables: Mapping[str, Located]) -> Iterator[Embedded | Filled]:
    for pipeline in pipelines(read_statements(source.text)):
        texts = [source.text[one.start : min(one.end, one.start + _LONGEST_COMMAND)] for one in pipeline.commands]
        wanted = pipeline.heredocs or any("python" in text and "-c" in text for text in texts)
        commands = [one.read()[0] for one in pipeline.commands] if wanted else []
        name = _name_of(commands, pipeline.targets) if pipeline.heredocs else None
        if name:
            for heredoc in pipeline.heredocs:
                body = source.text[heredoc.start : min(heredoc.end, heredoc.start + _LONGEST)]
                start = offset + heredoc.start
                found = () if heredoc.quoted else islice(VARIABLE.finditer(body), _MOST_VARIABLES)
                parts = list(replaced(body, start, found, partial(_part, start=start, lines=lines, variables=variables)))
                if any(part.value_at for part in parts):
                    yield Filled(name, lines, parts)
                else:
                    yield Embedded(name, body, source.span(heredoc.start, heredoc.start).line or 1)
        for words in commands:
            yield from _python(words, source)


def _part(found: re.Match[str], start: int, lines: Lines, variables: Mapping[str, Located]) -> Part | None:
    """The value of a variable in a heredoc; None if it is not known, or no variable of the shell."""
    place = start + found.start()
    value = resolve(Located(found.group(), lines.span(place, place + len(found.group()))), variables)
    escaped = found.string[: found.start()].endswith("\\")
    known = value.text and not (found["round"] or "$" in value.text or escaped)
    return Part(value.text, place, len(found.group()), value.at) if known else None


def _python(words: Sequence[Word], source: FileSlice) -> Iterator[Embedded]:
    """The code of ``python -c``, as long as it is written."""
    texts = [word.literal for word in words]
    program = next((place for place, text in enumerate(texts) if text and _PYTHON.fullmatch(text.rpartition("/")[2])), len(texts))
    place = next((place for place in range(program + 1, len(texts) - 1) if texts[place] == "-c"), None)
    parts = words[place + 1].parts if place is not None else ()
    if parts and isinstance(parts[0], Literal):
        first, last = parts[0].start, max(part.end for part in parts)
        code = _without_escapes(source.text[first:last])
        at = source.span(first, first)
        # Only the first line is moved to the right; where there are more, their columns are those of the file already.
        yield Embedded("command.py", code, at.line or 1, (at.column or 1) if "\n" not in code else 1)


def _without_escapes(code: str) -> str:
    """Code between double quotes, as long as it was: a blank takes the place of the backslash, outside of the code's own quotes."""
    parts = code.split('\\"')
    quoted = (f' "{inside}" ' for inside in parts[1::2])
    return "".join(part for pair in zip_longest(parts[::2], quoted, fillvalue="") for part in pair) if len(parts) % 2 else code


def _name_of(commands: Sequence[Sequence[Word]], targets: Sequence[Word]) -> str | None:
    """The file that a heredoc is written to, or one of the kind that the program reads which gets it."""
    programs = [[(word.literal or "").rpartition("/")[2] for word in words] for words in commands]
    first = programs[0] if programs else []
    if first[:1] == ["RUN"] and all(name.startswith("--") for name in first[1:]):
        return "heredoc.sh"
    written = [(target.literal or "") for target in targets]
    written += [
        words[-1].literal or ""
        for words, names in zip(commands, programs, strict=True)
        if "tee" in names or names[:1] in (["COPY"], ["ADD"])
    ]
    path = next((path for path in written if path and not path.startswith(("/dev/", "-", "&"))), None)
    if path is not None or any(target.literal is None for target in targets):
        return path.rpartition("/")[2] if path else None
    for names in programs:
        for program, argument, name in _READ_BY:
            if program in names and (not argument or argument in names):
                return name
        if any(map(_PYTHON.fullmatch, names)):
            return "heredoc.py"
        if not SHELLS.isdisjoint(names):
            return "heredoc.sh"
    return None


def statement_end(text: str, start: int) -> int:
    """The end of the statement that begins at ``start``, its heredocs included; ``start`` if there is none."""
    first = next(pipelines(read_statements(text[start : start + _LONGEST])), None)
    return start + first.end if first is not None else start
