"""What a checkpoint can be asked for through a chat API, as its files say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelcheck.declarations import fact
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.deferred.engine_stops import EngineStops
from modelcheck.facts.deferred.rendering import Rendering, conversation
from modelcheck.facts.deferred.template_code import TemplateCode
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.generation_config import GenerationConfig
from modelcheck.facts.interface import Interface
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record

_SWITCH = lazy(r"(?i)think|reason")
_MOST = 4
"""Variables that are tried."""
_VALUES: tuple[Any, ...] = (True, False, "high", "low", "none", "off", 512)
"""Values that switches of reasoning take in the templates of 2024 to 2026."""
_ENCODER = lazy(r"^(vision_config|visual|(mm_)?vision_tower|vision_(backbone|encoder|model)|img_processor)$")
_PERHAPS_IMAGES = lazy(r"(?i)image|vision|visual|vit_|pixel")
"""Text models of families that also see keep such keys: an image token in the vocabulary, say."""


@record(eq=True)
class Capability:
    """``supported`` is None if the files do not say; ``because`` is what was seen, as a clause, and ``at`` the place.

    ``variable`` is the template variable that switches reasoning, None for the other capabilities.
    """

    supported: bool | None
    because: str
    at: Span | None = None
    variable: str | None = None


@record(eq=True)
class Stops:
    """Where one engine ends an answer by default: the token ids, the texts of those that are known, ascending by id.

    ``at_turn_end`` is whether one of them ends a turn of the chat template; None if it is unknown what ends a turn.
    """

    engine: str
    ids: tuple[int, ...]
    tokens: tuple[str, ...]
    at_turn_end: bool | None


@record(eq=True)
class Capabilities:
    """What the files allow, which says nothing about what the model was trained for: a base model may ship a chat template.

    ``chat`` is whether messages can be formatted. ``stop_ids`` are those of the generation config, else of ``config.json``.
    """

    chat: Capability
    system_role: Capability
    tools: Capability
    reasoning_switch: Capability
    images: Capability
    stop_ids: tuple[int, ...] = ()
    stops: tuple[Stops, ...] = ()


@fact(cost="files")
def capabilities(
    interface: Interface,
    listing: FileListing,
    config: ModelConfig | None,
    template: ChatTemplate | None,
    rendering: Rendering | None,
    code: TemplateCode | None,
    tokenizer: TokenizerConfig | None,
    generation: GenerationConfig | None,
    engines: EngineStops | None,
) -> Capabilities:
    """From the files; the chat template is rendered in the worker process."""
    chat = _chat(interface, listing, template)
    system = tools = switch = _as_chat(chat)
    if template is not None and rendering is not None:
        system, tools = _system(template, rendering), _tools(template, rendering)
        switch = _switch(template, code, tokenizer)
    return Capabilities(
        chat=chat,
        system_role=system,
        tools=tools,
        reasoning_switch=switch,
        images=_images(config, listing),
        stop_ids=generation.stop_ids if generation else (),
        stops=tuple(_stops(engines, tokenizer)) if engines else (),
    )


def _yes(because: str, at: Span | None, variable: str | None = None) -> Capability:
    return Capability(supported=True, because=because, at=at, variable=variable)


def _no(because: str, at: Span | None = None) -> Capability:
    return Capability(supported=False, because=because, at=at)


def _unknown(because: str, at: Span | None = None) -> Capability:
    return Capability(supported=None, because=because, at=at)


def _chat(interface: Interface, listing: FileListing, template: ChatTemplate | None) -> Capability:
    if template is not None and template.rendered is None and template.problem:
        return _unknown(f"the chat template does not render an answered question: {template.problem.message}", template.at())
    if template is not None:
        return _yes("a chat template", template.at())
    paths = sorted(listing.sizes)
    if interface.chat == "own":
        own = next((path for path in paths if path == "tekken.json" or path.startswith("encoding/")), "tekken.json")
        return _yes("a format of its own instead of a chat template", Span(own))
    if interface.chat == "unknown":
        return _unknown("not all files of the tokenizer are known")
    code = next((path for path in paths if path.endswith(".py")), None)
    if code:
        return _unknown("no chat template, but code of its own, which may format chats", Span(code))
    return _no("no chat template")


def _as_chat(chat: Capability) -> Capability:
    """What is known without a template: nothing works without a chat format, and of formats of its own it is unknown."""
    return _no(chat.because) if chat.supported is False else _unknown(chat.because, chat.at)


def _system(template: ChatTemplate, rendering: Rendering) -> Capability:
    text, problem = rendering.text("system"), rendering.problem("system")
    if text is None:
        because = f"the chat template refuses a system message: {problem.message if problem else 'it does not render'}"
        return _no(because, template.at()) if rendering.text("question") is not None else _unknown(because, template.at())
    if Rendering.SYSTEM in text:
        return _yes("the chat template renders a system message", template.at())
    return _no("the chat template drops a system message", template.at())


def _tools(template: ChatTemplate, rendering: Rendering) -> Capability:
    text = rendering.text("tools")
    if text is None:
        return _unknown("the chat template does not render with a tool declared", template.at())
    if Rendering.TOOL in text:
        return _yes("the chat template renders declared tools", template.at())
    return _no("the chat template does not render declared tools", template.at())


def _switch(template: ChatTemplate, code: TemplateCode | None, tokenizer: TokenizerConfig | None) -> Capability:
    """Whether a variable of the template changes the prompt of the same question, and which."""
    from modelcheck.sandbox.client import render

    chosen = code.chosen if code else None
    if chosen is None or chosen.problem is not None:
        return _unknown("the chat template cannot be inspected", template.at())
    names = [name for name in dict.fromkeys((*chosen.asked, *chosen.undeclared)) if _SWITCH.search(name)]
    for name in names[:_MOST]:
        asked = conversation("prompted", tokenizer)
        found = render(template.chosen.text, [asked, *({**asked, name: value} for value in _VALUES)])
        if len({text for text in found if isinstance(text, str)}) > 1:
            return _yes(f"the variable {name} of the chat template changes the prompt", template.at(), name)
    if names:
        return _no(f"the chat template takes {', '.join(names[:_MOST])}, which changes nothing for a question", template.at())
    return _no("the chat template has no variable for it", template.at())


def _images(config: ModelConfig | None, listing: FileListing) -> Capability:
    projector = next((path for path in sorted(listing.sizes) if "mmproj" in path.lower() and path.lower().endswith(".gguf")), None)
    if projector:
        return _yes("an image projector beside the GGUF file", Span(projector))
    if config is None:
        return _unknown("no config.json")
    seen = next((key for key in config.data if _ENCODER.search(key) and config.data[key]), None)
    if seen:
        return _yes(f"{seen} in config.json", config.at(seen))
    key = next((key for key in config.data if _PERHAPS_IMAGES.search(key)), None)
    if key:
        return _unknown(f"config.json has {key}, but no image encoder", config.at(key))
    if any("processor" in path for path in listing.sizes):
        return _unknown("a processor, but no image encoder in config.json", config.at())
    return _no("config.json has no image encoder", config.at())


def _stops(engines: EngineStops, tokenizer: TokenizerConfig | None) -> Iterator[Stops]:
    texts: Mapping[int, str] = tokenizer.added_tokens if tokenizer else {}
    for engine, found in engines.by_engine.items():
        ids = tuple(sorted(found))
        yield Stops(engine, ids, tuple(texts[id_] for id_ in ids if id_ in texts), engines.at_turn_end(engine))
