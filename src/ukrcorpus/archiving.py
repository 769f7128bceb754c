"""One file for a deposit: outputs, what they were made from, and what it takes to make them again."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from importlib import metadata, resources
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import jinja2
import pandas as pd
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ukrcorpus import __version__
from ukrcorpus.describe import CRATE, PACKAGE, RIGHTS, write_crate, write_datapackage
from ukrcorpus.manifest import FILE, digest, list_files, list_package, read_manifest
from ukrcorpus.run import RunError, plan
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

    Args:
        outputs: folder of a run.
        out: the file to write.
        corpus: a folder of articles or a single file of them; else as in `run`, and so are `notebooks`.
        notebooks: folder of the notebooks.
        texts: without them, articles, executed notebooks, all pages and each file that holds `PASSAGE` words of an
            article in a row are left out, and listed in `left-out.csv`. The manifest still holds the hashes of all.

    Returns:
        The file.

    Raises:
        ValueError: where the manifest is damaged.
        RunError: where outputs, corpus, notebooks, package or environment are not those of the manifest, where the
            corpus is a pattern or there are several, or where something that has to be there shows text and should not.

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
    entries = manifest["notebooks"]
    where = {"notebooks": notebooks, "corpus": corpus}
    chosen = plan(**where, only=list(entries), parameters={}, strict=False, say=lambda line: None)
    if len({notebook.corpus.data for notebook in chosen}) > 1:
        raise RunError(f"{outputs} rests on several corpora; run its notebooks on one, with --corpus")
    label, docs = chosen[0].corpus.label, chosen[0].corpus.docs
    articles = _articles(Path(chosen[0].corpus.place), label)
    packed = {f"outputs/{path}": outputs / path for path in (FILE, *manifest["files"])}
    packed |= {f"notebooks/{notebook.path.name}": notebook.path for notebook in chosen}
    packed |= {path.name: path for path in [outputs.parent / "CITATION.cff"] if path.exists()}
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as work:
        made = Path(work) / "made"
        left = {} if texts else _leave_out(packed, docs["text"])
        if left:
            for name in packed
            described = [write_datapackage(entries, ...), ...]
        _write_readme...
        return _zip(packed | list_files(made), Path(work) / "zip").replace(out)
