"""One look for all figures."""

import altair as alt
import pandas as pd

WIDTH = 400
"""Width of a plot area in pixels; with labels a figure is about 520, so 12 px type is 6 pt in an 85 mm column."""

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours that colour-blind readers tell apart (Okabe & Ito 2008), yellow left out as too light on white."""

OTHER = "#8C8C8C"


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
