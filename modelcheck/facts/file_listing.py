"""The files of the checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from modelcheck.declarations import fact
from modelcheck.findings import Span
from modelcheck.records import record
from modelcheck.sources import Source

SAFETENSORS = (".safetensors",)
PICKLES = (".bin", ".pt", ".pth", ".ckpt")
_NO_WEIGHTS = (
    "training_args.bin",
    "optimizer.pt",
    "scheduler.pt",
    "rng_state.pth",
    "optimizer.bin",
    "scheduler.bin",
    "scaler.pt",
)
_OTHER_WEIGHTS = (".gguf", ".h5", ".msgpack", ".onnx", ".npz", ".nemo")

_PARTS = {
    "an adapter": {"adapter_config.json"},
    "a tokenizer": {"tokenizer.json", "tokenizer_config.json", "tokenizer.model", "tekken.json", "special_tokens_map.json"},
    "a chat template": {"chat_template.jinja", "chat_template.json"},
    "a generation config": {"generation_config.json"},
    "a model card": {"README.md"},
}
"""What is not a model by itself, the most telling part first."""
_TEXTS = (
    ".json",
    ".jinja",
    ".model",
    ".md",
    ".txt",
    ".gitattributes",
    ".gitignore",
    ".py",
    ".yaml",
    ".yml",
    ".toml",
    ".png",
    ".svg",
)
"""Suffixes of files that hold no weights."""


@record()
class FileListing:
    """Every file's path from the root, with its size in bytes, if known.

    ``complete`` is False for the Hub's cache, which holds only the files that were requested.
    """

    sizes: Mapping[str, int | None]
    complete: bool = True

    def __contains__(self, path: str) -> bool:
        return path in self.sizes

    def at_root(self, suffixes: Iterable[str]) -> tuple[str, ...]:
        """The files in the root folder with this suffix, sorted."""
        endings = tuple(suffixes)
        return tuple(sorted(path for path in self.sizes if "/" not in path and path.endswith(endings)))

    @property
    def safetensors(self) -> tuple[str, ...]:
        """Weights in safetensors files."""
        return self.at_root(SAFETENSORS)

    @property
    def pickles(self) -> tuple[str, ...]:
        """Weights in pickle files, without the optimizer's state and the trainer's arguments."""
        return tuple(path for path in self.at_root(PICKLES) if not path.startswith(_NO_WEIGHTS))

    @property
    def other_weights(self) -> tuple[str, ...]:
        """Weights in other formats that do not run code when read: GGUF, Keras, Flax, ONNX and the like."""
        return self.at_root(_OTHER_WEIGHTS)

    @property
    def only(self) -> str | None:
        """The one part of a checkpoint that these files are, in a few words; None if there is a model, or too little is known."""
        model = any(path.rpartition("/")[2] == "config.json" or path.endswith(".index.json") for path in self.sizes)
        if model or not self.complete or not all(path.endswith(_TEXTS) or _is_named(path) for path in self.sizes):
            return None
        return next((what for what, names in _PARTS.items() if not names.isdisjoint(self.sizes)), None)

    def at(self, path: str) -> Span:
        """A file as a whole."""
        return Span(path)


def _is_named(path: str) -> bool:
    return path.rpartition("/")[2].upper().startswith(("LICENSE", "LICENCE", "NOTICE"))


@fact(cost="files")
def file_listing(source: Source) -> FileListing:
    """From the folder, the cache or the Hub's answer."""
    return FileListing(source.files(), complete=source.kind != "cache")
