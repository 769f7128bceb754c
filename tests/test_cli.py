from pathlib import Path

import pytest
from click.testing import CliRunner

from small_notebooks import run_program, write_corpus, write_project
from ukrcorpus import __version__
from ukrcorpus.cli import main


def call(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_version_and_help() -> None:
    assert call("--version") == (0, f"ukrcorpus, version {__version__}\n")
    code, text = call("run", "--help")
    assert code == 0
    for option in ("--only", "--corpus", "--out", "-p NAME VALUE", "--jobs", "--strict", "--notebooks"):
        assert option in text


def test_the_module_is_the_same_program(tmp_path: Path) -> None:
    done = run_program("--version", folder=tmp_path)
    assert done.stdout == f"ukrcorpus, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [(("rnu",), "'run'"), (("run", "--onyl", "x"), "'--only'"), (("check", "--strct", "x"), "'--strict'")],
)
def test_slips_get_a_suggestion(arguments: tuple[str, ...], hint: str) -> None:
    code, text = call(*arguments)
    assert code == 2
    assert f"Did you mean {hint}?" in text


def test_check_says_what_was_loaded_and_refused(tmp_path: Path) -> None:
    write_corpus(tmp_path / "articles")
    (tmp_path / "articles" / "empty.txt").write_text("")
    code, text = call("check", str(tmp_path / "articles"))
    assert code == 0
    assert text.startswith("2 articles\n")
    assert "Languages: en 2" in text
    assert "Dates: 0 stated; 2 not stated" in text
    assert "Refused: 1\n  empty.txt: " in text
    assert call("check", "--strict", str(tmp_path / "articles"))[0] == 1


def test_check_of_a_sound_corpus_passes_strictly(tmp_path: Path) -> None:
    assert call("check", "--strict", str(write_corpus(tmp_path / "articles")))[0] == 0


def test_check_of_nothing_is_an_error(tmp_path: Path) -> None:
    code, text = call("check", str(tmp_path / "absent"))
    assert code == 1
    assert text.startswith("Error: ") and "absent" in text


def test_run_refuses_parameters_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_project(tmp_path))
    code, text = call("run", "-p", "tpo", "5")
    assert code == 2 and "did you mean 'top'?" in text
    code, text = call("run", "-p", "top", "five")
    assert code == 2 and "first: top should be int, not 'five'" in text
    code, text = call("run", "-p", "top", "5", "-p", "top", "6")
    assert code == 2 and "twice" in text
    assert not (tmp_path / "outputs").exists() and not (tmp_path / "failed").exists()


def test_run_names_the_remedy_where_there_is_nothing_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_project(tmp_path))
    assert "--corpus" in call("run", "--corpus", "absent")[1]
    assert "--notebooks" in call("run", "--notebooks", "absent")[1]
    assert "--out" in call("run", "--out", ".")[1]
    assert "did you mean 'second'" in call("run", "--only", "secnd")[1]
