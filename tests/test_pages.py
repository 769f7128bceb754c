"""Pages in a real browser, with the network off; notebooks in a real JupyterLab."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from small_notebooks import CHART, LOAD, run_program, write_corpus, write_notebook, write_project
from ukrcorpus.pages import read_lead, write_index, write_page

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SVG = '<svg role="img" aria-label="Bars." width="9" height="9" viewBox="0 0 9 9"><rect id="fig-a-1"/></svg>'
ENTRY: dict[str, Any] = {
    "title": "About <us> & them",
    "lead": "<p>Which?</p>",
    "corpus": {"label": "press", "articles": 1, "refused": 2},
    "hashes": {"data": "d" * 64},
    "key": "1a2b3c4d5e6f",
    "notebook": "n.ipynb",
    "page": "n.html",
    "items": [
        {
            "id": "fig-a",
            "kind": "figure",
            "caption": 'What "it" <is>.',
            "alt": "Bars.",
            "cite": "ukrcorpus:n#fig-a@1a2b3c4d5e6f",
            "files": {"csv": "n/fig-a.csv", "svg": "n/fig-a.svg"},
        }
    ],
}


def notebook_with_a_figure() -> Any:
    about = {"ukrcorpus": {"id": "fig-a", "caption": 'What "it" <is>.', "alt": "Bars."}}
    figure = new_output("display_data", data={"image/svg+xml": SVG, "text/plain": "Bars."}, metadata=about)
    bare = new_output("display_data", data={"image/svg+xml": "<svg/>", "text/plain": 'A "bare" picture'})
    markdown = new_markdown_cell("# About\n\nIt costs $5 or $6.\n\n```mermaid\ngraph\n```")
    code = new_code_cell("x = 1\n\n\ny = 2", execution_count=1, outputs=[figure, bare])
    return new_notebook(cells=[markdown, code])


def test_a_page_asks_for_nothing_and_runs_nothing(tmp_path: Path) -> None:
    write_page(notebook_with_a_figure(), ENTRY, tmp_path / "n.html")
    page = (tmp_path / "n.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="?(?:https?:)?//', page)
    assert not re.findall(r"url\((?!#)|@import", page)


def test_a_page_shows_a_figure_with_its_words_and_files(tmp_path: Path) -> None:
    write_page(notebook_with_a_figure(), ENTRY, tmp_path / "n.html")
    page = (tmp_path / "n.html").read_text(encoding="utf-8")
    assert "<title>About &lt;us&gt; &amp; them</title>" in page
    assert '<html lang="en">' in page
    assert re.search(r'<figure id="fig-a">.*aria-label="Bars.".*</figure>', page, re.DOTALL)
    assert 'What "it" &lt;is&gt;.</figcaption>' in page
    assert "ukrcorpus:n#fig-a@1a2b3c4d5e6f" in page
    assert 'href="n/fig-a.svg"' in page and 'href="n/fig-a.csv"' in page
    assert re.search(r"<img alt='A \"bare\" picture'", page)
    assert "1 article, 2 refused" in page and "$5 or $6" in page


def test_a_page_is_the_same_each_time(tmp_path: Path) -> None:
    notebook = notebook_with_a_figure()
    for name in ("one", "two"):
        write_page(notebook, ENTRY, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_index_leads_to_everything(tmp_path: Path) -> None:
    write_index({"n": ENTRY}, tmp_path / "index.html")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    for link in ("n.html", "n.ipynb", "n.html#fig-a", "n/fig-a.svg", "n/fig-a.csv", "manifest.json"):
        assert f'href="{link}"' in page
    assert 'src="n/fig-a.svg" alt="Bars."' in page
    assert "About &lt;us&gt; &amp; them" in page and "<p>Which?</p>" in page
    assert "1 article, 2 refused" in page and "<script" not in page


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# Title\n\nLead *one*.\n\nMore.", ("Title", "<p>Lead <em>one</em>.</p>")),
        ("# Title\nLead at once.", ("Title", "<p>Lead at once.</p>")),
        ("No title, lead.", ("name", "<p>No title, lead.</p>")),
        ("# Title", ("Title", "")),
        ("", ("name", "")),
    ],
)
def test_title_and_lead_are_read_from_the_first_words(source: str, expected: tuple[str, str]) -> None:
    assert read_lead(new_notebook(cells=[new_markdown_cell(source)]), "name") == expected


def find_browser() -> str:
    """Debian's Chromium; without one the test is skipped, or fails where one is required."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("UKRCORPUS_REQUIRE_BROWSER") == "1":
        pytest.fail("no Chromium on the PATH, and UKRCORPUS_REQUIRE_BROWSER is set; install Debian's chromium")
    pytest.skip("no Chromium on the PATH")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    quiet = ("background-networking", "component-update", "sync", "gpu")
    flags = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    path = find_browser()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def fixture_outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_project(tmp_path_factory.mktemp("pages"))
    done = run_program("run", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "outputs"


def check_pages(browser: Any, outputs: Path, width: int) -> None:
    """Open every page offline and look for what a reader would miss."""
    manifest = json.loads((outputs / "manifest.json").read_text(encoding="utf-8"))
    pages = sorted(outputs.glob("*.html"))
    assert len(pages) == len(manifest["notebooks"]) + 1
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900})
    for path in pages:
        page = context.new_page()
        requests: list[str] = []
        troubles: list[str] = []
        page.on("request", lambda request, seen=requests: seen.append(request.url))
        page.on("console", lambda message, seen=troubles: seen.append(message.text))
        page.on("pageerror", lambda error, seen=troubles: seen.append(str(error)))
        page.on("requestfailed", lambda request, seen=troubles: seen.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        assert [url for url in requests if not url.startswith(("file:", "data:"))] == [], path.name
        assert troubles == [], path.name
        entries = [manifest["notebooks"][path.stem]] if path.stem in manifest["notebooks"] else []
        figures = [i for e in entries or manifest["notebooks"].values() for i in e["items"] if i["kind"] == "figure"]
        assert page.locator("figure").count() >= len(figures) > 0, path.name
        for picture in page.locator("figure svg[role=img], figure img").all():
            box = picture.bounding_box()
            assert box and box["width"] > 100 and box["height"] > 20, path.name
            assert picture.get_attribute("aria-label") or picture.get_attribute("alt"), path.name
        assert page.locator("svg:not([role=img]):not(svg svg), img:not([alt]), img[alt='']").count() == 0, path.name
        broken = "[...document.images].filter(image => !image.naturalWidth).length"
        assert page.evaluate(broken) == 0, path.name
        doubled = "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))"
        assert page.evaluate(doubled) == 0, path.name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path.name
        for link in page.locator("a[href]").all():
            target = link.get_attribute("href").split("#")[0]
            assert "://" in target or not target or (outputs / target).is_file(), f"{path.name}: {target}"
        page.close()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_a_run_open_offline(browser: Any, fixture_outputs: Path, width: int) -> None:
    check_pages(browser, fixture_outputs, width)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_committed_pages_open_offline(browser: Any, width: int) -> None:
    assert (ROOT / "outputs" / "manifest.json").exists(), "outputs/ is committed and must hold a run"
    check_pages(browser, ROOT / "outputs", width)


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """A JupyterLab of its own, with settings of its own; yields its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    home = folder / ".jupyter-test"
    for plugin, setting in {
        "notebook-extension/tracker": '{"windowingMode": "none"}',
        "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    }.items():
        path = home / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(setting)
    environment = {
        **os.environ,
        **{f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "TZ": "Asia/Tokyo",
    }
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    options += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True", "--LabApp.news_url="]
    with (folder / "lab.log").open("w") as log:
        command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=1).close()
                    break
                except OSError:
                    assert server.poll() is None, (folder / "lab.log").read_text()
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def check_in_lab(browser: Any, folder: Path, notebook: str) -> None:
    """Open a notebook, run all of it, and look at what stands there then."""
    cells = nbformat.read(folder / notebook, as_version=4).cells
    code = [c for c in cells if c.cell_type == "code" and "explore" not in c.metadata.get("tags", [])]
    figures = sum("show_figure(" in c.source for c in code)
    with jupyterlab(folder) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if "vega" in m.text.lower() else None)
        page.goto(f"{address}/lab/tree/{notebook}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        page.wait_for_function(
            """() => { const panel = window.jupyterapp?.shell.currentWidget;
                       const session = panel?.sessionContext;
                       return session?.isReady && session.kernelDisplayStatus === 'idle' }""",
            timeout=60_000,
        )
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(
            """n => { const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')].slice(0, n);
                      const prompts = cells.map(cell => cell.querySelector('.jp-InputPrompt')?.textContent ?? '');
                      const failed = ['error', 'stderr'].map(kind => `[data-mime-type$="jupyter.${kind}"]`);
                      return document.querySelector(['.jp-Dialog', ...failed].join())
                          || cells.length === n && prompts.every(prompt => /\\[\\d+\\]/.test(prompt)) }""",
            arg=len(code),
            timeout=90_000,
        )
        assert page.locator(".jp-Dialog").all_text_contents() == []
        ran = page.locator(".jp-Notebook .jp-CodeCell")
        for number in range(len(code)):
            output = ran.nth(number)
            for stream in ("error", "stderr"):
                shown = output.locator(f"[data-mime-type='application/vnd.jupyter.{stream}']")
                assert shown.all_text_contents() == []
            assert re.fullmatch(r"\[\d+\]:", output.locator(".jp-InputPrompt").first.text_content())
        drawings = page.locator(".jp-RenderedVegaLite canvas, .jp-RenderedVegaLite svg.marks")
        drawings.nth(figures - 1).wait_for(state="attached", timeout=20_000)
        assert drawings.count() == figures
        for drawing in drawings.all():
            box = drawing.bounding_box()
            assert box and box["width"] > 100 and box["height"] > 20
        assert page.locator(".jp-OutputArea mjx-container").count() == 0
        assert troubles == []
        page.close()


@pytest.mark.slow
def test_jupyterlab_draws_figures_and_leaves_dollars_alone(browser: Any, tmp_path: Path) -> None:
    evidence = """
found = docs["text"].str.find("mayor")
spans = pd.DataFrame({"doc_id": docs["doc_id"], "start": 16, "end": 20})
show_table(show_evidence(spans, docs), id="tab-mayor", caption="From $5 to $6.")
show_evidence(spans, docs)
"""
    write_corpus(tmp_path / "articles")
    write_notebook(tmp_path / "notebooks" / "small.ipynb", LOAD, CHART, evidence)
    check_in_lab(browser, tmp_path, "notebooks/small.ipynb")


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_jupyterlab_runs_each_notebook(browser: Any, tmp_path: Path, notebook: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(notebook, tmp_path / "notebooks")
    check_in_lab(browser, tmp_path, f"notebooks/{notebook.name}")
