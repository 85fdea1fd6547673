"""Files that look as if they used a model, or used it for chat, and do not: on disk, through a whole run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from modelcheck.config import Settings
from modelcheck.engine.run import Run
from modelcheck.report import Report
from modelcheck.testing.checking import installed

from conftest import write_tree

VLLM_AND_OTHERS = """\
from vllm import LLM
EMBED_MODEL = "BAAI/bge-m3"
llm = LLM(model="Qwen/Qwen2.5-7B-Instruct")
emb = LLM(model=EMBED_MODEL, task="embed")
base = LLM(model="Qwen/Qwen2.5-7B")
print(llm.chat([]), base.generate("Once upon"))
"""
# What is in the folder; nothing in it deserves an error or a warning.
QUIET: dict[str, dict[str, str | bytes]] = {
    "a chat of one model of several": {"a.py": VLLM_AND_OTHERS},
    "a server in a list, and other models": {
        "a.py": (
            "import subprocess\nINSTRUCT = 'Qwen/Qwen2.5-7B-Instruct'\nRERANK_MODEL = 'BAAI/bge-reranker-v2-m3'\n"
            "BASE_MODEL = 'Qwen/Qwen2.5-7B'\nsubprocess.Popen(['vllm', 'serve', INSTRUCT, '--enable-auto-tool-choice'])\n"
            "AutoModel.from_pretrained(BASE_MODEL)\n"
        )
    },
    "a client of a chat, and models of other tasks": {
        "a.py": (
            "import httpx, transformers\nEMB_MODEL = 'intfloat/e5-base-v2'\nnlp_model_name = 'dslim/bert-base-NER'\n"
            "httpx.post('http://vllm:8000/v1/chat/completions')\n"
        )
    },
    "somebody's method of that name": {"a.py": "base_model = 'Qwen/Qwen2.5-7B'\nslack.chat('hello')\n"},
    "a call that nobody knows": {
        "a.py": "import huggingface_hub\nc.text_to_image('x', model='acme/flux-7b-base')\nc.chat_completion([])\n"
    },
    "a request to another host": {
        "a.sh": "vllm serve Qwen/Qwen2.5-Coder-7B --port 8000 &\ncurl https://api.openai.com/v1/chat/completions -d '{}'\n"
    },
    "another encoding": {"messages.properties": "model.title=Mod\u00e8le\n".encode("latin-1"), "a.sh": b"# caf\xe9 model\n"},
    "YAML that is none, and has nothing to do with models": {"tests/bad.yaml": "model: [unclosed\n"},
}


def scan(folder: Path) -> Report:
    return Run(installed().registry, installed(), Settings(offline=True)).scan([str(folder)])


@pytest.mark.parametrize("case", QUIET)
def test_nothing_is_wrong_with_it(case: str, tmp_path: Path) -> None:
    report = scan(write_tree(tmp_path / "x", QUIET[case] | {"b.sh": "vllm serve acme/Thing-7B-Instruct\n"}))
    assert not report.errors
    assert [(found.rule, found.finding.message) for found in report.findings if str(found.severity) != "note"] == []


# Values that are no models, each under a key that could hold one.
INVENTED: dict[str, dict[str, str | bytes]] = {
    "variables": {
        ".env": (
            "MODEL_NAME=N/A\nMODEL=and/or\nCAR_MODEL=tesla/3\nPRICING_MODEL=pay/go\nDATA_MODEL=star/schema\nMODELS_PATH=src/models\n"
            "CHAT_MODEL=deepseek/deepseek-chat\nMODEL_ID=your-org/your-model\n"
        )
    },
    "Python": {
        "a.py": (
            "import transformers\nmodel_path = 'app/models'\nDB_MODEL_PATH = 'app.models/User'\ncontent_model = 'text/html'\n"
            "MODEL_URL = 'api/v1'\n\ndef f(model='blog/post', checkpoint_path='tmp/ckpt'): ...\n"
        )
    },
    "addresses": {
        "a.yaml": "llm: {repo: ghcr.io/acme/llama-7b}\nmodelRepo: git@github.com:acme/llama-7b.git\nmodel: quay.io/x/gpt-7b\n"
    },
    "hosted": {"a.toml": "[llm]\nmodel = 'github-copilot/gpt-5-mini'\n[b]\nmodel = 'dashscope/qwen-7b-max'\n"},
}


@pytest.mark.parametrize("case", INVENTED)
def test_no_model_is_invented(case: str, tmp_path: Path) -> None:
    report = scan(write_tree(tmp_path / "x", INVENTED[case] | {"b.sh": "vllm serve acme/Thing-7B-Instruct\n"}))
    assert [reported.use.model for reported in report.uses] == ["acme/Thing-7B-Instruct"]


SLOW: dict[str, dict[str, str | bytes]] = {
    "heredocs that never end": {"a.sh": "kubectl apply -f - <<EOF\nvllm\n" * 5_000},
    "heredocs on one line": {"a.sh": "vllm " + "<<A " * 50_000},
    "many commands in lists": {"a.py": "m = 'acme/Thing-7B'\n" + "run(['vllm', 'serve', m, '--a', 'b'])\n" * 2_000},
    "many functions with one default": {
        "a.py": "from vllm import LLM\n"
        + "".join(f"def f{n}(model_name=a{n} or b{n}): return LLM(model_name)\n" for n in range(2_000))
    },
    "HCL in a thousand parentheses": {"main.tf": f'x = {"(" * 1000}"vllm"{")" * 1000}\n'},
    "a sum of three thousand": {"main.tf": "y = " + " + ".join(f"local.vllm{n}" for n in range(3_000)) + "\n"},
}


@pytest.mark.parametrize("case", SLOW)
def test_it_ends_soon_and_the_rest_is_read(case: str, tmp_path: Path) -> None:
    started = time.process_time()
    report = scan(write_tree(tmp_path / "x", SLOW[case] | {"b.sh": "vllm serve acme/Other-7B-Instruct\n"}))
    assert time.process_time() - started < 20
    assert not report.errors
    assert "acme/Other-7B-Instruct" in {reported.use.model for reported in report.uses}
