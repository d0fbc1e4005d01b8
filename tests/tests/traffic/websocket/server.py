"""A WebSocket server. Prints its port, then a line for each connection that has ended: how the client ended it."""

import asyncio
import json
from http import HTTPStatus

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


def decide(connection, request):
    if request.path == "/refused":
        return connection.respond(HTTPStatus.UNAUTHORIZED, "not you")


def agree(connection, offered):
    return next((protocol for protocol in ["chat.v2", "chat.v1"] if protocol in offered), None)


async def talk(connection):
    path = connection.request.path
    if path.startswith("/close/"):
        _, _, code, reason = path.split("/")
        await connection.close(int(code), reason)
    elif path == "/ping":
        await (await connection.ping(b"server"))
        await connection.send("ponged")
    else:
        async for message in connection:
            await connection.send(message)


async def serve_one(connection):
    try:
        await talk(connection)
    except ConnectionClosed:
        pass
    await connection.wait_closed()
    close = connection.protocol.close_rcvd
    ended = {"path": connection.request.path, "code": close and close.code, "reason": close and close.reason}
    print(json.dumps(ended), flush=True)


async def main():
    server = await serve(
        serve_one, "127.0.0.1", 0, process_request=decide, select_subprotocol=agree, max_size=None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.sleep(60)


asyncio.run(main())
