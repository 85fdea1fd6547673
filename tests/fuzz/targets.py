"""Fuzzes parsers and the rules after them with nearly valid files, made at random from valid ones.

    python tests/fuzz/targets.py TARGET [--seconds 60] [--seed 0]

runs one target for that time and prints the number of files, the slowest time and the memory. tests/fuzz/test_targets.py runs each
with Hypothesis for a short time; tests/fuzz/guided.py lets atheris choose files by coverage.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelcheck.config import Settings
from modelcheck.findings import Cost
from modelcheck.testing.checking import run
from modelcheck.testing.tiny import safetensors

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from rules.cases import CHATML, LLAMA3, thing, untrained

SECONDS = 5.0
MEGABYTES = 500
_TOKENIZER = {"eos_token": "<|im_end|>", "added_tokens_decoder": {"2": {"content": "<|im_end|>"}}}
CARD = """---
license: apache-2.0
language: [en, no]
datasets: &d
- a/b
metrics: *d
model-index:
- name: x
  results: [{task: {type: t}, dataset: {type: d, name: n}, metrics: [{type: m, value: 1}]}]
extra_gated_fields: {A: text, B: {type: select, options: [x]}}
---
# Title

<!-- comment -->
## Section

```python
model.from_pretrained("a/b")
```
"""
CONFIG = json.dumps({
    "model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 40, "eos_token_id": [1, 2],
    "auto_map": {"a": "b.C"},
    "rope_scaling": {"rope_type": "linear", "factor": 2.0}, "quantization_config": {"quant_method": "awq"}, "text_config": {},
    "num_hidden_layers": 1, "torch_dtype": "float32", "tie_word_embeddings": False, "image_token_id": 39, "_name_or_path": "a/b",
    "max_position_embeddings": 64, "pad_token_id": 0,
})  # fmt: skip
GENERATION = json.dumps({"eos_token_id": [0, 2], "temperature": 0.7, "do_sample": True, "pad_token_id": 0, "top_p": 0.9})
POST_PROCESSOR = {"processors": [{"single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {}}]}]}
TOKENIZER = json.dumps(
    {
        "added_tokens": [{"id": 2, "content": "<|im_end|>", "special": True}],
        "post_processor": POST_PROCESSOR,
        "model": {"vocab": {"a": 0, "b": 1}, "merges": []},
    }
)
INDEX = json.dumps({"metadata": {"total_size": 640}, "weight_map": {"model.embed_tokens.weight": "model.safetensors"}})
TEMPLATE = (
    LLAMA3 + "{% set ns = namespace(a=1) %}{% if tools is defined and 'x' in messages[0].content %}{{ tools | tojson }}{% endif %}"
)
GGUF = thing(
    f"tokenizer.chat_template = {json.dumps(CHATML)}", 'tokenizer.ggml.tokens = ["a", "b", "c", "d"]', "general.alignment = 32"
)
SHELL = r"""#!/bin/bash
set -e; source ./x.env
MODELS=(a/b "c/d" ${E:-e/f})  # a list
for m in "${MODELS[@]}"; do vllm serve "$m" --port ${P:?no} >log 2>&1 & done
if [[ $1 == x ]]; then M=a/b; elif y; then M=$(cat z); else M=`pwd`; fi
case "$1" in a|b) export M=c/d ;; *) : "${M:=e/f}" ;; esac
serve() { local a="$1"; shift; nohup vllm serve "$a" "${@:2}" | tee log; }
serve org/name --x 'y z' && bash -lc "vllm serve \"$M\" && exec \$BIN" -- $'q\n'
cat > x.py <<'EOF'
from vllm import LLM
LLM("a/b")
EOF
python -c 'import vllm; vllm.LLM("a/b")' \
  | docker run -e M=$M vllm/vllm-openai --model "$M"
curl localhost:1/v1/chat/completions -d '{"model": "a/b"}'
"""

WEIGHTS = untrained()
ADAPTER = safetensors("base_model.model.a.lora_A.weight F32 8x2")

SEEDS: dict[str, tuple[str, bytes]] = {
    "card": ("README.md", CARD.encode()),
    "config": ("config.json", CONFIG.encode()),
    "generation": ("generation_config.json", GENERATION.encode()),
    "tokenizer": ("tokenizer.json", TOKENIZER.encode()),
    "tokenizer_config": ("tokenizer_config.json", json.dumps(_TOKENIZER | {"chat_template": CHATML}).encode()),
    "template": ("chat_template.jinja", TEMPLATE.encode()),
    "index": ("model.safetensors.index.json", INDEX.encode()),
    "safetensors": ("model.safetensors", WEIGHTS),
    "gguf": ("thing.gguf", GGUF),
    "adapter": ("adapter_config.json", b'{"peft_type": "LORA", "r": 8, "base_model_name_or_path": "a/b", "target_modules": ["q"]}'),
    "merge": ("mergekit_config.yml", b"slices:\n- sources: &s\n  - model: a/b\n  - {model: {path: c/d}}\n- *s\nbase_model: a/b\n"),
    "shell": ("run.sh", SHELL.encode()),
    "results": (".eval_results/a.yaml", b'- dataset: {id: a/b, task_id: t}\n  value: 1\n  date: "2026-01-01"\n'),
}
PIECES = (
    b"(", b")", b"$(", b"${", b"`", b"'", b"<<E\n", b"|", b">", b"\\\n", b"M=(",
    b"{", b"}", b"[", b"]", b":", b",", b'"', b"\n", b" ", b"---\n", b"- ", b"&a ", b"*a", b"{% for i in range(99) %}",
    b"{% endfor %}", b"{{ ", b" }}", b"{% if ", b"null", b"true", b"-1", b"1e999", b"9" * 40, b"\xff\xfe", b"\0",
    "\u202e".encode(), b"!!python/object ", b"'a' * 999999999",
    struct.pack("<Q", 2**62), struct.pack("<Q", 2**63 - 1), struct.pack("<I", 2**31),
)  # fmt: skip


VALUES = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    1.5,
    float("nan"),
    "",
    "a",
    "a/b",
    [],
    [None],
    [1, "a", {}],
    {},
    {"a": {"a": 1}},
    "x" * 5000,
)


def retyped(value: Any, choices: random.Random) -> Any:
    """JSON with one value, at whatever depth, of another type."""
    if isinstance(value, dict | list) and value and choices.random() < 0.8:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = choices.choice(keys)
        copy = value.copy()
        copy[key] = retyped(value[key], choices)
        return copy
    return choices.choice(VALUES)


def _json(seed: bytes) -> Any:
    """The object that a file is; None for anything else."""
    try:
        return json.loads(seed) if seed.lstrip().startswith(b"{") else None
    except (ValueError, RecursionError):
        return None


def mutated(seed: bytes, choices: random.Random) -> bytes:
    """A few changes at random: a value of another type in JSON; bytes cut out, turned over, doubled or put in between."""
    value = _json(seed) if choices.random() < 0.5 else None
    if value is not None:
        for _ in range(choices.randint(1, 3)):
            value = retyped(value, choices) if isinstance(value, dict) else {}
        return json.dumps(value).encode()
    data = bytearray(seed)
    for _ in range(choices.randint(1, 6)):
        place = choices.randrange(len(data) + 1)
        kind = choices.randrange(5)
        if kind == 0:
            del data[place : place + choices.choice((1, 2, 8, 40))]
        elif kind == 1 and place < len(data):
            data[place] ^= 1 << choices.randrange(8)
        elif kind == 2:
            data[place:place] = choices.choice(PIECES)
        elif kind == 3:
            data[place:place] = data[place : place + choices.choice((4, 16, 200))] * choices.choice((1, 2, 50))
        else:
            del data[place:]
    return bytes(data)


def feed(name: str, content: bytes) -> float:
    """Judge a checkpoint that has this file among right ones; gives the seconds. Raises AssertionError where something crashes."""
    files: dict[str, str | bytes] = {
        "config.json": '{"model_type": "llama", "vocab_size": 40}',
        "tokenizer_config.json": json.dumps(_TOKENIZER),
        "chat_template.jinja": CHATML,
        "README.md": CARD,
        "model.safetensors": WEIGHTS,
    }
    if name == "adapter":
        files["adapter_model.safetensors"] = ADAPTER
    if name == "gguf":
        files = {"config.json": "{}"}
    files[SEEDS[name][0]] = content
    started = time.perf_counter()
    run(files, Settings(offline=True, budget=Cost.WEIGHTS))
    return time.perf_counter() - started


def main(feeds: Callable[[str, bytes], float] = feed) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=[*SEEDS, "all"])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for name in SEEDS if asked.target == "all" else [asked.target]:
        choices = random.Random(asked.seed)
        ends, count, slowest = time.monotonic() + asked.seconds, 0, 0.0
        while time.monotonic() < ends:
            content = mutated(SEEDS[name][1], choices)
            try:
                slowest = max(slowest, feeds(name, content))
            except AssertionError:
                print(f"{name}: crashed on {content!r}")
                raise
            count += 1
        memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        print(f"{name}: {count} files, slowest {slowest:.2f} s, at most {memory:.0f} MB")


if __name__ == "__main__":
    main()
