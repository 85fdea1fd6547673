"""What the scores of a run tell, and how conversations are written for it."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.config import Settings
from modelcheck.engine.shared import Shared
from modelcheck.engine.store import FactStore, Limits
from modelcheck.facts.behaviour import Behaviour, judge, mean
from modelcheck.facts.conversations import Conversations
from modelcheck.facts.model_files import ModelFiles
from modelcheck.findings import Cost
from modelcheck.plugins import Plugins
from modelcheck.probe import ProbeOptions
from modelcheck.probe.formats import FAMILIES, OPENINGS, PAIRS, scrambled
from modelcheck.probe.messages import Pair, Place, Request, Run, Scores
from modelcheck.report import CheckpointReport, Style
from modelcheck.reporters.behaviour import BehaviourWriter
from modelcheck.sources import Source
from modelcheck.sources.folder import FolderSource, GgufSource
from modelcheck.testing.checking import installed
from modelcheck.testing.memory import MemorySource
from modelcheck.vocabulary import idle_ids, unused_ids

import forking_models
from conftest import ROOT
from forking import Starter, with_popen

TEMPLATE = (ROOT / "fixtures/tiny-instruct/chat_template.jinja").read_bytes()
TOKENS = b'{"eos_token": "<|im_end|>", "added_tokens_decoder": {"1": {"content": "<|im_start|>"}, "2": {"content": "<|im_end|>"}}}'
PLAIN = Scores(
    "its own chat template", own=True, turn_end="<|im_end|>", controls=("<|reserved_0|>",), complete=(-0.5,), cut=(-12.0,),
    control=(-12.0,), question_end=(-9.0,), plain_end=(-9.0,), answer=(-1.0,), plain_answer=(-1.0,), entropy=(1.0,), echo=(False,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("complete", "control", "cut", "outcome"),
    [
        (-0.0, -12.4, -14.7, "instruct"),  # the tiny pair
        (-12.0, -12.3, -14.0, "base"),
        (-1.75, -12.87, -24.5, "instruct"),  # SmolLM2-135M-Instruct
        (-25.2, -24.4, -37.5, "base"),  # gemma-3-270m
        (-0.19, -11.95, -11.8, "instruct"),  # a base model with conversations in its pretraining: the confound
        (-8.0, -11.5, -14.0, "inconclusive"),  # half-way: a fine-tune that has only begun
        (-4.0, -14.0, -14.0, "inconclusive"),  # far from the unused ones, and unlikely all the same
        (-0.5, -12.0, -1.0, "inconclusive"),  # ends anywhere
        (-0.5, -0.6, -12.0, "inconclusive"),  # as likely as the unused ones, and likely: those are in use
    ],
)
def test_the_margin_decides(complete: float, control: float, cut: float, outcome: str) -> None:
    scores = replace(PLAIN, complete=(complete,), control=(control,), cut=(cut,))
    told, margin, why = judge(scores, document_end=False)
    assert told == outcome
    assert margin == pytest.approx(complete - control)
    assert (why is None) is (outcome != "inconclusive")


@pytest.mark.parametrize(
    ("complete", "outcome"), [(-0.1, "instruct"), (-1.4, "instruct"), (-3.6, "inconclusive"), (-5.5, "base"), (-7.0, "base")]
)
def test_where_turns_end_as_documents_do_the_margin_says_nothing(complete: float, outcome: str) -> None:
    scores = replace(PLAIN, turn_end="<eos>", complete=(complete,))
    assert judge(scores, document_end=True)[0] == outcome


@pytest.mark.parametrize(("complete", "outcome"), [(-2.0, "instruct"), (-4.0, "inconclusive"), (-6.0, "base")])
def test_without_unused_tokens_the_probability_decides(complete: float, outcome: str) -> None:
    scores = replace(PLAIN, controls=(), control=(), complete=(complete,))
    told, margin, _ = judge(scores, document_end=False)
    assert (told, margin) == (outcome, None)


def behaviour_of(scores: Scores) -> Behaviour:
    run = Run("cpu", "float32", 1, {})
    outcome, margin, why = judge(scores, document_end=False)
    return Behaviour(outcome, why, scores, margin, False, (), (), run, False, None, None)


def evidence(name: str, scores: Scores) -> dict[str, float]:
    """Kind → weight of what a signal says of scores."""
    function = installed().registry.signals[f"identity/{name}"].function
    return {one.kind: one.weight for one in function(behaviour_of(scores))}


@pytest.mark.parametrize(
    ("first", "plain_first", "kinds"),
    [
        (6.1, 4.5, {"branches"}),  # gemma-3-270m
        (1.7, 1.0, {"branches"}),  # the base model with conversations in its pretraining
        (3.2, 2.9, set()),  # SmolLM2-135M-Instruct
        (2.1, 3.8, {"narrows"}),  # a Qwen2.5 of 0.5B
    ],
)
def test_the_first_tokens_of_answers(first: float, plain_first: float, kinds: set[str]) -> None:
    scores = replace(PLAIN, first=(first, first), plain_first=(plain_first, plain_first), refused=(-9.0,), refused_harmless=(-9.0,))
    assert evidence("first-tokens", scores).keys() == kinds
    assert evidence("first-tokens", PLAIN) == {}


@pytest.mark.parametrize(
    ("refused", "harmless", "counts"),
    [
        ((-0.2, -0.4, -4.4), (-3.0, -5.0, -2.0), True),
        ((-0.2, -1.4, -4.4), (-3.0, -5.0, -2.0), False),
        ((-0.2, -0.1, -0.1), (-0.3, -5.0, -2.0), False),  # it refuses anything
        ((-7.0, -8.0, -6.0), (-7.0, -8.0, -7.0), False),
    ],
)
def test_refusals_of_harm_and_of_nothing_else(refused: tuple[float, ...], harmless: tuple[float, ...], counts: bool) -> None:
    scores = replace(PLAIN, first=(1.0,), plain_first=(1.0,), refused=refused, refused_harmless=harmless)
    assert ("refuses" in evidence("first-tokens", scores)) is counts


def test_a_model_that_ends_turns_and_branches_in_them_is_less_likely_tuned() -> None:
    """A base model with conversations in its pretraining: measured +12.3, -0.0, and a wider choice in the format than in text."""
    mixed = replace(PLAIN, complete=(-0.0,), control=(-12.3,), first=(1.7,), plain_first=(1.0,))
    assert evidence("turn-ending", mixed) == {"ends-turns-branching": 1.6}
    assert evidence("turn-ending", replace(mixed, first=(1.2,))) == {"ends-turns": 2.5}


def test_no_evidence_of_how_answers_begin_decides_alone() -> None:
    """Base models that saw conversations in pretraining answer narrowly and refuse, too."""
    loud = replace(PLAIN, first=(0.1,), plain_first=(5.0,), refused=(-0.1,), refused_harmless=(-9.0,))
    assert max(evidence("first-tokens", loud).values()) < math.log(0.95 / 0.05)


logs = st.lists(st.floats(-60, 0), min_size=1, max_size=8)


@given(logs, logs, logs, st.booleans())
def test_any_scores_are_judged_once(complete: list[float], cut: list[float], control: list[float], document_end: bool) -> None:
    control = (control * len(complete))[: len(complete)]
    scores = replace(PLAIN, complete=tuple(complete), cut=tuple(cut), control=tuple(control))
    outcome, _, why = judge(scores, document_end=document_end)
    assert outcome in ("instruct", "base", "inconclusive")
    assert (why is None) is (outcome != "inconclusive")
    if outcome == "instruct":
        assert mean(complete) >= -3, "wrong and sure is the worst"
    if outcome == "base":
        assert mean(complete) < -3


def conversations(files: dict[str, bytes]) -> Conversations:
    store = FactStore(Plugins().registry, Limits(), {Source: MemorySource(files, "a/b", "hub")})
    made = store.get(Conversations)
    assert made is not None, store.look_up(Conversations)
    return made


class TestConversations:
    def test_its_own_template_comes_first(self) -> None:
        own, *families = conversations({"chat_template.jinja": TEMPLATE, "tokenizer_config.json": TOKENS}).formats
        assert (own.own, own.turn_end, len(own.pairs), len(own.openings)) == (True, "<|im_end|>", len(PAIRS), len(OPENINGS))
        assert own.pairs[0].before == "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"
        assert own.openings[0].endswith("<|im_start|>assistant\n")
        assert [one.name for one in families] == [family.name for family in FAMILIES]

    def test_a_line_between_answer_and_end_belongs_to_what_is_given(self) -> None:
        template = b"{% for m in messages %}{{ m.role }}: {{ m.content }}\n<|im_end|>{% endfor %}"
        own = conversations({"chat_template.jinja": template, "tokenizer_config.json": TOKENS}).formats[0]
        assert (own.turn_end, own.pairs[0].gap) == ("<|im_end|>", "\n")

    def test_a_template_that_wants_parts(self) -> None:
        template = b"{% for m in messages %}{% for p in m.content %}{{ p.text }}{% endfor %}<|im_end|>{% endfor %}"
        own = conversations({"chat_template.jinja": template, "tokenizer_config.json": TOKENS}).formats[0]
        assert own.pairs[0].before == "What is the capital of France?<|im_end|>"

    def test_a_format_of_plain_text_ends_with_whatever_the_tokenizer_ends_a_text_with(self) -> None:
        template = b"{% for m in messages %}### {{ m.role }}\n{{ m.content }}\n\n{% endfor %}"
        assert conversations({"chat_template.jinja": template, "tokenizer_config.json": TOKENS}).formats[0].turn_end is None

    def test_an_end_that_the_tokenizer_does_not_know_is_named(self) -> None:
        template = TEMPLATE.replace(b"im_end", b"over")
        assert conversations({"chat_template.jinja": template, "tokenizer_config.json": TOKENS}).formats[0].turn_end == "<|over|>"

    @pytest.mark.parametrize("template", [b"{{ raise_exception('no') }}", b"{{ messages[0].content }}", b"{% for", b"hello"])
    def test_a_template_that_is_of_no_use_is_passed_over(self, template: bytes) -> None:
        made = conversations({"chat_template.jinja": template, "tokenizer_config.json": TOKENS})
        assert made.problem
        assert not any(one.own for one in made.formats)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_s_format_holds_its_tokens_and_the_control_none_of_them(family: object) -> None:
    made = next(one for one in FAMILIES if one is family)
    before = made.format().pairs[0].before + made.end
    assert all(token in before or token == "<|end|>" for token in made.tokens)
    other = scrambled(made).format().pairs[0].before + scrambled(made).end
    assert not any(token in other for token in made.tokens)
    assert PAIRS[0][0] in other


def test_a_request_survives_its_journey() -> None:
    formats = (FAMILIES[0].format(),)
    request = Request(Place("/x"), Place("/y", files=("a",)), formats, ("one",), (1, 2), 5, 48, "cpu", 7, remote_code=True)
    assert Request.from_json(request.json()).json() == request.json()
    assert isinstance(Request.from_json(request.json()).formats[0].pairs[0], Pair)


ADDED = {0: "<eos>", 1: "<unused0>", 2: "<|im_end|>", 3: "<|reserved_special_token_1|>", 4: "<tool_call>", 5: "<file_sep>"}


class TestUnusedTokens:
    def test_reserved_ones_and_the_rows_behind_the_vocabulary(self) -> None:
        assert unused_ids(ADDED, "", 100) == {1, 3}
        assert unused_ids(ADDED, "<unused0> is in use", 100, {3}) == set()
        assert unused_ids({998: "<|im_end|>"}, "", 1002) == {999, 1000, 1001}, "the added tokens stand at the vocabulary's end"
        assert unused_ids(ADDED, "", 12, size=10) == {1, 3, 10, 11}

    @pytest.mark.parametrize(
        ("names", "size", "unused"),
        [
            (("<|fim_pad|>", "<|vision_pad|>", "[PAD8]", "[PAD9]", "[PAD10]"), 20, {2, 3, 4}),  # llama.cpp's converter pads so
            (("<|fim_pad|>", "<|vision_pad|>"), 17, {17, 18, 19}),  # rows after the vocabulary
            (("<|fim_pad|>", "<|vision_pad|>", "<unused0>"), 20, {0, 1, 2}),  # too few others
            (("<|fim_pad|>", "<|vision_pad|>", "<unused0>"), 19, {0, 1, 2, 19}),
        ],
    )
    def test_tokens_of_other_models_are_taken_where_there_are_too_few_others(
        self, names: tuple[str, ...], size: int, unused: set[int]
    ) -> None:
        assert unused_ids(dict(enumerate(names)), "", 20, size=size) == unused

    def test_those_of_code_where_there_are_too_few(self) -> None:
        assert idle_ids({0: "<eos>", 4: "<tool_call>", 5: "<file_sep>", 6: "<|im_start|>"}, "", 10, {0}, 10) == {5}
        assert idle_ids({**ADDED, 6: "<unused1>"}, "", 10, (), 10) == {1, 3, 6}


class TestModelFiles:
    def files(self, files: dict[str, bytes]) -> object:
        return FactStore(Plugins().registry, Limits(), {Source: MemorySource(files, "a/b", "hub")}).look_up(ModelFiles)

    def test_of_a_folder(self) -> None:
        source = FolderSource(ROOT / "fixtures/tiny-base")
        found = FactStore(Plugins().registry, Limits(), {Source: source}).get(ModelFiles)
        assert found is not None
        assert (found.weights, found.adapter, found.place.gguf) == (("model.safetensors",), False, None)
        assert found.need == (ROOT / "fixtures/tiny-base/model.safetensors").stat().st_size

    def test_of_nothing(self) -> None:
        assert "no weights" in str(self.files({"config.json": b"{}"}))
        assert "without config.json" in str(self.files({"model.safetensors": b""}))

    @pytest.mark.parametrize(("summary", "parameters"), [({"total": 7000}, 7000), ({"total": "many"}, 2000), ({}, 2000)])
    def test_of_a_gguf_file_on_the_hub(self, summary: dict[str, object], parameters: int) -> None:
        source = MemorySource({"m.gguf": b"x" * 1000}, "a/b", "hub")
        source.gguf_summary = summary  # type: ignore[attr-defined] # as the Hub's source has it
        source.revision = "0" * 40
        found = FactStore(Plugins().registry, Limits(), {Source: source}).get(ModelFiles)
        assert found is not None
        assert (found.need, found.place.gguf, found.place.repo) == (2 * parameters, "m.gguf", "a/b")

    def test_a_gguf_file_that_is_none(self, tmp_path: object) -> None:
        path = ROOT / "fixtures/tiny-base/config.json"
        found = FactStore(Plugins().registry, Limits(), {Source: GgufSource(path)}).look_up(ModelFiles)
        assert "no weights" in str(found)


@pytest.mark.slow
def test_what_was_not_written_in_time_is_said(starter: Starter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The scores stand. Without an end token the model writes until the time is over; its process is forked, so few seconds do."""
    if address := starter.start_models():
        monkeypatch.setattr("modelcheck.probe.client.subprocess", with_popen(partial(forking_models.start, str(address))))
    folder = shutil.copytree(ROOT / "fixtures/base-with-template", tmp_path / "model")
    for file in ("config.json", "generation_config.json", "tokenizer_config.json"):
        kept = {key: value for key, value in json.loads((folder / file).read_text()).items() if not key.startswith("eos_token")}
        (folder / file).write_text(json.dumps(kept))
    monkeypatch.setattr("modelcheck.facts.behaviour.LENGTH", 10**6)
    probe = ProbeOptions(device="cpu", seconds=10)
    shared = Shared(installed().registry, installed(), Settings(budget=Cost.GENERATE, offline=True, probe=probe))
    found = shared.checkpoints.facts(FolderSource(folder)).get(Behaviour)
    assert found is not None
    assert (found.scores is not None, found.in_format) == (True, ())
    assert found.unfinished == "it took longer than 10 seconds (--probe-timeout)"
    shown = BehaviourWriter(Style()).lines(CheckpointReport("x", "folder", None, None, behaviour=found))
    assert "it did not write everything: it took longer" in " ".join(" ".join(shown).split())
