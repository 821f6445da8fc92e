//! MODEL as a hub id: which cache, which revision, which file; and paths that cannot be looked at.
#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use common::{Run, finished, rumma, scratch, storyteller};

/// Writes the storyteller to a hub cache: `models--Owner--Tale` with a snapshot for each commit, and references to them.
fn hub(root: &Path, commits: &[&str], references: &[(&str, &str)]) -> PathBuf {
    let repository = root.join("models--Owner--Tale");
    for commit in commits {
        let snapshot = repository.join("snapshots").join(commit);
        fs::create_dir_all(&snapshot).expect("it can be made");
        for file in fs::read_dir(storyteller()).expect("the fixture is there") {
            let file = file.expect("the fixture can be listed");
            symlink(fs::canonicalize(file.path()).expect("is there"), snapshot.join(file.file_name())).expect("is new");
        }
    }
    for (reference, commit) in references {
        let path = repository.join("refs").join(reference);
        fs::create_dir_all(path.parent().expect("is in refs")).expect("it can be made");
        fs::write(path, commit).expect("it can be written");
    }
    repository
}

fn run_in(variables: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = rumma(args);
    finished(command.envs(variables.iter().copied()).output().expect("the binary runs"))
}

fn path_of(run: &Run) -> String {
    run.json()["path"].as_str().expect("a path").to_string()
}

#[test]
fn a_hub_id_is_found_in_every_cache_of_the_hub() {
    let root = scratch("hub_caches");
    hub(&root.join("hub"), &["0123abc"], &[("main", "0123abc")]);
    hub(&root.join("huggingface/hub"), &["0123abc"], &[("main", "0123abc")]);
    hub(&root.join(".cache/huggingface/hub"), &["0123abc"], &[("main", "0123abc")]);
    let root = root.to_str().expect("UTF-8");
    let hub = format!("{root}/hub");
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("HF_HUB_CACHE", &hub)], "/hub/models"),
        (&[("HUGGINGFACE_HUB_CACHE", &hub)], "/hub/models"),
        (&[("HF_HOME", root)], "/hub/models"),
        (&[("HOME", root), ("HF_HOME", "~")], "/hub/models"),
        (&[("BASE", root), ("HF_HOME", "${BASE}")], "/hub/models"),
        (&[("XDG_CACHE_HOME", root)], "/huggingface/hub/models"),
        (&[("HOME", root)], "/.cache/huggingface/hub/models"),
        (
            &[("HOME", root), ("HF_HOME", ""), ("HF_HUB_CACHE", ""), ("XDG_CACHE_HOME", "")],
            "/.cache/huggingface/hub/models",
        ),
    ];
    for (variables, place) in cases {
        for model in
            [&["Owner/Tale"][..], &["Owner/Tale@main"], &["--hf-repo", "Owner/Tale"], &["--model", "Owner/Tale"]]
        {
            let found = run_in(variables, &[&["load", "--json"], model].concat());
            assert!(path_of(&found).starts_with(&format!("{root}{place}")), "{variables:?} {found:?}");
        }
    }
    let missing = run_in(&[("HF_HUB_CACHE", &hub)], &["load", "Owner/Other"]);
    missing
        .fails(1, &["Owner/Other: model not found", &hub, "; give the directory of a copy", "hf download Owner/Other"]);
    run_in(&[("HF_HUB_CACHE", &hub)], &["load", "models/Other"])
        .fails(1, &["models/Other: model not found", "; check the path", "hf download models/Other"]);
}

#[test]
fn a_revision_selects_a_snapshot() {
    let root = scratch("hub_revisions");
    let full = "89abcdef0123456789abcdef0123456789abcdef";
    hub(&root, &["0123abc", full], &[("main", "0123abc"), ("v2", full), ("refs/pr/1", full)]);
    let cache = [("HF_HUB_CACHE", root.to_str().expect("UTF-8"))];
    let load = |model: &str| run_in(&cache, &["load", model, "--json"]);
    for revision in ["v2", "refs/pr/1", full, "89abcde"] {
        assert!(path_of(&load(&format!("Owner/Tale@{revision}"))).contains(full), "{revision}");
    }
    assert!(path_of(&load("Owner/Tale")).contains("0123abc"));
    load("Owner/Tale@v3")
        .fails(1, &["revision v3 not found (there are main, refs/pr/1, v2, 0123abc, 89abc", "; give one"]);
    let decode = run_in(&cache, &["decode", "Owner/Tale@v2", "--prompt", "Once", "--tokens", "2", "--quiet"]);
    assert_eq!(decode.code, Some(0), "{decode:?}");
}

#[test]
fn without_a_reference_the_newest_snapshot_is_used_with_a_warning() {
    let root = scratch("hub_newest");
    let repository = hub(&root, &["0123abc", "4567def"], &[]);
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
    let newest = fs::File::open(repository.join("snapshots/0123abc")).expect("is there");
    newest.set_modified(later).expect("it is mine");
    let found = run_in(&[("HF_HUB_CACHE", root.to_str().expect("UTF-8"))], &["load", "Owner/Tale", "--json"]);
    assert!(path_of(&found).contains("0123abc"), "{found:?}");
    assert!(found.stderr.contains("newest of several snapshots is used (found 0123abc)"), "{found:?}");
}

#[test]
fn a_reference_that_cannot_be_followed_is_named() {
    let root = scratch("hub_reference");
    let repository = hub(&root, &["0123abc"], &[("main", "89abcde")]);
    let cache = [("HF_HUB_CACHE", root.to_str().expect("UTF-8"))];
    for command in ["inspect", "load"] {
        let found = run_in(&cache, &[command, "Owner/Tale", "--json"]).json();
        let expected =
            "refs/main: names a snapshot that the cache does not have, so another one is used: 0123abc (found 89abcde)";
        assert!(found["warnings"].to_string().contains(expected), "{found}");
    }
    let main = repository.join("refs/main");
    fs::remove_file(&main).expect("is there");
    let found = run_in(&cache, &["load", "Owner/Tale", "--json"]).json();
    assert_eq!(found["warnings"], serde_json::json!([]), "a commit that was fetched has no reference");
    fs::create_dir(&main).expect("is free");
    let refused = ["refs/main: does not contain the name of a snapshot (found a directory); "];
    run_in(&cache, &["load", "Owner/Tale"]).fails(1, &refused);
    fs::remove_dir(&main).expect("is empty");
    symlink("nowhere", &main).expect("is free");
    run_in(&cache, &["load", "Owner/Tale"]).fails(1, &["refs/main: link to a missing file"]);
}

#[test]
fn a_file_of_a_repository_is_run() {
    let root = scratch("hub_file");
    let repository = hub(&root, &["0123abc"], &[("main", "0123abc")]);
    fs::rename(
        repository.join("snapshots/0123abc/model.safetensors"),
        repository.join("snapshots/0123abc/other.safetensors"),
    )
    .expect("it can be renamed");
    let cache = [("HF_HUB_CACHE", root.to_str().expect("UTF-8"))];
    let load = |args: &[&str]| run_in(&cache, &[&["load", "--json"], args].concat());
    let named = load(&["--hf-repo", "Owner/Tale", "--hf-file", "other.safetensors"]);
    assert!(path_of(&named).ends_with("0123abc/other.safetensors"), "{named:?}");
    load(&["--hf-repo", "Owner/Tale", "--hf-file", "none.safetensors"])
        .fails(1, &["none.safetensors: file of the model not"]);
    load(&["--hf-repo", "Owner/Tale", "--hf-file", "../0123abc/other.safetensors"]).fails(1, &["not found"]);
    load(&["--hf-repo", "./Tale"]).fails(2, &["--hf-repo: invalid name './Tale'"]);
    load(&["--hf-file", "other.safetensors"]).fails(2, &["--hf-file needs --hf-repo"]);
    load(&["Owner/Tale", "--hf-repo", "Owner/Tale"]).fails(2, &["MODEL and --hf-repo are the same option"]);
    let config = storyteller().join("config.json");
    let given = ["--hf-repo", "Owner/Tale", "--config", config.to_str().expect("UTF-8")];
    assert_eq!(load(&given).code, Some(0), "the only file of weights is found");
}

#[test]
fn a_snapshot_without_weights_is_reported_as_an_incomplete_download() {
    let root = scratch("hub_incomplete");
    let repository = hub(&root, &["0123abc"], &[("main", "0123abc")]);
    fs::remove_file(repository.join("snapshots/0123abc/model.safetensors")).expect("is there");
    let cache = [("HF_HUB_CACHE", root.to_str().expect("UTF-8"))];
    let load = run_in(&cache, &["load", "Owner/Tale@main"]);
    load.fails(
        1,
        &[
            "Owner/Tale@main: weights in the cache not found",
            "; fetch the missing files with `hf download Owner/Tale --revision main`",
        ],
    );
    symlink("../../blobs/none", repository.join("snapshots/0123abc/model.safetensors")).expect("is new");
    run_in(&cache, &["load", "Owner/Tale"])
        .fails(1, &["model.safetensors: link to a missing file", "; fetch the model again"]);
}

#[test]
fn a_path_that_cannot_be_looked_at_is_not_called_missing() {
    let root = scratch("hub_unreadable");
    let ring = root.join("ring");
    symlink(&ring, &ring).expect("is new");
    let inside = ring.join("model");
    for command in ["load", "inspect", "verify"] {
        let found = run_in(&[], &[command, inside.to_str().expect("UTF-8")]);
        found.fails(1, &["cannot open: ", "symbolic links"]);
    }
    let tokenizer = ["load", "storyteller", "--tokenizer", inside.to_str().expect("UTF-8")];
    run_in(&[], &tokenizer).fails(1, &["cannot open: "]);
    let cached = run_in(&[("HF_HUB_CACHE", ring.to_str().expect("UTF-8"))], &["load", "Owner/Tale"]);
    cached.fails(1, &["cannot open: "]);
    let locked = root.join("locked");
    fs::create_dir_all(locked.join("model")).expect("it can be made");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("it is mine");
    let found = run_in(&[], &["load", locked.join("model").to_str().expect("UTF-8")]);
    // The superuser may look everywhere.
    if fs::read_dir(&locked).is_err() {
        found.fails(1, &["cannot open: Permission denied", "; change its permissions"]);
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).expect("it is mine");
}
