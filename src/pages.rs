//! Huge pages for weights, and the memory that this process can still use.
//!
//! A normal page has 4 KB. The TLB of a core holds a few thousand translations, and every other page needs a walk
//! through the page tables; the hardware prefetchers stop at the end of a page. A huge page has 2 MB. A Linux program
//! can ask for them with `madvise` (<https://docs.kernel.org/admin-guide/mm/transhuge.html>); without them everything
//! works, only slower.

use std::path::Path;
use std::{fs, io};

use memmap2::{Mmap, MmapMut};

/// Advises the system to use huge pages for a mapped file. It applies to pages that are not in memory yet.
pub fn advise_huge_pages(map: &Mmap) {
    // A kernel without huge pages reports an error, which changes nothing for the map.
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    #[cfg(not(target_os = "linux"))]
    let _ = map;
}

/// `len` zero bytes of anonymous memory, in huge pages if the system has them.
///
/// # Errors
/// If the system has not that much memory.
pub fn zeros(len: usize) -> io::Result<MmapMut> {
    let map = MmapMut::map_anon(len)?;
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    Ok(map)
}

/// The bytes that this process can still use without swapping: the least of `MemAvailable`, the limits of its control
/// groups and its own limits (`ulimit -v`, `ulimit -d`). `None` if the system does not report it; Linux does.
pub fn available() -> Option<u64> {
    let free = kilobytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    [cgroup_headroom(), rlimit_headroom()].into_iter().flatten().chain([free]).min()
}

/// The bytes in a line such as `MemAvailable:   22297 kB`.
fn kilobytes(text: &str, field: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

/// The bytes left under the limits of this process.
fn rlimit_headroom() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let left = |(limit, used)| {
        // A limit that is not set reads "unlimited" and does not parse.
        let limit = limits.lines().find_map(|line| line.strip_prefix(limit))?.split_whitespace().next()?;
        Some(limit.parse::<u64>().ok()?.saturating_sub(kilobytes(&status, used)?))
    };
    [("Max address space", "VmSize:"), ("Max data size", "VmData:")].into_iter().filter_map(left).min()
}

/// The bytes left under the limits of the control groups of this process. Groups are nested, and each may have a limit
/// (<https://docs.kernel.org/admin-guide/cgroup-v2.html>).
fn cgroup_headroom() -> Option<u64> {
    let root = Path::new("/sys/fs/cgroup");
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = own.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let left = |group: &Path| {
        let count = |name| fs::read_to_string(group.join(name)).ok()?.trim().parse::<u64>().ok();
        let (limit, used) = count("memory.max").zip(count("memory.current"))?;
        // The page cache counts as used, but the kernel can reclaim it.
        let stat = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
        let part = |name| stat.lines().find_map(|line| line.strip_prefix(name))?.parse::<u64>().ok();
        let files = ["active_file ", "inactive_file "].into_iter().filter_map(part).sum();
        Some(limit.saturating_sub(used.saturating_sub(files)))
    };
    root.join(own).ancestors().take_while(|group| group.starts_with(root)).filter_map(left).min()
}
