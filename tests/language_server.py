"""The YAML language server of most editors, driven over its protocol as an editor would."""

import json
import os
import select
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).parent / "node/node_modules/yaml-language-server/bin/yaml-language-server"
QUIET = 0.4  # seconds without a word after which the server has said all


class LanguageServer:
    """A running server for one folder; lines and columns are from 0, as in its protocol.

    `schemas` is what VS Code's `yaml.schemas` is: the files for which each schema is.
    """

    def __init__(self, folder, schemas=None):
        self._process = subprocess.Popen(
            ["node", PROGRAM, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._settings = {
            "yaml": {
                "validate": True,
                "hover": True,
                "completion": True,
                "schemas": schemas or {},
                "schemaStore": {"enable": False},  # a list of schemas that it would fetch
            }
        }
        self._pending = b""
        self._number = 0
        self._diagnostics = {}
        root = Path(folder).as_uri()
        self.request(
            "initialize",
            processId=None,
            rootUri=root,
            workspaceFolders=[{"uri": root, "name": "site"}],
            capabilities={
                "textDocument": {
                    "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                    "hover": {"contentFormat": ["markdown"]},
                },
                "workspace": {"configuration": True, "workspaceFolders": True},
            },
        )
        self.notify("initialized")
        self.notify("workspace/didChangeConfiguration", settings=self._settings)
        self._listen()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    # -------------------------------------------------------------- what an editor asks

    def open(self, path, text):
        """Show a text as that of a file; return what the server finds wrong, as (line, message)."""
        uri = Path(path).as_uri()
        self._number += 1
        document = {"uri": uri, "languageId": "yaml", "version": self._number, "text": text}
        self._diagnostics.pop(uri, None)
        self.notify("textDocument/didOpen", textDocument=document)
        while uri not in self._diagnostics:
            self._handle(self._read())
        self._listen()
        found = self._diagnostics[uri]
        return sorted((each["range"]["start"]["line"], each["message"]) for each in found)

    def complete(self, path, line, column):
        """What is offered at a place: what is said of it, by its label."""
        result = self._ask("textDocument/completion", path, line, column)
        return {each["label"]: _text(each.get("documentation", "")) for each in result["items"]}

    def hover(self, path, line, column):
        """What is shown at a place."""
        result = self._ask("textDocument/hover", path, line, column)
        return _text(result["contents"]) if result else ""

    def _ask(self, method, path, line, column):
        place = {"line": line, "character": column}
        return self.request(method, textDocument={"uri": Path(path).as_uri()}, position=place)

    # -------------------------------------------------------------- the protocol

    def request(self, method, **params):
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]
            self._handle(message)

    def notify(self, method, **params):
        self._send({"method": method, "params": params})

    def _listen(self):
        while message := self._read(QUIET):
            self._handle(message)

    def _handle(self, message):
        match message.get("method"):
            case "textDocument/publishDiagnostics":
                self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            case "workspace/configuration":
                wanted = (item.get("section", "") for item in message["params"]["items"])
                found = [self._settings.get(section, {}) for section in wanted]
                self._send({"id": message["id"], "result": found})
            case str() if "id" in message:
                self._send({"id": message["id"], "result": None})

    def _send(self, message):
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))

    def _read(self, timeout=60.0):
        """The next message, or None if none comes in time and that is allowed."""
        while (message := self._take()) is None:
            ready, _, _ = select.select([self._process.stdout], [], [], timeout)
            if not ready:
                assert timeout == QUIET, "the language server does not answer"
                return None
            data = os.read(self._process.stdout.fileno(), 1 << 16)
            assert data, "the language server has ended"
            self._pending += data
        return message

    def _take(self):
        head, found, rest = self._pending.partition(b"\r\n\r\n")
        if not found:
            return None
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n"))
        length = int(fields[b"content-length"])
        if len(rest) < length:
            return None
        self._pending = rest[length:]
        return json.loads(rest[:length])


def _text(contents):
    return contents["value"] if isinstance(contents, dict) else contents
