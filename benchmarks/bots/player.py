"""A plain player of Tommy Timecrunch. What they do at each look, in this order, as far as points and money reach:

1. rest above stress 45; 2. take the thorough way out of every incident, the most pressing first, keeping 1,000 euros
back, and any way that can be paid when it is about to run out; 3. raise funds below 20,000 euros; 4. renew the leases
that end within ten ticks, give beds to who has none, rent the cheapest house when there are none; 5. pay requests
of suspicion below 0.42, refuse above 0.62, look into the rest; 6. ship what is finished; 7. talk to who is low or
silent, with points to spare; 8. hire up to three volunteers while there are 9,000 euros.
"""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bots.client import Client

REST_ABOVE, RESERVE, FUNDS_BELOW, HIRE_ABOVE = 45, 1_000, 20_000, 9_000
PAY_BELOW, REFUSE_ABOVE, TALK_BELOW, SPARE_POINTS = 0.42, 0.62, 45, 5
PATIENCE, ENDS_SOON = 3, 10


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
                if state["tick"] % self.every_ticks == min(1, self.every_ticks - 1):
                    self.looks += 1
                    await self.look(state)
                await clock.after(state["tick"])
                state = await self.client.must("GET", "/api/game/state")
            await clock.until_over()
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
        return Result(state["status"], state["end_reason"], state["day"], state["score"], self.looks)

    async def look(self, state: dict[str, Any]) -> None:
        self.points, self.money, self.stress = state["action_points"], state["budget_left"], state["stress_level"]
        tick, waiting = state["tick"], state["pending_actions"]
        while self.stress > REST_ABOVE and self.points >= 2 and await self.act("rest"):
            pass
        for event in state["active_events"]:
            await self.resolve(event, tick)
        if self.money < FUNDS_BELOW and self.points >= 4:
            await self.act_unless_refused_lately("fundraise", None, tick)
        await self.house([item for item in waiting if item["kind"] == "bed"], state)
        for item in waiting:
            if item["suspicion"] is not None:
                await self.decide(item, tick)
            elif item["kind"] == "ship":
                await self.act_unless_refused_lately("ship", item["target_id"], tick)
        if self.points >= SPARE_POINTS:
            await self.talk()
        if self.money > HIRE_ABOVE and self.points >= 4 and state["volunteers"] < 3:
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

    async def house(self, unhoused: list[dict[str, Any]], state: dict[str, Any]) -> None:
        if state["tick"] >= self.leases_at:
            await self.renew(state)
            self.leases_at = state["tick"] + PATIENCE
        without = [item for item in unhoused if not await self.act("assign", item["target_id"])]
        if without and self.points >= 2:
            listings = await self.client.must("GET", "/api/housing/listings", params={"limit": 200})
            free = [(row["price_per_night"], row["capacity"] - row["occupied_spots"], row["id"]) for row in listings]
            for _, beds, listing in sorted(row for row in free if row[1] > 0)[:3]:
                if await self.act("lease_housing", listing, beds=min(beds, len(without) + 1)):
                    return

    async def renew(self, state: dict[str, Any]) -> None:
        for lease in await self.client.must("GET", "/api/housing/leases"):
            lasts = lease["ends_tick"] - state["tick"]
            if lease["status"] == "active" and lasts <= ENDS_SOON < state["time_remaining"]:
                await self.act("renew_lease", lease["lease_id"])

    async def decide(self, item: dict[str, Any], tick: int) -> None:
        target, suspicion = item["target_id"], item["suspicion"]
        if suspicion > REFUSE_ABOVE and self.points >= 0.5:
            await self.act("deny", target)
        elif suspicion < PAY_BELOW and self.points >= 0.5 and self.money >= item["amount"]:
            await self.act("approve", target)
        elif PAY_BELOW <= suspicion <= REFUSE_ABOVE and self.points > 3.5:
            await self.act("verify", target)
        elif item["due_tick"] - tick <= self.every_ticks and self.points >= 0.5:
            await self.act("approve", target)

    async def talk(self) -> None:
        people = await self.client.must("GET", "/api/hackathons/current/participants", params={"limit": 200})
        active = [person for person in people if person["status"] == "active"]
        worries = [person for person in active if person["morale"] < TALK_BELOW or person["idle_days"] == 2]
        for person in sorted(worries, key=lambda one: float(one["morale"])):
            if self.points < SPARE_POINTS or not await self.act("talk", person["id"]):
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

    async def after(self, tick: int) -> None:
        """Wait until the game has gone beyond this tick; looks again by itself should the socket be down for long."""
        while self.tick <= tick and not self.is_over:
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
