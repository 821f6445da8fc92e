//! The allocator of the binary: a failed allocation ends the program with one line and exit code 1.
//!
//! Rust's default is to abort the process. What a run needs is estimated and checked before it starts; this is for the
//! rest, such as a limit on address space that leaves a few megabytes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Cursor, IsTerminal, Write};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The system's allocator. It never returns null.
pub struct Allocator;

// SAFETY: every method passes its arguments to the method of `System` with the same contract, and returns its result.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is that of this method.
        or_exit(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as in `alloc`.
        or_exit(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as in `alloc`.
        or_exit(unsafe { System.realloc(memory, layout, size) }, size)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Whether the limits of this process bound its memory.
static LIMITED: AtomicBool = AtomicBool::new(false);
/// Bytes that the last allocations must leave under the limits. The C library needs a part of them when a thread starts or
/// ends, and kills the process if it cannot have it.
const RESERVE: usize = 2 << 20;
/// The reserve is checked each time that this many bytes were allocated.
const CHECK_EVERY: usize = 64 << 10;

fn or_exit(memory: *mut u8, size: usize) -> *mut u8 {
    if memory.is_null() {
        exit(size)
    }
    if LIMITED.load(Ordering::Relaxed) && !leaves_reserve(size) {
        exit(RESERVE)
    }
    memory
}

/// Whether [`RESERVE`] could still be allocated after an allocation of `size` bytes.
fn leaves_reserve(size: usize) -> bool {
    static UNCHECKED: AtomicUsize = AtomicUsize::new(0);
    if UNCHECKED.fetch_add(size, Ordering::Relaxed).saturating_add(size) < CHECK_EVERY {
        return true;
    }
    UNCHECKED.store(0, Ordering::Relaxed);
    let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: the system chooses an address that is not in use, and nothing uses the memory before it is unmapped.
    unsafe {
        let map = libc::mmap(ptr::null_mut(), RESERVE, access, kind, -1, 0);
        map != libc::MAP_FAILED && libc::munmap(map, RESERVE) == 0
    }
}

/// Reports that `size` bytes cannot be allocated, and ends the process. Neither allocates nor waits for a lock, and no
/// destructor or exit handler runs, which could do both: the temporary file of an unfinished write stays.
#[cold]
fn exit(size: usize) -> ! {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    if REPORTED.swap(true, Ordering::SeqCst) {
        // Another thread is ending the process.
        loop {
            // SAFETY: the call only waits for a signal.
            unsafe { libc::pause() };
        }
    }
    // Removes a progress bar.
    let clear_line = if io::stderr().is_terminal() { "\r\x1b[K" } else { "" };
    let mut line = Cursor::new([0_u8; 256]);
    let _ = writeln!(
        line,
        "{clear_line}rumma: not enough memory: cannot allocate {} more kB; free memory, or raise the limits (ulimit -v, ulimit -d)",
        size.div_ceil(1000)
    );
    let len = line.position() as usize;
    // SAFETY: the first `len` bytes of `line` are initialized; `_exit` has no requirements.
    unsafe {
        libc::write(libc::STDERR_FILENO, line.get_ref().as_ptr().cast(), len);
        libc::_exit(1)
    }
}

/// Prepares for the limits of this process on memory, if there are any: keeps a reserve, and makes all threads share one
/// arena, because glibc reserves 64 MB of address space for each.
pub fn prepare_for_limits() {
    if rumma::pages::process_headroom().is_none() {
        return;
    }
    LIMITED.store(true, Ordering::Relaxed);
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// Of `malloc.h`.
        const M_ARENA_MAX: i32 = -8;
        unsafe extern "C" {
            safe fn mallopt(parameter: i32, value: i32) -> i32;
        }
        // If it fails, the threads have their own arenas.
        mallopt(M_ARENA_MAX, 1);
    }
}
