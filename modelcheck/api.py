"""Everything that the author of a rule, a signal, a fact or a reader may use.

    from modelcheck.api import ChatTemplate, Finding, GenerationConfig, rule

The first-party rules import this module and the standard library, and nothing else.
"""

from modelcheck.documents import TextFile
from modelcheck.documents.yamlfile import Node, YamlFile
from modelcheck.errors import Absent, Broken
from modelcheck.facts.chat_template import ChatTemplate
from modelcheck.facts.checkpoint_name import CheckpointName
from modelcheck.facts.file_listing import FileListing
from modelcheck.facts.generation_config import GenerationConfig
from modelcheck.facts.model_card import ModelCard
from modelcheck.facts.model_config import ModelConfig
from modelcheck.facts.model_use import ModelUse
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.facts.weights_index import WeightsIndex
from modelcheck.findings import Axis, Confidence, Cost, Edit, Evidence, Finding, Fix, Severity, Span
from modelcheck.hookspecs import hookimpl
from modelcheck.readers import Beside
from modelcheck.registry import Registry, fact, reader, rule, signal
from modelcheck.sources import Source
from modelcheck.verdict import Verdict

__all__ = [
    "Absent", "Axis", "Beside", "Broken", "ChatTemplate", "CheckpointName", "Confidence", "Cost", "Edit", "Evidence", "FileListing",
    "Finding", "Fix", "GenerationConfig", "ModelCard", "ModelConfig", "ModelUse", "Node", "Registry", "Severity", "Source", "Span",
    "TextFile", "TokenizerConfig", "Verdict", "WeightsIndex", "YamlFile", "fact", "hookimpl", "reader", "rule", "signal",
]  # fmt: skip
