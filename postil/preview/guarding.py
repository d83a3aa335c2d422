"""Who may ask the preview for something, where it listens, and what its pages are allowed."""

import contextlib
import errno
import ipaddress
import re
import socket
from urllib.parse import quote, urlsplit

from msgspec import Struct

from postil.diagnostics.refusal import Refusal

LOOPBACK = ("127.0.0.1", "::1")
LOOPBACK_NAMES = frozenset({"localhost", *LOOPBACK})
PORTS = 20  # that are tried, the next if one is taken

_HOST = re.compile(r"(?:\[([\da-fA-F:.]+)\]|([\w.-]{1,253}))(?::\d+)?", re.ASCII)
_ORIGIN = re.compile(rf"https?://{_HOST.pattern}", re.ASCII)
_PORTS = {"http": 80, "https": 443}


# ------------------------------------------------------------------ names


class HostNames(Struct, frozen=True):
    """The names that the preview answers to, and whether to any address of this machine too.

    `origin` and `prefix` are the parts of the address that it has beyond a tunnel or a proxy:
    `https://desk.example` and `/explainers`; empty without one.
    """

    known: frozenset[str] = LOOPBACK_NAMES
    any_address: bool = False
    origin: str = ""
    prefix: str = ""

    @property
    def are_public(self) -> bool:
        return self != HostNames()


def names_of(host: str, public_url: str = "") -> HostNames:
    """The names to answer to when listening at a host; empty for this machine alone.

    Raises Refusal if `public_url` is no address that a tunnel or a proxy can have.
    """
    known, any_address, origin, prefix = LOOPBACK_NAMES, False, "", ""
    if host and host not in LOOPBACK_NAMES:
        known |= {host.lower(), *_own_names()}
        any_address = _is_address(host) and ipaddress.ip_address(host).is_unspecified
    if public_url:
        origin, name, prefix = _parts(public_url)
        known |= {name}
    return HostNames(known, any_address, origin, prefix)


def _own_names() -> frozenset[str]:
    """What this machine calls itself, and its name in the local network (multicast DNS)."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return frozenset({name, short, f"{short}.local"} - {""})


def _parts(public_url: str) -> tuple[str, str, str]:
    """The origin of an address as browsers send it, its name, and its path without a last `/`."""
    try:
        url = urlsplit(public_url)
        name, port = url.hostname or "", url.port
    except ValueError:
        url, name, port = urlsplit(""), "", None
    shown = _in_address(name)
    fits = url.scheme in _PORTS and _HOST.fullmatch(shown) and not (url.query or url.fragment)
    if not fits or "@" in url.netloc:
        raise Refusal(
            f"--public-url {public_url} is no address that leads here",
            "write it as a browser shows it, as in --public-url https://desk.example/explainers/",
        )
    given = "" if port in (None, _PORTS[url.scheme]) else f":{port}"
    return f"{url.scheme}://{shown}{given}", name, quote(url.path.rstrip("/"), "/%")


def is_for(names: HostNames, host: str | None) -> bool:
    """Whether a request with this Host header is meant for the preview.

    Any site can make a name of its own lead here (DNS rebinding), and its scripts could then read
    what we answer; but the header has that name. An address cannot be made to lead elsewhere.
    """
    name = name_in(host)
    return name in names.known or (names.any_address and _is_address(name))


def is_page_of(names: HostNames, origin: str | None, host: str | None) -> bool:
    """Whether an Origin header is that of a page that the preview sent, under this Host."""
    return origin is not None and origin in (f"http://{host}", names.origin)


def name_in(host: str | None) -> str:
    """The name or address in a Host header; empty if there is none."""
    found = _HOST.fullmatch(host or "")
    return (found[1] or found[2]).lower() if found else ""


def refusal_of_name(name: str) -> str:
    """Why a request under this name is refused, and what to do about it."""
    if not name:
        return "this request does not say in a Host header for whom it is"
    return (
        f"this preview does not answer to the name {name}; to let it, start it again, with "
        f"--host {name} if this is a name of its machine, or with --public-url "
        f"https://{_in_address(name)}/ "
        "if a tunnel or a proxy of yours leads here"
    )


def refusal_of_page(origin: str) -> str:
    """Why a page of this origin is refused, and what to do about it."""
    if not _ORIGIN.fullmatch(origin):
        return "this request does not say in an Origin header which page asks"
    return (
        f"this preview takes no questions from pages at {origin}; if a tunnel or a proxy of yours "
        f"leads from there to here, start it again with --public-url {origin}/"
    )


def _in_address(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


# ------------------------------------------------------------------ addresses


def addresses(names: HostNames, port: int, host: str) -> tuple[str, ...]:
    """Where the preview can be opened: on this machine first, then on its network."""
    if not host or host in LOOPBACK_NAMES:
        found = ["localhost"]
    elif names.any_address:
        found = ["localhost", *_network_addresses(is_new=":" in host)]
    else:
        found = [host]
    here = [f"http://{_in_address(name)}:{port}/" for name in found]
    return (*here, f"{names.origin}{names.prefix}/") if names.origin else tuple(here)


def _network_addresses(*, is_new: bool) -> list[str]:
    """The addresses, of IPv6 or else of IPv4, under which a network reaches this machine."""
    # Some address of documentation (RFC 5737, RFC 3849): nothing is sent there.
    family, elsewhere = (
        (socket.AF_INET6, "2001:db8::1") if is_new else (socket.AF_INET, "192.0.2.1")
    )
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.connect((elsewhere, 9))
        found.append(str(asking.getsockname()[0]))
    with contextlib.suppress(OSError):
        answers = socket.getaddrinfo(socket.gethostname(), None, family)
        found += sorted({str(answer[4][0]) for answer in answers})
    return [each for each in dict.fromkeys(found) if _is_reached(each)]


def _is_reached(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return not (found.is_loopback or found.is_unspecified or found.is_link_local)


# ------------------------------------------------------------------ ports


def bind(port: int, host: str) -> tuple[int, list[socket.socket]]:
    """The first free port from `port` on (0: any), and sockets that listen there.

    Without a host these are for IPv4 and, if this machine has it, for IPv6, since `localhost` may
    mean either. Raises Refusal if there is no such port or host.
    """
    hosts = [host] if host and host != "localhost" else list(LOOPBACK)
    for candidate in range(port, port + PORTS if port else 1):
        try:
            return _bind_all(candidate, hosts)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Refusal(
                    f"cannot listen at {hosts[0]}, {port}: {error.strerror}",
                    "choose another --host or --port",
                ) from None
        except UnicodeError:  # what no name of a machine can be
            raise Refusal(f"{hosts[0]} is no name of a machine", "choose another --host") from None
        except OverflowError:
            break
    raise Refusal(f"the ports {port} to {port + PORTS - 1} are taken", "choose another by --port")


def _bind_all(port: int, hosts: list[str]) -> tuple[int, list[socket.socket]]:
    """Raises OSError if no host can be had, or if at one of them the port is taken."""
    sockets: list[socket.socket] = []
    for host in hosts:
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            sockets.append(socket.create_server((host, port), family=family))
        except OSError as error:
            if error.errno == errno.EADDRINUSE or not sockets:
                for opened in sockets:
                    opened.close()
                raise
        port = int(sockets[0].getsockname()[1])
    for opened in sockets:
        opened.setblocking(False)
    return port, sockets


# ------------------------------------------------------------------ what a page is allowed

# What the preview's script needs of a Content-Security-Policy.
_NEEDED = {"script-src": ["'self'"], "style-src": ["'self'"], "connect-src": ["'self'", "ws:"]}

_META = re.compile(rb"<meta\b[^>]*content-security-policy[^>]*>", re.IGNORECASE)
_CONTENT = re.compile(rb'(?<=\bcontent=")[^"]*', re.IGNORECASE)


def admit_script(page: bytes, script: bytes) -> bytes:
    """A page with a script at its end, and with a policy that lets it run and call this server."""
    page = _META.sub(lambda meta: _CONTENT.sub(_loosen, meta[0]), page)
    end = page.lower().rfind(b"</body>")
    return page[:end] + script + page[end:] if end >= 0 else page + script


def _loosen(found: re.Match[bytes]) -> bytes:
    policy: dict[str, list[str]] = {}
    for directive in found[0].decode().split(";"):
        name, *values = directive.split() or [""]
        policy.setdefault(name.lower(), values)
    policy.pop("", None)
    for name, needed in _NEEDED.items():
        allowed = policy.get(name, policy.get("default-src"))
        if allowed is not None:  # otherwise everything is
            others = (value for value in allowed if value not in ("'none'", *needed))
            policy[name] = [*others, *needed]
    return "; ".join(" ".join([name, *values]) for name, values in policy.items()).encode()
