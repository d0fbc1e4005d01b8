"""Makes one gRPC call and prints what came of it as JSON.

Arguments: address, kind of call, method, then metadata as name=value; binary values in hex.
"""

import json
import queue
import sys

import grpc

address, kind, method, *pairs = sys.argv[1:]
metadata = [
    (name, bytes.fromhex(value) if name.endswith("-bin") else value)
    for name, value in (pair.split("=", 1) for pair in pairs)
]
WORDS = [b"one", b"two", b"three"]
LARGE = 4 << 20
OPTIONS = [("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", 8 << 20)]


def text(pairs):
    """Metadata as a dictionary; binary values in hex."""
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in pairs or ()
    }


def chat(channel):
    """Sends each word after the answer to the one before has come."""
    words = queue.Queue()
    call = channel.stream_stream(method)(iter(words.get, None), timeout=8, metadata=metadata)
    answers = []
    for word in WORDS:
        words.put(word)
        answers.append(next(call))
    words.put(None)
    for late in call:
        answers.append(late)
    return answers, call


def cancelled(channel):
    """Takes three answers of an endless stream and leaves it."""
    call = channel.unary_stream(method)(WORDS[0], timeout=8, metadata=metadata)
    answers = [next(call) for _ in range(3)]
    call.cancel()
    return answers, call


def crowd(channel):
    """Fifty calls at once, each of which gets the answer to itself."""
    words = [b"word %d" % number for number in range(50)]
    echo = channel.unary_unary(method)
    calls = [echo.future(word, timeout=8, metadata=metadata) for word in words]
    answers = [call.result() for call in calls]
    assert answers == words
    return [b"all"], calls[0]


def answer(channel):
    """The answers to the call, and the call."""
    if kind == "cancelled":
        return cancelled(channel)
    if kind == "crowd":
        return crowd(channel)
    if kind == "impatient":
        call = channel.unary_stream(method)(WORDS[0], timeout=0.5, metadata=metadata)
        return list(call), call
    if kind == "large":
        response, call = channel.unary_unary(method).with_call(b"x" * LARGE, timeout=8, metadata=metadata)
        return [str(len(response)).encode()], call
    if kind == "unary":
        response, call = channel.unary_unary(method).with_call(WORDS[0], timeout=8, metadata=metadata)
        return [response], call
    if kind == "client-stream":
        response, call = channel.stream_unary(method).with_call(iter(WORDS), timeout=8, metadata=metadata)
        return [response], call
    if kind == "server-stream":
        call = channel.unary_stream(method)(WORDS[0], timeout=8, metadata=metadata)
        return list(call), call
    return chat(channel)


with grpc.insecure_channel(address, options=OPTIONS) as channel:
    try:
        answers, call = answer(channel)
    except grpc.RpcError as error:
        answers, call = [], error
    outcome = {
        "status": call.code().name,
        "message": call.details(),
        "answers": [part.decode() for part in answers],
        "initial": text(call.initial_metadata()),
        "trailing": text(call.trailing_metadata()),
    }
print(json.dumps(outcome))
