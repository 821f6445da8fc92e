//! Memory in large pages, for what is read from end to end for every token.
//!
//! The usual page has 4 KB. A core knows where a few thousand of them lie, and walks through tables in memory for every other
//! one; the machine's own prefetchers stop at the end of each. A large page has 2 MB. On Linux a program can ask for them
//! (`madvise`, <https://docs.kernel.org/admin-guide/mm/transhuge.html>); a kernel that has none to give ignores it.

use std::io;

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
