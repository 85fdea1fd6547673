"""From a syntax tree to statements. What the parser could not make sense of is left out, what is whole in it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from modelcheck.documents.shell.parsing import parse
from modelcheck.documents.shell.read_loops import heredoc_of, reading_of
from modelcheck.documents.shell.syntax import (
    Assign,
    Assignment,
    Branches,
    Command,
    For,
    Function,
    Heredoc,
    Pipeline,
    Read,
    Statement,
    Statements,
    Word,
)  # fmt: skip
from modelcheck.documents.shell.words import Words
from modelcheck.patterns import lazy

if TYPE_CHECKING:
    from tree_sitter import Node

_COMPARES = lazy(r"=~|[!=]=|[ \t]=[ \t]|\bgrep\b")
_VARIABLE = lazy(r"\$\{?(\w+)")
_LONGEST = 1_000
_DEEPEST = 60
_MOST = 60_000
"""Statements of one text."""
_BODIES = frozenset(
    "do_group compound_statement subshell negated_command else_clause program ERROR "
    "command_substitution process_substitution".split()
)
_LOOPS = ("while_statement", "until_statement", "c_style_for_statement")
_PIPELINES = ("command", "redirected_statement", "pipeline")
_WITH_WORDS = (*_PIPELINES, "variable_assignment", "declaration_command", "variable_assignments")
_WITHIN = (*_WITH_WORDS, "command_name", "string", "concatenation", "array", "expansion")
_PARTS_OF_A_HEREDOC = ("heredoc_start", "heredoc_body", "heredoc_end", "comment")
_ARGUMENTS = ("word", "string", "raw_string", "number", "concatenation", "simple_expansion", "expansion")
_MOST_SUBSTITUTIONS = 100


def read_statements(text: str) -> Iterator[Statement]:
    """The statements of shell text, in order."""
    found = (statement for root, base in parse(text) for statement in _Reader(Words(text, base)).block(root.children, 0))
    yield from islice(found, _MOST)


def pipelines(statements: Iterable[Statement]) -> Iterator[Pipeline]:
    """Every pipeline among statements, at any depth, in order."""
    waiting = [iter(statements)]
    while waiting:
        statement = next(waiting[-1], None)
        if statement is None:
            waiting.pop()
        elif isinstance(statement, Pipeline):
            yield statement
        elif isinstance(statement, Branches):
            waiting += [iter(branch) for branch in reversed(statement.branches)]
        elif isinstance(statement, For | Read | Function):
            waiting.append(iter(statement.body))


class _Found(NamedTuple):
    """What a pipeline consists of; each command with the arguments that are written after a heredoc's mark."""

    commands: list[tuple[Command, list[Node]]]
    heredocs: list[Heredoc]
    targets: list[Word]
    inputs: list[Word]
    others: list[Node]


class _Reader:
    """Reads the nodes of one part."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def block(self, nodes: list[Node], depth: int) -> Iterator[Statement]:
        """The statements among nodes that follow each other."""
        for node in nodes if depth < _DEEPEST else ():
            yield from self._statement(node, depth + 1)

    def _statement(self, node: Node, depth: int) -> Iterator[Statement]:
        kind = node.type
        if kind in _WITH_WORDS:
            text = self._words.slice(node)
            if "(" in text or "`" in text:
                yield from self.block(_substitutions(node), depth)
        if kind in _PIPELINES:
            reading = reading_of(node, self._words)
            if reading is None:
                yield from self._pipeline(node, depth)
            else:
                body = self._tuple(reading.body, depth)
                yield Read(reading.names, reading.separators, reading.given, reading.from_file, body, reading.array)
        elif kind in _WITH_WORDS:
            yield from self._assign([node] if kind == "variable_assignment" else node.children)
        elif kind in _BODIES:
            yield from self.block(node.children, depth)
        elif kind in _LOOPS:
            yield Branches((self._tuple(node.children, depth),), complete=False)
        else:
            yield from self._compound(node, depth)

    def _compound(self, node: Node, depth: int) -> Iterator[Statement]:
        kind = node.type
        if kind == "list":
            yield from self._list(node, depth)
        elif kind == "if_statement":
            yield from self._if(node, depth)
        elif kind == "for_statement":
            yield from self._for(node, depth)
        elif kind == "case_statement":
            items = [child for child in node.children if child.type == "case_item"]
            branches = tuple(self._tuple(item.children, depth) for item in items)
            value = node.child_by_field_name("value")
            compared = _VARIABLE.findall(self._words.slice(value)) if value is not None else ()
            yield Branches(branches, any(map(self._is_default, items)), frozenset(compared))
        elif kind == "function_definition":
            name = node.child_by_field_name("name")
            body = node.child_by_field_name("body")
            if name is not None and body is not None:
                yield Function(self._words.slice(name), self._tuple([body], depth))

    def _tuple(self, nodes: list[Node], depth: int) -> Statements:
        return tuple(self.block(nodes, depth))

    def _assign(self, nodes: list[Node]) -> Iterator[Assign]:
        found = tuple(filter(None, (self._words.assignment(node) for node in nodes if node.type == "variable_assignment")))
        if found:
            yield Assign(found)

    def _list(self, node: Node, depth: int) -> Iterator[Statement]:
        """``a && b || c``: the first one runs, the others may. The grammar nests them to the left, as deep as there are."""
        others: list[Node] = []
        while node.type == "list":
            others += [child for child in reversed(node.children[1:]) if child.is_named]
            node = node.children[0]
        yield from self._statement(node, depth + 1) if depth < _DEEPEST else ()
        compared = self._compared([node])
        for other in reversed(others):
            yield Branches((self._tuple([other], depth),), complete=False, compared=compared)

    def _if(self, node: Node, depth: int) -> Iterator[Statement]:
        """The branches of an if; those of its elif and else are its own."""
        branches: list[list[Node]] = [[]]
        for child in node.children:
            if child.type in ("elif_clause", "else_clause"):
                branches.append(list(child.children))
            else:
                branches[-1].append(child)
        complete = any(child.type == "else_clause" for child in node.children)
        conditions = [child for branch in branches for child in branch[:2]]  # the first is the word "if" or "elif"
        yield Branches(tuple(self._tuple(branch, depth) for branch in branches), complete, self._compared(conditions))

    def _compared(self, conditions: list[Node]) -> frozenset[str]:
        """The variables of conditions that compare a value with another one; whether one is set says nothing of the value."""
        texts = [self._words.slice(node) for node in conditions if node.end_byte - node.start_byte < _LONGEST]
        return frozenset(name for text in texts if _COMPARES.search(text) for name in _VARIABLE.findall(text))

    def _for(self, node: Node, depth: int) -> Iterator[Statement]:
        body = node.child_by_field_name("body")
        variable = node.child_by_field_name("variable")
        values = [
            child
            for child in node.named_children
            if child.type not in ("do_group", "comment", "compound_statement") and child != variable
        ]
        if variable is not None and body is not None:
            yield For(self._words.slice(variable), tuple(map(self._words.word, values)), self._tuple([body], depth))

    def _is_default(self, item: Node) -> bool:
        return bool(item.children) and self._words.slice(item.children[0]) == "*"

    def _pipeline(self, node: Node, depth: int) -> Iterator[Statement]:
        """The commands that pipes join, with their heredocs; loops and groups among them are statements of their own."""
        found = _Found([], [], [], [], [])
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one.type == "command":
                extra: list[Node] = []
                found.commands.append((self._command(one, extra), extra))
                waiting += self._sort(one, found)
            elif one.type in ("redirected_statement", "pipeline", "heredoc_redirect"):
                waiting += self._sort(one, found)
            elif one.is_named and one.type not in _PARTS_OF_A_HEREDOC:
                found.others.append(one)
        if found.commands or found.heredocs:
            commands = tuple(command for command, _ in found.commands)
            start, end = self._words.start(node), self._words.end(node)
            yield Pipeline(commands, tuple(found.heredocs), tuple(found.targets), start, end, tuple(found.inputs))
        yield from self.block(found.others, depth)

    def _sort(self, node: Node, found: _Found) -> list[Node]:
        """Add a node's heredocs and redirections to ``found``. Returns the children that may hold more, the last one first."""
        below = []
        for child in node.children:
            if child.type == "file_redirect":
                destination = child.child_by_field_name("destination")
                signs = {sign.type for sign in child.children}
                if destination is not None and not signs.isdisjoint((">", ">>", ">|", "&>", "<")):
                    (found.inputs if "<" in signs else found.targets).append(self._words.word(destination))
            elif child.type == "heredoc_body":
                heredoc = heredoc_of(node, self._words)
                found.heredocs.extend(filter(None, (heredoc,)))
            elif node.type == "heredoc_redirect" and child.type in _ARGUMENTS and found.commands:
                found.commands[-1][1].append(child)
            elif child.type == "heredoc_redirect" or (child.is_named and node.type != "command"):
                below.append(child)
        return below[::-1]

    def _command(self, node: Node, extra: list[Node]) -> Command:
        """``extra`` are arguments that are written after a heredoc's mark."""

        def read() -> tuple[tuple[Word, ...], tuple[Assignment, ...]]:
            words, assignments = [], []
            for child in (*node.children, *extra):
                if child.type == "variable_assignment":
                    assignments.append(self._words.assignment(child))
                elif not child.type.endswith("redirect") and child.type not in ("subshell", "comment"):
                    words.append(self._words.word(child))
            return tuple(words), tuple(filter(None, assignments))

        return Command(self._words.start(node), self._words.end(node), read)


def _substitutions(node: Node) -> list[Node]:
    """The outermost ``$(…)`` and ``<(…)`` among a command's words and an assignment's values, and the group of ``time ( … )``."""
    found: list[Node] = []
    waiting = [(node, False)]
    while waiting and len(found) < _MOST_SUBSTITUTIONS:
        one, is_word = waiting.pop()
        if one.type in ("command_substitution", "process_substitution") or (one.type == "subshell" and is_word):
            found.append(one)
        elif one.type in _WITHIN:
            waiting += [(child, one.type == "command") for child in reversed(one.children)]
    return found
