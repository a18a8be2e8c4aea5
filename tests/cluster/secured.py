"""The README's chapter on deploying, carried out: what nodes with the security plugin start with.

In: an empty folder. Out: certificates, users, roles and settings as its commands and files make
them, laid out as its Compose file mounts them. What is tested is what is documented: nothing stands
here that could stand there.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import yaml
from artifacts import distribution
from asking import Secured
from nodes import java_home

README = Path(__file__).resolve().parents[2] / "README.md"
CONFIG = "/usr/share/opensearch/config/"
"""Where the nodes of the Compose file have their settings."""
PASSWORDS = {"admin": "Admin/1 @:#%,ш", "dragoman-index": "Index/2 @:#%,ш", "dragoman-web": "Web/3"}


def chapter() -> str:
    """The chapter on deploying."""
    text = README.read_text("utf-8")
    found = re.search(r"^## Deploying a cluster$.*?(?=^## )", text, re.MULTILINE | re.DOTALL)
    if not found:
        raise ValueError("README.md has no chapter ‘Deploying a cluster’")
    return found[0]


def files() -> dict[str, str]:
    """Each file that the chapter shows, by the name it is told under; users with real hashes."""
    name = r"`([\w.]+\.ya?ml)`"
    rest_of_paragraph = rf"(?:(?!\n\n|{name}).)*"
    shown = re.findall(rf"{name}{rest_of_paragraph}\n\n```yaml\n(.*?)```", chapter(), re.DOTALL)
    found = {name: content for name, _, content in shown}
    for user, password in PASSWORDS.items():
        placeholder = f"HASH_OF_{user.removeprefix('dragoman-').upper()}"
        hashed = hash_of(password)
        found["internal_users.yml"] = found["internal_users.yml"].replace(placeholder, hashed)
    return found


def hash_of(password: str) -> str:
    """What the plugin's own tool makes of a password."""
    return _tool("hash", "-p", password).split()[-1]


def hand_over(folder: Path, port: int) -> None:
    """Give changed users to the cluster, by the chapter's command; to the node at a port."""
    command = re.search(r"securityadmin\.sh( .*?)\n```", chapter(), re.DOTALL)
    if not command:
        raise ValueError("README.md does not show how changed users are handed over")
    arguments = shlex.split(command[1].replace("-h node1", f"-h 127.0.0.1 -p {port}"))
    _tool("securityadmin", *arguments, folder=folder)


def _tool(name: str, *arguments: str, folder: Path | None = None) -> str:
    """What a tool of the plugin prints, found where the chapter says it is."""
    place = re.search(rf"plugins/\S+/{name}\.sh", chapter())
    if not place:
        raise ValueError(f"README.md does not name {name}.sh")
    run = subprocess.run(
        ["bash", distribution(secured=True) / place[0], *arguments],
        env={**os.environ, "OPENSEARCH_JAVA_HOME": str(java_home())},
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return run.stdout


def deployed(folder: Path) -> Secured:
    """Carry out the chapter in a folder, as far as the first start of the nodes."""
    commands = re.search(r"```sh\n(.*?openssl.*?)```", chapter(), re.DOTALL)
    if not commands:
        raise ValueError("README.md shows no commands for certificates")
    subprocess.run(["bash", "-e", "-c", commands[1]], cwd=folder, check=True, capture_output=True)
    (folder / "security").mkdir()
    shown = files()
    for name, content in shown.items():
        place = folder if name in ("opensearch.yml", "compose.yaml") else folder / "security"
        (place / name).write_text(content, "utf-8")
    config = folder / "config"
    config.mkdir()
    for volume in yaml.safe_load(shown["compose.yaml"])["services"]["node1"]["volumes"]:
        here, there, *_ = volume.split(":")
        if there.startswith(CONFIG):
            copy = shutil.copytree if (folder / here).is_dir() else shutil.copy
            copy(folder / here, config / there.removeprefix(CONFIG))
    return Secured(config, folder / "certs" / "ca.pem", f"admin:{PASSWORDS['admin']}")
