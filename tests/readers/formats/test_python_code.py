"""What a Python file does with its models, on disk and through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.assembly.trees import uses_of

CHATS = {
    "a hosted model by its first argument": (
        "from huggingface_hub import InferenceClient\nclient = InferenceClient('acme/Ivy-7b')\n"
        "def reply(m, h):\n    yield from client.chat_completion(h, stream=True)\n"
    ),
    "an engine, and a tokenizer's template as an attribute": (
        "class S:\n"
        "    M = 'acme/Ivy-7b'\n"
        "    def __init__(self):\n        self.engine = AsyncLLMEngine.from_engine_args(AsyncEngineArgs(model=self.M))\n"
        "        self.tokenizer = AutoTokenizer.from_pretrained(self.M)\n"
        "    def ask(self, q):\n        return self.tokenizer.apply_chat_template([{'role': 'user', 'content': q}])\n"
    ),
}


@pytest.mark.parametrize("name", CHATS)
def test_a_chat(name: str, tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"app.py": CHATS[name]}) == {("app.py", 2, "acme/Ivy-7b", "chat")}


@pytest.mark.parametrize(
    "text",
    [
        "from huggingface_hub import InferenceClient\nclient = InferenceClient('acme/Ivy-7b')\nclient.feature_extraction('x')\n",
        "from huggingface_hub import InferenceClient\nM = 'acme/Ivy-7b'\nclient = InferenceClient('http://localhost:8080')\n",
        "llm = vllm.LLM('acme/Ivy-7b')\ntok = AutoTokenizer.from_pretrained('acme/Oak-9b')\ntok.apply_chat_template([])\n",
    ],
)
def test_no_chat(text: str, tmp_path: Path) -> None:
    assert "chat" not in {purpose for _, _, model, purpose in uses_of(tmp_path, {"app.py": text}) if model == "acme/Ivy-7b"}
