"""Writes a GGUF file in Q8_0, which every engine reads; Q4_1 is read by llama.cpp alone.

    python tests/tools/real_models/requantized.py

It is written next to the file, once, with the same metadata.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from filelock import FileLock

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tools.real_models.fetch import MODELS, path_of

_QUANT = 7
"""Of ``general.file_type``: mostly Q8_0."""
_OWN = ("general.architecture", "general.file_type")


def requantized(source: Path) -> Path:
    """The file in Q8_0, written if missing. Raises FileNotFoundError if the model was not fetched."""
    target = source.parent / "q8" / f"{source.name.split('.')[0]}.Q8_0.gguf"
    if not source.is_file():
        raise FileNotFoundError(source)
    with FileLock(source.parent / ".requantizing"):
        if not target.is_file():
            target.parent.mkdir(exist_ok=True)
            making = target.with_suffix(".making")
            _write(source, making)
            making.replace(target)
    return target


def _write(source: Path, target: Path) -> None:
    import numpy as np
    from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
    from gguf.quants import dequantize, quantize

    read = GGUFReader(source)
    writer = GGUFWriter(target, read.fields["general.architecture"].contents())
    for name, field in read.fields.items():
        if name not in _OWN and not name.startswith("GGUF."):
            writer.add_key_value(name, field.contents(), field.types[0], field.types[-1] if len(field.types) > 1 else None)
    writer.add_file_type(_QUANT)
    for tensor in read.tensors:
        shape = [int(one) for one in reversed(tensor.shape)]
        values: Any = dequantize(tensor.data, tensor.tensor_type).astype(np.float32).reshape(shape)
        if tensor.tensor_type == GGMLQuantizationType.F32:
            writer.add_tensor(tensor.name, values)
        else:
            kind = GGMLQuantizationType.Q8_0
            writer.add_tensor(tensor.name, quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    for each in MODELS:
        print(requantized(path_of(each)))
