//! The machine: vector instructions, threads, and the interruption of long calls.
//!
//! No geometry, no rules, no search.

pub(crate) mod lanes;
pub(crate) mod later;
pub(crate) mod simd;
pub(crate) mod threads;

pub(crate) use lanes::Mask;
pub(crate) use later::Later;
pub(crate) use simd::{LANES, Level, Simd, Task};
pub(crate) use threads::{all_cores, join, share_out, threads_for};
