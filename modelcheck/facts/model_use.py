"""One use that a scanned file makes of a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modelcheck.findings import Span

Purpose = Literal["chat", "completion", "embedding", "rerank", "reward", "draft", "finetune", "merge", "output", "unknown"]
Method = Literal["pretrain", "sft", "preference", "orpo", "reward", "rl"]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Which checkpoint a file names, and what for.

    ``model`` is the reference with its variables resolved; ``written`` is what stands in the file. ``target`` is what to
    open for it: a Hub id or a folder below the scanned one; None where the reference stays unresolved or names something
    that is not of the Hub, and ``name_only`` is then the name that a local path ends in. ``because`` holds the words in the
    file that tell the purpose. ``engine`` is who serves or trains it (``vllm``), ``format`` the kind of file and the engine
    (``docker-compose/vllm``). ``method`` is how a fine-tune is trained, where the file tells. The purpose ``output`` is what a run
    will publish, which nobody opens. ``served_name`` is what a server calls its model (the first of several), ``remote_code``
    whether it runs the checkpoint's own Python.
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

    @property
    def of_hub(self) -> bool:
        """Whether ``target`` is a Hub id, not a folder or a name of Ollama's."""
        return self.target is not None and not self.target.startswith((".", "ollama://"))
