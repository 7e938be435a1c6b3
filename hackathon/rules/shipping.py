"""``shipping.json``, and the life of a parcel: one table says what may follow what (docs/shipping.md draws it)."""

from collections.abc import Mapping

from hackathon.rules.base import Content, Share, WholeRange
from hackathon.rules.enums import ShipmentState

TRANSITIONS: Mapping[ShipmentState, frozenset[ShipmentState]] = {
    ShipmentState.PACKED: frozenset({ShipmentState.IN_CUSTOMS, ShipmentState.LOST, ShipmentState.DELIVERED}),
    ShipmentState.IN_CUSTOMS: frozenset({ShipmentState.LOST, ShipmentState.DELIVERED}),
    ShipmentState.LOST: frozenset({ShipmentState.PACKED}),
    ShipmentState.DELIVERED: frozenset(),
}
MOVING = (ShipmentState.PACKED, ShipmentState.IN_CUSTOMS)
PHASES = {1: "pre_sf", 2: "post_sf"}


class ShippingModel(Content):
    """Ticks on the road and in customs (only from abroad), and how often a parcel is lost at the end of either."""

    road_ticks: WholeRange
    customs_ticks: WholeRange
    lost_chance: Share


model = ShippingModel
