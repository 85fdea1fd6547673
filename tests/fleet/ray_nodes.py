"""A real Ray cluster on this machine, for tests: ``python ray_nodes.py CPUS GPUS MORE``.

The first node has CPUS and GPUS; a second one with MORE CPUs is there if MORE is not 0. Prints the address. For each line of input
the second node is removed as if its machine had vanished; at the end of the input everything ends.
"""

from __future__ import annotations

import sys

from ray.cluster_utils import Cluster


def main() -> None:
    cpus, gpus, more = map(int, sys.argv[1:])
    small = {"object_store_memory": 100 * 2**20, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": cpus, "num_gpus": gpus, **small})
    spot = cluster.add_node(num_cpus=more, **small) if more else None
    cluster.wait_for_nodes()
    print(cluster.address, flush=True)
    for _ in sys.stdin:
        cluster.remove_node(spot, allow_graceful=False)
        print("gone", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
