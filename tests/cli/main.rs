//! The whole program, as a user runs it: every test starts the binary.

mod check;
mod commands;
mod compare;
mod config;
mod contract;
#[cfg(unix)]
mod doors;
mod failures;
mod feeds;
mod limits;
#[cfg(unix)]
mod mcp;
mod meta;
mod output;
#[cfg(unix)]
mod plugins;
mod predictions;
mod reading;
mod results;
mod resume;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod signals;
mod store;
mod storylines;
mod streams;
mod style;
mod support;
#[cfg(feature = "parquet")]
mod tables;
mod tone;
#[cfg(unix)]
mod watch;
