//! The allocator of the binary: a failed allocation ends the program with one line and exit code 1.
//!
//! Rust's default is to abort the process. What a run needs is estimated and checked before it starts; this is for the
//! rest, such as a limit on address space that leaves a few megabytes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Cursor, IsTerminal, Write};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

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

fn or_exit(memory: *mut u8, size: usize) -> *mut u8 {
    if memory.is_null() { exit(size) } else { memory }
}

/// Reports that `size` bytes cannot be allocated, without allocating.
#[cold]
fn exit(size: usize) -> ! {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    if REPORTED.swap(true, Ordering::SeqCst) {
        // Another thread is ending the process.
        loop {
            thread::park();
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
    let _ = io::stderr().write_all(&line.get_ref()[..len]);
    process::exit(1)
}

/// Makes all threads share one arena if the address space is limited: glibc reserves 64 MB of it for each thread.
pub fn save_address_space() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    if rumma::pages::process_headroom().is_some() {
        /// Of `malloc.h`.
        const M_ARENA_MAX: i32 = -8;
        unsafe extern "C" {
            safe fn mallopt(parameter: i32, value: i32) -> i32;
        }
        // If it fails, the threads have their own arenas.
        mallopt(M_ARENA_MAX, 1);
    }
}
