"""The single process' channel layer: messages from any thread, at once, all of them."""

import asyncio
import threading
import time

from tommy.core.layers import InProcessChannelLayer

MESSAGES = 500


async def test_frames_from_other_threads_arrive_promptly_complete_and_in_order() -> None:
    layer = InProcessChannelLayer(capacity=1_000)
    channel = await layer.new_channel()
    await layer.group_add("room", channel)

    def publish() -> None:
        async def send_all() -> None:
            for number in range(MESSAGES):
                await layer.group_send("room", {"number": number, "sent": time.monotonic()})

        asyncio.run(send_all())

    thread = threading.Thread(target=publish)
    thread.start()
    received = [await asyncio.wait_for(layer.receive(channel), 5) for _ in range(MESSAGES)]
    delay = time.monotonic() - received[-1]["sent"]
    await asyncio.to_thread(thread.join)
    assert [message["number"] for message in received] == list(range(MESSAGES))
    assert delay < 1


async def test_without_anybody_listening_a_send_is_harmless() -> None:
    layer = InProcessChannelLayer()
    await layer.group_send("nobody", {"type": "x"})
    await layer.send("gone", {"type": "x"})


async def test_who_left_a_group_hears_no_more() -> None:
    layer = InProcessChannelLayer()
    first, second = await layer.new_channel(), await layer.new_channel()
    await layer.group_add("room", first)
    await layer.group_add("room", second)
    await layer.group_discard("room", first)
    await layer.group_send("room", {"type": "x"})
    assert await asyncio.wait_for(layer.receive(second), 1) == {"type": "x"}
    assert first not in layer.groups["room"]
