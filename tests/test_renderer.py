"""The renderer of charts that stand at the end of a cell."""

import base64
import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree

import altair
import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from browsing import jupyterlab
from ukrcorpus.renderer import LAB_MIME, render

CELL = """
import altair as alt, pandas as pd
alt.renderers.enable("ukrcorpus")
rows = pd.DataFrame({"n": [1.23456789, 2], "name": ["NATO", "Київ"]})
alt.Chart(rows, title="Names").mark_bar(clip=True).encode(x="n", y="name").interactive()
"""


def bars(**properties):
    rows = pd.DataFrame({"n": [1.23456789, 2], "name": ["NATO", "Київ"]})
    return altair.Chart(rows, **properties).mark_bar(clip=True).encode(x="n", y="name").interactive()


def shown(chart, **options):
    """What a cell shows that ends with the chart."""
    with altair.renderers.enable("ukrcorpus", **options):
        return chart._repr_mimebundle_()


def test_altair_finds_the_renderer_as_a_plugin():
    (plugin,) = entry_points(group="altair.vegalite.v6.renderer", name="ukrcorpus")
    assert plugin.load() is render
    assert "ukrcorpus" in altair.renderers.names()


def test_a_chart_is_shown_as_a_figure_is():
    bundle, metadata = shown(bars(title="Names"))
    assert set(bundle) == {LAB_MIME, "image/svg+xml", "image/png", "text/plain"}
    assert bundle[LAB_MIME]["$schema"].endswith("/v5.json")
    assert bundle[LAB_MIME]["config"]["font"] == "sans-serif", "no theme"
    assert next(iter(bundle[LAB_MIME]["datasets"].values()))[0]["n"] == 1.23457
    svg = ElementTree.fromstring(bundle["image/svg+xml"])
    assert svg.get("role") == "img" and svg.get("aria-label") == "Names"
    assert base64.b64decode(bundle["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert metadata["image/png"]["width"] == round(float(svg.get("width")))
    assert "ukrcorpus" not in metadata, "a run would take it for a figure with an id"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"title": "Names", "description": "Two bars."}, "Two bars."),
        ({"title": altair.Title("Names", subtitle="in all")}, "Names"),
        ({"title": ["Names", "of two"]}, "Names of two"),
        ({}, "A chart without a title."),
    ],
)
def test_alternative_text_is_the_description_else_the_title(properties, expected):
    bundle, _ = shown(bars(**properties))
    assert bundle["text/plain"] == bundle[LAB_MIME]["description"] == expected


def test_what_the_user_chose_wins_over_the_theme():
    spec = shown(bars().configure_axis(labelFontSize=20))[0][LAB_MIME]
    assert spec["config"]["axis"]["labelFontSize"] == 20
    with altair.theme.enable("opaque"):
        assert "font" not in shown(bars())[0][LAB_MIME]["config"]


def test_options_go_to_jupyterlab():
    _, metadata = shown(bars(), embed_options={"actions": False})
    assert metadata[LAB_MIME] == {"embed_options": {"actions": False}}
    assert LAB_MIME not in shown(bars())[1]


def test_another_process_shows_the_same():
    ahead = "import altair; [altair.param() for _ in range(5)]"  # moves Altair's counter of names
    code = f"{ahead}\n{CELL}\nimport json; print(json.dumps(_._repr_mimebundle_()))"
    code = code.replace("alt.Chart(rows, title", "_ = alt.Chart(rows, title")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == json.loads(json.dumps(shown(bars(title="Names"))))


@pytest.mark.slow
def test_papermill_runs_it_and_jupyterlab_draws_it_untrusted(browser, tmp_path: Path):
    import papermill

    path = tmp_path / "chart.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=[new_code_cell(CELL)], metadata={"kernelspec": kernel}), path)
    papermill.execute_notebook(path, path, progress_bar=False)
    (output,) = nbformat.read(path, as_version=4).cells[0].outputs
    assert output.data["text/plain"] == "Names" and LAB_MIME in output.data
    with jupyterlab(tmp_path) as address:
        page = browser.new_page()
        troubles: list[str] = []
        page.on("console", lambda m: troubles.append(m.text) if m.type == "error" or "vega" in m.text.lower() else None)
        page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else troubles.append(r.url))
        page.goto(f"{address}/lab/tree/chart.ipynb")
        drawing = page.locator(".jp-RenderedVegaLite canvas, .jp-RenderedVegaLite svg.marks")
        drawing.wait_for(timeout=60_000)
        trusted = "window.jupyterapp.shell.currentWidget.content.widgets[0].model.trusted"
        assert page.evaluate(trusted) is False, "the test should open the notebook untrusted"
        assert drawing.bounding_box()["width"] > 300
        assert troubles == []
        page.close()
