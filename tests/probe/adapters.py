"""The difference of the tiny pair as an adapter: low-rank where peft has it so, whole elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import ROOT

FIXTURES = ROOT / "fixtures"


def make_adapter(folder: Path, base: str) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    before, after = (load_file(FIXTURES / name / "model.safetensors") for name in ("tiny-base", "tiny-instruct"))
    modules, whole, saved, rank = set(), set(), {}, 64
    for name, tensor in after.items():
        difference = tensor.float() - before[name].float()
        module = name.removesuffix(".weight")
        if module.endswith("_proj"):
            u, s, v = torch.linalg.svd(difference, full_matrices=False)
            down, up = torch.zeros(rank, difference.shape[1]), torch.zeros(difference.shape[0], rank)
            down[: len(s)], up[:, : len(s)] = v * s[:, None], u
            saved[f"base_model.model.{module}.lora_A.weight"], saved[f"base_model.model.{module}.lora_B.weight"] = down, up
            modules.add(module.rpartition(".")[2])
        else:
            saved[f"base_model.model.{name}"] = tensor.float()
            whole.add(module.rpartition(".")[2])
    saved["base_model.model.lm_head.weight"] = after["model.embed_tokens.weight"].float()  # tied in both
    whole.add("lm_head")
    folder.mkdir()
    save_file({name: tensor.contiguous() for name, tensor in saved.items()}, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(
        json.dumps({
            "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": base, "r": rank, "lora_alpha": rank,
            "target_modules": sorted(modules), "modules_to_save": sorted(whole), "inference_mode": True,
        })
    )  # fmt: skip
