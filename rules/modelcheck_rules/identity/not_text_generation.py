"""Whether the checkpoint does something other than write text, so that base or instruct is no question."""

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
# Encoder-decoders that learn to fill gaps: they neither complete a text nor answer until they are tuned for a task.
_FILLERS = frozenset("t5 mt5 byt5 umt5 longt5 codet5 codet5p bart mbart pegasus led prophetnet switch_transformers".split())
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
_FILES = {
    "config_sentence_transformers.json": "it is laid out for sentence-transformers",
    "1_Pooling/config.json": "it has a pooling layer, as embedding models do",
    "model_index.json": "it is a diffusion pipeline",
}


@signal(group="task")
def not_text_generation(
    name: CheckpointName, config: ModelConfig | None, listing: FileListing | None, card: ModelCard | None
) -> Iterator[Evidence]:
    """Embedding, reranking, reward, classification, encoders, speech, images, bare adapters: by files, architecture, card or name.

    A chat template or an instruct name does not change it: embedding models are made from instruct models and keep both.
    """
    yield from _by_config(name, config)
    for path, why in _FILES.items():
        if listing is not None and path in listing:
            yield Evidence(6.5, why, listing.at(path), Axis.TASK)
    if listing is not None and "adapter_config.json" in listing:
        because = "it is an adapter, which is what the model that it is put on makes of it"
        yield Evidence(6.5, because, listing.at("adapter_config.json"), Axis.TASK, sub_label="adapter")
    for key, values in (("pipeline_tag", _TASKS), ("library_name", _LIBRARIES)):
        value = card.data.get(key) if card else None
        if card and isinstance(value, str) and value in values:
            yield Evidence(6.0, f"its card gives {value} as its {key}", card.at(key), Axis.TASK)
    word = next((word for word in name.words if _NAMES.fullmatch(word)), None)
    if word:
        yield Evidence(6.0, f"its name says {word!r}", None, Axis.TASK)
    filler = next((word for word in name.words if word in _FILLERS), None)
    if filler and name.stage is None and "flan" not in name.words:
        yield Evidence(6.0, f"its name says {filler!r}, an encoder-decoder that fills gaps in a text", None, Axis.TASK)


def _by_config(name: CheckpointName, config: ModelConfig | None) -> Iterator[Evidence]:
    if config is None:
        return
    at = config.at("architectures")
    for architecture in config.architectures:
        if _HEADS.search(architecture):
            yield Evidence(6.5, f"its architecture is {architecture}", at, Axis.TASK)
        elif architecture.endswith(("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")):
            yield Evidence(-1.0, f"its architecture, {architecture}, writes text", at, Axis.TASK)
    if config.model_type in _ENCODERS:
        yield Evidence(6.5, f"its model type is {config.model_type}", config.at("model_type"), Axis.TASK)
    elif config.model_type in _FILLERS and name.stage is None:
        yield Evidence(4.0, f"its model type, {config.model_type}, fills gaps in a text", config.at("model_type"), Axis.TASK)
