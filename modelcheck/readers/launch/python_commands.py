"""Command lines in Python strings: ``os.system("vllm serve …")``, ``subprocess.run(f"…", shell=True)``."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator

from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.calls import Started
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.commands import CommandReader
from modelcheck.readers.launch.mentions import may_start
from modelcheck.readers.launch.python_values import Values, called

_RUN = frozenset("system popen run Popen call check_call check_output getoutput getstatusoutput create_subprocess_shell".split())
_OWN_RUNNER = lazy(r"(?i)(^|_)(launch|run|exec|execute|start|serve|server|spawn|cmd|command)(_|$)")
"""Words in the name of a function of someone's own that runs a command."""
_LONGEST = 4_000


def uses_of_command_string(node: ast.Call, values: Values) -> Iterator[ModelUse]:
    """The uses of a call that runs a command, where that is one string. A value that is put into it has its own place."""
    if not node.args or (called(node) not in _RUN and not _OWN_RUNNER.search(called(node))):
        return
    text = values.first(node.args[0])
    if text is None or not may_start(text.text):
        return
    argv = command_words(node.args[0], values)
    if argv:
        reader = CommandReader(Lines(text.at.path, text.text), "python")
        reader.read(Started(argv, {}))
        yield from reader.uses(requested=False)


def command_words(command: ast.expr, values: Values) -> list[Located]:
    """The words of a command line in one string, each value that is put into it with its own place; none if there is no such."""
    text = values.first(command)
    if text is None or len(text.text) > _LONGEST or " " not in text.text:
        return []
    parts = [part.value for part in ast.walk(command) if isinstance(part, ast.FormattedValue)]
    named = [part for part in ast.walk(command) if isinstance(part, ast.Name)]
    own = {value.text: value for part in (*parts, *named) for value in values.of(part) if value.at != text.at}
    try:
        words = shlex.split(text.text)
    except ValueError:  # a quote that is never closed
        return []
    return [own.get(word) or Located(word, text.at) for word in words]
