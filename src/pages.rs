//! Memory: in large pages, for what is read from end to end for every token, and how much of it there is.
//!
//! The usual page has 4 KB. A core knows where a few thousand of them lie, and walks through tables in memory for every other
//! one; the machine's own prefetchers stop at the end of each. A large page has 2 MB. On Linux a program can ask for them
//! (`madvise`, <https://docs.kernel.org/admin-guide/mm/transhuge.html>); a kernel that has none to give ignores it.

use std::path::Path;
use std::{fs, io};

use memmap2::{Mmap, MmapMut};

/// Asks for large pages under a map of a file. It counts for what is not in memory yet.
pub fn ask_for_large(map: &Mmap) {
    // A kernel without them reports an error, and the map serves as it is.
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    #[cfg(not(target_os = "linux"))]
    let _ = map;
}

/// `len` zeros of our own, in large pages where there are any.
///
/// # Errors
/// Where there is no such memory.
pub fn zeros(len: usize) -> io::Result<MmapMut> {
    let map = MmapMut::map_anon(len)?;
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    Ok(map)
}

/// Bytes that this process can still use without swapping, by the kernel's count, the limits of its control groups and its
/// own (`ulimit -v`, `ulimit -d`); `None` where the system does not say (it does on Linux).
pub fn available() -> Option<u64> {
    let free = kilobytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    [left_of_groups(), left_of_limits()].into_iter().flatten().chain([free]).min()
}

/// A line such as `MemAvailable:   22297 kB`, in bytes.
fn kilobytes(text: &str, field: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

fn left_of_limits() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let left = |(limit, used)| {
        // A limit that is not set says "unlimited", which is no number.
        let limit = limits.lines().find_map(|line| line.strip_prefix(limit))?.split_whitespace().next()?;
        Some(limit.parse::<u64>().ok()?.saturating_sub(kilobytes(&status, used)?))
    };
    [("Max address space", "VmSize:"), ("Max data size", "VmData:")].into_iter().filter_map(left).min()
}

/// Control groups are nested, and each may have a limit (<https://docs.kernel.org/admin-guide/cgroup-v2.html>).
fn left_of_groups() -> Option<u64> {
    let root = Path::new("/sys/fs/cgroup");
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = own.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let left = |group: &Path| {
        let count = |name| fs::read_to_string(group.join(name)).ok()?.trim().parse::<u64>().ok();
        let (limit, used) = count("memory.max").zip(count("memory.current"))?;
        // Pages of files count as used, but can be given back.
        let stat = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
        let part = |name| stat.lines().find_map(|line| line.strip_prefix(name))?.parse::<u64>().ok();
        let files = ["active_file ", "inactive_file "].into_iter().filter_map(part).sum();
        Some(limit.saturating_sub(used.saturating_sub(files)))
    };
    root.join(own).ancestors().take_while(|group| group.starts_with(root)).filter_map(left).min()
}
