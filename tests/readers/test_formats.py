"""Each format by its smallest file: which model, on which line, for what."""

from __future__ import annotations

import textwrap

import pytest

from readers.test_serving import uses

FINETUNING = [
    ("a.yaml", "base_model: a/b\ndatasets:\n  - path: x/y\n    type: alpaca\n", ("a/b", 1, "finetune", "sft")),
    ("a.yaml", "base_model: a/b\nrl: kto\n", ("a/b", 1, "finetune", "preference")),
    ("a.yaml", "pretraining_dataset: x/y\nbase_model: a/b\n", ("a/b", 2, "finetune", "pretrain")),
    ("a.yaml", "base_model: a/b\ndatasets:\n  - {path: x/y, type: completion}\n", ("a/b", 1, "finetune", "pretrain")),
    ("a.yaml", "base_model: a/b\nadapter: lora\nreward_model: true\n", ("a/b", 1, "finetune", "reward")),
    ("a.yaml", "model_name_or_path: a/b\nstage: pt\nfinetuning_type: lora\n", ("a/b", 1, "finetune", "pretrain")),
    ("a.yaml", "model_name_or_path: a/b\ntemplate: llama3\n", ("a/b", 1, "chat", None)),
    ("a.yaml", "model_name_or_path: a/b\ntemplate: x\nexport_dir: out\n", ("a/b", 1, "unknown", None)),
    ("dpo/a.yaml", "model_name_or_path: a/b\ndataset_name: x/y\n", ("a/b", 1, "finetune", "preference")),
    ("a.yaml", "model_name_or_path:\n  a/b\ndataset_name: x/y\n", ("a/b", 2, "finetune", None)),
    ("a.yaml", "task: llm-orpo\nbase_model: a/b\nbackend: local\n", ("a/b", 2, "finetune", "orpo")),
    ("a.yaml", "model_type: llm\nbase_model: a/b\ntrainer: {type: finetune}\n", ("a/b", 2, "finetune", None)),
    (
        "a.yaml",
        "tokenizer: {_component_: torchtune.x}\ncheckpointer:\n  checkpoint_dir: /tmp/B/\noptimizer: {}\n",
        ("/tmp/B/", 3, "finetune", "sft"),
    ),
    (
        "a.yaml",
        "checkpoint_dir: checkpoints/a/b\ndata: {class_path: litgpt.data.Alpaca}\n",
        ("checkpoints/a/b", 1, "finetune", "sft"),
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), FINETUNING, ids=[text[:40] for _, text, _ in FINETUNING])
def test_trainers_files(path: str, text: str, expected: tuple[object, ...]) -> None:
    (use,) = uses({path: text})
    assert (use.model, use.at.line, use.purpose, use.method) == expected


def test_what_a_run_publishes_is_an_output_that_nobody_opens() -> None:
    found = uses({"a.yaml": "base_model: a/b\nadapter: lora\nhub_model_id: me/mine\n"})
    assert [(use.model, use.purpose, use.target) for use in found] == [("a/b", "finetune", "a/b"), ("me/mine", "output", None)]


def test_a_merge_names_each_of_its_models() -> None:
    text = "merge_method: slerp\nslices:\n- sources:\n  - model: a/b\n  - model: c/d+e/lora\nbase_model: a/b\n"
    found = uses({"mergekit_config.yml": text})
    assert {(use.model, use.at.line, use.adapter) for use in found} == {("a/b", 4, None), ("c/d", 5, "e/lora"), ("a/b", 6, None)}
    assert {use.purpose for use in found} == {"merge"}


SCRIPTS = [
    ("run.sh", "vllm serve a/b --port 1\n", ("a/b", 1, "unknown")),
    (
        "run.sh",
        "MODEL=a/b\nexec python3 -m vllm.entrypoints.openai.api_server \\\n  --model $MODEL --tool-call-parser x\n",
        ("a/b", 1, "chat"),
    ),
    ("run.sh", 'M="${1:-a/b}"  # which\nvllm serve "$M"\n', ("a/b", 1, "unknown")),
    ("run.sh", "vllm serve $UNSET\n", ("$UNSET", 1, "unknown")),
    ("run.sh", "docker run --name vllm -e X=c/d -p 1:1 vllm/vllm-openai:v1 \\\n  --model a/b\n", ("a/b", 2, "unknown")),
    ("run.sh", "docker run -e MODEL_ID=a/b ghcr.io/huggingface/text-generation-inference:3\n", ("a/b", 1, "unknown")),
    ("run.sh", "# vllm serve c/d\nvllm serve a/b # --tool-call-parser x\n", ("a/b", 2, "unknown")),
    ("run.sh", "bash -c 'vllm serve a/b'\n", ("a/b", 1, "unknown")),
    ("run.sh", "lm_eval --model hf --model_args pretrained=a/b,dtype=auto\n", ("a/b", 1, "completion")),
    ("run.sh", 'lm_eval --model_args "pretrained=a/b" --apply_chat_template\n', ("a/b", 1, "chat")),
    ("run.sh", "python -m verl.trainer.main_ppo \\\n  actor_rollout_ref.model.path=a/b\n", ("a/b", 2, "finetune")),
    ("run.sh", "deepspeed --module openrlhf.cli.train_dpo --model.model_name_or_path a/b\n", ("a/b", 1, "finetune")),
    ("run.sh", "torchrun --nproc 2 train.py --model_name_or_path a/b\n", ("a/b", 1, "finetune")),
    ("run.sh", "llamafactory-cli train --stage dpo --model_name_or_path a/b\n", ("a/b", 1, "finetune")),
    ("run.sh", "llama-server -hf a/b:Q4_K_M --jinja\n", ("a/b", 1, "chat")),
    ("run.sh", 'curl x/v1/chat/completions -d \'{\n "model": "a/b"\n}\'\n', ("a/b", 2, "chat")),
    ("run.sh", "export LLM_MODEL_ID=a/b\n", ("a/b", 1, "unknown")),
    ("run.sh", "export EMBEDDING_MODEL_ID=a/b\n", ("a/b", 1, "embedding")),
    ("Makefile", "MODEL ?= a/b\nserve:\n\tvllm serve $(MODEL)\n", ("a/b", 1, "unknown")),
    ("run.ps1", "docker run vllm/vllm-openai `\n  --model a/b\n", ("a/b", 2, "unknown")),
    ("Dockerfile", 'FROM vllm/vllm-openai\nCMD ["--model", "a/b", "--tool-call-parser", "x"]\n', ("a/b", 2, "chat")),
    ("Dockerfile", "FROM x\nENV MODEL_ID=a/b\n", ("a/b", 2, "unknown")),
    ("Dockerfile", "FROM x\nRUN huggingface-cli download a/b\n", ("a/b", 2, "unknown")),
    ("x.service", "[Service]\nEnvironment=M=a/b\nExecStart=/bin/vllm serve ${M} \\\n  --tool-call-parser x\n", ("a/b", 2, "chat")),
    (".env", "HF_MODEL_ID=a/b\nOPENAI_MODEL=c/d\nDATA=e/f\n", ("a/b", 1, "unknown")),
    ("notes.md", "Run c/d:\n\n```bash\n$ vllm serve a/b\n```\n", ("a/b", 4, "unknown")),
    ("w.yml", "jobs:\n  x:\n    steps:\n      - run: |\n          set -e\n          vllm serve a/b\n", ("a/b", 6, "unknown")),
    ("sky.yaml", "envs:\n  M: a/b\nrun: |\n  vllm serve $M\n", ("a/b", 2, "unknown")),
]


@pytest.mark.parametrize(("path", "text", "expected"), SCRIPTS, ids=[text[:40] for _, text, _ in SCRIPTS])
def test_commands_wherever_they_stand(path: str, text: str, expected: tuple[object, ...]) -> None:
    (use,) = uses({path: text})
    assert (use.model, use.at.line, use.purpose) == expected


MODELFILES = [
    ("FROM hf.co/a/b:Q4_K_M\n", ("a/b", "a/b", "chat")),
    ("FROM qwen2.5:7b\nSYSTEM hi\n", ("qwen2.5:7b", "ollama://qwen2.5:7b", "chat")),
    ("# FROM c\nfrom ./x.gguf\nTEMPLATE {{ .Prompt }}\n", ("./x.gguf", "./x.gguf", "completion")),
    (
        'FROM /m/mistral-7b-v0.2.Q5_K_M.gguf\nTEMPLATE """{{ .System }}\n{{ .Prompt }}"""\n',
        ("/m/mistral-7b-v0.2.Q5_K_M.gguf", None, "completion"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), MODELFILES)
def test_modelfiles(text: str, expected: tuple[object, ...]) -> None:
    (use,) = uses({"Modelfile": text})
    assert (use.model, use.target, use.purpose) == expected


def test_a_file_of_another_trade_is_no_modelfile() -> None:
    assert uses({"modelfile.c": "int from(void) { return 0; }\n", "x.modelfile": "model X\nend X; // from\n"}) == []


LITELLM = [
    ("hosted_vllm/a/b", None, [("a/b", "a/b", "chat")]),
    ("huggingface/together/a/b", None, [("a/b", "a/b", "chat")]),
    ("hosted_vllm/openai/gpt-oss-20b", None, [("openai/gpt-oss-20b", "openai/gpt-oss-20b", "chat")]),
    ("openai/served", "http://x", [("openai/served", None, "chat")]),
    ("text-completion-openai/served", "http://x", [("text-completion-openai/served", None, "completion")]),
    ("openai/gpt-4o", None, []),
    ("together_ai/meta-llama/x", None, []),
    ("os.environ/MODEL", "http://x", []),
]


@pytest.mark.parametrize(("model", "base", "expected"), LITELLM)
def test_litellm(model: str, base: str | None, expected: list[tuple[object, ...]]) -> None:
    text = f"model_list:\n- model_name: x\n  litellm_params:\n    model: {model}\n" + (f"    api_base: {base}\n" if base else "")
    assert [(use.model, use.target, use.purpose) for use in uses({"config.yaml": text})] == expected


RESOURCES = [
    ("serving.kserve.io/v1alpha1", "LLMInferenceService", "model: {uri: 'hf://a/b', name: c/d}", ("a/b", "unknown")),
    (
        "serving.kserve.io/v1beta1",
        "InferenceService",
        "predictor: {model: {modelFormat: {name: huggingface}, args: ['--model_id=a/b']}}",
        ("a/b", "unknown"),
    ),
    (
        "serving.kserve.io/v1beta1",
        "InferenceService",
        "predictor: {model: {modelFormat: {name: huggingface}, storageUri: 'hf://a/b'}}",
        ("a/b", "unknown"),
    ),
    ("kubeai.org/v1", "Model", "url: hf://a/b\n  features: [TextEmbedding]\n  engine: VLLM", ("a/b", "embedding")),
    ("llmaz.io/v1alpha1", "OpenModel", "source: {modelHub: {modelID: a/b}}", ("a/b", "unknown")),
    ("model.aibrix.ai/v1alpha1", "ModelAdapter", "artifactURL: huggingface://a/b", ("a/b", "unknown")),
]


@pytest.mark.parametrize(("version", "kind", "spec", "expected"), RESOURCES)
def test_operators_fields(version: str, kind: str, spec: str, expected: tuple[str, str]) -> None:
    (use,) = uses({"x.yaml": f"apiVersion: {version}\nkind: {kind}\nspec:\n  {spec}\n"})
    assert (use.model, use.purpose) == expected


def test_another_runtime_of_kserve_is_none() -> None:
    model = "{modelFormat: {name: sklearn}, storageUri: 'hf://a/b'}"
    text = f"apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nspec: {{predictor: {{model: {model}}}}}\n"
    assert uses({"x.yaml": text}) == []


VALUES = [
    ("vllm:\n  model: a/b\n", [("a/b", 2, "unknown")]),
    ("params:\n  modelPath: a/b\n  reasoningParser: x\n", [("a/b", 2, "chat")]),
    (
        "vllm:\n  model: a/b\n  args: ['--model={{ .Values.vllm.model }}', '--tool-call-parser=x']\n  image: vllm/vllm-openai\n",
        [("a/b", 2, "chat")],
    ),
    ("LLM_MODEL_ID: a/b\nEMBEDDING_MODEL_ID: c/d\n", [("a/b", 1, "unknown"), ("c/d", 2, "embedding")]),
    ("parameters:\n- name: model.huggingfaceName\n  value: a/b\n", [("a/b", 3, "unknown")]),
    ("command: [sh, -c]\nargs: ['vllm serve a/b --tool-call-parser x']\n", [("a/b", 2, "chat")]),
    ("image:\n  repository: a/b\nmodel: big\nvllm: {image: c/d}\n", []),
    ("dataset:\n  model: a/b\n", []),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_values(text: str, expected: list[tuple[object, ...]]) -> None:
    assert [(use.model, use.at.line, use.purpose) for use in uses({"values.yaml": text})] == expected


PYTHON = [
    ('MODEL_ID = "a/b"\n', ("a/b", 1, "unknown")),
    ('llm = LLM("a/b")  # from vllm\n', ("a/b", 1, "unknown")),
    ('client.chat.completions.create(model="a/b", messages=[])\n', ("a/b", 1, "chat")),
    ('M = "a/b"\ncmd = ["vllm", "serve", M, "--enable-auto-tool-choice"]\n', ("a/b", 1, "chat")),
    ('M = "a/b"\nsnapshot_download(M)\ncmd = ["vllm", "serve", D]\ncmd += ["--tool-call-parser", "x"]\n', ("a/b", 1, "chat")),
    ('model, tok = FastLanguageModel.from_pretrained(model_name="a/b")\nDPOTrainer(model)\n', ("a/b", 1, "finetune")),
    ('SentenceTransformer("a/b")\n', ("a/b", 1, "embedding")),
    ('pipeline("text-generation", model="distilgpt2")\n', ("distilgpt2", 1, "completion")),
    ('def f(model_name="a/b-7b"): pass\n', ("a/b-7b", 1, "unknown")),
    ('x = "é"; model_id = "a/b"\n', ("a/b", 1, "unknown")),
]


@pytest.mark.parametrize(("text", "expected"), PYTHON)
def test_python(text: str, expected: tuple[object, ...]) -> None:
    found = uses({"x.py": text})
    assert [(use.model, use.at.line, use.purpose) for use in found] == [expected]
    line = text.splitlines()[expected[1] - 1]  # type: ignore[operator] # a number
    use = found[0]
    assert use.at.column is not None
    assert line[use.at.column - 1 :].startswith(str(expected[0]))


@pytest.mark.parametrize(
    "text", ['dataset_name = "a/b"; model_id = 3\n', 'load_dataset("a/b"); model_name = "x"\n', "model_id = (\n", "\0model_id"]
)
def test_python_that_names_no_model(text: str) -> None:
    assert uses({"x.py": text}) == []


def test_terraform_by_its_parser() -> None:
    main = textwrap.dedent("""\
        module "x" {
          hf_model_id = "distil-bert"
          environment = {
            HF_MODEL_ID = var.model_id # "c/d"
            OTHER       = "e/f"
          }
        }
        """)
    variables = 'variable "model_id" {\n  default = "a/b"\n}\n'
    found = uses({"main.tf": main, "variables.tf": variables})
    assert {(use.model, use.at.path, use.at.line) for use in found} == {
        ("distil-bert", "main.tf", 2), ("a/b", "variables.tf", 2),
    }  # fmt: skip
    (used_at,) = [use.used_at for use in found if use.model == "a/b"]
    assert used_at and (used_at.path, used_at.line) == ("main.tf", 4)
    assert uses({"main.tf": "model = {{ not hcl"}) == []


def test_docker_model_runner() -> None:
    text = "services:\n  app: {image: x, models: [llm]}\nmodels:\n  llm:\n    model: ai/qwen3:8B\n  hub:\n    model: hf.co/a/b\n"
    assert [(use.model, use.target, use.purpose) for use in uses({"compose.yaml": text})] == [
        ("ai/qwen3:8B", None, "chat"),
        ("a/b", "a/b", "chat"),
    ]


def test_localai_in_a_file_and_in_a_string() -> None:
    plain = "backend: vllm\nparameters:\n  model: a/b\ntemplate:\n  chat: x\n"
    assert [(use.model, use.purpose) for use in uses({"m.yaml": plain})] == [("a/b", "chat")]
    inside = "config_file: |\n" + textwrap.indent(plain, "  ")
    assert [(use.model, use.at.line) for use in uses({"m.yaml": inside})] == [("a/b", 4)]


def test_opea_pipelines_chat_where_they_answer_chat_completions() -> None:
    text = """\
spec:
  nodes:
    root:
      steps:
      - {name: Llm, internalService: {config: {endpoint: /v1/chat/completions}}}
      - {name: Tgi, internalService: {config: {MODEL_ID: a/b}}}
      - {name: TeiEmbedding, internalService: {config: {MODEL_ID: c/d}}}
"""
    found = uses({"x.yaml": f"apiVersion: gmc.opea.io/v1alpha3\nkind: GMConnector\n{text}"})
    assert [(use.model, use.purpose) for use in found] == [("a/b", "chat"), ("c/d", "embedding")]
