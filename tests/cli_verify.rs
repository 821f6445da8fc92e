//! `rumma verify`: its output and exit codes.

mod common;

use std::fs;

use common::{finished, rumma, run, storyteller_copy};

#[test]
fn a_manifest_written_for_a_directory_matches_it() {
    let dir = storyteller_copy("verify_good");
    let model = dir.to_str().expect("UTF-8");
    let written = run(["verify", "--write", model, "--json"]).json();
    assert_eq!(written["files"], 5);
    let sums = fs::read_to_string(dir.join("SHA256SUMS")).expect("it was written");
    assert!(sums.contains("  model.safetensors\n"), "{sums}");

    let report = run(["verify", "--model", model, "--json"]).json();
    assert_eq!((&report["good"], &report["wrong"]), (&true.into(), &0.into()));
    assert_eq!(report["files"].as_array().map(Vec::len), Some(5));
    let text = run(["verify", model]);
    assert_eq!(text.code, Some(0));
    assert!(text.stdout.contains("model.safetensors is good\n") && text.stdout.contains("All 5 files"), "{text:?}");
    assert!(text.stderr.starts_with("Verified: files=5 wrong=0 "), "{text:?}");
    assert_eq!(run(["verify", model, "--quiet"]).stderr, "");
}

#[test]
fn wrong_files_come_first_and_give_exit_code_1() {
    let dir = storyteller_copy("verify_bad");
    let model = dir.to_str().expect("UTF-8");
    assert_eq!(run(["verify", "--write", model]).code, Some(0));
    let weights = dir.join("model.safetensors");
    let mut bytes = fs::read(&weights).expect("the copy is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&weights, bytes).expect("the copy can be written");
    fs::write(dir.join("note.txt"), "new").expect("the copy can be written");

    let found = run(["verify", model]);
    assert_eq!(found.code, Some(1));
    let lines: Vec<&str> = found.stdout.lines().collect();
    assert!(lines[0].starts_with("model.safetensors has changed: sha256 "), "{found:?}");
    assert_eq!(lines[1], "note.txt is not in the manifest");
    assert!(found.stderr.lines().last().is_some_and(|line| line.starts_with("rumma: ")), "{found:?}");

    let found = run(["verify", model, "--json", "--quiet"]);
    assert_eq!(found.code, Some(1));
    let report: serde_json::Value = serde_json::from_str(&found.stdout).expect("JSON also where something is wrong");
    assert_eq!((&report["good"], &report["files"][0]["status"]), (&false.into(), &"changed".into()));
}

#[test]
fn a_failed_check_gives_exit_code_1_even_if_stdout_is_closed() {
    let dir = storyteller_copy("verify_unread");
    let model = dir.to_str().expect("UTF-8");
    assert_eq!(run(["verify", "--write", model]).code, Some(0));
    let verify = |more: &[&str]| {
        let (reader, writer) = std::io::pipe().expect("there are pipes");
        drop(reader);
        finished(rumma([&["verify", model], more].concat()).stdout(writer).output().expect("the binary runs"))
    };
    assert_eq!(verify(&[]).code, Some(0), "a closed pipe is no error");
    fs::remove_file(dir.join("config.json")).expect("the copy is there");
    for more in [&[][..], &["--json"]] {
        let found = verify(more);
        assert_eq!(found.code, Some(1), "{found:?}");
        assert!(found.stderr.contains("wrong=1") && found.stderr.contains("config.json: missing file"), "{found:?}");
    }
}

#[test]
fn an_extra_file_is_reported_with_its_name_escaped() {
    let dir = storyteller_copy("verify_extra");
    let model = dir.to_str().expect("UTF-8");
    assert_eq!(run(["verify", "--write", model]).code, Some(0));
    fs::write(dir.join("a\n\x1b[31mred"), "").expect("the copy can be written");
    let found = run(["verify", model]);
    assert_eq!(found.code, Some(1));
    assert!(found.stdout.starts_with("a\\n\\u{1b}[31mred is not in the manifest\n"), "{found:?}");
    assert!(found.stderr.ends_with(": not in the list of checksums; remove it, or list it\n"), "{found:?}");
}

#[test]
fn a_directory_without_sums_and_a_model_without_files_are_errors() {
    let dir = storyteller_copy("verify_nothing");
    run(["verify", dir.to_str().expect("UTF-8")]).fails(1, &["SHA256SUMS", "--manifest", "--write"]);
    run(["verify", "/nonexistent/model"]).fails(1, &["/nonexistent/model: model not found"]);
    run(["verify", "Owner/Name"]).fails(1, &["Owner/Name: model not found", "fetch-model"]);
    for args in [&["verify"][..], &["verify", "--write"], &["load", "--verify"]] {
        let expected =
            ["storyteller: this model is part of the program and has no files; check it with `rumma selftest`"];
        run([args, &["storyteller"]].concat()).fails(1, &expected);
    }
}

#[test]
fn other_sums_are_shown_and_replaced_only_by_force() {
    let dir = storyteller_copy("verify_force");
    let model = dir.to_str().expect("UTF-8");
    run(["verify", model, "--force"]).fails(2, &["--force needs --write"]);
    assert_eq!(run(["verify", "--write", model]).code, Some(0));
    let sums = dir.join("SHA256SUMS");
    let before = format!("# trusted by me\n{}", fs::read_to_string(&sums).expect("it was written"));
    fs::write(&sums, &before).expect("it can be written");
    assert_eq!(run(["verify", "--write", model]).code, Some(0), "the same sums are no loss");
    assert_eq!(fs::read_to_string(&sums).expect("it is there"), before, "and the comments stay");

    fs::write(dir.join("note.txt"), "new").expect("the copy can be written");
    fs::write(dir.join("tokenizer_config.json"), "{}").expect("the copy can be written");
    fs::remove_file(dir.join("generation_config.json")).expect("the copy is there");
    let found = run(["verify", "--write", model]);
    assert_eq!(found.code, Some(1));
    for line in
        ["tokenizer_config.json is truncated: ", "generation_config.json is missing\n", "note.txt is not in the"]
    {
        assert!(found.stdout.contains(line), "{found:?}");
    }
    let line = "SHA256SUMS: contains other checksums (found 3 of 6 files differ); give --force to replace them";
    assert!(found.stderr.contains(line) && found.stderr.lines().count() == 1, "{found:?}");
    let json = run(["verify", "--write", model, "--json"]);
    let report: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON also where it is refused");
    assert_eq!((json.code, &report["wrong"]), (Some(1), &3.into()));
    assert_eq!(fs::read_to_string(&sums).expect("it is there"), before);

    let forced = run(["verify", "--write", "--force", model, "--json"]).json();
    assert_eq!(forced["changes"].as_array().map(Vec::len), Some(3));
    assert_ne!(fs::read_to_string(&sums).expect("it is there"), before);
    assert_eq!(run(["verify", model]).code, Some(0));
}

#[test]
fn a_manifest_of_another_name_in_the_directory_does_not_list_itself() {
    let dir = storyteller_copy("verify_itself");
    let (model, sums) = (dir.to_str().expect("UTF-8"), dir.join("x/../sums.txt"));
    fs::create_dir(dir.join("x")).expect("the copy can be written");
    for _ in 0..2 {
        let written = run(["verify", model, "--write", "--manifest", sums.to_str().expect("UTF-8"), "--json"]).json();
        assert_eq!(written["files"], 5);
    }
    assert_eq!(run(["verify", model, "--manifest", sums.to_str().expect("UTF-8")]).code, Some(0));
}

#[test]
fn a_hub_cache_is_verified_by_the_names_of_its_blobs() {
    let copy = storyteller_copy("verify_hub_files");
    let hub = common::scratch("verify_hub");
    let snapshot = hub.join("models--someone--story/snapshots/0123");
    let blobs = hub.join("models--someone--story/blobs");
    for dir in [&snapshot, &blobs] {
        fs::create_dir_all(dir).expect("the scratch directory can be written to");
    }
    for file in fs::read_dir(&copy).expect("the copy is there") {
        let path = file.expect("it can be listed").path();
        let bytes = fs::read(&path).expect("it can be read");
        let name = path.file_name().expect("it has a name");
        // The hub names large files by their SHA-256 and small ones by their git blob id.
        let sum = if name == "model.safetensors" { ("sha256sum", &bytes[..]) } else { ("git", &bytes[..]) };
        let Some(hash) = hash_by(sum.0, sum.1) else { return };
        fs::rename(&path, blobs.join(&hash)).expect("it can be moved");
        std::os::unix::fs::symlink(format!("../../blobs/{hash}"), snapshot.join(name)).expect("links can be made");
    }
    let verify = |args: &[&str]| finished(rumma(args).env("HF_HUB_CACHE", &hub).output().expect("the binary runs"));
    let text = verify(&["verify", "someone/story"]);
    assert_eq!(text.code, Some(0), "{text:?}");
    assert!(text.stdout.contains("All 5 files match the blob names in "), "{text:?}");
    assert_eq!(verify(&["load", "someone/story", "--verify"]).code, Some(0));

    let config = fs::read_link(snapshot.join("config.json")).expect("it is a link");
    let config = snapshot.join(config);
    let changed = fs::read_to_string(&config).expect("it is there").replace(": ", ":  ");
    fs::write(&config, changed).expect("it can be written");
    for args in [&["verify", "someone/story"][..], &["load", "someone/story", "--verify"]] {
        let found = verify(args);
        assert_eq!(found.code, Some(1), "{found:?}");
        assert!(found.stderr.contains("config.json: content has changed (found git blob "), "{found:?}");
    }
}

/// The hash of `bytes` by a program that other people wrote; `None` where it is not installed.
fn hash_by(program: &str, bytes: &[u8]) -> Option<String> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut command = Command::new(program);
    let command = if program == "git" { command.args(["hash-object", "--stdin"]) } else { &mut command };
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        eprintln!("SKIPPED: {program} is not installed");
        return None;
    };
    child.stdin.take().expect("stdin is a pipe").write_all(bytes).expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    Some(String::from_utf8(output.stdout).expect("hex digits").split_whitespace().next().expect("a hash").to_string())
}

#[test]
fn a_manifest_from_fetching_is_not_overwritten() {
    let dir = storyteller_copy("verify_provenance");
    let model = dir.to_str().expect("UTF-8");
    assert_eq!(run(["verify", "--write", model]).code, Some(0));
    assert_eq!(run(["verify", "--write", model]).code, Some(0));
    let sums = dir.join("SHA256SUMS");
    let text = fs::read_to_string(&sums).expect("it was written");
    fs::write(&sums, format!("# commit: 0123\n{text}")).expect("it can be written");
    run(["verify", "--write", model]).fails(1, &["SHA256SUMS", "fetched with", "remove it first"]);
    let elsewhere = dir.join("../verify_provenance.sums");
    assert_eq!(run(["verify", "--write", model, "--manifest", elsewhere.to_str().expect("UTF-8")]).code, Some(0));
}

#[test]
fn a_directory_can_be_compared_with_built_in_pins() {
    let dir = storyteller_copy("verify_pins");
    let found = run(["verify", dir.to_str().expect("UTF-8"), "--manifest", "Qwen/Qwen2.5-3B-Instruct-AWQ"]);
    assert_eq!(found.code, Some(1));
    let lines: Vec<&str> = found.stdout.lines().collect();
    assert!(
        lines[0].starts_with("tokenizer.json is truncated: ") && lines[0].ends_with(" of 7031645 bytes"),
        "{found:?}"
    );
    assert!(lines[1].starts_with("model.safetensors has changed: "), "{found:?}");
}
