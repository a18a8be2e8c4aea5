"""The parts of an OpenSearch node, fetched from Maven Central and put together.

The distribution that Maven Central holds has neither analysis nor a script language; both are
artifacts of their own that become modules of it by a descriptor. The security plugin is one more,
in a program of its own beside the plain one. Every file is held to the SHA-256 that stands here.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VERSION = "2.19.1"
CENTRAL = os.environ.get("MAVEN_CENTRAL", "https://repo.maven.apache.org/maven2")


class Unreachable(Exception):
    """Maven Central did not answer, or not with the file that was asked for."""


@dataclass(frozen=True)
class Artifact:
    """One file of Maven Central, by its coordinates and its SHA-256."""

    group: str
    name: str
    version: str
    sha256: str
    ending: str = "jar"

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}.{self.ending}"

    @property
    def url(self) -> str:
        folder = self.group.replace(".", "/")
        return f"{CENTRAL}/{folder}/{self.name}/{self.version}/{self.file_name}"


DISTRIBUTION = Artifact(
    "org.opensearch.distribution.integ-test-zip",
    "opensearch",
    VERSION,
    "af7152d8b7f6f1cee09d47276b32b70479fe6dd8cdbb61213f84eb7f8098b261",
    "zip",
)
SECURITY = Artifact(
    "org.opensearch.plugin",
    "opensearch-security",
    f"{VERSION}.0",
    "94a04f12ac6033902209fac1e4e512618d45beee604bbf0e42c3ed79c55220cf",
    "zip",
)
# module: (its class, its files)
MODULES = {
    "analysis-common": (
        "org.opensearch.analysis.common.CommonAnalysisPlugin",
        (
            Artifact(
                "org.opensearch.plugin",
                "analysis-common",
                VERSION,
                "13fdc1071af42946b13153a62491a5e9b0ad214d44f7c8153d3afef60f558821",
            ),
        ),
    ),
    "lang-painless": (
        "org.opensearch.painless.PainlessPlugin",
        (
            Artifact(
                "org.opensearch.plugin",
                "lang-painless",
                VERSION,
                "3cf5e02efa40ff5b88e74e1ab66a0bc462de3509fab4a6a4ffe90b8d13777a9a",
            ),
            Artifact(
                "org.opensearch.plugin",
                "opensearch-scripting-painless-spi",
                VERSION,
                "c2598797a5f6f897ce7e8d05f593ff96de3fbc56c52f299d63cddcae41556dda",
            ),
            Artifact(
                "org.antlr",
                "antlr4-runtime",
                "4.13.1",
                "54665d2838cc66458343468efc539e454fc95b46a8a04b13c6ac43fc9be63505",
            ),
            Artifact(
                "org.ow2.asm",
                "asm",
                "9.7",
                "adf46d5e34940bdf148ecdd26a9ee8eea94496a72034ff7141066b3eea5c4e9d",
            ),
            Artifact(
                "org.ow2.asm",
                "asm-analysis",
                "9.7",
                "7bc6bcbc21379948a0c8c467fb0f864206e5b818f6bc0b546872f5c9f941556f",
            ),
            Artifact(
                "org.ow2.asm",
                "asm-commons",
                "9.7",
                "389bc247958e049fc9a0408d398c92c6d370c18035120395d4cba1d9d9304b7a",
            ),
            Artifact(
                "org.ow2.asm",
                "asm-tree",
                "9.7",
                "62f4b3bc436045c1acb5c3ba2d8ec556ec3369093d7f5d06c747eb04b56d52b1",
            ),
            Artifact(
                "org.ow2.asm",
                "asm-util",
                "9.7",
                "37a6414d36641973f1af104937c95d6d921b2ddb4d612c66c5a9f2b13fc14211",
            ),
        ),
    ),
}
DESCRIPTOR = """\
description={name} for tests
version={version}
name={name}
classname={class_name}
java.version=11
opensearch.version={version}
custom.foldername=
extended.plugins=
has.native.controller=false
"""
# A script is compiled to classes while the node runs.
POLICIES = {
    "lang-painless": """\
grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
"""
}


def cache_folder() -> Path:
    """Where downloads, programs and locks are kept: a folder for this user.

    It is under the temporary directory: a node must not run as root, so not under root's home.

    Raises:
        ValueError: it belongs to another user.
    """
    cache = Path(tempfile.gettempdir()) / f"dragoman-cluster-{os.getuid()}"
    cache.mkdir(mode=0o755, parents=True, exist_ok=True)
    if cache.stat().st_uid != os.getuid():
        raise ValueError(f"{cache} belongs to another user; set TMPDIR to another folder")
    return cache


@contextlib.contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One process at a time fetches and builds."""
    with (cache / "building.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def distribution(*, secured: bool = False) -> Path:
    """The folder of a node's program, put together once and kept.

    Args:
        secured: whether the security plugin is in it.

    Raises:
        Unreachable: Maven Central can't be reached and the file isn't kept already.
        ValueError: a file is not the one whose checksum stands here.
    """
    cache = cache_folder()
    program = cache / f"opensearch-{VERSION}{'-secured' if secured else ''}"
    with _alone(cache):
        if not program.exists():
            with tempfile.TemporaryDirectory(dir=cache) as beside:
                _build(Path(beside), cache, secured=secured).rename(program)
    return program


def _build(beside: Path, cache: Path, *, secured: bool) -> Path:
    with zipfile.ZipFile(_fetched(DISTRIBUTION, cache)) as archive:
        archive.extractall(beside)
    built = beside / f"opensearch-{VERSION}"
    for name, (class_name, artifacts) in MODULES.items():
        module = built / "modules" / name
        module.mkdir()
        for artifact in artifacts:
            shutil.copy(_fetched(artifact, cache), module)
        (module / "plugin-descriptor.properties").write_text(
            DESCRIPTOR.format(name=name, version=VERSION, class_name=class_name)
        )
        if name in POLICIES:
            (module / "plugin-security.policy").write_text(POLICIES[name])
    if secured:
        with zipfile.ZipFile(_fetched(SECURITY, cache)) as archive:
            archive.extractall(built / "plugins" / SECURITY.name)
    for command in (built / "bin").iterdir():
        command.chmod(0o755)
    return built


def _fetched(artifact: Artifact, cache: Path) -> Path:
    path = cache / artifact.file_name
    if not path.exists():
        print(f"fetching {artifact.url}", file=sys.stderr)
        try:
            with urllib.request.urlopen(artifact.url, timeout=60) as answer:  # noqa: S310
                content = answer.read()
        except (urllib.error.URLError, OSError) as error:
            raise Unreachable(f"{artifact.url}: {error}") from error
        digest = hashlib.sha256(content).hexdigest()
        if digest != artifact.sha256:
            raise ValueError(f"{artifact.url} has the SHA-256 {digest}, not {artifact.sha256}")
        partial = path.with_suffix(".partial")
        partial.write_bytes(content)
        partial.rename(path)
    return path
