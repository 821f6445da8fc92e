//! Report of `rumma verify`.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::size;
use crate::checkpoint::manifest::Manifest;
use crate::checkpoint::verify::{FileCheck, VerifyReport};
use crate::error::escaped;

/// The result of comparing a checkpoint with its manifest. Files that do not match come first.
#[derive(Debug, Serialize)]
pub struct Verification {
    /// Directory of the files.
    pub directory: String,
    /// The list of checksums: a path, or a description of the built-in list.
    pub manifest: String,
    /// Whether every file matches the manifest.
    pub good: bool,
    /// One result per file.
    pub files: Vec<FileCheck>,
    /// Number of files that do not match.
    pub wrong: usize,
    /// Number of bytes hashed.
    pub hashed_bytes: u64,
    /// Wall-clock time of the comparison.
    pub seconds: f64,
}

impl Verification {
    /// `duration` is the time of the comparison.
    pub fn new(report: &VerifyReport, duration: Duration) -> Verification {
        let wrong = report.wrong().count();
        Verification {
            directory: report.dir.display().to_string(),
            manifest: report.manifest.display().to_string(),
            good: wrong == 0,
            files: report.files.clone(),
            wrong,
            hashed_bytes: report.hashed_bytes,
            seconds: duration.as_secs_f64(),
        }
    }

    /// One line per file, and the overall result.
    pub fn to_text(&self) -> String {
        let mut text = lines(&self.files);
        let manifest = escaped(&self.manifest);
        let _ = match self.wrong {
            0 => writeln!(text, "All {} files match {manifest}.", self.files.len()),
            wrong => writeln!(text, "{wrong} of {} files do not match {manifest}.", self.files.len()),
        };
        text
    }

    /// The status line.
    pub fn status(&self) -> String {
        let Verification { files, wrong, hashed_bytes, seconds, .. } = self;
        format!("Verified: files={} wrong={wrong} bytes={hashed_bytes} duration={seconds:.3}s", files.len())
    }
}

/// One line per file.
fn lines(files: &[FileCheck]) -> String {
    let line = |file: &FileCheck| format!("{} {}\n", escaped(&file.name), escaped(&file.verdict.describe()));
    files.iter().map(line).collect()
}

/// The manifest written by `rumma verify --write`.
#[derive(Debug, Serialize)]
pub struct Written {
    /// Its path.
    pub manifest: String,
    /// Number of files listed.
    pub files: usize,
    /// Total size of these files.
    pub bytes: u64,
    /// What differs from the sums that were replaced.
    pub changes: Vec<FileCheck>,
}

impl Written {
    /// `path` is where `manifest` was written; `changes` is what differs from the sums that were there.
    pub fn new(manifest: &Manifest, path: &Path, changes: Vec<FileCheck>) -> Written {
        Written {
            manifest: path.display().to_string(),
            files: manifest.entries.len(),
            bytes: manifest.entries.iter().filter_map(|entry| entry.bytes).sum(),
            changes,
        }
    }

    /// One line per change, and one about the file.
    pub fn to_text(&self) -> String {
        let mut text = lines(&self.changes);
        let _ = writeln!(text, "Wrote {}: {} files, {}.", escaped(&self.manifest), self.files, size(self.bytes));
        text
    }
}
