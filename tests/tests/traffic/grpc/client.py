"""Makes one gRPC call and prints what came of it as JSON.

Arguments: address, kind of call, method, then metadata as name=value.
"""

import json
import queue
import sys

import grpc

address, kind, method, *pairs = sys.argv[1:]
metadata = [tuple(pair.split("=", 1)) for pair in pairs]
WORDS = [b"one", b"two", b"three"]


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


def answer(channel):
    """The answers to the call, and the call."""
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


with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
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
