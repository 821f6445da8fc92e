//! `cargo xtask fetch-model`: reads the settings, runs the fetch, prints status lines.

use super::policy::{Policy, Settings};
use super::{FetchPlan, FetchRequest, plan, progress_bar};
use crate::args::FetchModel;
use crate::error::{Error, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs the task. Prints the directory of the model to stdout and status lines to stderr.
pub fn run(args: FetchModel) -> Result<()> {
    let FetchModel { repo, revision, file: files, to, jobs, retries, dry_run } = args;
    if jobs == 0 {
        return Err(Error::Usage("--jobs must be at least 1".into()));
    }
    let (settings, policy) = (Settings::from_env()?, Policy { retries, ..Policy::default() });
    // Before anything is written, a signal ends the process. Later, the first signal sets `stop`, the second ends it.
    let stop = Arc::new(AtomicBool::new(true));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, 130, stop.clone())
            .and_then(|_| flag::register(signal, stop.clone()))
            .map_err(|e| Error::Machine {
                what: format!("cannot watch for Ctrl-C: {e}"),
                fix: "run the same command again".into(),
            })?;
    }
    let names_given = !files.is_empty();
    let waiting = |why: &str| eprintln!("Waiting: {why}");
    let plan = plan(&FetchRequest { repo, revision, files, to }, &settings, &policy, &waiting)?;
    let listing = &plan.listing;
    eprintln!("Model: repo={} revision={} commit={}", listing.repo, listing.revision, listing.commit);
    if let Some(name) = &listing.other_name {
        eprintln!("Warning: the hub calls this model {name:?}");
    }
    eprintln!("Licence: {}", listing.licence);
    let left_out: Vec<&str> = plan.left_out().collect();
    if !left_out.is_empty() {
        let (n, some) = (left_out.len(), left_out[..left_out.len().min(5)].join(", "));
        eprintln!("Left out: files={n} ({some}{})", if n > 5 { ", ..." } else { "" });
    }
    let lacking: Vec<&str> = plan.lacking().collect();
    if !names_given && !lacking.is_empty() {
        eprintln!("Warning: the hub does not list {}, which rumma needs to run the model", lacking.join(" and "));
    }
    if dry_run {
        print(&plan);
        return Ok(());
    }
    stop.store(false, Ordering::Relaxed);
    let bar = progress_bar();
    let fetched = plan.execute(&policy, jobs, &bar, &stop)?;
    bar.finish_and_clear();
    eprintln!("Fetch complete: fetched={} verified={}", fetched.fetched, fetched.verified);
    println!("{}", fetched.dir.display());
    Ok(())
}

fn print(plan: &FetchPlan) {
    for file in &plan.files {
        let pinned = if file.pinned.is_some() { " pinned" } else { "" };
        println!("{:>14} bytes, {:>14} on disk  {}{pinned}", file.bytes, plan.bytes_here(file), file.name);
    }
    let (all, here): (u64, u64) = plan.files.iter().fold((0, 0), |(a, h), f| (a + f.bytes, h + plan.bytes_here(f)));
    println!(
        "{all:>14} bytes, {here:>14} on disk  in {} files, to {}",
        plan.files.len(),
        plan.destination.dir().display()
    );
}
