"""Which known chat format the chat template uses, and which family it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from modelcheck.api import ChatTemplate, Evidence, ModelConfig, lazy, signal

from modelcheck_rules.identity._tables import FORMATS

_HEAD = 2000
# "You are Qwen, created by …", "You are a helpful assistant named SmolLM", but not "You are a helpful assistant".
_PERSONA = lazy(r"You are (?P<name>[A-Z][\w.-]*(?: [A-Z0-9][\w.-]*){0,3}),|\b(?:named|called|known as) (?P<called>[A-Z][\w.-]*)")


@signal(group="template")
def known_template(template: ChatTemplate, config: ModelConfig | None) -> Iterator[Evidence]:
    """A system prompt that gives the model a name, or a chat format of another model family: both are evidence for instruct.

    A template with a name was written for this model. A format of another family was added for fine-tuning. The formats are
    listed in ``templates.toml`` and recognized in the rendering of one question and its answer. Of a family that no row names,
    it is not known which format is its own. Qwen2.5's templates of base and
    instruct models differ only in the system prompt.
    """
    text = (template.rendered or "")[:_HEAD]
    persona = _PERSONA.search(text)
    if persona:
        name = persona["name"] or persona["called"]
        yield Evidence(3.0, f"the chat template's default system prompt names the model {name}", template.at(), kind="persona")
    known = next((row for row, pattern in _formats() if pattern.search(text)), None)
    model_type = config.model_type if config else None
    if known is None or model_type is None:
        return
    if model_type.startswith(tuple(known["of"])):
        yield Evidence(0.0, f"the chat template uses {known['name']}, the format of its own family", template.at())
    elif model_type not in known.get("also", ()) and _has_a_format(model_type):
        because = f"the chat template uses {known['name']}, which is not a format of the {model_type} family"
        yield Evidence(2.3, because, template.at(), kind="foreign")


def _has_a_format(model_type: str) -> bool:
    return any(model_type.startswith(tuple(row["of"])) for row in FORMATS)


@cache
def _formats() -> tuple[tuple[dict[str, Any], re.Pattern[str]], ...]:
    return tuple((row, lazy(row["pattern"], words=row["words"])) for row in FORMATS)
