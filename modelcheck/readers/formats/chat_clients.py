"""Chat clients: Hugging Face's chat-ui and LibreChat. Every model that they name is used for chat."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.yamlfile import Node, YamlFile, parse_yaml_text
from modelcheck.errors import Broken, Exceeded
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import make_use, scalar_at, served_use, text_at
from modelcheck.readers.launch.references import is_hub_id

_LONGEST = 2**18
_BEGINNING = lazy(r"(?m)^MODELS=[`']")
_MODELS = lazy(r"(?s)MODELS=(?P<quote>[`'])(?P<list>\s*\[.*?\]\s*)(?P=quote)")
_OWN_HOST = lazy(r"https?://(localhost|[\w-]+|[\d.]+|host\.docker\.internal|[\w.-]+\.(local|internal|svc|lan))([:/].*)?$|\$\{")


@reader(files=(".env", ".env.*", "*.env"), mentions=("models=",))
def chat_ui(file: TextFile) -> Iterator[ModelUse]:
    """The list under ``MODELS``, JSON5 in quotes. A model that an endpoint serves by an alias is named by its ``id``."""
    first = _BEGINNING.search(file.text)
    if first and len(file.text) > _LONGEST:
        raise Exceeded(f"has a list of models in more than {_LONGEST // 2**10} KiB")
    found = _MODELS.match(file.text, first.start()) if first else None
    if found is None:
        return
    # JSON5 without comments and tabs is YAML, whose parser keeps places.
    listed = re.sub(r"(?m)^\s*//.*$", lambda comment: " " * len(comment.group()), found["list"].replace("\t", " "))
    before = file.text[: found.start("list")]
    text = "\n" * before.count("\n") + " " * (len(before) - before.rfind("\n") - 1) + listed
    try:
        documents = parse_yaml_text(file.path, text)
    except Broken:
        return
    for entry in documents[0] if documents else ():
        model = next((word for word in (scalar_at(entry, "id"), scalar_at(entry, "name")) if word and is_hub_id(word.text)), None)
        if model:
            tokenizer = text_at(entry, "tokenizer")
            template = text_at(entry, "chatPromptTemplate")
            yield make_use(model, "chat-ui", "chat-ui", "chat", ("MODELS of chat-ui",), tokenizer=tokenizer, template=template)


@reader(files=("librechat*.y*ml",), mentions=("endpoints",))
def librechat(file: YamlFile) -> Iterator[ModelUse]:
    """The models of self-hosted servers, by their served names; hosted providers are not read."""
    for document in file.documents:
        for endpoint in document.get("endpoints", "custom") or ():
            if _OWN_HOST.match(text_at(endpoint, "baseURL") or ""):
                yield from _served(endpoint)


def _served(endpoint: Node) -> Iterator[ModelUse]:
    for element in endpoint.get("models", "default") or ():
        name = scalar_at(element)
        if name:
            yield served_use(name, "librechat", "librechat", "chat", ("an endpoint of LibreChat",))
