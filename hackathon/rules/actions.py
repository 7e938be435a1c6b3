"""``actions.json``: what each action costs and does."""

from hackathon.rules.base import Change, Content, Euros, Gain, Loss, Points, Share, SomeDays, Text, Ticks


class Action(Content):
    """``done`` is the answer to the player; its fields in braces are the facts of that action."""

    title: Text
    description: Text
    ap: Points
    done: Text


class Rest(Action):
    stress: Loss


class Fundraise(Action):
    euros: Euros
    euros_per_reputation: Euros
    every_ticks: Ticks


class LeaseHousing(Action):
    nights_down: SomeDays


class RenewLease(Action):
    days: SomeDays
    price_rise: Share


class Ship(Action):
    unfinished_stress: Gain


class Talk(Action):
    morale: Gain


class Reply(Action):
    morale: Change


class ActionsModel(Content):
    """What each action of a player costs and does, and how much acting wears."""

    stress_per_ap: Gain
    rest: Rest
    hire_volunteer: Action
    fundraise: Fundraise
    lease_housing: LeaseHousing
    renew_lease: RenewLease
    ship: Ship
    talk: Talk
    approve: Action
    deny: Action
    verify: Action
    assign: Action
    reply: Reply
    resolve: Action


model = ActionsModel
