"""A rendered template as YAML trees, whose nodes have their places in the template and in the files that it takes values from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from modelcheck.documents.go_template.data import Value
from modelcheck.documents.go_template.evaluator import Evaluator
from modelcheck.documents.go_template.expressions import Budget, Definition, Exceeded
from modelcheck.documents.go_template.lexer import TemplateError
from modelcheck.documents.go_template.output import Output, Run
from modelcheck.documents.go_template.parser import parse_template
from modelcheck.documents.go_template.traced import Part, Text, WrittenFile
from modelcheck.documents.hidden import as_written
from modelcheck.documents.origin import Origin
from modelcheck.documents.yamlfile import Node, parse_yaml_text
from modelcheck.errors import Broken
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record, replace

MAX_TEMPLATE = 2**20
"""Characters of a template."""
_BREAK = lazy("\r\n?|[\n\x85\u2028\u2029]")
_LINE = lazy(r"[^\n]+")


@record()
class TemplateFile:
    """A parsed template file."""

    file: WrittenFile
    main: Definition
    defines: Mapping[str, Definition]


@record()
class Rendered:
    """What a template writes. ``undecided``: a condition with another branch is unknown."""

    file: WrittenFile
    text: Text
    runs: tuple[Run, ...]
    undecided: bool


def parse_file(path: str, text: str) -> TemplateFile:
    """Parse a template file. Raises Broken, with the place."""
    if len(text) > MAX_TEMPLATE:
        raise Broken(Span(path), f"is a template of more than {MAX_TEMPLATE // 2**20} MiB")
    file = WrittenFile.of(path, text)
    try:
        parsed = parse_template(text)
    except TemplateError as error:
        at = file.position(min(error.offset, len(text)))
        raise Broken(Span(path, *at), f"is not a valid template: {error} on line {at[0]}") from None
    written = Text.of(text, file, 0)
    defines = {name: Definition(parts, written) for name, parts in parsed.defines.items()}
    return TemplateFile(file, Definition(parsed.parts, written), defines)


def render(
    template: TemplateFile, definitions: Mapping[str, Definition], context: Value, budget: Budget, *, otherwise: bool = False
) -> Rendered:
    """Evaluate a template. ``otherwise`` takes the other branch of unknown conditions. Raises Broken where it exceeds a limit."""
    out = Output([])
    evaluator = Evaluator(budget, {}, definitions, otherwise)
    try:
        evaluator.execute(template.main, context, out)
    except Exceeded as error:
        raise Broken(Span(template.file.path, 1), f"is not rendered: it {error}") from None
    except RecursionError:
        raise Broken(Span(template.file.path, 1), "is not rendered: it is nested too deeply") from None
    return Rendered(template.file, out.text(), tuple(out.runs or ()), evaluator.undecided)


def documents_of(rendered: Rendered) -> tuple[Node, ...]:
    """The documents of a rendered template. Raises Broken where it is not YAML."""
    parsed = parse_yaml_text(rendered.file.path, rendered.text.text)
    places = _Places(rendered)
    return tuple(places.node(document) for document in parsed)


class _Places:
    """Moves nodes from their places in the output to those in the template."""

    def __init__(self, rendered: Rendered) -> None:
        self.rendered = rendered
        self.output = rendered.text.text
        self.lines = [0, *(found.end() for found in _BREAK.finditer(self.output))]
        self.runs = rendered.runs
        self.starts = [run.start for run in rendered.runs]
        self.parts = rendered.text.parts
        self.part_starts = [part.start for part in self.parts]
        self.made: dict[int, Node] = {}

    def node(self, node: Node) -> Node:
        """A node with its place in the template; a scalar that was written as YAML is the value itself."""
        if id(node) not in self.made:
            start, end = self._offset(node.line, node.column), self._offset(node.end_line, node.end_column)
            if node.text is not None:
                self.made[id(node)] = self._scalar(node, start, end)
            else:
                at = self._span(start, end)
                self.made[id(node)] = replace(
                    node, line=at[0], column=at[1], end_line=at[2], end_column=at[3],
                    children=None if node.children is None else {as_written(key): self.node(one) for key, one in node.items()},
                    elements=None if node.elements is None else tuple(self.node(one) for one in node),
                    keys={as_written(key): self._key(span) for key, span in node.keys.items()},
                    repeated=tuple((as_written(key), self._key(span)) for key, span in node.repeated),
                )  # fmt: skip
        return self.made[id(node)]

    def _offset(self, line: int, column: int) -> int:
        return min(self.lines[min(line, len(self.lines)) - 1] + column - 1, len(self.output))

    def _run(self, offset: int) -> Run | None:
        place = bisect_right(self.starts, offset) - 1
        return self.runs[place] if place >= 0 else None

    def _span(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Lines and columns in the template of ``output[start:end]``."""
        position, first = self.rendered.file.position, self._run(start)
        if first is None:
            return 1, 1, 1, 1
        begin = min(first.origin + start - first.start, first.end) if first.copied else first.origin
        last = self._run(max(start, end - 1))
        close = begin
        if last is not None:
            close = min(last.origin + end - last.start, last.end) if last.copied else last.end
        return *position(begin), *position(max(begin, close))

    def _key(self, span: Span) -> Span:
        start = self._offset(span.line or 1, span.column or 1)
        end = self._offset(span.end_line or 1, span.end_column or 1)
        found = self._overlapping(start, end)
        if len(found) == 1 and found[0].whole and isinstance(found[0].source, Node):
            return found[0].source.span  # the key's own
        return Span(span.path, *self._span(start, end))

    def _overlapping(self, start: int, end: int) -> Sequence[Part]:
        first = max(bisect_right(self.part_starts, start) - 1, 0)
        last = bisect_right(self.part_starts, max(start, end - 1))
        return [part for part in self.parts[first:last] if part.start < end and part.end > start]

    def _scalar(self, node: Node, start: int, end: int) -> Node:
        parts = self._overlapping(start, end)
        whole = next((part.source for part in parts if part.whole), None)
        if isinstance(whole, Node) and whole.text == node.text and sum(part.whole for part in parts) == 1:
            return whole
        line, column, end_line, end_column = self._span(start, end)
        text = node.text or ""
        origins = tuple(self._origins(text, parts, start, end)) if text else ()
        return replace(
            node, line=line, column=column, end_line=end_line, end_column=end_column, text=as_written(text), origins=origins
        )

    def _origins(self, text: str, parts: Sequence[Part], start: int, end: int) -> Iterator[Origin]:
        """Where the parts of a scalar were written; what is copied from the template only if actions are among its lines."""
        own = self.rendered.file
        several = "\n" in self.output[start:end].rstrip("\n") and any(part.source is not own for part in parts)
        if len(parts) == 1 and parts[0].offset < 0 and parts[0].start <= start + 1 and parts[0].end >= end - 1:
            # Made of one value, with its line ends escaped.
            yield Origin(0, len(text), parts[0].place(start, end), self._used(start))
            return
        cursor = 0
        for part in parts:
            first, last = max(part.start, start), min(part.end, end)
            run = self._run(first)
            if part.source is own and run is not None and run.copied and not several:
                continue
            for found in _LINE.finditer(self.output, first, last):
                piece = found.group().strip()
                at = text.find(piece, cursor) if piece else -1
                if at < 0:
                    continue
                begin = found.start() + found.group().index(piece)
                cursor = at + len(piece)
                yield Origin(at, cursor, part.place(begin, begin + len(piece)), self._used(begin))

    def _used(self, offset: int) -> Span | None:
        """The place of the action that writes a character; None for one that is copied from the template."""
        run = self._run(offset)
        return self.rendered.file.span(run.origin, run.end) if run is not None and not run.copied else None
