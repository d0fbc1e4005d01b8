//! gRPC through the gateway: Python's grpcio on both sides.

mod calls;
mod leaving;
mod served;
