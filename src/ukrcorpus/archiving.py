"""One file for a deposit: outputs, what they were made from, and what it takes to make them again."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import jinja2
import pandas as pd
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ukrcorpus import __version__
from ukrcorpus.describe import CRATE, PACKAGE, RIGHTS, write_crate, write_datapackage
from ukrcorpus.manifest import FILE, digest, list_files, list_package, read_manifest
from ukrcorpus.planning import RunError, plan
from ukrcorpus.tables import to_csv
from ukrcorpus.verifying import report_lines, verify

PASSAGE = 8
"""Words in a row from which on a file is said to show the text of an article; a name is shorter."""
_SHOWN = (".csv", ".svg", ".png", ".json", ".bib", "outputs/index.html")


def archive(
    outputs: str | Path,
    out: str | Path,
    *,
    corpus: str | None = None,
    notebooks: str | Path | None = None,
    texts: bool = True,
) -> Path:
    """Pack outputs, notebooks, articles, ukrcorpus itself and the versions of all it needs as one ZIP file.

    The bytes are the same wherever it is packed: names sorted, all dates 1980, nothing compressed, since compressors
    differ. Unpacked, `ukrcorpus verify outputs --corpus <label>` checks it.

    `corpus` is a folder of articles or a single file of them, here and in the run; it and `notebooks` are found as in
    `run`. Without `texts`, articles, executed notebooks, all pages and each file that holds `PASSAGE` words of an
    article in a row are left out, and listed in `left-out.csv`. The manifest still holds the hashes of all.

    Returns:
        The file, `out`.

    Raises:
        ValueError: where the manifest is damaged.
        RunError: where outputs, corpus, notebooks, package or environment are not those of the manifest, where the
            corpus is a pattern or there are several, or where something that has to be there shows text and should not.

    Example:
        >>> archive("absent", "deposit.zip")
        Traceback (most recent call last):
        ukrcorpus.planning.RunError: absent has no manifest.json; name a folder of outputs, or make one: ukrcorpus run
    """
    outputs, out = Path(outputs), Path(out)
    findings = verify(outputs, corpus=corpus, notebooks=notebooks, rerun=False)
    if (findings["status"] != "identical").any():
        remedy = "restore what moved, or write the outputs anew with: ukrcorpus run"
        raise RunError("\n".join([*report_lines(findings)[:-1], f"{outputs} cannot be packed like that; {remedy}"]))
    manifest = read_manifest(outputs)
    entries = manifest["notebooks"]
    quiet: dict[str, Any] = {"parameters": {}, "strict": False, "say": lambda line: None}
    chosen = plan(notebooks=notebooks, only=list(entries), corpus=corpus, **quiet)
    read = chosen[0].corpus
    if any(notebook.corpus.data != read.data for notebook in chosen):
        raise RunError(f"{outputs} rests on several corpora; run its notebooks on one, with --corpus")
    articles = _articles(Path(read.place), read.label)
    parts = {f"outputs/{path}": outputs / path for path in (FILE, *manifest["files"])}
    parts |= {f"notebooks/{notebook.path.name}": notebook.path for notebook in chosen}
    parts |= {path.name: path for path in [outputs.parent / "CITATION.cff"] if path.exists()}
    about = {"manifest": manifest, "label": read.label, "texts": texts, "version": __version__, "rights": RIGHTS}
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as work:
        made = Path(work) / "made"
        contents = {name: path.read_bytes() for name, path in (parts | list_package("program/ukrcorpus/")).items()}
        for name, content in {**contents, **_software(), "README.md": _readme(about)}.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        if not texts:
            left = _leave_out(made, articles, read.docs["text"])
            (made / "left-out.csv").write_text(to_csv(left), encoding="utf-8", newline="\n")
            write_datapackage(entries, made / "outputs")
            write_crate(entries, made / "outputs")
        return _zip(list_files(made) | (articles if texts else {}), Path(work) / "zip").replace(out)


def _articles(place: Path, label: str) -> dict[str, Path]:
    """Files of a corpus by their names in the archive."""
    if place.is_dir():
        return list_files(place, f"{label}/")
    if not place.exists():
        raise RunError(f"{place} is a pattern; put what it matches into a folder, and run and archive that")
    return {path.name: path for path in (place, place.parent / "metadata.csv") if path.exists()}


def _leave_out(made: Path, articles: dict[str, Path], texts: Iterable[str]) -> pd.DataFrame:
    """Remove the outputs that show text, and what describes them; a row for each, and for each article."""
    files = {name: path for name, path in list_files(made).items() if not name.startswith("program/")}
    outputs = {name for name in files if name.startswith("outputs/") and name != f"outputs/{FILE}"}
    quoting = _quoting({n: path.read_text(encoding="utf-8", errors="replace") for n, path in files.items()}, texts)
    for name in sorted(quoting - outputs):
        raise RunError(f"{name} shows text of an article and cannot be left out; clear its outputs or captions")
    quoting |= {name for name in outputs if name.endswith(".png") and f"{name[:-4]}.svg" in quoting}
    reasons = dict.fromkeys(articles, "part of the corpus")
    reasons |= dict.fromkeys((n for n in outputs if not n.endswith(_SHOWN)), "notebook, page or file of another kind")
    reasons |= dict.fromkeys(quoting, f"shows {PASSAGE} words of an article in a row")
    reasons |= dict.fromkeys((f"outputs/{PACKAGE}", f"outputs/{CRATE}"), "describes what is left out; written anew")
    left = [(name, (files | articles)[name].read_bytes(), reason) for name, reason in sorted(reasons.items())]
    for name in reasons.keys() & files.keys():
        files[name].unlink()
    columns = ["path", "bytes", "sha256", "reason"]
    return pd.DataFrame([(name, len(read), digest(read), reason) for name, read, reason in left], columns=columns)


def _quoting(files: Mapping[str, str], texts: Iterable[str]) -> set[str]:
    """Names of the files that hold `PASSAGE` words of a text in a row, whatever stands between the words."""
    passages: dict[tuple[str, ...], set[str]] = {}
    for name, content in files.items():
        # The lines of a label are elements of their own; in JSON a line ends with a letter.
        shown = re.sub("<[^>]*>", " ", content) if name.endswith((".svg", ".html")) else content.replace("\\n", " ")
        for passage in _passages(shown):
            passages.setdefault(passage, set()).add(name)
    return {name for text in texts for passage in _passages(text) for name in passages.get(passage, ())}


def _passages(text: str) -> Iterable[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return zip(*(words[start:] for start in range(PASSAGE)), strict=False)


def _software() -> dict[str, bytes]:
    """The metadata and licences of this package, and the versions of all that is installed for it."""
    installed = metadata.distribution("ukrcorpus")
    # With its metadata beside it, the package finds its own version and what it needs, as if it were installed.
    folder = f"program/ukrcorpus-{__version__}.dist-info"
    licences = [f"licenses/{name}" for name in installed.metadata.get_all("License-File") or []]
    texts = {f"{folder}/{path}": (installed.read_text(path) or "").encode() for path in ("METADATA", *licences)}
    asked, pins = [("ukrcorpus", "")], {}
    # The list grows as it is read, until nothing is asked for that was not asked for before.
    for name, extra in asked:
        found = metadata.distribution(name)
        pins[name] = f"{name}=={found.version}\n"
        for needed in map(Requirement, found.requires or []):
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                pairs = [(canonicalize_name(needed.name), inner) for inner in ("", *needed.extras)]
                asked += [pair for pair in pairs if pair not in asked]
    del pins["ukrcorpus"]
    return {**texts, "requirements.txt": "".join(pin for _, pin in sorted(pins.items())).encode()}


def _readme(about: Mapping[str, Any]) -> bytes:
    source = (resources.files("ukrcorpus") / "templates" / "archive.md.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    return environment.from_string(source).render(about).encode()


def _zip(files: Mapping[str, Path], target: Path) -> Path:
    with ZipFile(target, "w") as packed:
        for name in sorted(files):
            about = ZipInfo(name)
            about.create_system, about.external_attr = 3, 0o100644 << 16
            packed.writestr(about, files[name].read_bytes())
    return target
