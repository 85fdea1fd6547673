"""Makes safetensors checkpoints of the fetched GGUF files, once: transformers takes a minute to load those, and a second for these.

    python tests/tools/real_models/convert.py

They lie in ``safetensors/`` beside each GGUF file. The papers are those that transformers makes of a GGUF file's metadata.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from filelock import FileLock

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tools.real_models.fetch import MODELS, path_of

_DONE = "model.safetensors"


def converted(source: Path) -> Path:
    """The folder of the converted checkpoint, made unless it is there. Raises FileNotFoundError where nothing was fetched."""
    target = source.parent / "safetensors"
    if not source.is_file():
        raise FileNotFoundError(source)
    with FileLock(source.parent / ".converting"):  # tests run side by side
        if not (target / _DONE).is_file():
            _convert(source, target)
    return target


def _convert(source: Path, target: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    making = target.with_name("making")
    shutil.rmtree(making, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(making)
    model = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.bfloat16)
    # What was dequantised is an ordinary model, which save_pretrained does not know.
    model.hf_quantizer = None
    model.is_quantized = False
    del model.config.quantization_config
    model.save_pretrained(making)
    making.replace(target)


if __name__ == "__main__":
    for each in MODELS:
        print(converted(path_of(each)))
