"""One use of a checkpoint by a scanned file."""

from __future__ import annotations

from typing import Literal

from modelcheck.findings import Edit, Fix, Span
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sources.target import OWNED_ID

_ID = lazy(OWNED_ID)
_FOLDER = lazy(r"(\./)?[\w-][\w.-]*(/[\w-][\w.-]*)*/?")
_TEST = lazy(r"(^|/)(tests?|__tests__)/.*\.(py|ipynb|[cm]?[jt]sx?|go|rs)$|(^|/)(test_[^/]*|[^/]*_test|conftest)\.(py|go)$")
_ADAPTER_PATH = lazy(r"\"path\"\s*:\s*\"([^\"]+)\"")
Purpose = Literal["chat", "completion", "embedding", "rerank", "reward", "draft", "finetune", "merge", "output", "unknown"]
Method = Literal["pretrain", "sft", "preference", "orpo", "reward", "rl"]


@record(eq=True)
class ModelUse:
    """The checkpoint that a file names, and its purpose.

    ``model`` is the reference with its variables resolved; ``written`` is the text in the file. ``target`` is what to open
    for it: a Hub id or a folder below the scanned one; None if the reference cannot be resolved or is not on the Hub, and then
    ``name_only`` is the last part of a local path. ``because`` is the purpose evidence in the file. ``engine`` serves or trains it
    (``vllm``), ``format`` is the kind of file and the engine (``docker-compose/vllm``). ``method`` is the training method of a
    fine-tune, if the file states it. The purpose ``output`` is what a run will publish; it is never opened. ``served_name`` is
    the first name of the model on the server, ``remote_code`` whether it may run the checkpoint's Python code. ``implied``: the
    file does not name the model, it is the engine's default. ``template`` formats the chat, if not the checkpoint itself.
    ``stops`` are the texts that end an answer instead of the checkpoint's own, None if the file does not set them; ``trained``
    the modules that an adapter trains fully; ``pad_token`` the padding token, or ``eos_token`` for the tokenizer's end of text.
    ``addresses`` are those at which the server answers, ``host:port``, as far as the files say.
    ``used_at`` is the place that uses the reference, where ``at``, which sets it, is another: that of a variable, or of a container
    in another file. ``unresolved`` says why a reference cannot be resolved; it is empty for one that can. ``likely``: only a key
    and the shape of the value suggest the reference, so no finding about it is an error.
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
    used_at: Span | None = None
    unresolved: str = ""
    addresses: tuple[str, ...] = ()

    @property
    def in_test(self) -> bool:
        """Whether a test program has it: tests run small models on purpose, so a finding about one is at most a note."""
        return _TEST.search(self.at.path.replace("\\", "/")) is not None

    @property
    def adapters(self) -> tuple[str, ...]:
        """The adapters served with it, also from ``name=id`` and vLLM's JSON: Hub ids, and paths in the scanned tree."""
        written = (one.rpartition("=")[2] for one in _ADAPTER_PATH.findall(self.adapter or "") or (self.adapter or "").split(","))
        names = [name.strip() for name in written]
        return tuple(name for name in names if _ID.fullmatch(name) or ("/" in name and _FOLDER.fullmatch(name)))

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        """What else of the Hub a server loads with it: pairs of ``adapter`` or ``tokenizer`` and a Hub id."""
        named = [*(("adapter", name) for name in self.adapters), ("tokenizer", self.tokenizer or "")]
        return tuple((what, name) for what, name in named if _ID.fullmatch(name))

    def naming(self, name: str, title: str, *, verified: bool) -> Fix:
        """The fix that replaces this checkpoint's name by another; safe if ``verified``.

        Without an edit, and with the reason, if the reference is in parts or has a revision.
        """
        whole = self.at.line is not None and self.at.line == self.at.end_line
        edits = (Edit(self.at, name, expected=self.model),) if whole and self.revision is None else ()
        note = "" if verified else " (by the family's convention, not looked up)"
        if not edits:
            note += " (by hand: its revision is of the other model)" if whole else " (by hand: it is written in parts)"
        return Fix(f"{title}, {name}{note}", edits, safe=verified and bool(edits))

    @property
    def used_in(self) -> Span | None:
        """The place in another file that uses the model, where the file that sets it is not the one that uses it."""
        return self.used_at if self.used_at is not None and self.used_at.path != self.at.path else None

    @property
    def of_hub(self) -> bool:
        """Whether ``target`` is a Hub id, not a folder or an Ollama name."""
        return self.target is not None and not self.target.startswith((".", "ollama://"))
