"""Everything that the author of a rule, a signal, a fact, a reader or a source may use.

    from modelcheck.api import ChatTemplate, Finding, GenerationConfig, rule

The first-party rules import this module and the standard library, and nothing else.
"""

import re
import warnings
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from modelcheck.documents import TextFile
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.errors import Absent, Broken, TargetError, Unavailable
from modelcheck.facts.behaviour import Behaviour
from modelcheck.facts.card_sentences import CardSentences
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.checkpoint_name import CheckpointName, stage_of_id
from modelcheck.facts.control_rows import ControlRows
from modelcheck.facts.family_habit import FamilyHabit
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
from modelcheck.families import family_of
from modelcheck.findings import Axis, Confidence, Cost, Edit, Evidence, Finding, Fix, Related, Severity, Span, SubLabel, Unresolved
from modelcheck.handles import Checkpoints
from modelcheck.hooks import hookimpl
from modelcheck.patterns import lazy
from modelcheck.readers import Assembled, Embedded, NeighbourFiles
from modelcheck.registry import Registry, fact, reader, rule, signal
from modelcheck.report import Report, Reporter, Style
from modelcheck.sources import Access, Source
from modelcheck.sources.target import Target
from modelcheck.verdict import Verdict
from modelcheck.vocabulary import DOCUMENT_ENDS, ENDS_BY_NAME

DEFERRED = "modelcheck.facts.deferred"
_RENAMED = {"Beside": "NeighbourFiles"}

if TYPE_CHECKING:  # facts that are imported only when a rule asks for them: this is the one list of them
    from modelcheck.facts.deferred.adapter_config import AdapterConfig as AdapterConfig
    from modelcheck.facts.deferred.capabilities import Capabilities as Capabilities
    from modelcheck.facts.deferred.card_layout import CardLayout as CardLayout
    from modelcheck.facts.deferred.card_text import CardText as CardText
    from modelcheck.facts.deferred.engine_stops import EngineStops as EngineStops
    from modelcheck.facts.deferred.eval_results import EvalResults as EvalResults
    from modelcheck.facts.deferred.generation_file import GenerationFile as GenerationFile
    from modelcheck.facts.deferred.gguf_tensors import GgufTensors as GgufTensors
    from modelcheck.facts.deferred.lfs_pointers import LfsPointers as LfsPointers
    from modelcheck.facts.deferred.license_file import LicenseFile as LicenseFile
    from modelcheck.facts.deferred.remote_code import RemoteCode as RemoteCode
    from modelcheck.facts.deferred.rendering import Rendering as Rendering
    from modelcheck.facts.deferred.special_tokens_map import SpecialTokensMap as SpecialTokensMap
    from modelcheck.facts.deferred.template_code import TemplateCode as TemplateCode
    from modelcheck.facts.deferred.tokenizer_file import TokenizerFile as TokenizerFile


def __getattr__(name: str) -> Any:
    """A deferred fact, by convention: ``TokenizerFile`` is in ``modelcheck.facts.deferred.tokenizer_file``."""
    if name in _RENAMED:
        warnings.warn(f"modelcheck.api.{name} is now called {_RENAMED[name]}", DeprecationWarning, stacklevel=2)
        return globals()[_RENAMED[name]]
    module = f"{DEFERRED}.{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', name).lower()}"
    if name.startswith("_") or find_spec(module) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(module), name)


__all__ = [
    "DOCUMENT_ENDS",
    "ENDS_BY_NAME",
    "Absent",
    "Access",
    "Assembled",
    "Axis",
    "BaseSibling",
    "Behaviour",
    "Broken",
    "CardSentences",
    "ChatTemplate",
    "CheckpointName",
    "Checkpoints",
    "Confidence",
    "ControlRows",
    "Cost",
    "Edit",
    "Embedded",
    "Evidence",
    "FamilyHabit",
    "FileListing",
    "Finding",
    "Fix",
    "GenerationConfig",
    "GgufMetadata",
    "InstructSibling",
    "Interface",
    "Lineage",
    "ModelCard",
    "ModelConfig",
    "ModelUse",
    "NeighbourFiles",
    "Node",
    "Parent",
    "Parents",
    "Registry",
    "Related",
    "Report",
    "Reporter",
    "Served",
    "Severity",
    "Source",
    "Span",
    "StageWord",
    "Style",
    "SubLabel",
    "Target",
    "TargetError",
    "TensorIndex",
    "TextFile",
    "TokenizerConfig",
    "Unavailable",
    "Unresolved",
    "Verdict",
    "WeightsIndex",
    "YamlFile",
    "fact",
    "family_of",
    "hookimpl",
    "lazy",
    "reader",
    "rule",
    "signal",
    "stage_of_id",
    "stage_word",
]  # fmt: skip
