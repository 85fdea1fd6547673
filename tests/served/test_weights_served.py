"""``--expect`` with ``--probe``: the likeliest tokens that a server reports, against those of the expected weights."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from modelcheck.facts.generation_config import as_ids
from modelcheck.probe.writing import until

from conftest import ROOT, Command
from served.engine import Engine, running

LIKELY, SAMPLES = "likeliest first tokens", "samples of completions"
OWN, FINE_TUNED, OTHER_DATA = (ROOT / "fixtures" / name for name in ("tiny-base", "tiny-instruct", "base-of-mixed-text"))
Change = Callable[[Any], None]
Logits = Callable[[list[int]], Any]


def as_it_is(_model: Any) -> None:
    pass


def random_weights(model: Any) -> None:
    import torch

    torch.manual_seed(7)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 2:
                weight.copy_(torch.randn_like(weight) * weight.std())


def rounded_to(bits: int) -> Change:
    def change(model: Any) -> None:
        import torch

        steps = 2 ** (bits - 1) - 1
        with torch.no_grad():
            for weight in model.parameters():
                if weight.dim() == 2:
                    scale = weight.abs().amax(-1, keepdim=True) / steps
                    weight.copy_((weight / scale).round() * scale)

    return change


def to_float32(model: Any) -> None:
    model.float()


@cache
def loaded(folder: Path, change: Change) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(folder)
    change(model)
    return model, AutoTokenizer.from_pretrained(folder)


def everything(values: Any) -> Any:
    return values


def nucleus(values: Any) -> Any:
    """The log probabilities of a server that reports them after top-p of 0.8 and top-k of 20."""
    import torch

    ordered, places = values.sort(descending=True)
    keep = (ordered.exp().cumsum(-1) - ordered.exp() < 0.8) & (torch.arange(len(values)) < 20)
    cut = torch.full_like(values, -math.inf)
    cut[places[keep]] = ordered[keep]
    return cut.log_softmax(-1)


def reporting(folder: Path, change: Change, sampler: Callable[[Any], Any], form: str) -> Callable[[list[int], int], Any]:
    """The log probabilities of a real model, as vLLM or llama.cpp write them."""

    def likely(ids: list[int], most: int) -> Any:
        import torch

        model, tokenizer = loaded(folder, change)
        with torch.inference_mode():
            values = sampler(model(torch.tensor([ids])).logits[0, -1].float().log_softmax(-1))
        found = [(tokenizer.decode([int(id_)]), float(values[id_])) for id_ in values.topk(most).indices]
        if form == "llama.cpp":
            return {"content": [{"top_logprobs": [{"id": 1, "token": token, "logprob": value} for token, value in found]}]}
        return {"top_logprobs": [dict(found)]}

    return likely


CASES: dict[str, tuple[Path, Change, Callable[[Any], Any], str, str, list[str]]] = {
    "the expected weights": (OWN, as_it_is, everything, "vllm", "agrees", []),
    "the expected weights, as llama.cpp reports them": (OWN, as_it_is, everything, "llama.cpp", "agrees", []),
    "in another dtype": (OWN, to_float32, everything, "vllm", "agrees", []),
    "rounded to eight bits": (OWN, rounded_to(8), everything, "vllm", "agrees", []),
    "behind a sampler that cuts off unlikely tokens": (OWN, as_it_is, nucleus, "vllm", "agrees", []),
    "rounded to three bits": (OWN, rounded_to(3), everything, "vllm", "differs", []),
    "a fine-tune of it": (FINE_TUNED, as_it_is, everything, "vllm", "differs", []),
    "of other data, in the same shape": (OTHER_DATA, as_it_is, everything, "vllm", "differs", []),
    "random weights in the same shape": (OWN, random_weights, everything, "vllm", "differs", ["served/another-model"]),
}


def identity(modelcheck: Command, engine: Engine, *more: str, expected: Path = OWN) -> tuple[dict[str, Any], list[str]]:
    with running(engine) as address:
        done = modelcheck(
            "scan",
            address,
            "--expect",
            expected,
            "--select",
            "served",
            "--format",
            "json",
            "--probe-timeout",
            "300",
            *more,
            timeout=300,
        )
    assert not done.json["errors"], done.json["errors"]
    (checkpoint,) = done.json["checkpoints"]
    checks = {check["name"]: check for check in checkpoint["served_identity"]["checks"]}
    return checks, [found["rule"] for found in done.json["findings"]]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_likeliest_tokens_are_compared_with_those_of_the_weights(case: str, modelcheck: Command) -> None:
    folder, change, sampler, form, outcome, rules = CASES[case]
    engine = Engine(OWN, chats=False, likely=reporting(folder, change, sampler, form))
    checks, found = identity(modelcheck, engine, "--probe")
    assert (checks[LIKELY]["outcome"], found) == (outcome, rules)


def sampling(folder: Path, change: Change, *, together: bool = True, greedy: bool = False) -> Callable[[list[int], int, int], Any]:
    """Completions of a real model, without the token that ends them. A server that does not know ``n`` writes one."""

    def writes(ids: list[int], count: int, length: int) -> list[str]:
        import torch

        model, tokenizer = loaded(folder, change)
        how = {"do_sample": False} if greedy else {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0}
        with torch.inference_mode():
            more = {"num_return_sequences": count if together and not greedy else 1, "max_new_tokens": length}
            found = model.generate(input_ids=torch.tensor([ids]), pad_token_id=0, **how, **more)
        stops = set(as_ids(model.generation_config.eos_token_id))
        return [tokenizer.decode(until(row[len(ids) :].tolist(), stops), skip_special_tokens=True) for row in found]

    return writes


SAMPLED: dict[str, tuple[Callable[[list[int], int, int], Any], str, str]] = {
    "the expected weights": (sampling(OWN, as_it_is), "agrees", "64 completions"),
    "the expected weights, one completion a request": (sampling(OWN, as_it_is, together=False), "agrees", "64 completions"),
    "random weights in the same shape": (sampling(OWN, random_weights), "differs", "other weights"),
    "of other data, in the same shape": (sampling(OTHER_DATA, as_it_is), "differs", "other weights"),
    "without sampling": (sampling(OWN, as_it_is, greedy=True), "agrees", "does not sample"),
    "of other data, without sampling": (sampling(OTHER_DATA, as_it_is, greedy=True), "differs", "does not sample"),
    "no text": (lambda *_: [None], "not checked", "no text"),
    "the same answer from somewhere else": (lambda *_: [" Yes."], "differs", "does not sample; 0 of its 8"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SAMPLED)
def test_samples_are_compared_where_no_probabilities_are_reported(case: str, modelcheck: Command) -> None:
    writes, outcome, says = SAMPLED[case]
    checks, found = identity(modelcheck, Engine(OWN, chats=False, writes=writes), "--probe")
    assert checks[LIKELY]["outcome"] == "not checked"
    assert (checks[SAMPLES]["outcome"], found) == (outcome, []), checks[SAMPLES]
    assert says in checks[SAMPLES]["says"]


def test_weights_are_run_only_if_that_is_allowed(modelcheck: Command) -> None:
    engine = Engine(OWN, chats=False, likely=lambda *_: {"top_logprobs": [{"never": -0.1}]})
    checks, found = identity(modelcheck, engine)
    assert found == []
    assert checks[LIKELY]["outcome"] == checks[SAMPLES]["outcome"] == "not checked"
    assert "--probe" in checks[LIKELY]["says"]


USELESS: dict[str, Any] = {
    "none": None,
    "a list": [1, 2],
    "no tokens": {"top_logprobs": []},
    "numbers for tokens": {"content": [{"top_logprobs": [{"token": 5, "logprob": "x"}, 7]}]},
    "no probabilities": {"top_logprobs": [{" a": 3.5, " b": True, " c": None}]},
    "what is no number": {"top_logprobs": [{" a": float("nan"), " b": float("-inf")}]},
    "endless tokens": {"top_logprobs": [{"a" * 5000: -0.1}]},
}


@pytest.mark.slow
@pytest.mark.parametrize("case", USELESS)
def test_log_probabilities_that_say_nothing_are_no_difference(case: str, modelcheck: Command) -> None:
    checks, found = identity(modelcheck, Engine(OWN, chats=False, likely=lambda *_: USELESS[case]), "--probe")
    assert (checks[LIKELY]["outcome"], found) == ("not checked", [])
    assert "no log probabilities" in checks[LIKELY]["says"]


@pytest.mark.slow
@pytest.mark.parametrize("greedy", [False, True])
def test_completions_end_at_every_stop_of_the_generation_config(greedy: bool, modelcheck: Command, tmp_path: Path) -> None:
    """An engine stops at all of them: here at a space, which is not the tokenizer's end of text."""
    folder = tmp_path / "stops"
    shutil.copytree(OWN, folder)
    path = folder / "generation_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"eos_token_id": [0, 38]}))  # 38 is a space
    engine = Engine(folder, chats=False, writes=sampling(folder, as_it_is, greedy=greedy))
    checks, found = identity(modelcheck, engine, "--probe", expected=folder)
    assert (checks[SAMPLES]["outcome"], found) == ("agrees", []), checks[SAMPLES]
