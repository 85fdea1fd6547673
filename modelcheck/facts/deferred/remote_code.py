"""The Python code that a checkpoint ships, parsed and never run: its calls that reach outside the model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from modelcheck.declarations import fact
from modelcheck.documents.python_text import UNPARSABLE, parse_python
from modelcheck.documents.text import decode
from modelcheck.errors import Absent, Broken
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source

_ALTOGETHER = 2**19
"""Maximum bytes of Python that are parsed: the slowest code takes two seconds per million."""
# The beginning of a call's name if it has a dot, or its whole name.
_DOES = {
    "starts a program": (
        "subprocess.", "pty.", "os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile",
    ),
    "opens a connection": (
        "socket.", "urllib.request.", "requests.", "httpx.", "aiohttp.", "http.client.", "ftplib.", "smtplib.", "paramiko.",
    ),
    "runs code that it puts together": (
        "eval", "exec", "builtins.eval", "builtins.exec", "marshal.loads", "types.CodeType", "types.FunctionType",
    ),
    "loads a library": ("ctypes.CDLL", "ctypes.cdll.", "ctypes.WinDLL", "ctypes.PyDLL", "cffi."),
}  # fmt: skip
_MENTIONS = (
    "subprocess", "pty", "system", "popen", "exec", "spawn", "startfile", "socket", "urllib", "requests", "httpx", "aiohttp",
    "http.client", "ftplib", "smtplib", "paramiko", "eval(", "builtins", "marshal", "CodeType", "FunctionType", "ctypes", "cffi",
)  # fmt: skip
"""A file without any of these has no such call and is not parsed."""


@record()
class OutwardCall:
    """A call that reaches outside the model. ``loading``: it runs as soon as the file is imported."""

    at: Span
    name: str
    does: str
    loading: bool


@record()
class RemoteCode:
    """``calls`` of the checkpoint's Python files, which ``files`` names; ``unread`` are those that are invalid or too long."""

    files: tuple[str, ...]
    calls: tuple[OutwardCall, ...]
    unread: tuple[str, ...]


@fact(cost="weights", local="files")
def remote_code(source: Source, listing: FileListing, config: ModelConfig | None, tokenizer: TokenizerConfig | None) -> RemoteCode:
    """From the Python files in the root folder, if a config names one: it imports the others."""
    asked = (config and config.data.get("auto_map")) or (tokenizer and tokenizer.data.get("auto_map"))
    files = listing.at_root((".py",))
    if not asked or not files:
        raise Absent("no custom code", ordinary=True)
    calls: list[OutwardCall] = []
    unread = []
    left = _ALTOGETHER
    for path in files:
        try:
            text = decode(path, source.read(path, max(0, left)))
            if any(word in text for word in _MENTIONS):
                left -= len(text)
                calls += outward_calls(path, text)
        except (Broken, *UNPARSABLE):
            unread.append(path)
    return RemoteCode(files, tuple(calls), tuple(unread))


def outward_calls(path: str, text: str) -> Iterator[OutwardCall]:
    """The calls in a Python file, by their full names. Raises one of UNPARSABLE."""
    tree = parse_python(text)
    names = dict(_imported(tree))
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, loading = waiting.pop()
        inside = loading and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
        if isinstance(node, ast.Call):
            name = _dotted(node.func, names)
            does = next((does for does, sinks in _DOES.items() if name and _is(name, sinks)), None)
            if name and does:
                yield OutwardCall(Span(path, node.lineno, node.col_offset + 1), name, does, loading)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The full name of each imported name: ``sp`` is ``subprocess``, ``run`` is ``subprocess.run``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                yield (one.asname, one.name) if one.asname else (one.name.partition(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"


def _dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    """The full name of a call; None for a method of any other object. A builtin has no module."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or (node.id not in names and (parts or node.id not in ("eval", "exec"))):
        return None
    return ".".join([names.get(node.id, node.id), *reversed(parts)])


def _is(name: str, sinks: tuple[str, ...]) -> bool:
    return any(name.startswith(sink) if sink.endswith(".") or sink.startswith("os.") else name == sink for sink in sinks)
