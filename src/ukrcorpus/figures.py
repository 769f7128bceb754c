"""Charts as files: a specification, an SVG and a PNG that come out the same on every machine."""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from typing import Any

import altair
import oxipng
import vl_convert

from ukrcorpus import theme as _theme  # noqa: F401  (registers the theme)
from ukrcorpus.fonts import use_own_font
from ukrcorpus.tables import rounded

use_own_font()

LAB_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""What JupyterLab 4 renders: it carries Vega-Lite 5 and warns of specifications that name another version."""

PNG_SCALE = 3
"""Pixels a point: a figure of 520 points has 460 dpi at 85 mm and 230 dpi at 174 mm."""

NOTHING = "Nothing of this kind was found in the articles."
"""What stands in a figure that has nothing to draw."""

_AUTOMATIC = re.compile(r'"name": "((view|param)_[0-9a-f]+(?:_\d+)*)"')
_TEMPORAL = re.compile(r'"field": "([^"]+)"[^{}]*(?:\{[^{}]*\}[^{}]*)*"type": "temporal"')
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?")
_SVG_ID = re.compile(r'\bid="([^"]+)"')
_ARIA = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')
_LINK = re.compile(r'<a xlink:href="([^"]*)">(.*?)</a>', re.DOTALL)
_SVG_SIZE = re.compile(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"')


def to_spec(chart: Any, *, description: str) -> dict[str, Any]:
    """The chart as Vega-Lite, with its data inside, under the theme of the project.

    Numbers have 6 significant digits; data sets are named by what is written of them, and what Altair named is
    numbered within the figure, since Altair counts by process and hashes numbers that were not rounded yet.

    Raises:
        ValueError: where an axis or a colour shows times without a zone, which would move with the reader's.
    """
    with altair.theme.enable("ukrcorpus"), altair.data_transformers.enable("default", max_rows=None):
        spec = rounded(chart.to_dict())
    datasets = spec.pop("datasets", {})
    text = json.dumps(spec, ensure_ascii=False)
    _refuse_local_times(text, datasets)
    named = {}
    for name in sorted(datasets):
        content = json.dumps(datasets[name], ensure_ascii=False, sort_keys=True)
        new = "data-" + hashlib.sha256(content.encode()).hexdigest()[:12]
        text = text.replace(json.dumps(name), json.dumps(new))
        named[new] = datasets[name]
    automatic = dict(_AUTOMATIC.findall(text))
    numbers = {name: f"{kind}_{number}" for number, (name, kind) in enumerate(automatic.items(), start=1)}
    if numbers:
        text = re.sub(rf"\b({'|'.join(numbers)})\b", lambda m: numbers[m[0]], text)
    spec = {**json.loads(text), "description": description}
    return {**spec, "datasets": dict(sorted(named.items()))} if named else spec


def _refuse_local_times(spec: str, datasets: Mapping[str, list[dict[str, Any]]]) -> None:
    temporal = set(_TEMPORAL.findall(spec))
    for rows in datasets.values():
        for field in temporal:
            if any(_LOCAL_TIME.fullmatch(str(row.get(field))) for row in rows):
                raise ValueError(f"column {field!r} holds times without a zone; give it one: .dt.tz_localize('UTC')")


def lab_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification under the version that JupyterLab renders."""
    return {**spec, "$schema": LAB_SCHEMA}


def draw(
    spec: dict[str, Any], *, prefix: str, alt: str, links: Mapping[str, str] | None = None
) -> tuple[str, bytes, dict[str, Any]]:
    """SVG and PNG of a specification, and the specification that was drawn.

    That is another one where there is nothing to draw, as of a corpus without a finding.

    Args:
        spec: Vega-Lite with its data inside.
        prefix: what the ids inside the SVG begin with, so that figures can share a page.
        alt: alternative text, written into the SVG.
        links: addresses that marks lead to, each with what it is called.
    """
    svg = _to_svg(spec)
    if not all(size_of(svg)):  # Vega gives an axis without data an infinite length
        spec = nothing_drawn(spec)
        svg = _to_svg(spec)
    svg = _name_ids(svg, prefix)
    drawn = vl_convert.svg_to_png(svg, scale=PNG_SCALE)
    # Higher levels gain a tenth in size for four times the time.
    png = oxipng.optimize_from_memory(drawn, level=0, strip=oxipng.StripChunks.all())
    label = html.escape(" ".join(alt.split()))
    # What is inside an image is hidden from screen readers; links must not be.
    role = "group" if links else "img"
    svg = _name_links(svg, links or {})
    return svg.replace("<svg ", f'<svg role="{role}" aria-label="{label}" ', 1), png, spec


def nothing_drawn(spec: dict[str, Any]) -> dict[str, Any]:
    """The title of a specification, over a line that says that nothing was found."""
    kept = {key: spec[key] for key in ("$schema", "config", "description", "title") if key in spec}
    mark = {"type": "text", "text": NOTHING, "fontSize": 12, "align": "left"}
    shape = {"width": 400, "height": 40, "encoding": {"x": {"value": 0}}}
    return {**kept, "data": {"values": [{}]}, "mark": mark, **shape}


def _to_svg(spec: dict[str, Any]) -> str:
    version = ".".join(spec["$schema"].rsplit("/v", 1)[1].split(".")[:2])
    svg = vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=[])
    # The drawing is one image to a screen reader; what Vega says of each mark would only make it larger.
    return _ARIA.sub("", svg)


def size_of(svg: str) -> tuple[int, int]:
    """Width and height of an SVG in points."""
    size = _SVG_SIZE.search(svg)
    return (round(float(size[1])), round(float(size[2]))) if size else (0, 0)


def _name_links(svg: str, links: Mapping[str, str]) -> str:
    """Make the links of marks relative, and say what each is called; of layers on one place the first is a tab stop."""
    seen: set[str] = set()

    def link(match: re.Match[str]) -> str:
        address = match[1].rsplit("/", 1)[-1]  # Vega makes addresses absolute
        if address not in links:
            return match[2]
        again = ' tabindex="-1"' if address in seen else ""
        seen.add(address)
        return f'<a href="{address}" aria-label="{html.escape(links[address])}"{again}>{match[2]}</a>'

    return _LINK.sub(link, svg)


def _name_ids(svg: str, prefix: str) -> str:
    """Number the ids of an SVG in order of appearance, behind a prefix."""
    for number, old in enumerate(dict.fromkeys(_SVG_ID.findall(svg)), start=1):
        new = f"{prefix}-{number}"
        for left, right in (('id="', '"'), ("url(#", ")"), ('href="#', '"')):
            svg = svg.replace(f"{left}{old}{right}", f"{left}{new}{right}")
    return svg
