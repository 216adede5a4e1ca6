"""The list of commands in the help, under a head for each group."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class CommandGroups(TyperGroup):
    """A group whose help lists its commands by their `rich_help_panel`, in the order of adding."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each panel; all descriptions begin in one column."""
        width = max(len(name) for name in self.commands)
        limit = formatter.width - 6 - width
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            panel = getattr(command, "rich_help_panel", None) or "Commands"
            row = (f"{name:{width}}", command.get_short_help_str(limit))
            sections.setdefault(panel, []).append(row)
        for panel, rows in sections.items():
            with formatter.section(panel):
                formatter.write_dl(rows)
