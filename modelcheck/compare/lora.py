"""One training with LoRA, by peft and transformers' Trainer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from modelcheck.compare.encoding import Encoded
from modelcheck.compare.jobs import Job
from modelcheck.probe.loading import Loaded
from modelcheck.records import record

_WARM_UP = 0.03


class Diverged(Exception):  # noqa: N818 - a result
    """The loss is not a number any more."""


@record()
class Run:
    """A training: its learning rate, the steps after which to score, and rows of a step as ``size`` × ``accumulated``."""

    seed: int
    rate: float
    steps: tuple[int, ...]
    size: int
    accumulated: int
    decay: bool
    rank: int


def train_once(loaded: Loaded, job: Job, texts: Sequence[Encoded], run: Run, at: Callable[[int, float], None]) -> None:
    """Train a new adapter; ``loaded.model`` is the adapted model afterwards. ``at`` is called at each step to score, with the loss.

    Raises Diverged, and what torch raises out of memory.
    """
    from transformers import PrinterCallback, Trainer, set_seed

    set_seed(run.seed)
    loaded.model = _adapted(loaded, job, run.rank)
    watch = _watch(loaded, run.steps, at)
    data: Any = [{"ids": text.ids, "answer": text.answer} for text in texts]
    trainer = Trainer(
        model=loaded.model, args=_arguments(loaded, job, run), train_dataset=data, callbacks=[watch],
        data_collator=_collator(loaded.tokenizer.pad_token_id or 0),
    )  # fmt: skip
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    loaded.model.eval()
    if not math.isfinite(watch.last):
        raise Diverged(f"the loss is {watch.last} with the learning rate {run.rate:g}")


def _adapted(loaded: Loaded, job: Job, rank: int) -> Any:
    """The model with an adapter on every linear layer, and on the rows of tokens that nobody has trained for chats yet."""
    from peft import LoraConfig, TaskType, get_peft_model

    new = [loaded.tokenizer.convert_tokens_to_ids(token) for token in job.new_tokens]
    lora = LoraConfig(
        task_type=TaskType.CAUSAL_LM, r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules="all-linear",
        trainable_token_indices=new or None,
    )  # fmt: skip
    return get_peft_model(loaded.model, lora)


def _arguments(loaded: Loaded, job: Job, run: Run) -> Any:
    from transformers import TrainingArguments

    last = max(run.steps)
    return TrainingArguments(
        output_dir=f"{job.rows}.trainer", max_steps=last, learning_rate=run.rate, per_device_train_batch_size=run.size,
        gradient_accumulation_steps=run.accumulated, seed=run.seed, data_seed=run.seed,
        warmup_steps=round(_WARM_UP * last),
        lr_scheduler_type="linear" if run.decay else "constant_with_warmup", max_grad_norm=1.0, weight_decay=0.0,
        save_strategy="no", report_to=[], disable_tqdm=True, logging_steps=1, logging_nan_inf_filter=False,
        remove_unused_columns=False, use_cpu=loaded.device.type == "cpu", dataloader_pin_memory=False, label_names=["labels"],
    )  # fmt: skip


def _collator(padding: int) -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
    """Pads rows on the right; what comes before an answer is not learned (-100)."""
    import torch

    def collate(batch: list[dict[str, Any]]) -> dict[str, Any]:
        longest = max(len(one["ids"]) for one in batch)
        rows = [(one["ids"], one["answer"], longest - len(one["ids"])) for one in batch]
        return {
            "input_ids": torch.tensor([ids + [padding] * more for ids, _, more in rows]),
            "attention_mask": torch.tensor([[1] * len(ids) + [0] * more for ids, _, more in rows]),
            "labels": torch.tensor([[-100] * answer + ids[answer:] + [-100] * more for ids, answer, more in rows]),
        }

    return collate


def _watch(loaded: Loaded, steps: Sequence[int], at: Callable[[int, float], None]) -> Any:
    """Scores at some steps, and stops a training whose loss is not a number."""
    from transformers import TrainerCallback

    class Watch(TrainerCallback):
        last = math.nan

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:  # noqa: ARG002
            self.last = float((logs or {}).get("loss", self.last))
            if "loss" in (logs or {}) and not math.isfinite(self.last):
                control.should_training_stop = True

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
            if state.global_step in steps:
                loaded.model.eval()
                at(state.global_step, self.last)
                loaded.model.train()

    return Watch()
