//! `cargo xtask fetch-model` as a process: killed, interrupted, on a full disk, without a network; its output and exit
//! codes.

mod hub;

use hub::{COMMIT, Dir, Fault, Hub, REPO, SIGNATURE, ServedFile, TOKEN, no_loopback, noise};
use rumma::checkpoint::lookup::manifest_for;
use rumma::checkpoint::manifest::{FILE_NAME, hash_bytes};
use rumma::checkpoint::verify::verify;
use rumma::checkpoint::{self, Checkpoint};
use rumma::files::hex;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The command, without the environment variables of the user that affect it.
fn fetch_model(endpoint: &str, home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("fetch-model").args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    for name in ["NO_PROXY", "no_proxy", "HF_HUB_CACHE", "HF_TOKEN"] {
        command.env_remove(name);
    }
    command.env("HF_ENDPOINT", endpoint).env("HF_HOME", home);
    command
}

fn text(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

fn large(name: &str, bytes: Vec<u8>) -> ServedFile {
    ServedFile { name: name.into(), bytes, large: true }
}

fn model() -> Vec<ServedFile> {
    let small = |name: &str, bytes: &[u8]| ServedFile { name: name.into(), bytes: bytes.to_vec(), large: false };
    vec![
        large("model.safetensors", noise(1, 400_000)),
        large("tokenizer.json", noise(2, 90_000)),
        small("config.json", b"{}"),
        small("README.md", b"is not needed"),
    ]
}

fn snapshot(home: &Path) -> PathBuf {
    home.join("hub/models--someone--something/snapshots").join(COMMIT)
}

fn verified(dir: &Path) -> bool {
    let manifest = manifest_for(dir, None).unwrap();
    verify(dir, &manifest, &|_| Ok(())).unwrap().wrong().count() == 0
}

/// Waits until a fetch has written a part of a file.
fn begun(dir: &Dir, child: &mut Child) {
    let in_part = || dir.parts().iter().any(|p| fs::metadata(p).is_ok_and(|meta| meta.len() > 10_000));
    while !in_part() {
        assert!(child.try_wait().unwrap().is_none(), "the fetch ended too early");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for words in [&[][..], &["bogus"], &["fetch-model", "--bogus"], &["fetch-model", "nosuch"]] {
        let run =
            std::process::Command::new(env!("CARGO_BIN_EXE_xtask")).args(words).output().expect("the binary runs");
        assert_eq!((run.status.code(), run.stdout.is_empty()), (Some(2), true), "{words:?}: {run:?}");
        assert!(run.stderr.starts_with(b"xtask: "), "{words:?}: {run:?}");
    }
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_xtask")).arg("--help").output().expect("the binary runs");
    assert!(help.status.success() && help.stderr.is_empty(), "{help:?}");
}

#[test]
fn a_fetched_model_has_the_layout_of_the_hub_cache() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    let dir = Dir::new("cache");
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO]).env("HF_TOKEN", TOKEN).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let model = snapshot(&dir.0);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), model.to_str().unwrap());
    let root = dir.0.join("hub/models--someone--something");
    assert_eq!(fs::read_to_string(root.join("refs/main")).unwrap(), COMMIT);
    let large = format!("../../blobs/{}", hex(&hash_bytes(&noise(1, 400_000))));
    assert_eq!(fs::read_link(model.join("model.safetensors")).unwrap(), Path::new(&large));
    let small = format!("../../blobs/{}", hub::git_blob(b"{}"));
    assert_eq!(fs::read_link(model.join("config.json")).unwrap(), Path::new(&small));
    assert!(!model.join("README.md").exists());

    let sums = fs::read_to_string(model.join(FILE_NAME)).unwrap();
    for line in [format!("# repo: {REPO}"), format!("# commit: {COMMIT}"), "# licence: mit".into(), "# date: 20".into()]
    {
        assert!(sums.contains(&line), "{sums}");
    }
    if let Ok(check) = Command::new("sha256sum").args(["-c", "--strict", FILE_NAME]).current_dir(&model).output() {
        assert!(check.status.success(), "{}", text(&check));
    }
    // A second run only verifies, and does not change the manifest.
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO]).output().unwrap();
    assert!(text(&output).contains("fetched=0 verified=3"), "{}", text(&output));
    assert_eq!(fs::read_to_string(model.join(FILE_NAME)).unwrap(), sums);
}

#[test]
fn a_fetched_model_opens_by_path_and_is_found_by_name() {
    if no_loopback() {
        return;
    }
    let checkpoint = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/storyteller/checkpoint");
    let file = |item: std::io::Result<fs::DirEntry>| {
        let item = item.unwrap();
        large(item.file_name().to_str().unwrap(), fs::read(item.path()).unwrap())
    };
    let hub = Hub::start(fs::read_dir(checkpoint).unwrap().map(file).collect());
    let dir = Dir::new("opens");
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let model = snapshot(&dir.0).to_str().unwrap().to_string();
    let opened = Checkpoint::open(&checkpoint::CheckpointSource { model, ..Default::default() }).unwrap();
    assert!(opened.tensors().count() > 0);
    let mut by_name = Command::new(env!("CARGO_BIN_EXE_xtask"));
    by_name.args(["verify-model", REPO, "--json"]).env("HF_HOME", &dir.0).env_remove("HF_HUB_CACHE");
    let output = by_name.output().unwrap();
    assert!(output.status.success() && text(&output).contains(r#""good":true"#), "{}", text(&output));
}

#[test]
fn the_token_is_sent_only_to_the_hub_and_never_printed() {
    if no_loopback() {
        return;
    }
    for from_file in [false, true] {
        let hub = Hub::start(model());
        hub.add(true, "model.safetensors", Fault::Status(403, None));
        let dir = Dir::new("token");
        let mut command = fetch_model(&hub.endpoint(), &dir.0, &[REPO]);
        if from_file {
            fs::write(dir.0.join("token"), format!("{TOKEN}\n")).unwrap();
        } else {
            command.env("HF_TOKEN", TOKEN);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        assert!(text(&output).contains("Waiting: model.safetensors: status 403"), "{}", text(&output));
        assert!(!text(&output).contains(TOKEN) && !text(&output).contains(SIGNATURE), "{}", text(&output));
        let (store, hub): (Vec<_>, Vec<_>) = hub.seen().into_iter().partition(|s| s.at_store);
        assert!(store.len() >= 3 && store.iter().all(|s| s.authorization.is_none()));
        assert!(hub.iter().all(|s| s.authorization.as_deref() == Some(&format!("Bearer {TOKEN}"))));
    }
}

#[test]
fn a_killed_fetch_is_completed_by_the_next_run() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    hub.pause(Duration::from_millis(2));
    let dir = Dir::new("killed");
    let mut kills = 0;
    // The times of the kills are spread over the duration of a fetch.
    for round in 0.. {
        let mut child = fetch_model(&hub.endpoint(), &dir.0, &[REPO]).spawn().unwrap();
        let moment = Instant::now() + Duration::from_millis(3 + 7 * (round * 5 % 11));
        let ended = loop {
            match child.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if Instant::now() > moment => break None,
                None => thread::sleep(Duration::from_millis(1)),
            }
        };
        let Some(status) = ended else {
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            let right =
                |f: &ServedFile| fs::read(snapshot(&dir.0).join(&f.name)).map_or(true, |found| found == f.bytes);
            assert!(model().iter().all(right), "round {round}");
            assert!(round < 500, "the fetch never completes");
            continue;
        };
        assert!(status.success());
        break;
    }
    assert!(kills > 0);
    assert!(verified(&snapshot(&dir.0)));
    assert_eq!(dir.parts(), Vec::<PathBuf>::new());
}

#[test]
fn a_fetch_resumes_after_ctrl_c() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    hub.pause(Duration::from_millis(30));
    let dir = Dir::new("interrupted");
    let mut child = fetch_model(&hub.endpoint(), &dir.0, &[REPO, "--file", "model.safetensors"]).spawn().unwrap();
    begun(&dir, &mut child);
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert!(text(&output).contains("run the same command again"), "{}", text(&output));

    hub.pause(Duration::ZERO);
    hub.forget();
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO, "--file", "model.safetensors"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert!(hub.seen().iter().any(|s| s.range.is_some()), "it did not resume");
    assert!(verified(&snapshot(&dir.0)));
}

#[test]
fn a_failed_write_keeps_the_partial_file() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    let dir = Dir::new("limit");
    // A file size limit makes a write fail in the middle, like a full disk, without privileges.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_xtask")]);
    command.args(["fetch-model", REPO]).env("HF_ENDPOINT", hub.endpoint()).env("HF_HOME", &dir.0);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("raise the limit on the size of a file (ulimit -f)"), "{}", text(&output));
    let kept: u64 = dir.parts().iter().map(|p| fs::metadata(p).unwrap().len()).sum();
    assert!(kept > 10_000, "{kept} bytes were kept");
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert!(hub.seen().iter().any(|s| s.range.is_some()), "it did not resume");
    assert!(verified(&snapshot(&dir.0)));
}

#[test]
fn a_fetch_resumes_after_a_full_disk_has_space_again() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    let dir = Dir::new("tmpfs");
    // There is enough space when the first fetch starts; then another file takes it.
    let script = "set -e; mount -t tmpfs -o size=600k none \"$1\"; \
                  HF_HOME=\"$1\" \"$2\" fetch-model \"$3\" & \
                  until ls \"$1\"/hub/*/blobs/*.etag; do sleep 0.05; done 2>&-; \
                  head -c 300k /dev/zero > \"$1/other\" || true; \
                  wait $! && exit 9; echo half; rm \"$1/other\"; HF_HOME=\"$1\" \"$2\" fetch-model \"$3\"; \
                  cd \"$1\"/hub/*/snapshots/*; sha256sum -c SHA256SUMS";
    hub.pause(Duration::from_millis(40));
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, "sh", dir.0.to_str().unwrap(), env!("CARGO_BIN_EXE_xtask"), REPO]);
    let allowed =
        Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", dir.0.to_str().unwrap()]).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: cannot mount without privileges");
        return;
    }
    let output = command.env("HF_ENDPOINT", hub.endpoint()).output().unwrap();
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("half") && said.contains("free disk space") && said.contains("model.safetensors: OK"),
        "{said}"
    );
    assert!(hub.seen().iter().any(|s| s.range.is_some()), "it did not resume");
}

#[test]
fn a_listing_that_contradicts_the_pins_is_refused() {
    if no_loopback() {
        return;
    }
    let files = vec![large("model.safetensors", noise(1, 1000)), large("config.json", noise(2, 10))];
    let hub = Hub::start_as("Qwen/Qwen2.5-3B-Instruct-AWQ", files.clone());
    let dir = Dir::new("pin");
    let output = fetch_model(&hub.endpoint(), &dir.0, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let listed = hex(&hash_bytes(&files[0].bytes));
    let pinned = "ff45904d41a1fe1ee1d3678d8b04e65d6270d04c05ab38ed3f68d41f121ed6d2";
    assert!(text(&output).contains(&listed) && text(&output).contains(pinned), "{}", text(&output));
    assert_eq!(hub.seen().len(), 1);
    assert_eq!(dir.files(), Vec::<PathBuf>::new());
}

#[test]
fn a_dry_run_prints_sizes_and_licence_and_writes_nothing() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    let dir = Dir::new("dry");
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO, "--dry-run"]).output().unwrap();
    assert!(output.status.success());
    for part in
        ["Licence: mit", "400000 bytes", "model.safetensors", "490002 bytes", COMMIT, "Left out: files=1 (README.md)"]
    {
        assert!(text(&output).contains(part), "{part}: {}", text(&output));
    }
    assert_eq!(dir.files(), Vec::<PathBuf>::new());
}

#[test]
fn a_model_without_configuration_or_under_another_name_is_reported() {
    if no_loopback() {
        return;
    }
    let files = vec![large("model.safetensors", noise(1, 100))];
    let hub = Hub::start(files.clone());
    let listing = hub::listing_of(COMMIT, &files).replacen('{', "{\"id\":\"other\\u001b/name\",", 1);
    hub.add(false, "", Fault::response("200 OK", "", listing.as_bytes()));
    let dir = Dir::new("lacking");
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    for part in ["does not list config.json and tokenizer.json", "calls this model \"other\\u{1b}/name\""] {
        assert!(text(&output).contains(part), "{part}: {}", text(&output));
    }
}

#[test]
fn a_password_in_the_endpoint_is_not_shown() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    hub.always(false, "", Fault::response("200 OK", "", hub::listing_of("no commit", &model()).as_bytes()));
    let dir = Dir::new("password");
    let with_password = hub.endpoint().replace("http://", "http://user:secret@");
    for (endpoint, code) in [(with_password, 1), ("https//user:secret@hub.example".to_string(), 2)] {
        let output = fetch_model(&endpoint, &dir.0, &[REPO]).output().unwrap();
        assert_eq!((output.status.code(), text(&output).contains("secret")), (Some(code), false), "{}", text(&output));
    }
}

#[test]
fn options_of_no_use_are_refused() {
    let dir = Dir::new("options");
    let output = fetch_model("http://127.0.0.1:9", &dir.0, &[REPO, "--jobs", "0"]).output().unwrap();
    assert_eq!((output.status.code(), text(&output).contains("--jobs must be at least 1")), (Some(2), true));
}

#[test]
fn without_retries_a_temporary_failure_ends_the_fetch() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    hub.add(true, "model.safetensors", Fault::Status(503, None));
    let dir = Dir::new("retries");
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO, "--retries", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("status 503") && text(&output).contains("(failed once)"), "{}", text(&output));
    let output = fetch_model(&hub.endpoint(), &dir.0, &[REPO, "--retries", "0"]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn without_a_network_it_fails_within_seconds() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dir = Dir::new("offline");
    // A host name that never resolves (RFC 6761), and a port on which nothing listens.
    for endpoint in ["https://hub.invalid".to_string(), format!("http://{closed}")] {
        let output = fetch_model(&endpoint, &dir.0, &[]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).starts_with("xtask: no network: cannot reach"), "{}", text(&output));
        assert_eq!(text(&output).lines().count(), 1);
    }
}

#[test]
fn a_proxy_gets_the_connect_request_without_the_token() {
    if no_loopback() {
        return;
    }
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let dir = Dir::new("proxy");
    let heard = thread::spawn(move || {
        let (stream, _) = proxy.accept().unwrap();
        let lines = BufReader::new(&stream).lines().map_while(|l| l.ok().filter(|l| !l.is_empty()));
        let heard: Vec<String> = lines.collect();
        let _ = (&stream).write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n");
        heard
    });
    let run = |no_proxy: &str| {
        let mut command = fetch_model("https://hub.invalid", &dir.0, &[]);
        command.env("HTTPS_PROXY", &address).env("NO_PROXY", no_proxy).env("HF_TOKEN", TOKEN).output().unwrap()
    };
    // If NO_PROXY did not exclude the host, this would be the first request at the proxy.
    assert_eq!(run("hub.invalid").status.code(), Some(1));
    let output = run("");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("proxy"), "{}", text(&output));
    let heard = heard.join().unwrap();
    assert!(heard[0].starts_with("CONNECT hub.invalid:443"), "{heard:?}");
    assert!(!heard.iter().any(|line| line.contains(TOKEN)), "{heard:?}");
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    let dir = Dir::new("plain");
    let output = fetch_model("http://hub.example", &dir.0, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("use https"), "{}", text(&output));
}
