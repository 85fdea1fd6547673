"""What command lines, environments and files say about the models they serve."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.config import Settings
from modelcheck.documents.located import Located
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Span
from modelcheck.readers.launch.references import read_reference
from modelcheck.readers.launch.variables import read_env_file, resolve
from modelcheck.testing.checking import run


def uses(files: Mapping[str, str]) -> list[ModelUse]:
    return [reported.use for reported in run(files, Settings(offline=True)).uses]


def compose(service: str, more: str = "", **files: str) -> list[ModelUse]:
    indented = "\n".join(f"    {line}" for line in service.splitlines())
    return uses(
        {
            "compose.yaml": f"services:\n  llm:\n{indented}\n{more}",
            **{path.replace("_", ".", 1): text for path, text in files.items()},
        }
    )


def one(service: str, more: str = "", **files: str) -> ModelUse:
    (use,) = (use for use in compose(service, more, **files) if use.at.path == "compose.yaml")
    return use


class TestCompose:
    def test_flags_as_words_as_a_list_and_glued(self) -> None:
        image = "image: vllm/vllm-openai:v1\n"
        for command in (
            "--model a/b --port 1",
            "['--model', 'a/b']",
            "--model=a/b",
            "\n- --model\n- a/b",
            ">\n  --port 1\n  --model a/b",
        ):
            assert one(f"{image}command: {command}").model == "a/b"

    @pytest.mark.parametrize(
        "command",
        [
            "vllm serve a/b --port 1",
            "vllm serve --uvicorn-log-level=info a/b",
            "vllm serve --enable-prefix-caching --trust-remote-code a/b",
            "vllm serve --max-model-len 4096 --enforce-eager a/b",
            "/usr/bin/vllm serve a/b",
            "python3 -m vllm.entrypoints.openai.api_server --model a/b",
            "sh -c 'sleep 1 && exec vllm serve a/b --port 8000'",
            '["bash", "-lc", "set -e\\nvllm serve a/b \\\\\\n  --port 8000"]',
        ],
    )
    def test_the_model_is_found_wherever_the_engine_starts(self, command: str) -> None:
        assert one(f"image: my/image\ncommand: {command}").model == "a/b"

    def test_lines_and_columns_are_those_of_the_word(self) -> None:
        use = one("image: vllm/vllm-openai\ncommand: >\n  --port 1\n  # --model not/this\n  --model a/b\n")
        assert (use.at.line, use.at.column, use.at.end_column) == (7, 15, 18)

    def test_a_comment_in_a_script_is_no_configuration(self) -> None:
        use = one("image: x\ncommand:\n  - sh\n  - -c\n  - |\n    # vllm serve not/this\n    vllm serve a/b # and not/that\n")
        assert (use.model, use.at.line) == ("a/b", 9)

    def test_the_served_name_the_tokenizer_and_the_adapter_are_no_models(self) -> None:
        use = one(
            "image: vllm/vllm-openai\n"
            "command: --served-model-name x/y --model a/b --tokenizer c/d --revision abc --lora-modules sql=e/f\n"
            "  --chat-template ./t.jinja"
        )
        assert (use.model, use.tokenizer, use.revision, use.adapter, use.template) == ("a/b", "c/d", "abc", "sql=e/f", "./t.jinja")
        assert (use.purpose, use.because) == ("chat", ("--chat-template",))

    def test_a_draft_model_is_a_use_of_its_own(self) -> None:
        config = """'{"model": "c/d", "num_speculative_tokens": 3}'"""
        service = f"image: vllm/vllm-openai\ncommand: >\n  --model a/b --tool-call-parser x\n  --speculative-config {config}"
        assert [(use.model, use.purpose) for use in compose(service)] == [("a/b", "chat"), ("c/d", "draft")]

    @pytest.mark.parametrize(
        ("image", "arguments", "purpose"),
        [
            ("vllm/vllm-openai", "--model a/b", "unknown"),
            ("vllm/vllm-openai", "--model a/b --enable-auto-tool-choice", "chat"),
            ("vllm/vllm-openai", "--model a/b --reasoning_parser deepseek_r1", "chat"),
            ("vllm/vllm-openai", "--model a/b --task embed --chat-template x", "embedding"),
            ("vllm/vllm-openai", "--model a/b --runner pooling", "embedding"),
            ("vllm/vllm-openai", "--model a/b --task score", "rerank"),
            ("lmsysorg/sglang", "python3 -m sglang.launch_server --model-path a/b --is-embedding", "embedding"),
            ("lmsysorg/sglang", "python3 -m sglang.launch_server --model-path a/b --chat-template chatml", "chat"),
            ("ghcr.io/huggingface/text-embeddings-inference:1.8", "--model-id a/b", "embedding"),
            ("ghcr.io/huggingface/text-generation-inference:3", "--model-id a/b", "unknown"),
            ("x", "python -m vllm.entrypoints.api_server --model a/b", "completion"),
        ],
    )
    def test_the_purpose(self, image: str, arguments: str, purpose: str) -> None:
        assert one(f"image: {image}\ncommand: {arguments}").purpose == purpose

    def test_tgi_reads_its_environment(self) -> None:
        image = "image: ghcr.io/huggingface/text-generation-inference:3\n"
        for environment in (
            "\n  MODEL_ID: a/b\n  MESSAGES_API_ENABLED: 'true'",
            "\n  - MODEL_ID=a/b\n  - MESSAGES_API_ENABLED=true",
        ):
            use = one(f"{image}environment:{environment}")
            assert (use.model, use.purpose, use.at.line) == ("a/b", "chat", 5)

    def test_variables_come_from_the_file_beside_from_the_default_or_stay_open(self) -> None:
        service = "image: vllm/vllm-openai\ncommand: --model ${MODEL:-a/default}"
        assert one(service).model == "a/default"
        (set_elsewhere,) = compose(service, _env="MODEL=a/set # why\n")
        assert (set_elsewhere.model, set_elsewhere.at.path) == ("a/set", ".env")
        open_ = one("image: vllm/vllm-openai\ncommand: --model ${MODEL}")
        assert (open_.model, open_.target, open_.unresolved) == ("${MODEL}", None, "no file that was read sets MODEL")
        assert one("image: vllm/vllm-openai\ncommand: --model meta/Llama-${SIZE:-7b}-chat").model == "meta/Llama-7b-chat"

    def test_a_variable_of_the_service_stands_where_it_is_set(self) -> None:
        use = one("image: x\nenvironment:\n  MODEL: a/b\ncommand: sh -c 'vllm serve $$MODEL'")
        assert (use.model, use.at.line) == ("a/b", 5)

    def test_a_chat_page_is_evidence_for_the_server_that_it_points_at_only(self) -> None:
        ui = "  page:\n    image: ghcr.io/open-webui/open-webui\n    environment: {OPENAI_API_BASE_URL: 'http://llm:8000/v1'}\n"
        other = "  other:\n    image: vllm/vllm-openai\n    command: --model c/d\n"
        found = compose("image: vllm/vllm-openai\ncommand: --model a/b", ui + other)
        assert [(use.model, use.purpose) for use in found] == [("a/b", "chat"), ("c/d", "unknown")]
        assert found[0].because == ("the chat client page points at it",)

    def test_a_health_check_that_chats_is_evidence(self) -> None:
        use = one(
            "image: vllm/vllm-openai\ncommand: --model a/b\nhealthcheck:\n  test: [CMD, curl, 'http://x/v1/chat/completions']"
        )
        assert use.purpose == "chat"

    @pytest.mark.parametrize(
        "service",
        [
            "image: nvidia/cuda:12\ncommand: sleep infinity",
            "image: vllm/vllm-openai\nentrypoint: [python3, bench.py]\ncommand: --model a/b",
            "image: my/worker-vllm\ncommand: python3 -u /src/handler.py",
            "image: lmcache/vllm-router\ncommand: --model a/b",
            "image: ghcr.io/berriai/litellm\ncommand: --model a/b",
            "image: vllm/vllm-openai\nlabels: {model: a/b}",
        ],
    )
    def test_what_starts_no_engine_uses_no_model(self, service: str) -> None:
        assert compose(service) == []

    def test_merged_services_are_whole(self) -> None:
        text = "x-base: &base\n  image: vllm/vllm-openai\nservices:\n  llm:\n    <<: *base\n    command: --model a/b\n"
        assert [use.model for use in uses({"compose.yaml": text})] == ["a/b"]


MANIFEST = """apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  MODEL: a/b
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: x, labels: {model: not/this}}
spec:
  template:
    spec:
      containers:
        - name: server
          image: vllm/vllm-openai
          args: [%s]
          %s
"""


class TestKubernetes:
    @pytest.mark.parametrize(
        ("arguments", "more", "line"),
        [
            ('"--model", "a/b"', "", 16),
            ('"--model=$(MODEL)"', "env: [{name: MODEL, value: a/b}]", 17),
            ('"--model", "$(MODEL)"', "envFrom: [{configMapRef: {name: settings}}]", 5),
            ('"--model", "$(M)"', "env: [{name: M, valueFrom: {configMapKeyRef: {name: settings, key: MODEL}}}]", 5),
            ('"a/b", "--port", "1"', "", 16),
        ],
    )
    def test_the_model_is_found_and_stands_where_it_is_written(self, arguments: str, more: str, line: int) -> None:
        (use,) = uses({"k8s.yaml": MANIFEST % (arguments, more)})
        assert (use.model, use.format) == ("a/b", "kubernetes/vllm")
        assert use.at.line in (line, 16)

    def test_probes_are_evidence(self) -> None:
        (use,) = uses({"k8s.yaml": MANIFEST % ('"--model=a/b"', "livenessProbe: {httpGet: {path: /v1/chat/completions}}")})
        assert use.purpose == "chat"

    def test_a_definition_of_a_kind_runs_nothing(self) -> None:
        text = (MANIFEST % ('"--model=a/b"', "")).replace("kind: Deployment", "kind: CustomResourceDefinition")
        assert uses({"k8s.yaml": text}) == []


class TestReferences:
    @pytest.mark.parametrize(
        ("text", "target", "revision", "quant"),
        [
            ("a/b", "a/b", None, None),
            ("gpt2", "gpt2", None, None),
            ("hf://a/b@main", "a/b", "main", None),
            ("https://huggingface.co/a/b", "a/b", None, None),
            ("hf.co/a/b:Q4_K_M", "a/b", None, "Q4_K_M"),
            ("/root/.cache/huggingface/hub/models--a--b/snapshots/" + "0" * 40 + "/", "a/b", "0" * 40, None),
            ("./models/x", "./models/x", None, None),
        ],
    )
    def test_what_can_be_opened(self, text: str, target: str, revision: str | None, quant: str | None) -> None:
        reference = read_reference(text)
        assert (reference.target, reference.revision, reference.quant) == (target, revision, quant)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("/models/Llama-3-8B-Instruct/", "Llama-3-8B-Instruct"),
            ("../x/Meta-Llama-3-8B", "Meta-Llama-3-8B"),
            ("s3://bucket/model", None),
            ("${MODEL}", None),
            ("{{ .Values.model }}", None),
            ("<MODEL>", None),
            ("", None),
            ("./../../etc/passwd", "passwd"),
            (r"D:\models\Ivy-7b-Q8_0.gguf", "Ivy-7b-Q8_0"),
            ("C:/models/Ivy-7b", "Ivy-7b"),
            ("D:modelsivy.gguf", None),
        ],
    )
    def test_what_cannot_be_opened(self, text: str, name: str | None) -> None:
        reference = read_reference(text)
        assert (reference.target, reference.name_only) == (None, name)

    @given(st.text(max_size=40))
    def test_any_text_is_read(self, text: str) -> None:
        read_reference(text)


class TestWords:
    def test_an_environment_file(self) -> None:
        found = read_env_file(".env", "# A=0\nA=1 # one\nexport B='2 # two'\nC=\nnot an assignment\n")
        assert {name: word.text for name, word in found.items()} == {"A": "1", "B": "2 # two"}

    @given(st.text(max_size=30))
    def test_any_word_is_resolved(self, text: str) -> None:
        resolve(Located(text, Span("x", 1, 1)), {"A": Located("1", Span("x", 2, 1))})
