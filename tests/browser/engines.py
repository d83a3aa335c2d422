"""Three browser engines behind one small set of gestures.

Chromium is driven by Playwright over its own protocol; Firefox by Playwright over WebDriver BiDi,
which drives a stock Firefox; WebKit by Selenium through WebKitGTK's MiniBrowser, on a virtual
display. Where the machine has none of these, the browsers that Playwright installs are used.

Coordinates are CSS pixels of the viewport. `run` takes a JavaScript expression.
"""

import contextlib
import os
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX = ("firefox-esr", "firefox")
MINI_BROWSERS = ("lib/*/webkit2gtk-4.*/MiniBrowser", "libexec/webkit2gtk-4.*/MiniBrowser")
INSTALL = {
    "chromium": "install Chromium so that `chromium` is on the PATH (Debian: apt-get install"
    " chromium), or run `python -m playwright install chromium`; POSTIL_BROWSERS=skip skips",
    "firefox": "install Firefox (Debian: apt-get install firefox-esr),"
    " or run `python -m playwright install firefox`",
    "webkit": "install WebKitWebDriver, MiniBrowser and Xvfb (Debian: apt-get install"
    " webkit2gtk-driver xvfb xauth), or run `python -m playwright install webkit`",
}

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"] + [
    f"--disable-{what}" for what in ("background-networking", "component-update", "sync")
]
# A headless Firefox says that nothing hovers unless it is told; 6 is a fine pointer that does.
POINTER = {"ui.primaryPointerCapabilities": 6, "ui.allPointerCapabilities": 6}
# Firefox knows a reader's preferences at its start only: by name of Playwright's option.
PREFERENCES = {
    "color_scheme": {"layout.css.prefers-color-scheme.content-override": 0},
    "reduced_motion": {"ui.prefersReducedMotion": 1},
    "forced_colors": {"browser.display.document_color_use": 2, "ui.useAccessibilityTheme": 1},
}
# WebDriver has private characters for keys that Playwright calls by their names.
WEBDRIVER_KEYS = {
    "Escape": "\ue00c",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Shift": "\ue008",
    "ArrowRight": "\ue014",
}


class Missing(Exception):
    """This machine has no such browser; the message says what to install."""


class PlaywrightBrowser:
    """A browser that Playwright drives, with one page at a time."""

    def __init__(self, engine, browser) -> None:
        self.engine = engine
        self.browser = browser
        self.context = self.page = None
        self.is_plain = False
        self.messages: list[str] = []

    def new_page(self, width: int, height: int, script: str = "", **options) -> None:
        """A page that remembers nothing; `options` are those of a Playwright context.

        `script` runs before the page's own. Without it and options the page of before is used,
        because a new one costs as much as a test.
        """
        size = {"width": width, "height": height}
        if self.is_plain and not options and not script:
            self.run("location.protocol === 'http:' && localStorage.clear()")
            self.page.goto("about:blank")
            self.page.emulate_media(media="null")  # the test before may have printed
            self.page.set_viewport_size(size)
        else:
            self._make_page(viewport=size, **options)
            self.page.add_init_script(script)
        self.is_plain = not options and not script
        self.messages.clear()

    def _make_page(self, **options) -> None:
        if self.context:
            self.context.close()
        self.context = self.browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("console", lambda message: self.messages.append(message.text))

    def open(self, url: str) -> None:
        self.page.goto(url)

    def go_back(self) -> None:
        # Not page.go_back(), which waits in vain where Firefox has kept the page in memory.
        self.run("void setTimeout(() => history.back())")

    def run(self, expression: str):
        from playwright.sync_api import Error

        try:
            return self.page.evaluate(expression)
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
            return self.page.evaluate(expression)  # the page has just become another

    def execute(self, statements: str) -> None:
        self.page.evaluate(f"{statements};0")

    def move(self, x: float, y: float) -> None:
        self.page.mouse.move(round(x), round(y))

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(round(x), round(y))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    @contextlib.contextmanager
    def pressed(self) -> Iterator[None]:
        """While the pointer's button is down; it is up again whatever happens."""
        self.page.mouse.down()
        try:
            yield
        finally:
            self.page.mouse.up()

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def print(self, file: Path) -> None:
        """Print the page to a PDF file on A4 paper."""
        # Firefox takes the inches that Playwright sends for centimetres.
        width, height = (21.0, 29.7) if self.engine == "firefox" else (8.27, 11.69)
        self.page.pdf(path=file, width=f"{width}in", height=f"{height}in")

    def close(self) -> None:
        self.browser.close()


class WebKitBrowser:
    """WebKitGTK's MiniBrowser, driven by Selenium, with one window."""

    engine = "webkit"
    NARROWEST = 450  # its window gets no smaller

    def __init__(self, driver) -> None:
        self.driver = driver

    def new_page(self, width: int, height: int) -> None:
        """A window of this size; what a page has stored stays until the page is open again."""
        self.driver.switch_to.default_content()
        for _ in range(50):
            inner = self.driver.execute_script("return [innerWidth, innerHeight]")
            if inner == [width, height]:
                return
            outer = self.driver.get_window_size()
            self.driver.set_window_size(
                outer["width"] + width - inner[0], outer["height"] + height - inner[1]
            )
            time.sleep(0.02)  # the window manager has no event for us

    def open(self, url: str) -> None:
        self.driver.switch_to.default_content()
        self.driver.get(url)

    def go_back(self) -> None:
        self.driver.back()

    def enter_frame(self) -> None:
        self.driver.switch_to.frame(0)

    def run(self, expression: str):
        script = "const done = arguments[0]; Promise.resolve(%s).then(done)"
        return self.driver.execute_async_script(script % expression)

    def execute(self, statements: str) -> None:
        self.driver.execute_script(statements)

    def move(self, x: float, y: float) -> None:
        self._point((x, y))

    def click(self, x: float, y: float) -> None:
        self._point((x, y), "down", "up")

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self._point(start, "down", middle, end, "up")

    def press(self, key: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        *modifiers, last = [WEBDRIVER_KEYS.get(name, name) for name in key.split("+")]
        actions = ActionChains(self.driver, duration=0)
        for modifier in modifiers:
            actions.key_down(modifier)
        actions.send_keys(last)
        for modifier in modifiers:
            actions.key_up(modifier)
        actions.perform()

    def close(self) -> None:
        self.driver.quit()

    def _point(self, *steps) -> None:
        from selenium.webdriver.common.action_chains import ActionBuilder

        actions = ActionBuilder(self.driver, duration=0)
        pointer = actions.pointer_action
        for step in steps:
            if step == "down":
                pointer.pointer_down()
            elif step == "up":
                pointer.pointer_up()
            else:
                pointer.move_to_location(round(step[0]), round(step[1]))
        actions.perform()


@contextlib.contextmanager
def launch(engine: str, playwright, *preferences: str) -> Iterator:
    """A browser of an engine; `preferences` are keys of PREFERENCES, which Firefox needs now.

    Raises `Missing`.
    """
    if engine == "webkit" and shutil.which("WebKitWebDriver"):
        with _display(), contextlib.closing(_start_webkit()) as browser:
            yield browser
    else:
        browser = _start_with_playwright(engine, playwright, preferences)
        with contextlib.closing(PlaywrightBrowser(engine, browser)) as browser:
            yield browser


def _start_with_playwright(engine: str, playwright, preferences: tuple[str, ...]):
    options = {"headless": True}
    if engine == "chromium":
        options |= {"args": QUIET, "executable_path": _find(CHROMIUM)}
    elif engine == "firefox":
        prefs = POINTER.copy()
        for name in preferences:
            prefs |= PREFERENCES[name]
        options |= {"firefox_user_prefs": prefs, "executable_path": _find(FIREFOX)}
        options |= {"channel": "moz-firefox"} if options["executable_path"] else {}
    browsers = getattr(playwright, engine)
    if not options.get("executable_path") and not Path(browsers.executable_path).exists():
        raise Missing(f"no {engine} here: {INSTALL[engine]}")
    return browsers.launch(**options)


def _find(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _start_webkit() -> WebKitBrowser:
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.service import Service

    found = [path for pattern in MINI_BROWSERS for path in Path("/usr").glob(pattern)]
    if not found:
        raise Missing(f"no MiniBrowser here: {INSTALL['webkit']}")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(found[0])
    options.add_argument("--automation")
    service = Service(shutil.which("WebKitWebDriver"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Selenium's, of itself
        return WebKitBrowser(webdriver.WebKitGTK(options=options, service=service))


@contextlib.contextmanager
def _display() -> Iterator[None]:
    """A virtual display of its own for MiniBrowser, which cannot do without."""
    if not shutil.which("Xvfb"):
        raise Missing(f"no Xvfb here: {INSTALL['webkit']}")
    reading, writing = os.pipe()
    screen = ["-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    command = ["Xvfb", "-displayfd", str(writing), *screen]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as numbers:
        os.environ["DISPLAY"] = ":" + numbers.readline().strip()
    os.environ |= {"GDK_BACKEND": "x11", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}
    try:
        yield
    finally:
        process.terminate()
        process.wait()
