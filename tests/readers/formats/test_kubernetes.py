"""The containers of pods, wherever a manifest keeps them."""

from __future__ import annotations

from modelcheck.documents.located import Lines
from modelcheck.documents.yamlfile import parse_yaml_text
from modelcheck.readers import NeighbourFiles
from modelcheck.readers.assembly.config_maps import ConfigMaps
from modelcheck.readers.formats.kubernetes import container_of, pod_containers
from modelcheck.readers.launch.containers import Container
from modelcheck.testing import MemorySource

CRON = """\
apiVersion: batch/v1
kind: CronJob
spec:
  jobTemplate:
    spec:
      template:
        spec:
          initContainers:
            - {name: fetch, image: fetcher}
          containers:
            - name: llm
              image: vllm/vllm-openai
              command: [vllm, serve]
              args: [$(MODEL), --port, "80"]
              envFrom:
                - configMapRef: {name: settings}
              env:
                - {name: TOKEN, valueFrom: {secretKeyRef: {name: hub, key: token}}}
                - {name: REVISION, valueFrom: {configMapKeyRef: {name: settings, key: rev}}}
              volumeMounts:
                - {name: host, mountPath: /models}
                - {name: claim, mountPath: /claim}
                - {name: host, mountPath: /part, subPath: part}
              readinessProbe:
                exec: {command: [curl, "localhost/v1/chat/completions"]}
          volumes:
            - {name: host, hostPath: {path: /srv/models}}
            - {name: claim, persistentVolumeClaim: {claimName: c}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {MODEL: acme/Thing-7B, rev: v1}
"""


def containers(text: str) -> list[Container]:
    documents = parse_yaml_text("x.yaml", text)
    maps, lines = ConfigMaps(documents, NeighbourFiles(MemorySource({}), ".")), Lines("x.yaml", text)
    return [container_of(node, volumes, lines, maps) for document in documents for node, volumes, _ in pod_containers(document)]


def test_a_container_with_all_that_its_pod_gives_it() -> None:
    fetch, llm = containers(CRON)
    assert fetch.image is not None
    assert fetch.image.text == "fetcher"
    assert [one.text for one in llm.argv] == ["vllm", "serve", "$(MODEL)", "--port", "80"]
    assert (llm.entrypoint, llm.complete, llm.elsewhere) == (True, True, ["TOKEN", "REVISION"])
    assert {name: value.text for name, value in llm.environment.items()} == {
        "MODEL": "acme/Thing-7B",
        "rev": "v1",
        "REVISION": "v1",
    }
    assert [(inside, host.text) for inside, host in llm.mounts] == [("/models", "/srv/models")]
    assert llm.chat_cues == ["its readinessProbe requests a chat completion"]


def test_an_environment_from_an_unknown_map_is_not_complete() -> None:
    (container,) = containers("containers:\n- image: x\n  envFrom: [{configMapRef: {name: elsewhere}}]\n")
    assert not container.complete


def test_an_alias_is_entered_once_and_depth_is_bounded() -> None:
    assert len(containers("a: &a {containers: [{image: x}]}\nb: *a\nc: [*a, *a]\n")) == 1
    assert not containers("a: " + "{b: " * 30 + "{containers: [{image: x}]}" + "}" * 30)
