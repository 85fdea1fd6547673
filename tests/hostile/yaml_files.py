"""YAML made to hurt: containers, commands and environments that aliases share, merges, templates, catalogues."""

from __future__ import annotations

from hostile.attack import Attack

_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
_VLLM = "  - &c {name: a, image: vllm/vllm-openai, args: [--model, a/b]}\n"


def bomb() -> str:
    lines = ["a0: &a0 [vllm, x, x, x, x, x, x, x, x]"]
    return "\n".join(lines + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 50)])


def services(count: int, body: str) -> str:
    return "services:\n" + "".join(f"  s{n}: {body}\n" for n in range(count))


def shared(what: str, count: int, head: str = "x: &x") -> str:
    return f"{head}\n{what}\n" + services(count, "{image: vllm/vllm-openai, command: *x}")


ATTACKS = {
    "one container under 6,000 aliases": Attack(lambda: {"pod.yaml": _POD + _VLLM + "  - *c\n" * 6_000}),
    "containers in lists of aliases": Attack(
        lambda: {
            "pod.yaml": "c: &c {image: vllm/vllm-openai, args: [--model, a/b]}\n"
            + "".join(f"l{n}: &l{n} [{', '.join(['*c' if not n else f'*l{n - 1}'] * 9)}]\n" for n in range(9))
            + "containers: *l8\nspec: {containers: *l8}\n"
        }
    ),
    "documents that share one container": Attack(lambda: {"pods.yaml": "---\n".join([_POD + _VLLM + "  - *c\n" * 40] * 150)}),
    "merges of merges": Attack(
        lambda: {
            "compose.yaml": "m0: &m0 {image: vllm/vllm-openai, command: --model a/b}\n"
            + "".join(f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}], k{n}: 1}}\n" for n in range(1, 400))
            + services(400, "{<<: *m399}")
        }
    ),
    "wide merges": Attack(
        lambda: {
            "compose.yaml": "m: &m {"
            + ", ".join(f"k{n}: 1" for n in range(2_000))
            + "}\n"
            + services(2_000, "{<<: *m, image: vllm}")
        }
    ),
    "one long command in many services": Attack(
        lambda: {"compose.yaml": shared(" - --model\n - a/b\n" + " - --x\n" * 8_000, 4_000)}
    ),
    "one long command text in many services": Attack(
        lambda: {
            "compose.yaml": "x: &x >-\n  --model a/b\n"
            + "  --flag value\n" * 8_000
            + services(4_000, "{image: vllm/vllm-openai, command: *x}")
        }
    ),
    "one long script in many services": Attack(
        lambda: {
            "compose.yaml": "x: &x\n- sh\n- -c\n- |\n  vllm serve a/b\n"
            + "  y=$x\n" * 8_000
            + services(3_000, "{image: vllm/vllm-openai, command: *x}")
        }
    ),
    "one environment in many services": Attack(
        lambda: {
            "compose.yaml": "e: &e\n"
            + "".join(f"  V{n}: a/b{n}\n" for n in range(8_000))
            + services(4_000, "{image: vllm/vllm-openai, command: --model $V1, environment: *e}")
        }
    ),
    "one list of environment in many services": Attack(
        lambda: {
            "compose.yaml": "e: &e\n"
            + "".join(f"- V{n}=a/b{n}\n" for n in range(8_000))
            + services(3_000, "{image: ghcr.io/huggingface/text-generation-inference, environment: *e}")
        }
    ),
    "one environment in many containers": Attack(
        lambda: {
            "pod.yaml": "e: &e\n"
            + "".join(f"- {{name: V{n}, value: a/b}}\n" for n in range(6_000))
            + _POD
            + "".join(f"  - {{name: c{n}, image: vllm/vllm-openai, args: [--model, $(V1)], env: *e}}\n" for n in range(2_000))
        }
    ),
    "a long word in Compose": Attack(
        lambda: {"compose.yaml": services(1, "{image: vllm/vllm-openai, command: --model=" + "a" * 2_000_000 + "}")}
    ),
    "a long word of variables in Compose": Attack(
        lambda: {"compose.yaml": services(1, "{image: vllm/vllm-openai, command: '--model=" + "${A:-" * 100_000 + "'}")}
    ),
    "a long word of quotes in Compose": Attack(
        lambda: {"compose.yaml": services(1, '{image: vllm/vllm-openai, command: "--model=' + "a'b'" * 200_000 + '"}')}
    ),
    "Compose variables of variables": Attack(
        lambda: {
            "compose.yaml": services(200, "{image: vllm/vllm-openai, command: --model $V49}"),
            ".env": "V0=aaaaaaaaaa\n" + "".join(f"V{n}={f'$V{n - 1}' * 10}\n" for n in range(1, 50)),
        }
    ),
    "services that extend each other": Attack(
        lambda: {
            "compose.yaml": "services:\n"
            + "".join(f"  s{n}: {{extends: s{n + 1}, image: vllm, command: --model a/b}}\n" for n in range(4_000))
        }
    ),
    "files that include each other": Attack(
        lambda: {
            f"c{n}/compose.yaml": "include:\n"
            + "".join(f"- ../c{m}/compose.yaml\n" for m in range(40))
            + services(9, "{image: vllm/vllm-openai, command: --model a/b}")
            for n in range(40)
        }
    ),
    "a bomb of aliases": Attack(
        lambda: {"compose.yaml": bomb() + "\n" + services(1, "{image: vllm/vllm-openai, command: --model a/b}")}
    ),
    "a bomb as a command": Attack(
        lambda: {"compose.yaml": bomb() + "\n" + services(9, "{image: vllm/vllm-openai, command: *a49}")}
    ),
    "a bomb as an environment": Attack(
        lambda: {"compose.yaml": bomb() + "\n" + services(9, "{image: vllm/vllm-openai, environment: *a49, command: --model a/b}")}
    ),
    "a bomb as values of a chart": Attack(
        lambda: {
            "Chart.yaml": "name: a\nversion: 1.0.0\n",
            "values.yaml": bomb() + "\n",
            "templates/a.yaml": "image: vllm/vllm-openai\nargs: {{ .Values.a49 | toYaml | nindent 2 }}\nb: {{ .Values.a49 | toJson }}\n",  # noqa: E501
        }
    ),
    "a chart that ranges over ranges": Attack(
        lambda: {
            "Chart.yaml": "name: a\nversion: 1.0.0\n",
            "values.yaml": "l: [" + "1, " * 3_000 + "1]\n",
            "templates/a.yaml": "image: vllm/vllm-openai\nargs:\n{{- range .Values.l }}{{ range $.Values.l }}\n- --model=a/b{{ end }}{{ end }}\n",  # noqa: E501
        }
    ),
    "a chart whose text doubles": Attack(
        lambda: {
            "Chart.yaml": "name: a\nversion: 1.0.0\n",
            "values.yaml": "a: b\n",
            "templates/a.yaml": 'image: vllm\n{{ $x := "a/b" }}' + '{{ $x = printf "%s%s" $x $x }}' * 60 + "\nmodel: {{ $x }}\n",
        }
    ),
    "a chart whose helper calls itself": Attack(
        lambda: {
            "Chart.yaml": "name: a\nversion: 1.0.0\n",
            "values.yaml": "a: b\n",
            "templates/_h.tpl": '{{ define "h" }}{{ include "h" . }}{{ include "h" . }}{{ end }}',
            "templates/a.yaml": 'image: vllm\nmodel: {{ include "h" . }}\n',
        }
    ),
    "a chart of regular expressions": Attack(
        lambda: {
            "Chart.yaml": "name: a\nversion: 1.0.0\n",
            "values.yaml": "a: " + "a" * 40 + "\n",
            "templates/a.yaml": 'image: vllm\nmodel: {{ regexReplaceAll "(a+)+(a+)+(a+)+$" (printf "%sb" .Values.a) "x" }}{{ regexMatch "(a|aa)+$" (printf "%s!" .Values.a) }}\n',  # noqa: E501
        }
    ),
    "a chart of many templates": Attack(
        lambda: (
            {"Chart.yaml": "name: a\nversion: 1.0.0\n", "values.yaml": "a: b/c\n"}
            | {f"templates/t{n}.yaml": "image: vllm/vllm-openai\nargs: [--model, {{ .Values.a }}]\n" * 20 for n in range(300)}
        )
    ),
    "a kustomization of a kustomization": Attack(
        lambda: (
            {
                f"k{n}/kustomization.yaml": f"resources:\n- ../k{n + 1}\n- ../k{n + 2}\n- ../k{n + 3}\nimages:\n- name: vllm/vllm-openai\n  newTag: v{n}\n"  # noqa: E501
                for n in range(40)
            }
            | {f"k{n}/kustomization.yaml": "resources: [pod.yaml]\n" for n in range(40, 43)}
            | {f"k{n}/pod.yaml": _POD + _VLLM for n in range(40, 43)}
        )
    ),
    "patches in thousands": Attack(
        lambda: {
            "pod.yaml": "---\n".join(_POD.replace("name: a", f"name: a{n}") + _VLLM for n in range(300)),
            "kustomization.yaml": "resources: [pod.yaml]\npatches:\n"
            + "".join(
                f'- target: {{kind: Pod, name: .*a.*{n}}}\n  patch: \'[{{"op": "add", "path": "/spec/containers/0/args/-", "value": "x"}}]\'\n'  # noqa: E501
                for n in range(300)
            ),
        }
    ),
    "a regular expression as a patch's target": Attack(
        lambda: {
            "pod.yaml": _POD.replace("name: a", "name: " + "a" * 60 + "!") + _VLLM,
            "kustomization.yaml": 'resources: [pod.yaml]\npatches:\n- target: {kind: Pod, name: (a+)+(a+)+b}\n  patch: \'[{"op": "remove", "path": "/spec"}]\'\n',  # noqa: E501
        }
    ),
    "a workflow of matrices": Attack(
        lambda: {
            ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    strategy:\n      matrix:\n"
            + "".join(f"        m{n}: [{', '.join(map(str, range(30)))}]\n" for n in range(12))
            + "    steps:\n    - run: vllm serve ${{ matrix.m1 }}/${{ matrix.m2 }}${{ matrix.m3 }}${{ matrix.m4 }}${{ matrix.m5 }}\n"  # noqa: E501
        }
    ),
    "a matrix of many steps": Attack(
        lambda: {
            ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    strategy:\n      matrix:\n        m: ["
            + ", ".join(f"a/b{n}" for n in range(900))
            + "]\n    steps:\n"
            + "    - run: vllm serve ${{ matrix.m }}\n" * 900
        }
    ),
    "a playbook of filters": Attack(
        lambda: {
            "playbook.yml": "- hosts: all\n  vars:\n    m0: aaaa\n"
            + "".join(f"    m{n}: '{{{{ m{n - 1} }}}}{{{{ m{n - 1} }}}}{{{{ m{n - 1} }}}}'\n" for n in range(1, 40))
            + "  tasks:\n  - command: vllm serve {{ m39 }}\n"
            + "  - template: {src: a.j2, dest: /a}\n",
            "templates/a.j2": "vllm serve {{ m39 }}\n" * 50,
        }
    ),
    "a template of Jinja that never closes": Attack(
        lambda: {
            "playbook.yml": "- hosts: all\n  vars: {m: a/b}\n  tasks:\n  - template: {src: run.sh.j2, dest: /run.sh}\n",
            "run.sh.j2": "vllm serve {{ m }}\n" + "{% if m %}" * 50_000 + "{{ m" * 50_000,
        }
    ),
    "a catalogue of models": Attack(
        lambda: {"litellm.yaml": "model_list:\n" + "- {model_name: a, litellm_params: {model: hosted_vllm/a/b}}\n" * 25_000}
    ),
    "a list of models in a setting": Attack(lambda: {"values.yaml": "vllm:\n  models:\n" + "  - model: a/b\n" * 90_000}),
    "50 MB of YAML": Attack(lambda: {"compose.yaml": b"# vllm\n" + b"a: [x, y, z]\n" * 4_000_000}, "not read"),
    "4 MB of empty lists": Attack(lambda: {"compose.yaml": b"# vllm\na: [" + b"[]," * 1_300_000 + b"]\n"}, "more than"),
    "keys of blanks": Attack(lambda: {"compose.yaml": "# vllm\n" + "? " * 900_000}),
    "tags and anchors": Attack(lambda: {"compose.yaml": "# vllm\n" + "".join(f"k{n}: &a{n} !!str vllm\n" for n in range(90_000))}),
    "documents in thousands": Attack(lambda: {"a.yaml": "--- {image: vllm, model: a/b}\n" * 60_000}),
    "a long flow of quotes": Attack(lambda: {"compose.yaml": '# vllm\na: "' + "\\x41" * 900_000 + '"\n'}),
    "numbers in base 60": Attack(lambda: {"values.yaml": "vllm: {model: a/b, port: " + "1:" * 200_000 + "1}\n"}),
    "a number of 4,000 hexadecimal digits": Attack(
        lambda: {"values.yaml": "vllm: {model: a/b, port: 0x" + "f" * 4_000 + ", seed: 1" + "0" * 5_000 + "}\n"}
    ),
    "suppressions in thousands": Attack(
        lambda: {
            "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model a/b\n"
            + "# modelcheck: ignore[deploy] x\n" * 25_000
        }
    ),
    "suppressions that never close": Attack(lambda: {"compose.yaml": "# vllm\n# " + "modelcheck: ignore[" * 190_000 + "\n"}),
    "suppressions of many rules": Attack(
        lambda: {
            "compose.yaml": services(
                900,
                "{image: vllm/vllm-openai, command: --model a/b --tool-call-parser hermes} # modelcheck: ignore["
                + "a," * 900
                + "] x",
            )
        }
    ),
    "pods and services by their selectors": Attack(
        lambda: {
            "k.yaml": "---\n".join(
                f"apiVersion: v1\nkind: Service\nmetadata: {{name: s{n}}}\nspec: {{selector: {{app: a}}}}\n---\n"
                f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}, labels: {{app: a}}}}\nspec: {{containers: [{{image: vllm/vllm-openai, args: [--model, a/b]}}]}}\n"  # noqa: E501
                for n in range(1_200)
            ),
            "client.py": "".join(f'requests.post("http://s{n}/v1/chat/completions", json={{}})\n' for n in range(1_200)),
        }
    ),
    "a ConfigMap of scripts of scripts": Attack(
        lambda: {
            "cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n"
            + "".join(
                f"  s{n}.sh: |\n    vllm serve a/b{n}\n    cat > x.sh <<'E'\n    vllm serve c/d\n    E\n" for n in range(3_000)
            )
        }
    ),
}
