"""Pictures of the models and tables, drawn by bpmn.io's own viewers in headless Chromium without any network."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from launcher.designer_tools import BPMN, install
from launcher.errors import LauncherError

PICTURES = BPMN / "pictures"
MODULES = BPMN / "node_modules"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MARGIN_PIXELS = 20
MODEL_SCALE = 1.5
TABLE_SCALE = 1.0
TABLE_WIDTH_PIXELS = 2080

DRAW_MODEL = """async (xml) => {
  const viewer = new BpmnJS({ container: '#canvas' });
  await viewer.importXML(xml);
  const { svg } = await viewer.saveSVG();
  document.body.innerHTML = svg;
  const { width, height } = document.querySelector('svg').viewBox.baseVal;
  return [Math.ceil(width), Math.ceil(height)];
}"""
DRAW_TABLE = """async (xml) => {
  const viewer = new DmnJS({ container: '#canvas' });
  await viewer.importXML(xml);
  await viewer.open(viewer.getViews().find(view => view.type === 'decisionTable'));
  const { width, height } = document.querySelector('.tjs-container').getBoundingClientRect();
  return [Math.ceil(width), Math.ceil(height)];
}"""
# The strip below the table is for the viewer's own mark, which its licence wants to be seen.
TABLE_STYLE = (
    "#canvas, .dmn-js-parent { height: auto !important } .view-drd { display: none !important } "
    ".dmn-decision-table-container .tjs-container "
    "{ overflow: visible !important; height: auto !important; padding-bottom: 50px }"
)


def draw(files: Sequence[Path], *, folder: Path = PICTURES) -> list[Path]:
    """Draw each .bpmn and .dmn file as one PNG of the same name and return the pictures' paths."""
    install()
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    with _chromium() as browser:
        for file in files:
            picture = folder / f"{file.stem}.png"
            _draw_one(browser, file, picture=picture)
            pictures.append(picture)
    return pictures


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        raise LauncherError("找不到 Chromium，画不了图。请先安装（例如 Debian：apt install chromium fonts-noto-cjk）。")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def _draw_one(browser: Browser, file: Path, *, picture: Path) -> None:
    model = file.suffix == ".bpmn"
    scale = MODEL_SCALE if model else TABLE_SCALE
    page = browser.new_page(device_scale_factor=scale, viewport={"width": TABLE_WIDTH_PIXELS, "height": 900})
    page.set_content(f'<body style="margin:{MARGIN_PIXELS}px;background:white"><div id="canvas"></div></body>')
    viewer = MODULES / ("bpmn-js" if model else "dmn-js") / "dist"
    name = "bpmn-viewer" if model else "dmn-viewer"
    for style in sorted((viewer / "assets").glob("*.css")):
        page.add_style_tag(path=style)
    if not model:
        page.add_style_tag(content=TABLE_STYLE)
    page.add_script_tag(path=viewer / f"{name}.production.min.js")
    width, height = page.evaluate(DRAW_MODEL if model else DRAW_TABLE, file.read_text(encoding="utf-8"))
    page.set_viewport_size({"width": width + 2 * MARGIN_PIXELS, "height": height + 2 * MARGIN_PIXELS})
    page.screenshot(path=picture)
    page.close()
