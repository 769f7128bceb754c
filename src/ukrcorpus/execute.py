"""One notebook, executed in a process of its own: `python -m ukrcorpus.execute` reads a request and writes events.

Papermill changes the working directory of its process, so notebooks that run side by side need a process each.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# jsonschema builds a grammar of web addresses when it finds this one: two seconds a process, and no notebook needs it.
_QUICK = "import sys; sys.modules.setdefault('rfc3987_syntax', None)"
exec(_QUICK)

import nbformat  # noqa: E402

MARK = "\x1e"
"""Begins a line that is an event; libraries may print to the same stream."""

_LOCAL = re.compile(
    r"""\b0x[0-9a-fA-F]{8,16}\b                                  # an address in memory
    |(?<![\w./:-])/(?:home|Users|root|tmp|var/folders)/[\w.-]+   # a folder of one machine
    |\b[A-Z]:\\{1,2}(?:Users|Temp)\\{1,2}\w+
    |\bipykernel_\d+|\bpid\s?[=:]?\s?\d+""",
    re.VERBOSE,
)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute(request: Mapping[str, Any], environment: Mapping[str, str], report: Callable[[dict], None]) -> dict:
    """Execute a notebook in a new process.

    Args:
        request: `notebook` and `result` (paths), `folder` (the kernel's working directory), `parameters`, `local`
            (paths that must not stand in an output).
        environment: the environment of the process and its kernel.
        report: called on the way with `{"done": cells, "of": cells}`.

    Returns:
        `ok`; where it is false, `message` and `traceback` too. `result` then holds the notebook as far as it came.
    """
    last: dict = {}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        with subprocess.Popen(
            [sys.executable, "-m", "ukrcorpus.execute", json.dumps(request)],
            stdin=subprocess.PIPE,  # closes when this process ends, however it ends
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=dict(environment),
            encoding="utf-8",
            errors="replace",
        ) as process:
            try:
                for line in process.stdout or ():
                    if line.startswith(MARK):
                        last = json.loads(line[1:])
                    if line.startswith(MARK) and "ok" not in last:
                        report(last)
            finally:
                if process.poll() is None and "ok" not in last:
                    process.terminate()
        if "ok" not in last:
            complaints.seek(0)
            last = {"ok": False, "message": "its process ended early", "traceback": complaints.read()}
    return last


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Read a notebook, whatever minor version it is of."""
    notebook: nbformat.NotebookNode = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def write_notebook(notebook: nbformat.NotebookNode) -> str:
    """A notebook as the text of its file."""
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"  # type: ignore[no-untyped-call]


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take out of an executed notebook what differs from run to run: times, ids, versions. Works in place."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        elif re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-?[0-9a-f]{12})?", cell.get("id", "")):
            cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    return notebook


def find_trouble(notebook: nbformat.NotebookNode, local: list[str]) -> str | None:
    """Say what keeps an executed notebook from being published: a cell that did not run, a trace of this machine."""
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        count += 1
        if cell.execution_count != count:
            return f"cell {cell.id!r} did not run to its end"
        for output in cell.outputs:
            if output.output_type == "error":
                return f"cell {cell.id!r} ended in {output.ename}"
            trace = _trace_of_machine(output, local)
            if trace:
                return f"cell {cell.id!r} shows {trace!r}, which other machines would not; keep it out of outputs"
    return None


def _trace_of_machine(output: Mapping[str, Any], local: list[str]) -> str | None:
    """The first path, address or process number in what an output shows."""
    shown = [output.get("text", "")]
    for mime, data in output.get("data", {}).items():
        if mime not in ("image/png", "image/jpeg", "application/pdf"):
            shown.append(data if isinstance(data, str) else json.dumps(data, ensure_ascii=False))
    for text in shown:
        found = _LOCAL.search(text)
        if found:
            return found[0]
        for path in local:
            if re.search(rf"(?<![\w./:-]){re.escape(path)}(?![\w-])", text):
                return path
    return None


def _joined(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Join pieces of one stream, which are cut where a timer happened to fall."""
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        same = joined and output.output_type == "stream" == joined[-1].output_type and output.name == joined[-1].name
        if same:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _emit(**event: Any) -> None:
    print(MARK + json.dumps(event), flush=True)


def _execute_here(request: Mapping[str, Any]) -> None:
    """Execute the notebook of a request in this process and write the result."""
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    source = read_notebook(Path(request["notebook"]))
    source.cells = [cell for cell in source.cells if "explore" not in cell.metadata.get("tags", [])]
    total = len(source.cells) + bool(request["parameters"])
    reached: dict[int, nbformat.NotebookNode] = {}

    def on_cell(cell: nbformat.NotebookNode, cell_index: int) -> None:
        reached[cell_index] = cell
        _emit(done=cell_index, of=total)

    with tempfile.TemporaryDirectory(prefix="ukr-") as sockets:
        settings: dict[str, Any] = {}
        if os.name == "posix":
            # Sockets in a folder of its own cannot collide; free TCP ports are guessed.
            settings["config"] = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"}})
        os.environ["JUPYTER_RUNTIME_DIR"] = os.environ["IPYTHONDIR"] = sockets
        startup = Path(sockets, "profile_default", "startup")
        startup.mkdir(parents=True)
        (startup / "quick.py").write_text(_QUICK, encoding="utf-8")
        try:
            result = papermill.execute_notebook(
                source,
                None,
                parameters=request["parameters"],
                cwd=request["folder"],
                progress_bar=False,
                record_timing=False,
                on_cell_start=on_cell,
                **settings,
            )
        except (PapermillExecutionError, DeadKernelError) as error:
            result = source
            ids = {cell.id for cell in reached.values()}
            result.cells = [*reached.values(), *(cell for cell in source.cells if cell.id not in ids)]
            failed = list(reached.values())[-1] if reached else None
            name = getattr(error, "ename", None) or "a dead kernel"
            failure = f"cell {failed.id!r} ended in {name}" if failed else "its kernel did not start"
            traceback = "\n".join(getattr(error, "traceback", None) or [str(error)])
        else:
            failure, traceback = "", ""
    normalise(result)
    Path(request["result"]).write_text(write_notebook(result), encoding="utf-8", newline="\n")
    failure = failure or find_trouble(result, request["local"]) or ""
    _emit(ok=not failure, message=failure, traceback=_ANSI.sub("", traceback))


def _end_with_parent() -> None:
    """Wait until the run that asked is gone, then end too; without this its notebooks would go on for nobody."""
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Serve the request given as the only argument."""
    _execute_here(json.loads(sys.argv[1]))


if __name__ == "__main__":
    # A run stops its processes by a signal; the kernel's own clean-up needs an exception.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main()
