//! Balancing by numbers: endpoints, clients and time are simulated, with a fixed seed and without a clock, so that each
//! run is the same.

#[cfg(test)]
mod allocations;
#[cfg(test)]
mod hashing;
#[cfg(test)]
mod one_is_slow;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod tiers;
#[cfg(test)]
mod weights;
#[cfg(test)]
mod world;
