"""A cluster from the shell: `python tests/cluster start 3`, `stop`, `kill 2`.

One cluster at a time is remembered for each checkout, in a file beside the downloads; it goes on
after the command.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path

from artifacts import Unreachable, cache_folder
from nodes import Cluster, NotReached

CHECKOUT = Path(__file__).resolve().parents[2]
RUNNING = cache_folder() / f"running-{hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]}.json"


def main() -> int:
    """Carry out one command; the exit status."""
    parser = argparse.ArgumentParser(prog="python tests/cluster", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start", help="start a cluster, print the URL of each node")
    start.add_argument("nodes", type=int, nargs="?", default=3)
    start.add_argument("--heap", default="512m", help="heap of each node")
    commands.add_parser("stop", help="end it and delete its data")
    kill = commands.add_parser("kill", help="end one node by SIGKILL")
    kill.add_argument("node", type=int, help="its number, from 0")
    arguments = parser.parse_args()

    if arguments.command == "start":
        if RUNNING.exists():
            print("a cluster is running already: python tests/cluster stop", file=sys.stderr)
            return 1
        cluster = Cluster(arguments.heap, stays=True)
        try:
            urls = cluster.start(arguments.nodes)
        except (NotReached, Unreachable) as error:
            print(error, file=sys.stderr)
            return 1
        processes = [node.process.pid for node in cluster.nodes if node.process]
        RUNNING.write_text(json.dumps({"folder": str(cluster.folder), "processes": processes}))
        print("\n".join(urls))
        return 0

    if not RUNNING.exists():
        print("no cluster is running: python tests/cluster start 3", file=sys.stderr)
        return 1
    running = json.loads(RUNNING.read_text())
    if arguments.command == "kill":
        _kill(running["processes"][arguments.node])
        return 0
    for process in running["processes"]:
        _kill(process)
    shutil.rmtree(running["folder"], ignore_errors=True)
    RUNNING.unlink()
    return 0


def _kill(process: int) -> None:
    try:
        name = Path(f"/proc/{process}/comm").read_text()
    except OSError:
        return
    if name.strip() == "java":  # not another process that has its number now
        os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
