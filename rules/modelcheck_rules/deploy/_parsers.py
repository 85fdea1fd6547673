"""The formats of tool calls: which parser reads which, and what shows that a chat template writes it.

Sources: vLLM's page on tool calling (docs/features/tool_calling.md) and the parsers in vllm/tool_parsers; SGLang's function_call
detectors. Parsers of several formats (``xlam``) and of plain Python lists (``pythonic``) are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

FORMATS: Mapping[str, str] = {
    "hermes": "JSON in <tool_call>",
    "xml": "<function=…> with <parameter=…>",
    "llama": "Llama's JSON",
    "mistral": "[TOOL_CALLS]",
    "deepseek": "<｜tool▁calls▁begin｜>",
    "glm": "<arg_key> and <arg_value>",
    "kimi": "<|tool_calls_section_begin|>",
    "harmony": "<|channel|>",
    "minimax": "<minimax:tool_call>",
    "internlm": "<|action_start|>",
    "cohere": "<|START_ACTION|>",
    "gemma": "<|tool_call>",
    "functiongemma": "<start_function_call>",
    "olmo": "<function_calls>",
    "seed": "<seed:tool_call>",
    "longcat": "<longcat_tool_call>",
}
"""What a call looks like, by the name of its format."""
PARSERS: Mapping[str, str] = {
    "hermes": "hermes", "qwen": "hermes", "qwen25": "hermes",
    "qwen3_coder": "xml", "qwen3_xml": "xml",
    "llama3_json": "llama", "llama4_json": "llama", "llama3": "llama",
    "mistral": "mistral",
    "deepseek_v3": "deepseek", "deepseek_v31": "deepseek", "deepseekv3": "deepseek", "deepseekv31": "deepseek",
    "glm45": "glm", "glm47": "glm", "glm": "glm",
    "kimi_k2": "kimi",
    "openai": "harmony", "gpt-oss": "harmony",
    "minimax_m2": "minimax", "minimax-m2": "minimax",
    "internlm": "internlm", "cohere_command3": "cohere", "gemma4": "gemma", "functiongemma": "functiongemma", "olmo3": "olmo",
    "seed_oss": "seed", "longcat": "longcat",
}  # fmt: skip
"""The format that a parser reads."""
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "llama3_json": ("Llama 3", "Llama 4"), "llama4_json": ("Llama 4",), "llama4_pythonic": ("Llama 4",), "llama3": ("Llama 3",),
    "mistral": ("Mistral",), "deepseek_v3": ("DeepSeek",), "deepseek_v31": ("DeepSeek",), "deepseek_v32": ("DeepSeek",),
    "deepseekv3": ("DeepSeek",), "deepseekv31": ("DeepSeek",), "deepseekv32": ("DeepSeek",),
    "glm45": ("GLM",), "glm47": ("GLM",), "kimi_k2": ("Kimi",), "openai": ("gpt-oss",), "gpt-oss": ("gpt-oss",),
    "minimax": ("MiniMax",), "minimax_m2": ("MiniMax",), "minimax-m2": ("MiniMax",), "internlm": ("InternLM",),
    "hunyuan_a13b": ("Hunyuan",), "gemma4": ("Gemma",), "functiongemma": ("Gemma",), "phi4_mini_json": ("Phi",),
    "granite": ("Granite",), "granite-20b-fc": ("Granite",), "cohere_command3": ("Command",),
}  # fmt: skip
"""The families that a parser was written for, where it reads the format of one publisher."""
_MARKS = (
    ("mistral", "[TOOL_CALLS]"), ("deepseek", "<｜tool▁calls▁begin｜>"), ("glm", "<arg_key>"), ("xml", "<parameter="),
    ("kimi", "<|tool_calls_section_begin|>"), ("harmony", "<|channel|>"), ("minimax", "<minimax:tool_call>"),
    ("internlm", "<|action_start|>"), ("cohere", "<|START_ACTION|>"), ("gemma", "<|tool_call>"),
    ("functiongemma", "<start_function_call>"), ("olmo", "<function_calls>"), ("seed", "<seed:tool_call>"),
    ("longcat", "<longcat_tool_call>"), ("llama", "<|python_tag|>"),
)  # fmt: skip
_IN_THE_SAME_TAG = ("xml", "glm")


def formats_of(template: str) -> frozenset[str]:
    """Return the formats of calls of which a template contains the mark; empty if it contains none that is known."""
    found = {name for name, mark in _MARKS if mark in template}
    if "<tool_call>" in template and (not found.intersection(_IN_THE_SAME_TAG)):
        found.add("hermes")
    if "<function=" in template and "xml" not in found:
        found.add("xml")
    return frozenset(found)
