"""pyproject.toml, the lock files and environment.yml say the same; the README's commands use them."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "requirements.lock": [*PROJECT["dependencies"], *EXTRAS["build"]],
    "requirements-test.lock": [*PROJECT["dependencies"], *EXTRAS["build"], *EXTRAS["test"]],
}


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [re.match(r"([\w.-]+)==(\S+)", line) for line in lines]
    return {canonicalize_name(match[1]): match[2] for match in found if match}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_every_dependency_within_its_range(name):
    pinned = pins(name)
    for requirement in map(Requirement, LOCKS[name]):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in {name}: run scripts/lock.sh"
        assert requirement.specifier.contains(version, prereleases=True), f"{name} pins {requirement.name} {version}"


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert len(requirements) > 50
    assert all("--hash=sha256:" in requirement for requirement in requirements)
    assert "://" not in text and "index-url" not in text and "find-links" not in text


def test_both_locks_pin_the_same_versions():
    run, test = pins("requirements.lock"), pins("requirements-test.lock")
    assert run.items() <= test.items()


def test_environment_yml_installs_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [item for item in environment["dependencies"] if isinstance(item, str)]
    (pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert f"python{PROJECT['requires-python']}" in conda
    assert pip == ["--require-hashes -r requirements.lock"]


@pytest.mark.parametrize(("heading", "lock"), [("run", "requirements.lock"), ("test", "requirements-test.lock")])
def test_readme_has_each_command_in_one_line(heading, lock):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(rf"<!-- command: {heading} -->\n```sh\n(.*?)\n```", readme, re.S)
    assert len(commands) == 1 and "\n" not in commands[0]
    assert f"-r {lock}" in commands[0] and "--require-hashes" in commands[0]


def test_layout_that_users_rely_on():
    for name in ("README.md", "LICENSE", "NOTICE", "seeds", "src/ukrcorpus", "notebooks", "outputs", "environment.yml"):
        assert (ROOT / name).exists(), name
