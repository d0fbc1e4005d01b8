"""A gRPC server whose messages are plain bytes. Prints its port, then `gone` for each client that has left."""

import threading
import time
from concurrent import futures

import grpc


def greet(context):
    """Says what came as `x-sent`, first and last."""
    metadata = dict(context.invocation_metadata())
    sent = metadata.get("x-sent", "nothing")
    binary = metadata.get("x-sent-bin", b"")
    context.send_initial_metadata((("x-saw", sent), ("x-saw-bin", binary)))
    context.set_trailing_metadata((("x-end", "reached"),))


def echo(request, context):
    greet(context)
    return request


def repeat(request, context):
    greet(context)
    for _ in range(3):
        yield request


def join(requests, context):
    greet(context)
    return b"+".join(requests)


def chat(requests, context):
    greet(context)
    for request in requests:
        yield b"re:" + request


def fail(request, context):
    context.set_trailing_metadata((("grpc-status-details-bin", b"\x00\x01\xfe"),))
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not now: 100 % \u00fc")


def endless(request, context):
    """Streams until the client has gone, and says so then."""
    context.add_callback(lambda: print("gone", flush=True))
    greet(context)
    while context.is_active():
        yield request
        time.sleep(0.02)


def never(request, context):
    """Answers nothing, and says when the client has gone."""
    gone = threading.Event()
    context.add_callback(gone.set)
    greet(context)
    gone.wait(30)
    print("gone", flush=True)
    yield request


METHODS = {
    "Echo": grpc.unary_unary_rpc_method_handler(echo),
    "Repeat": grpc.unary_stream_rpc_method_handler(repeat),
    "Join": grpc.stream_unary_rpc_method_handler(join),
    "Chat": grpc.stream_stream_rpc_method_handler(chat),
    "Endless": grpc.unary_stream_rpc_method_handler(endless),
    "Never": grpc.unary_stream_rpc_method_handler(never),
    "Fail": grpc.unary_unary_rpc_method_handler(fail),
}

server = grpc.server(
    futures.ThreadPoolExecutor(max_workers=8),
    options=[("grpc.max_receive_message_length", 8 << 20)],
)
server.add_generic_rpc_handlers(
    tuple(
        grpc.method_handlers_generic_handler(service, METHODS)
        for service in ("open.Service", "closed.Service")
    )
)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
server.wait_for_termination(timeout=60)
