"""Programs that train or evaluate, by their command lines: the same table as the engines'.

Sources: the projects' own argument parsers and example scripts.
"""

from __future__ import annotations

from collections.abc import Mapping

from modelcheck.facts.model_use import Method
from modelcheck.patterns import lazy
from modelcheck.readers.launch.engines import Engine, Role

_NO_IMAGE = lazy(r"(?!)")
SWITCHES = lazy(
    r"(enable|disable|no|use|do|apply|gradient|only|offload|packing|bf16|fp16|load|save|flash|overwrite|trust|zero|print|deepspeed$|"
    r"colocate|log|predict|confirm|fewshot|add)([-_.].*)?|ptx\..*|\w+\.(enable|packing.*|gradient.*|use.*|no.*|apply.*|flash.*)"
)
_START: dict[str, Role] = {
    "model-name-or-path": "model", "model-revision": "revision", "adapter-name-or-path": "adapter", "do-train": "trains",
    "do-predict": "predicts", "do-eval": "predicts",
}  # fmt: skip
LM_EVAL = Engine(
    "lm-eval", _NO_IMAGE, (("lm_eval",), ("lm-eval",), ("-m", "lm_eval"), ("lm-evaluation-harness",)),
    {"model-args": "model-args", "apply-chat-template": "chat", "fewshot-as-multiturn": "chat"},
    lazy(r"apply-chat-template|fewshot-as-multiturn|log-samples|trust-remote-code|confirm-run-unsafe-code|write-out|show-config"),
    otherwise="completion",
)  # fmt: skip
LLAMA_FACTORY = Engine(
    "llama-factory", _NO_IMAGE,
    (("llamafactory-cli", "train"), ("src/train.py",), ("src/train_bash.py",), ("llamafactory.launcher",)),
    {**_START, "stage": "method", "template": "template",
     "finetuning-type": "low-rank", "additional-target": "trained", "freeze-extra-modules": "trained",
     "reward-model": "reward", "ref-model": "reference"}, SWITCHES,
    purpose="finetune",
)  # fmt: skip
LLAMA_FACTORY_CHAT = Engine(
    "llama-factory", _NO_IMAGE,
    (*(("llamafactory-cli", word) for word in ("chat", "api", "webchat")),
     *((f"src/{name}.py",) for name in ("cli_demo", "api_demo", "web_demo", "api"))),
    {**_START, "template": "template"}, SWITCHES, purpose="chat",
)  # fmt: skip
TRL = Engine(
    "trl", _NO_IMAGE,
    tuple(
        launch
        for method in ("sft", "dpo", "grpo", "kto", "reward", "rloo", "orpo")
        for launch in (("trl", method), (f"trl/scripts/{method}.py",), ("-m", f"trl.scripts.{method}"))
    ),
    {**_START, "chat-template-path": "template", "use-peft": "low-rank", "lora-modules-to-save": "trained",
     "reward-model-path": "reward", "sft-model-path": "reference"}, SWITCHES,
    purpose="finetune",
)  # fmt: skip
_OPENRLHF = tuple(f"openrlhf.cli.train_{method}" for method in ("sft", "dpo", "rm", "ppo_ray", "ppo", "kto", "kd", "prm"))
OPENRLHF = Engine(
    "openrlhf", _NO_IMAGE, tuple((module,) for module in _OPENRLHF),
    {
        "pretrain": "model", "model.model-name-or-path": "model", "actor.model-name-or-path": "model", "reward-pretrain": "reward",
        "reward.model-name-or-path": "reward", "critic-pretrain": "reward", "ref-pretrain": "reference",
        "apply-chat-template": "ignored", "input-template": "template", "critic.model-name-or-path": "reward",
    },
    SWITCHES, purpose="finetune",
)  # fmt: skip
VERL = Engine(
    "verl", _NO_IMAGE,
    (("-m", "verl.trainer.main_ppo"), ("-m", "verl.trainer.fsdp_sft_trainer"), ("-m", "verl.trainer.sft_trainer"),
     ("-m", "recipe.dapo.main_dapo"), ("-m", "verl.trainer.main_generation")),
    {}, SWITCHES,
    overrides={
        "actor_rollout_ref.model.path": "model", "model.partial_pretrain": "model", "model.path": "model",
        "critic.model.path": "reference", "reward_model.model.path": "reward", "reward.reward_model.model_path": "reward",
    },
    purpose="finetune",
)  # fmt: skip
_DISTRIBUTED: dict[str, Role] = {**_START, "actor-model-name-or-path": "model", "critic-model-name-or-path": "reward"}
DISTRIBUTED = tuple(
    Engine(beginning[0], _NO_IMAGE, (beginning,), _DISTRIBUTED, SWITCHES, purpose="finetune")
    for beginning in (("deepspeed",), ("torchrun",), ("accelerate", "launch"))
)
"""They start a script on many devices; most such scripts train, and its name may say that it does not."""
NOT_TRAINING = lazy(
    r"(inference|infer|eval|evaluate|evaluation|generate|generation|predict|predictions?|test|serve|server|demo|chat|benchmark|bench)"
)
"""A word in the name of a script that runs a model and trains none."""
LITGPT = Engine(
    "litgpt", _NO_IMAGE,
    tuple(("litgpt", f"finetune{way}") for way in ("", "_lora", "_full", "_qlora", "_adapter")),
    {"checkpoint-dir": "model"}, SWITCHES, positional=True, purpose="finetune",
)  # fmt: skip
# Any Python script: only flags that can hold nothing but a model.
SCRIPT = Engine(
    "python", _NO_IMAGE, (("python",), ("python3",)),
    {"model-name-or-path": "model", "model-id": "model", "pretrained-model-name-or-path": "model", "base-model": "model",
     "model": "model", "models": "models", "model.name": "model", "model.model-name": "model"},
    SWITCHES,
    overrides={"policy.model_name": "model", "model.name": "model", "model.path": "model", "model_name_or_path": "model",
               "model.pretrained_model_name_or_path": "model", "actor_rollout_ref.model.path": "model"},
)  # fmt: skip
DOWNLOAD = Engine(
    "hub", _NO_IMAGE, (("huggingface-cli", "download"), ("hf", "download")),
    {"revision": "revision", "repo-type": "repository-kind"},
    lazy(r"force-download|quiet|resume-download"), positional=True,
)  # fmt: skip
TRAINERS = (LM_EVAL, LLAMA_FACTORY, LLAMA_FACTORY_CHAT, TRL, OPENRLHF, VERL, LITGPT, DOWNLOAD)
LAUNCHERS = (*DISTRIBUTED, SCRIPT)
"""Tried last: they start arbitrary programs."""
TRAINER_MENTIONS = (
    "lm_eval", "lm-eval", "llamafactory", "src/train", "src/cli_demo", "src/api", "src/web_demo", "trl ", "trl/scripts",
    "trl.scripts", "openrlhf", "verl.", "deepspeed", "torchrun", "accelerate launch", "litgpt", "hf download", "huggingface-cli",
    "--model_name_or_path", "--model ", "--models ", "--model-id", "--model_id", "--base_model",
)  # fmt: skip
METHODS: Mapping[str, Method] = {
    "pt": "pretrain", "pretrain": "pretrain", "cpt": "pretrain", "sft": "sft", "rm": "reward", "reward": "reward", "ppo": "rl",
    "grpo": "rl", "gspo": "rl", "rloo": "rl", "dpo": "preference", "ipo": "preference", "kto": "preference", "apo": "preference",
    "simpo": "preference", "cpo": "preference", "orpo": "orpo",
    "train_sft": "sft", "train_dpo": "preference", "train_rm": "reward", "train_ppo_ray": "rl", "train_ppo": "rl",
    "train_kto": "preference", "train_kd": "sft", "train_prm": "reward", "main_ppo": "rl", "fsdp_sft_trainer": "sft",
    "sft_trainer": "sft", "main_dapo": "rl",
}  # fmt: skip
"""The method by its usual name, as in files and ``--stage``, or by the last part of the program's name."""
