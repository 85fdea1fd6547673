"""YAML files whose models are variables, parameters or deep settings; as in ``stacks_in_yaml``."""

from __future__ import annotations

from readers.stacks_in_yaml import Expected

WITH_VARIABLES: dict[str, tuple[str, str, Expected]] = {
    "variables of a job and of a step": (
        ".gitlab-ci.yml",
        """\
        eval:
          variables:
            NAME_OF_IT: a/b
          script:
            - lm_eval --model hf --model_args "pretrained=$NAME_OF_IT,dtype=bfloat16"
        other:
          steps:
            - env: {NAME_OF_IT: c/d}
              run: vllm serve $NAME_OF_IT --tool-call-parser hermes
            - run: vllm serve $NAME_OF_IT
        """,
        [("a/b", 3, "completion"), ("c/d", 8, "chat"), ("$NAME_OF_IT", 10, "unknown")],
    ),
    "CloudFormation's parameters": (
        "template.yaml",
        """\
        Parameters:
          ModelId: {Type: String, Default: a/b}
          Other: {Type: String}
        Resources:
          One:
            Type: AWS::SageMaker::Model
            Properties:
              PrimaryContainer:
                Environment: {HF_MODEL_ID: !Ref ModelId, MESSAGES_API_ENABLED: "true"}
          Two:
            Type: AWS::ECS::TaskDefinition
            Properties:
              ContainerDefinitions:
              - Image: vllm/vllm-openai
                Command: [--model, {Ref: ModelId}]
          Three:
            Properties:
              Environment: {HF_MODEL_ID: !Ref Other}
        """,
        [("a/b", 2, "chat")],
    ),
    "a key with the word chat": (
        "application.yml",
        """\
        spring:
          ai:
            openai:
              chat: {options: {model: acme/Ivy-7b}}
              embedding: {options: {model: acme/Oak-9b}}
        chat_template_model: acme/Elm-3b
        chatModel: acme/Fir-3b
        """,
        [("acme/Ivy-7b", 4, "chat"), ("acme/Oak-9b", 5, "unknown"), ("acme/Elm-3b", 6, "unknown"), ("acme/Fir-3b", 7, "chat")],
    ),
}
