"""A real OpenSearch cluster on this machine, and what can go wrong with one.

Loopback only: for tests. A node is a process of its own with its own data; it runs as `nobody`
where the tests run as root, and ends with the process that started it unless it is told to stay.
Nodes have no security plugin, unless the files for one are given.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artifacts import distribution
from asking import Refused, Secured, ask
from ports import Ports

WAIT_SECONDS = 400
# The disk is full only where a test says so. A lost node is noticed after some seconds instead of
# minutes, though not at each pause of a busy machine.
SETTINGS = {
    "network.host": "127.0.0.1",
    "cluster.routing.allocation.disk.watermark.low": "3mb",
    "cluster.routing.allocation.disk.watermark.high": "2mb",
    "cluster.routing.allocation.disk.watermark.flood_stage": "1mb",
    "cluster.info.update.interval": "10s",
    "cluster.routing.allocation.disk.reroute_interval": "5s",
    "cluster.fault_detection.follower_check.timeout": "5s",
    "cluster.fault_detection.follower_check.retry_count": "2",
    "cluster.fault_detection.leader_check.timeout": "5s",
    "cluster.fault_detection.leader_check.retry_count": "2",
    "cluster.publish.timeout": "10s",
}
# Free space that no disk has: every node is over each mark.
NO_SPACE = {
    "cluster.routing.allocation.disk.watermark.low": "1000000gb",
    "cluster.routing.allocation.disk.watermark.high": "999999gb",
    "cluster.routing.allocation.disk.watermark.flood_stage": "999998gb",
}


class NotReached(Exception):
    """The cluster did not come to the state that was waited for."""


@dataclass
class Node:
    """One process of a cluster."""

    name: str
    http_port: int
    transport_port: int
    folder: Path
    scheme: str = "http"
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.http_port}"


@dataclass
class Cluster:
    """Nodes 0 … n - 1 of one cluster.

    Attributes:
        heap: the heap of each node, as Java writes it.
        stays: nodes go on when this process ends.
        is_quick: nodes start with less work and are slower then; not for measuring.
        secured: makes them nodes with the security plugin.
    """

    heap: str = "512m"
    stays: bool = False
    is_quick: bool = True
    secured: Secured | None = None
    nodes: list[Node] = field(default_factory=list)
    folder: Path | None = None
    _ports: Ports | None = None

    def start(self, count: int = 3, *, data: Path | None = None) -> list[str]:
        """Start a cluster of `count` nodes; of a single one, with the data of an earlier one.

        Returns:
            The URL of each node.

        Raises:
            NotReached: they did not form a cluster; the ends of their logs are told.
            artifacts.Unreachable: there is no program to start.
        """
        program = distribution(secured=self.secured is not None)
        self.folder = Path(tempfile.mkdtemp(prefix="dragoman-nodes-"))
        self.folder.chmod(0o755)
        self._ports = Ports(2 * count)
        ports = self._ports.numbers
        scheme = "https" if self.secured else "http"
        for i in range(count):
            folder = self.folder / f"node{i}"
            self._prepare(folder, program, data)
            self.nodes.append(Node(f"n{i}", ports[i], ports[count + i], folder, scheme))
        try:
            for i in range(count):
                self._launch(i)
            self.wait_for_nodes(count)
            self._wait_until_unblocked()
        except BaseException:
            self.stop()
            raise
        return self.urls

    def _prepare(self, folder: Path, program: Path, data: Path | None) -> None:
        """Put what a node has of its own into its folder."""
        config = folder / "config"
        shutil.copytree(program / "config", config)
        quick = "-XX:TieredStopAtLevel=1\n-XX:+UseSerialGC\n" if self.is_quick else "-XX:+UseG1GC\n"
        (config / "jvm.options").write_text(
            f"-Xms{self.heap}\n-Xmx{self.heap}\n{quick}18-:-Djava.security.manager=allow\n"
            "-Djava.io.tmpdir=${OPENSEARCH_TMPDIR}\n-XX:-UsePerfData\n"
        )
        for name in ("data", "logs", "tmp"):
            (folder / name).mkdir()
        if data is not None:
            shutil.copytree(data, folder / "data", dirs_exist_ok=True)
        _give_to_nobody(folder)
        if self.secured:
            shutil.copytree(self.secured.config, config, dirs_exist_ok=True)

    @property
    def urls(self) -> list[str]:
        """The URL of each node, running or not."""
        return [node.url for node in self.nodes]

    def kill(self, i: int) -> None:
        """End node `i` at once, as a crash would (SIGKILL)."""
        self._end(i, signal.SIGKILL)

    def stop_node(self, i: int) -> None:
        """End node `i` in good order (SIGTERM)."""
        self._end(i, signal.SIGTERM)

    def restart(self, i: int) -> None:
        """Start node `i` again with the data it had, and wait until it is in the cluster."""
        if self._running(i):
            self.stop_node(i)
        self._launch(i)
        self.wait_for_nodes(sum(self._running(j) for j in range(len(self.nodes))))

    def pause(self, i: int) -> None:
        """Let node `i` hang: its connections stay, nothing answers (SIGSTOP)."""
        self._process(i).send_signal(signal.SIGSTOP)

    def resume(self, i: int) -> None:
        """Let node `i` go on after `pause`."""
        self._process(i).send_signal(signal.SIGCONT)

    def fill_disk(self, index: str) -> None:
        """Make every node believe its disk is full; return when `index` refuses to be written."""
        self.ask("PUT", "/_cluster/settings", {"transient": NO_SPACE})
        self._wait(lambda: self._read_only(index), f"{index} is still written to")

    def free_disk(self, index: str) -> None:
        """Take back `fill_disk`; return when the cluster has found that there is space."""
        self._take_back_settings()
        self._wait(lambda: not self._read_only(index), f"{index} is still not written to")

    def make_red(self, index: str) -> int:
        """Lose a part of `index`: no replicas any more, and the node with shard 0 killed.

        Returns:
            The number of that node; `restart` it to have the whole index again.
        """
        self.ask("PUT", f"/{index}/_settings", {"index.number_of_replicas": 0})
        self._wait(lambda: len(self._holders(index)) == 1, f"{index} still has replicas")
        i = [node.name for node in self.nodes].index(self._holders(index)[0])
        self.kill(i)
        self.wait_for_status("red", index)
        return i

    def health(self, index: str = "") -> dict[str, Any]:
        """What the cluster says of its health, or of one index's."""
        return self.ask("GET", f"/_cluster/health/{index}")

    def wait_for_nodes(self, count: int) -> None:
        """Return when the cluster has `count` nodes."""
        self._wait(
            lambda: self.health()["number_of_nodes"] == count,
            f"the cluster has not the {count} nodes it should",
        )

    def wait_for_status(self, status: str, index: str = "") -> None:
        """Return when the cluster, or one index, is `status`: green, yellow or red."""
        self._wait(lambda: self.health(index)["status"] == status, f"not {status} yet")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask the first running node that answers; the JSON of its answer.

        Raises:
            Refused: the cluster refused.
            OSError: no node answered.
        """
        failure = OSError("no node is running")
        for i, node in enumerate(self.nodes):
            if self._running(i):
                try:
                    return ask(node.url, method, path, body, secured=self.secured)
                except OSError as error:
                    failure = error
        raise failure

    def mend(self) -> None:
        """All nodes running, no index, no setting changed: as after `start`."""
        for i, node in enumerate(self.nodes):
            if node.process:
                self.resume(i)
        for i in range(len(self.nodes)):
            if not self._running(i):
                self._launch(i)
        self.wait_for_nodes(len(self.nodes))
        self._take_back_settings()
        self.ask("DELETE", "/*")

    def stop(self) -> None:
        """End all nodes at once and delete what they had."""
        for i in range(len(self.nodes)):
            if self._running(i):
                self.kill(i)
        self.nodes.clear()
        if self._ports:
            self._ports.release()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def _take_back_settings(self) -> None:
        self.ask("PUT", "/_cluster/settings", {"transient": dict.fromkeys(NO_SPACE)})
        self._wait_until_unblocked()

    def _wait_until_unblocked(self) -> None:
        """Return when indices can be made: not while a new cluster reads its state, or is full."""
        self._wait(
            lambda: "global" not in self.ask("GET", "/_cluster/state/blocks")["blocks"],
            "the cluster still makes no index",
        )

    def _launch(self, i: int) -> None:
        node = self.nodes[i]
        settings = {
            **SETTINGS,
            "cluster.name": f"dragoman-{os.getpid()}",
            "node.name": node.name,
            "http.port": node.http_port,
            "transport.port": node.transport_port,
            "path.data": node.folder / "data",
            "path.logs": node.folder / "logs",
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{n.transport_port}" for n in self.nodes),
            "cluster.initial_cluster_manager_nodes": ",".join(n.name for n in self.nodes),
        }
        command = ["setpriv"]
        if not self.stays:
            command += ["--pdeathsig", "KILL"]
        if os.getuid() == 0:
            command += ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
        environment = {
            "PATH": os.environ["PATH"],
            "OPENSEARCH_JAVA_HOME": str(java_home()),
            "OPENSEARCH_PATH_CONF": str(node.folder / "config"),
            "OPENSEARCH_TMPDIR": str(node.folder / "tmp"),
        }
        with (node.folder / "out").open("ab") as out:
            node.process = subprocess.Popen(
                [
                    *command,
                    str(distribution(secured=self.secured is not None) / "bin" / "opensearch"),
                    *(f"-E{name}={value}" for name, value in settings.items()),
                ],
                env=environment,
                cwd=node.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=self.stays,
            )

    def _process(self, i: int) -> subprocess.Popen[bytes]:
        process = self.nodes[i].process
        if process is None:
            raise ValueError(f"node {i} is not running")
        return process

    def _running(self, i: int) -> bool:
        process = self.nodes[i].process
        return process is not None and process.poll() is None

    def _end(self, i: int, how: signal.Signals) -> None:
        process = self._process(i)
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        process.wait(timeout=60)
        self.nodes[i].process = None

    def _read_only(self, index: str) -> bool:
        settings = self.ask("GET", f"/{index}/_settings?flat_settings=true")
        return all(
            found["settings"].get("index.blocks.read_only_allow_delete") == "true"
            for found in settings.values()
        )

    def _holders(self, index: str) -> list[str]:
        shards = self.ask("GET", f"/_cat/shards/{index}?format=json")
        return [shard["node"] for shard in shards if shard["shard"] == "0"]

    def _wait(self, reached: Callable[[], bool], failure: str) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(Refused, OSError):
                if reached():
                    return
            ended = [
                node for i, node in enumerate(self.nodes) if node.process and not self._running(i)
            ]
            if ended:
                failure = f"{ended[0].name} ended"
                break
            time.sleep(0.3)
        logs = "\n".join(f"{node.name}: {_last_lines(node.folder / 'out')}" for node in self.nodes)
        raise NotReached(f"{failure}; {logs}")


@contextlib.contextmanager
def running(
    count: int = 3, heap: str = "512m", *, is_quick: bool = True, secured: Secured | None = None
) -> Iterator[Cluster]:
    """A cluster of `count` nodes for the time of a `with`."""
    cluster = Cluster(heap, is_quick=is_quick, secured=secured)
    cluster.start(count)
    try:
        yield cluster
    finally:
        cluster.stop()


def java_home() -> Path:
    """The folder of the Java on the search path, or the one JAVA_HOME names."""
    if named := os.environ.get("JAVA_HOME"):
        return Path(named)
    java = shutil.which("java")
    if java is None:
        raise FileNotFoundError("no java on the search path: install Java 17 or 21")
    return Path(java).resolve().parent.parent


def _give_to_nobody(folder: Path) -> None:
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")


def _last_lines(path: Path) -> str:
    return path.read_text(errors="replace")[-600:] if path.exists() else "no output"
