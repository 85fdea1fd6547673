"""What a server or a trainer depends on: how a chat is formatted, the vocabulary, the shape. Small enough for the lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from modelcheck.declarations import fact
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.lineage import Lineage
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.patterns import lazy
from modelcheck.records import record

Chat = Literal["template", "own", "none", "unknown"]
Ability = Literal["tools", "thinking"]
_WORDS: Mapping[Ability, tuple[str, ...]] = {
    "tools": ("tools", "tool_calls"),
    "thinking": ("think", "reasoning", "analysis", "thought"),
}
# A tokenizer file or a folder of code that formats chats instead of a template: Mistral's, and DeepSeek's since V3.2.
_OWN_FORMAT = ("tekken.json", "encoding/")
_FIRST = 3
_DRAFTER = lazy(r"(?i)eagle|medusa|speculator|mtp")


@record(eq=True)
class Interface:
    """``chat`` says what formats a chat: the checkpoint's template, its tokenizer's own format, nothing, or unknown.

    ``abilities`` is what the template handles besides turns. ``vocabulary`` is the number of tokens in the config, ``tokens`` the
    first added tokens, each as ``id text``, ``eos`` the token with which the tokenizer ends a text. ``shape`` is hidden size and
    number of layers. ``parent`` is the Hub id of an adapter's base; ``drafts`` is set for a head that only drafts.
    """

    chat: Chat = "unknown"
    abilities: tuple[str, ...] = ()
    vocabulary: int | None = None
    tokens: tuple[str, ...] = ()
    eos: str | None = None
    shape: tuple[int, ...] = ()
    parent: str | None = None
    drafts: bool = False


@fact(cost="files")
def interface(
    listing: FileListing,
    template: ChatTemplate | None,
    tokenizer: TokenizerConfig | None,
    config: ModelConfig | None,
    lineage: Lineage | None,
) -> Interface:
    """From the checkpoint's files; absent if only its name is known."""
    text = template.chosen.text if template else ""
    adapter = lineage is not None and lineage.relation == "adapter"
    return Interface(
        chat=_chat(listing, template, tokenizer),
        abilities=tuple(ability for ability, words in _WORDS.items() if any(word in text for word in words)),
        vocabulary=config.vocab_size if config else None,
        tokens=tuple(f"{id_} {token}" for id_, token in sorted(tokenizer.added_tokens.items())[:_FIRST]) if tokenizer else (),
        eos=tokenizer.special_tokens.get("eos_token") if tokenizer else None,
        shape=_shape(config),
        parent=lineage.origins[0].id if adapter and lineage else None,
        drafts=any(_DRAFTER.search(name) for name in (config.architectures if config else ())),
    )


def _chat(listing: FileListing, template: ChatTemplate | None, tokenizer: TokenizerConfig | None) -> Chat:
    """What formats a chat: ``none`` only if all files, with the tokenizer's, are known."""
    if template:
        return "template"
    if any(path.startswith(_OWN_FORMAT) for path in listing.sizes):
        return "own"
    return "none" if tokenizer and tokenizer.file and listing.complete else "unknown"


def _shape(config: ModelConfig | None) -> tuple[int, ...]:
    """Hidden size and number of layers, if the config gives both."""
    data: Any = config.data if config else {}
    inner = data.get(config.text_config) if config and config.text_config else None
    found = [(data.get(key) or (inner or {}).get(key)) for key in ("hidden_size", "num_hidden_layers")]
    numbers = tuple(one for one in found if isinstance(one, int))
    return numbers if len(numbers) == len(found) else ()
