"""Applications and leases over HTTP; and the last bed, which goes once."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError
from rest_framework.test import APIClient

from hackathon.models import Hackathon, HousingApplication, HousingLease, HousingListing, Participant
from hackathon.rules.enums import ApplicationStatus, GameStatus, LeaseStatus, ListingStatus, PersonStatus
from hackathon.rules.housing import Preference
from hackathon.services import housing
from hackathon.tests.factories import begin_game
from hackathon.tests.playing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(client: APIClient) -> int:
    client.get("/api/game/state")
    return Participant.objects.earliest("id").pk


def listing() -> HousingListing:
    return HousingListing.objects.filter(status=ListingStatus.OPEN).earliest("id")


def apply(client: APIClient, person: int, **more: Any) -> Any:
    return client.post("/api/housing/apply", {"participant_id": person, **more}, format="json")


def decide(client: APIClient, application: int, status: str) -> Any:
    return client.put(f"/api/housing/applications/{application}", {"status": status}, format="json")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_an_application_from_wish_to_bed(client: APIClient, person: int) -> None:
    house = listing()
    made = apply(client, person, housing_id=house.pk, check_in_date="2026-04-01", special_requests="a desk")
    assert (made.status_code, made.json()["status"], made.json()["housing_id"]) == (201, "pending", house.pk)
    application = made.json()["application_id"]
    assert client.get(f"/api/housing/applications/{application}").json() == made.json()
    for _ in range(2):
        done = decide(client, application, "approved")
        assert (done.status_code, done.json()["status"]) == (200, "approved")
    house.refresh_from_db()
    guest = Participant.objects.get(pk=person)
    lease = HousingLease.objects.get(hackathon=guest.hackathon_id, number=guest.bed)
    assert (house.occupied, lease.beds, guest.in_person) == (1, 1, True)
    assert code_of(decide(client, application, "withdrawn")) == (409, "application_closed")


@pytest.mark.parametrize("wish", ["own", {"room": "own", "city": "Berlin", "max_price": 30}])
def test_a_room_of_ones_own_takes_two_beds(client: APIClient, person: int, wish: Any) -> None:
    made = apply(client, person, housing_preference=wish).json()
    decide(client, made["application_id"], "approved")
    assert (made["room"], HousingListing.objects.get(pk=made["housing_id"]).occupied) == ("own", 2)


@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_what_is_turned_down_rents_nothing_and_may_be_asked_again(client: APIClient, person: int, status: str) -> None:
    house = listing()
    application = apply(client, person, housing_id=house.pk).json()["application_id"]
    assert code_of(apply(client, person, housing_id=house.pk)) == (409, "already_applied")
    assert decide(client, application, status).json()["status"] == status
    assert decide(client, application, status).status_code == 200
    assert HousingLease.objects.count() == 1
    assert apply(client, person, housing_id=house.pk).status_code == 201


def test_refusals_of_applications(client: APIClient, stranger: APIClient, person: int) -> None:
    application = apply(client, person).json()["application_id"]
    assert code_of(apply(client, 10**9)) == (404, "participant_not_found")
    assert code_of(apply(client, person, housing_id=10**9)) == (404, "listing_not_found")
    assert code_of(apply(stranger, person)) == (403, "not_your_participant")
    assert code_of(apply(client, person, housing_preference="castle")) == (400, "invalid")
    dates = {"check_in_date": "2026-04-02", "check_out_date": "2026-04-01"}
    assert code_of(apply(client, person, **dates)) == (400, "invalid")
    assert code_of(client.get(f"/api/housing/applications/{10**9}")) == (404, "application_not_found")
    assert code_of(stranger.get(f"/api/housing/applications/{application}")) == (403, "not_your_application")
    assert code_of(decide(stranger, application, "approved")) == (403, "not_your_application")
    assert code_of(decide(client, application, "maybe")) == (400, "invalid")
    Hackathon.objects.update(ap=0)
    assert code_of(decide(client, application, "approved")) == (409, "not_enough_ap")
    Hackathon.objects.update(ap=12, budget_cents=0)
    assert code_of(decide(client, application, "approved")) == (409, "not_enough_money")
    HousingListing.objects.update(status=ListingStatus.GONE)
    assert code_of(apply(client, person)) == (409, "nothing_suitable")
    Participant.objects.update(status=PersonStatus.LEFT)
    assert code_of(apply(client, person)) == (409, "participant_gone")
    Hackathon.objects.update(status=GameStatus.LOST)
    assert code_of(apply(client, person)) == (409, "game_over")
    HousingListing.objects.update(status=ListingStatus.OPEN)
    Participant.objects.update(status=PersonStatus.ACTIVE)
    assert code_of(decide(client, application, "approved")) == (409, "game_over")


def test_a_place_that_is_gone_raises_the_legal_risk(client: APIClient, person: int) -> None:
    house = listing()
    application = apply(client, person, housing_id=house.pk).json()["application_id"]
    HousingListing.objects.filter(pk=house.pk).update(occupied=house.capacity)
    assert code_of(decide(client, application, "approved")) == (409, "listing_full")
    assert client.get("/api/game/state").json()["legal_risk"] == 2
    assert client.get(f"/api/housing/applications/{application}").json()["status"] == "pending"


def test_leases_are_listed_and_renewed(client: APIClient, stranger: APIClient, person: int) -> None:
    lease = client.get("/api/housing/leases").json()[0]
    renewed = client.post(f"/api/housing/leases/{lease['lease_id']}/renew").json()
    assert renewed["ends_tick"] == lease["ends_tick"] + 60
    assert renewed["price_per_night"] > lease["price_per_night"]
    assert code_of(stranger.post(f"/api/housing/leases/{lease['lease_id']}/renew")) == (403, "not_your_hackathon")
    assert code_of(client.post(f"/api/housing/leases/{10**9}/renew")) == (404, "lease_not_found")
    HousingLease.objects.update(status=LeaseStatus.ENDED)
    assert code_of(client.post(f"/api/housing/leases/{lease['lease_id']}/renew")) == (409, "lease_ended")


def test_fifty_approvals_for_the_last_bed_leave_one_winner(now: datetime) -> None:
    games = [begin_game(now) for _ in range(50)]
    house = listing()
    HousingListing.objects.filter(pk=house.pk).update(occupied=house.capacity - 1)
    wish = housing.Wish(house.pk, Preference(), {}, None, None, "")
    waiting = [
        housing.application_create(
            user_id=game.user_id,
            participant_id=Participant.objects.filter(hackathon=game).earliest("id").pk,
            wish=wish,
            now=now,
        ).pk
        for game in games
    ]

    def approve(place: int) -> None:
        housing.application_decide(
            user_id=games[place].user_id,
            application_id=waiting[place],
            status=ApplicationStatus.APPROVED,
            now=now,
        )

    assert at_once(50, approve) == {"ok": 1, "listing_full": 49}
    assert HousingApplication.objects.filter(status=ApplicationStatus.APPROVED).count() == 1
    assert sorted(Hackathon.objects.values_list("legal", flat=True)) == [0] + [2] * 49
    with pytest.raises(IntegrityError):
        HousingListing.objects.filter(pk=house.pk).update(occupied=house.capacity + 1)


def test_fifty_approvals_of_one_application_rent_one_bed(now: datetime) -> None:
    game = begin_game(now)
    house = listing()
    person = Participant.objects.filter(hackathon=game).earliest("id").pk
    application = housing.application_create(
        user_id=game.user_id,
        participant_id=person,
        wish=housing.Wish(house.pk, Preference(), {}, None, None, ""),
        now=now,
    )
    outcomes = at_once(
        50,
        lambda _: housing.application_decide(
            user_id=game.user_id, application_id=application.pk, status=ApplicationStatus.APPROVED, now=now
        ),
    )
    house.refresh_from_db()
    assert (outcomes, house.occupied) == ({"ok": 50}, 1)
