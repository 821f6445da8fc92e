//! Fetches a model: the only step that needs a network.
//!
//! `http` sends requests and protects the token, `retry` decides which failures are permanent, `hub` lists the files of a
//! model, `names` checks their names, `transfer` downloads one file, `destination` maps files to paths, `policy` has timeouts
//! and settings. This module combines them.

pub mod command;
pub mod destination;
mod http;
pub mod hub;
mod names;
pub mod policy;
mod retry;
mod transfer;

use crate::error::{Error, Result};
use chrono::Utc;
use destination::{Destination, FileDigest};
use http::Http;
use hub::{Listing, RemoteFile};
use indicatif::{ProgressBar, ProgressStyle};
use policy::{Policy, Settings};
use rumma::checkpoint::manifest::{self, ContentHash, Hash, Manifest, ManifestEntry};
use rumma::checkpoint::pins;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;
use transfer::TransferContext;

/// What to fetch.
pub struct FetchRequest {
    /// `ORG/NAME`.
    pub repo: String,
    /// Branch, tag or commit; without one the pinned commit, else `main`.
    pub revision: Option<String>,
    /// Exact file names. If empty, all files that rumma needs.
    pub files: Vec<String>,
    /// The target directory. If `None`, the hub cache.
    pub to: Option<PathBuf>,
}

/// The files that a fetch will download, and to where.
pub struct FetchPlan {
    pub listing: Listing,
    pub destination: Destination,
    /// The chosen files, largest first.
    pub files: Vec<RemoteFile>,
    http: Http,
}

/// The result of a fetch.
pub struct Fetched {
    /// The directory of the model, which contains `SHA256SUMS`.
    pub dir: PathBuf,
    /// Number of files that existed and were only verified.
    pub verified: usize,
    /// Number of files that were downloaded.
    pub fetched: usize,
}

/// Lists the files of the model and selects those to fetch. Writes nothing. `notify` is called with the reason and the
/// next attempt before a request is repeated.
pub fn plan(
    request: &FetchRequest,
    settings: &Settings,
    policy: &Policy,
    notify: &(dyn Fn(&str) + Sync),
) -> Result<FetchPlan> {
    check_repo(&request.repo)?;
    let pin = pins::pin_of(&request.repo)?;
    let pinned_commit = pin.as_ref().and_then(|p| p.commit.as_deref());
    let revision = request.revision.as_deref().or(pinned_commit).unwrap_or("main");
    // It is used as a path below refs/.
    if !manifest::local_name(revision).is_ok_and(|name| name == revision) {
        return Err(Error::Usage(format!("--revision {revision:?} is not a branch, a tag or a commit")));
    }
    let http = Http::new(settings, policy)?;
    let listing = hub::list(&http, policy, notify, &request.repo, revision, pin.as_ref())?;
    let mut files = choose(&listing, &request.files)?;
    files.sort_by_key(|f| std::cmp::Reverse(f.bytes));
    let destination = Destination::new(&settings.cache, request.to.as_deref(), &request.repo, &listing.commit);
    Ok(FetchPlan { listing, destination, files, http })
}

impl FetchPlan {
    /// Downloads the files with `jobs` threads and verifies them. On success every file is in place and right. On an
    /// error, or if `stop` is set, files may be missing, but none is in place with wrong content.
    pub fn execute(&self, policy: &Policy, jobs: usize, bar: &ProgressBar, stop: &AtomicBool) -> Result<Fetched> {
        self.destination.check_places(&self.files)?;
        self.destination.check_free_space(self.missing_bytes())?;
        bar.set_length(self.files.iter().map(|f| f.bytes).sum());
        let failed = AtomicBool::new(false);
        let stopped = || stop.load(Ordering::Relaxed) || failed.load(Ordering::Relaxed);
        let moved = |bytes: i64| if bytes < 0 { bar.dec(bytes.unsigned_abs()) } else { bar.inc(bytes as u64) };
        let notify = |why: &str| bar.suspend(|| eprintln!("Waiting: {why}"));
        let context = TransferContext { http: &self.http, policy, moved: &moved, notify: &notify, stopped: &stopped };
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(ManifestEntry, bool)>> = Mutex::new(Vec::new());
        let error: Mutex<Option<Error>> = Mutex::new(None);
        let work = &|| {
            while let Some(file) = self.files.get(next.fetch_add(1, Ordering::Relaxed)) {
                match self.fetch_or_verify(file, &context, bar) {
                    Ok(entry) => lock(&done).push(entry),
                    Err(e) => {
                        // The other workers are stopped by this error, so only the first one is kept.
                        lock(&error).get_or_insert(e);
                        failed.store(true, Ordering::Relaxed);
                    }
                }
                if stopped() {
                    return;
                }
            }
        };
        thread::scope(|scope| {
            // Each worker holds a sender until it ends; nothing is sent. The channel disconnects when all have ended.
            let (alive, ended) = mpsc::channel::<()>();
            for _ in 0..jobs.clamp(1, self.files.len().max(1)) {
                let alive = alive.clone();
                scope.spawn(move || {
                    work();
                    drop(alive);
                });
            }
            drop(alive);
            while ended.recv_timeout(Duration::from_millis(50)) == Err(RecvTimeoutError::Timeout) {
                if stopped() {
                    // Unblocks workers that wait for a silent server.
                    self.http.hang_up();
                }
            }
        });
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        if let Some(error) = error.into_inner().unwrap_or_else(|e| e.into_inner()) {
            return Err(error);
        }
        let done = done.into_inner().unwrap_or_else(|e| e.into_inner());
        self.destination.note_revision(&self.listing)?;
        let verified = done.iter().filter(|(_, fetched)| !fetched).count();
        let fetched = done.len() - verified;
        self.write_manifest(done.into_iter().map(|(entry, _)| entry).collect(), &context)?;
        Ok(Fetched { dir: self.destination.dir(), verified, fetched })
    }

    /// The files without which rumma cannot run a model that are neither chosen nor on disk.
    pub fn lacking(&self) -> impl Iterator<Item = &'static str> {
        let dir = self.destination.dir();
        let has = move |name: &str| self.files.iter().any(|f| f.name == name) || dir.join(name).exists();
        ["config.json", "tokenizer.json"].into_iter().filter(move |name| !has(name))
    }

    /// The listed files that are not chosen.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        let chosen: HashSet<&str> = self.files.iter().map(|f| f.name.as_str()).collect();
        self.listing.files.iter().map(|f| f.name.as_str()).filter(move |name| !chosen.contains(name))
    }

    /// Number of bytes of a file that are on disk, in place or as a partial file.
    pub fn bytes_here(&self, file: &RemoteFile) -> u64 {
        let content = self.destination.content_path(file);
        let len = |path: &Path| fs::metadata(path).map_or(0, |meta| meta.len());
        let part = len(&destination::with_suffix(&content, ".part"));
        len(&content).max(part).min(file.bytes)
    }

    fn missing_bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes - self.bytes_here(f)).sum()
    }

    /// Verifies a file that is on disk, else downloads it. Returns its manifest entry and whether it was downloaded.
    fn fetch_or_verify(
        &self,
        file: &RemoteFile,
        context: &TransferContext,
        bar: &ProgressBar,
    ) -> Result<(ManifestEntry, bool)> {
        let path = self.destination.content_path(file);
        let here = match fs::metadata(&path) {
            Ok(meta) if meta.len() == file.bytes => {
                let digest = transfer::read(&path, file, context)?;
                digest.check(file).is_ok().then_some(digest)
            }
            _ => None,
        };
        let (digest, fetched) = match here {
            Some(digest) => {
                (context.moved)(file.bytes as i64);
                (digest, false)
            }
            None => (transfer::fetch(context, &hub::address(&self.http, &self.listing, file), file, &path)?, true),
        };
        self.destination.publish(file)?;
        let word = if fetched { "Fetched" } else { "Verified" };
        bar.suspend(|| eprintln!("{word}: {} bytes={}", file.name, file.bytes));
        Ok((entry_of(file, digest.sha256), fetched))
    }

    /// Writes `SHA256SUMS`, which lists all files of the model in the directory: those of this run, and others (from
    /// earlier runs) whose content is right.
    fn write_manifest(&self, mut entries: Vec<ManifestEntry>, context: &TransferContext) -> Result<()> {
        let dir = self.destination.dir();
        let path = dir.join(manifest::FILE_NAME);
        for file in &self.listing.files {
            let at = dir.join(&file.name);
            let present = fs::metadata(&at).is_ok_and(|meta| meta.is_file() && meta.len() == file.bytes);
            if present && !entries.iter().any(|e| e.name == file.name) {
                let digest: FileDigest = transfer::read(&at, file, context)?;
                if digest.check(file).is_ok() {
                    entries.push(entry_of(file, digest.sha256));
                }
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let Listing { repo, commit, licence, .. } = &self.listing;
        let notes = |date: &str| {
            vec![
                format!("repo: {repo}"),
                format!("commit: {commit}"),
                format!("date: {date}"),
                format!("licence: {}", licence.replace(['\n', '\r'], " ")),
            ]
        };
        let date = Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        if let Ok(old) = Manifest::read(&path)
            && old.entries == entries
            && old.notes == notes(old.note("date").unwrap_or(""))
        {
            return Ok(());
        }
        let new = Manifest { path: path.clone(), notes: notes(&date), entries, complete: true };
        Ok(new.save(&path)?)
    }
}

/// A progress bar over all files; shown on a terminal only.
pub fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let form = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} left";
    if let Ok(style) = ProgressStyle::with_template(form) {
        bar.set_style(style);
    }
    bar
}

fn entry_of(file: &RemoteFile, sha256: Hash) -> ManifestEntry {
    ManifestEntry { name: file.name.clone(), hash: ContentHash::Sha256(sha256), bytes: Some(file.bytes) }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}

/// Fails unless `repo` is of the form `ORG/NAME` and can be used as a file name in a cache.
fn check_repo(repo: &str) -> Result<()> {
    let part = |p: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        !p.is_empty() && p.bytes().all(plain) && !p.starts_with('.') && !p.contains("--")
    };
    match repo.split_once('/') {
        Some((org, name)) if part(org) && part(name) => Ok(()),
        _ => Err(Error::Usage(format!("{repo:?} is not a hub id (expected ORG/NAME)"))),
    }
}

/// The files called `names`, or the files that rumma needs if `names` is empty.
fn choose(listing: &Listing, names: &[String]) -> Result<Vec<RemoteFile>> {
    let all = &listing.files;
    let hub = |why: String| Error::Hub { url: listing.repo.clone(), why };
    let checked = |files: Vec<RemoteFile>| {
        let chosen: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
        // Of files that are named, the others do not matter.
        let others = if names.is_empty() { all.iter().map(|f| f.name.as_str()).collect() } else { chosen.clone() };
        match names::case_collision(&chosen, &others) {
            Some((a, b)) => Err(hub(format!("lists {a} and {b}, which differ in case only; fetch one with --file"))),
            None if chosen.contains(&manifest::FILE_NAME) => {
                Err(hub(format!("has a file {}, which the fetch writes itself; leave it out", manifest::FILE_NAME)))
            }
            None => Ok(files),
        }
    };
    if names.is_empty() {
        let files: Vec<RemoteFile> = all.iter().filter(|f| hub::needed(&f.name, all)).cloned().collect();
        if !files.iter().any(|f| f.name.ends_with(".safetensors")) {
            return Err(hub("has no safetensors files; name files with --file".to_string()));
        }
        let chosen: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
        if let Some(missing) = names::missing_shard(&chosen) {
            return Err(hub(format!("lists other shards, but not {missing}; name files with --file")));
        }
        return checked(files);
    }
    let mut files: Vec<RemoteFile> = Vec::new();
    for name in names {
        let file = all.iter().find(|f| f.name == *name).ok_or_else(|| {
            let offered: Vec<&str> = all.iter().take(50).map(|f| f.name.as_str()).collect();
            hub(format!("has no file {name:?}; choose from {}", offered.join(", ")))
        })?;
        if !files.iter().any(|f| f.name == file.name) {
            files.push(file.clone());
        }
    }
    checked(files)
}
