"""Everything that the author of a rule, a signal, a fact, a reader, a source or a reporter may use. Our own use nothing else.

    from modelcheck.api import ChatTemplate, Finding, GenerationConfig, rule

The first-party rules import this module and the standard library, and nothing else.
"""

import re
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from modelcheck.declarations import fact, reader, rule, signal
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
from modelcheck.facts.weight_lineage import FromParent, WeightLineage
from modelcheck.facts.weight_rows import WeightRows
from modelcheck.facts.weights_index import WeightsIndex
from modelcheck.families import family_of
from modelcheck.findings import Axis, Confidence, Cost, Edit, Evidence, Finding, Fix, Related, Severity, Span, SubLabel, Unresolved
from modelcheck.handles import Checkpoints
from modelcheck.hooks import hookimpl
from modelcheck.patterns import lazy
from modelcheck.readers import Assembled, Embedded, NeighbourFiles
from modelcheck.registry import Registry
from modelcheck.sources import Source
from modelcheck.verdict import Verdict
from modelcheck.vocabulary import DOCUMENT_ENDS, ENDS_BY_NAME

DEFERRED = "modelcheck.facts.deferred"
_RENAMED = {"Beside": "NeighbourFiles"}
ON_DEMAND = {
    "Access": "modelcheck.sources",
    "CheckpointReport": "modelcheck.report",
    "Container": "modelcheck.readers.launch.containers",
    "ErrorReport": "modelcheck.report",
    "Exceeded": "modelcheck.errors",
    "Filled": "modelcheck.readers.filled",
    "Lines": "modelcheck.documents.located",
    "Located": "modelcheck.documents.located",
    "Opened": "modelcheck.sources",
    "Purpose": "modelcheck.facts.model_use",
    "Report": "modelcheck.report",
    "Reported": "modelcheck.report",
    "Reporter": "modelcheck.report",
    "Script": "modelcheck.readers.launch.scripts",
    "Setting": "modelcheck.documents.located",
    "Style": "modelcheck.report",
    "Target": "modelcheck.sources.target",
    "UseReport": "modelcheck.report",
    "is_hub_id": "modelcheck.readers.launch.references",
    "located": "modelcheck.documents.located",
    "make_use": "modelcheck.readers.launch.build",
    "ollama_use": "modelcheck.readers.launch.build",
    "parse_yaml_text": "modelcheck.documents.yamlfile",
    "printable": "modelcheck.printable",
    "scalar_at": "modelcheck.readers.launch.build",
    "uses_of_container": "modelcheck.readers.launch.containers",
    "uses_of_settings": "modelcheck.readers.launch.settings",
    "with_named_models": "modelcheck.readers.launch.scripts",
}
"""What readers, sources and reporters use, and its module: imported when it is asked for, since a rule needs none of it."""
PROVISIONAL = {
    "CHAT_ROUTE": "modelcheck.readers.launch.engines",
    "COMMAND_MENTIONS": "modelcheck.readers.launch.mentions",
    "FileSlice": "modelcheck.documents.shell.sources",
    "Logical": "modelcheck.readers.launch.plain_lines",
    "MENTIONS": "modelcheck.readers.launch.engines",
    "SETTING_MENTIONS": "modelcheck.readers.launch.settings",
    "argv_of": "modelcheck.readers.launch.argv",
    "embedded_in_shell": "modelcheck.readers.launch.heredocs",
    "logical_lines": "modelcheck.readers.launch.plain_lines",
    "may_start": "modelcheck.readers.launch.mentions",
    "named_models": "modelcheck.readers.launch.model_variables",
    "neighbour_variables": "modelcheck.readers.launch.variables",
    "resolve": "modelcheck.readers.launch.variables",
    "served_use": "modelcheck.readers.launch.build",
    "shell_assignments": "modelcheck.readers.launch.assignments",
    "split_mount": "modelcheck.readers.launch.container_runtimes",
    "text_at": "modelcheck.readers.launch.build",
}
"""Tools of our own readers for text of programs. They may change with any version; docs/api-policy.md says what that means."""
DEFERRED_FACTS = (
    "AdapterChange", "AdapterConfig", "Capabilities", "CardLayout", "CardText", "EngineStops", "EvalResults", "GenerationFile",
    "GgufTensors", "LfsPointers", "LicenseFile", "NextTokens", "RemoteCode", "Rendering",
    "ServedIdentity", "SpecialTokensMap", "TemplateCode", "TokenizerFile", "WeightRelatives",
)  # fmt: skip

if TYPE_CHECKING:
    from modelcheck.documents.located import Lines as Lines
    from modelcheck.documents.located import Located as Located
    from modelcheck.documents.located import Setting as Setting
    from modelcheck.documents.located import located as located
    from modelcheck.documents.shell.sources import FileSlice as FileSlice
    from modelcheck.documents.yamlfile import parse_yaml_text as parse_yaml_text
    from modelcheck.errors import Exceeded as Exceeded
    from modelcheck.facts.model_use import Purpose as Purpose
    from modelcheck.printable import printable as printable
    from modelcheck.readers.filled import Filled as Filled
    from modelcheck.readers.launch.argv import argv_of as argv_of
    from modelcheck.readers.launch.assignments import shell_assignments as shell_assignments
    from modelcheck.readers.launch.build import make_use as make_use
    from modelcheck.readers.launch.build import ollama_use as ollama_use
    from modelcheck.readers.launch.build import scalar_at as scalar_at
    from modelcheck.readers.launch.build import served_use as served_use
    from modelcheck.readers.launch.build import text_at as text_at
    from modelcheck.readers.launch.container_runtimes import split_mount as split_mount
    from modelcheck.readers.launch.containers import Container as Container
    from modelcheck.readers.launch.containers import uses_of_container as uses_of_container
    from modelcheck.readers.launch.engines import CHAT_ROUTE as CHAT_ROUTE
    from modelcheck.readers.launch.engines import MENTIONS as MENTIONS
    from modelcheck.readers.launch.heredocs import embedded_in_shell as embedded_in_shell
    from modelcheck.readers.launch.mentions import COMMAND_MENTIONS as COMMAND_MENTIONS
    from modelcheck.readers.launch.mentions import may_start as may_start
    from modelcheck.readers.launch.model_variables import named_models as named_models
    from modelcheck.readers.launch.plain_lines import Logical as Logical
    from modelcheck.readers.launch.plain_lines import logical_lines as logical_lines
    from modelcheck.readers.launch.references import is_hub_id as is_hub_id
    from modelcheck.readers.launch.scripts import Script as Script
    from modelcheck.readers.launch.scripts import with_named_models as with_named_models
    from modelcheck.readers.launch.settings import SETTING_MENTIONS as SETTING_MENTIONS
    from modelcheck.readers.launch.settings import uses_of_settings as uses_of_settings
    from modelcheck.readers.launch.variables import neighbour_variables as neighbour_variables
    from modelcheck.readers.launch.variables import resolve as resolve
    from modelcheck.report import CheckpointReport as CheckpointReport
    from modelcheck.report import ErrorReport as ErrorReport
    from modelcheck.report import Report as Report
    from modelcheck.report import Reported as Reported
    from modelcheck.report import Reporter as Reporter
    from modelcheck.report import Style as Style
    from modelcheck.report import UseReport as UseReport
    from modelcheck.sources import Access as Access
    from modelcheck.sources import Opened as Opened
    from modelcheck.sources.target import Target as Target

if TYPE_CHECKING:  # facts that are imported only when a rule asks for them: this is the one list of them
    from modelcheck.facts.deferred.adapter_change import AdapterChange as AdapterChange
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
    from modelcheck.facts.deferred.next_tokens import NextTokens as NextTokens
    from modelcheck.facts.deferred.remote_code import RemoteCode as RemoteCode
    from modelcheck.facts.deferred.rendering import Rendering as Rendering
    from modelcheck.facts.deferred.served_identity import ServedIdentity as ServedIdentity
    from modelcheck.facts.deferred.special_tokens_map import SpecialTokensMap as SpecialTokensMap
    from modelcheck.facts.deferred.template_code import TemplateCode as TemplateCode
    from modelcheck.facts.deferred.tokenizer_file import TokenizerFile as TokenizerFile
    from modelcheck.facts.deferred.weight_relatives import WeightRelatives as WeightRelatives


def __getattr__(name: str) -> Any:
    """A deferred fact, by convention: ``TokenizerFile`` is in ``modelcheck.facts.deferred.tokenizer_file``."""
    if name in _RENAMED:
        warnings.warn(f"modelcheck.api.{name} is now called {_RENAMED[name]}", DeprecationWarning, stacklevel=2)
        return globals()[_RENAMED[name]]
    there = ON_DEMAND.get(name) or PROVISIONAL.get(name)
    if there is not None:
        return getattr(import_module(there), name)
    module = f"{DEFERRED}.{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', name).lower()}"
    from importlib.util import find_spec

    if name.startswith("_") or find_spec(module) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(module), name)


__all__ = [
    "DOCUMENT_ENDS",
    "ENDS_BY_NAME",
    "Absent",
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
    "FromParent",
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
    "Served",
    "Severity",
    "Source",
    "Span",
    "StageWord",
    "SubLabel",
    "TargetError",
    "TensorIndex",
    "TextFile",
    "TokenizerConfig",
    "Unavailable",
    "Unresolved",
    "Verdict",
    "WeightLineage",
    "WeightRows",
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
