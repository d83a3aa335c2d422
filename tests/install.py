"""Install what the tests need beyond Python packages: npm packages, and a browser.

Without arguments: the npm packages with test data, and a Chromium if there is none.
With --all: Firefox and WebKit too, where the machine's package manager has them. What cannot be
installed is said, not hidden: the tests that need it then fail or skip with the same words.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NODE = Path(__file__).parent / "node"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = {
    "chromium": ["chromium"],
    "firefox": ["firefox-esr"],
    "webkit": ["webkit2gtk-driver", "xvfb", "xauth"],
    "pdftotext": ["poppler-utils"],
}
PROGRAMS = {
    "chromium": CHROMIUM,
    "firefox": ("firefox-esr", "firefox"),
    "webkit": ("WebKitWebDriver",),
    "pdftotext": ("pdftotext",),
}


def main(arguments: list[str]) -> None:
    install_npm_packages()
    wanted = list(DEBIAN) if "--all" in arguments else ["chromium"]
    missing = [name for name in wanted if not any(map(shutil.which, PROGRAMS[name]))]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        install_debian_packages([package for name in missing for package in DEBIAN[name]])
    elif "chromium" in missing:
        install_playwright_chromium()


def install_npm_packages() -> None:
    if not shutil.which("npm"):
        print("npm is not here: tests that take their cases from npm packages will be skipped")
        return
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    run([*command, "--silent"], NODE)


def install_debian_packages(packages: list[str]) -> None:
    run(["apt-get", "update", "-qq"])
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])


def install_playwright_chromium() -> None:
    if run([sys.executable, "-m", "playwright", "install", "chromium"]) != 0:
        print("no Chromium could be installed: install one, so that `chromium` is on the PATH")


def run(command: list[str], folder: Path | None = None) -> int:
    print("$", *command)
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    return subprocess.run(command, cwd=folder, env=quiet, stdout=sys.stderr).returncode


if __name__ == "__main__":
    main(sys.argv[1:])
