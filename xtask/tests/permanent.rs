//! Which faults of a hub end a fetch at once, and which are repeated.

mod hub;

use hub::{COMMIT, Dir, Fault, Hub, REPO, SIGNATURE, ServedFile, TOKEN, listing_of, no_loopback, noise};
use indicatif::ProgressBar;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use xtask::error::{Error, Result};
use xtask::fetch::policy::{Policy, Settings, Token};
use xtask::fetch::{FetchRequest, Fetched, plan};

const FILE: &str = "model.safetensors";

fn file(name: &str, len: usize, large: bool) -> ServedFile {
    ServedFile { name: name.into(), bytes: noise(len as u64, len), large }
}

fn model() -> Vec<ServedFile> {
    vec![file(FILE, 50_000, true), file("config.json", 400, false)]
}

/// Waits of a default fetch would take half a minute for each fault.
fn quick() -> Policy {
    Policy {
        retries: 2,
        first_wait: Duration::from_millis(1),
        silence: Duration::from_millis(200),
        ..Policy::default()
    }
}

fn fetch(hub: &Hub, dir: &Dir, policy: &Policy, revision: Option<&str>) -> Result<Fetched> {
    let settings =
        Settings { endpoint: hub.endpoint(), token: Token::new(TOKEN), cache: dir.0.join("cache"), proxy: false };
    let to = Some(dir.0.join("model"));
    let request = FetchRequest { repo: REPO.into(), revision: revision.map(str::to_string), files: vec![], to };
    let plan = plan(&request, &settings, policy, &|_| {})?;
    plan.execute(policy, 2, &ProgressBar::hidden(), &AtomicBool::new(false))
}

/// Fails unless the fetch ends within seconds with an error of one line, without secrets and without a wrong file.
fn assert_permanent(hub: &Hub, revision: Option<&str>, case: &str) -> String {
    let dir = Dir::new("permanent");
    let start = Instant::now();
    // The waits and retries of the command: a fault that is repeated takes half a minute.
    let error = fetch(hub, &dir, &Policy::default(), revision).err().unwrap_or_else(|| panic!("{case}: succeeded"));
    let text = error.to_string();
    assert!(start.elapsed() < Duration::from_secs(10), "{case}: {:?}: {text}", start.elapsed());
    assert!(!matches!(error, Error::Network { .. } | Error::Interrupted), "{case}: {text}");
    assert!(!text.contains(char::is_control) && !text.contains(TOKEN) && !text.contains(SIGNATURE), "{case}: {text:?}");
    assert!(text.contains("; "), "{case}: no remedy: {text}");
    assert!(!dir.0.join("model").join(FILE).exists(), "{case}: {text}");
    text
}

fn redirect(to: &str) -> Fault {
    Fault::RedirectTo(to.to_string())
}

#[test]
fn a_permanent_fault_of_the_file_list_ends_the_fetch_at_once() {
    if no_loopback() {
        return;
    }
    let good = listing_of(COMMIT, &model());
    let page = b"<html><body>Log in to the network</body></html>";
    let html = "content-type: text/html; charset=utf-8\r\n";
    let mut cases = vec![
        ("a login page", Fault::response("200 OK", html, page)),
        ("half a JSON", Fault::response("200 OK", "", &good.as_bytes()[..good.len() / 2])),
        ("half a JSON in chunks", Fault::chunked(&good.as_bytes()[..good.len() / 2])),
        ("another JSON", Fault::response("200 OK", "", br#"{"error":"no"}"#)),
        ("a list", Fault::response("200 OK", "", b"[]")),
        ("nothing", Fault::response("200 OK", "", b"")),
        ("no files", Fault::response("200 OK", "", listing_of(COMMIT, &[]).as_bytes())),
        ("a short commit", Fault::response("200 OK", "", listing_of("main", &model()).as_bytes())),
        ("a compressed body", Fault::Compressed),
        ("invalid chunks", Fault::Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n".to_vec())),
        ("no HTTP", Fault::Garbage),
        ("endless headers", Fault::EndlessHeaders),
        ("a redirect loop", Fault::Circle),
        ("a redirect to a file", redirect("file:///etc/passwd")),
        ("a redirect to plain http", redirect("http://hub.example/api")),
        ("a redirect to another scheme", redirect("ftp://127.0.0.1/api")),
        ("a redirect to nowhere", redirect("https://")),
        ("a wait of a day", Fault::Status(429, Some(86_400))),
        ("a wait of a day", Fault::Status(503, Some(86_400))),
        ("a wait until 2099", Fault::response("429 No", "retry-after: Thu, 01 Jan 2099 00:00:00 GMT\r\n", b"")),
        ("deep nesting", Fault::response("200 OK", "", "[".repeat(100_000).as_bytes())),
    ];
    for status in [204, 206, 300, 304, 400, 401, 402, 403, 404, 405, 409, 410, 416, 418, 451] {
        cases.push(("a status", Fault::Status(status, None)));
    }
    for (case, fault) in cases {
        let hub = Hub::start(model());
        let case = format!("{case} {}", format!("{fault:?}").chars().take(60).collect::<String>());
        hub.always(false, "", fault);
        assert_permanent(&hub, None, &case);
        assert!(hub.seen().len() <= 11, "{case}: {} requests", hub.seen().len());
    }
}

#[test]
fn a_permanent_fault_of_a_file_ends_the_fetch_at_once() {
    if no_loopback() {
        return;
    }
    let page = b"<html><body>Log in to the network</body></html>";
    let html = "content-type: text/html\r\n";
    let whole = noise(50_000, 50_000);
    let range = "content-range: bytes 0-49999/50000\r\n";
    let mut cases = vec![
        ("a login page", Fault::response("200 OK", html, page)),
        ("a login page without its type", Fault::response("200 OK", "", page)),
        ("a login page in chunks", Fault::chunked(page)),
        ("a login page of the same size", Fault::response("200 OK", html, &whole)),
        ("more bytes than listed", Fault::Length(1000)),
        ("fewer bytes than listed", Fault::Length(-1000)),
        ("a longer file in chunks", Fault::chunked(&noise(1, 60_000))),
        ("a partial response to a request for the whole", Fault::response("206 Partial Content", range, &whole)),
        ("a compressed body", Fault::Compressed),
        ("two lengths", Fault::response("200 OK", "transfer-encoding: chunked\r\n", &whole)),
        ("two other lengths", Fault::response("200 OK", "content-length: 50001\r\n", &whole)),
        ("no HTTP", Fault::Garbage),
        ("endless headers", Fault::EndlessHeaders),
        ("a redirect loop", Fault::Circle),
        ("a redirect to a file", redirect("file:///etc/passwd")),
        ("a redirect to plain http", redirect("http://cdn.example/file?Signature=sig_secret_of_the_tests")),
        ("a wait of a day", Fault::Status(429, Some(86_400))),
        ("wrong content", Fault::WrongByte(77)),
        ("other content", Fault::Changed),
    ];
    for status in [204, 206, 304, 400, 401, 403, 404, 410, 416, 418, 451] {
        cases.push(("a status", Fault::Status(status, None)));
    }
    for (case, fault) in cases {
        let hub = Hub::start(model());
        let case = format!("{case} {}", format!("{fault:?}").chars().take(60).collect::<String>());
        hub.always(true, FILE, fault);
        assert_permanent(&hub, None, &case);
    }
}

#[test]
fn a_listing_with_unusual_names_or_sizes_is_refused_with_the_name_escaped() {
    if no_loopback() {
        return;
    }
    let long = format!("{}.safetensors", "a".repeat(300));
    let names = [
        ("weights\\\\model.safetensors", "\\\\"),
        ("C:model.safetensors", "C:"),
        ("model\\u0007.safetensors", "\\u{7}"),
        ("model\\u202e.safetensors", "\\u{202e}"),
        ("model\\n.safetensors", "\\n"),
        ("/model.safetensors", "\"/model"),
        ("../model.safetensors", ".."),
        (&long, "aaa"),
        ("config.json", "listed twice"),
        ("config.json/model.safetensors", "listed as a file"),
        ("model.safetensors ", "space"),
    ];
    for (name, shown) in names {
        let hub = Hub::start(model());
        let mut files = model();
        files.push(file(name, 10, true));
        hub.always(false, "", Fault::response("200 OK", "", listing_of(COMMIT, &files).as_bytes()));
        let text = assert_permanent(&hub, None, name);
        assert!(text.contains(shown), "{name}: {text}");
    }
    let sets = [
        (["model-00001-of-00002.safetensors", "config.json"], "model-00002-of-00002.safetensors"),
        (["model-a.safetensors", "model-A.safetensors"], "differ in case only"),
        (["model.safetensors", "MODEL.safetensors"], "differ in case only"),
        (["MODEL.SAFETENSORS", "config.json"], "no safetensors files"),
    ];
    for (names, shown) in sets {
        let files: Vec<ServedFile> = names.iter().map(|name| file(name, 10, true)).collect();
        let text = assert_permanent(&Hub::start(files), None, shown);
        assert!(text.contains(shown), "{text}");
    }
    let hub = Hub::start(model());
    let huge = listing_of(COMMIT, &model()).replace("\"size\":50000", "\"size\":18446744073709551615");
    hub.always(false, "", Fault::response("200 OK", "", huge.as_bytes()));
    assert_permanent(&hub, None, "a huge size");
    let large = listing_of(COMMIT, &model()).replace("\"size\":50000", "\"size\":200000000000000");
    hub.always(false, "", Fault::response("200 OK", "", large.as_bytes()));
    let text = assert_permanent(&hub, None, "more than the disk has");
    assert!(text.contains("not enough disk space: 200.0 TB needed, "), "{text}");
}

#[test]
fn a_hub_that_lists_another_commit_than_the_requested_one_is_refused() {
    if no_loopback() {
        return;
    }
    let other = "f".repeat(40);
    let hub = Hub::start(model());
    let text = assert_permanent(&hub, Some(&other), "another commit");
    assert!(text.contains(COMMIT) && text.contains(&other), "{text}");
    let dir = Dir::new("commit");
    assert!(fetch(&hub, &dir, &quick(), Some(COMMIT)).is_ok());
}

#[test]
fn a_place_that_is_no_file_or_behind_a_link_is_refused_before_the_download() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(vec![file(FILE, 50_000, true), file("sub/config.json", 10, true)]);
    let dir = Dir::new("place");
    let model = dir.0.join("model");
    fs::create_dir_all(model.join(FILE)).unwrap();
    let error = fetch(&hub, &dir, &quick(), None).err().unwrap().to_string();
    assert!(error.contains(FILE), "{error}");
    assert_eq!(hub.seen().len(), 1);
    // Links at the places of the file and of its notes are replaced, and not followed.
    let outside = dir.0.join("outside");
    fs::write(&outside, "mine").unwrap();
    fs::remove_dir(model.join(FILE)).unwrap();
    for name in [FILE, "model.safetensors.part.etag"] {
        std::os::unix::fs::symlink(&outside, model.join(name)).unwrap();
    }
    fetch(&hub, &dir, &quick(), None).unwrap();
    assert_eq!(fs::read_to_string(&outside).unwrap(), "mine");
    assert!(fs::symlink_metadata(model.join(FILE)).unwrap().is_file());
}

#[test]
fn a_directory_of_a_file_name_that_is_a_link_is_refused() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(vec![file("sub/config.json", 10, true)]);
    let dir = Dir::new("link");
    let (model, outside) = (dir.0.join("model"), dir.0.join("outside"));
    fs::create_dir_all(&model).unwrap();
    fs::create_dir_all(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, model.join("sub")).unwrap();
    let settings = Settings { endpoint: hub.endpoint(), token: None, cache: dir.0.join("cache"), proxy: false };
    let files = vec!["sub/config.json".to_string()];
    let request = FetchRequest { repo: REPO.into(), revision: None, files, to: Some(model) };
    let plan = plan(&request, &settings, &quick(), &|_| {}).unwrap();
    let error = plan.execute(&quick(), 1, &ProgressBar::hidden(), &AtomicBool::new(false)).err().unwrap();
    assert!(error.to_string().contains("is a link"), "{error}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn a_temporary_fault_is_repeated_and_each_wait_is_shown() {
    if no_loopback() {
        return;
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cases = [
        Fault::Reset,
        Fault::Cut(100),
        Fault::Stall(100),
        Fault::NoLength(100),
        Fault::Drip(Duration::from_millis(20)),
        Fault::Status(408, None),
        Fault::Status(429, None),
        Fault::Status(429, Some(0)),
        Fault::Status(500, None),
        Fault::Status(503, Some(0)),
        Fault::response("429 No", "retry-after: Wed, 21 Oct 2015 07:28:00 GMT\r\n", b""),
        redirect(&format!("http://{closed}/file")),
    ];
    for (at_store, name) in [(false, ""), (true, FILE)] {
        for fault in &cases {
            let hub = Hub::start(model());
            // A broken connection of the first request is repeated, but one that cannot be opened is not.
            hub.add(at_store, name, Fault::Status(500, None));
            hub.always(at_store, name, fault.clone());
            let dir = Dir::new("temporary");
            let error = fetch(&hub, &dir, &quick(), None).err().unwrap_or_else(|| panic!("{fault:?}: succeeded"));
            assert!(matches!(error, Error::Network { tries: 3, .. }), "{fault:?} of {name:?}: {error}");
            assert!(error.to_string().ends_with("run the same command again to resume"), "{error}");
            // The same fault twice does not end the fetch.
            hub.heal();
            (0..2).for_each(|_| hub.add(at_store, name, fault.clone()));
            if name.is_empty() && matches!(fault, Fault::RedirectTo(_)) {
                continue;
            }
            assert!(fetch(&hub, &dir, &quick(), None).is_ok(), "{fault:?} of {name:?}");
            assert_eq!(dir.parts(), Vec::<PathBuf>::new());
        }
    }
    let hub = Hub::start(model());
    hub.always(false, "", Fault::Status(503, None));
    let lines = Mutex::new(Vec::new());
    let settings = Settings { endpoint: hub.endpoint(), token: None, cache: PathBuf::new(), proxy: false };
    let request = FetchRequest { repo: REPO.into(), revision: None, files: vec![], to: None };
    let notify = |line: &str| lines.lock().unwrap().push(line.to_string());
    assert!(plan(&request, &settings, &quick(), &notify).is_err());
    let lines = lines.into_inner().unwrap();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("status 503") && lines[0].ends_with("attempt 2 of 3 in 0 s"), "{lines:?}");
}

#[test]
fn a_file_that_was_wrong_once_is_downloaded_again() {
    if no_loopback() {
        return;
    }
    for fault in [Fault::WrongByte(7), Fault::Changed, Fault::chunked(&noise(1, 60_000)), Fault::Status(403, None)] {
        let hub = Hub::start(model());
        hub.add(true, FILE, fault.clone());
        let dir = Dir::new("once");
        assert!(fetch(&hub, &dir, &quick(), None).is_ok(), "{fault:?}");
        assert_eq!(fs::read(dir.0.join("model").join(FILE)).unwrap(), noise(50_000, 50_000));
    }
}

#[test]
fn a_server_that_sends_a_byte_per_request_is_given_up() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(model());
    hub.always(true, FILE, Fault::Cut(1));
    let dir = Dir::new("bytes");
    let error = fetch(&hub, &dir, &quick(), None).err().unwrap();
    assert!(matches!(error, Error::Network { .. }), "{error}");
    assert!(hub.seen().len() < 20);
}
