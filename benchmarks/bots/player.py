"""A plain player of Tommy Timecrunch. What they do at each look, in this order, as far as points and money reach:

1. rest above stress 45; 2. take the thorough way out of every incident, the most pressing first, keeping 1,000 euros
back, and any way that can be paid when it is about to run out; 3. raise funds below 20,000 euros; 4. renew the leases
that end within a day and are needed, give free beds to who has none, rent the cheapest house when there are none;
5. pay requests of suspicion below 0.42, refuse above 0.62, look into the rest; 6. ship what is finished; 7. talk to who
is low or silent (keeping points back, unless the next look is a day away); 8. hire up to three volunteers while there
are 9,000 euros.

What the state tells is not asked for again, and what cannot succeed is not tried: a look is a request for the state,
one for each thing done, and now and then one for the people, the leases, or the market.
"""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bots.client import Client

REST_ABOVE, RESERVE, FUNDS_BELOW, HIRE_ABOVE = 45, 1_000, 20_000, 9_000
PAY_BELOW, REFUSE_ABOVE, TALK_BELOW, SPARE_POINTS = 0.42, 0.62, 45, 5
PATIENCE, A_DAY, MOST_VOLUNTEERS = 3, 6, 3
REST_POINTS, FUND_POINTS, HIRE_POINTS, LEASE_POINTS, VERIFY_POINTS = 2, 4, 4, 2, 3.5


@dataclass(frozen=True)
class Result:
    """How a season went; ``looks`` is how many ticks the player did something about."""

    status: str
    end_reason: str | None
    day: int
    score: float
    looks: int

    @property
    def survived(self) -> bool:
        return self.status == "finished"


@dataclass
class Player:
    """One player of one game, who looks in every so many ticks."""

    client: Client
    every_ticks: int = 1
    hang_up_every: int = 0
    looks: int = 0
    leases_at: int = 0
    points: float = 0.0
    money: float = 0.0
    stress: float = 0.0
    not_before: dict[tuple[str, int | None], int] = field(default_factory=dict)

    async def play(self) -> Result:
        """A whole season: look in when the clock has moved on, until the game is over."""
        state = await self.client.must("GET", "/api/game/state")
        clock = _Clock(state["tick"])
        listening = asyncio.create_task(clock.follow(self.client, self.hang_up_every))
        try:
            while state["status"] == "running":
                due = self.next_look(state["tick"])
                await clock.reaches(due)
                state = await self.client.must("GET", "/api/game/state")
                if state["status"] == "running" and state["tick"] >= due:
                    self.looks += 1
                    await self.look(state)
            await clock.until_over()
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
        return Result(state["status"], state["end_reason"], state["day"], state["score"], self.looks)

    def next_look(self, tick: int) -> int:
        """The first tick after this one to look in at: of a day the second, when its newcomer is there."""
        offset = min(1, self.every_ticks - 1)
        return ((tick - offset) // self.every_ticks + 1) * self.every_ticks + offset

    async def look(self, state: dict[str, Any]) -> None:
        """Do what is due, in the order in which this module's first lines say it."""
        self.points, self.money, self.stress = state["action_points"], state["budget_left"], state["stress_level"]
        await self.rest()
        for event in state["active_events"]:
            await self.resolve(event, state["tick"])
        await self.raise_funds(state["tick"])
        await self.house(state)
        await self.settle(state)
        await self.talk()
        await self.hire(state["volunteers"])

    async def rest(self) -> None:
        while self.stress > REST_ABOVE and self.points >= REST_POINTS and await self.act("rest"):
            pass

    async def raise_funds(self, tick: int) -> None:
        if self.money < FUNDS_BELOW and self.points >= FUND_POINTS:
            await self.act_unless_refused_lately("fundraise", None, tick)

    async def settle(self, state: dict[str, Any]) -> None:
        """Requests, and what is ready to leave."""
        for item in state["pending_actions"]:
            if item["suspicion"] is not None:
                await self.decide(item, state["tick"])
            elif item["kind"] == "ship":
                await self.act_unless_refused_lately("ship", item["target_id"], state["tick"])

    async def hire(self, volunteers: int) -> None:
        if self.money > HIRE_ABOVE and self.points >= HIRE_POINTS and volunteers < MOST_VOLUNTEERS:
            await self.act("hire_volunteer")

    async def act_unless_refused_lately(self, action: str, target: int | None, tick: int) -> None:
        """For what is often refused (a parcel is still on its way): asked again only after a while."""
        if tick >= self.not_before.get((action, target), 0) and not await self.act(action, target):
            self.not_before[action, target] = tick + PATIENCE

    async def act(self, action: str, target: int | None = None, **parameters: Any) -> bool:
        """Do something; whether it was allowed. What is left of points and money the answer tells."""
        body = {"action_type": action, "target_id": target, "parameters": parameters}
        answer = await self.client.ask("POST", "/api/game/action", json=body)
        if answer.is_success:
            effects = answer.json()["effects"]
            self.points, self.money = effects["action_points"], effects["budget_left"]
            self.stress = effects["stress_level"]
        return bool(answer.is_success)

    async def resolve(self, event: dict[str, Any], tick: int) -> None:
        first, *_ = choices = event["choices"]
        reserve = RESERVE if first["cost"] else 0
        if self.can_pay(first, reserve):
            await self.act("resolve", event["event_id"], choice=first["choice"])
        elif event["deadline_tick"] - tick <= self.every_ticks:
            for choice in choices:
                if self.can_pay(choice, 0):
                    await self.act("resolve", event["event_id"], choice=choice["choice"])
                    return

    def can_pay(self, choice: dict[str, Any], reserve: float) -> bool:
        return bool(choice["action_points"] <= self.points and choice["cost"] + reserve <= max(self.money, reserve))

    async def house(self, state: dict[str, Any]) -> None:
        """Keep houses, give out beds, and rent another house for whom there is none."""
        counts, tick = state["counts"], state["tick"]
        free = counts["beds"] - counts["in_person"] + counts["unhoused"]
        if tick >= self.leases_at:
            await self.renew(free, tick, state["time_remaining"])
        without = [item["target_id"] for item in state["pending_actions"] if item["kind"] == "bed"]
        while without and free > 0 and self.points >= 0.5 and await self.act("assign", without[0]):
            without, free = without[1:], free - 1
        if without and self.points >= LEASE_POINTS and await self.rent(len(without)):
            self.leases_at = tick + 1

    async def renew(self, free: int, tick: int, remaining: int) -> None:
        """Renew what ends within a day; look again in time.

        Who lives in which house is not told: one is let go only where the other free beds would take all of it.
        """
        leases = [
            lease for lease in await self.client.must("GET", "/api/housing/leases") if lease["status"] == "active"
        ]
        for lease in leases:
            lasts = lease["ends_tick"] - tick
            if lasts > A_DAY or lasts >= remaining:
                continue
            if free >= 2 * lease["beds"]:
                free -= lease["beds"]
            else:
                await self.act("renew_lease", lease["lease_id"])
        later = [lease["ends_tick"] - A_DAY for lease in leases if lease["ends_tick"] - tick > A_DAY]
        # A lease that ends within a day and was not renewed this time is tried again soon.
        soonest = min(later, default=0) if len(later) == len(leases) else 0
        self.leases_at = max(tick + PATIENCE, soonest)

    async def rent(self, people: int) -> bool:
        """The cheapest beds on the market that nobody else was faster to take."""
        listings = await self.client.must("GET", "/api/housing/listings", params={"limit": 200})
        free = [(row["price_per_night"], row["capacity"] - row["occupied_spots"], row["id"]) for row in listings]
        for _, beds, listing in sorted(row for row in free if row[1] > 0)[:3]:
            if await self.act("lease_housing", listing, beds=min(beds, people + 1)):
                return True
        return False

    async def decide(self, item: dict[str, Any], tick: int) -> None:
        target, suspicion = item["target_id"], item["suspicion"]
        if suspicion > REFUSE_ABOVE and self.points >= 0.5:
            await self.act("deny", target)
        elif suspicion < PAY_BELOW and self.points >= 0.5 and self.money >= item["amount"]:
            await self.act("approve", target)
        elif PAY_BELOW <= suspicion <= REFUSE_ABOVE and self.points > VERIFY_POINTS:
            await self.act("verify", target)
        elif item["due_tick"] - tick <= self.every_ticks and self.points >= 0.5:
            await self.act("approve", target)

    async def talk(self) -> None:
        kept = SPARE_POINTS if self.every_ticks < A_DAY else 1
        if self.points < kept:
            return
        people = await self.client.must("GET", "/api/hackathons/current/participants", params={"limit": 200})
        active = [person for person in people if person["status"] == "active"]
        worries = [person for person in active if person["morale"] < TALK_BELOW or person["idle_days"] == 2]
        for person in sorted(worries, key=lambda one: float(one["morale"])):
            if self.points < kept or not await self.act("talk", person["id"]):
                return


class _Clock:
    """What tick it is, by the frames that come."""

    def __init__(self, tick: int) -> None:
        self.tick, self.is_over = tick, False
        self._moved = asyncio.Event()

    async def follow(self, client: Client, hang_up_every: int) -> None:
        async with aclosing(client.frames(hang_up_every)) as frames:
            async for frame in frames:
                if frame["type"] == "state":
                    self.tick = max(self.tick, frame["data"]["tick"])
                    self.is_over = frame["data"]["status"] != "running"
                    self._moved.set()

    async def reaches(self, tick: int) -> None:
        """Wait until the game is at this tick; looks again by itself should the socket be down for long."""
        while self.tick < tick and not self.is_over:
            self._moved.clear()
            try:
                await asyncio.wait_for(self._moved.wait(), timeout=15)
            except TimeoutError:
                return

    async def until_over(self) -> None:
        """The last frame arrives, too."""
        async with asyncio.timeout(30):
            while not self.is_over:
                self._moved.clear()
                await self._moved.wait()
