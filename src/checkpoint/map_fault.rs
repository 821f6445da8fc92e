//! SIGBUS: reading a page of a mapped file raises it if the file was truncated meanwhile or cannot be read from the disk.
//! With [`install`], the process then prints a line that names the file and exits, instead of dying by the signal.
//!
//! `shard.rs` registers every map. The list only grows, by about 100 bytes for each map, so that the signal handler can
//! read it at any time.

use std::ffi::c_void;
use std::mem;
use std::path::Path;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicUsize, Ordering};

use crate::error::escaped;

/// A mapped file. Never freed.
struct Entry {
    /// The first address.
    start: usize,
    /// The address after the last; 0 when the file is no longer mapped.
    end: AtomicUsize,
    /// The path, without control characters.
    file: Vec<u8>,
    next: AtomicPtr<Entry>,
}

/// The entry that was registered last. Entries are only read through this pointer.
static LAST: AtomicPtr<Entry> = AtomicPtr::new(ptr::null_mut());

/// Removes a map from the list when it is dropped, which must be before the memory is unmapped.
pub(super) struct Registration(&'static Entry);

/// Adds the map of the file at `path`.
pub(super) fn register(path: &Path, map: &[u8]) -> Registration {
    let start = map.as_ptr() as usize;
    let file = escaped(&path.to_string_lossy()).into_bytes();
    let end = AtomicUsize::new(start + map.len());
    let entry: &Entry = Box::leak(Box::new(Entry { start, end, file, next: AtomicPtr::default() }));
    // Retried if another thread has registered in between.
    let mut last = LAST.load(Ordering::Acquire);
    loop {
        entry.next.store(last, Ordering::Release);
        let linked = ptr::from_ref(entry).cast_mut();
        match LAST.compare_exchange(last, linked, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Registration(entry),
            Err(now) => last = now,
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.0.end.store(0, Ordering::Release);
    }
}

/// The path of the file that is mapped at `address`.
fn file_at(address: usize) -> Option<&'static [u8]> {
    let mut entry: *const Entry = LAST.load(Ordering::Acquire);
    // SAFETY: the list holds entries that are complete before they are linked and never freed.
    while let Some(found) = unsafe { entry.as_ref() } {
        if (found.start..found.end.load(Ordering::Acquire)).contains(&address) {
            return Some(&found.file);
        }
        entry = found.next.load(Ordering::Acquire);
    }
    None
}

/// What the handler needs.
struct Handler {
    before: String,
    after: String,
    /// The handler that was there before; the standard library's reports stack overflows.
    previous: libc::sigaction,
}

static HANDLER: OnceLock<Handler> = OnceLock::new();

/// Installs the handler for the process: on a fault in a mapped file it writes `before`, the path and `after` to stderr
/// and exits with code 1. Other causes of SIGBUS keep their effect. Called by a program, not by a library.
pub fn install(before: String, after: String) {
    // SAFETY: `sigaction` is a plain structure of integers for which zeros are valid: the default action.
    let [mut action, mut previous]: [libc::sigaction; 2] = unsafe { mem::zeroed() };
    action.sa_sigaction = on_sigbus as *const () as usize;
    // A thread that has an alternate stack, as those of Rust do, runs the handler on it.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: with a null pointer for the new action, the call only writes `previous`.
    if unsafe { libc::sigaction(libc::SIGBUS, ptr::null(), &mut previous) } != 0 {
        return;
    }
    if HANDLER.set(Handler { before, after, previous }).is_ok() {
        // SAFETY: `on_sigbus` has the signature that SA_SIGINFO requires and calls only functions that are safe in a
        // signal handler. HANDLER is set before the handler can run. If this fails, SIGBUS keeps its effect.
        unsafe { libc::sigaction(libc::SIGBUS, &action, ptr::null_mut()) };
    }
}

extern "C" fn on_sigbus(signal: libc::c_int, info: *mut libc::siginfo_t, _: *mut c_void) {
    let Some(handler) = HANDLER.get() else { return };
    // SAFETY: with SA_SIGINFO, the kernel passes a valid pointer; `si_addr` is set if the code says that the kernel
    // raised the signal, and is used only then.
    let (address, from_kernel) = unsafe { ((*info).si_addr() as usize, (*info).si_code > 0) };
    if let Some(file) = file_at(address).filter(|_| from_kernel) {
        exit_with(&[handler.before.as_bytes(), file, handler.after.as_bytes()]);
    }
    // SAFETY: `previous` came from the operating system. A fault is raised again when this handler returns; a signal from
    // a process is sent again, and waits until then.
    unsafe {
        libc::sigaction(signal, &handler.previous, ptr::null_mut());
        if !from_kernel {
            libc::raise(signal);
        }
    }
}

/// Whether a fault ends the process: its line is on stderr, or about to be.
static EXITING: AtomicBool = AtomicBool::new(false);
/// The signal that the process then gets; 0 for none.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// From now on, a fault sends `signal` to the process, whose receiver must end it if [`is_ending`]: unlike the handler, it can
/// remove files. If it takes longer than 10 seconds, the process ends without it.
pub fn end_by_signal(signal: i32) {
    SIGNAL.store(signal, Ordering::Release);
}

/// Whether a fault in a mapped file ends the process.
pub fn is_ending() -> bool {
    EXITING.load(Ordering::Acquire)
}

/// Writes `parts` to stderr and ends the process, if another thread has not begun to.
fn exit_with(parts: &[&[u8]; 3]) -> ! {
    const MILLISECONDS: libc::c_int = 10_000;
    let vectors = parts.map(|part| libc::iovec { iov_base: part.as_ptr() as *mut c_void, iov_len: part.len() });
    let is_exiting = EXITING.swap(true, Ordering::AcqRel);
    // SAFETY: these calls are safe in a signal handler; `vectors` are three valid slices, which `writev` only reads.
    unsafe {
        if is_exiting {
            loop {
                libc::pause();
            }
        }
        libc::writev(libc::STDERR_FILENO, vectors.as_ptr(), 3);
        let signal = SIGNAL.load(Ordering::Acquire);
        if signal != 0 && libc::kill(libc::getpid(), signal) == 0 {
            // Interrupted once by the signal itself, if this thread gets it.
            for _ in 0..2 {
                libc::poll(ptr::null_mut(), 0, MILLISECONDS);
            }
        }
        libc::_exit(1)
    }
}
