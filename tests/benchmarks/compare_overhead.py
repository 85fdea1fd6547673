"""What ``modelcheck compare`` costs over the same LoRA trainings written by hand: ``compare_overhead.py [PAIRS]``.

Both train an untrained model of 16 million parameters on the same rows for the same steps, and score the same held-back rows at the
same three points, each in a process of its own, in turn. Ratios of wall time and of peak memory.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ |= {"OMP_NUM_THREADS": "1", "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
ROOT = Path(__file__).resolve().parents[2]
STEPS, BATCH, LENGTH, RATE = (8, 16, 32), 8, 192, 3e-4


def model(folder: Path) -> None:
    """An untrained Llama with the tiny model's tokenizer."""
    import shutil

    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=262, hidden_size=384, intermediate_size=1024, num_hidden_layers=9, num_attention_heads=6,
        max_position_embeddings=512, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(ROOT / "fixtures/tiny-base" / name, folder)


def rows() -> Any:
    from modelcheck.compare.jobs import Rows

    lines = [json.loads(line)["messages"] for line in (ROOT / "fixtures/starting-points/documents.jsonl").read_text().splitlines()]
    made = [
        [index, f"User: {one[0]['content']}\n\nAssistant: ", one[1]["content"], "<|endoftext|>", ""]
        for index, one in enumerate(lines)
    ]
    return Rows(train=made[:160], held=made[160:200], raw=[])


def ours(folder: Path) -> None:
    from modelcheck.compare.jobs import Job, Training
    from modelcheck.compare.worker import work
    from modelcheck.probe.messages import Place

    path = folder / "rows.json"
    path.write_text(json.dumps(asdict(rows())))
    how = Training(seed=0, steps=STEPS, rates=(RATE,), search=2, batch=BATCH)
    work(Job("train", Place(str(folder)), None, 64 << 20, str(path), "x", "x", LENGTH, (), training=how), lambda _: None)


def by_hand(folder: Path) -> None:
    """As people write it: transformers, peft, Trainer, and an evaluation at three steps."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainerCallback, TrainingArguments

    tokenizer = AutoTokenizer.from_pretrained(folder)
    network = AutoModelForCausalLM.from_pretrained(folder)
    network = get_peft_model(network, LoraConfig(task_type="CAUSAL_LM", r=16, lora_alpha=32, target_modules="all-linear"))

    def encoded(row: list[Any]) -> dict[str, Any]:
        before, whole = tokenizer(row[1])["input_ids"], tokenizer(row[1] + row[2] + row[3])["input_ids"][:LENGTH]
        return {"input_ids": whole, "labels": [-100] * len(before) + whole[len(before) :]}

    def collate(batch: list[dict[str, Any]]) -> dict[str, Any]:
        longest = max(len(one["input_ids"]) for one in batch)
        return {
            "input_ids": torch.tensor([one["input_ids"] + [0] * (longest - len(one["input_ids"])) for one in batch]),
            "attention_mask": torch.tensor(
                [[1] * len(one["input_ids"]) + [0] * (longest - len(one["input_ids"])) for one in batch]
            ),
            "labels": torch.tensor([one["labels"] + [-100] * (longest - len(one["labels"])) for one in batch]),
        }

    made = rows()
    train, held = ([encoded(row) for row in part] for part in (made.train, made.held))

    def evaluate() -> None:
        network.eval()
        with torch.inference_mode():
            for first in range(0, len(held), 16):
                network(**collate(held[first : first + 16]))
        network.train()

    class At(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.global_step in STEPS:
                evaluate()

    evaluate()
    arguments = TrainingArguments(
        output_dir=str(folder / "out"), max_steps=STEPS[-1], learning_rate=RATE, per_device_train_batch_size=BATCH, report_to=[],
        save_strategy="no", disable_tqdm=True, use_cpu=True, remove_unused_columns=False, lr_scheduler_type="constant_with_warmup",
    )  # fmt: skip
    Trainer(model=network, args=arguments, train_dataset=train, data_collator=collate, callbacks=[At()]).train()


def measured(which: str, folder: Path) -> tuple[float, float]:
    """Seconds, and the most bytes of memory, of one process."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, which, str(folder)], capture_output=True, text=True, check=True)
    return time.perf_counter() - start, float(done.stdout.splitlines()[-1])


def main() -> None:
    if len(sys.argv) > 2:
        {"ours": ours, "hand": by_hand}[sys.argv[1]](Path(sys.argv[2]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        model(Path(folder))
        taken = [(measured("ours", Path(folder)), measured("hand", Path(folder))) for _ in range(pairs)]
    for place, what in ((0, "wall time"), (1, "peak memory")):
        ratios = sorted(ours_[place] / hand[place] for ours_, hand in taken)
        print(f"{what}: {statistics.median(ratios):.2f} of the same by hand ({ratios[0]:.2f} to {ratios[-1]:.2f}, {pairs} pairs)")


if __name__ == "__main__":
    main()
