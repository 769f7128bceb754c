"""The documentation: its commands run and say what it shows, it builds strictly, it opens without a network."""

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from markdown_it import MarkdownIt

import ukrcorpus
from browsing import find_browser
from ukrcorpus.cite import read_cff
from ukrcorpus.cli import main

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


class Block(NamedTuple):
    """A fenced block: its language, the file that its caption names, its text, its line in the page."""

    language: str
    caption: str
    text: str
    line: int


def blocks_of(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence":
            language = token.info.removeprefix("{code-block}").strip()
            caption = re.match(r":caption: (.+)\n", token.content)
            text = token.content[caption.end() :] if caption else token.content
            yield Block(language, caption[1] if caption else "", text, (token.map or [0])[0] + 1)


def say(block: Block, folder: Path, names: dict[str, Any]) -> str:
    """What a reader sees who enters a block."""
    if block.language == "sh":
        # A server does not end by itself; that the program is there is seen from its version.
        command = block.text.replace("jupyter lab\n", "jupyter lab --version >/dev/null\n")
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path}
        done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, capture_output=True, encoding="utf-8")
        return done.stdout + done.stderr
    shown = io.StringIO()
    lines = ast.parse(block.text)
    last = lines.body.pop() if isinstance(lines.body[-1], ast.Expr) else None
    with contextlib.chdir(folder), contextlib.redirect_stdout(shown), pd.option_context("display.width", 80):
        exec(compile(lines, f"line {block.line}", "exec"), names)
        if last:
            value = eval(compile(ast.Expression(last.value), f"line {block.line}", "eval"), names)
            print("" if value is None else repr(value))
    return shown.getvalue()


def play(page: Path, folder: Path) -> Iterator[tuple[Block, str, str]]:
    """Follow a page: write its files, enter its commands; yields each block with what it said and what is promised."""
    blocks = list(blocks_of(page))
    names: dict[str, Any] = {}
    for block, following in zip(blocks, [*blocks[1:], Block("", "", "", 0)], strict=True):
        if block.caption:
            path = folder / block.caption
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language in ("sh", "python"):
            promised = following.text if following.language == "text" and not following.caption else ""
            yield block, say(block, folder, names), promised


def without_ends(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"\b(?:tests|src|docs|notebooks|seeds)/[\w./-]*\w", text)
    assert [path for path in named if not (ROOT / path).exists() and not path.endswith("_build")] == []


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_commands_that_a_page_shows_have_these_options(page: Path) -> None:
    shown = [line for block in blocks_of(page) for line in block.text.splitlines() if line.startswith("ukrcorpus ")]
    if page.stem == "tutorial":
        assert len(shown) > 5
    for _, name, *arguments in map(shlex.split, shown):
        main.commands[name].make_context(name, arguments)


def test_the_tutorial_runs_all_that_it_shows() -> None:
    """Only setting up is not run, and every output stands behind what gives it."""
    blocks = list(blocks_of(DOCS / "tutorial.md"))
    assert [block.text for block in blocks if block.language == "console"] == [". .venv/bin/activate\n"]
    assert {block.language for block in blocks} == {"console", "sh", "python", "text"}
    for before, block in pairwise(blocks):
        assert block.language != "text" or block.caption or before.language in ("sh", "python"), block.line


def test_the_citation_file_that_is_shown_can_be_read(tmp_path: Path) -> None:
    (block,) = [block for block in blocks_of(DOCS / "citing.md") if block.caption]
    (tmp_path / block.caption).write_text(block.text, encoding="utf-8")
    found = read_cff(tmp_path / block.caption)
    assert found["author"] == [{"family": "Alder", "given": "Marta"}]
    assert found["issued"] == {"date-parts": [[2026, 11, 22]]}


class Page(HTMLParser):
    """What a built page refers to: links, what a browser loads by itself, anchors, text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        loading = [given[name] for name in ("src", "srcset", "data", "poster", "action") if name in given]
        self.loads += [*loading, *([given["href"]] if tag in ("link", "image", "use") else [])]
        self.loads += re.findall(r"url\(['\"]?([^'\")]+)", given.get("style", ""))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, built with warnings as errors."""
    folder = tmp_path_factory.mktemp("docs")
    options = ["-W", "--keep-going", "-q", "-b", "html", "-d", str(folder / "trees")]
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(folder / "html")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(built: Path) -> dict[Path, Page]:
    found = {path: Page(path) for path in sorted(built.rglob("*.html"))}
    assert {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")} <= {
        path.relative_to(built).with_suffix("") for path in found
    }
    return found


@pytest.mark.slow
def test_no_page_loads_anything_from_the_network(built: Path, pages: dict[Path, Page]) -> None:
    assert any(page.loads for page in pages.values())
    for path, page in pages.items():
        assert [load for load in page.loads if urlsplit(load).netloc] == [], path.name
    for path in built.rglob("*.css"):
        style = path.read_text(encoding="utf-8")
        loaded = re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s]+)", style)
        assert [load for load in loaded if urlsplit(load).netloc] == [], path.name


@pytest.mark.slow
def test_internal_links_lead_somewhere(pages: dict[Path, Page]) -> None:
    followed = 0
    for path, page in pages.items():
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), f"{path.name}: {link}"
            if target in pages and parts.fragment:
                assert unquote(parts.fragment) in pages[target].anchors, f"{path.name}: {link}"
            followed += 1
    assert followed > 100


@pytest.mark.slow
def test_every_public_name_is_in_the_reference(built: Path, pages: dict[Path, Page]) -> None:
    anchors = pages[built / "reference" / "functions.html"].anchors
    assert [name for name in [*ukrcorpus.__all__, "TABLES"] if f"ukrcorpus.{name}" not in anchors] == []


@pytest.mark.slow
def test_every_command_is_in_the_reference(built: Path, pages: dict[Path, Page]) -> None:
    text = pages[built / "reference" / "commands.html"].text
    for name, command in main.commands.items():
        assert f"Usage: ukrcorpus {name}" in text
        assert [
            option
            for part in command.params
            for option in part.opts
            if part.param_type_name == "option" and option not in text
        ] == []


@pytest.mark.slow
def test_every_declared_column_is_in_the_reference(built: Path, pages: dict[Path, Page]) -> None:
    path = built / "reference" / "columns.html"
    shown = pd.read_html(io.StringIO(path.read_text(encoding="utf-8")), keep_default_na=False)
    assert len(shown) == len(ukrcorpus.TABLES)
    for (name, declared), table in zip(ukrcorpus.TABLES.items(), shown, strict=True):
        rows = [(key, column.dtype, column.meaning, column.unit) for key, column in declared.items()]
        # Typography makes curly apostrophes of straight ones.
        assert [tuple(str(cell).replace("’", "'") for cell in row) for row in table.to_numpy()] == rows, name
        assert f"table-{name}" in pages[path].anchors


@pytest.mark.slow
def test_every_data_file_is_in_the_reference(built: Path, pages: dict[Path, Page]) -> None:
    text = pages[built / "reference" / "data.html"].text
    for file in (files("ukrcorpus") / "data").iterdir():
        assert file.name in text
        if file.name.endswith((".npz", ".safetensors", ".marisa", ".bin")):
            continue
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert file.name.endswith(".json") or first.removeprefix("# ") in text


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_open_from_a_file_without_a_network(built: Path, pages: dict[Path, Page], width: int) -> None:
    from playwright.sync_api import sync_playwright

    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(offline=True, viewport={"width": width, "height": 900})
        for path in pages:
            page = context.new_page()
            requests: list[str] = []
            troubles: list[str] = []
            page.on("request", lambda request, seen=requests: seen.append(request.url))
            page.on("console", lambda message, seen=troubles: seen.append(message.text))
            page.on("pageerror", lambda error, seen=troubles: seen.append(str(error)))
            page.on("requestfailed", lambda request, seen=troubles: seen.append(request.url))
            page.goto(path.as_uri() + ("?q=bootstrap" if path.stem == "search" else ""))
            page.wait_for_load_state("networkidle")
            if path.stem == "search":
                page.wait_for_selector("#search-results li a")
            assert [url for url in requests if not url.startswith(("file:", "data:"))] == [], path.name
            assert troubles == [], path.name
            broken = "[...document.images].filter(image => !image.naturalWidth || !image.alt).length"
            assert page.evaluate(broken) == 0, path.name
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path.name
            page.close()
        browser.close()
