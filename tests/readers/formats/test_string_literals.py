"""Programs in languages that are not parsed: literals beside names, lists of arguments, commands in literals."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.assembly.trees import Told, uses_of

PROGRAMS: dict[str, tuple[str, str, set[Told]]] = {
    "Go, a constant and a struct": (
        "main.go",
        'package x\nconst DefaultModel = "acme/Ivy-7b-base"\nvar c = Config{BaseModel: "acme/Oak-9b", Image: "acme/server-7b"}\n',
        {("main.go", 2, "acme/Ivy-7b-base", "unknown"), ("main.go", 3, "acme/Oak-9b", "unknown")},
    ),
    "Go, a typed field of a container": (
        "pod.go",
        'c := Container{\n\tImage: "vllm/vllm-openai",\n\tArgs: []string{"--model", "acme/Ivy-7b",\n\t\t"--tool-call-parser=x"}}\n',
        {("pod.go", 3, "acme/Ivy-7b", "chat")},
    ),
    "TypeScript, a constant with its type, a field in quotes": (
        "app.ts",
        "const model: string = 'acme/Ivy-7b';\nexport default { \"model_id\": `acme/Oak-9b` };\n",
        {("app.ts", 1, "acme/Ivy-7b", "unknown"), ("app.ts", 2, "acme/Oak-9b", "unknown")},
    ),
    "Rust": ("main.rs", 'let model_id = "acme/Ivy-7b";\n', {("main.rs", 1, "acme/Ivy-7b", "unknown")}),
    "Java": ("A.java", 'static final String MODEL_NAME = "acme/Ivy-7b";\n', {("A.java", 1, "acme/Ivy-7b", "unknown")}),
    "Nix, a command and Ollama's tags": (
        "x.nix",
        '{ services.ollama.loadModels = [ "llama3:8b" ];\n  ExecStart = "vllm serve acme/Ivy-7b --tool-call-parser hermes"; }\n',
        {("x.nix", 1, "llama3:8b", "unknown"), ("x.nix", 2, "acme/Ivy-7b", "chat")},
    ),
    "Jsonnet": (
        "x.jsonnet",
        "{ image: 'vllm/vllm-openai', args: ['--model', 'acme/Ivy-7b', '--enable-auto-tool-choice'] }\n",
        {("x.jsonnet", 1, "acme/Ivy-7b", "chat")},
    ),
    "methods of builders": (
        "A.java",
        (
            'var m = OpenAiChatModel.builder().modelName("acme/Ivy-7b").build();\n'
            'var n = x.setModel( "acme/Ivy-7b" ).withModelId("acme/Ivy-7b");\n'
        ),
        {("A.java", 1, "acme/Ivy-7b", "chat"), ("A.java", 2, "acme/Ivy-7b", "chat")},
    ),
    "builders of Rust and Go": (
        "main.go",
        'llm, _ := openai.New(openai.WithModel("acme/Ivy-7b"))\nviewModel("acme/Oak-9b")\nremodel("acme/Oak-9b")\n',
        {("main.go", 1, "acme/Ivy-7b", "unknown")},
    ),
    "no model: an import, a hosted one, an image, a data set, a placeholder, a path": (
        "app.ts",
        (
            "import x from '@acme/model-7b';\nconst model = 'openai/gpt-4o';\nconst image = 'acme/model-7b';\n"
            "const dataset = 'acme/chats-7b';\nconst modelName = 'your-org/model-7b';\nconst modelPath = 'src/model.ts';\n"
            "const viewModel = 'app/user';\nconst outputModel = 'acme/mine-7b';\n"
        ),
        set(),
    ),
    "a bundle that a program made": ("app.js", f"const model = 'acme/Ivy-7b';{'x' * 6000}\n", set()),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name: str, tmp_path: Path) -> None:
    path, text, expected = PROGRAMS[name]
    assert uses_of(tmp_path, {path: text}) == expected


def test_long_names_and_open_lists_end_soon(tmp_path: Path) -> None:
    text = "\n".join(["model" * 900 + " = '"] * 100 + ["[" + "'a'," * 1200] * 100)
    assert uses_of(tmp_path, {"a.ts": text, "b.rs": 'let model = "acme/Ivy-7b";\n'}) == {("b.rs", 1, "acme/Ivy-7b", "unknown")}


ASK = "c.chat.completions.create({model: M, messages: m})"


@pytest.mark.parametrize(
    ("path", "text", "purpose"),
    [
        ("a.ts", f'const MODEL = process.env.MODEL ?? "acme/Ivy-7B";\n{ASK}', "chat"),
        ("a.js", f"const model = env.MODEL || 'acme/Ivy-7B';\n{ASK}", "chat"),
        ("a.kt", 'val model = System.getenv("MODEL") ?: "acme/Ivy-7B"\n', "unknown"),
        ("a.go", 'model := getenv("MODEL_NAME", "acme/Ivy-7B")\n', "unknown"),
        ("a.rb", "m = ENV.fetch('MODEL_ID', 'acme/Ivy-7B')\n", "unknown"),
        ("a.go", 'var m = flag.String("model", "acme/Ivy-7B", "the model")\n', "unknown"),
        ("a.rs", '#[arg(long, default_value = "acme/Ivy-7B")] model_id: String,\n', "unknown"),
        ("A.java", '@Value("${llm.model:acme/Ivy-7B}") private String m;\n', "unknown"),
        ("a.R", 'model_id <- "acme/Ivy-7B"\n', "unknown"),
        ("a.go", 'r := openai.ChatCompletionRequest{Model: "acme/Ivy-7B"}\n', "chat"),
        ("a.ts", f'const MODEL = "acme/Ivy-7B";\nconst url = "https://api.together.xyz/v1";\n{ASK}', "unknown"),  # hosted elsewhere
    ],
)
def test_a_default_and_a_request_for_chats(path: str, text: str, purpose: str, tmp_path: Path) -> None:
    assert uses_of(tmp_path, {path: text}) == {(path, 1, "acme/Ivy-7B", purpose)}


def test_what_is_between_two_literals_is_no_literal(tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"a.js": "const a = '';\n// vllm serve acme/Ivy-7b --port 1\nconst b = '';\n"}) == set()


def test_which_of_two_models_is_asked_for_chats_is_not_known(tmp_path: Path) -> None:
    text = f'const MODEL = "acme/Ivy-7B";\nconst embeddingModel = "acme/Bee-1B";\n{ASK}'
    assert {purpose for *_, purpose in uses_of(tmp_path, {"a.ts": text})} == {"unknown"}
