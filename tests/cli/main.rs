//! The whole program, as a user runs it: every test starts the binary.

mod check;
mod commands;
mod compare;
mod contract;
#[cfg(unix)]
mod doors;
mod failures;
mod limits;
mod output;
#[cfg(unix)]
mod plugins;
mod predictions;
mod reading;
mod results;
#[cfg(unix)]
mod signals;
mod storylines;
mod streams;
mod support;
mod tone;
