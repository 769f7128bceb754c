"""Pages in a real browser, with the network off; notebooks in a real JupyterLab."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import trafilatura
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from small_notebooks import run_program, write_project
from ukrcorpus.cite import to_apa, to_bibtex, to_csl
from ukrcorpus.pages import meta_tags, read_lead, write_index, write_page

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


def test_a_page_asks_for_nothing_and_runs_one_script(tmp_path: Path) -> None:
    write_page(notebook_with_a_figure(), ENTRY, tmp_path / "n.html")
    page = (tmp_path / "n.html").read_text(encoding="utf-8")
    assert page.count("<script") == page.count("<script>") == 1
    assert not re.findall(r"<[^>]* on[a-z]+ ?=", page)
    assert not re.findall(r'(?:src|href)="?(?:https?:)?//', page)
    assert not re.findall(r"url\((?!#)|@import", page)


def test_a_page_shows_a_figure_with_its_words_and_files(tmp_path: Path) -> None:
    write_page(notebook_with_a_figure(), ENTRY, tmp_path / "n.html")
    page = (tmp_path / "n.html").read_text(encoding="utf-8")
    assert "<title>About &lt;us&gt; &amp; them</title>" in page
    assert '<html lang="en">' in page
    assert re.search(r'<figure id="fig-a">.*aria-label="Bars.".*</figure>', page, re.DOTALL)
    assert re.search(r'<figcaption[^>]*>What "it" &lt;is&gt;.</figcaption>', page)
    assert "ukrcorpus:n#fig-a@1a2b3c4d5e6f" in page
    assert 'href="n/fig-a.svg"' in page and 'href="n/fig-a.csv"' in page
    assert re.search(r"<img alt='A \"bare\" picture'", page)
    assert "1 article, 2 refused" in page and "$5 or $6" in page


def read_page(folder: Path, entry: dict[str, Any], output: dict[str, Any]) -> Any:
    """The page of a notebook that shows one figure, parsed."""
    notebook = notebook_with_a_figure()
    notebook.cells[1].outputs[0].data |= output
    write_page(notebook, entry, folder / "n.html")
    return BeautifulSoup((folder / "n.html").read_text(encoding="utf-8"), "lxml")


def test_a_page_says_how_to_cite_it_and_its_figures(tmp_path: Path) -> None:
    page = read_page(tmp_path, ENTRY, {})
    forms = ("apa", "bibtex", "csl-json")
    whole, figure = ([place.select(f".{form} .text")[0] for form in forms] for place in page.select("header, figure"))
    for texts, record in ((whole, to_csl(ENTRY)), (figure, to_csl(ENTRY, item=ENTRY["items"][0]))):
        assert texts[0].get_text() == to_apa(record) and texts[1].get_text() == to_bibtex(record)
        assert json.loads(texts[2].get_text()) == [record]
    assert [texts[0].select("i")[0].text for texts in (whole, figure)] == ["About <us> & them"] * 2
    assert len(page.select(".citation button[hidden]")) == 6


def test_a_page_says_in_words_what_a_figure_shows_and_gives_its_table(tmp_path: Path) -> None:
    rows = "".join(f"{number},<b>,0{number},NA\n" for number in range(12))
    page = read_page(tmp_path, ENTRY, {"text/csv": f"n,tag,code,country\n{rows}"})
    figure = page.select("figure#fig-a")[0]
    assert [next(summary.strings) for summary in figure.select("summary")] == ["Cite", "Description", "Table"]
    assert figure.select("details")[1].select("p")[0].text == "Bars."
    table = figure.select("table")[0]
    assert [row.get_text() for row in table.select("tbody tr")] == [f"{n}<b>0{n}NA" for n in range(10)]
    assert table.select("caption")[0].text and {cell.get("scope") for cell in table.select("th")} == {"col"}
    assert figure.select(".ukrcorpus-cut")[0].text == "The first 10 of 12 rows. All of them are in fig-a.csv."


def test_marks_lead_to_their_sentences_from_where_the_page_stands(tmp_path: Path) -> None:
    link = '<a href="fig-a.evidence.html#m1" aria-label="One."><rect/></a><a href="fig-b.html"><rect/></a>'
    drawing = SVG.replace('role="img"', 'role="group"').replace("<rect", f"{link}<rect", 1)
    item = ENTRY["items"][0]
    item = {**item, "files": {"evidence.html": "n #1/fig-a.evidence.html", **item["files"]}}
    page = read_page(tmp_path, {**ENTRY, "items": [item]}, {"image/svg+xml": drawing})
    assert [a.get("href") for a in page.select("svg a")] == ["n%20%231/fig-a.evidence.html#m1", "fig-b.html"]
    links = {a.text: a.get("href") for a in page.select("figure > .source a")}
    assert links == {
        "CSV": "n/fig-a.csv",
        "SVG": "n/fig-a.svg",
        "Sentences behind each mark": "n%20%231/fig-a.evidence.html",
    }
    (skip,) = page.select("figure > a.skip")
    assert page.find(id=skip.get("href").lstrip("#")).name == "figcaption"
    assert not read_page(tmp_path, ENTRY, {}).select("a.skip")


def test_a_reference_manager_reads_a_page(tmp_path: Path) -> None:
    authors = [{"family": "Шевченко", "given": "Леся"}, {"literal": "An Institute"}]
    given = {"author": authors, "issued": {"date-parts": [[2026, 5, 3]]}, "license": "CC-BY-4.0", "DOI": "10.1234/abc"}
    page = read_page(tmp_path, {**ENTRY, "title": "When & where", "citation": given}, {})
    assert [
        (meta.get("name"), meta.get("content")) for meta in page.select("meta[name^=citation_], meta[name^=DC]")
    ] == [
        ("citation_title", "When & where"),
        ("citation_author", "Шевченко, Леся"),
        ("citation_author", "An Institute,"),
        ("citation_publication_date", "2026/05/03"),
        ("citation_technical_report_number", "ukrcorpus:n@1a2b3c4d5e6f"),
        ("citation_doi", "10.1234/abc"),
        ("citation_language", "en"),
        ("DC.title", "When & where"),
        ("DC.creator", "Шевченко, Леся"),
        ("DC.creator", "An Institute"),
        ("DC.date", "2026-05-03"),
        ("DC.identifier", "ukrcorpus:n@1a2b3c4d5e6f"),
        ("DC.type", "report"),
        ("DC.language", "en"),
        ("DC.rights", "CC-BY-4.0"),
    ]
    read = trafilatura.extract_metadata((tmp_path / "n.html").read_text(encoding="utf-8"))
    # It divides names at every comma.
    assert (read.title, read.author, read.date) == ("When & where", "Шевченко; Леся; An Institute", "2026-05-03")
    undated = meta_tags(ENTRY)
    assert ("citation_author", "The ukrcorpus developers,") in undated and not any(
        "date" in name for name, _ in undated
    )


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
        for picture in page.locator("figure svg[role], figure img").all():
            box = picture.bounding_box()
            assert box and box["width"] > 100 and box["height"] > 20, path.name
            assert picture.get_attribute("aria-label") or picture.get_attribute("alt"), path.name
        assert page.locator("svg:not([role=img], [role=group], svg svg), img:not([alt]), img[alt='']").count() == 0, (
            path.name
        )
        broken = "[...document.images].filter(image => !image.naturalWidth).length"
        assert page.evaluate(broken) == 0, path.name
        doubled = "(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(e => e.id))"
        assert page.evaluate(doubled) == 0, path.name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path.name
        for link in page.locator("a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
            target = unquote(link.split("#")[0])
            assert "://" in target or not target or (outputs / target).is_file(), f"{path.name}: {target}"
        if width < 600:  # where most has to be scrolled
            check_access(page, path.name)
        page.close()
    context.close()


def check_access(page: Any, name: str) -> None:
    """Look for what keeps a reader with a keyboard, a screen reader or weak eyes out, with everything unfolded."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    found = Axe().run(page).response
    assert found["passes"], name
    troubles = [
        (rule["id"], node["html"], node["failureSummary"]) for rule in found["violations"] for node in rule["nodes"]
    ]
    assert troubles == [], name


@pytest.mark.slow
def test_pages_behind_figures_keep_nobody_out(browser: Any) -> None:
    pages = [path for path in sorted((ROOT / "outputs").rglob("*.html")) if path.parent != ROOT / "outputs"]
    assert len(pages) >= 6
    page = browser.new_page(viewport={"width": 390, "height": 900})
    for path in pages[:3] + pages[-3:]:
        page.goto(path.as_uri())
        check_access(page, path.name)
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("refused", [False, True])
def test_a_click_copies_a_citation(browser: Any, fixture_outputs: Path, refused: bool) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    if refused:
        page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))")
    page.goto((fixture_outputs / "first.html").as_uri())
    page.locator("figure summary").first.focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Copy BibTeX of fig-words")
    button.focus()
    page.keyboard.press("Enter")
    said = page.get_by_role("status")
    said.get_by_text("Selected, ready" if refused else "Copied").wait_for(state="attached")
    taken = "getSelection().toString()" if refused else "navigator.clipboard.readText()"
    entries = json.loads((fixture_outputs / "manifest.json").read_text(encoding="utf-8"))["notebooks"]
    wanted = to_bibtex(to_csl(entries["first"], item=entries["first"]["items"][0]))
    assert page.evaluate(taken).split() == wanted.split() and "@misc{ukrcorpus:first:fig-words," in wanted
    context.close()


@pytest.mark.slow
def test_a_page_works_without_script(browser: Any, fixture_outputs: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((fixture_outputs / "first.html").as_uri())
    text = page.locator("figure .bibtex .text").first
    assert not text.is_visible()
    page.locator("figure summary").first.click()
    assert text.is_visible() and page.locator("button").count() > 0
    assert not any(button.is_visible() for button in page.locator("button").all())
    page.emulate_media(media="print")
    assert not text.is_visible() and page.locator("figure .source").first.is_visible()
    assert page.locator("header .apa .text").is_visible() and not page.locator("header .bibtex .text").is_visible()
    context.close()


@pytest.mark.slow
def test_a_keyboard_passes_by_the_marks_of_a_figure(browser: Any, tmp_path: Path) -> None:
    drawing = SVG.replace('role="img"', 'role="group"').replace(
        "<rect", '<a href="fig-a.evidence.html#m1"><rect/></a><rect'
    )
    item = {**ENTRY["items"][0], "files": {"evidence.html": "n/fig-a.evidence.html"}}
    read_page(tmp_path, {**ENTRY, "items": [item]}, {"image/svg+xml": drawing})
    page = browser.new_page()
    page.goto((tmp_path / "n.html").as_uri())
    skip = page.get_by_role("link", name="Skip the marks of this figure")
    assert skip.bounding_box()["width"] < 2
    skip.focus()
    assert skip.bounding_box()["width"] > 100
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Sentences behind each mark"
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_a_run_open_offline(browser: Any, fixture_outputs: Path, width: int) -> None:
    check_pages(browser, fixture_outputs, width)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_committed_pages_open_offline(browser: Any, width: int) -> None:
    assert (ROOT / "outputs" / "manifest.json").exists(), "outputs/ is committed and must hold a run"
    check_pages(browser, ROOT / "outputs", width)
