"""Which Python files are parsed at all, and which of their names can hold a model."""

from __future__ import annotations

import ast

import pytest
from modelcheck.readers.launch.python_names import is_worth_parsing, may_name_a_model

NOT_WORTH_IT = (
    "",
    "import os\n",
    "class Migration:\n    def forward(self, app_label, model_name, model):\n        self.models[app_label, model_name] = model\n",
    "url = reverse('admin:index')\nreturn redirect(f'/admin/{app}/{model_name}/')\n",
    "pipe = make_pipeline(StandardScaler(), LogisticRegression())\nbase_model = pipe\n",
    "model_name = opts.model_name\nzone, kind, page = 'Europe/Berlin', 'text/html', 'admin/base_site.html'\n",
    "repo_id = request.GET['repo_id']\n",
)
WORTH_IT = (
    "model_id = 'acme/Ivy'\n",
    "MODEL_NAME = f'{OWNER}/Ivy-7b'\n",
    "model_name = f'acme/{size}'\n",
    "pipe = pipeline('text-generation', model='distilgpt2')\n",
    "from transformers import pipeline\nask = pipeline(model='gpt2')\n",
    "from vllm import LLM\n",
    "requests.post(f'{HOST}/v1/chat/completions', json={'model': settings.model_name, 'messages': []})\n",
    "model_name = 'models/llama-3-8b.Q4_K_M.gguf'\n",
    "WEIGHTS = 'meta-llama/Llama-3.1-8B'  # no name says so\n",
    "ollama.chat(model=name)\n",
)


@pytest.mark.parametrize("text", NOT_WORTH_IT)
def test_a_program_without_a_language_model_is_not_parsed(text: str) -> None:
    assert not is_worth_parsing(text)


@pytest.mark.parametrize("text", WORTH_IT)
def test_a_program_that_may_name_one_is(text: str) -> None:
    assert is_worth_parsing(text)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("model = x", True),
        ("teacher_model_id = x", True),
        ("CHECKPOINT = x", True),
        ("WEIGHTS = x", True),
        ("weights = x", False),
        ("model_dir = x", False),
        ("hub_model_id = x", False),
        ("TOKENIZER_MODEL = x", False),
        ("count = x", False),
    ],
)
def test_names_that_can_hold_a_model(text: str, may: bool) -> None:
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.Assign)
    (name,) = node.targets
    assert isinstance(name, ast.Name)
    assert may_name_a_model(name.id, node) is may
