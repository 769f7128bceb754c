"""The command line: `ukrcorpus run`, `verify`, `archive`, `check` and `bench`."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from ukrcorpus import __version__

# As in execute.py: two seconds a command.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ukrcorpus")
def main() -> None:
    """Reproducible, citable analyses of how the press writes about the war in Ukraine."""


@main.command()
@click.option("--only", multiple=True, metavar="NAME", help="Run this notebook only (may be repeated).")
@click.option("--corpus", metavar="PLACE", help="Folder, file or glob of articles. [default: what each notebook says]")
@click.option("--out", default="outputs", show_default=True, type=click.Path(), help="Folder of the results.")
@click.option(
    "-p",
    "parameters",
    multiple=True,
    nargs=2,
    metavar="NAME VALUE",
    help="Set a parameter of the notebooks (may be repeated).",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Notebooks that run at once. [default: one a processor]")
@click.option("--strict", is_flag=True, help="Stop where any file or record of the corpus is refused.")
@click.option("--pages", default=500, show_default=True, type=click.IntRange(min=0), help="Pages of articles at most.")
@click.option("--cite", type=click.Path(), metavar="FILE", help="CITATION.cff of whoever makes the run.")
@click.option("--notebooks", type=click.Path(), help="Folder of the notebooks. [default: ./notebooks, else built in]")
def run(
    only: tuple[str, ...],
    corpus: str | None,
    out: str,
    parameters: tuple[tuple[str, str], ...],
    jobs: int | None,
    strict: bool,
    pages: int,
    cite: str | None,
    notebooks: str | None,
) -> None:
    """Execute the notebooks and write their pages, figures and tables."""
    from ukrcorpus.parameters import ParameterError
    from ukrcorpus.planning import RunError
    from ukrcorpus.run import run as run_notebooks

    given = dict(parameters)
    if len(given) < len(parameters):
        raise click.UsageError("a parameter is set twice with -p")
    try:
        with _progress() as (say, report):
            run_notebooks(
                notebooks=notebooks,
                only=only,
                corpus=corpus,
                out=out,
                parameters=given,
                jobs=jobs,
                strict=strict,
                pages=pages,
                cite=cite,
                say=say,
                report=report,
            )
    except ParameterError as error:
        raise click.UsageError(str(error)) from error
    except (RunError, OSError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("target", default="outputs")
@click.option("--corpus", metavar="PLACE", help="Folder, file or glob of articles. [default: what each notebook says]")
@click.option("--notebooks", type=click.Path(), help="Folder of the notebooks. [default: ./notebooks, else built in]")
@click.option("--outputs", default="outputs", show_default=True, type=click.Path(), help="Where to look for a figure.")
@click.option("--no-run", is_flag=True, help="Compare files and hashes only; run nothing.")
@click.option("--jobs", type=click.IntRange(min=1), help="Notebooks that run at once. [default: one a processor]")
def verify(
    target: str, corpus: str | None, notebooks: str | None, outputs: str, no_run: bool, jobs: int | None
) -> None:
    """Say whether TARGET comes out again: a folder of outputs, or the identifier of a figure or table in one.

    Ends with status 0 where all is identical, 1 where something moved, 2 where it could not be told.
    """
    from ukrcorpus.planning import RunError
    from ukrcorpus.verifying import report_lines
    from ukrcorpus.verifying import verify as verify_outputs

    options: dict[str, Any] = {"corpus": corpus, "notebooks": notebooks, "outputs": outputs, "jobs": jobs}
    try:
        with _progress() as (say, report):
            found = verify_outputs(target, **options, rerun=not no_run, say=say, report=report)
    except (RunError, OSError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    click.echo("\n".join(report_lines(found)))
    raise SystemExit(2 if (found["status"] == "failed").any() else int((found["status"] != "identical").any()))


@main.command()
@click.option("--out", default="ukrcorpus-archive.zip", show_default=True, type=click.Path(), help="The file to write.")
@click.option("--outputs", default="outputs", show_default=True, type=click.Path(), help="Folder of the results.")
@click.option("--corpus", metavar="PLACE", help="Folder, file or glob of articles. [default: what each notebook says]")
@click.option("--notebooks", type=click.Path(), help="Folder of the notebooks. [default: ./notebooks, else built in]")
@click.option("--without-texts", is_flag=True, help="Leave out the articles and what shows their text, and list it.")
def archive(out: str, outputs: str, corpus: str | None, notebooks: str | None, without_texts: bool) -> None:
    """Pack outputs and all they were made from as one file, to be deposited and checked."""
    from ukrcorpus.archiving import archive as pack
    from ukrcorpus.planning import RunError

    try:
        packed = pack(outputs, out, corpus=corpus, notebooks=notebooks, texts=not without_texts)
    except (RunError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{packed}: {packed.stat().st_size / 1e6:.1f} MB")


@main.command()
@click.argument("source")
@click.option("--strict", is_flag=True, help="Exit with status 1 where anything was refused.")
def check(source: str, strict: bool) -> None:
    """Say what load_corpus makes of SOURCE, and what it refuses and why."""
    from ukrcorpus.load import load_corpus

    try:
        docs, refused = load_corpus(source)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{len(docs):,} article{'s' * (len(docs) != 1)}")
    for title, column in (("Publishers", "publisher"), ("Languages", "language")):
        counts = docs[column].fillna("unknown").value_counts()
        ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
        click.echo(f"{title}: {', '.join(f'{name} {n:,}' for name, n in ranked[:12])}{', …' * (len(ranked) > 12)}")
    stated = docs["published"].dropna()
    span = f", {stated.min():%Y-%m-%d} to {stated.max():%Y-%m-%d}" if len(stated) else ""
    click.echo(f"Dates: {len(stated):,} stated{span}; {len(docs) - len(stated):,} not stated")
    click.echo(f"Refused: {len(refused):,}")
    for number in range(len(refused)):
        click.echo("  " + _refusal(refused.iloc[number].dropna().to_dict()))
    if strict and len(refused):
        raise SystemExit(1)


class _Benches(click.Group):
    """Benches are loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["actors", "frames", "names", "places", "quotes", "times"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = cmd_name in self.list_commands(ctx)
        return import_module(f"ukrcorpus.bench.{cmd_name}").command if known else None


@main.group(cls=_Benches)
def bench() -> None:
    """Score a finder on articles that people labelled."""


def _refusal(row: Mapping[Any, Any]) -> str:
    """What is known of a row of the table of what was refused, as a line."""
    record = f", record {row['record']}" if "record" in row else ""
    field = f", {row['field']} left out" if "field" in row else ""
    remedy = f" ({row['remedy']})" if "remedy" in row else ""
    return f"{row['path']}{record}{field}: {row['reason']}{remedy}"


@contextmanager
def _progress() -> Iterator[tuple[Callable[[str], None], Callable[[str, dict[str, Any]], None]]]:
    """What tells of a run: a bar a notebook on a terminal, a line a notebook elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:

        def report(name: str, event: dict[str, Any]) -> None:
            if "ok" in event:
                click.echo(f"{name:<12} {'done' if event['ok'] else 'failed'} in {event['seconds']:.1f} s")

        yield click.echo, report
        return
    bars: dict[str, Any] = {}
    columns = TextColumn("{task.description:<12}"), BarColumn(), TextColumn("{task.fields[note]}"), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:

        def draw(name: str, event: dict[str, Any]) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name, total=event.get("of", 1), note="")
            if "ok" in event:
                total = progress.tasks[bars[name]].total
                note = "done" if event["ok"] else "failed"
                progress.update(bars[name], completed=total if event["ok"] else None, note=note)
                progress.stop_task(bars[name])
            else:
                note = f"cell {event['done'] + 1} of {event['of']}"
                progress.update(bars[name], completed=event["done"], total=event["of"], note=note)

        yield progress.console.print, draw
