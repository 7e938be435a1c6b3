"""The one locked path to a game: whatever changes one goes through here, a tick as well as an action.

Order of locks, everywhere: the owner's account row (only to begin a game), hackathons by id, listings by id,
notification cursors by user id.
"""

from uuid import UUID

from hackathon.errors import HackathonNotFound, NotYourHackathon
from hackathon.models import Hackathon, HousingListing
from hackathon.rules.compiled import Rules
from hackathon.rules.enums import ListingStatus
from hackathon.simulation import store
from hackathon.simulation.store import Shard


def lock_hackathon(*, user_id: UUID, hackathon_id: int) -> Hackathon:
    """The player's hackathon, locked until the command ends."""
    hackathon = Hackathon.objects.select_for_update().filter(pk=hackathon_id).first()
    if hackathon is None:
        raise HackathonNotFound
    if hackathon.user_id != user_id:
        raise NotYourHackathon
    return hackathon


def lock_all_of(*, user_id: UUID, **signal: object) -> None:
    """Lock every hackathon of an account that is about to be deleted: a tick that writes for one then goes first."""
    mine = Hackathon.objects.select_for_update().filter(user_id=user_id).order_by("id")
    list(mine.values_list("id", flat=True))


def lock_market() -> None:
    """Lock the open listings, in the order of ids; whoever does holds the locks of their hackathons already."""
    open_listings = HousingListing.objects.filter(status=ListingStatus.OPEN).order_by("id")
    list(open_listings.select_for_update().values_list("id", flat=True))


def load_locked(hackathon: Hackathon, rules: Rules, *, with_market: bool = False) -> Shard:
    """A locked hackathon as a shard of one game. With the market its open listings are locked too."""
    if with_market:
        lock_market()
    return store.load([(hackathon.pk, hackathon.user_id)], rules, with_listings=with_market)
