"""Plain text as tokens: every line that is not blank is a paragraph, and nothing is markup."""

from markdown_it.token import Token


def paragraphs(text: str) -> list[Token]:
    """Plain text as the tokens of paragraphs, so that both forms are woven and rendered alike."""
    tokens = []
    for number, line in enumerate(text.split("\n")):
        line = line.removesuffix("\r")
        if not line or line.isspace():
            continue
        words = Token("text", "", 0, content=line)
        place = [number, number + 1]
        tokens += [
            Token("paragraph_open", "p", 1, map=place, block=True),
            Token("inline", "", 0, map=place, level=1, children=[words], block=True),
            Token("paragraph_close", "p", -1, block=True),
        ]
    return tokens
