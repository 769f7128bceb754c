"""A browser and JupyterLab, as tests drive them."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest


def find_browser() -> str:
    """Debian's Chromium; without one the test is skipped, or fails where one is required."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("UKRCORPUS_REQUIRE_BROWSER") == "1":
        pytest.fail("no Chromium on the PATH, and UKRCORPUS_REQUIRE_BROWSER is set; install Debian's chromium")
    pytest.skip("no Chromium on the PATH")


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """A JupyterLab of its own, with settings of its own; yields its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    home = folder / ".jupyter-test"
    for plugin, setting in {
        "notebook-extension/tracker": '{"windowingMode": "none"}',
        "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
    }.items():
        path = home / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(setting)
    environment = {
        **os.environ,
        **{f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "TZ": "Asia/Tokyo",
    }
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    options += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True", "--LabApp.news_url="]
    with (folder / "lab.log").open("w") as log:
        command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=1).close()
                    break
                except OSError:
                    assert server.poll() is None, (folder / "lab.log").read_text()
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def check_in_lab(browser: Any, folder: Path, notebook: str) -> None:
    """Open a notebook, run all of it, and look at what stands there then."""
    cells = nbformat.read(folder / notebook, as_version=4).cells
    code = [c for c in cells if c.cell_type == "code" and "explore" not in c.metadata.get("tags", [])]
    figures = sum("show_figure(" in c.source for c in code)
    with jupyterlab(folder) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if "vega" in m.text.lower() else None)
        page.goto(f"{address}/lab/tree/{notebook}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        page.wait_for_function(
            """() => { const panel = window.jupyterapp?.shell.currentWidget;
                       const session = panel?.sessionContext;
                       return session?.isReady && session.kernelDisplayStatus === 'idle' }""",
            timeout=60_000,
        )
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(
            """n => { const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')].slice(0, n);
                      const prompts = cells.map(cell => cell.querySelector('.jp-InputPrompt')?.textContent ?? '');
                      const failed = ['error', 'stderr'].map(kind => `[data-mime-type$="jupyter.${kind}"]`);
                      return document.querySelector(['.jp-Dialog', ...failed].join())
                          || cells.length === n && prompts.every(prompt => /\\[\\d+\\]/.test(prompt)) }""",
            arg=len(code),
            timeout=90_000,
        )
        assert page.locator(".jp-Dialog").all_text_contents() == []
        ran = page.locator(".jp-Notebook .jp-CodeCell")
        for number in range(len(code)):
            output = ran.nth(number)
            for stream in ("error", "stderr"):
                shown = output.locator(f"[data-mime-type='application/vnd.jupyter.{stream}']")
                assert shown.all_text_contents() == []
            assert re.fullmatch(r"\[\d+\]:", output.locator(".jp-InputPrompt").first.text_content())
        drawings = page.locator(".jp-RenderedVegaLite canvas, .jp-RenderedVegaLite svg.marks")
        drawings.nth(figures - 1).wait_for(state="attached", timeout=20_000)
        assert drawings.count() == figures
        for drawing in drawings.all():
            box = drawing.bounding_box()
            assert box and box["width"] > 100 and box["height"] > 20
        assert page.locator(".jp-OutputArea mjx-container").count() == 0
        assert troubles == []
        page.close()
