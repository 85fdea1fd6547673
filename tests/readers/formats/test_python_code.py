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
    "an engine's settings, and their model's template elsewhere": (
        "class S:\n"
        "    ENGINE = {'model': 'acme/Ivy-7b', 'max_model_len': 2048}\n"
        "    def __init__(self):\n        self.engine = AsyncLLMEngine.from_engine_args(AsyncEngineArgs(**self.ENGINE))\n"
        "    def ask(self, m):\n"
        "        t = AutoTokenizer.from_pretrained(self.ENGINE['model'])\n        return t.apply_chat_template(m)\n"
    ),
    "a request that has messages": (
        "import requests, os\n"
        "MODEL = 'acme/Ivy-7b'\n"
        "def ask(q):\n    body = {'model': MODEL, 'messages': [{'role': 'user', 'content': q}]}\n"
        "    return requests.post(os.environ['LLM_URL'], json=body)\n"
    ),
}

LOADS = """\
import os
DEFAULT = os.environ.get("NAME", "acme/Ivy-7b")
def load(name, adapter=None):
    tok = AutoTokenizer.from_pretrained(name)
    return tok, AutoModelForCausalLM.from_pretrained(name)
def answer(tokenizer, model, messages, own_format=False):
    {}
def main():
    parser.add_argument("--model", default=DEFAULT)
    tokenizer, model = load(parser.parse_args().model)
"""
FORMATS = {
    "by the name of another function's argument": ("return tokenizer.apply_chat_template(messages)", "chat"),
    "where a condition says for which models": (
        "return tokenizer.apply_chat_template(messages) if tokenizer.chat_template else 1",
        "unknown",
    ),
    "not at all": ("return tokenizer(messages)", "unknown"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_model_that_is_passed_through_functions(name: str, tmp_path: Path) -> None:
    body, purpose = FORMATS[name]
    assert uses_of(tmp_path, {"app.py": LOADS.format(body)}) == {("app.py", 2, "acme/Ivy-7b", purpose)}


COMMANDS = {
    "split, with an f-string": 'subprocess.run(shlex.split(f"vllm serve {M} --tool-call-parser x"))\n',
    "a sum of strings that runs a container": 'os.system("docker run vllm/vllm-openai --model " + M + " --tool-call-parser x")\n',
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_run(name: str, tmp_path: Path) -> None:
    text = f"import os\nM = os.environ.get('M', 'acme/Ivy-7b')\n{COMMANDS[name]}"
    assert uses_of(tmp_path, {"run.py": text}) == {("run.py", 2, "acme/Ivy-7b", "chat")}


@pytest.mark.parametrize(
    ("call", "purpose"),
    [
        ("ollama.chat(model='llama3:8b', messages=[])", "chat"),
        ("ollama.generate(model='llama3:8b', prompt='x')", "unknown"),
        ("ChatOllama(model='llama3:8b')", "chat"),
        ("OllamaLLM(model='llama3:8b')", "unknown"),
    ],
)
def test_a_model_of_ollama(call: str, purpose: str, tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"a.py": f"import ollama\n{call}\n"}) == {("a.py", 2, "llama3:8b", purpose)}


@pytest.mark.parametrize("name", CHATS)
def test_a_chat(name: str, tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"app.py": CHATS[name]}) == {("app.py", 2, "acme/Ivy-7b", "chat")}


@pytest.mark.parametrize(
    "text",
    [
        "from huggingface_hub import InferenceClient\nclient = InferenceClient('acme/Ivy-7b')\nclient.feature_extraction('x')\n",
        "from huggingface_hub import InferenceClient\nM = 'acme/Ivy-7b'\nclient = InferenceClient('http://localhost:8080')\n",
        "MODEL = 'acme/Ivy-7b'\nrequests.post('https://api.together.xyz/v1', json={'model': MODEL, 'messages': m})\n",
        "M = 'acme/Ivy-7b'\nrequests.post(url('v1/embeddings'), json={'model': M, 'messages': m})\n",
        "ChatCompletionRequest.model_validate({'model': 'acme/Ivy-7b', 'messages': []})\n",
        "M = 'acme/Ivy-7b'\ntok = AutoTokenizer.from_pretrained(M)\nprint(len(tok.apply_chat_template([])))\n",
        "llm = vllm.LLM('acme/Ivy-7b')\ntok = AutoTokenizer.from_pretrained('acme/Oak-9b')\ntok.apply_chat_template([])\n",
    ],
)
def test_no_chat(text: str, tmp_path: Path) -> None:
    assert "chat" not in {purpose for _, _, model, purpose in uses_of(tmp_path, {"app.py": text}) if model == "acme/Ivy-7b"}


@pytest.mark.parametrize(
    "text",
    [
        "repo_id = 'acme/Books-7b'\nsnapshot_download(repo_id=repo_id, repo_type='dataset', local_dir=d)\n",
        "REPO_ID = 'acme/Books-7b'\nfor part in parts:\n    hf_hub_download(REPO_ID, part, repo_type='dataset')\n",
        "model_id = 'acme/Books-7b'\nfrom transformers import x\nrows = load_dataset(model_id)\n",
    ],
)
def test_a_data_set_is_no_model(text: str, tmp_path: Path) -> None:
    assert not uses_of(tmp_path, {"app.py": text})
