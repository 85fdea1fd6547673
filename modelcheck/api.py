"""Everything that the author of a rule, a signal, a fact or a reader may use.

    from modelcheck.api import ChatTemplate, Finding, GenerationConfig, rule

The first-party rules import this module and the standard library, and nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from modelcheck.documents import TextFile
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.errors import Absent, Broken
from modelcheck.facts.behaviour import Behaviour
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.control_rows import ControlRows
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.generation_config import GenerationConfig
from modelcheck.facts.gguf_metadata import GgufMetadata
from modelcheck.facts.interface import Interface
from modelcheck.facts.lineage import Lineage
from modelcheck.facts.model_card import ModelCard
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.model_use import ModelUse
from modelcheck.facts.parent import Parent, Parents
from modelcheck.facts.served import Served
from modelcheck.facts.sibling import BaseSibling, InstructSibling
from modelcheck.facts.stage_words import StageWord, stage_word
from modelcheck.facts.tensor_index import TensorIndex
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.facts.weights_index import WeightsIndex
from modelcheck.findings import Axis, Confidence, Cost, Edit, Evidence, Finding, Fix, Severity, Span, SubLabel
from modelcheck.hookspecs import hookimpl
from modelcheck.patterns import lazy
from modelcheck.readers import Beside
from modelcheck.registry import Checkpoints, Registry, fact, reader, rule, signal
from modelcheck.sources import Source
from modelcheck.verdict import Verdict
from modelcheck.vocabulary import DOCUMENT_ENDS, ENDS_BY_NAME

if TYPE_CHECKING:  # these are imported when a rule that asks for them is
    from modelcheck.facts.papers.adapter_config import AdapterConfig
    from modelcheck.facts.papers.card_layout import CardLayout
    from modelcheck.facts.papers.card_text import CardText
    from modelcheck.facts.papers.eval_results import EvalResults
    from modelcheck.facts.papers.generation_file import GenerationFile
    from modelcheck.facts.papers.gguf_tensors import GgufTensors
    from modelcheck.facts.papers.lfs_pointers import LfsPointers
    from modelcheck.facts.papers.remote_code import RemoteCode
    from modelcheck.facts.papers.rendering import Rendering
    from modelcheck.facts.papers.special_tokens_map import SpecialTokensMap
    from modelcheck.facts.papers.template_code import TemplateCode
    from modelcheck.facts.papers.tokenizer_file import TokenizerFile

_PAPERS = {
    "AdapterConfig": "adapter_config",
    "CardLayout": "card_layout",
    "CardText": "card_text",
    "EvalResults": "eval_results",
    "GenerationFile": "generation_file",
    "GgufTensors": "gguf_tensors",
    "LfsPointers": "lfs_pointers",
    "RemoteCode": "remote_code",
    "Rendering": "rendering",
    "SpecialTokensMap": "special_tokens_map",
    "TemplateCode": "template_code",
    "TokenizerFile": "tokenizer_file",
}


def __getattr__(name: str) -> Any:
    """What is known of a checkpoint's own papers."""
    if name not in _PAPERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"modelcheck.facts.papers.{_PAPERS[name]}"), name)


__all__ = [
    "DOCUMENT_ENDS",
    "ENDS_BY_NAME",
    "Absent",
    "AdapterConfig",
    "Axis",
    "BaseSibling",
    "Behaviour",
    "Beside",
    "Broken",
    "CardLayout",
    "CardText",
    "ChatTemplate",
    "CheckpointName",
    "Checkpoints",
    "Confidence",
    "ControlRows",
    "Cost",
    "Edit",
    "EvalResults",
    "Evidence",
    "FileListing",
    "Finding",
    "Fix",
    "GenerationConfig",
    "GenerationFile",
    "GgufMetadata",
    "GgufTensors",
    "InstructSibling",
    "Interface",
    "LfsPointers",
    "Lineage",
    "ModelCard",
    "ModelConfig",
    "ModelUse",
    "Node",
    "Parent",
    "Parents",
    "Registry",
    "RemoteCode",
    "Rendering",
    "Served",
    "Severity",
    "Source",
    "Span",
    "SpecialTokensMap",
    "StageWord",
    "SubLabel",
    "TemplateCode",
    "TensorIndex",
    "TextFile",
    "TokenizerConfig",
    "TokenizerFile",
    "Verdict",
    "WeightsIndex",
    "YamlFile",
    "fact",
    "hookimpl",
    "lazy",
    "reader",
    "rule",
    "signal",
    "stage_word",
]  # fmt: skip
