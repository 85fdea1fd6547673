"""Gateways that route the chat API to a Service: the server behind it is for chat, in every kind of route."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.readers.launch.routes import chat_routes

from conftest import Command, write_tree

SERVER = """apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  template:
    metadata: {labels: {app: llm}}
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai
          args: [--model, acme/Ivy-7B-Base]
---
apiVersion: v1
kind: Service
metadata: {name: llm-service}
spec:
  selector: {app: llm}
  ports: [{port: 8000}]
"""
ROUTES = {
    "HTTPRoute": """kind: HTTPRoute
spec:
  rules:
    - matches:
        - path: {type: PathPrefix, value: /v1/completions}
        - path: {type: PathPrefix, value: PATH}
      backendRefs:
        - {kind: Service, name: HOST, namespace: default, port: 8000}
""",
    "Ingress": """kind: Ingress
spec:
  rules:
    - host: llm.example.org
      http:
        paths:
          - path: PATH
            pathType: Prefix
            backend: {service: {name: HOST, port: {number: 8000}}}
""",
    "Ingress of v1beta1": """kind: Ingress
spec:
  rules:
    - http:
        paths:
          - path: PATH
            backend: {serviceName: HOST, servicePort: 8000}
""",
    "VirtualService": """kind: VirtualService
spec:
  hosts: [llm.example.org]
  http:
    - match:
        - uri: {prefix: PATH}
      route:
        - destination: {host: HOST.default.svc.cluster.local, port: {number: 8000}}
""",
    "IngressRoute": """kind: IngressRoute
spec:
  routes:
    - match: PathPrefix(`PATH`)
      kind: Rule
      services: [{name: HOST, port: 8000}]
""",
}


def route(kind: str, path: str = "/v1/chat/completions", host: str = "llm-service") -> str:
    return "apiVersion: example.org/v1\n" + ROUTES[kind].replace("PATH", path).replace("HOST", host)


def scanned(modelcheck: Command, folder: Path, text: str) -> tuple[str, list[str]]:
    write_tree(folder, {"server.yaml": SERVER, "route.yaml": text})
    done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=folder)
    (use,) = done.json["uses"]
    return use["purpose"], [one["rule"] for one in done.json["findings"] if one["severity"] == "error"]


@pytest.mark.parametrize("kind", ROUTES)
def test_the_chat_route_says_what_the_server_is_for(kind: str, modelcheck: Command, tmp_path: Path) -> None:
    assert scanned(modelcheck, tmp_path, route(kind)) == ("chat", ["deploy/base-weights-behind-chat"])


@pytest.mark.parametrize("kind", ROUTES)
@pytest.mark.parametrize("other", [{"path": "/v1/completions"}, {"path": "/"}, {"host": "another"}])
def test_another_path_or_another_service_says_nothing(
    kind: str, other: dict[str, str], modelcheck: Command, tmp_path: Path
) -> None:
    assert scanned(modelcheck, tmp_path, route(kind, **other)) == ("unknown", [])


@pytest.mark.parametrize(
    "text",
    [
        "kind: HTTPRoute\n# /v1/chat/completions\n",
        "kind: HTTPRoute\nspec: /v1/chat/completions\n",
        "kind: HTTPRoute\nspec:\n  rules: /v1/chat/completions\n",
        "kind: HTTPRoute\nspec:\n  rules: [[/v1/chat/completions], 3, {backendRefs: 3}, {backendRefs: [3, {}]}]\n",
        "kind: HTTPRoute\nspec: &a\n  rules: [*a, /v1/chat/completions]\n",
        "kind: HTTPRoute\nspec: {\n/v1/chat/completions",
        "kind: Ingress\nspec: {rules: [{http: [/v1/chat/completions]}]}\n",
    ],
)
def test_odd_routes_give_nothing(text: str) -> None:
    assert list(chat_routes("x.yaml", text)) == []
