//! The whole program, as a user runs it: every test starts the binary.

mod check;
mod commands;
mod compare;
mod contract;
mod failures;
mod output;
mod reading;
#[cfg(unix)]
mod signals;
mod support;
mod tone;
