"""The jinja2 environment in which transformers renders chat templates, rebuilt to avoid importing transformers.

Source: ``_cached_compile_jinja_template`` in transformers 5.23, ``utils/chat_template_utils.py``; a test renders the same
templates in both. Imported by the worker process only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment


class GenerationTag(Extension):
    """``{% generation %}…{% endgeneration %}`` marks the assistant's tokens for training; its content is rendered unchanged."""

    tags = {"generation"}  # noqa: RUF012 - jinja2's own convention

    def parse(self, parser: Parser) -> nodes.Node:
        """Parse the tag into a block that only renders its content."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_content"), [], [], body).set_lineno(line)

    @staticmethod
    def _content(caller: Any) -> Any:
        return caller()


class Dict:
    """``dict`` as a template may use it: a constructor, not the type."""

    def __call__(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """``dict(…)``."""
        return dict(*args, **kwargs)

    def fromkeys(self, keys: Iterable[Any], value: Any = None) -> dict[Any, Any]:
        """``dict.fromkeys``."""
        return dict.fromkeys(keys, value)


class Namespace(jinja2.utils.Namespace):
    """``namespace()`` that refuses names with a leading underscore, as in transformers."""

    def __init__(*args: Any, **kwargs: Any) -> None:  # so that namespace(self=1) works, as in jinja2
        self, rest = args[0], args[1:]
        attributes: Mapping[str, Any] = dict(*rest, **kwargs)
        for name in attributes:
            _refuse_private(name)
        jinja2.utils.Namespace.__init__(self, attributes)

    def __setitem__(self, name: str, value: Any) -> None:
        _refuse_private(name)
        super().__setitem__(name, value)


def _refuse_private(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise jinja2.exceptions.SecurityError(f"chat templates cannot store the underscore-prefixed name {name!r} on a namespace")


def _raise_exception(message: str) -> NoReturn:
    error = jinja2.exceptions.TemplateError(message)
    error.on_purpose = True  # type: ignore[attr-defined]
    raise error


def _tojson(
    value: Any,
    ensure_ascii: bool = False,  # noqa: FBT001, FBT002 - transformers' signature
    indent: Any = None,
    separators: Any = None,
    sort_keys: bool = False,  # noqa: FBT001, FBT002
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _strftime_now(format: str) -> str:  # noqa: A002 - the name that templates may use
    return datetime.now().strftime(format)  # noqa: DTZ005 - local time, as in transformers


def environment() -> ImmutableSandboxedEnvironment:
    """A new environment with all functions and filters for chat templates."""
    made = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[GenerationTag, "jinja2.ext.loopcontrols"]
    )
    made.filters["tojson"] = _tojson
    made.globals |= {
        "raise_exception": _raise_exception,
        "strftime_now": _strftime_now,
        "dict": Dict(),
        "namespace": Namespace,
    }
    return made
