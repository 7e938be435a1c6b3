"""Games begin, are acted on and given up; ticks and actions never lose each other's work."""

from datetime import datetime
from uuid import UUID

import pytest

from hackathon import errors
from hackathon.models import Hackathon, HousingListing, InboxMessage, Incident, LogEntry, Participant
from hackathon.rules.enums import GameStatus, IncidentStatus, ListingStatus
from hackathon.services import games, inbox, people, ticks
from hackathon.tests.factories import PlayerFactory, begin_game
from hackathon.tests.playing import TICK, act, at_once
from tommy.core.errors import DomainError
from tommy.core.selectors import notifications_after


@pytest.mark.django_db(transaction=True)
class TestBeginning:
    def test_a_game_begins_populated_and_housed(self, now: datetime) -> None:
        game = begin_game(now)
        assert game.participants.count() == 12
        assert game.leases.get().beds == 6
        names = game.participants.values_list("name", flat=True)
        assert len(set(names)) == 12
        assert [frame["type"] for frame in notifications_after(game.user_id, 0)] == ["state"]

    def test_two_first_calls_make_one_game(self, now: datetime) -> None:
        player = PlayerFactory()
        begin_game(now)
        at_once(8, lambda _: games.hackathon_current_ensure(user_id=player.pk, now=now))
        assert Hackathon.objects.filter(user=player).count() == 1

    def test_a_fresh_run_leaves_the_old_one_on_the_books(self, now: datetime) -> None:
        old = begin_game(now)
        new = games.hackathon_create(user_id=old.user_id, now=now, give_up_running=True)
        old.refresh_from_db()
        assert old.status == GameStatus.ABANDONED
        assert old.ended_at == now
        assert games.hackathon_current_ensure(user_id=old.user_id, now=now).pk == new.pk

    def test_only_so_many_run_at_a_time(self, now: datetime) -> None:
        game = begin_game(now)
        outcomes = at_once(6, lambda _: games.hackathon_create(user_id=game.user_id, now=now, name="more"))
        assert outcomes == {"ok": 2, "too_many_hackathons": 4}

    def test_the_seed_depends_on_world_player_and_run_alone(self, now: datetime) -> None:
        player = PlayerFactory(id=UUID(int=5))
        first = begin_game(now, user=player, seed=3)
        names = list(first.participants.order_by("number").values_list("name", flat=True))
        Hackathon.objects.all().delete()
        again = begin_game(now, user=player)
        assert list(again.participants.order_by("number").values_list("name", flat=True)) == names


@pytest.mark.django_db(transaction=True)
class TestActions:
    def test_an_action_moves_the_numbers_logs_its_account_and_tells_the_player(self, now: datetime) -> None:
        game = begin_game(now)
        result = act(game, "rest", now)
        game.refresh_from_db()
        assert result.effects["action_points"] == game.ap == 10
        line = LogEntry.objects.get(hackathon=game, type="action")
        assert line.data["changes"]["ap"] == {"action_cost": -2.0}
        assert notifications_after(game.user_id, 1)[-1]["data"]["action_points"] == 10

    def test_a_refusal_changes_nothing(self, now: datetime) -> None:
        game = begin_game(now)
        before = Hackathon.objects.filter(pk=game.pk).values().get()
        for action, target, parameters in [
            ("dance", None, {}),
            ("rest", 1, {}),
            ("resolve", 10**9, {"choice": "wait"}),
            ("resolve", 1, {"choice": 7}),
            ("approve", 5, {}),
            ("lease_housing", 10**18, {}),
            ("talk", None, {}),
            ("reply", None, {"text": "\x00"}),
        ]:
            with pytest.raises(DomainError):
                act(game, action, now, target, **parameters)
        assert Hackathon.objects.filter(pk=game.pk).values().get() == before
        assert not LogEntry.objects.filter(hackathon=game).exists()

    def test_shipping_what_is_unfinished_is_refused_and_costs_nerves(self, now: datetime) -> None:
        game = begin_game(now)
        person = game.participants.first()
        assert person is not None
        with pytest.raises(errors.NothingToShip):
            act(game, "ship", now, person.pk)
        before, _ = game.stress, game.refresh_from_db()
        assert game.stress == before + 1

    def test_an_ended_game_takes_no_actions(self, now: datetime) -> None:
        game = begin_game(now)
        Hackathon.objects.update(status=GameStatus.LOST)
        with pytest.raises(errors.GameOver):
            act(game, "rest", now)

    def test_another_player_is_refused(self, now: datetime) -> None:
        game, other = begin_game(now), begin_game(now)
        with pytest.raises(errors.NotYourHackathon):
            games.action_perform(
                user_id=other.user_id, hackathon_id=game.pk, action_type="rest", target_id=None, parameters={}, now=now
            )
        person = game.participants.first()
        assert person is not None
        with pytest.raises(errors.ParticipantNotFound):
            act(other, "talk", now, person.pk)

    def test_an_incident_is_resolved_once(self, now: datetime) -> None:
        game = begin_game(now)
        incident = games.incident_trigger(
            user_id=game.user_id, hackathon_id=game.pk, incident_type="network_outage", now=now
        )
        outcomes = at_once(8, lambda _: act(game, "resolve", now, incident, choice="wait"))
        assert outcomes == {"ok": 1, "incident_closed": 7}
        row = Incident.objects.get(pk=incident)
        assert (row.status, row.choice) == (IncidentStatus.RESOLVED, "wait")
        game.refresh_from_db()
        assert game.reputation == 58

    def test_the_last_bed_goes_once_and_the_losers_risk_rises(self, now: datetime) -> None:
        playing = [begin_game(now) for _ in range(6)]
        listing = HousingListing.objects.filter(status=ListingStatus.OPEN).first()
        assert listing is not None
        outcomes = at_once(6, lambda i: act(playing[i], "lease_housing", now, listing.pk))
        assert outcomes == {"ok": 1, "listing_full": 5}
        listing.refresh_from_db()
        assert listing.occupied == listing.capacity
        risks = sorted(Hackathon.objects.values_list("legal", flat=True))
        assert risks == [0, 2, 2, 2, 2, 2]

    def test_fifty_actions_during_a_tick_are_all_there_afterwards(self, now: datetime) -> None:
        game = begin_game(now)
        Hackathon.objects.update(ap=24, stress=90)
        ticks.world_advance(now=now + TICK)

        def work(number: int) -> None:
            if number == 25:
                ticks.shard_tick(low=1, high=2**31, now=now + TICK)
            else:
                act(game, "rest", now)

        outcomes = at_once(51, work)
        game.refresh_from_db()
        assert game.tick == 1
        assert outcomes["ok"] + outcomes["not_enough_ap"] == 51
        rests = LogEntry.objects.filter(hackathon=game, type="action").count()
        assert rests == outcomes["ok"] - 1
        accounts = LogEntry.objects.filter(hackathon=game)
        spent = sum(sum(line.data.get("changes", {}).get("ap", {}).values()) for line in accounts)
        assert game.ap == pytest.approx(24 + spent)
        assert [frame["id"] for frame in notifications_after(game.user_id, 0)] == list(
            range(1, len(notifications_after(game.user_id, 0)) + 1)
        )


@pytest.mark.django_db(transaction=True)
class TestPeopleAndLetters:
    def test_who_is_let_in_takes_part(self, now: datetime) -> None:
        game = begin_game(now)
        person = people.participant_create(
            user_id=game.user_id,
            hackathon_id=game.pk,
            name="Ada",
            email="ada@example.org",
            github_username="ada",
            skills=["rust"],
            in_person=True,
            international=False,
            now=now,
        )
        assert (person.number, person.name, person.in_person) == (13, "Ada", True)
        people.participant_update(user_id=game.user_id, participant_id=person.pk, changes={"name": "Ada L."})
        people.participant_remove(user_id=game.user_id, participant_id=person.pk, now=now)
        with pytest.raises(errors.ParticipantNotFound):
            people.participant_remove(user_id=game.user_id, participant_id=person.pk, now=now)
        game.refresh_from_db()
        assert (game.next_participant, game.people_lost) == (14, 1)

    def test_the_house_has_a_limit_also_for_many_at_once(self, now: datetime) -> None:
        game = begin_game(now)
        who = {"email": "a@example.org", "github_username": "a", "skills": [], "in_person": False}

        def let_in(number: int) -> None:
            people.participant_create(
                user_id=game.user_id, hackathon_id=game.pk, name=f"p{number}", international=False, now=now, **who
            )

        outcomes = at_once(36, let_in)
        assert outcomes == {"ok": 32, "too_many_participants": 4}
        assert game.participants.count() == 44

    def test_a_devlog_counts(self, now: datetime) -> None:
        game = begin_game(now)
        person = game.participants.first()
        assert person is not None
        Participant.objects.update(days_without_devlog=3)
        devlog = people.devlog_create(user_id=game.user_id, participant_id=person.pk, text="It builds.", now=now)
        person.refresh_from_db()
        assert (devlog.text, person.days_without_devlog) == ("It builds.", 0)

    def test_letters_are_read_and_answered_in_their_thread(self, now: datetime) -> None:
        game = begin_game(now)
        for number in range(1, 4):
            ticks.world_advance(now=now + number * TICK)
            ticks.shard_tick(low=1, high=2**31, now=now + number * TICK)
        letter = InboxMessage.objects.filter(sender_role="participant").first()
        assert letter is not None
        person = Participant.objects.get(hackathon=game, number=letter.participant)
        answer = inbox.message_reply(user_id=game.user_id, message_id=letter.pk, text="On it.", now=now)
        letter.refresh_from_db()
        assert (answer.thread, answer.outgoing, answer.body) == (letter.thread, True, "On it.")
        assert letter.replied_at == now
        assert Participant.objects.get(pk=person.pk).morale > person.morale
        with pytest.raises(errors.CannotReply):
            inbox.message_reply(user_id=game.user_id, message_id=answer.pk, text="Me again.", now=now)
        with pytest.raises(errors.MessageNotFound):
            inbox.message_read(user_id=PlayerFactory().pk, message_id=letter.pk, now=now)
