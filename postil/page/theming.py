"""The site's own look: an accent made sure to be readable by day and by night, and a logo."""

from pathlib import Path

from msgspec import Struct

from postil.diagnostics.model import Report
from postil.page import faces
from postil.page.policy import check_policy
from postil.site.settings import Site, Theme
from postil.yaml.reading import Located

# The surfaces on which text in the accent colour stands; the same as in static/postil.css.
LIGHT_SURFACES = ("#fffdfa", "#ffffff")
DARK_SURFACES = ("#17181a", "#212326")

ENOUGH = 4.5  # to one: what WCAG 2 asks of text at level AA
STEPS = 100


class Accent(Struct, frozen=True):
    """The accent by day and by night, as `#rrggbb`."""

    light: str
    dark: str


def accent_of(theme: Theme) -> Accent:
    """The theme's accent; the one for the night is made of it if the theme has none."""
    return Accent(theme.accent, theme.accent_dark or readable(theme.accent, DARK_SURFACES))


def theme_css(theme: Theme) -> str:
    """Accent and faces as custom properties: a file, because styles in the page are barred.

    Without settings of the site, a rule that says nothing; no page asks for that.
    """
    return f"{_accent_css(theme)}{faces.faces_css(theme)}" or ":root {}\n"


def _accent_css(theme: Theme) -> str:
    if not theme.accent:
        return ""
    accent = accent_of(theme)
    return f":root {{ --accent-light: {accent.light}; --accent-dark: {accent.dark}; }}\n"


def check_look(root: Path, site: Site, located: Located, report: Report) -> None:
    """Report what is wrong with how the site is to look."""
    check_theme(site.theme, located, report)
    faces.check_faces(root, site.theme, located, report)
    check_policy(site.policy, located, report)
    check_logo(root, site.logo, located, report)


def check_theme(theme: Theme, located: Located, report: Report) -> None:
    """Report `low-contrast` for an accent that is hard to read, with the nearest that is not."""
    for key, surfaces, mode in (
        ("accent", LIGHT_SURFACES, "light"),
        ("accent_dark", DARK_SURFACES, "dark"),
    ):
        colour = getattr(theme, key)
        ratio = least_contrast(colour, surfaces) if colour else ENOUGH
        if ratio < ENOUGH:
            report.error(
                "low-contrast",
                f"`{colour}` is hard to read in {mode} mode: contrast {ratio:.1f}, not {ENOUGH}",
                located.span(("theme", key)),
                help=f'{key}: "{readable(colour, surfaces)}"',
            )


def check_logo(root: Path, logo: str, located: Located, report: Report) -> None:
    """Report `missing-file` for a logo that is not in the site's static/, or not below it."""
    if not logo:
        return
    folder = (root / "static").resolve()
    file = (folder / logo).resolve()
    if not (file.is_relative_to(folder) and file.is_file()):
        report.error(
            "missing-file",
            f"the logo `{logo}` is not in static/",
            located.span(("logo",)),
            help="put the picture into the folder static/ beside site.yaml, and name it here",
        )


def readable(colour: str, surfaces: tuple[str, ...]) -> str:
    """The colour, mixed with no more black or white than it needs to be read on the surfaces."""
    end = "#000000" if least_contrast("#000000", surfaces) > ENOUGH else "#ffffff"
    mixes = (mix(colour, end, step / STEPS) for step in range(STEPS + 1))
    return next(each for each in mixes if least_contrast(each, surfaces) >= ENOUGH)


def least_contrast(colour: str, surfaces: tuple[str, ...]) -> float:
    return min(contrast(colour, surface) for surface in surfaces)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours `#rrggbb`, 1 to 21, by WCAG 2's formula."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, 0 to 1 (WCAG 2)."""
    shares = (channel / 255 for channel in channels(colour))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def mix(colour: str, other: str, share: float) -> str:
    """The colour with that share, 0 to 1, of another in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
