"""One use of a checkpoint by a scanned file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modelcheck.findings import Edit, Fix, Span
from modelcheck.patterns import lazy
from modelcheck.sources.target import OWNED_ID

_ID = lazy(OWNED_ID)
_ADAPTER_PATH = lazy(r"\"path\"\s*:\s*\"([^\"]+)\"")
Purpose = Literal["chat", "completion", "embedding", "rerank", "reward", "draft", "finetune", "merge", "output", "unknown"]
Method = Literal["pretrain", "sft", "preference", "orpo", "reward", "rl"]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """The checkpoint that a file names, and its purpose.

    ``model`` is the reference with its variables resolved; ``written`` is what stands in the file. ``target`` is what to
    open for it: a Hub id or a folder below the scanned one; None where the reference stays unresolved or names something
    that is not of the Hub, and ``name_only`` is then the name that a local path ends in. ``because`` holds the words in the
    file that tell the purpose. ``engine`` is who serves or trains it (``vllm``), ``format`` the kind of file and the engine
    (``docker-compose/vllm``). ``method`` is how a fine-tune is trained, where the file tells. The purpose ``output`` is what a run
    will publish, which nobody opens. ``served_name`` is what a server calls its model (the first of several), ``remote_code``
    whether it runs the checkpoint's own Python. ``implied`` tells that nobody named the model: it is the engine's default.
    ``template`` is whatever is to format the chat, if not the checkpoint itself. ``stops`` are the texts that end an answer
    instead of the checkpoint's own, None where the file leaves them alone; ``trained`` the modules that an adapter trains whole;
    ``pad_token`` what a run pads with: a token, or ``eos_token`` for whatever the tokenizer ends a text with.
    ``likely`` marks a reference that only its key and its shape suggest: no rule makes an error of it alone.
    """

    model: str
    written: str
    target: str | None
    at: Span
    format: str
    engine: str
    revision: str | None = None
    quant: str | None = None
    tokenizer: str | None = None
    template: str | None = None
    adapter: str | None = None
    purpose: Purpose = "unknown"
    because: tuple[str, ...] = ()
    name_only: str | None = None
    method: Method | None = None
    served_name: str | None = None
    remote_code: bool = False
    implied: bool = False
    draft: str | None = None
    tool_parser: str | None = None
    reasoning_parser: str | None = None
    stops: tuple[str, ...] | None = None
    trained: tuple[str, ...] = ()
    pad_token: str | None = None
    likely: bool = False

    @property
    def adapters(self) -> tuple[str, ...]:
        """The Hub ids of the adapters served with it, also from ``name=id`` and vLLM's JSON."""
        names = (one.rpartition("=")[2] for one in _ADAPTER_PATH.findall(self.adapter or "") or (self.adapter or "").split(","))
        return tuple(name.strip() for name in names if _ID.fullmatch(name.strip()))

    def naming(self, name: str, title: str, *, verified: bool) -> Fix:
        """The fix that replaces this checkpoint's name by another; safe if ``verified``.

        Without an edit where the reference is not written there as it is: in parts, from a variable, with a revision of its own.
        """
        whole = self.at.line is not None and self.at.line == self.at.end_line and self.revision is None
        edits = (Edit(self.at, name, expected=self.model),) if whole else ()
        told = "" if verified else " (by the family's convention, not looked up)"
        return Fix(f"{title}, {name}{told}", edits, safe=verified and bool(edits))

    @property
    def of_hub(self) -> bool:
        """Whether ``target`` is a Hub id, not a folder or an Ollama name."""
        return self.target is not None and not self.target.startswith((".", "ollama://"))
