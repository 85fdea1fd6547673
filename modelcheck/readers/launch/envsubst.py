"""Files of the tree that a script fills with ``envsubst``, with the values that its variables have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice, pairwise

from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.environment import Environment
from modelcheck.documents.shell.expansion import Expansion
from modelcheck.documents.shell.pieces import text_of
from modelcheck.documents.shell.sources import Source
from modelcheck.documents.shell.statements import pipelines, read_statements
from modelcheck.documents.shell.syntax import Pipeline, Word
from modelcheck.patterns import lazy
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.filled import Filled, Part, replaced

_VARIABLE = lazy(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>[A-Za-z_]\w*))")
_TEMPLATE = lazy(r"(?i)\.(?:tpl|tmpl|template|envsubst|in)$|(?<=\.)(?:tpl|tmpl|template)\.(?=ya?ml$)")
_INPUT = ("-i", "-input", "--input")
_CLIENTS = frozenset(("kubectl", "oc", "helm"))
_MOST = 20
_MOST_VARIABLES = 500


def filled_templates(
    source: Source, neighbours: NeighbourFiles, variables: Mapping[str, Located], named: partial[str | None]
) -> Iterator[Filled]:
    """Each file that ``envsubst`` gets by ``<``, from ``cat`` or with ``-i``.

    ``named`` finds the path of a file that the script names.
    """
    if "envsubst" not in source.text:
        return
    for pipeline in pipelines(read_statements(source.text)):
        if "envsubst" in source.text[pipeline.start : pipeline.end]:
            yield from islice(_of_pipeline(pipeline, source, neighbours, variables, named), _MOST)


def _of_pipeline(
    pipeline: Pipeline, source: Source, neighbours: NeighbourFiles, variables: Mapping[str, Located], named: partial[str | None]
) -> Iterator[Filled]:
    read = [one.read() for one in pipeline.commands]
    commands = [words for words, _ in read]
    programs = [[(word.literal or "").rpartition("/")[2] for word in words] for words in commands]
    place = next((number for number, names in enumerate(programs) if "envsubst" in names), None)
    if place is None:
        return
    given = [
        *pipeline.inputs,
        *(word for words, names in zip(commands, programs, strict=True) if names[:1] == ["cat"] for word in words[1:]),
    ]
    given += [word for flag, word in pairwise(commands[place]) if flag.literal in _INPUT]
    expansion = Expansion(source, Environment(variables))
    own = {one.name: value for one in read[place][1] for value in expansion.argv(one.words)[1]}
    variables = {**variables, **own}  # MODEL=org/name envsubst < template
    only = {name for word in commands[place][1:] for name in re.findall(r"\w+", _text(word)) if "$" in _text(word)}
    applied = not _CLIENTS.isdisjoint(name for names in programs for name in names)
    for word in given:
        for path in _paths(text_of(expansion.text(word)), neighbours, named):
            text = neighbours.text(path) or ""
            name = _TEMPLATE.sub("", path.rpartition("/")[2])
            name = "heredoc.yaml" if applied and not name.endswith((".yaml", ".yml", ".json")) else name
            made = partial(_part, variables=variables, only=only)
            parts = list(replaced(text, 0, islice(_VARIABLE.finditer(text), _MOST_VARIABLES), made))
            if any(part.value_at for part in parts):
                yield Filled(name, Lines(neighbours.shown(path), text), parts)


def _text(word: Word) -> str:
    return word.literal or ""


def _paths(written: str, neighbours: NeighbourFiles, named: partial[str | None]) -> Sequence[str]:
    """The files that a path or a pattern names, by the path from the scanned file."""
    if "*" not in written:
        found = named(written)
        return () if found is None else (found,)
    pattern = neighbours.whole(written)
    steps = "" if neighbours.folder in ("", ".") else "../" * (neighbours.folder.count("/") + 1)
    patterns = {pattern, written.removeprefix("./")}
    return [f"{steps}{path}" for path in neighbours.paths() if any(one and fnmatchcase(path, one) for one in patterns)][:_MOST]


def _part(found: re.Match[str], variables: Mapping[str, Located], only: Collection[str]) -> Part | None:
    name = found["braced"] or found["bare"]
    value = variables.get(name)
    if value is None or "$" in value.text or (only and name not in only):
        return None
    return Part(value.text, found.start(), len(found.group()), value.at)
