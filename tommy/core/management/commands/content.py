"""``manage.py content``: look at what can be tuned, check it, compare it with the defaults, take it away to edit."""

import difflib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tommy.core.content import BadContent, content


class Command(BaseCommand):
    help = "Check, show, compare or export the JSON content in force."
    requires_system_checks: list[str] = []  # the check of the content is what this command reports on

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("check", help="validate all files; fails with every fault that is found")
        show = verbs.add_parser("show", help="list the files, or print one of them")
        show.add_argument("file", nargs="?", help="such as hackathon/actions.json")
        verbs.add_parser("diff", help="what this installation's files change of the defaults")
        export = verbs.add_parser("export", help="copy all files in force into a folder, as a start for CONTENT_DIR")
        export.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(**options)

    def _check(self, **options: Any) -> None:
        try:
            files = content.read()
        except BadContent as error:
            raise CommandError("\n".join(map(str, error.problems))) from None
        self.stdout.write(self.style.SUCCESS(f"All {len(files)} files are sound."))

    def _show(self, file: str | None, **options: Any) -> None:
        if file is None:
            for name in content.names():
                self.stdout.write(f"{name}{'  (overridden)' if content.is_overridden(name) else ''}")
            return
        if file not in content.names():
            raise CommandError(f"There is no {file}; `content show` lists what there is.")
        self.stdout.write(content.text(file), ending="")

    def _diff(self, **options: Any) -> None:
        for name in filter(content.is_overridden, content.names()):
            lines = difflib.unified_diff(
                content.default_text(name).splitlines(),
                content.text(name).splitlines(),
                f"default/{name}",
                f"override/{name}",
                lineterm="",
            )
            self.stdout.writelines(f"{line}\n" for line in lines)

    def _export(self, folder: Path, **options: Any) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty; nothing was written.")
        for name in content.names():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content.text(name), encoding="utf-8")
        self.stdout.write(self.style.SUCCESS(f"Wrote {len(content.names())} files into {folder}."))
