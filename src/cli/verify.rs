//! `rumma verify`: compares the files of a checkpoint with SHA-256 checksums.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use argh::{ArgsInfo, FromArgs};
use rayon::prelude::*;

use super::args::{ModelName, OutputArgs, parse_unsigned};
use super::console::{Console, STANDARD_FILES};
use super::interrupt::Interrupt;
use super::parse::{Command, RawArgs};
use crate::checkpoint::manifest::{MANIFEST_FILE, Manifest, ManifestEntry};
use crate::checkpoint::verify::{FileCheck, VerifyReport, bytes_to_hash, compare, files_below, manifest_of, verify};
use crate::checkpoint::{self, Checkpoint, SIDECAR_FILES, lookup, manifest};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::output::Output;
use crate::report::verify::{Verification, Written};
use crate::threads;

pub const COMMAND: Command = Command {
    name: "verify",
    summary: "compare the files of a checkpoint with SHA-256 checksums",
    usage: "MODEL [options]",
    about: "Compares every file of a checkpoint with the checksums in its SHA256SUMS or in --manifest; without them, with the\n\
            names of the blobs in a Hugging Face cache, which are hashes, and, for some well-known models, with checksums in\n\
            rumma itself. The exit code is 1 if a file is missing, changed, truncated or not listed.",
    groups: &[VerifyArgs::get_args_info, OutputArgs::get_args_info],
    examples: &[
        "rumma verify Qwen/Qwen2.5-3B-Instruct-AWQ",
        "rumma verify ./checkpoint --manifest sums.txt --json",
        "rumma verify ./checkpoint --write     # create SHA256SUMS from files that you trust",
    ],
    run,
};

/// The files, and the checksums to compare them with.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Files")]
pub struct VerifyArgs {
    /// checkpoint directory, a file in it, or Hugging Face id of a model in a local cache
    #[argh(positional, arg_name = "MODEL")]
    positional: Option<String>,
    /// same as the positional MODEL
    #[argh(option, arg_name = "MODEL")]
    model: Option<String>,
    /// same as MODEL for OWNER/NAME[@REVISION], which is looked up in the local caches only
    #[argh(option, arg_name = "REPO")]
    hf_repo: Option<String>,
    /// compare with the checksums in FILE, in the format of sha256sum; or the id of a model with built-in checksums
    #[argh(option, arg_name = "FILE")]
    manifest: Option<PathBuf>,
    /// write the checksums of the current files to SHA256SUMS, or to --manifest; never replaces checksums that were
    /// fetched with the model
    #[argh(switch)]
    write: bool,
    /// with --write: replace checksums that differ from those of the current files
    #[argh(switch)]
    force: bool,
    /// number of hashing threads (default: one per core available to this process)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    threads: Option<usize>,
}

fn run(args: &RawArgs) -> Result<()> {
    let verify_args: VerifyArgs = args.get()?;
    let console = args.get::<OutputArgs>()?.resolve()?;
    if verify_args.force && !verify_args.write {
        return Err(Error::usage_with_fix("--force needs --write", "omit it, or add --write"));
    }
    let _interrupt = Interrupt::install();
    let VerifyArgs { positional, model, hf_repo, .. } = verify_args;
    let model = ModelName::given(positional, model, hf_repo, None)?.resolve()?;
    threads::start_global_pool(verify_args.threads)?;
    let directory = checkpoint::directory(&model)?;
    if verify_args.write {
        return write(&directory, verify_args.manifest, verify_args.force, &console);
    }
    let manifest = match &verify_args.manifest {
        Some(name) => lookup::manifest_named(name)?,
        None => manifest_of_model(&model, &directory)?,
    };
    let started = Instant::now();
    let report =
        with_progress(&console, bytes_to_hash(&directory, &manifest), |watch| verify(&directory, &manifest, watch))?;
    let verification = Verification::new(&report, started.elapsed());
    let write_result = console.answer(&verification, Verification::to_text);
    console.status(&verification.status());
    // A mismatch sets the exit code even if stdout is closed.
    report.into_result()?;
    write_result
}

/// The manifest of the model that is in `directory`; `model` is its name as given by the user.
fn manifest_of_model(model: &str, directory: &Path) -> Result<Manifest> {
    // A name that is not a path is a hub id, which may have built-in checksums.
    lookup::manifest_for(directory, (!Path::new(model).exists()).then_some(model))
}

/// Checks the mapped bytes of `checkpoint`, and its small files, against the manifest of `model`, the name as given by the
/// user. Files that are not used for running the model are not checked.
///
/// # Errors
/// A fault for the first file that does not match; errors of finding and reading the manifest.
pub fn verify_mapped(checkpoint: &Checkpoint, model: &str, console: &Console) -> Result<()> {
    let started = Instant::now();
    let manifest = manifest_of_model(model, &checkpoint::directory(model)?)?;
    let small = SIDECAR_FILES.into_iter().map(|name| checkpoint.read(name)).collect::<Result<Vec<_>>>()?;
    let small = small.iter().flatten().map(|(path, bytes)| (path.as_path(), bytes.as_slice()));
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let all = checkpoint.mapped_files().chain(small);
    let files: Vec<(&Path, &[u8])> = all.filter(|(path, _)| manifest.covers(&name(path))).collect();
    let total = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
    with_progress(console, total, |watch| {
        files.par_iter().try_for_each(|(path, bytes)| {
            let is_blob = manifest.entry(&name(path)).is_some_and(ManifestEntry::is_git_blob);
            let git_blob = is_blob.then_some(bytes.len() as u64);
            // Reading from a slice cannot fail, so any error comes from `watch`.
            let digest = manifest::hash_reader(*bytes, git_blob, &|hashed| watch(hashed).map_err(io::Error::other))
                .map_err(Error::io(path, "hash"))?;
            match manifest.check(&name(path), &digest).fault(path) {
                None => Ok(()),
                Some(fault) => Err(fault.into()),
            }
        })
    })?;
    let seconds = started.elapsed().as_secs_f64();
    console.detail(&format!("Verified: files={} wrong=0 bytes={total} duration={seconds:.3}s", files.len()));
    Ok(())
}

/// Writes a manifest of the current files in `directory`, to `to` or to SHA256SUMS in it. Without `force`, other sums are
/// not replaced, and the differences are printed.
fn write(directory: &Path, to: Option<PathBuf>, force: bool, console: &Console) -> Result<()> {
    let started = Instant::now();
    let path = to.unwrap_or_else(|| directory.join(manifest::FILE_NAME));
    let mut output = Output::new(&path, MANIFEST_FILE)?;
    output.keep(STANDARD_FILES)?;
    let old = manifest::replaceable(&path)?;
    let size = |name: &String| directory.join(name).metadata().map_or(0, |found| found.len());
    let total = files_below(directory, &path)?.iter().map(size).sum();
    let notes = old.as_ref().map_or(Vec::new(), |old| old.notes.clone());
    let manifest = with_progress(console, total, |watch| manifest_of(directory, &path, notes, watch))?;
    let report = old.map(|old| compare(directory, &old, &manifest));
    let changes: Vec<FileCheck> = report.iter().flat_map(VerifyReport::wrong).cloned().collect();
    if let Some(report) = report.filter(|_| !changes.is_empty() && !force) {
        console.answer(&Verification::new(&report, started.elapsed()), Verification::to_text)?;
        let found = format!("{} of {} files differ", changes.len(), report.files.len());
        return Err(Fault::new(FaultKind::OtherChecksums, path).found(found).into());
    }
    output.write(&[manifest.render().as_bytes()])?;
    let written = Written::new(&manifest, &path, changes);
    console.answer(&written, Written::to_text)?;
    console.status(&format!(
        "Hashed: files={} bytes={total} duration={:.3}s",
        written.files,
        started.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// Runs `work` with a progress bar. `work` calls its argument with the length of each piece hashed; all add up to `total`
/// bytes.
fn with_progress<R>(
    console: &Console,
    total: u64,
    work: impl FnOnce(&(dyn Fn(u64) -> Result<()> + Sync)) -> Result<R>,
) -> Result<R> {
    let progress = console.progress("Hashing");
    let done = AtomicU64::new(0);
    work(&|bytes| {
        progress.update(done.fetch_add(bytes, Ordering::Relaxed) + bytes, total);
        Ok(())
    })
}
