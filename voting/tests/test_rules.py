"""The rules alone: no database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules import (
    Action,
    Person,
    Phase,
    Presence,
    Question,
    can_vote,
    choose_questions,
    everyone_answered,
    everyone_voted,
    free_seat,
    in_order_for,
    is_over,
    make_code,
    next_action,
    next_host,
    normalise_code,
    phase_is_done,
    question_key,
    ranked,
    spectators_to_seat,
    voting_is_possible,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def person(number: int, **changes: Any) -> Person:
    values: dict[str, Any] = {
        "id": number,
        "user_id": UUID(int=number),
        "name": f"p{number}",
        "seat": number,
        "presence": Presence.ONLINE,
        "joined_at": NOW + timedelta(seconds=number),
        "present_until": NOW,
    }
    return Person(**{**values, **changes})


def answered(number: int, **changes: Any) -> Person:
    return person(number, answer_id=uuid4(), **changes)


class TestCodes:
    @given(st.text(max_size=40))
    def test_any_text_becomes_plain(self, text: str) -> None:
        code = normalise_code(text)
        assert code == normalise_code(code)
        assert code.isascii()
        assert not code or code.isalnum()

    def test_people_type_as_they_like(self) -> None:
        assert normalise_code(" bc-2 d4 ") == "BC2D4"

    def test_codes_come_from_the_alphabet(self) -> None:
        letters = iter("BDBDBD")
        assert make_code("BD", 6, lambda _: next(letters)) == "BDBDBD"


class TestPeople:
    def test_the_lowest_free_seat(self) -> None:
        assert free_seat([person(0), person(2)], 4) == 1
        assert free_seat([person(0), person(1)], 2) is None
        assert free_seat([person(0, seat=None)], 2) == 0

    def test_the_host_is_the_longest_seated_who_is_there(self) -> None:
        people = [person(3), person(1, presence=Presence.AWAY), person(2)]
        assert next_host(people) == people[2]
        assert next_host([people[1]]) == people[1]
        assert next_host([person(1, seat=None)]) is None

    def test_late_comers_sit_in_the_order_they_came(self) -> None:
        waiting = [person(9, seat=None), person(4, seat=None), person(6, seat=None)]
        assert [(one.id, seat) for one, seat in spectators_to_seat(waiting, {0, 2}, 4)] == [(4, 1), (6, 3)]


class TestPhases:
    def test_all_present_players_have_to_act(self) -> None:
        people = [answered(0), person(1), person(2, presence=Presence.AWAY), person(3, seat=None)]
        assert not everyone_answered(people)
        assert everyone_answered([answered(0), *people[2:]])

    def test_in_an_empty_room_the_deadline_decides(self) -> None:
        assert not everyone_answered([person(0, presence=Presence.AWAY)])
        assert not everyone_voted([answered(0, presence=Presence.AWAY), answered(1, presence=Presence.AWAY)])

    def test_an_only_answer_leaves_its_author_nothing_to_vote_for(self) -> None:
        author, other = answered(0), person(1)
        assert not can_vote(author, [author, other])
        assert can_vote(other, [author, other])
        assert not everyone_voted([author, other])
        assert everyone_voted([author, person(1, voted_for=author.answer_id)])

    def test_an_answer_outlives_its_author(self) -> None:
        gone = answered(0, seat=None, left=True)
        assert voting_is_possible([gone, person(1)])

    @pytest.mark.parametrize(
        ("phase", "people", "rounds_left", "action"),
        [
            (Phase.ANSWERING, [answered(0), person(1)], True, Action.OPEN_VOTING),
            (Phase.ANSWERING, [person(0), person(1)], True, Action.CLOSE_ROUND),
            (Phase.VOTING, [answered(0), person(1)], True, Action.CLOSE_ROUND),
            (Phase.RESULTS, [], True, Action.NEXT_ROUND),
            (Phase.RESULTS, [], False, Action.FINISH),
        ],
    )
    def test_what_follows(self, phase: Phase, people: list[Person], rounds_left: bool, action: Action) -> None:
        assert next_action(phase, people, rounds_left=rounds_left) == action

    def test_results_are_never_done_early(self) -> None:
        assert not phase_is_done(Phase.RESULTS, [answered(0), answered(1)])

    def test_the_deadline_itself_is_too_late(self) -> None:
        assert is_over(NOW, NOW)
        assert not is_over(NOW, NOW - timedelta(microseconds=1))
        assert not is_over(None, NOW)


class TestOrder:
    @given(st.lists(st.uuids(), unique=True, max_size=20), st.integers(-(2**63), 2**63 - 1), st.uuids(), st.randoms())
    def test_it_depends_on_viewer_and_round_alone(self, ids: list[UUID], seed: int, round_id: UUID, rng: Any) -> None:
        first = in_order_for("viewer", seed, round_id, ids, key=lambda one: one)
        shuffled = ids[:]
        rng.shuffle(shuffled)
        assert in_order_for("viewer", seed, round_id, shuffled, key=lambda one: one) == first
        assert sorted(first) == sorted(ids)

    def test_every_place_is_equally_likely(self) -> None:
        ids = [UUID(int=number) for number in range(4)]
        firsts = [in_order_for(f"v{viewer}", 7, ids[0], ids, key=lambda one: one)[0] for viewer in range(4000)]
        assert all(900 < firsts.count(one) < 1100 for one in ids)


class TestRanking:
    def test_equals_share_a_rank(self) -> None:
        lines = [(UUID(int=1), "b", 3, 1), (UUID(int=2), "A", 3, 0), (UUID(int=3), "c", 1, 1), (None, "d", 5, 0)]
        assert [(line.rank, line.name) for line in ranked(lines)] == [(1, "d"), (2, "A"), (2, "b"), (4, "c")]

    @given(st.lists(st.tuples(st.uuids(), st.text(max_size=5), st.integers(0, 50), st.integers(0, 20)), max_size=20))
    def test_a_rank_counts_who_is_better(self, lines: list[tuple[UUID, str, int, int]]) -> None:
        for line in ranked(lines):
            assert line.rank == 1 + sum(other[2] > line.total for other in lines)


class TestQuestions:
    POOL = [Question(f"Question {number}?", "x") for number in range(30)]

    @given(st.integers(), st.integers(1, 10))
    def test_all_are_different_and_the_seed_decides(self, seed: int, count: int) -> None:
        chosen = choose_questions(self.POOL, {}, count, seed)
        assert len(set(chosen)) == count
        assert chosen == choose_questions(self.POOL, {}, count, seed)

    @given(st.sets(st.integers(0, 29), max_size=25), st.integers())
    def test_nothing_heard_while_there_is_something_new(self, heard: set[int], seed: int) -> None:
        known = {question_key(self.POOL[number].text): (1, NOW) for number in heard}
        chosen = choose_questions(self.POOL, known, 5, seed)
        assert not any(question_key(question.text) in known for question in chosen)

    def test_then_what_the_fewest_heard_longest_ago(self) -> None:
        keys = [question_key(question.text) for question in self.POOL[:3]]
        heard = {keys[0]: (2, NOW), keys[1]: (1, NOW), keys[2]: (1, NOW - timedelta(days=1))}
        assert choose_questions(self.POOL[:3], heard, 3, 1) == [self.POOL[2], self.POOL[1], self.POOL[0]]

    def test_a_key_ignores_case_and_spacing(self) -> None:
        assert question_key("What  if?") == question_key("what if?")
