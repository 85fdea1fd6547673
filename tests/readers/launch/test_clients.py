"""Servers and their clients in other files, matched by host name and port."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.assembly.trees import report_of, uses_of

COMPOSE = "services:\n  llm:\n    image: vllm/vllm-openai\n    command: --model acme/Ivy-7b%s\n    ports: ['9000:8000']\n"
ASKS = "client = OpenAI(base_url='http://%s/v1')\nclient.chat.completions.create(model='x', messages=[])\n"


@pytest.mark.parametrize(
    ("address", "flags", "path", "purpose"),
    [
        ("llm:8000", "", "app/main.py", "chat"),
        ("llm:8001", " --port 8001", "app/main.py", "chat"),
        ("localhost:9000", "", "app/main.py", "chat"),  # where the port is published
        ("127.0.0.1:9000", "", "app/main.py", "chat"),
        ("llm:8001", "", "app/main.py", "unknown"),  # another port
        ("other:8000", "", "app/main.py", "unknown"),  # another server
        ("localhost:8000", "", "app/main.py", "unknown"),  # not published there
        ("llm:8000", "", "README.md", "unknown"),  # documentation
    ],
)
def test_a_client_in_another_file(address: str, flags: str, path: str, purpose: str, tmp_path: Path) -> None:
    found = uses_of(tmp_path, {"compose.yaml": COMPOSE % flags, path: ASKS % address})
    assert ("compose.yaml", 4, "acme/Ivy-7b", purpose) in found


@pytest.mark.parametrize(
    "ports",
    [
        "['9000:8000/tcp']",
        "['127.0.0.1:9000:8000']",
        "['${PORT:-9000}:8000']",
        "['${BIND:-127.0.0.1}:${PORT:-9000}:${INSIDE-8000}']",
        "['${SET}:8000']",
        "[{target: 8000, published: '9000'}]",
        "[{target: 8000, published: '${PORT:-9000}'}]",
    ],
)
def test_a_published_port(ports: str, tmp_path: Path) -> None:
    files = {"compose.yaml": COMPOSE.replace("['9000:8000']", ports) % "", ".env": "SET=9000\n", "app.py": ASKS % "localhost:9000"}
    assert ("compose.yaml", 4, "acme/Ivy-7b", "chat") in uses_of(tmp_path, files)


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("fetch('http://llm:8000/v1/chat/completions', {method: 'POST'})\n", "chat"),
        ("fetch('http://llm:8000/v1/completions'); // not chat/completions\n", "unknown"),  # the address asks for something else
        ("fetch('http://llm:8000/v1/embeddings')\n", "unknown"),
        ("fetch('http://llm:8000/health') // chat\n", "unknown"),
    ],
)
def test_what_is_asked_for(text: str, purpose: str, tmp_path: Path) -> None:
    assert ("compose.yaml", 4, "acme/Ivy-7b", purpose) in uses_of(tmp_path, {"compose.yaml": COMPOSE % "", "web/api.ts": text})


# The folder of each server at one port of this machine, the client's, and the folders of the servers that it asks.
AT_ONE_PORT = {
    "two in its own folder": (("x", "x"), "x", ()),
    "one in its own folder, one below": (("x", "x/y"), "x", ("x",)),
    "two below it": (("x/a", "x/b"), "x", ()),
    "one above it, one elsewhere": (("x", "z"), "x/y", ("x",)),
    "one beside it": (("x/a",), "x/b", ()),
}


@pytest.mark.parametrize("case", AT_ONE_PORT)
def test_which_of_several_servers_at_one_port_is_asked(case: str, tmp_path: Path) -> None:
    """A repository of examples has many that use the engine's default port."""
    folders, client, asked = AT_ONE_PORT[case]
    servers = {f"{folder}/run{place}.sh": f"vllm serve acme/Ivy-{place + 1}b\n" for place, folder in enumerate(folders)}
    found = uses_of(tmp_path, {**servers, f"{client}/ask.py": ASKS % "localhost:8000"})
    assert {str(Path(path).parent) for path, _, _, purpose in found if purpose == "chat"} == set(asked)


def test_one_model_that_two_scripts_start_is_one_server(tmp_path: Path) -> None:
    scripts = {f"run{place}.sh": "vllm serve acme/Ivy-7b\n" for place in "12"}
    found = uses_of(tmp_path, {**scripts, "ask.py": ASKS % "localhost:8000"})
    assert {purpose for *_, purpose in found} == {"chat"}


def test_the_client_is_named_and_a_mistake_is_found(tmp_path: Path) -> None:
    compose = COMPOSE.replace("Ivy-7b", "Ivy-7B-Base") % ""
    report = report_of(tmp_path, {"compose.yaml": compose, "app.py": ASKS % "llm:8000"})
    (found,) = [one for one in report["findings"] if one["severity"] == "error"]
    assert found["rule"] == "deploy/base-weights-behind-chat"
    assert [(Path(one["at"]["path"]).name, one["at"]["line"]) for one in found["related"]] == [("app.py", 1)]


def test_a_port_of_this_machine_counts_in_the_same_part_of_a_tree(tmp_path: Path) -> None:
    files = {"a/run.sh": "vllm serve acme/Ivy-7b\n", "b/run.sh": "vllm serve acme/Oak-9b\n", "b/app.py": ASKS % "localhost:8000"}
    assert {(path, purpose) for path, _, _, purpose in uses_of(tmp_path, files)} == {("a/run.sh", "unknown"), ("b/run.sh", "chat")}


def test_a_router_is_a_client(tmp_path: Path) -> None:
    router = "model_list:\n- model_name: x\n  litellm_params: {model: openai/x, api_base: 'http://llm:8000/v1'}\n"
    assert ("compose.yaml", 4, "acme/Ivy-7b", "chat") in uses_of(tmp_path, {"compose.yaml": COMPOSE % "", "router.yaml": router})


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: llm}}
spec:
  containers:
  - image: vllm/vllm-openai
    args: [--model, acme/Ivy-7b]
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: writer}
spec:
  selector: %s
  ports: [{port: 80, targetPort: 8000}]
"""


@pytest.mark.parametrize(
    ("selector", "address", "purpose"),
    [
        ("{app: llm}", "writer:80", "chat"),
        ("{app: llm}", "writer.models.svc.cluster.local:80", "chat"),
        ("{app: other}", "writer:80", "unknown"),
        ("{app: llm}", "writer:8000", "unknown"),
    ],
)
def test_a_service_of_another_file(selector: str, address: str, purpose: str, tmp_path: Path) -> None:
    found = uses_of(tmp_path, {"k8s/pod.yaml": POD, "k8s/service.yaml": SERVICE % selector, "app/main.py": ASKS % address})
    assert ("k8s/pod.yaml", 7, "acme/Ivy-7b", purpose) in found


OTHERS = """\
services:
  base:
    image: vllm/vllm-openai
    command: --model acme/Ivy-7b
  labeler:
    image: labeler
    environment: {OPENAI_BASE_URL: "http://base:8000/v1"}
  warmup:
    image: curl
    command: curl http://chat:8000/v1/chat/completions
  chat:
    image: vllm/vllm-openai
    command: --model acme/Oak-9b
"""


def test_what_other_services_ask_of_other_servers_is_no_evidence(tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"compose.yaml": OTHERS}) == {
        ("compose.yaml", 4, "acme/Ivy-7b", "unknown"),
        ("compose.yaml", 13, "acme/Oak-9b", "chat"),
    }


def test_a_program_with_two_servers_tells_of_neither_by_its_root(tmp_path: Path) -> None:
    text = "a = OpenAI(base_url='http://llm:8000/v1')\nb = OpenAI(base_url='http://o:1/v1')\nb.chat.completions.create(model='x')\n"
    assert ("compose.yaml", 4, "acme/Ivy-7b", "unknown") in uses_of(tmp_path, {"compose.yaml": COMPOSE % "", "app.py": text})


def test_a_chat_page_of_a_cluster(tmp_path: Path) -> None:
    page = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: page}\nspec:\n  containers:\n  - image: ghcr.io/open-webui/open-webui:main\n"
        "    env: [{name: OPENAI_API_BASE_URL, value: 'http://writer:80/v1'}]\n"
    )
    files = {"pod.yaml": POD, "service.yaml": SERVICE % "{app: llm}", "page.yaml": page}
    assert ("pod.yaml", 7, "acme/Ivy-7b", "chat") in uses_of(tmp_path, files)


CHAT = "import sys, openai\nc = openai.OpenAI(base_url=sys.argv[1])\nc.chat.completions.create(model='x', messages=[])\n"
EMBED = "import sys, openai\nc = openai.OpenAI(base_url=sys.argv[1])\nc.embeddings.create(model='x', input=[])\n"
START = "vllm serve acme/Ivy-7b --port 8000 &\n"

# What a script does besides starting a server at port 8000, the program, and the server's purpose.
RUN = {
    "as an argument": ("python app/ask.py --url http://localhost:8000/v1\n", CHAT, "chat"),
    "as an argument on the next line": ("python3 -u app/ask.py \\\n  http://127.0.0.1:8000/v1\n", CHAT, "chat"),
    "in a variable": ("export OPENAI_BASE_URL=http://localhost:8000/v1\npython app/ask.py\n", CHAT, "chat"),
    "of a module": ("OPENAI_BASE_URL=http://localhost:8000/v1 python -m app.ask\n", CHAT, "chat"),
    "after a check of the server's health": (
        "until curl -s http://localhost:8000/health; do sleep 1; done\npython app/ask.py http://localhost:8000\n", CHAT, "chat",
    ),
    "beside another server": (
        "curl http://localhost:9000/v1\npython app/ask.py http://localhost:8000/v1\n", CHAT, "chat",
    ),
    "of another server": ("python app/ask.py http://localhost:9000/v1\n", CHAT, "unknown"),
    "one of two": ("python app/ask.py http://localhost:8000/v1 http://localhost:9000/v1\n", CHAT, "unknown"),
    "to a program that embeds": ("python app/ask.py http://localhost:8000/v1\n", EMBED, "unknown"),
    "to a program that is not there": ("python app/gone.py http://localhost:8000/v1\n", CHAT, "unknown"),
    "to a program that has another server's": (
        "python app/ask.py http://localhost:8000/v1\n", CHAT.replace("sys.argv[1]", "'http://other:1/v1'"), "unknown",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RUN)
def test_a_script_gives_the_address_to_a_program(case: str, tmp_path: Path) -> None:
    script, program, purpose = RUN[case]
    found = uses_of(tmp_path, {"run.sh": START + script, "app/ask.py": program})
    assert ("run.sh", 1, "acme/Ivy-7b", purpose) in found


def test_a_container_gets_the_address_and_runs_the_program(tmp_path: Path) -> None:
    app = "  app:\n    build: .\n    environment: {LLM: 'http://llm:8000/v1'}\n    command: python app/ask.py\n"
    found = uses_of(tmp_path, {"compose.yaml": COMPOSE % "" + app, "app/ask.py": CHAT.replace("sys.argv[1]", "os.environ['LLM']")})
    assert ("compose.yaml", 4, "acme/Ivy-7b", "chat") in found
