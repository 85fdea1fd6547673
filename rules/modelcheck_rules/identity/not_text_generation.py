"""Whether the checkpoint does something other than generate text, so that base or instruct does not apply."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Axis, CheckpointName, Evidence, FileListing, ModelCard, ModelConfig, lazy, signal

_HEADS = lazy(
    r"For(SequenceClassification|TokenClassification|QuestionAnswering|MultipleChoice|MaskedLM|ImageClassification|ObjectDetection|"
    r"SemanticSegmentation|CTC|SpeechSeq2Seq|AudioClassification|Ranking|Retrieval|Reward\w*)$|RewardModel|EmbeddingModel|"
    r"SentenceTransformer|ForSequenceEmbedding"
)
_ENCODERS = frozenset(
    "bert roberta xlm-roberta distilbert albert electra deberta deberta-v2 mpnet modernbert nomic_bert camembert xlm "
    "longformer whisper wav2vec2 hubert vit clip siglip dinov2 layoutlm layoutlmv3 esm marian vits speecht5 sam detr "
    "swin nvembed eurobert ernie rembert squeezebert funnel bark musicgen encodec nllb-moe m2m_100 colpali colqwen2".split()
)
# Encoder-decoders pretrained to fill gaps: they neither complete text nor answer until they are fine-tuned for a task.
_DENOISERS = frozenset("t5 mt5 byt5 umt5 longt5 codet5 codet5p bart mbart pegasus led prophetnet switch_transformers".split())
_NEVER_TUNED = frozenset("bart mbart pegasus led prophetnet".split())
"""Those of which, unlike T5 (Flan, T0), no instruction-tuned models are known: they are fine-tuned for one task."""
_TASKS = frozenset(
    "feature-extraction sentence-similarity text-classification token-classification fill-mask question-answering "
    "zero-shot-classification text-ranking automatic-speech-recognition text-to-speech text-to-audio audio-to-audio "
    "audio-classification text-to-image image-to-image text-to-video image-to-video image-classification object-detection "
    "image-segmentation depth-estimation translation summarization mask-generation image-feature-extraction "
    "zero-shot-image-classification zero-shot-object-detection unconditional-image-generation video-classification text-to-3d "
    "image-to-3d keypoint-detection voice-activity-detection reinforcement-learning robotics time-series-forecasting "
    "tabular-classification tabular-regression graph-ml visual-document-retrieval table-question-answering".split()
)
_LIBRARIES = frozenset(
    "sentence-transformers diffusers timm spacy flair span-marker setfit speechbrain stable-baselines3 sklearn".split()
)
_NAMES = lazy(
    r"\w*embed(ding|dings|der)?|embedding\w+|llm2vec|rerank(er|ing)?|reward|(u|q|g|p|o|armo)?rm|classifier|classification|cls|\w*guard|guardian|"
    r"shield\w*|detector|detection|retriever|colbert|asr|tts|ocr|trocr|caption(er|ing)?|segmentation|sentiment|ner|pos|"
    r"whisper|bert|\w+bert|roberta|deberta|albert|electra|minilm|bge|gte|e5|mpnet|diffusion|sdxl|flux(\.\d)?|unet|vae|t2[iv]|i2v|clip|siglip|dinov[23]|yolo\w*|"
    r"wav2vec2?|musicgen|xtts|nllb|opus|m2m100"
)
_ADAPTERS = frozenset("lora qlora dora adapter".split())
_OF_CHAT = frozenset("question-answering table-question-answering translation summarization".split())
"""Tasks that publishers also write into the cards of chat models: no reason against a causal language model."""
_FILES = {
    "config_sentence_transformers.json": "it has files for sentence-transformers",
    "1_Pooling/config.json": "it has a pooling layer, like embedding models",
    "model_index.json": "it is a diffusion pipeline",
}


@signal(group="task")
def not_text_generation(
    name: CheckpointName, config: ModelConfig | None, listing: FileListing | None, card: ModelCard | None
) -> Iterator[Evidence]:
    """Embedding, reranking, reward, classification, encoder, speech, image: by files, architecture, card or name; and adapters.

    A chat template or an instruct name does not change this: embedding models are made from instruct models and keep both.
    """
    yield from _by_config(name, config)
    for path, why in _FILES.items():
        if listing is not None and path in listing:
            yield Evidence(6.5, why, listing.at(path), Axis.TASK)
    if listing is not None and "adapter_config.json" in listing:
        because = "it is an adapter, whose stage depends on its base model"
        yield Evidence(6.5, because, listing.at("adapter_config.json"), Axis.TASK, sub_label="adapter")
    for key, values in (("pipeline_tag", _TASKS), ("library_name", _LIBRARIES)):
        value = card.data.get(key) if card else None
        if card and isinstance(value, str) and value in values:
            weight = 2.5 if value in _OF_CHAT and config and any(map(_writes_text, config.architectures)) else 6.0
            yield Evidence(weight, f"the card's {key} is {value}", card.at(key), Axis.TASK)
    if name.words[-1:] and name.words[-1] in _ADAPTERS and (listing is None or "config.json" not in listing):
        because = f"the name ends with {name.words[-1]!r}: an adapter, whose stage depends on its base model"
        yield Evidence(6.0, because, None, Axis.TASK, sub_label="adapter")
    word = next((word for word in name.words if _NAMES.fullmatch(word)), None)
    if word:
        yield Evidence(6.0, f"the name contains {word!r}", None, Axis.TASK)
    denoiser = next((word for word in name.words if word in _DENOISERS), None)
    if denoiser and name.stage is None and "flan" not in name.words:
        because = f"the name contains {denoiser!r}, an encoder-decoder that fills gaps in text"
        yield Evidence(6.0, because, None, Axis.TASK)


def _writes_text(architecture: str) -> bool:
    return architecture.endswith(("ForCausalLM", "LMHeadModel"))


def _by_config(name: CheckpointName, config: ModelConfig | None) -> Iterator[Evidence]:
    if config is None:
        return
    at = config.at("architectures")
    for architecture in config.architectures:
        if _HEADS.search(architecture):
            yield Evidence(6.5, f"the architecture is {architecture}", at, Axis.TASK)
        elif _writes_text(architecture) or architecture.endswith("ForConditionalGeneration"):
            yield Evidence(-1.0, f"the architecture {architecture} generates text", at, Axis.TASK)
    if config.model_type in _ENCODERS:
        yield Evidence(6.5, f"the model type is {config.model_type}", config.at("model_type"), Axis.TASK)
    elif config.model_type in _DENOISERS and name.stage is None:
        because = f"the model type {config.model_type} fills gaps in text"
        yield Evidence(6.0 if config.model_type in _NEVER_TUNED else 4.0, because, config.at("model_type"), Axis.TASK)
