//! Facts about this process and this machine from the operating system.

use std::fs;

use serde::Serialize;

/// Resident memory of this process, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ProcessMemory {
    /// Memory that is not backed by a file: KV cache, buffers, copies.
    pub private_bytes: u64,
    /// Pages of mapped files, such as the checkpoint; the system can drop them and read them again.
    pub mapped_bytes: u64,
}

impl ProcessMemory {
    /// The current memory. If the system does not report mapped files separately, all memory counts as private; `None` if it
    /// reports nothing.
    pub fn now() -> Option<ProcessMemory> {
        from_proc().or_else(|| {
            let private_bytes = memory_stats::memory_stats()?.physical_mem as u64;
            Some(ProcessMemory { private_bytes, mapped_bytes: 0 })
        })
    }

    /// The maximum of each field.
    pub fn max(self, other: ProcessMemory) -> ProcessMemory {
        ProcessMemory {
            private_bytes: self.private_bytes.max(other.private_bytes),
            mapped_bytes: self.mapped_bytes.max(other.mapped_bytes),
        }
    }

    /// Counts `bytes` of private memory as mapped, for random weights, which stand in for a mapped file.
    pub fn with_weights_mapped(self, bytes: u64) -> ProcessMemory {
        let bytes = bytes.min(self.private_bytes);
        ProcessMemory { private_bytes: self.private_bytes - bytes, mapped_bytes: self.mapped_bytes + bytes }
    }
}

/// From `/proc/self/status` on Linux (`man 5 proc_pid_status`).
fn from_proc() -> Option<ProcessMemory> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = |field: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    };
    let mapped = kilobytes("RssFile")? + kilobytes("RssShmem")?;
    Some(ProcessMemory { private_bytes: kilobytes("RssAnon")? * 1024, mapped_bytes: mapped * 1024 })
}

/// The name of the CPU; `None` if the system does not report it.
pub fn cpu_name() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let (_, name) = info.lines().find(|line| line.starts_with("model name"))?.split_once(':')?;
    Some(name.trim().to_string())
}
