//! Remedies for errors of the operating system.

use std::io;

/// What to do about an error of the operating system, as an imperative.
pub fn of_io(source: &io::Error) -> &'static str {
    // `io::ErrorKind` has no name for these on the stable compiler.
    match source.raw_os_error() {
        Some(libc::ENFILE) => "close files in other programs, or raise the limit of the system on open files",
        Some(libc::EMFILE) => "close files, or raise the limit (ulimit -n)",
        Some(libc::ELOOP) => "remove the loop of links, or give another path",
        _ => of_io_kind(source.kind()),
    }
}

/// What to do about an address that cannot be listened on.
pub fn of_listen(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::AddrInUse => "give another --listen, or end the program that listens there",
        io::ErrorKind::AddrNotAvailable => {
            "give --listen an address of this machine, 127.0.0.1:8080, or 0.0.0.0:8080 for all of them"
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "create the directory, or give another --listen",
        io::ErrorKind::AlreadyExists => "remove the file, or give another --listen",
        io::ErrorKind::PermissionDenied => {
            "give --listen a port above 1023, or the path of a socket in a directory that can be written to"
        }
        _ => "give another --listen",
    }
}

fn of_io_kind(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull => "free disk space and run the same command again",
        io::ErrorKind::FileTooLarge => "raise the limit on the size of a file (ulimit -f), or that of the file system",
        io::ErrorKind::QuotaExceeded => "remove files that count towards the quota, or raise it",
        io::ErrorKind::ReadOnlyFilesystem => "give a path on a file system that can be written to",
        io::ErrorKind::InvalidFilename => "give a shorter path",
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "check the path",
        io::ErrorKind::PermissionDenied => "change its permissions, or give another path",
        io::ErrorKind::IsADirectory => "give a file, not a directory",
        io::ErrorKind::OutOfMemory => "free memory, or raise the limits (ulimit -v, ulimit -d)",
        _ => "check the file and the device that it is on",
    }
}
