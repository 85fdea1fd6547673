"""Whether the checkpoint does something other than write text, so that base or instruct is no question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Axis, CheckpointName, Evidence, FileListing, ModelCard, ModelConfig, signal

_HEADS = re.compile(
    r"For(SequenceClassification|TokenClassification|QuestionAnswering|MultipleChoice|MaskedLM|ImageClassification|ObjectDetection|"
    r"SemanticSegmentation|CTC|SpeechSeq2Seq|AudioClassification|Ranking|Reward\w*)$|RewardModel|EmbeddingModel|SentenceTransformer"
)
_ENCODERS = frozenset(
    "bert roberta xlm-roberta distilbert albert electra deberta deberta-v2 mpnet modernbert nomic_bert camembert xlm "
    "longformer whisper wav2vec2 hubert vit clip siglip dinov2 layoutlm layoutlmv3 esm marian vits speecht5 sam detr "
    "swin nvembed".split()
)
_TASKS = frozenset(
    "feature-extraction sentence-similarity text-classification token-classification fill-mask question-answering "
    "zero-shot-classification text-ranking automatic-speech-recognition text-to-speech text-to-audio "
    "audio-classification text-to-image image-to-image text-to-video image-classification object-detection "
    "image-segmentation depth-estimation translation summarization mask-generation image-feature-extraction".split()
)
_NAMES = re.compile(
    r"embed(ding|dings|der)?|rerank(er|ing)?|reward|rm|prm|orm|classifier|classification|guard|retriever|colbert|asr|tts|ocr|"
    r"sentiment|ner|whisper|bert|\w+bert|roberta|minilm|bge|gte|e5|mpnet|diffusion|clip|siglip"
)
_FILES = {
    "config_sentence_transformers.json": "it is laid out for sentence-transformers",
    "1_Pooling/config.json": "it has a pooling layer, as embedding models do",
    "model_index.json": "it is a diffusion pipeline",
}


@signal(group="task")
def not_text_generation(
    name: CheckpointName, config: ModelConfig | None, listing: FileListing | None, card: ModelCard | None
) -> Iterator[Evidence]:
    """Embedding, reranking, reward, classification, encoders, speech, images: by architecture, files, the card's task, or name."""
    for architecture in config.architectures if config else ():
        if _HEADS.search(architecture):
            yield _other(6.5, f"its architecture is {architecture}", config)
        elif architecture.endswith(("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")):
            yield Evidence(
                -1.0,
                f"its architecture, {architecture}, writes text",
                config.at("architectures") if config else None,
                Axis.TASK,
            )
    if config and config.model_type in _ENCODERS:
        yield _other(6.5, f"its model type is {config.model_type}", config, "model_type")
    for path, why in _FILES.items():
        if listing is not None and path in listing:
            yield Evidence(6.5, why, listing.at(path), Axis.TASK)
    task = card.data.get("pipeline_tag") if card else None
    if card and isinstance(task, str) and task in _TASKS:
        yield Evidence(6.0, f"its card gives the task as {task}", card.at("pipeline_tag"), Axis.TASK)
    word = next((word for word in name.words if _NAMES.fullmatch(word)), None)
    if word:
        yield Evidence(6.0, f"its name says {word!r}", None, Axis.TASK)


def _other(weight: float, why: str, config: ModelConfig | None, key: str = "architectures") -> Evidence:
    return Evidence(weight, why, config.at(key) if config else None, Axis.TASK)
