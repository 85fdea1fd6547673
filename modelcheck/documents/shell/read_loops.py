"""Finds ``while read …; do …; done`` with what it reads, and ``read`` of a here-string, among syntax nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from modelcheck.documents.shell.syntax import Heredoc, Word
from modelcheck.documents.shell.words import Words

if TYPE_CHECKING:
    from tree_sitter import Node

_WITH_ARGUMENT = ("-d", "-u", "-p", "-t", "-n", "-N", "-i")
_DEFAULT = "REPLY"
_ARRAYS = ("mapfile ", "readarray ")
_LONGEST = 1_000


class Reading(NamedTuple):
    """What a loop reads into which variables, and its body."""

    names: tuple[str, ...]
    separators: str
    given: Heredoc | Word
    body: list[Node]
    from_file: bool = False
    array: bool = False


def reading_of(node: Node, words: Words) -> Reading | None:
    """The loop over lines, or the ``mapfile``, that a node is; None for anything else."""
    command = node.children[0] if node.type == "redirected_statement" and node.children else node
    if command.type == "command" and words.slice(command)[:_LONGEST].startswith(_ARRAYS):
        return _array(node, command, words)
    if node.type == "command":
        found = _names(node, words) if words.slice(node)[:_LONGEST].startswith(("read ", "IFS=")) else None
        text = next((child for child in node.children if child.type == "herestring_redirect"), None)
        return Reading(*found, words.word(text.named_children[-1]), []) if found and text and text.named_children else None
    loop = next((child for child in node.children if child.type == "while_statement"), None)
    found = _names(_condition(loop), words) if loop is not None else None
    if loop is None or found is None:
        return None
    body = [child for child in loop.children if child.type == "do_group"]
    if node.type == "pipeline":
        return _piped(node, loop, words, found, body)
    for child in node.children:
        if child.type == "heredoc_redirect":
            heredoc = heredoc_of(child, words)
            return Reading(*found, heredoc, body) if heredoc else None
        if child.type in ("herestring_redirect", "file_redirect") and child.named_children:
            from_file = child.type == "file_redirect"
            if not from_file or any(sign.type == "<" for sign in child.children):
                return Reading(*found, words.word(child.named_children[-1]), body, from_file)
    return None


def _array(node: Node, command: Node, words: Words) -> Reading | None:
    """``mapfile -t NAME`` with what it reads; None with other options, and where only a running shell knows what that is."""
    texts = [words.slice(child) for child in command.children if not child.type.endswith("redirect")]
    names = [text for text in texts[1:] if text != "-t"] or ["MAPFILE"]
    redirects = [child for child in dict.fromkeys((*node.children, *command.children)) if child.type.endswith("redirect")]
    if len(names) != 1 or not names[0].isidentifier() or len(redirects) != 1:
        return None
    (redirect,) = redirects
    if redirect.type == "heredoc_redirect":
        heredoc = heredoc_of(redirect, words)
        return Reading((names[0],), "", heredoc, [], array=True) if heredoc else None
    given = redirect.named_children[-1] if redirect.named_children else None
    if given is None or (redirect.type == "file_redirect" and all(sign.type != "<" for sign in redirect.children)):
        return None
    if given.type == "process_substitution":
        inside = [child for child in given.named_children if child.type == "command"]
        parts = inside[0].named_children if len(inside) == len(given.named_children) == 1 else []
        if [words.slice(one) for one in parts[:1]] != ["cat"] or len(parts) != len(("cat", "file")):
            return None
        return Reading((names[0],), "", words.word(parts[1]), [], from_file=True, array=True)
    return Reading((names[0],), "", words.word(given), [], redirect.type == "file_redirect", array=True)


def heredoc_of(node: Node, words: Words) -> Heredoc | None:
    """The heredoc whose mark and text are children of a node; None where it never ends."""
    parts = {child.type: child for child in node.children}
    body, end = parts.get("heredoc_body"), parts.get("heredoc_end")
    if body is None or end is None or end.is_missing:
        return None
    mark = words.slice(parts["heredoc_start"]) if "heredoc_start" in parts else ""
    return Heredoc(words.line_of(body), words.start(end), not mark.isidentifier())


def _condition(loop: Node) -> Node | None:
    """The first command of a loop's condition: ``read line || [ -n "$line" ]``."""
    node = loop.children[1] if len(loop.children) > 1 else None
    while node is not None and node.type in ("list", "redirected_statement") and node.children:
        node = node.children[0]
    return node


def _names(command: Node | None, words: Words) -> tuple[tuple[str, ...], str] | None:
    """The variables of ``IFS=, read -r A B``, and the value of IFS; None for another command, and for arrays."""
    if command is None or command.type != "command":
        return None
    separators, texts = "", list[str]()
    for child in command.children:
        if child.type == "variable_assignment":
            name, _, value = words.slice(child).partition("=")
            separators = value.strip("$'\"").replace("\\t", "\t") if name == "IFS" else separators
        elif not child.type.endswith("redirect"):
            texts.append(words.slice(child))
    if texts[:1] != ["read"]:
        return None
    names, skipped = list[str](), False
    for text in texts[1:]:
        if skipped or text.startswith("-"):
            if "a" in text and text.startswith("-"):
                return None
            skipped = not skipped and text in _WITH_ARGUMENT
        elif text.isidentifier():
            names.append(text)
    return tuple(names) or (_DEFAULT,), separators


def _piped(node: Node, loop: Node, words: Words, found: tuple[tuple[str, ...], str], body: list[Node]) -> Reading | None:
    """``cat FILE | while read …`` and ``echo "$LIST" | while read …``."""
    parts = node.named_children
    before = parts[0] if len(parts) == len((node, loop)) and parts[-1] == loop else None
    given = before.named_children if before is not None and before.type == "command" else []
    if len(given) != len(("program", "argument")) or given[1].type.endswith("redirect"):
        return None
    program = words.slice(given[0])
    return Reading(*found, words.word(given[1]), body, program == "cat") if program in ("cat", "echo") else None
