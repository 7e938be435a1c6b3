"""Actions for oneself and for people: rest, volunteers, money, talks, replies, shipping."""

from typing import Any

import numpy as np

from hackathon import errors
from hackathon.rules.base import cents
from hackathon.rules.enums import Cause, EventCode, Quantity, ShipmentState, ShipState
from hackathon.rules.shipping import PHASES
from hackathon.simulation.actions.base import Act
from hackathon.simulation.people import add_morale
from hackathon.simulation.shipping import pack, pack_again, parcels_of
from hackathon.simulation.state import NEVER

Facts = dict[str, Any]


def rest(act: Act) -> Facts:
    rules = act.rules.actions.rest
    act.check_means(rules.ap)
    act.pay(rules.ap, 0, Cause.ACTION_COST)
    act.change(Quantity.STRESS, Cause.REST, rules.stress)
    return {"stress": float(act.state.games.stress[act.game])}


def hire_volunteer(act: Act) -> Facts:
    rules, games = act.rules.actions.hire_volunteer, act.state.games
    if games.volunteers[act.game] >= act.rules.economy.limits.volunteers:
        raise errors.VolunteersFull(limit=act.rules.economy.limits.volunteers)
    act.check_means(rules.ap)
    act.pay(rules.ap, 0, Cause.ACTION_COST)
    act.change(Quantity.VOLUNTEERS, Cause.HIRING, 1)
    volunteers = int(games.volunteers[act.game])
    act.event(EventCode.VOLUNTEER_HIRED, Cause.HIRING, count=volunteers)
    return {"volunteers": volunteers}


def fundraise(act: Act) -> Facts:
    rules, games = act.rules.actions.fundraise, act.state.games
    wait = fundraise_wait(act)
    if wait > 0:
        raise errors.FundraisedLately(remaining_ticks=wait)
    act.check_means(rules.ap)
    act.pay(rules.ap, 0, Cause.ACTION_COST)
    money = cents(rules.euros + rules.euros_per_reputation * float(games.reputation[act.game]))
    games.last_fundraise_tick[act.game] = act.tick
    act.change(Quantity.BUDGET_CENTS, Cause.FUNDRAISING, money)
    return {"euros": money / 100}


def fundraise_wait(act: Act) -> int:
    """Ticks until money may be asked for again; 0 or less: now."""
    last = int(act.state.games.last_fundraise_tick[act.game])
    return 0 if last == NEVER else last + act.rules.actions.fundraise.every_ticks - act.tick


def talk(act: Act) -> Facts:
    rules, people = act.rules.actions.talk, act.state.participants
    row = act.person(act.target)
    act.check_means(rules.ap)
    act.pay(rules.ap, 0, Cause.ACTION_COST)
    add_morale(act.state, np.array([row]), rules.morale)
    people.idle_days[row] = 0
    act.event(EventCode.PARTICIPANT_TALKED_TO, Cause.TALK, participant=act.target, morale=rules.morale)
    return {"participant": act.target, "morale": float(people.morale[row])}


def reply(act: Act) -> Facts:
    """Words to whoever wrote; a participant (the target, if there is one) takes heart."""
    rules = act.rules.actions.reply
    row = act.person(act.target) if act.target else -1
    act.check_means(rules.ap)
    act.pay(rules.ap, 0, Cause.REPLY)
    if row >= 0:
        add_morale(act.state, np.array([row]), rules.morale)
    return {"participant": act.target}


_NEXT = {
    ShipState.READY_FIRST: (ShipState.BUILDING_SECOND, "first_ships", "first_shipped_tick", "pre_sf"),
    ShipState.READY_SECOND: (ShipState.DONE, "second_ships", "second_shipped_tick", "post_sf"),
}


def ship(act: Act) -> Facts:
    """Send a finished project off: it counts at once, and the person may build on. A lost parcel goes again."""
    rules, people = act.rules.actions.ship, act.state.participants
    row = act.person(act.target)
    parcels = parcels_of(act.state, row)
    lost = parcels[act.state.shipments.state[parcels] == ShipmentState.LOST]
    if len(lost):
        return _send_again(act, int(lost[0]))
    stage = ShipState(int(people.ship_state[row]))
    if stage is ShipState.DONE:
        raise errors.AlreadyShipped
    if stage not in _NEXT:
        raise errors.NothingToShip(hours=round(float(people.hours[row]), 1), hours_needed=_hours_needed(act, stage))
    if len(parcels):
        raise errors.FirstNotDelivered
    act.check_means(rules.ap)
    act.pay(rules.ap, 0, Cause.ACTION_COST)
    _send_off(act, row, stage)
    return {"participant": act.target, "phase": _NEXT[stage][3]}


def _send_again(act: Act, parcel: int) -> Facts:
    ap = act.rules.actions.ship.ap
    act.check_means(ap)
    act.pay(ap, 0, Cause.ACTION_COST)
    pack_again(act.state, parcel, act.rules)
    phase = int(act.state.shipments.phase[parcel])
    act.event(EventCode.SHIPMENT_PACKED, Cause.SHIPPING, participant=act.target, count=phase)
    return {"participant": act.target, "phase": PHASES[phase]}


def _hours_needed(act: Act, stage: ShipState) -> float:
    rules = act.rules.work.shipping
    return rules.first_hours + (rules.second_hours if stage is ShipState.BUILDING_SECOND else 0)


def _send_off(act: Act, row: int, stage: ShipState) -> None:
    people, rules = act.state.participants, act.rules.work.shipping
    following, counter, stamp, _ = _NEXT[stage]
    people.ship_state[row] = following
    people.waiting_days[row] = 0
    getattr(people, stamp)[row] = act.tick
    getattr(act.state.games, counter)[act.game] += 1
    add_morale(act.state, np.array([row]), rules.shipped_morale)
    act.change(Quantity.REPUTATION, Cause.SHIPPING, rules.shipped_reputation)
    number, phase = act.target, 1 if stage is ShipState.READY_FIRST else 2
    pack(act.state, row, phase, act.rules)
    act.event(EventCode.PROJECT_SHIPPED, Cause.SHIPPING, participant=number, count=phase, morale=rules.shipped_morale)
