"""Standing orders."""

from rest_framework import serializers

from hackathon.rules.orders import LONGEST_NAME, NAMED, Operator
from hackathon.serializers.games import LARGEST_ID, Shape
from hackathon.simulation.actions import ACTIONS


class OrdersQuery(Shape):
    hackathon = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="The current one by default."
    )


class OrderCondition(Shape):
    field = serializers.CharField(help_text="One of GET /api/game/orders/words: of the game, or of the target.")
    op = serializers.ChoiceField([operator.value for operator in Operator])
    value = serializers.JSONField(help_text="A number, true or false, a key, or a list of keys.")


class OrderTarget(Shape):
    where = OrderCondition(many=True, required=False, help_text="All must hold.")
    sort = serializers.CharField(
        required=False, allow_null=True, help_text="A number of the target; with a minus the greatest comes first."
    )


class OrderDoing(Shape):
    action = serializers.ChoiceField(list(ACTIONS))
    parameters = serializers.DictField(required=False)
    target = OrderTarget(required=False, allow_null=True, help_text="What the action is aimed at, chosen in each tick.")


class OrderRecord(Shape):
    acted = serializers.IntegerField(help_text="How often it has acted.")
    last_acted_tick = serializers.IntegerField(allow_null=True)
    why_not_code = serializers.CharField(allow_null=True, help_text="Why it last did not act.")
    why_not = serializers.CharField(allow_null=True, help_text="The same in words.")
    why_not_tick = serializers.IntegerField(allow_null=True, help_text="Since when, in a row.")


class OrderInput(Shape):
    name = serializers.RegexField(NAMED, max_length=LONGEST_NAME, help_text="Distinct among a game's orders.")
    enabled = serializers.BooleanField(default=True)
    when = OrderCondition(many=True, required=False, help_text="All must hold; none: always.")
    do = OrderDoing()
    at_most = serializers.IntegerField(required=False, allow_null=True, min_value=1, help_text="Times a tick.")
    cooldown = serializers.IntegerField(default=0, min_value=0, help_text="Ticks to rest after it has acted.")


class OrdersInput(Shape):
    """All orders, the first first; they take the place of what was there."""

    orders = OrderInput(many=True)


class OrderShape(OrderInput):
    record = OrderRecord()


class OrdersShape(Shape):
    hackathon_id = serializers.IntegerField()
    version = serializers.CharField(help_text="What stands in the ETag.")
    orders_at_most = serializers.IntegerField()
    orders = OrderShape(many=True)


class OrderField(Shape):
    field = serializers.CharField()
    kind = serializers.ChoiceField(["number", "flag", "key"])
    about = serializers.CharField()
    operators = serializers.ListField(child=serializers.CharField())
    keys = serializers.ListField(child=serializers.CharField(), allow_null=True)


class OrderAction(Shape):
    action = serializers.CharField()
    target = serializers.CharField(allow_null=True)
    parameters = serializers.DictField(help_text="JSON Schema.")


class OrderWords(Shape):
    limits = serializers.DictField(child=serializers.IntegerField())
    fields_of_game = OrderField(many=True)
    targets = serializers.DictField(child=OrderField(many=True))
    actions = OrderAction(many=True)
    choices = serializers.DictField(child=serializers.CharField(), help_text="Rules that serve as a choice of resolve.")
    example = OrderInput(many=True)
