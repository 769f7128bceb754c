"""The Altair renderer "ukrcorpus", a plugin: a chart at the end of a cell appears as a figure does."""

import json
from base64 import b64encode
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import altair

from ukrcorpus.figures import draw, lab_spec, size_of, to_spec
from ukrcorpus.theme import ukrcorpus_theme

LAB_MIME = "application/vnd.vegalite.v5+json"


def render(spec: dict[str, Any], **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The bundle and its metadata: specification for JupyterLab, SVG, PNG, and as plain text the alternative text.

    That is the description, else the title. The theme "ukrcorpus" applies where none is enabled; options go to Lab.

    Example:
        >>> bundle, _ = render(altair.Chart(altair.Data(values=[{"n": 1}]), title="One.").mark_bar().to_dict())
        >>> sorted(bundle), bundle["text/plain"]
        (['application/vnd.vegalite.v5+json', 'image/png', 'image/svg+xml', 'text/plain'], 'One.')
    """
    if altair.theme.active == "default" and (theme := altair.theme.get()):
        own = {key: value for key, value in spec.get("config", {}).items() if value != theme()["config"].get(key)}
        spec = {**spec, "config": {**ukrcorpus_theme()["config"], **own}}
    words = spec.get("title", "")
    words = words.get("text", "") if isinstance(words, dict) else words
    alt = (
        spec.get("description") or (words if isinstance(words, str) else " ".join(words)) or "A chart without a title."
    )
    spec = to_spec(SimpleNamespace(to_dict=lambda given=spec: given), description=alt)
    prefix = f"chart-{sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:12]}"
    svg, png, spec = draw(spec, prefix=prefix, alt=alt)
    size = dict(zip(("width", "height"), size_of(svg), strict=True))
    bundle = {LAB_MIME: lab_spec(spec), "image/svg+xml": svg, "image/png": b64encode(png).decode(), "text/plain": alt}
    return bundle, {"image/png": size, **({LAB_MIME: options} if options else {})}
