"""One look for all figures."""

from collections.abc import Container
from itertools import cycle

import altair as alt
import pandas as pd

WIDTH = 400
"""Width of a plot area in pixels; with labels a figure is about 520, so 12 px type is 6 pt in an 85 mm column."""

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours that colour-blind readers tell apart (Okabe & Ito 2008), yellow left out as too light on white."""

OTHER = "#8C8C8C"

_Names = Container[str] | None
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")


@alt.theme.register("ukrcorpus", enable=False)
def ukrcorpus_theme() -> alt.theme.ThemeConfig:
    """Sans-serif type of 12 px, left-aligned titles, thin grey grid, nothing decorative."""
    return {
        "config": {
            "font": "sans-serif",
            "background": "white",
            "view": {"stroke": None, "continuousWidth": WIDTH, "discreteWidth": WIDTH},
            "title": {
                "anchor": "start",
                "frame": "group",
                "fontSize": 15,
                "fontWeight": 600,
                "subtitleFontSize": 12,
                "subtitleColor": "#555555",
                "offset": 12,
            },
            "axis": {
                "labelFont": "sans-serif",
                "titleFont": "sans-serif",
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "labelLimit": 240,
                "gridColor": "#E3E3E3",
                "domainColor": "#8C8C8C",
                "tickColor": "#8C8C8C",
                "labelColor": "#222222",
                "titleColor": "#222222",
            },
            "header": {"labelFontSize": 12, "titleFontSize": 12, "labelFontWeight": 600, "labelAnchor": "start"},
            "legend": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "orient": "top"},
            "text": {"font": "sans-serif", "fontSize": 12},
            "point": {"size": 60, "filled": True},
            "bar": {"color": "#56606B"},
            "scale": {"bandPaddingInner": 0.25},
        }
    }


def publisher_colours(docs: pd.DataFrame) -> dict[str, str]:
    """A colour for each publisher: the same one in every figure of a corpus, whatever a figure leaves out.

    The publishers with most articles take the seven colours, in alphabetical order among equals; the others are grey.

    Example:
        >>> publisher_colours(pd.DataFrame({"publisher": ["B", "A", "B"]}))
        {'B': '#0072B2', 'A': '#D55E00'}

    """
    counts = docs["publisher"].fillna("unknown").value_counts()
    ranked = sorted(counts.index, key=lambda name: (-counts[name], name))
    return {name: OKABE_ITO[i] if i < len(OKABE_ITO) else OTHER for i, name in enumerate(ranked)}


def publisher_colour(docs: pd.DataFrame, *, legend: alt.Legend | None = None, shown: _Names = None) -> alt.Color:
    """The colour of the column `publisher`, which is `unknown` where docs has none, as `publisher_colours` gives it.

    Args:
        docs: the articles of the corpus.
        legend: the legend; none where it is None.
        shown: publishers that the legend names, all where it is None.

    Example:
        >>> publisher_colour(pd.DataFrame({"publisher": ["B", None]}))["scale"]["domain"]
        ['B', 'unknown']

    """
    return alt.Color("publisher:N", title=None, scale=_scale(publisher_colours(docs), shown), legend=legend)


def publisher_shape(docs: pd.DataFrame, *, legend: alt.Legend | None = None, shown: _Names = None) -> alt.Shape:
    """The shape of points by `publisher`, for print in grey; with the legend of `publisher_colour` they share one.

    Example:
        >>> publisher_shape(pd.DataFrame({"publisher": ["B", "A"]}))["scale"]["range"]
        ['circle', 'square']

    """
    shapes = dict(zip(publisher_colours(docs), cycle(_SHAPES), strict=False))
    return alt.Shape("publisher:N", title=None, scale=_scale(shapes, shown), legend=legend)


def _scale(looks: dict[str, str], shown: _Names) -> alt.Scale:
    domain = [name for name in looks if shown is None or name in shown]
    return alt.Scale(domain=domain, range=[looks[name] for name in domain])
