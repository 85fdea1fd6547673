"""What a plug-in imports when it is loaded, seen from a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

FORBIDDEN = frozenset((
    "torch", "transformers", "huggingface_hub", "numpy", "jinja2", "rich", "httpx", "httpx2", "requests", "pydantic", "tokenizers",
    "gguf", "hcl2", "lark", "sklearn", "tree_sitter", "tree_sitter_bash",
))  # fmt: skip
"""Packages that take long to import: a pre-commit hook loads every plug-in."""
_SCRIPT = """
import json, sys
from modelcheck.api import Registry
from modelcheck.testing.conformance.pack import find_entry
entry = find_entry({pack!r})
before = set(sys.modules)
plugin = __import__("importlib").import_module(entry) if isinstance(entry, str) else entry.load()
registry = Registry()
registry.plugin = {pack!r}
registry.lenient = {{{pack!r}}}  # mistakes are another check
getattr(plugin, "modelcheck_register", lambda registry: None)(registry)
new = set(sys.modules) - before
top = {{name.partition(".")[0] for name in new}} & set({forbidden!r})
own = getattr(plugin, "__name__", type(plugin).__module__).partition(".")[0]
mine = [name for name in sorted(new) if name.partition(".")[0] == own]
users = [name for name in mine for value in list(vars(sys.modules[name]).values())
         if str(getattr(value, "__module__", None) or getattr(value, "__name__", "")).partition(".")[0] in top]
print(json.dumps([sorted(top), sorted(set(users))]))
"""
_SECONDS = 60


def environment() -> dict[str, str]:
    """The environment in which another process finds what this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}  # noqa: PTH109


def check_imports(pack: str) -> None:
    """Raises AssertionError if loading a plug-in imports one of ``FORBIDDEN``."""
    script = _SCRIPT.format(pack=pack, forbidden=sorted(FORBIDDEN))
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=_SECONDS, check=False)
    if done.returncode:
        raise AssertionError(f"the plug-in {pack} cannot be loaded in a fresh process:\n{done.stderr}")
    found, users = json.loads(done.stdout.splitlines()[-1])
    if found:
        by = f" ({', '.join(users)})" if users else ""
        raise AssertionError(
            f"loading the plug-in {pack} imports {', '.join(found)}{by}. Every run of a pre-commit hook waits for that: "
            "import it inside the function that needs it"
        )
