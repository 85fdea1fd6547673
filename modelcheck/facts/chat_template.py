"""The chat template: every place it is read from, the one in use, and the token that ends a turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import JsonFile, describe
from modelcheck.errors import Absent, Broken
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.reading import read_json, read_text
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sandbox import Problem
from modelcheck.sources import Source

_ANSWER = "xq7z complete answer zq7x"
_FOLDER = "additional_chat_templates/"
_MOST = 32
"""Maximum number of named templates of that folder; real ones have two or three."""
LIKE_A_TOKEN = lazy(r"<\|[^|<>\s]{1,60}\|>|<｜[^｜<>]{1,60}｜>|</?[A-Za-z_][\w-]{0,40}>|\[/?[A-Z_]{2,30}\]")


@record()
class Place:
    """One template in one place. ``name`` is ``default`` for an unnamed one; ``keys`` is its path inside a JSON file."""

    path: str
    name: str
    text: str
    file: JsonFile | None = None
    keys: tuple[str | int, ...] = ()

    def at(self, line: int | None = None) -> Span:
        """The place; in a template file, a line of it."""
        if self.file:
            return self.file.at(*self.keys)
        return Span(self.path, None if self.path.endswith(".gguf") else line or 1)


@record()
class ChatTemplate:
    """``places`` holds all templates, those of the file in use first; ``chosen`` is the one for a chat without tools.

    ``turn_ends`` are the tokens that directly follow a complete answer, in order; empty for plain-text formats.
    ``rendered`` is a question with its answer, rendered; ``problem`` is the reason if it could not be.
    """

    places: tuple[Place, ...]
    chosen: Place
    rendered: str | None
    problem: Problem | None
    turn_ends: tuple[str, ...]

    def at(self, line: int | None = None) -> Span:
        """The place of the chosen template."""
        return self.chosen.at(line)


@fact(cost="files", reads=("chat_template.jinja", "chat_template.json", "additional_chat_templates/*.jinja"))
def chat_template(
    source: Source, listing: FileListing, tokenizer: TokenizerConfig | None, gguf: GgufMetadata | None
) -> ChatTemplate:
    """From ``chat_template.jinja`` and the folder of named ones, ``tokenizer_config.json`` or ``chat_template.json``.

    That is transformers' order. Else from GGUF.
    """
    places = (*_places(source, listing, tokenizer), *_in_gguf(gguf))
    if not places:
        raise Absent("no chat template")
    in_files = places[0].path.endswith(".jinja")
    winners = [place for place in places if (place.path.endswith(".jinja") if in_files else place.path == places[0].path)]
    chosen = next((place for place in winners if place.name == "default"), winners[0])
    special = dict(tokenizer.special_tokens) if tokenizer else {}
    rendered, problem = render_turn(chosen.text, special)
    complete = bool(tokenizer and tokenizer.added_tokens)
    known = {*special.values(), *(tokenizer.added_tokens.values() if tokenizer else ())}
    return ChatTemplate(
        places,
        chosen,
        rendered,
        problem,
        turn_ends(rendered, known, complete=complete),
    )


def _places(source: Source, listing: FileListing, tokenizer: TokenizerConfig | None) -> Iterator[Place]:
    if "chat_template.jinja" in listing:
        yield Place("chat_template.jinja", "default", read_text(source, "chat_template.jinja"))
    named = [path for path in sorted(listing.sizes) if path.startswith(_FOLDER) and path.endswith(".jinja")]
    for path in named[:_MOST]:
        yield Place(path, path.removeprefix(_FOLDER).removesuffix(".jinja"), read_text(source, path))
    if tokenizer and tokenizer.file:
        yield from _in_json(tokenizer.file)
    if "chat_template.json" in listing:
        yield from _in_json(read_json(source, "chat_template.json"))


def _in_gguf(gguf: GgufMetadata | None) -> Iterator[Place]:
    for name, text in gguf.templates.items() if gguf else ():
        yield Place(gguf.path if gguf else "", name, text)


def _in_json(file: JsonFile) -> Iterator[Place]:
    value = file.data.get("chat_template")
    if isinstance(value, str):
        yield Place(file.path, "default", value, file, ("chat_template",))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            if not (isinstance(entry, dict) and isinstance(entry.get("name"), str) and isinstance(entry.get("template"), str)):
                raise Broken(
                    file.at("chat_template", index),
                    "has an entry under 'chat_template' that is not an object with name and template",
                )
            yield Place(file.path, entry["name"], entry["template"], file, ("chat_template", index, "template"))
    elif value is not None:
        raise Broken(
            file.at("chat_template"),
            f"has {describe(value)} under 'chat_template' where a string or a list is expected",
        )


def render_turn(template: str, special_tokens: Mapping[str, str]) -> tuple[str | None, Problem | None]:
    """Render a question and its answer; content as text first, then as a list of parts for templates that need it."""
    from modelcheck.sandbox.client import render

    conversations = [
        _conversation(lambda text: text, special_tokens),
        _conversation(lambda text: [{"type": "text", "text": text}], special_tokens),
    ]
    rendered = render(template, conversations)
    for one in rendered:
        if isinstance(one, str) and _ANSWER in one:
            return one, None
    return None, next((one for one in rendered if isinstance(one, Problem)), None)


def _conversation(content: Any, special_tokens: Mapping[str, str]) -> dict[str, Any]:
    messages = [{"role": "user", "content": content("Hi")}, {"role": "assistant", "content": content(_ANSWER)}]
    return variables(special_tokens, messages)


def variables(
    special: Mapping[str, str], messages: list[dict[str, Any]], tools: Any = None, *, prompt: bool = False
) -> dict[str, Any]:
    """The variables of a template, as transformers sets them: special tokens (name → text), messages, tools."""
    return {**special, "messages": messages, "tools": tools, "documents": None, "add_generation_prompt": prompt}


def turn_ends(rendered: str | None, tokens: set[str], *, complete: bool) -> tuple[str, ...]:
    """The tokens directly after the answer. Unless ``tokens`` is ``complete``, anything that looks like a control token counts."""
    if rendered is None:
        return ()
    after = rendered[rendered.rindex(_ANSWER) + len(_ANSWER) :].lstrip()
    ordered = sorted(filter(None, tokens), key=len, reverse=True)
    found: list[str] = []
    while after:
        token = next((token for token in ordered if after.startswith(token)), None)
        if token is None and not complete:
            match = LIKE_A_TOKEN.match(after)
            token = match.group() if match else None
        if token is None or len(found) > 8:
            break
        found.append(token)
        after = after[len(token) :]
    return tuple(found)
