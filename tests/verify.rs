//! Parsing `SHA256SUMS` and comparing files with it.

use proptest::prelude::*;
use rumma::checkpoint::lookup::manifest_for;
use rumma::checkpoint::manifest::{ContentHash, FILE_NAME, FileDigest, Manifest, ManifestEntry, Verdict, hash_bytes};
use rumma::checkpoint::verify::{VerifyReport, bytes_to_hash, manifest_of, verify};
use rumma::cli::remedy::{Context, message};
use rumma::error::{Error, FaultKind, Resource, Result};
use rumma::files::hex;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// A temporary directory, removed on drop.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Dir {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("rumma-verify-{}-{name}-{n}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Dir(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn manifest(&self) -> Manifest {
        manifest_of(&self.0, &self.0.join(FILE_NAME), vec!["repo: someone/something".into()], &|_| Ok(())).unwrap()
    }

    fn verify(&self, manifest: &Manifest) -> VerifyReport {
        verify(&self.0, manifest, &|_| Ok(())).unwrap()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn parse(text: &str) -> Result<Manifest> {
    Manifest::parse(Path::new(FILE_NAME), text)
}

fn sha256(bytes: &[u8]) -> ContentHash {
    ContentHash::Sha256(hash_bytes(bytes))
}

fn wrong(report: &VerifyReport) -> Vec<(&str, &Verdict)> {
    report.wrong().map(|f| (f.name.as_str(), &f.verdict)).collect()
}

/// SHA-256 of "abc", from FIPS 180-2, appendix B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn the_hash_is_sha256() {
    assert_eq!(hex(&hash_bytes(b"abc")), ABC);
}

#[test]
fn all_line_formats_of_sha256sum_are_parsed() {
    let text = format!(
        "# repo: a/b\n# bytes 7 weights.bin\n\n{ABC}  config.json\n{} *weights.bin\n{ABC}  ./sub/x y\n\\{ABC}  new\\nline\\\\end\n",
        ABC.to_uppercase()
    );
    let manifest = parse(&text).unwrap();
    let names: Vec<&str> = manifest.entries.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["config.json", "weights.bin", "sub/x y", "new\nline\\end"]);
    assert!(manifest.entries.iter().all(|e| e.hash.hex() == ABC));
    assert_eq!(manifest.entries[1].bytes, Some(7));
    assert_eq!(manifest.note("repo"), Some("a/b"));
}

#[test]
fn invalid_lines_are_refused_with_their_line_number() {
    let refused = |line: &str, because: &str| {
        let error = parse(&format!("{ABC}  first\n{line}\n")).unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains(because), "{line:?}: {error}");
    };
    refused(&format!("{ABC}  /etc/passwd"), "absolute");
    refused(&format!("{ABC}  a/../../b"), "'..'");
    refused(&format!("{ABC}  first"), "twice");
    refused(&format!("{ABC}  ./first"), "twice");
    refused(&format!("{ABC}  dir/"), "no file");
    refused(&format!("{ABC}  ."), "no file");
    refused(&format!("{ABC} one-space"), "two spaces");
    refused(&format!("{}  short", &ABC[1..]), "64 hex digits");
    refused(&format!("g{}  no-hex", &ABC[1..]), "64 hex digits");
    refused(&format!("\\{ABC}  bad\\x"), "backslash");
    refused("ü", "64 hex digits");
    assert!(parse("# only comments\n").unwrap_err().to_string().contains("found no file"));
}

#[test]
fn every_kind_of_damage_is_reported_and_wrong_sizes_come_first() {
    let dir = Dir::new("damage");
    for name in ["changed", "cut", "gone", "good", "grown", "a-directory", "sub/deep"] {
        dir.write(name, format!("content of {name}").as_bytes());
    }
    dir.write(".cache/hidden", b"is not looked at");
    let manifest = dir.manifest();
    manifest.save(&dir.0.join(FILE_NAME)).unwrap();
    let report = dir.verify(&manifest);
    assert_eq!((report.wrong().count(), report.files.len()), (0, 7));
    assert_eq!(report.hashed_bytes, bytes_to_hash(&dir.0, &manifest));

    dir.write("changed", b"content of Changed");
    dir.write("cut", b"content");
    dir.write("grown", b"content of grown and more");
    dir.write("sub/more", b"extra");
    fs::remove_file(dir.0.join("gone")).unwrap();
    fs::remove_file(dir.0.join("a-directory")).unwrap();
    fs::create_dir(dir.0.join("a-directory")).unwrap();
    let manifest = manifest_for(&dir.0, None).unwrap();
    let report = dir.verify(&manifest);
    let order: Vec<&str> = report.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(order, ["cut", "grown", "gone", "changed", "a-directory", "sub/more", "good", "sub/deep"]);
    let wrong = wrong(&report);
    assert_eq!(wrong[0].1, &Verdict::Truncated { expected_bytes: 14, found_bytes: 7 });
    assert_eq!(wrong[1].1, &Verdict::Oversized { expected_bytes: 16, found_bytes: 25 });
    assert_eq!(wrong[2].1, &Verdict::Missing);
    let expected_sha256 = hex(&hash_bytes(b"content of changed"));
    let found_sha256 = hex(&hash_bytes(b"content of Changed"));
    assert_eq!(wrong[3].1, &Verdict::Changed { bytes: 18, expected_sha256, found_sha256 });
    assert_eq!(wrong[4].1, &Verdict::Unreadable { why: "not a regular file".into(), code: None });
    assert_eq!(wrong[5].1, &Verdict::Extra { bytes: 5 });
    let error = report.into_result().unwrap_err();
    assert_eq!(error.exit_code(), 1);
    assert!(
        error.to_string().ends_with(": cut: truncated (found 7 bytes, expected 14 bytes)"),
        "the others have other faults: {error}"
    );
}

#[test]
fn links_of_a_hub_cache_are_followed_and_its_name_selects_the_pins() {
    let cache = Dir::new("cache");
    let snapshot = "models--Qwen--Qwen2.5-3B-Instruct-AWQ/snapshots/0123";
    cache.write("models--Qwen--Qwen2.5-3B-Instruct-AWQ/blobs/abc", b"not the tokenizer");
    fs::create_dir_all(cache.0.join(snapshot)).unwrap();
    symlink("../../blobs/abc", cache.0.join(snapshot).join("tokenizer.json")).unwrap();
    symlink("../../blobs/nothing", cache.0.join(snapshot).join("model.safetensors")).unwrap();

    let pins = manifest_for(&cache.0.join(snapshot), None).unwrap();
    let report = verify(&cache.0.join(snapshot), &pins, &|_| Ok(())).unwrap();
    let wrong = wrong(&report);
    assert_eq!(wrong[0].0, "tokenizer.json");
    assert_eq!(wrong[0].1, &Verdict::Truncated { expected_bytes: 7_031_645, found_bytes: 17 });
    assert_eq!(wrong[1], ("model.safetensors", &Verdict::Missing));
    assert!(pins.covers("tokenizer.json") && !pins.covers("config.json"));

    // A manifest that lists the wrong file does not make it valid.
    let listed = ManifestEntry { name: "tokenizer.json".into(), hash: sha256(b"not the tokenizer"), bytes: None };
    let forged = Manifest { entries: vec![listed], ..pins };
    forged.save(&cache.0.join(snapshot).join(FILE_NAME)).unwrap();
    let error = manifest_for(&cache.0.join(snapshot), None).unwrap_err();
    assert_eq!(error.fault().map(|fault| fault.kind), Some(FaultKind::ChecksumsDisagree), "{error}");
    let text = error.to_string();
    assert!(text.contains(&hex(&hash_bytes(b"not the tokenizer"))) && text.contains("c0382117"), "{text}");
}

/// `printf 'hello\n' | git hash-object --stdin`
const HELLO_BLOB: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

#[test]
fn a_hub_cache_without_a_manifest_is_compared_with_the_names_of_its_blobs() {
    let cache = Dir::new("blobs");
    let snapshot = cache.0.join("models--someone--something/snapshots/0123");
    let blobs = "models--someone--something/blobs";
    cache.write(&format!("{blobs}/{ABC}"), b"abc");
    cache.write(&format!("{blobs}/{HELLO_BLOB}"), b"hello\n");
    fs::create_dir_all(snapshot.join("sub")).unwrap();
    symlink(format!("../../blobs/{ABC}"), snapshot.join("model.safetensors")).unwrap();
    symlink(format!("../../../blobs/{HELLO_BLOB}"), snapshot.join("sub/config.json")).unwrap();
    symlink(format!("../../blobs/{}", "0".repeat(64)), snapshot.join("missing")).unwrap();
    fs::write(snapshot.join("added.txt"), "not a blob").unwrap();

    let report = |dir: &Path| verify(dir, &manifest_for(dir, None).unwrap(), &|_| Ok(())).unwrap();
    let found = report(&snapshot);
    assert_eq!(wrong(&found), [("missing", &Verdict::Missing), ("added.txt", &Verdict::Extra { bytes: 10 })]);
    let good = Verdict::Good { bytes: 6, sha256: hex(&hash_bytes(b"hello\n")) };
    assert_eq!(found.files.last().map(|file| &file.verdict), Some(&good));
    for name in ["missing", "added.txt"] {
        fs::remove_file(snapshot.join(name)).unwrap();
    }
    assert_eq!(report(&snapshot).wrong().count(), 0);

    cache.write(&format!("{blobs}/{ABC}"), b"abd");
    cache.write(&format!("{blobs}/{HELLO_BLOB}"), b"Hello\n");
    let found = report(&snapshot);
    let wrong = wrong(&found);
    assert!(
        matches!(wrong[0], ("model.safetensors", Verdict::Changed { expected_sha256, .. }) if expected_sha256 == ABC)
    );
    assert!(
        matches!(wrong[1], ("sub/config.json", Verdict::ChangedBlob { expected_git_blob, .. }) if expected_git_blob == HELLO_BLOB)
    );
    let json = serde_json::to_value(&found.files[1]).unwrap();
    assert_eq!((&json["status"], &json["expected_git_blob"]), (&"changed".into(), &HELLO_BLOB.into()));
    let error = found.clone().into_result().unwrap_err().to_string();
    assert!(error.contains("model.safetensors and 1 more: content has changed (found sha256 "), "{error}");
}

#[test]
fn the_name_of_a_blob_that_contradicts_the_built_in_pins_is_an_error() {
    let cache = Dir::new("forged");
    let snapshot = cache.0.join("models--Qwen--Qwen2.5-3B-Instruct-AWQ/snapshots/0123");
    cache.write(&format!("models--Qwen--Qwen2.5-3B-Instruct-AWQ/blobs/{ABC}"), b"abc");
    cache.write(&format!("models--Qwen--Qwen2.5-3B-Instruct-AWQ/blobs/{HELLO_BLOB}"), b"hello\n");
    fs::create_dir_all(&snapshot).unwrap();
    symlink(format!("../../blobs/{HELLO_BLOB}"), snapshot.join("tokenizer.json")).unwrap();
    symlink(format!("../../blobs/{ABC}"), snapshot.join("other.json")).unwrap();
    let manifest = manifest_for(&snapshot, None).unwrap();
    assert_eq!(manifest.entry("tokenizer.json").and_then(|entry| entry.bytes), Some(7_031_645), "a pin has a SHA-256");
    assert!(manifest.entry("other.json").is_some());
    fs::remove_file(snapshot.join("tokenizer.json")).unwrap();
    symlink(format!("../../blobs/{ABC}"), snapshot.join("tokenizer.json")).unwrap();
    let error = manifest_for(&snapshot, None).unwrap_err();
    assert_eq!(error.fault().map(|fault| fault.kind), Some(FaultKind::ChecksumsDisagree), "{error}");
}

#[test]
fn a_directory_without_a_manifest_is_an_error_with_a_remedy() {
    let dir = Dir::new("bare");
    dir.write("config.json", b"{}");
    let error = manifest_for(&dir.0, None).unwrap_err();
    assert!(matches!(error, Error::NotFound { what: Resource::Checksums, .. }), "{error}");
    let told = message(&error, &Context::default());
    assert!(told.contains("--manifest") && told.contains("--write"), "{told}");
}

#[test]
fn an_error_from_watch_ends_the_comparison() {
    let dir = Dir::new("stop");
    dir.write("large", &vec![7; 4 << 20]);
    let manifest = dir.manifest();
    let seen = AtomicU64::new(0);
    let stop = |n| {
        seen.fetch_add(n, Ordering::Relaxed);
        Err(Error::Interrupted)
    };
    assert!(matches!(verify(&dir.0, &manifest, &stop), Err(Error::Interrupted)));
    assert!(seen.into_inner() < 4 << 20);
}

#[test]
fn sha256sum_accepts_a_written_manifest() {
    let dir = Dir::new("coreutils");
    for name in ["plain", "with space", "back\\slash", "new\nline", "sub/dir/file", "return\r"] {
        dir.write(name, name.as_bytes());
    }
    dir.manifest().save(&dir.0.join(FILE_NAME)).unwrap();
    match Command::new("sha256sum").args(["-c", "--strict", FILE_NAME]).current_dir(&dir.0).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => eprintln!("SKIPPED: sha256sum is not installed"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rendered_manifest_parses_to_the_same_entries(
        names in proptest::collection::btree_set("[a-z \\\\\n\r#*é]{1,12}(/[a-z.]{1,4}x)?", 1..8),
        bytes in any::<Option<u64>>(),
    ) {
        let entries: Vec<ManifestEntry> =
            names.into_iter().map(|name| ManifestEntry { hash: sha256(name.as_bytes()), name, bytes }).collect();
        let manifest = Manifest { path: FILE_NAME.into(), notes: vec!["date: today".into()], entries, complete: true };
        let again = parse(&manifest.render()).unwrap();
        prop_assert_eq!(again.entries, manifest.entries);
        prop_assert_eq!(again.notes, manifest.notes);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "(\\\\|#| bytes |[0-9a-f]{64}|  | \\*|\\.\\./|/|\n|\\PC){0,12}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_single_flipped_bit_is_found(bytes in proptest::collection::vec(any::<u8>(), 1..600_000), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let dir = Dir::new("flip");
        dir.write("weights", &bytes);
        let manifest = dir.manifest();
        let mut damaged = bytes.clone();
        damaged[at.index(bytes.len())] ^= 1 << bit;
        dir.write("weights", &damaged);
        let report = dir.verify(&manifest);
        let found = matches!(wrong(&report)[..], [("weights", Verdict::Changed { .. })]);
        prop_assert!(found);
        let digest = FileDigest { bytes: damaged.len() as u64, sha256: hash_bytes(&damaged), git_blob: None };
        prop_assert_eq!(&manifest.check("weights", &digest), &report.files[0].verdict);
    }
}
