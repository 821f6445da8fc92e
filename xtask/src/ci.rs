//! `cargo xtask ci`: runs `.ci/run` on a clean clone of the last commit.

use crate::error::{Error, Result};
use crate::vendor::{root, run};
use std::fs;
use std::process::Command;

/// Clones HEAD into `target/ci` and runs `.ci/run` there. The clone lacks uncommitted files on purpose. Build artifacts
/// are kept from one run to the next.
pub fn ci() -> Result<()> {
    let (root, clone) = (root(), root().join("target/ci/clone"));
    if clone.exists() {
        fs::remove_dir_all(&clone).map_err(Error::disk(&clone, "remove"))?;
    }
    let source = format!("file://{}", root.display());
    run(Command::new("git").args(["clone", "--quiet", "--depth", "1", &source]).arg(&clone))?;
    let mut steps = Command::new("bash");
    steps.arg(".ci/run").current_dir(&clone).env("CARGO_TARGET_DIR", root.join("target/ci/target"));
    run(&mut steps)
}
