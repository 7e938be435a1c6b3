"""The one world: made once, its clock paused and let go on."""

import secrets
from datetime import datetime

from django.db import transaction

from hackathon import catalogue
from hackathon.models import HousingListing, World
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import ListingStatus
from hackathon.simulation import store
from hackathon.simulation.market import market_step
from hackathon.simulation.state import Listings
from tommy.core.audit import note
from tommy.core.db import command

SEED_BITS = 63


def world_create(*, now: datetime, seed: int | None = None) -> World:
    """The world, made if there is none; ``seed`` replays an earlier one."""
    with command():
        return world_ensure(now=now, seed=seed)


def world_ensure(*, now: datetime, seed: int | None = None) -> World:
    """The same inside another command: a new player may come before anybody seeded the database."""
    world = World.objects.filter(pk=World.SINGLETON_ID).first()
    if world is not None:
        return world
    with transaction.atomic():
        fresh = {"seed": secrets.randbits(SEED_BITS) if seed is None else seed, "advanced_at": now}
        world, created = World.objects.get_or_create(pk=World.SINGLETON_ID, defaults=fresh)
        if created:
            market_open(world=world, running=1, rules=catalogue.rules(), now=now)
            world.save(update_fields=["day", "next_listing"])
    return world


def world_pause(*, paused: bool, now: datetime) -> World:
    """Stop or start the world's clock; the time it stood still is not made up for."""
    with command():
        world = World.objects.select_for_update().get(pk=World.SINGLETON_ID)
        if world.paused and not paused:
            world.advanced_at = now
        note("world", {"paused": world.paused}, {"paused": paused})
        world.paused = paused
        world.save(update_fields=["paused", "advanced_at"])
        return world


def market_open(*, world: World, running: int, rules: Rules, now: datetime) -> None:
    """Let the market's day pass if the world has come to a new one; the caller holds the world's lock and saves it."""
    day = world.tick // rules.ticks_per_day
    if day <= world.day:
        return
    open_listings = HousingListing.objects.filter(world=world, status=ListingStatus.OPEN).order_by("id")
    list(open_listings.select_for_update().values_list("id", flat=True))
    listings, worlds = store.load_market(world, rules)
    before = listings.copy()
    market_step(listings, worlds, day, running, rules)
    world.day, world.next_listing = int(worlds.day[0]), int(worlds.next_listing[0])

    def texts(fresh: Listings) -> dict[str, object]:
        return {**catalogue.wording().listings(fresh, rules), "created_at": now}

    store.save_market(listings, before, world, rules, texts)
