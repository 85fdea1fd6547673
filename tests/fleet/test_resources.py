"""What the task of a model takes, by the memory that the model needs and what the nodes have."""

from __future__ import annotations

import pytest
from modelcheck.fleet.resources import Room, resources

GB = 10**9
H100 = Room(gpus=8, memory=2000 * GB, gpu_bytes=80 * GB)
NO_GPU = Room(gpus=0, memory=16 * GB)


@pytest.mark.parametrize(
    ("need", "gpus", "room", "takes"),
    [
        (1 * GB, None, H100, {"num_gpus": 0.125}),  # eight at most, though more would fit
        (15 * GB, None, H100, {"num_gpus": 0.2}),
        (25 * GB, None, H100, {"num_gpus": 0.3333}),
        (30 * GB, None, H100, {"num_gpus": 0.5}),
        (41 * GB, None, H100, {"num_gpus": 1.0}),
        (79 * GB, None, H100, {"num_gpus": 1.0}),
        (80 * GB, None, H100, {"num_gpus": 2}),  # CUDA takes some
        (160 * GB, None, H100, {"num_gpus": 3}),
        (9000 * GB, None, H100, {"num_gpus": 8}),  # all of a node: it is tried, and says what does not fit
        (1 * GB, 0.5, H100, {"num_gpus": 0.5}),
        (1 * GB, 0.0, H100, {"memory": GB + 2**30}),
        (1 * GB, None, Room(gpus=1, memory=GB), {"num_gpus": 1}),  # nobody knows how large it is
        (1 * GB, None, NO_GPU, {"memory": GB + 2**30}),
        (100 * GB, None, NO_GPU, {"memory": 16 * GB}),
        (100 * GB, None, Room(), {"memory": 0}),
    ],
)
def test_resources(need: int, gpus: float | None, room: Room, takes: dict[str, float]) -> None:
    assert resources(need, gpus, room) == takes


def test_as_many_models_as_are_counted_fit_on_a_gpu() -> None:
    for need in range(1, 80):
        share = resources(need * GB, None, H100)["num_gpus"]
        if share < 1:
            at_once = int(1 / share)
            assert at_once * share <= 1
            assert at_once * need * GB < 80 * GB
