"""How the sentences of the terminal are put; needs nothing that takes long to import."""


def quantity(number: int, noun: str) -> str:
    """A number of things, the noun in its plural unless there is one of them."""
    plural = "es" if noun.endswith(("x", "ss")) else "s"
    return f"{number} {noun}{'' if number == 1 else plural}"
