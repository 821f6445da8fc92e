//! What the operating system says about this process and this machine.

use std::fs;

use serde::Serialize;

/// Memory of this process that is in RAM, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProcessMemory {
    /// What belongs to this process alone: caches, buffers, copies.
    pub private_bytes: u64,
    /// Pages of mapped files, the checkpoint's among them; they can be dropped and read again.
    pub mapped_bytes: u64,
}

impl ProcessMemory {
    /// What this process takes now. Where the system does not tell mapped files apart, all of it counts as private;
    /// `None` where it says nothing.
    pub fn now() -> Option<ProcessMemory> {
        split().or_else(|| {
            let private_bytes = memory_stats::memory_stats()?.physical_mem as u64;
            Some(ProcessMemory { private_bytes, mapped_bytes: 0 })
        })
    }

    /// The larger of each.
    pub fn max(self, other: ProcessMemory) -> ProcessMemory {
        ProcessMemory {
            private_bytes: self.private_bytes.max(other.private_bytes),
            mapped_bytes: self.mapped_bytes.max(other.mapped_bytes),
        }
    }

    /// Counts `bytes` of private memory as mapped: weights that were made in memory stand for a file's.
    pub fn with_weights_mapped(self, bytes: u64) -> ProcessMemory {
        let bytes = bytes.min(self.private_bytes);
        ProcessMemory { private_bytes: self.private_bytes - bytes, mapped_bytes: self.mapped_bytes + bytes }
    }
}

/// Linux counts anonymous pages and pages of files apart (`man 5 proc_pid_status`).
fn split() -> Option<ProcessMemory> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = |field: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    };
    let mapped = kilobytes("RssFile")? + kilobytes("RssShmem")?;
    Some(ProcessMemory { private_bytes: kilobytes("RssAnon")? * 1024, mapped_bytes: mapped * 1024 })
}

/// What the CPU calls itself; `None` where the system does not say.
pub fn cpu_name() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let (_, name) = info.lines().find(|line| line.starts_with("model name"))?.split_once(':')?;
    Some(name.trim().to_string())
}
