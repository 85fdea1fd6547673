"""What a Python module does with what it loads: whose tokenizer formats a chat, and which pipelines get a conversation."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def target_name(node: ast.expr) -> str | None:
    """The name that is assigned to or used: ``tok`` for ``tok`` and ``self.tok``."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def assigned_calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.Call]]:
    """Names with the calls whose results they get."""
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for target in node.targets:
                name = target_name(target)
                if name:
                    yield name, node.value


def formatters(nodes: Iterable[ast.AST]) -> set[str]:
    """The names on which ``apply_chat_template`` is called."""
    return {
        target_name(node.func.value) or ""
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "apply_chat_template"
    }


def talked_to(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that are called with a conversation: a list of dictionaries with a role, or the name of one."""
    nodes = list(nodes)
    conversations = {
        name
        for node in nodes
        if isinstance(node, ast.Assign) and _is_conversation(node.value)
        for name in map(target_name, node.targets)
        if name
    }
    return {
        target_name(node.func) or ""
        for node in nodes
        if isinstance(node, ast.Call) and node.args
        if _is_conversation(node.args[0]) or target_name(node.args[0]) in conversations
    }


def _is_conversation(node: ast.expr) -> bool:
    turns = node.elts if isinstance(node, ast.List) else []
    return bool(turns) and all(
        isinstance(turn, ast.Dict) and any(isinstance(key, ast.Constant) and key.value == "role" for key in turn.keys)
        for turn in turns
    )
