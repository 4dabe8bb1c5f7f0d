//! How much memory there is.

use std::fs;

/// What is taken where the system does not tell what is free, in bytes.
const UNKNOWN: u64 = 4_000_000_000;

/// What a run may take if nobody says otherwise: three quarters of what is free now, in bytes.
pub fn default_limit() -> u64 {
    free().map_or(UNKNOWN, |free| free / 4 * 3)
}

/// What Linux could give a new program without swapping, in bytes.
pub fn free() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_free_is_known() {
        assert!(free().is_some_and(|bytes| bytes > 1_000_000));
    }
}
