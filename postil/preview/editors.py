"""The editor's program: which one it may be, and the addresses that open a file in it at a line."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from postil import paths
from postil.preview.locating import Place

# What each program takes an address for. VS Code and what is made of it differ in the first word.
_FORK = "{scheme}://file/{rootless}:{line}:{column}"
_FORMS = {
    "vscode": _FORK,
    "vscode-insiders": _FORK,
    "vscodium": _FORK,
    "cursor": _FORK,
    "windsurf": _FORK,
    "zed": "zed://file/{rootless}:{line}:{column}",
    "idea": "idea://open?file={file}&line={line}&column={column}",
}
# What stands in the environment of a terminal of VS Code's family, and of which program: the
# first that is found there. Where none is, it is VS Code.
_MEMBERS = {
    r"cursor": "cursor",
    r"windsurf": "windsurf",
    r"vscodium|codium": "vscodium",
    r"insiders?\b": "vscode-insiders",
}
_TRACES = ("__CFBundleIdentifier", "TERM_PROGRAM_VERSION", "VSCODE_GIT_ASKPASS_NODE",
           "VSCODE_GIT_ASKPASS_MAIN", "VSCODE_IPC_HOOK")  # fmt: skip
# The command that starts each program, for VISUAL and EDITOR.
_COMMANDS = {
    "code": "vscode", "code-insiders": "vscode-insiders", "codium": "vscodium", "cursor": "cursor",
    "windsurf": "windsurf", "zed": "zed", "idea": "idea", "pycharm": "idea", "webstorm": "idea",
    "phpstorm": "idea", "goland": "idea", "rubymine": "idea",
}  # fmt: skip


def guess_editor(environment: Mapping[str, str]) -> str:
    """The program in whose terminal we run, or which the environment names as the editor.

    One of those that `editor:` in site.yaml may name; `none` where nothing tells.
    """
    terminal = environment.get("TERM_PROGRAM", "").lower()
    if terminal == "vscode" or "CURSOR_TRACE_ID" in environment:
        return _member_of_family(environment)
    if terminal == "zed" or "ZED_TERM" in environment:
        return "zed"
    if "jetbrains" in environment.get("TERMINAL_EMULATOR", "").lower():
        return "idea"
    for name in ("VISUAL", "EDITOR"):
        words = environment.get(name, "").split()
        command = re.split(r"[/\\]", words[0])[-1].lower() if words else ""
        if found := _COMMANDS.get(re.sub(r"(64)?(\.(exe|cmd|sh))?$", "", command)):
            return found
    return "none"


def _member_of_family(environment: Mapping[str, str]) -> str:
    """Which of VS Code and the programs made of it, which all say that they are `vscode`."""
    if "CURSOR_TRACE_ID" in environment:
        return "cursor"
    traces = " ".join(environment.get(name, "") for name in _TRACES).lower()
    return next((name for sign, name in _MEMBERS.items() if re.search(sign, traces)), "vscode")


def editor_link(editor: str, root: Path, place: Place) -> str:
    """An address that opens a file at a line and column, as the editor's program registers it.

    Empty for `none`.
    """
    file = quote(paths.file(root, place.file).absolute().as_posix(), safe="/:", errors="replace")
    form = _FORMS.get(editor, "")
    return form.format(
        scheme=editor,
        file=file,
        rootless=file.lstrip("/"),
        line=place.line,
        column=place.column,
    )
