"""Scripts, Python, Dockerfiles, Terraform and other text made to hurt."""

from __future__ import annotations

import json

from hostile.attack import Attack


def notebook(source: list[str], cells: int = 1) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": source}] * cells, "metadata": {}, "nbformat": 4})


ATTACKS = {
    "a Dockerfile of many CMD": Attack(lambda: {"Dockerfile": "FROM vllm/vllm-openai\n" + 'CMD ["--model", "a/b"]\n' * 4_000}),
    "a Dockerfile of many ENV and RUN": Attack(
        lambda: {
            "Dockerfile": "FROM vllm/vllm-openai\n"
            + "".join(f"ENV V{n}=$V{n - 1}x\nRUN vllm serve $V{n}\n" for n in range(1, 6_000))
        }
    ),
    "a Dockerfile of many stages": Attack(
        lambda: {
            "Dockerfile": "FROM vllm/vllm-openai AS s0\nENV M=a/b\n"
            + "".join(f"FROM s{n - 1} AS s{n}\nENV A{n}=b\nCMD --model $M\n" for n in range(1, 3_000))
        }
    ),
    "a Dockerfile that is one line": Attack(
        lambda: {"Dockerfile": "FROM vllm/vllm-openai\nRUN x \\\n" + "  vllm serve a/b && \\\n" * 80_000}
    ),
    "backticks": Attack(lambda: {"run.sh": "vllm serve a/b\n" + "`" * 300_000}),
    "backticks in backticks": Attack(lambda: {"run.sh": "vllm serve `echo \\`" * 30_000}),
    "backticks in Markdown": Attack(lambda: {"README.md": "vllm serve a/b\n" + "`" * 400_000 + "\n" + "`a ``b ```c " * 60_000}),
    "fences in Markdown": Attack(
        lambda: {"README.md": "".join("`" * (n % 900 + 3) + "sh\nvllm serve a/b\n" for n in range(6_000))}
    ),
    "parentheses in a script": Attack(lambda: {"run.sh": "vllm serve " + "$(" * 60_000}),
    "conditions in a script": Attack(lambda: {"run.sh": "vllm serve a/b\n" + "if a; then\n" * 60_000}),
    "branches that double": Attack(
        lambda: {
            "run.sh": "M=a\n" + "".join("if x; then M=${M}a; else M=${M}b; fi\n" for _ in range(400)) + "vllm serve $M\n" * 400
        }
    ),
    "lists of lists in a script": Attack(
        lambda: {
            "run.sh": "A=(a b c d e f g h)\n"
            + "".join("A=(${A[@]} ${A[@]})\n" for _ in range(60))
            + 'for m in "${A[@]}"; do vllm serve $m; done\n'
        }
    ),
    "loops in loops": Attack(
        lambda: {
            "run.sh": "".join(f"for a{n} in 1 2 3 4 5 6 7 8 9; do\n" for n in range(40))
            + "vllm serve $a1/$a2$a3$a4$a5\n"
            + "done\n" * 40
        }
    ),
    "functions that call each other": Attack(
        lambda: {
            "run.sh": "".join(f"f{n}() {{ f{n + 1}; f{n + 1}; f{n + 1}; }}\n" for n in range(60))
            + "f60() { vllm serve a/b; }\nf0\n"
        }
    ),
    "a function that calls itself": Attack(lambda: {"run.sh": "f() { vllm serve $1; f $1x; f $1y; }\nf a/b\n"}),
    "scripts that source each other": Attack(
        lambda: {f"s{n}.sh": "".join(f". ./s{m}.sh\n" for m in range(30)) + "vllm serve a/b\n" for n in range(30)}
    ),
    "heredocs": Attack(lambda: {"run.sh": "vllm serve a/b\n" + "cat <<E\n" * 60_000}),
    "a heredoc of heredocs": Attack(lambda: {"run.sh": "".join(f"cat > a{n}.sh <<E{n}\nvllm serve a/b\n" for n in range(3_000))}),
    "a word of braces": Attack(lambda: {"run.sh": "vllm serve " + "{a,b}" * 40_000 + "\n"}),
    "a substitution of patterns": Attack(
        lambda: {"run.sh": f"M={'a' * 60}\nvllm serve ${{M//*a*a*a*a*a*a*a*a*a*b/x}} ${{M##+(a|aa)b}}\n"}
    ),
    "assignments in thousands": Attack(
        lambda: {"run.sh": "".join(f"A{n}=${{A{n - 1}}}x\n" for n in range(30_000)) + "vllm serve $A9999\n"}
    ),
    "a script of 4 MB on one line": Attack(lambda: {"run.sh": "vllm serve a/b;" * 270_000}),
    "arguments in hundreds of thousands": Attack(lambda: {"run.sh": "vllm serve a/b " + "--x " * 400_000}),
    "a command continued for ever": Attack(lambda: {"run.sh": "vllm serve a/b \\\n" + " --flag 'x' \\\n" * 150_000}),
    "a Makefile of variables": Attack(
        lambda: {
            "Makefile": "V0 = aaaa\n"
            + "".join(f"V{n} = {f'$(V{n - 1})' * 10}\n" for n in range(1, 40))
            + "run:\n"
            + "\tvllm serve $(V39)\n" * 400
        }
    ),
    "a Makefile of recipes": Attack(lambda: {"Makefile": "".join(f"t{n}:\n\tvllm serve a/b --x $(V{n})\n" for n in range(30_000))}),
    "a service file that never ends": Attack(lambda: {"a.service": "[Service]\n" + "ExecStart=vllm serve a/b \\\n" * 90_000}),
    "a service file of environments": Attack(
        lambda: {
            "a.service": "[Service]\n"
            + "".join(f"Environment=V{n}=a\n" for n in range(30_000))
            + "ExecStart=vllm serve $V1\n" * 3_000
        }
    ),
    "an env file of quotes": Attack(lambda: {".env": "MODEL='" + "vllm serve a/b\\\n" * 200_000}),
    "a batch file of variables": Attack(
        lambda: {"run.bat": "".join(f"set V{n}=%V{n - 1}%%V{n - 1}%\r\n" for n in range(1, 3_000)) + "vllm serve %V2999%\r\n" * 90}
    ),
    "PowerShell of backticks": Attack(lambda: {"run.ps1": "vllm serve a/b `\n" * 120_000}),
    "a property list of dicts": Attack(
        lambda: {"a.plist": "<?xml version='1.0'?><plist><dict><key>ProgramArguments</key>" + "<array>" * 90_000 + "vllm"}
    ),
    "a property list of entities": Attack(
        lambda: {
            "a.plist": "<?xml version='1.0'?><!DOCTYPE plist [<!ENTITY a 'vllm serve a/b '>"
            + "".join(f"<!ENTITY a{n} '{('&a' + (str(n - 1) if n else '') + ';') * 10}'>" for n in range(12))
            + "]><plist><dict><key>ProgramArguments</key><array><string>vllm</string><string>&a11;</string></array></dict></plist>"
        }
    ),
    "a notebook of long cells": Attack(lambda: {"a.ipynb": notebook(["!vllm serve a/b\n"] * 60_000)}),
    "a notebook of many cells": Attack(
        lambda: {"a.ipynb": notebook(["!vllm serve a/b\n", "from vllm import LLM\n", "LLM('a/b')\n"], 8_000)}
    ),
    "a notebook of magics": Attack(lambda: {"a.ipynb": notebook(["%%bash\n", "vllm serve a/b\n"], 15_000)}),
    "one long Python line": Attack(lambda: {"a.py": "from vllm import LLM\nLLM('a/b')\nx = " + "f(1) + " * 150_000 + "1\n"}),
    "a Python list of 1 MB": Attack(lambda: {"a.py": "from vllm import LLM\nLLM('a/b')\nx = [" + "1," * 500_000 + "]\n"}),
    "a Python text of 1 MB in parts": Attack(
        lambda: {"a.py": "from vllm import LLM\nLLM('a/b')\nx = (" + "'a' " * 250_000 + ")\n"}
    ),
    "Python calls of calls": Attack(lambda: {"a.py": "from vllm import LLM\nLLM('a/b')\nx = f" + "()" * 990 + "\n"}),
    "Python attributes of attributes": Attack(lambda: {"a.py": "from vllm import LLM\nLLM('a/b')\nx = a" + ".b" * 3_000 + "\n"}),
    "Python lists in lists": Attack(
        lambda: {"a.py": "from vllm import LLM\nLLM('a/b')\nx = " + "[" * 190 + "]" * 190 + "\n" + "x = " + "-" * 5_000 + "1\n"}
    ),
    "Python conditions in conditions": Attack(
        lambda: {"a.py": "from vllm import LLM\n" + "".join(" " * n + "if x:\n" for n in range(95)) + " " * 95 + "LLM('a/b')\n"}
    ),
    "Python elifs": Attack(lambda: {"a.py": "from vllm import LLM\nif x: pass\n" + "elif x: LLM('a/b')\n" * 3_000}),
    "Python calls in thousands": Attack(lambda: {"a.py": "from vllm import LLM\n" + "LLM(model='a/b')\n" * 30_000}),
    "Python names for names": Attack(
        lambda: {
            "a.py": "from vllm import LLM\nn0 = 'a/b'\n"
            + "".join(f"n{n} = n{n - 1}\n" for n in range(1, 20_000))
            + "LLM(n19999)\n" * 400
        }
    ),
    "Python f-strings that double": Attack(
        lambda: {
            "a.py": "from vllm import LLM\nn0 = 'a'\n"
            + "".join(f"n{n} = f'{{n{n - 1}}}{{n{n - 1}}}'\n" for n in range(1, 60))
            + "LLM(n59)\n" * 40
        }
    ),
    "Python texts multiplied": Attack(
        lambda: {
            "a.py": "from vllm import LLM\nLLM('a' * 9999999999)\nLLM('a/b'.replace('', 'x' * 10**9))\nLLM('%9999999999s' % 'a')\nLLM(f'{1:>9999999999}')\nx = 9**9**9**9\n"  # noqa: E501
        }
    ),
    "Python whose command is 1 MB": Attack(
        lambda: {"a.py": "import subprocess\nsubprocess.run('vllm serve a/b " + "--x y " * 160_000 + "', shell=True)\n"}
    ),
    "Python with 1 MB of comments before": Attack(
        lambda: {"a.py": "# x\n" * 270_000 + "from vllm import LLM\nLLM('a/b')\n"}, "a/b"
    ),
    "Python parsers of arguments": Attack(
        lambda: {
            "a.py": "import argparse\nfrom vllm import LLM\np = argparse.ArgumentParser()\n"
            + "".join(f"p.add_argument('--m{n}', default='a/b')\n" for n in range(8_000))
            + "a = p.parse_args()\n"
            + "".join(f"LLM(a.m{n})\n" for n in range(900))
        }
    ),
    "Terraform of 131 KB": Attack(lambda: {"main.tf": 'resource "x" "y" {\n  command = ["vllm", "serve", "a/b"]\n}\n' * 2_600}),
    "Terraform whose locals are locals": Attack(
        lambda: {
            "main.tf": 'locals {\n  a0 = "a/b"\n'
            + "".join(f'  a{n} = "${{local.a{n - 1}}}"\n' for n in range(1, 4_000))
            + '}\nresource "x" "y" { command = ["vllm", "serve", local.a3999] }\n'
        }
    ),
    "Terraform whose locals double": Attack(
        lambda: {
            "main.tf": 'locals {\n  a0 = "a/b"\n'
            + "".join(f'  a{n} = "${{local.a{n - 1}}}${{local.a{n - 1}}}"\n' for n in range(1, 60))
            + '}\nresource "x" "y" { command = ["vllm", "serve", local.a59] }\n'
        }
    ),
    "Terraform of 1,000 parentheses": Attack(lambda: {"main.tf": "locals { a = " + "(" * 1_000 + '"vllm"' + ")" * 1_000 + " }\n"}),
    "Terraform of 1,000 blocks in blocks": Attack(lambda: {"main.tf": "a {\n" * 1_000 + 'image = "vllm"\n' + "}\n" * 1_000}),
    "Terraform of conditions": Attack(lambda: {"main.tf": "locals { a = " + "x ? y : " * 20_000 + '"vllm" }\n'}),
    "Terraform modules of modules": Attack(
        lambda: {
            f"m{n}/main.tf": "".join(f'module "m{m}" {{\n  source = "../m{m}"\n  model = "a/b"\n}}\n' for m in range(12))
            + 'resource "x" "y" {\n image = "vllm"\n command = ["vllm", "serve", var.model]\n}\n'
            for n in range(12)
        }
    ),
    "Terraform with 130 KB of comments before": Attack(
        lambda: {
            "main.tf": "# comment\n" * 13_500
            + 'resource "docker_container" "a" {\n  image   = "vllm/vllm-openai"\n  command = ["--model", "a/b"]\n}\n'
        },
        "a/b",
    ),
    "Terraform with one brace missing": Attack(
        lambda: {
            "main.tf": 'locals {\n  a = {\n}\nresource "docker_container" "a" {\n  image   = "vllm/vllm-openai"\n  command = ["--model", "a/b"]\n}\n'  # noqa: E501
        },
        "main.tf",
    ),
    "HCL texts in texts": Attack(lambda: {"b.nomad": 'vllm = "' + '${"' * 20_000, "a.tf": "model vllm = <<E\n" * 9_000}),
    "JSON of empty lists": Attack(lambda: {"package.json": '{"vllm": [' + "[]," * 1_300_000 + "[]]}"}),
    "JSON of empty lists in a task": Attack(
        lambda: {
            "task.json": '{"containerDefinitions": [{"image": "vllm/vllm-openai", "command": ["--model", "a/b"]},'
            + "[]," * 1_300_000
            + "[]]}"
        }
    ),
    "a task of many containers": Attack(
        lambda: {
            "task.json": json.dumps(
                {"containerDefinitions": [{"name": "a", "image": "vllm/vllm-openai", "command": ["--model", "a/b"]}] * 9_000}
            )
        }
    ),
    "a launch file of arguments": Attack(
        lambda: {
            "launch.json": json.dumps(
                {"configurations": [{"type": "python", "module": "vllm", "args": ["serve", "a/b"] * 9_000}] * 9}
            )
        }
    ),
    "TOML in tables": Attack(lambda: {"a.toml": "[" + "a." * 50_000 + "vllm]\n" + "model = " + "[" * 50_000}),
    "INI settings": Attack(lambda: {"a.ini": "[vllm]\n" + "model = a/b\n" * 150_000}),
    "a model file of templates": Attack(lambda: {"Modelfile": "FROM a\n" + 'TEMPLATE """{{ .Prompt }}' * 60_000}),
    "a Modelfile of parameters": Attack(lambda: {"Modelfile": "FROM llama3\n" + "PARAMETER stop a\n" * 120_000}),
    "clients in thousands": Attack(
        lambda: {
            "run.sh": "".join(f"vllm serve a/b{n} --port {n}\n" for n in range(900)),
            "call.sh": "".join(
                f'curl http://localhost:{n}/v1/chat/completions -d \'{{"model": "a/b{n}"}}\'\n' for n in range(9_000)
            ),
        }
    ),
    "URLs that never end": Attack(
        lambda: {
            "client.py": "base_url = 'http://"
            + "a." * 900_000
            + "' # /v1/chat/completions\n"
            + "http://a/v1/chat/completions" * 60_000
        }
    ),
    "many small files": Attack(lambda: {f"d{n // 100}/f{n}.sh": "vllm serve a/b\n" for n in range(300)}),
    "a .gitignore of patterns": Attack(
        lambda: {
            ".gitignore": "*a*a*a*a*a*a*a*a*a*a*b\n**/a/**/a/**/a/**/b\n" * 2_000,
            "a" * 200 + ".sh": "vllm serve a/b\n",
            "/".join("a" * 11) + "/c.sh": "vllm serve a/b\n",
        }
    ),
    "files in 14 folders": Attack(
        lambda: {"/".join("abcdefghijklmn") + "/run.sh": "vllm serve a/b\n", "run.sh": "vllm serve c/d\n"}, "not read"
    ),
}
