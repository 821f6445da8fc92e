//! Huge pages for weights, and the memory that this process can still use.
//!
//! A normal page has 4 KB. The TLB of a core holds a few thousand translations, and every other page needs a walk
//! through the page tables; the hardware prefetchers stop at the end of a page. A huge page has 2 MB. A Linux program
//! can ask for them with `madvise` (<https://docs.kernel.org/admin-guide/mm/transhuge.html>); without them everything
//! works, only slower.

use std::path::{Component, Path};
use std::{fs, io};

use memmap2::{Mmap, MmapMut};

use crate::error::{AvailableMemory, MemoryLimit};

/// Advises the system to use huge pages for a mapped file. It applies to pages that are not in memory yet.
pub fn advise_huge_pages(map: &Mmap) {
    // A kernel without huge pages reports an error, which changes nothing for the map.
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    #[cfg(not(target_os = "linux"))]
    let _ = map;
}

/// Bytes of a huge page on x86-64, and on aarch64 with pages of 4 KB.
pub const HUGE_PAGE: usize = 2 << 20;

/// `len` zero bytes of anonymous memory, in huge pages if the system has them: those of [`HUGE_PAGE`] bytes that lie in it as a
/// whole.
///
/// # Errors
/// If the system has not that much memory.
pub fn zeros(len: usize) -> io::Result<MmapMut> {
    let map = MmapMut::map_anon(len)?;
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    Ok(map)
}

/// The memory that this process can still use without swapping: the least of `MemAvailable`, the limits of its control
/// groups and its own limits (`ulimit -v`, `ulimit -d`). `None` if the system does not report it; Linux does.
pub fn available() -> Option<AvailableMemory> {
    let free = kilobytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let group =
        cgroup_headroom(&groups, &mounts).map(|bytes| AvailableMemory { bytes, limit: MemoryLimit::ControlGroup });
    let machine = AvailableMemory { bytes: free, limit: MemoryLimit::Machine };
    [group, process_headroom(), Some(machine)].into_iter().flatten().min_by_key(|available| available.bytes)
}

/// The memory left under the limits of this process on address space and data; `None` without a limit.
pub fn process_headroom() -> Option<AvailableMemory> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let left = |(name, used, limit)| {
        // A limit that is not set reads "unlimited" and does not parse.
        let most = limits.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?;
        let bytes = most.parse::<u64>().ok()?.saturating_sub(kilobytes(&status, used)?);
        Some(AvailableMemory { bytes, limit })
    };
    [("Max address space", "VmSize:", MemoryLimit::AddressSpace), ("Max data size", "VmData:", MemoryLimit::DataSize)]
        .into_iter()
        .filter_map(left)
        .min_by_key(|available| available.bytes)
}

/// The bytes in a line such as `MemAvailable:   22297 kB`.
fn kilobytes(text: &str, field: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

/// The bytes left under the limits of the control groups of this process. Groups are nested, and each may have a limit
/// (<https://docs.kernel.org/admin-guide/cgroup-v2.html>, <https://docs.kernel.org/admin-guide/cgroup-v1/memory.html>).
/// `groups` is the content of `/proc/self/cgroup` and `mounts` that of `/proc/self/mountinfo`.
fn cgroup_headroom(groups: &str, mounts: &str) -> Option<u64> {
    let headroom = |mount: &str| {
        // ID PARENT DEVICE ROOT MOUNT_POINT OPTIONS... - TYPE SOURCE SUPER_OPTIONS
        let (place, kind) = mount.split_once(" - ")?;
        let (root, point) = place.split(' ').nth(3).zip(place.split(' ').nth(4))?;
        let (kind, options) = kind.split(' ').next().zip(kind.split(' ').nth(2))?;
        let version = match kind {
            "cgroup2" => &CGROUP_V2,
            "cgroup" if options.split(',').any(|option| option == "memory") => &CGROUP_V1,
            _ => return None,
        };
        let own = groups.lines().find_map(|line| {
            let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
            controllers.split(',').any(|name| name == version.controller).then_some(path)
        })?;
        // In a container, the path may be that of the host, which is not mounted.
        let own = Path::new(own).strip_prefix(root).ok();
        let own = own.filter(|own| own.components().all(|part| matches!(part, Component::Normal(_))));
        let dir = Path::new(point).join(own.unwrap_or(Path::new("")));
        dir.ancestors().take_while(|dir| dir.starts_with(point)).filter_map(|dir| version.headroom(dir)).min()
    };
    mounts.lines().filter_map(headroom).min()
}

/// The files of a control group.
struct CgroupVersion {
    /// The controller in `/proc/self/cgroup`.
    controller: &'static str,
    limits: &'static [&'static str],
    used: &'static str,
    /// The fields of `memory.stat` with the page cache. It counts as used, but the kernel can reclaim it.
    files: [&'static str; 2],
}

const CGROUP_V1: CgroupVersion = CgroupVersion {
    controller: "memory",
    limits: &["memory.limit_in_bytes"],
    used: "memory.usage_in_bytes",
    files: ["total_active_file ", "total_inactive_file "],
};
const CGROUP_V2: CgroupVersion = CgroupVersion {
    controller: "",
    limits: &["memory.max", "memory.high"],
    used: "memory.current",
    files: ["active_file ", "inactive_file "],
};

impl CgroupVersion {
    /// The bytes left in the group of directory `dir`; `None` without a limit.
    fn headroom(&self, dir: &Path) -> Option<u64> {
        // A limit that is not set reads "max" and does not parse.
        let count = |name: &str| fs::read_to_string(dir.join(name)).ok()?.trim().parse::<u64>().ok();
        let limit = self.limits.iter().filter_map(|name| count(name)).min()?;
        let stat = fs::read_to_string(dir.join("memory.stat")).unwrap_or_default();
        let part = |name| stat.lines().find_map(|line| line.strip_prefix(name))?.parse::<u64>().ok();
        let files = self.files.into_iter().filter_map(part).sum();
        Some(limit.saturating_sub(count(self.used)?.saturating_sub(files)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with the files of control groups, for the test `name`.
    fn cgroups(name: &str, files: &[(&str, &str)]) -> String {
        let root = std::env::temp_dir().join(format!("rumma-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        for (file, content) in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        root.to_str().unwrap().to_string()
    }

    #[test]
    fn the_lowest_limit_on_the_path_of_a_v2_group_counts() {
        let root = cgroups(
            "v2",
            &[
                ("a/memory.max", "1000\n"),
                ("a/memory.current", "900\n"),
                ("a/memory.stat", "anon 100\nactive_file 300\ninactive_file 100\n"),
                ("a/b/memory.max", "max\n"),
                ("a/b/memory.high", "700\n"),
                ("a/b/memory.current", "90\n"),
            ],
        );
        let mounts = format!("30 23 0:26 / {root} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
        assert_eq!(cgroup_headroom("0::/a\n", &mounts), Some(500));
        assert_eq!(cgroup_headroom("0::/a/b\n", &mounts), Some(500));
        assert_eq!(cgroup_headroom("0::/\n", &mounts), None);
        let inner = format!("30 23 0:26 /a {root}/a rw - cgroup2 cgroup2 rw\n");
        assert_eq!(cgroup_headroom("0::/a/b\n", &inner), Some(500), "the mount shows a part of the hierarchy");
        let deep = format!("30 23 0:26 / {root}/a/b rw - cgroup2 cgroup2 rw\n");
        assert_eq!(cgroup_headroom("0::/host/path\n", &deep), Some(610), "a container that sees the path of its host");
        assert_eq!(cgroup_headroom("0::/../x\n", &deep), Some(610));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn the_lowest_limit_on_the_path_of_a_v1_group_counts() {
        let root = cgroups(
            "v1",
            &[
                ("memory.limit_in_bytes", "9223372036854771712\n"),
                ("memory.usage_in_bytes", "5000\n"),
                ("job/memory.limit_in_bytes", "1000\n"),
                ("job/memory.usage_in_bytes", "800\n"),
                ("job/memory.stat", "inactive_file 1\ntotal_active_file 0\ntotal_inactive_file 300\n"),
            ],
        );
        let mounts = format!(
            "1 2 0:1 / /elsewhere rw - cgroup cgroup rw,cpu\n\
             30 23 0:26 / {root} rw - cgroup cgroup rw,memory\n"
        );
        assert_eq!(cgroup_headroom("4:cpu:/x\n3:memory,hugetlb:/job/step\n0::/\n", &mounts), Some(500));
        assert!(cgroup_headroom("3:memory:/\n", &mounts).unwrap() > 1 << 60);
        assert_eq!(cgroup_headroom("4:cpu:/job\n", &mounts), None);
        fs::remove_dir_all(root).unwrap();
    }
}
