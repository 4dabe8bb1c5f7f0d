//! The sandbox of Linux: Landlock for files, a filter of system calls for the network.

use std::{collections::BTreeMap, env, io, path::Path, process::Command, thread};

use landlock::{
    ABI, Access, AccessFs, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus,
    Scope, path_beneath_rules,
};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use super::{Keeps, Started};

/// The newest version of Landlock that this was tried with; older ones keep what they can.
const TRIED: ABI = ABI::V6;
/// What swallows, and holds nothing of anybody's.
const HARMLESS: [&str; 3] = ["/dev/null", "/dev/zero", "/dev/full"];

pub(super) fn keeps() -> Keeps {
    // The rights of a thread that ends at once.
    let tried = thread::scope(|scope| scope.spawn(|| confine(&[], false)).join());
    tried.unwrap_or(Keeps { files: false, network: false })
}

/// Starts `command`, which may then write only beneath `write` and, unless `network`, has no network.
/// What the kernel cannot keep it from is an error only where it is `needed`.
pub(super) fn start(
    write: &[&Path],
    network: bool,
    needed: bool,
    command: &mut Command,
) -> Started {
    let started = thread::scope(|scope| {
        let starter = scope.spawn(|| {
            let kept = confine(write, network);
            if needed && !(kept.files && (kept.network || network)) {
                return Err(io::ErrorKind::Unsupported.into());
            }
            Ok(command.spawn())
        });
        starter.join()
    });
    started.unwrap_or_else(|_| Err(io::Error::other("the thread that starts it panicked")))
}

/// Takes rights from the calling thread, and from all that it starts from now on, for good.
fn confine(write: &[&Path], network: bool) -> Keeps {
    let files = files(write).is_ok_and(|status| status != RulesetStatus::NotEnforced);
    let network =
        !network && filter().is_some_and(|filter| seccompiler::apply_filter(&filter).is_ok());
    Keeps { files, network }
}

/// Reading and starting programs stay free: there is nobody to tell what was read.
fn files(write: &[&Path]) -> Result<RulesetStatus, RulesetError> {
    let writing = AccessFs::from_write(TRIED);
    let ruleset = Ruleset::default()
        .handle_access(writing)?
        .scope(Scope::from_all(TRIED))?
        .create()?
        .add_rules(path_beneath_rules(write, writing))?
        .add_rules(path_beneath_rules(HARMLESS, writing))?;
    Ok(ruleset.restrict_self()?.ruleset)
}

/// Refuses sockets of every kind, those of this machine too, which lead to its services; pairs of
/// sockets, which lead nowhere, are let. And refuses the other way to get at one, rings of calls. `None`
/// on a processor that the filter's compiler does not know.
fn filter() -> Option<BpfProgram> {
    /// The same calls in the 32-bit dress of x86-64.
    const X32: i64 = 0x4000_0000;
    let machine = env::consts::ARCH;
    let mut calls = vec![libc::SYS_socket, libc::SYS_io_uring_setup];
    if machine == "x86_64" {
        calls.extend(calls.clone().iter().map(|call| call | X32));
    }
    let rules: BTreeMap<_, _> = calls.into_iter().map(|call| (call, Vec::new())).collect();
    let refuse = SeccompAction::Errno(libc::EACCES.unsigned_abs());
    let target = TargetArch::try_from(machine).ok()?;
    SeccompFilter::new(rules, SeccompAction::Allow, refuse, target).ok()?.try_into().ok()
}
