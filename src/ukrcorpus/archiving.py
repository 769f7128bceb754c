"""One file for a deposit: outputs, what they were made from, and what it takes to make them again."""

import glob
import itertools
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile, ZipInfo

import jinja2
import pandas as pd
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ukrcorpus import __version__
from ukrcorpus.describe import CRATE, PACKAGE, RIGHTS, write_crate, write_datapackage
from ukrcorpus.files import list_files
from ukrcorpus.manifest import FILE, digest, package_files, read_manifest
from ukrcorpus.run import Corpus, RunError, plan
from ukrcorpus.tables import to_csv
from ukrcorpus.verifying import report_lines, verify

PASSAGE = 8
"""Words in a row from which on a file is said to show the text of an article; a name is shorter."""
_TEXTUAL = (".csv", ".svg", ".json", ".bib", ".txt", ".md", ".html", ".ipynb", ".cff")
Content = bytes | Path


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

    Args:
        outputs: folder of a run.
        out: the file to write.
        corpus: the articles, as in `run`, and so are `notebooks`.
        notebooks: folder of the notebooks.
        texts: without them, articles, executed notebooks, all pages and each file that holds `PASSAGE` words of an
            article in a row are left out, and listed in `left-out.csv`. The manifest still holds the hashes of all.

    Returns:
        The file.

    Raises:
        RunError: where outputs, corpus, notebooks, package or environment are not those of the manifest, where there
            are several corpora, or where something that has to be there shows text and should not.

    Example:
        >>> archive("absent", "deposit.zip")
        Traceback (most recent call last):
        ukrcorpus.run.RunError: absent has no manifest.json; name a folder of outputs, or write one with: ukrcorpus run
    """
    outputs, out = Path(outputs), Path(out)
    findings = verify(outputs, corpus=corpus, notebooks=notebooks, rerun=False)
    if (findings["status"] != "identical").any():
        remedy = "restore what moved, or write the outputs anew with: ukrcorpus run"
        raise RunError("\n".join([*report_lines(findings)[:-1], f"{outputs} cannot be packed like that; {remedy}"]))
    manifest = read_manifest(outputs)
    names = list(manifest["notebooks"])
    options: dict[str, Any] = {"notebooks": notebooks, "corpus": corpus, "parameters": {}, "strict": False}
    planned = plan(only=names, say=lambda line: None, **options)
    if len({notebook.corpus.data for notebook in planned}) > 1:
        raise RunError(f"{outputs} rests on several corpora; run its notebooks on one, with --corpus")
    label = next(iter(manifest["notebooks"].values()))["corpus"]["label"]
    articles, argument = _articles(planned[0].corpus, label)
    files: dict[str, Content] = {f"outputs/{path}": outputs / path for path in (FILE, *manifest["files"])}
    files |= {f"notebooks/{notebook.path.name}": notebook.path for notebook in planned}
    files |= {path.name: path for path in [outputs.parent / "CITATION.cff"] if path.exists()} | _software()
    with tempfile.TemporaryDirectory() as work:
        if texts:
            files |= articles
        else:
            left = _leave_out(files, articles, planned[0].corpus.docs["text"], Path(work))
            kept = Path(work) / "outputs"
            described = [write_datapackage(manifest["notebooks"], kept), write_crate(manifest["notebooks"], kept)]
            files |= {f"outputs/{path.name}": path for path in described} | {"left-out.csv": _table(left)}
        about = {"manifest": manifest, "label": label, "argument": argument, "texts": texts}
        files["README.md"] = _readme(about)
        partial = out.with_name(f".{out.name}.partial")
        try:
            with partial.open("wb") as target:
                _zip(files, target)
            return partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)


def _articles(corpus: Corpus, label: str) -> tuple[dict[str, Content], str]:
    """Files of a corpus by their names in the archive, and how it is called there."""
    place = Path(corpus.place)
    if place.is_dir():
        inside = {path.relative_to(place): path for path in place.rglob("*") if path.is_file()}
        seen = {inner: path for inner, path in inside.items() if not any(part[0] == "." for part in inner.parts)}
        return {f"{label}/{inner.as_posix()}": path for inner, path in seen.items()}, label
    base, found = list_files([place], None)
    paths = [file.path for file in found] + [path for path in [base / "metadata.csv"] if path.exists()]
    if place.exists():
        return {path.name: path for path in paths}, label
    top = Path(*itertools.takewhile(lambda part: not glob.has_magic(part), place.parts))
    inner = {f"{label}/{path.relative_to(top).as_posix()}": path for path in paths}
    return dict(inner), f"{label}/{place.relative_to(top).as_posix()}"


def _leave_out(
    files: dict[str, Content], articles: Mapping[str, Content], texts: Iterable[str], work: Path
) -> dict[str, tuple[Content, str]]:
    """Take out of files what shows text, describe anew what stays; what was taken out, each with the reason."""
    ours = {name: content for name, content in files.items() if not name.startswith("program/")}
    quoting = _quoting({name: content for name, content in ours.items() if name.endswith(_TEXTUAL)}, texts)
    left = {name: (content, "part of the corpus") for name, content in articles.items()}
    for name in sorted(files):
        figure = name.removesuffix("png") + "svg"
        reasons = {
            "executed notebook": name.endswith(".ipynb"),
            "page": name.endswith(".html") and name != "outputs/index.html",
            f"holds {PASSAGE} words of an article in a row": name in quoting,
            f"shows what {figure} holds": name.endswith(".png") and figure in quoting,
            "cannot be searched for text": not name.endswith((*_TEXTUAL, ".png")),
            "describes what is left out; written anew": name in (f"outputs/{PACKAGE}", f"outputs/{CRATE}"),
        }
        reason = next((reason for reason, holds in reasons.items() if holds), "")
        if not name.startswith("outputs/") or name == f"outputs/{FILE}":
            if name in quoting:
                raise RunError(f"{name} shows text of an article and cannot be left out; clear its outputs or captions")
        elif reason:
            left[name] = (files.pop(name), reason)
        else:
            target = work / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(files[name], target)
    return left


def _quoting(files: Mapping[str, Content], texts: Iterable[str]) -> set[str]:
    """Names of the files that hold `PASSAGE` words of a text in a row, whatever stands between the words."""
    runs: dict[tuple[str, ...], set[str]] = {}
    for name, content in files.items():
        text = _read(content).decode("utf-8", "replace")
        # The lines of a label are elements of their own.
        for run in _runs(re.sub("<[^>]*>", " ", text) if name.endswith((".svg", ".html")) else text):
            runs.setdefault(run, set()).add(name)
    return {name for text in texts for run in _runs(text) for name in runs.get(run, ())}


def _runs(text: str) -> Iterable[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return zip(*(words[start:] for start in range(PASSAGE)), strict=False)


def _software() -> dict[str, Content]:
    """This package as it is installed, its licences, and the versions of all that is installed for it."""
    installed, package = metadata.distribution("ukrcorpus"), resources.files("ukrcorpus")
    names = [*package_files(), "theme.py"]
    files: dict[str, Content] = {f"program/ukrcorpus/{name}": (package / name).read_bytes() for name in names}
    # With its metadata beside it, the package finds its own version and what it needs, as if it were installed.
    texts = {f"program/ukrcorpus-{__version__}.dist-info/METADATA": "METADATA"}
    texts |= {name: f"licenses/{name}" for name in installed.metadata.get_all("License-File") or []}
    files |= {name: text.encode() for name, inner in texts.items() if (text := installed.read_text(inner))}
    pins = [f"{name}=={version}\n" for name, version in _installed().items()]
    return files | {"requirements.txt": "".join(pins).encode()}


def _installed() -> dict[str, str]:
    """Name and version of each distribution that ukrcorpus needs here, directly or not."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [("ukrcorpus", "")]
    while waiting:
        name, extra = waiting.pop()
        installed = metadata.distribution(name)
        found[canonicalize_name(name)] = installed.version
        for line in installed.requires or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                asked = {(canonicalize_name(needed.name), inner) for inner in ("", *needed.extras)} - seen
                seen |= asked
                waiting += asked
    return {name: version for name, version in sorted(found.items()) if name != "ukrcorpus"}


def _readme(about: Mapping[str, Any]) -> bytes:
    source = (resources.files("ukrcorpus") / "templates" / "archive.md.j2").read_text(encoding="utf-8")
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True).from_string(source)
    return (template.render(**about, version=__version__, rights=RIGHTS).rstrip() + "\n").encode()


def _table(left: Mapping[str, tuple[Content, str]]) -> bytes:
    """What was left out, as CSV."""
    read = {name: _read(content) for name, (content, _) in sorted(left.items())}
    rows = [{"path": n, "bytes": len(c), "sha256": digest(c), "reason": left[n][1]} for n, c in read.items()]
    return to_csv(pd.DataFrame(rows)).encode()


def _read(content: Content) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def _zip(files: Mapping[str, Content], target: IO[bytes]) -> None:
    with ZipFile(target, "w") as packed:
        for name in sorted(files):
            about = ZipInfo(name)
            about.create_system, about.external_attr = 3, 0o100644 << 16
            packed.writestr(about, _read(files[name]))
