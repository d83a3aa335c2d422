"""Who may ask the preview for something, where it listens, and what its pages are allowed."""

import errno
import ipaddress
import re
import socket

from msgspec import Struct

from postil.diagnostics.refusal import Refusal

LOOPBACK = ("127.0.0.1", "::1")
LOOPBACK_NAMES = frozenset({"localhost", *LOOPBACK})
PORTS = 20  # that are tried, the next if one is taken

_HOST = re.compile(r"(?:\[([\da-fA-F:.]+)\]|([\w.-]+))(?::\d+)?")


# ------------------------------------------------------------------ names


class HostNames(Struct, frozen=True):
    """The names that the preview answers to, and whether to any address of this machine too."""

    known: frozenset[str] = LOOPBACK_NAMES
    any_address: bool = False

    @property
    def are_public(self) -> bool:
        return self != HostNames()


def names_of(host: str) -> HostNames:
    """The names to answer to when listening at a host; empty for this machine alone."""
    if not host or host in LOOPBACK_NAMES:
        return HostNames()
    if _is_address(host) and ipaddress.ip_address(host).is_unspecified:
        return HostNames(LOOPBACK_NAMES | {socket.gethostname().lower()}, any_address=True)
    return HostNames(LOOPBACK_NAMES | {host.lower()})


def is_for(names: HostNames, host: str | None) -> bool:
    """Whether a request with this Host header is meant for the preview.

    Any site can make a name of its own lead here (DNS rebinding), and its scripts could then read
    what we answer; but the header has that name. An address cannot be made to lead elsewhere.
    """
    found = _HOST.fullmatch(host or "")
    name = (found[1] or found[2]).lower() if found else ""
    return name in names.known or (names.any_address and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


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
