"""What summbench requires, by its own metadata, and the command that installs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from summbench.core.installation import format_install_command

_FOR_DEVELOPERS = frozenset({"dev", "peers"})
_DISTRIBUTIONS = {"mlflow": "mlflow-skinny", "google": "protobuf"}
"""Modules that are called otherwise than the distribution that has them."""


@dataclass(frozen=True, slots=True)
class PackageStatus:
    """A package that summbench can use.

    `version` is None if it is not installed. `problem` says why it does not do: it is missing, or
    of a version that is refused. `extra` is the extra of summbench that has it, empty if it is
    always needed.
    """

    name: str
    version: str | None
    extra: str
    problem: str
    install_command: str


def list_packages() -> list[PackageStatus]:
    """List the packages that using summbench takes, those that are always needed first."""
    statuses = [
        _check(requirement, extra)
        for text in distribution("summbench").requires or ()
        for requirement in [Requirement(text)]
        for extra in _list_extras(requirement)
    ]
    return sorted(statuses, key=lambda status: (status.extra, status.name))


def list_problems() -> list[str]:
    """List what is missing and the command that installs it, one line a command."""
    commands: dict[str, list[str]] = defaultdict(list)
    for package in list_packages():
        if package.problem:
            commands[package.install_command].append(f"{package.name} {package.problem}")
    return [f"{'; '.join(reasons)}: {command}" for command, reasons in commands.items()]


def find_install_command(module: str) -> str | None:
    """The command that installs what has a module, or None if summbench does not know it."""
    distribution_name = canonicalize_name(_DISTRIBUTIONS.get(module, module))
    statuses = (status for status in list_packages() if status.name == distribution_name)
    return next((status.install_command for status in statuses), None)


def explain_missing(module: str | None) -> str:
    """What needs a module that is not here, and the command that installs it, if one is known."""
    package = (module or "").split(".")[0]
    command = find_install_command(package)
    if command is None:
        return f"needs the module {package!r}, which Python does not find."
    return f"needs the package {package!r}. Install it: {command}."


def _list_extras(requirement: Requirement) -> Iterator[str]:
    """The extras that want it here, an empty one if it is always needed; without developers'."""
    marker = requirement.marker
    if marker is None or marker.evaluate({"extra": ""}):
        yield ""
        return
    extras = distribution("summbench").metadata.get_all("Provides-Extra") or []
    for extra in extras:
        if extra not in _FOR_DEVELOPERS and marker.evaluate({"extra": extra}):
            yield extra


def _check(requirement: Requirement, extra: str) -> PackageStatus:
    name = canonicalize_name(requirement.name)
    bare = f"{requirement.name}{requirement.specifier}"
    command = format_install_command(extra) if extra else f"pip install '{bare}'"
    try:
        here = version(requirement.name)
    except PackageNotFoundError:
        return PackageStatus(name, None, extra, "is not installed", command)
    fits = requirement.specifier.contains(here, prereleases=True)
    problem = "" if fits else f"is {here}, and {requirement.specifier} is needed"
    return PackageStatus(name, here, extra, problem, command)
