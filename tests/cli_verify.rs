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
