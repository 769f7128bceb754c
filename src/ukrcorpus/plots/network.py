"""Charts of pairs of entities: a network, and a matrix."""

import math
from itertools import combinations
from textwrap import shorten
from typing import Any

import altair as alt
import pandas as pd

from ukrcorpus.plots.geography import draw_leaders, draw_names, pixels
from ukrcorpus.plots.map_layout import View, place_labels

SIZE = 520  # pixels
MARGIN = 46
KINDS = {  # colour and shape
    "person": ("#0072B2", "circle"),
    "body": ("#D55E00", "square"),
    "place": ("#009E73", "diamond"),
    "other": ("#555555", "triangle-up"),
}
_KIND_OF = {"PERSON": "person", "ORG": "body", "GPE": "place", "LOC": "place", "FAC": "place"}
_LETTERS = 34  # of a label
_ROUNDS = 300  # of the layout
_TOLD = ["name_a:N", "name_b:N", "n_spans:Q", "expected:Q", "chance:Q", "estimate:Q"]

_Points = list[tuple[float, float]]


def plot_network(pairs: pd.DataFrame, entities: pd.DataFrame, docs: pd.DataFrame, *, top: int = 40) -> Any:
    """Draw which entities stand together in sentences more often than chance has it.

    A point is an entity, its area in proportion to its mentions; a line is a pair that `compare_pairs` kept, with the
    number of sentences that name both. Nearness follows the lines; place on the page has no other meaning.

    Args:
        pairs: the result of `compare_pairs`.
        entities: the mentions that it was made from.
        docs: the articles.
        top: how many pairs, those least likely by chance.

    Returns:
        A layered Altair chart, 520 px wide.

    Example:
        >>> from ukrcorpus import compare_pairs, find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv met NATO. NATO met Kyiv. Moscow left. Rome left."]})
        >>> entities = find_entities(docs)
        >>> pairs = compare_pairs(entities, docs, limit=1.0)
        >>> plot_network(pairs, entities, docs).to_dict()["title"]["text"]
        'Who is named beside whom more often than by chance?'
    """
    kept = pairs[pairs["kept"]].sort_values(["chance", "entity_id_a", "entity_id_b"], kind="stable").head(top)
    nodes = _nodes(kept, entities)
    place = {entity_id: number for number, entity_id in enumerate(nodes["entity_id"])}
    lines = list(zip(kept["entity_id_a"].map(place), kept["entity_id_b"].map(place), strict=True))
    high = min(SIZE, 160.0 + 14 * len(nodes))
    view = View("plane", 1, 0, (0, 0), SIZE, high)
    points = _fitted(lay_out(len(nodes), lines), SIZE, high)
    nodes = nodes.assign(x=[x for x, _ in points], y=[y for _, y in points])
    nodes = nodes.join(place_labels(nodes, view, kept_free=_along([(points[i], points[j]) for i, j in lines])))
    ends = kept.assign(
        **{
            f"{axis}{side}": kept[f"entity_id_{side}"].map(nodes.set_index("entity_id")[axis]).astype("float64")
            for axis in "xy"
            for side in "ab"
        }
    )
    ends = ends.assign(x=(ends["xa"] + ends["xb"]) / 2, y=(ends["ya"] + ends["yb"]) / 2)
    x, y = pixels(view, "xa", "ya")
    width = alt.StrokeWidth("n_spans:Q", scale=alt.Scale(domain=[0, 10], range=[0.8, 6], clamp=True), legend=None)
    edges = alt.Chart(ends).mark_rule(color="#A9B4BC").encode(x=x, y=y, x2="xb:Q", y2="yb:Q", strokeWidth=width)
    x, y = pixels(view, "x", "y")
    numbers = alt.Chart(ends).encode(x=x, y=y, text="n_spans:Q", tooltip=_TOLD)
    halo, numbers = numbers.mark_text(stroke="white", strokeWidth=4, color="white"), numbers.mark_text(color="#333333")
    layers = [edges, halo, draw_leaders(nodes, view), _marks(nodes, view), numbers, *draw_names(nodes, view)]
    subtitle = [
        "Lines: pairs that share sentences beyond chance; numbers: sentences that name both",
        f"{len(kept)} of {len(pairs)} pairs in {len(docs)} article{'s' * (len(docs) != 1)}; area of a point: mentions",
    ]
    title = alt.Title("Who is named beside whom more often than by chance?", subtitle=subtitle)
    return alt.layer(*layers).properties(width=SIZE, height=high, title=title)


def plot_pairs(pairs: pd.DataFrame, entities: pd.DataFrame, docs: pd.DataFrame, *, top: int = 15) -> Any:
    """Draw in how many sentences each two of the most named entities stand together.

    A cell holds the number of sentences; the darker, the stronger the association (NPMI); a frame marks pairs that
    `compare_pairs` kept.

    Args:
        pairs: the result of `compare_pairs`.
        entities: the mentions that it was made from.
        docs: the articles.
        top: how many entities, those with most mentions.

    Example:
        >>> from ukrcorpus import compare_pairs, find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv met NATO. Moscow left."]})
        >>> entities = find_entities(docs)
        >>> plot_pairs(compare_pairs(entities, docs), entities, docs).to_dict()["title"]["text"]
        'Who is named beside whom?'
    """
    counts = entities["entity_id"].value_counts().sort_index().sort_values(ascending=False, kind="stable").head(top)
    order = counts.index.tolist()
    names = entities.drop_duplicates("entity_id").set_index("entity_id")["name"]
    labels = [shorten(names[entity_id], _LETTERS, placeholder=" …") for entity_id in order]
    label = dict(zip(order, labels, strict=True))
    shown = pairs[pairs["entity_id_a"].isin(order) & pairs["entity_id_b"].isin(order)]
    first = shown["entity_id_a"].map(order.index) < shown["entity_id_b"].map(order.index)
    cells = shown.assign(
        column=shown["entity_id_a"].where(first, shown["entity_id_b"]).map(label),
        row=shown["entity_id_b"].where(first, shown["entity_id_a"]).map(label),
        shade=shown["estimate"].clip(lower=0),
    )
    close = alt.Scale(paddingInner=0.06)
    base = alt.Chart(cells).encode(
        x=alt.X("column:N", sort=labels, title=None, scale=close, axis=alt.Axis(labelAngle=-45, labelLimit=230)),
        y=alt.Y("row:N", sort=labels, title=None, scale=close),
        tooltip=_TOLD,
    )
    squares = base.mark_rect(strokeWidth=1.6).encode(
        color=alt.Color("shade:Q", scale=alt.Scale(domain=[0, 1], range=["#F4F4F4", "#8DB9D9"]), legend=None),
        stroke=alt.condition("datum.kept", alt.value("#111111"), alt.value("transparent")),
    )
    numbers = base.mark_text(color="#111111").encode(text="n_spans:Q")
    subtitle = [
        f"Sentences of {len(docs)} article{'s' * (len(docs) != 1)} that name both; the darker, the stronger",
        "the association (NPMI); framed: beyond chance",
    ]
    return alt.layer(squares, numbers).properties(
        width=alt.Step(24), height=alt.Step(22), title=alt.Title("Who is named beside whom?", subtitle=subtitle)
    )


def _nodes(kept: pd.DataFrame, entities: pd.DataFrame) -> pd.DataFrame:
    """The entities of the pairs, most mentions first, with the columns that labels are placed by."""
    ids = set(kept["entity_id_a"]) | set(kept["entity_id_b"])
    held = entities[entities["entity_id"].isin(ids)]
    nodes = held.groupby("entity_id").agg(name=("name", "first"), label=("label", "first"), n_spans=("start", "size"))
    nodes = nodes.reset_index().sort_values(["n_spans", "entity_id"], ascending=[False, True], ignore_index=True)
    area = 380 * nodes["n_spans"] / nodes["n_spans"].max()
    return nodes.assign(
        name=[shorten(name, _LETTERS, placeholder=" …") for name in nodes["name"]],
        kind=nodes["label"].map(_KIND_OF).fillna("other"),
        area=area.clip(lower=40),
        radius=(area.clip(lower=40) / math.pi) ** 0.5 + 1,
        on_map=True,
        label="",
    )


def _marks(nodes: pd.DataFrame, view: View) -> Any:
    x, y = pixels(view, "x", "y")
    seen = [kind for kind in KINDS if kind in set(nodes["kind"])]
    colours, shapes = (alt.Scale(domain=seen, range=[KINDS[kind][at] for kind in seen]) for at in (0, 1))
    legend = alt.Legend(title=None, orient="top")
    size = alt.Size("area:Q", scale=None)
    return (
        alt.Chart(nodes)
        .mark_point(filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            size=size,
            tooltip=["name:N", "n_spans:Q"],
            color=alt.Color("kind:N", scale=colours, legend=legend),
            shape=alt.Shape("kind:N", scale=shapes, legend=legend),
        )
    )


def lay_out(n: int, lines: list[tuple[int, int]]) -> _Points:
    """Places of the points of a graph, by majorising stress (Gansner, Koren & North 2004), from a circle.

    In plain floating-point numbers, since a library's sums may differ in the last digit from machine to machine, and
    an iteration makes much of that. Points that no line joins stand two steps further apart than the longest way.
    """
    far = _steps(n, lines)
    at = [(math.cos(2 * math.pi * i / max(n, 1)), math.sin(2 * math.pi * i / max(n, 1))) for i in range(n)]
    for _ in range(_ROUNDS if n > 1 else 0):
        for i, (x, y) in enumerate(at):
            sx = sy = total = 0.0
            for j, (u, v) in enumerate(at):
                if i != j:
                    weight = 1 / far[i][j] ** 2
                    apart = math.sqrt((x - u) ** 2 + (y - v) ** 2) or 1e-9
                    sx += weight * (u + far[i][j] * (x - u) / apart)
                    sy += weight * (v + far[i][j] * (y - v) / apart)
                    total += weight
            at[i] = (sx / total, sy / total)
    return at


def _along(lines: list[tuple[tuple[float, float], tuple[float, float]]]) -> list[tuple[float, float, float, float]]:
    """Small rectangles along lines, the largest in the middle, where a number stands."""
    boxes = []
    for (x, y), (u, v) in lines:
        for part in range(1, 8):
            half = 8 if part == 4 else 3
            at, down = x + (u - x) * part / 8, y + (v - y) * part / 8
            boxes.append((at - half, down - half, at + half, down + half))
    return boxes


def _steps(n: int, lines: list[tuple[int, int]]) -> list[list[float]]:
    """The least number of lines between each two points (Floyd & Warshall)."""
    far = [[math.inf] * n for _ in range(n)]
    for i, j in lines:
        far[i][j] = far[j][i] = 1.0
    for k in range(n):
        for i, j in combinations(range(n), 2):
            far[i][j] = far[j][i] = min(far[i][j], far[i][k] + far[k][j])
    beyond = 2 + max((step for row in far for step in row if step < math.inf), default=0.0)
    return [[min(step, beyond) for step in row] for row in far]


def _fitted(points: _Points, width: float, height: float) -> _Points:
    """The points, stretched over the page and rounded."""
    fitted = []
    for axis, size in enumerate((width, height)):
        values = [point[axis] for point in points] or [0.0]
        low, span = min(values), max(values) - min(values) or 1.0
        fitted.append([round(MARGIN + (value - low) / span * (size - 2 * MARGIN), 1) for value in values])
    return list(zip(*fitted, strict=True))[: len(points)]
