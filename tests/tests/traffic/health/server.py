"""A gRPC server that serves while a file is there. Prints its port."""

import os
import sys
import time
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

STATES = health_pb2.HealthCheckResponse

servicer = health.HealthServicer()
server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
port = server.add_insecure_port("127.0.0.1:0")


def follow():
    is_serving = os.path.exists(sys.argv[1])
    for service in ("shop", ""):
        servicer.set(service, STATES.SERVING if is_serving else STATES.NOT_SERVING)


follow()
server.start()
print(port, flush=True)
end = time.monotonic() + 60
while time.monotonic() < end:
    follow()
    time.sleep(0.02)
