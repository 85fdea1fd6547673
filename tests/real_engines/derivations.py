"""Checkpoints whose files disagree about where generation stops, made from the real instruct model: 0 ends documents, 2 turns."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from modelcheck.documents.gguf import parse_gguf

END, RENAMED = "<|im_end|>", "<|zz_end|>"
TEXTS = {0: "<|endoftext|>", 2: END}


@dataclass(frozen=True)
class Stops:
    """The eos of generation config (None: no such file), tokenizer and config, and the engines that then run on."""

    generation: int | None
    tokenizer: int
    config: int
    run_on: frozenset[str]
    rules: tuple[str, ...]
    says: str
    renamed: bool = False


NO_EOS, DIFFERENTLY = ("template/turn-end-not-eos",), ("template/engines-stop-differently",)
_ALL = frozenset(("transformers", "vllm", "mlx", "llama.cpp"))
DERIVATIONS = {
    "A": Stops(0, 2, 2, frozenset(("transformers",)), NO_EOS, "transformers stops only on 0"),
    "B": Stops(0, 0, 2, frozenset(("transformers", "vllm")), NO_EOS, "transformers and vLLM stop only on 0"),
    "C": Stops(2, 0, 0, frozenset(), DIFFERENTLY, "text-generation-inference does not"),
    "D": Stops(0, 0, 0, frozenset(("transformers", "vllm", "mlx")), NO_EOS, "transformers and vLLM stop only on 0"),
    "E": Stops(None, 0, 2, frozenset(), DIFFERENTLY, "text-generation-inference does not"),
    "F": Stops(None, 2, 0, frozenset(("transformers",)), NO_EOS, "transformers stops only on 0"),
    "G": Stops(0, 0, 0, _ALL, NO_EOS, "generation stops only on 0", renamed=True),
}


def derive(name: str, model: Path, folder: Path) -> Path:
    """A folder of links to a checkpoint's weights, with the files of a derivation."""
    stops = DERIVATIONS[name]
    folder.mkdir(parents=True)
    for file in model.iterdir():
        if file.suffix == ".safetensors":
            (folder / file.name).symlink_to(file)
            continue
        text = file.read_text("utf-8")
        if stops.renamed:
            text = text.replace(END, RENAMED)
        if file.suffix == ".json":
            text = _changed(file.name, json.loads(text), stops)
        if text:
            (folder / file.name).write_text(text, "utf-8")
    return folder


def _changed(file: str, data: dict[str, object], stops: Stops) -> str:
    ids = {"config.json": stops.config, "generation_config.json": stops.generation}
    if file in ids:
        data["eos_token_id"] = ids[file]
        data.pop("_from_model_config", None)  # transformers would take the config's instead
    if file == "tokenizer_config.json":
        data["eos_token"] = TEXTS[stops.tokenizer] if not stops.renamed or stops.tokenizer != 2 else RENAMED
    return "" if file == "generation_config.json" and stops.generation is None else json.dumps(data)


def derive_gguf(name: str, model: Path, path: Path) -> Path:
    """The GGUF file that llama.cpp's converter makes of a derivation: its eos is the tokenizer's."""
    stops = DERIVATIONS[name]
    path.parent.mkdir(parents=True)
    shutil.copyfile(model, path)
    header = parse_gguf(path.name, path.stat().st_size, lambda start, length: _bytes(path, start, length))
    data = bytearray(_bytes(path, 0, header.layout()[1]))
    key = b"tokenizer.ggml.eos_token_id"
    at = data.index(key) + len(key) + 4  # the value follows its type
    data[at : at + 4] = stops.tokenizer.to_bytes(4, "little")
    if stops.renamed:
        data[:] = data.replace(END.encode(), RENAMED.encode())
    with path.open("r+b") as file:
        file.write(data)
    return path


def _bytes(path: Path, start: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(length)
