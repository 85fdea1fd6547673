"""Terraform modules of several files, on disk and through the command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from readers.assembly.trees import Told, report_of, unresolved_of, uses_of

POD = """\
resource "kubernetes_deployment" "llm" {
  spec {
    template {
      spec {
        container {
          image = "vllm/vllm-openai:v0.9"
          args  = ["--model", %s, "--enable-auto-tool-choice", "--tool-call-parser", "hermes"]
        }
      }
    }
  }
}
"""
VARIABLE = 'variable "weights" {\n  type = string\n}\n'

MODULES: dict[str, tuple[Mapping[str, str], set[Told]]] = {
    "a default in another file": (
        {"main.tf": POD % "var.weights", "vars.tf": 'variable "weights" {\n  default = "acme/Ivy-7b"\n}\n'},
        {("vars.tf", 2, "acme/Ivy-7b", "chat")},
    ),
    "values that are taken by themselves, and those of two environments": (
        {
            "main.tf": POD % "var.weights",
            "vars.tf": VARIABLE,
            "terraform.tfvars": 'weights = "acme/Ivy-7b"\n',
            "env/prod.tfvars": 'region = "x"\nweights = "acme/Oak-70b"\n',
            "env/dev.tfvars.json": '{"region": "y",\n "weights": "acme/Elm-1b"}\n',
        },
        {
            ("terraform.tfvars", 1, "acme/Ivy-7b", "chat"),
            ("env/prod.tfvars", 2, "acme/Oak-70b", "chat"),
            ("env/dev.tfvars.json", 2, "acme/Elm-1b", "chat"),
        },
    ),
    "local values, a map by key, a string of parts": (
        {
            "main.tf": POD % '"${local.owner}/${local.sizes["small"].name}"',
            "locals.tf": 'locals {\n  owner = "acme"\n  sizes = {\n    small = { name = "Ivy-7b" }\n  }\n}\n',
        },
        {("main.tf", 7, "acme/Ivy-7b", "chat")},
    ),
    "a flag and its value in one string": (
        {
            "main.tf": POD.replace('"--model", %s', '"--model=${var.weights}"'),
            "vars.tf": 'variable "weights" {\n  default = "acme/Ivy-7b"\n}\n',
        },
        {("vars.tf", 2, "acme/Ivy-7b", "chat")},
    ),
    "a condition leaves both open, a function gives the first": (
        {"main.tf": 'x "y" {\n  model_id = var.big ? "acme/Oak-70b" : "acme/Ivy-7b"\n  model = coalesce("", "acme/Elm-1b")\n}\n'},
        {
            ("main.tf", 2, "acme/Oak-70b", "unknown"),
            ("main.tf", 2, "acme/Ivy-7b", "unknown"),
            ("main.tf", 3, "acme/Elm-1b", "unknown"),
        },
    ),
    "a module by its path": (
        {
            "main.tf": 'module "chat" {\n  source  = "./serving"\n  weights = "acme/Ivy-7b"\n}\n',
            "serving/main.tf": POD % "var.weights",
            "serving/vars.tf": VARIABLE,
        },
        {("main.tf", 3, "acme/Ivy-7b", "chat")},
    ),
    "a module for each element": (
        {
            "main.tf": (
                'locals {\n  all = {\n    a = { id = "acme/Ivy-7b" }\n    b = { id = "acme/Oak-70b" }\n  }\n}\n'
                'module "chat" {\n  for_each = local.all\n  source = "./serving"\n  weights = each.value.id\n}\n'
            ),
            "serving/main.tf": VARIABLE + POD % "var.weights",
        },
        {("main.tf", 3, "acme/Ivy-7b", "chat"), ("main.tf", 4, "acme/Oak-70b", "chat")},
    ),
    "a dynamic block, a list of objects": (
        {
            "main.tf": (
                'locals {\n  env = [\n    { name = "MODEL_ID", value = "acme/Ivy-7b" },\n'
                '    { name = "MESSAGES_API_ENABLED", value = "true" },\n  ]\n}\n'
                'resource "x" "y" {\n  container {\n    image = "ghcr.io/huggingface/text-generation-inference"\n'
                '    dynamic "env" {\n      for_each = local.env\n      content {\n        name = env.value.name\n'
                "        value = env.value.value\n      }\n    }\n  }\n}\n"
            )
        },
        {("main.tf", 3, "acme/Ivy-7b", "chat")},
    ),
    "a task definition in JSON": (
        {
            "main.tf": (
                'variable "id" {\n  default = "acme/Ivy-7b"\n}\n'
                'resource "aws_ecs_task_definition" "x" {\n  container_definitions = jsonencode([{\n'
                '    image = "vllm/vllm-openai"\n    command = ["--model", var.id, "--tool-call-parser", "hermes"]\n  }])\n}\n'
            )
        },
        {("main.tf", 2, "acme/Ivy-7b", "chat")},
    ),
    "a script for a machine, in a heredoc": (
        {
            "main.tf": 'resource "aws_instance" "llm" {\n  user_data = <<-EOT\n    #!/bin/bash\n    echo $${HOME} ${x}\n'
            "    docker run vllm/vllm-openai --model ${var.weights} --tool-call-parser hermes\n  EOT\n}\n",
            "vars.tf": 'variable "weights" {\n  default = "acme/Ivy-7b"\n}\n',
        },
        {("vars.tf", 2, "acme/Ivy-7b", "chat")},
    ),
    "a literal model in a heredoc of cloud-init": (
        {
            "main.tf": "locals {\n  init = <<EOT\n#cloud-config\nruncmd:\n"
            "- vllm serve acme/Ivy-7b --tool-call-parser hermes\nEOT\n}\n",
        },
        {("main.tf", 5, "acme/Ivy-7b", "chat")},
    ),
    "a template with values, encoded": (
        {
            "main.tf": 'resource "x" "y" {\n  user_data = base64encode(templatefile("${path.module}/run.sh.tftpl", {\n'
            "    weights = var.w\n  }))\n}\n"
            'variable "w" {\n  default = "acme/Ivy-7b"\n}\n',
            "run.sh.tftpl": "#!/bin/bash\n%{ if gpu ~}\nvllm serve ${weights} --tool-call-parser hermes\n%{ endif ~}\n",
        },
        {("main.tf", 7, "acme/Ivy-7b", "chat")},
    ),
    "templates that name each other": (
        {
            "main.tf": 'resource "x" "y" {\n  a = templatefile("a.tpl", { b = templatefile("b.tpl", {}) })\n}\n',
            "a.tpl": '# file("b.tpl")\n${b}\nvllm serve acme/Ivy-7b --tool-call-parser hermes\n',
            "b.tpl": 'templatefile("a.tpl", {})\n',
        },
        {("a.tpl", 3, "acme/Ivy-7b", "chat")},
    ),
    "a template outside of the tree": ({"main.tf": 'locals {\n  a = templatefile("../../a.tpl", { model = "x" })\n}\n'}, set()),
    "Terragrunt": (
        {
            "live/terragrunt.hcl": 'terraform {\n  source = "../modules//serving"\n}\ninputs = {\n  weights = "acme/Ivy-7b"\n}\n',
            "modules/serving/main.tf": VARIABLE + POD % "var.weights",
        },
        {("live/terragrunt.hcl", 5, "acme/Ivy-7b", "chat")},
    ),
    "Nomad": (
        {
            "llm.nomad": (
                'variable "weights" {\n  default = "acme/Ivy-7b"\n}\njob "x" {\n  task "y" {\n    config {\n'
                '      image = "vllm/vllm-openai"\n'
                '      args = ["--model", "${var.weights}", "--tool-call-parser", "hermes"]\n    }\n  }\n}\n'
            )
        },
        {("llm.nomad", 2, "acme/Ivy-7b", "chat")},
    ),
    "what only Terraform knows": (
        {"main.tf": POD % "data.aws_ssm_parameter.model.value"},
        {("main.tf", 7, "data.aws_ssm_parameter.model.value", "chat")},
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module(name: str, tmp_path: Path) -> None:
    files, expected = MODULES[name]
    assert uses_of(tmp_path, files) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            'module "x" {\n  source = "terraform-aws-modules/vpc/aws"\n  model = 1\n}\n',
            "2: the module terraform-aws-modules/vpc/aws is not on this machine",
        ),
        ('module "x" {\n  source = "../../up"\n  model = 1\n}\n', "2: the module ../../up leads out of the scanned folder"),
        ('module "x" {\n  source = "./gone"\n  model = 1\n}\n', "2: the module ./gone is not in the scanned folder"),
        ('model_id = "a/b"\n}\n', "None: it is not valid HCL, or longer than 128 KiB, and was not read"),
        ('a = "vllm"\n' * 20_000 + 'model_id = "a/b"\n', "None: it is not valid HCL, or longer than 128 KiB, and was not read"),
    ],
)
def test_what_cannot_be_followed_is_told(text: str, reason: str, tmp_path: Path) -> None:
    assert reason in unresolved_of(report_of(tmp_path, {"a/main.tf": text}))


@pytest.mark.parametrize(
    "text",
    [
        'module "x" {\n  source = "./"\n  model = 1\n}\n',
        'module "x" {\n  source = "../m"\n  model_id = local.a\n}\nlocals {\n  a = local.b\n  b = local.a\n}\n',
        'variable "model_id" {\n  default = var.model_id\n}\nresource "x" "y" {\n  model_id = var.model_id\n}\n',
        "locals {\n"
        + "".join(f"  v{n} = [local.v{n + 1}, local.v{n + 1}]\n" for n in range(60))
        + "}\n"
        + 'x = local.v0\nmodel_id = "a/b-7b"\n',
        "model_id = " + "[" * 500 + '"a/b-7b"' + "]" * 500 + "\n",
    ],
)
def test_cycles_and_what_doubles_end(text: str, tmp_path: Path) -> None:
    report = report_of(tmp_path, {"m/main.tf": text, "other.tf": 'model_id = "acme/Ivy-7b"\n'})
    assert "acme/Ivy-7b" in {use["model"] for use in report["uses"]}
