"""A WebSocket client: URL, what to do, and with what. Prints what came of it."""

import asyncio
import json
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

SIZES = [0, 1, 125, 126, 127, 1000, 65535, 65536]
LARGE = 1 << 20


def opened(url, **options):
    return connect(url, proxy=None, max_size=None, **options)


def messages(count):
    """Text and binary in turn, of several sizes, now and then a large one."""
    for number in range(count):
        large = number % 500 == 250
        size = LARGE if large else SIZES[number // 2 % len(SIZES)] if number % 50 < 16 else number % 40
        text = f"{number} \u00e4".ljust(size, "x")[:size]
        yield text if number % 2 else text.encode()


async def echo_over_one(url, count):
    async with opened(url) as connection:
        async def send():
            for message in messages(count):
                await connection.send(message)

        sending = asyncio.create_task(send())
        for expected in messages(count):
            assert await connection.recv() == expected
        await sending


async def echo(url, connections, count):
    count = int(count)
    await asyncio.gather(*(echo_over_one(url, count) for _ in range(int(connections))))
    return {"echoed": int(connections) * count}


async def agree(url, *subprotocols):
    """What both sides agree upon, and that it works."""
    async with opened(url, subprotocols=subprotocols or None) as connection:
        await connection.send("same " * 1000)
        assert await connection.recv() == "same " * 1000
        extensions = [extension.name for extension in connection.protocol.extensions]
        return {"subprotocol": connection.subprotocol, "extensions": extensions}


async def close(url, code, reason):
    async with opened(url) as connection:
        await connection.close(int(code), reason)
        return received(connection)


async def wait(url):
    """Until the server closes."""
    async with opened(url) as connection:
        await connection.send("open")
        assert await connection.recv() == "open"
        print("open", flush=True)
        await connection.wait_closed()
        return received(connection)


async def closed(url):
    async with opened(url) as connection:
        await connection.wait_closed()
        return received(connection)


async def ping(url):
    async with opened(url) as connection:
        await (await connection.ping(b"client"))
        return {"answer": await connection.recv()}


async def refused(url):
    try:
        async with opened(url):
            return {"status": 101}
    except InvalidStatus as error:
        return {"status": error.response.status_code, "body": error.response.body.decode()}


def received(connection):
    close = connection.protocol.close_rcvd
    return {"code": close and close.code, "reason": close and close.reason}


url, what, *arguments = sys.argv[1:]
print(json.dumps(asyncio.run(globals()[what](url, *arguments))), flush=True)
