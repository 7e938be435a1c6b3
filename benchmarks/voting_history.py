"""Answers of games long past in the voting game's tables, so that a missing index would be felt."""

from django.db import connection

from benchmarks.voting_players import Measures, make_players
from tommy.core import clock
from voting import services
from voting.models import Answer, Room

PLAYERS, ROUNDS = 20, 10
PARTICIPANTS = """
INSERT INTO voting_participant (
    room_id, user_id, name, seat, room_max_players, wants_seat, kicked, joined_at, present_until, presence
)
SELECT room.id, player.user_id, 'x', player.place - 1, room.max_players, false, false, now(), now(), 'away'
FROM voting_room room, unnest(%s::uuid[]) WITH ORDINALITY AS player (user_id, place)
WHERE room.code LIKE 'PAST%%'
"""
ROUNDS_OF_ALL = """
INSERT INTO voting_round (id, room_id, game, number, question, category, started_at, voting_at, completed_at)
SELECT gen_random_uuid(), room.id, 1, number, '?', 'x', now(), now(), now()
FROM voting_room room, generate_series(1, %s) number WHERE room.code LIKE 'PAST%%'
"""
ANSWERS = """
INSERT INTO voting_answer (id, room_id, round_id, author_id, content, created_at)
SELECT gen_random_uuid(), round.room_id, round.id, person.id, repeat('x', 60), now()
FROM voting_room room
JOIN voting_round round ON round.room_id = room.id
JOIN voting_participant person ON person.room_id = room.id
WHERE room.code LIKE 'PAST%%'
"""


def fill(count: int) -> int:
    """Add ``count`` answers, rounded down to whole games; returns how many answers there are."""
    players = make_players(PLAYERS, Measures())
    now, settings = clock.now(), {"max_players": PLAYERS, "total_rounds": ROUNDS}
    template = services.room_create(user_id=players[0].user_id, username="x", settings=settings, now=now)
    with connection.cursor() as cursor:
        cursor.execute(_rooms_like(), [count // (PLAYERS * ROUNDS), template.pk])
        cursor.execute(PARTICIPANTS, [[player.user_id for player in players]])
        cursor.execute(ROUNDS_OF_ALL, [ROUNDS])
        cursor.execute(ANSWERS)
        cursor.execute("VACUUM ANALYZE")  # which autovacuum would else do in the middle of what is measured
    return Answer.objects.count()


def _rooms_like() -> str:
    """Copies of one room, each with codes of its own."""
    own = {"id": "gen_random_uuid()", "code": "'PAST' || n", "watch_code": "'WPAST' || n", "status": "'finished'"}
    names = [str(field.column) for field in Room._meta.concrete_fields]
    values = ", ".join(own.get(name, f"room.{name}") for name in names)
    targets = ", ".join(names)
    return (
        f"INSERT INTO voting_room ({targets}) SELECT {values} FROM generate_series(1, %s) n, voting_room room "
        "WHERE room.id = %s"
    )
