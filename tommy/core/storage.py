"""Postgres' storage parameters, which Django's models have no word for; SQLite has none, and is left alone."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


def room_for_updates(fillfactor: dict[str, int]) -> RunPython:
    """A migration's step: fill the pages of these tables to so many percent only.

    A tick rewrites rows whose indexed columns stay as they are. Where the page has room for the new version, Postgres
    needs no new index entries and clears the old version by itself (heap-only tuples); a packed page takes both away:
    5 % of a tick's updates of games were heap-only at the default of 100, 90 % at 40.
    """

    def set_fillfactor(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            for table, percent in fillfactor.items():
                editor.execute(f"ALTER TABLE {editor.quote_name(table)} SET (fillfactor = {percent})")

    return RunPython(set_fillfactor, RunPython.noop, elidable=False)
