//! `cargo xtask vendor`: recreates `vendor/` with the `vendor-filter` in `Cargo.toml`.

use crate::error::{Error, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root directory of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Runs a command with inherited stdout and stderr. A non-zero exit status is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let why = match command.status() {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(e) => e.to_string(),
    };
    Err(Error::Command { command: format!("{command:?}"), why })
}

/// Recreates `vendor/` from the registry as locked in `Cargo.lock`. Replaces the old directory when the new one is
/// complete.
pub fn vendor() -> Result<()> {
    let root = root();
    let [now, new, old] = ["vendor", "vendor.new", "vendor.old"].map(|name| root.join(name));
    for left in [&new, &old] {
        remove(left)?;
    }
    // Not run in the workspace, because its cargo configuration replaces the registry by vendor/.
    let mut filterer = Command::new("cargo");
    filterer.arg("vendor-filterer").arg("--manifest-path").arg(root.join("Cargo.toml")).arg(&new);
    run(filterer.current_dir(env::temp_dir())).map_err(|e| match e {
        Error::Command { command, why } => {
            let why = format!("{why}; it needs a network and `cargo install cargo-vendor-filterer`");
            Error::Command { command, why }
        }
        e => e,
    })?;
    if now.exists() {
        fs::rename(&now, &old).map_err(Error::disk(&old, "rename"))?;
    }
    fs::rename(&new, &now).map_err(Error::disk(&now, "rename"))?;
    remove(&old)?;
    let mut check = Command::new("cargo");
    check.args(["metadata", "--offline", "--locked", "--format-version", "1"]).stdout(Stdio::null());
    run(check.current_dir(&root))?;
    eprintln!("Vendored: {}; commit it together with Cargo.lock", now.display());
    Ok(())
}

fn remove(dir: &Path) -> Result<()> {
    if dir.exists() { fs::remove_dir_all(dir).map_err(Error::disk(dir, "remove")) } else { Ok(()) }
}
