"""What a command trains, how, and which commands train nothing."""

from __future__ import annotations

import pytest
from modelcheck.config import Settings
from modelcheck.testing.checking import run

TRAINS = [
    ("accelerate launch src/acme/sft.py --model_name_or_path a/b", "finetune", "sft", "src/acme/sft.py trains it"),
    (
        "accelerate launch --config_file z2.yaml trl/scripts/dpo.py --model_name_or_path a/b",
        "finetune",
        "preference",
        "trl trains it",
    ),
    ("python -m trl.scripts.kto --model_name_or_path a/b", "finetune", "preference", "trl trains it"),
    ("deepspeed run_train_dpo.py --model_name_or_path a/b", "finetune", "preference", "run_train_dpo.py trains it"),
    ("torchrun --nproc 2 train.py --model_name_or_path a/b", "finetune", None, "train.py trains it"),
    ("deepspeed --module acme.tune --model_name_or_path a/b", "finetune", None, "deepspeed trains it"),
    ("deepspeed --num_gpus 2 inference.py --model_name_or_path a/b", "unknown", None, None),
    ("accelerate launch eval_math.py --model_name_or_path a/b", "unknown", None, None),
    ("torchrun train_test.py --model_name_or_path a/b", "finetune", None, "train_test.py trains it"),
    ("torchrun run_glue.py --model_name_or_path a/b --do_eval", "unknown", None, "it predicts"),
    ("torchrun run_glue.py --model_name_or_path a/b --do_train --do_eval", "finetune", None, "run_glue.py trains it"),
    ("llamafactory-cli train --stage sft --model_name_or_path a/b --do_predict", "unknown", "sft", "it predicts"),
    ("llamafactory-cli train --stage sft --model_name_or_path a/b", "finetune", "sft", "llama-factory trains it"),
]


@pytest.mark.parametrize(("command", "purpose", "method", "because"), TRAINS)
def test_what_a_command_trains(command: str, purpose: str, method: str | None, because: str | None) -> None:
    (report,) = run({"run.sh": f"{command}\n"}, Settings(offline=True)).uses
    assert (report.use.purpose, report.use.method) == (purpose, method)
    assert report.use.because == ((because,) if because else ())


def test_predictions_of_a_base_model_are_no_chat_service() -> None:
    text = "model_name_or_path: acme/Thing-7B-Base\nstage: sft\ndo_predict: true\ntemplate: qwen\nfinetuning_type: lora\n"
    report = run({"predict.yaml": text}, Settings(offline=True))
    assert [(one.use.purpose, one.use.because) for one in report.uses] == [("chat", ("it predicts",))]
    assert report.findings == []
