"""Templates compiled to less work than Jinja's own code: a page prints and calls a thousand times.

What comes of it is the same. Left out is what Jinja does for functions that ask for their context,
of which there are none, and for what is printed to stay marked as safe, which nobody asks then.
"""

import os
from hashlib import sha256
from keyword import iskeyword
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from postil import paths


class _Generator(CodeGenerator):
    """Calls are calls, and what templates take from Jinja's runtime is ours where it is slow."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escape = environment.printed")
        self.writeline("Macro = environment.macro")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if node.dyn_args or node.dyn_kwargs or any(iskeyword(each.key) for each in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


class _Context(Context):
    """What a template sees, where a call is not just a call."""

    def call(self, callable: Any, /, *arguments: Any, **named: Any) -> Any:
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        return callable(*arguments, **named)


class _Macro(Macro):
    """A macro that is mostly called with each of its arguments, in their order."""

    def __init__(self, *options: Any) -> None:
        super().__init__(*options)
        is_plain = not (self.caller or self.catch_kwargs or self.catch_varargs)
        self._count = self._argument_count if is_plain and self._default_autoescape else -1

    def __call__(self, *arguments: Any, **named: Any) -> str:
        if named or len(arguments) != self._count:
            return super().__call__(*arguments, **named)
        return str.__new__(Markup, self._func(*arguments))  # asks nothing of a plain text


def _printed(value: object) -> str:
    """A value as a page has it: what is HTML as it is, all else with its signs escaped."""
    if type(value) is Markup:
        return value
    if type(value) is not str:
        return escape(value)
    is_plain = not ("&" in value or "<" in value or ">" in value or '"' in value or "'" in value)
    return value if is_plain else escape(value)


class _Template(Template):
    """A template, of which one module is enough: none of them is given globals of its own."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class _Cache(FileSystemBytecodeCache):
    """Compiled templates, which are others if they are compiled in another way."""

    way = sha256(Path(__file__).read_bytes()).hexdigest()

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self.way + source)


def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates are kept as Python keeps its own: beside the program, if it may write.

    Compiling takes longer than everything else that a build of one page does.
    """
    folder = paths.own("templates") / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return _Cache(str(folder)) if os.access(folder, os.W_OK) else None


class FastEnvironment(Environment):
    """An environment whose templates are compiled so, and kept compiled where that is possible."""

    code_generator_class = _Generator
    context_class = _Context
    template_class = _Template
    printed = staticmethod(_printed)
    macro = _Macro

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, autoescape=True, bytecode_cache=_bytecode_cache())
