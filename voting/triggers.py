"""Scores are kept by the very statement that writes the votes, whoever writes them: a trigger on the table of votes.

SQLite drops a table's triggers when it rebuilds the table: a later migration that alters ``Vote`` has to call
``create`` again as its last operation.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRES = """
CREATE FUNCTION voting_count_votes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE voting_score SET points = points + counted.votes
    FROM (
        SELECT room_id, round_id, answer_author_id, count(*) AS votes FROM cast_votes GROUP BY 1, 2, 3
    ) AS counted
    WHERE voting_score.room_id = counted.room_id AND voting_score.round_id = counted.round_id
        AND voting_score.player_id = counted.answer_author_id;
    RETURN NULL;
END $$;
CREATE TRIGGER voting_votes_count AFTER INSERT ON voting_vote
    REFERENCING NEW TABLE AS cast_votes FOR EACH STATEMENT EXECUTE FUNCTION voting_count_votes();
"""
SQLITE = """
CREATE TRIGGER voting_votes_count AFTER INSERT ON voting_vote
BEGIN
    UPDATE voting_score SET points = points + 1
    WHERE room_id = NEW.room_id AND round_id = NEW.round_id AND player_id = NEW.answer_author_id;
END
"""


def create(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(POSTGRES if _is_postgres(schema_editor) else SQLITE, params=None)


def drop(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    table = " ON voting_vote" if _is_postgres(schema_editor) else ""
    schema_editor.execute(f"DROP TRIGGER voting_votes_count{table}", params=None)
    if _is_postgres(schema_editor):
        schema_editor.execute("DROP FUNCTION voting_count_votes", params=None)


def _is_postgres(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    return schema_editor.connection.vendor == "postgresql"
