"""ukrcorpus: reproducible, citable analyses of how the press writes about the war in Ukraine."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__released__ = "2026-11-22"

_HOME = {
    "columns": ["TABLES", "as_table", "axis_title"],
    "load": ["load_corpus", "iter_corpus"],
    "zones": ["find_zones"],
    "sentences": ["find_sentences"],
    "publishers": ["infer_publisher"],
    "published": ["infer_published", "short_labels"],
    "entities.table": ["load_entities"],
    "entities.find": ["find_entities"],
    "entities.link": ["link_entities", "count_entities", "count_forms", "label_forms", "label_positions"],
    "entities.pairs": ["find_pairs", "compare_pairs"],
    "entities.appearances": ["count_appearances", "compare_appearances"],
    "entities.titles": ["find_titles"],
    "entities.compare": ["compare_models"],
    "entities.exports": ["write_conll", "write_graphml"],
    "times": ["find_times", "label_times", "parse_date"],
    "events": ["count_tellings", "find_events", "link_events", "name_clusters"],
    "events.filter": ["filter_events"],
    "times.exports": ["write_timeml"],
    "events.exports": ["write_events", "write_timelinejs"],
    "places": ["place_table", "find_places"],
    "places.counts": ["count_places", "count_regions", "find_unplaced"],
    "places.spellings": ["label_spellings", "count_spellings"],
    "places.exports": ["write_geojson", "write_places"],
    "quotes": ["find_quotes", "count_quotes"],
    "quotes.voice": ["count_voice"],
    "terms": ["find_terms", "count_terms"],
    "frames": ["find_frames", "label_paragraphs", "count_frames", "count_coverage"],
    "actors.evaluations": ["find_evaluations", "count_evaluations"],
    "actors.actions": ["find_actions", "count_actions"],
    "actors.attributions": ["find_attributions", "count_attributions"],
    "actors.measured": ["read_measured"],
    "words": ["compare_words", "find_words", "count_word_use"],
    "formulas": ["count_formulas", "find_formulas"],
    "coding.sheets": ["draw_sample", "write_coding_sheet", "read_codes", "show_coding_sheet"],
    "coding.estimates": ["score_agreement", "correct_estimate"],
    "summary": ["count_spans"],
    "spans": ["count_words"],
    "theme": ["publisher_colours", "publisher_colour", "publisher_shape"],
    "evidence": ["show_evidence"],
    "show": ["show_figure", "show_table"],
    "exploring": ["explore", "filter_by_time"],
    "verifying": ["verify"],
    "archiving": ["archive"],
    "describe": ["write_crate", "write_datapackage"],
    "plots.entities": ["plot_entities", "plot_dispersion", "plot_forms", "plot_appearances"],
    "plots.network": ["plot_network", "plot_pairs"],
    "plots.timeline": ["plot_timeline", "plot_position", "plot_periods", "plot_tellings"],
    "plots.geography": ["plot_map", "plot_regions", "plot_world"],
    "plots.spellings": ["plot_spellings", "plot_uses"],
    "plots.framing": [
        *("plot_terms", "plot_speakers", "plot_frames", "plot_frame_shares", "plot_words", "plot_differences")
    ],
    "plots.actors": [
        *("plot_voice", "plot_cues", "plot_evaluations", "plot_actions", "plot_attributions", "plot_formulas")
    ],
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}
__all__ = sorted([*_MODULE_OF, "__version__"])


def __getattr__(name: str) -> Any:
    """Import a public name the first time it is used (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'ukrcorpus' has no attribute {name!r}")
    value = getattr(import_module(f"ukrcorpus.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
