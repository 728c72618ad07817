"""Install the package as a user would, into a clean environment of each Python that is there.

`python -m tools.check_package` builds the source distribution and, from it, the wheel; installs the
wheel with what it depends on; and runs the commands outside of the project. It needs an index of
packages, and half a minute for each Python.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
_BUILD = "from setuptools import build_meta as b; print(b.build_{kind}({to!r}))"


def build(folder: Path) -> tuple[Path, Path]:
    """Return the source distribution and the wheel that is built from it, in `folder`.

    Raises:
        subprocess.CalledProcessError: a build failed.
    """
    tree = folder / "tree"
    left_out = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, tree, ignore=left_out, symlinks=True)
    _python("-c", _BUILD.format(kind="sdist", to=str(folder)), cwd=tree)
    [source] = folder.glob("*.tar.gz")
    (folder / "source").mkdir()
    # not by `tarfile`, which has no filters before Python 3.11.4
    unpack = ["tar", "--extract", "--file", str(source), "--directory", str(folder / "source")]
    subprocess.run(unpack, check=True)  # noqa: S603
    [unpacked] = (folder / "source").iterdir()
    _python("-c", _BUILD.format(kind="wheel", to=str(folder)), cwd=unpacked)
    [wheel] = folder.glob("*.whl")
    return source, wheel


def _python(*arguments: str, cwd: Path) -> None:
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)  # noqa: S603


def interpreters() -> dict[str, str]:
    """Return the Pythons of this machine that the package is for, version -> executable."""
    found = {}
    for version in VERSIONS:
        named = [shutil.which(f"python{version}") or ""]
        named += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
        for path in filter(None, named):
            done = subprocess.run([path, "-V"], capture_output=True, text=True, check=False)  # noqa: S603
            if done.stdout.startswith(f"Python {version}."):
                found[version] = path
                break
    return found


def check(python: str, wheel: Path, folder: Path) -> None:
    """Install the wheel into a new environment in `folder`, and use it there.

    Raises:
        subprocess.CalledProcessError: something failed; its output says what.
    """
    folder.mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "SCRAPY"))}

    def run(*command: str | Path) -> None:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env=environment, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if done.returncode:
            print(done.stdout)
            done.check_returncode()

    bin_folder = folder / "venv/bin"
    run(python, "-m", "venv", "venv")
    constraints = ("--constraint", ROOT / "constraints.txt")
    run(bin_folder / "pip", "install", "--quiet", *constraints, wheel)
    pages = ROOT / "fixtures/sputnik/tj"
    run(bin_folder / "newswire", "crawl", "sputnik", "-a", f"replay={pages}", "-O", "x.jsonl")
    run(bin_folder / "newswire", "summary", "x.jsonl")
    run(bin_folder / "newswire", "report", "x.jsonl")
    run(bin_folder / "newswire", pages / "mountain-library.html")
    run(bin_folder / "python", "-m", "newswire.simulator", "--help")


def main() -> None:
    """Check every Python of this machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, wheel = build(folder)
        print(f"{source.name} {source.stat().st_size}, {wheel.name} {wheel.stat().st_size} bytes")
        for version, python in interpreters().items():
            check(python, wheel, folder / version)
            print(f"Python {version}: installed and used")


if __name__ == "__main__":
    main()
