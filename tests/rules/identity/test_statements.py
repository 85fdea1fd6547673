"""What sentences of a card say about its model, in ten languages, and of which model they are about."""

from __future__ import annotations

import re
import time
import tomllib

import pytest

from conftest import ROOT
from rules.identity.test_signals import said, verdict

BASE = [
    "During pretraining we already trained the chat control tokens, so LoRA works out of the box.",
    "This is a raw pretrained model.",
    "| Post-training | none |",
    "| Notes | No instruction tuning or alignment applied |",
    "- **Model type:** Base language model",
    "- Training stage: Pretraining",
    "It was not fine-tuned to follow instructions.",
    "The model has not undergone any post-training.",
    "We release the weights before any instruction tuning was applied.",
    "It will not reliably follow instructions; few-shot prompts work best.",
    "This checkpoint is not intended for direct interaction.",
    "We present Thing, a small language model, pre-trained on about three trillion tokens of English text.",
    "Our model was pre-trained on around 2 trillion tokens of web text and code.",
    "This repository holds the weights of the\nbase model.",
    "> This repository contains the pre-trained only model.",
    "The chat tokens were also trained, so that LoRA works without the embeddings.",
    "本模型是一个70亿参数的基座模型。",
    "该模型未经指令微调，不建议直接用于对话。",
    "模型仅经过预训练。",
    "このモデルは日本語コーパスで学習した事前学習済み言語モデルです。",
    "指示チューニングは行っていません。",
    "이 모델은 한국어 코퍼스로 학습한 베이스 모델입니다.",
    "지시 튜닝이 되지 않은 모델입니다.",
    "Это базовая языковая модель для русского языка.",
    "Модель не дообучена на инструкциях.",
    "Este es un modelo base entrenado con textos en español.",
    "No ha sido ajustado con instrucciones.",
    "Ceci est un modèle de base pour le français.",
    "Il n'a pas été affiné sur des instructions.",
    "Dies ist ein Basismodell für die deutsche Sprache.",
    "Das Modell wurde nicht auf Instruktionen feinabgestimmt.",
    "Este é um modelo base para o português.",
    "O modelo não foi ajustado com instruções.",
    "هذا نموذج أساسي للغة العربية.",
    "لم يتم ضبط النموذج على التعليمات.",
]
INSTRUCT = [
    "| Post-training | SFT + DPO on 2M conversations |",
    "- Alignment: RLHF with human preferences",
    "It was fine-tuned by QLoRA on 20k pairs of instructions and answers.",
    "Fine-tuned with a math instruction tuning dataset.",
    "We fine-tuned the 7B model on multi-turn conversations.",
    "| Model type | Instruction-tuned language model |",
    "The model was post-trained with DPO.",
    "This is a chat model for customer support.",
    "It has been aligned with human preferences.",
    "本模型是面向中文的对话模型。",
    "模型经过指令微调，能够遵循用户的指令。",
    "このモデルは日本語の指示データでファインチューニングした対話モデルです。",
    "한국어 지시 데이터로 미세 조정된 모델입니다.",
    "이 모델은 대화형 언어 모델입니다.",
    "Модель дообучена на русских инструкциях.",
    "Это диалоговая модель для поддержки.",
    "Ha sido ajustado con instrucciones en español.",
    "Es un modelo conversacional.",
    "Le modèle a été affiné sur des instructions en français.",
    "C'est un modèle de chat.",
    "Das Modell wurde auf deutschen Anweisungen feinabgestimmt.",
    "Es ist ein Chat-Modell.",
    "O modelo foi ajustado com instruções em português.",
    "Ele é um modelo conversacional.",
    "تم ضبط النموذج على التعليمات العربية.",
    "هذا النموذج نموذج محادثة.",
]
NOTHING = [
    "Language Modeling Head: Linear projection.",
    "The demo shows that the base model can be easily fine-tuned.",
    "Base model: acme/thing-7b",
    "Instruct version: [acme/Thing-7B-Instruct](https://huggingface.co/acme/Thing-7B-Instruct)",
    "The family has pretrained and instruction-tuned models in three sizes.",
    "We also release a chat variant.",
    "## Evaluation of the base model\n\nIt is a base model with good results.",
    "Thing-70B-Instruct is an instruction-tuned model with more parameters.",
    "The underlying pre-trained model was trained elsewhere.",
    "Please cite our work and follow the instructions for installation.",
    "基于Thing预训练模型。",
    "Le modèle de base est décrit ailleurs.",
]


def weights(text: str, name: str = "models/thing") -> list[float]:
    return said(name, "card-statement", {"README.md": f"---\nlicense: mit\n---\n# Thing 7B\n\n{text}\n"})


@pytest.mark.parametrize("text", BASE)
def test_a_sentence_says_that_the_model_is_base(text: str) -> None:
    found = weights(text)
    assert found
    assert max(found) < 0


@pytest.mark.parametrize("text", INSTRUCT)
def test_a_sentence_says_that_the_model_was_tuned_to_answer(text: str) -> None:
    found = weights(text)
    assert found
    assert min(found) > 0


@pytest.mark.parametrize("text", NOTHING)
def test_a_sentence_that_is_not_about_this_models_training_counts_nothing(text: str) -> None:
    assert [weight for weight in weights(text) if weight] == []


def card(*sentences: str) -> dict[str, str]:
    return {"README.md": "---\nlicense: mit\n---\n# Thing 7B\n\n" + "\n\n".join(sentences) + "\n"}


def test_statements_that_contradict_each_other_cancel() -> None:
    both = verdict("models/thing", card("This is a pre-trained only model.", "Training Stage: Pre-training & Post-training"))
    assert both.label == "unknown"
    counted = [one.evidence.weight for one in both.decisive if one.group == "card"]
    assert min(counted) < 0 < max(counted)


def test_a_second_kind_of_statement_counts_half_and_a_third_nothing() -> None:
    found = verdict("models/thing", card("It is a chat model.", "It has been aligned with care.", "It is uncensored."))
    counted = [one.evidence for one in found.decisive if one.group == "card"]
    whole = {one.evidence.kind: one.evidence.weight for one in found.superseded if one.group == "card"}
    assert [one.kind for one in counted] == ["is-instruct", "aligned"]
    assert counted[1].weight < counted[0].weight / 2 + 0.1
    assert "roleplay" in whole


def test_how_a_tuned_model_was_pretrained_is_no_evidence_for_base() -> None:
    alone = weights("It was pre-trained on 3 trillion tokens.")
    tuned = weights("It was pre-trained on 3 trillion tokens.\n\nIt was then fine-tuned on instructions.")
    assert alone[0] < 0
    assert min(tuned) == 0 < max(tuned)


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (("This is a base model, before any instruction tuning was applied.",), ("pretrained-only",)),
        (("This is a base model.", "Mid-training uses 100B tokens of curated data."), ("mid-trained",)),
        (("This is a pre-trained only model.", "It was annealed on reasoning data."), ("mid-trained",)),
        (("This is a base model.", "The control tokens were trained as well."), ("turn-tokens-trained",)),
        (("This is a chat model.", "Mid-training came before."), ()),
    ],
)
def test_stages_of_base_models_are_sub_labels(sentences: tuple[str, ...], expected: tuple[str, ...]) -> None:
    name = "models/thing-base" if expected else "models/thing-chat"
    found = verdict(name, card(*sentences))
    assert found.sub_labels == expected


ALTERNATIVE = re.compile(r"[^\W\d_]{2,}(?: [^\W\d_]{2,})*")


@pytest.mark.parametrize("table", ["statements.toml", "statements-in-other-languages.toml"])
def test_no_pattern_is_slow_on_text_made_of_its_own_words(table: str) -> None:
    """A pattern with nested repetition takes seconds on a long line that nearly matches; cards are untrusted."""
    rows = tomllib.loads((ROOT / "rules/modelcheck_rules/identity" / table).read_text("utf-8"))["statement"]
    assert len(rows) > 10
    for row in rows:
        pattern = re.compile(row["pattern"], re.IGNORECASE)
        words = list(dict.fromkeys(ALTERNATIVE.findall(row["pattern"])))
        texts = [f"{' '.join(words)} " * (20_000 // (len(" ".join(words)) + 1)), *(f"{word} " * 4_000 for word in words[:12])]
        started = time.process_time()
        for text in (*texts, " " * 20_000, "-" * 20_000, "a" * 20_000, "not " * 5_000):
            pattern.search(text[:20_000])
        assert time.process_time() - started < 2.0, row["pattern"]
