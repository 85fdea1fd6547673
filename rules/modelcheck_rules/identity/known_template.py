"""Which known format the chat template writes, and whose it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from modelcheck.api import ChatTemplate, Evidence, ModelConfig, lazy, signal

_HEAD = 2000
# "You are Qwen, created by …", "You are a helpful assistant named SmolLM", but not "You are a helpful assistant".
_PERSONA = lazy(r"You are (?P<name>[A-Z][\w.-]*(?: [A-Z0-9][\w.-]*){0,3}),|\b(?:named|called|known as) (?P<called>[A-Z][\w.-]*)")


@signal(group="template")
def known_template(template: ChatTemplate, config: ModelConfig | None) -> Iterator[Evidence]:
    """A template that gives the model a name was written for this model; one in another family's format was put there to tune with.

    The formats are those of ``templates.toml``, recognised in what the template writes for one question and its answer. Qwen2.5's
    template differs between base and instruct in this wording alone.
    """
    text = (template.rendered or "")[:_HEAD]
    persona = _PERSONA.search(text)
    if persona:
        name = persona["name"] or persona["called"]
        yield Evidence(3.0, f"the chat template's own system prompt calls the model {name}", template.at(), kind="persona")
    known = next((row for row, pattern in _formats() if pattern.search(text)), None)
    model_type = config.model_type if config else None
    if known is None or model_type is None:
        return
    if model_type.startswith(tuple(known["of"])):
        yield Evidence(0.0, f"the chat template writes {known['name']}, its family's own format", template.at())
    elif model_type not in known.get("also", ()):
        because = f"the chat template writes {known['name']}, not a format of {model_type}'s own"
        yield Evidence(2.3, because, template.at(), kind="foreign")


@cache
def _formats() -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    table = tomllib.loads(Path(__file__).with_name("templates.toml").read_text("utf-8"))
    return tuple((row, re.compile(row["pattern"])) for row in table["format"])
