//! Fetching from a hub with random network and server faults.

mod hub;

use hub::{Dir, Fault, Hub, REPO, SIGNATURE, ServedFile, TOKEN, no_loopback, noise};
use indicatif::ProgressBar;
use proptest::prelude::*;
use rumma::checkpoint::lookup::manifest_for;
use rumma::checkpoint::manifest::{FILE_NAME, hash_bytes};
use rumma::checkpoint::verify::verify;
use rumma::files::hex;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use xtask::error::{Error, Result};
use xtask::fetch::policy::{Policy, Settings, Token};
use xtask::fetch::{FetchRequest, Fetched, plan};

/// Short waits, so that hundreds of faults take seconds.
fn policy() -> Policy {
    Policy {
        retries: 3,
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_secs(2),
        connect: Duration::from_secs(5),
        silence: Duration::from_secs(10),
    }
}

fn settings(hub: &Hub, dir: &Dir) -> Settings {
    Settings { endpoint: hub.endpoint(), token: Token::new(TOKEN), cache: dir.0.join("cache"), proxy: false }
}

fn request(files: &[&str], to: Option<PathBuf>) -> FetchRequest {
    FetchRequest { repo: REPO.into(), revision: None, files: files.iter().map(|f| f.to_string()).collect(), to }
}

fn fetch(hub: &Hub, dir: &Dir, request: &FetchRequest, jobs: usize) -> Result<Fetched> {
    fetch_with(policy(), hub, dir, request, jobs)
}

fn fetch_with(policy: Policy, hub: &Hub, dir: &Dir, request: &FetchRequest, jobs: usize) -> Result<Fetched> {
    let plan = plan(request, &settings(hub, dir), &policy, &|_| {})?;
    plan.execute(&policy, jobs, &ProgressBar::hidden(), &AtomicBool::new(false))
}

/// Whether every file in place has the right content.
fn nothing_wrong(dir: &Path, files: &[ServedFile]) -> bool {
    files.iter().all(|f| fs::read(dir.join(&f.name)).is_ok_and(|found| found == f.bytes) || !dir.join(&f.name).exists())
}

fn everything_right(dir: &Path, files: &[ServedFile]) -> bool {
    let manifest = manifest_for(dir, None).unwrap();
    let report = verify(dir, &manifest, &|_| Ok(())).unwrap();
    report.wrong().count() == 0
        && manifest.entries.len() == files.len()
        && files.iter().all(|f| fs::read(dir.join(&f.name)).is_ok_and(|found| found == f.bytes))
}

fn large(name: &str, bytes: Vec<u8>) -> ServedFile {
    ServedFile { name: name.into(), bytes, large: true }
}

fn fault() -> impl Strategy<Value = Fault> {
    let place = 0..40_000usize;
    prop_oneof![
        1 => Just(Fault::Reset),
        1 => Just(Fault::Garbage),
        1 => Just(Fault::Dribble),
        1 => Just(Fault::IgnoreRange),
        1 => Just(Fault::Changed),
        1 => Just(Fault::WrongRange),
        1 => Just(Fault::Compressed),
        1 => Just(Fault::Circle),
        4 => place.clone().prop_map(Fault::Cut),
        1 => place.clone().prop_map(Fault::Stall),
        2 => place.clone().prop_map(Fault::NoLength),
        1 => place.clone().prop_map(Fault::NoEtag),
        1 => place.prop_map(Fault::WrongByte),
        1 => prop_oneof![-30_000..0i64, 1..30_000i64].prop_map(Fault::Length),
        3 => (prop_oneof![Just(429), Just(500), Just(502), Just(503), Just(408)], prop::option::of(any::<u64>().prop_filter("waits", |s| *s > 2 || *s == 0)))
            .prop_map(|(status, after)| Fault::Status(status, after)),
        1 => prop_oneof![Just(401), Just(403), Just(404), Just(416), Just(400)].prop_map(|s| Fault::Status(s, None)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fetch_with_faults_succeeds_or_fails_without_wrong_files(
        sizes in prop::collection::vec((0..40_000usize, any::<bool>()), 1..4),
        faults in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.7), fault()), 0..10),
        in_cache in any::<bool>(),
        jobs in 1..4usize,
    ) {
        if no_loopback() {
            return Ok(());
        }
        let files: Vec<ServedFile> = sizes.iter().enumerate().map(|(i, (size, large))| ServedFile {
            name: ["config.json", "model.safetensors", "sub/tokenizer.json"][i].into(),
            bytes: noise(i as u64, *size),
            large: *large,
        }).collect();
        let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
        let hub = Hub::start(files.clone());
        for (file, at_source, fault) in &faults {
            let at = file.index(files.len() + 1);
            let (name, large) = files.get(at).map_or(("", false), |f| (f.name.as_str(), f.large));
            hub.add(*at_source && large, name, fault.clone());
        }
        let dir = Dir::new("faults");
        let to = (!in_cache).then(|| dir.0.join("model"));
        let request = request(&names, to.clone());
        let model = to.unwrap_or_else(|| dir.0.join(format!("cache/models--someone--something/snapshots/{}", hub::COMMIT)));

        let impatient = Policy { silence: Duration::from_millis(100), ..policy() };
        match fetch_with(impatient, &hub, &dir, &request, jobs) {
            Ok(fetched) => {
                prop_assert_eq!(&fetched.dir, &model);
                prop_assert!(everything_right(&model, &files));
            }
            Err(error) => {
                let text = error.to_string();
                prop_assert!(!matches!(error, Error::Interrupted), "{}", text);
                prop_assert!(!text.contains('\n') && !text.contains(TOKEN) && !text.contains(SIGNATURE), "{}", text);
                prop_assert!(nothing_wrong(&model, &files), "{}", text);
                prop_assert!(!model.join(FILE_NAME).exists(), "{}", text);
            }
        }
        // A run without faults completes the fetch.
        hub.heal();
        let fetched = fetch(&hub, &dir, &request, jobs).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(everything_right(&fetched.dir, &files));
        prop_assert_eq!(dir.parts(), Vec::<PathBuf>::new());
        prop_assert!(hub.seen().iter().all(|seen| !seen.at_store || seen.authorization.is_none()));
        prop_assert!(hub.seen().iter().all(|seen| seen.at_store || seen.authorization.is_some()));
        // A further run only verifies.
        hub.forget();
        let again = fetch(&hub, &dir, &request, jobs).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!((again.fetched, again.verified), (0, files.len()));
        prop_assert_eq!(hub.seen().len(), 1);
    }
}

#[test]
fn an_interrupted_download_resumes_where_it_ended() {
    if no_loopback() {
        return;
    }
    let files = vec![large("model.safetensors", noise(1, 100_000))];
    let hub = Hub::start(files.clone());
    for _ in 0..6 {
        // More cuts than `retries`, but each request makes progress.
        hub.add(true, "model.safetensors", Fault::Cut(16_000));
    }
    let dir = Dir::new("cut");
    let fetched = fetch(&hub, &dir, &request(&[], Some(dir.0.join("model"))), 1).unwrap();
    assert!(everything_right(&fetched.dir, &files));
    let ranges: Vec<Option<String>> = hub.seen().into_iter().filter(|s| s.at_store).map(|s| s.range).collect();
    let expected: Vec<Option<String>> = (0..7).map(|i| (i > 0).then(|| format!("bytes={}-", 16_000 * i))).collect();
    assert_eq!(ranges, expected);
}

#[test]
fn a_download_that_cannot_be_resumed_starts_again() {
    if no_loopback() {
        return;
    }
    let second_request_after = |first: Fault, second: Option<Fault>| {
        let files = vec![large("model.safetensors", noise(1, 100_000))];
        let hub = Hub::start(files.clone());
        hub.add(true, "model.safetensors", first);
        second.into_iter().for_each(|fault| hub.add(true, "model.safetensors", fault));
        let dir = Dir::new("whole");
        let fetched = fetch(&hub, &dir, &request(&[], Some(dir.0.join("model"))), 1).unwrap();
        assert!(everything_right(&fetched.dir, &files));
        let asked: Vec<Option<String>> = hub.seen().into_iter().filter(|s| s.at_store).map(|s| s.range).collect();
        assert_eq!(asked.len(), 2, "{asked:?}");
        asked[1].clone()
    };
    assert_eq!(second_request_after(Fault::Cut(60_000), Some(Fault::IgnoreRange)).as_deref(), Some("bytes=60000-"));
    assert_eq!(second_request_after(Fault::NoEtag(60_000), None), None);
}

#[test]
fn an_error_page_does_not_discard_the_partial_file() {
    if no_loopback() {
        return;
    }
    let files = vec![large("model.safetensors", noise(1, 100_000))];
    let hub = Hub::start(files);
    hub.add(true, "model.safetensors", Fault::Cut(60_000));
    hub.add(true, "model.safetensors", Fault::Status(403, None));
    hub.add(true, "model.safetensors", Fault::response("200 OK", "content-type: text/html\r\n", b"<html>Log in"));
    let dir = Dir::new("page");
    let error = fetch(&hub, &dir, &request(&[], Some(dir.0.join("model"))), 1).err().unwrap().to_string();
    assert!(error.contains("a web page"), "{error}");
    fetch(&hub, &dir, &request(&[], Some(dir.0.join("model"))), 1).unwrap();
    let last = hub.seen().pop().unwrap();
    assert_eq!(last.range.as_deref(), Some("bytes=60000-"));
}

#[test]
fn repeatedly_wrong_content_is_refused_with_both_hashes_and_removed() {
    if no_loopback() {
        return;
    }
    let files = vec![large("model.safetensors", noise(1, 50_000))];
    let hub = Hub::start(files.clone());
    hub.always(true, "model.safetensors", Fault::WrongByte(77));
    let dir = Dir::new("wrong");
    let error = fetch(&hub, &dir, &request(&[], Some(dir.0.join("model"))), 1).err().unwrap();
    let mut wrong = files[0].bytes.clone();
    wrong[77] ^= 0x10;
    let hash = |bytes: &[u8]| hex(&hash_bytes(bytes));
    let text = error.to_string();
    assert!(text.contains(&hash(&wrong)) && text.contains(&hash(&files[0].bytes)), "{text}");
    assert_eq!(dir.files(), Vec::<PathBuf>::new());
}

#[test]
fn a_wrong_file_in_place_is_replaced() {
    if no_loopback() {
        return;
    }
    let files = vec![large("model.safetensors", noise(1, 1000)), large("config.json", noise(2, 10))];
    let hub = Hub::start(files.clone());
    let dir = Dir::new("replace");
    let model = dir.0.join("model");
    fs::create_dir_all(&model).unwrap();
    fs::write(model.join("model.safetensors"), noise(3, 1000)).unwrap();
    let fetched = fetch(&hub, &dir, &request(&[], Some(model)), 2).unwrap();
    assert_eq!((fetched.fetched, fetched.verified), (2, 0));
    assert!(everything_right(&fetched.dir, &files));
}

#[test]
fn the_manifest_includes_valid_files_of_earlier_runs() {
    if no_loopback() {
        return;
    }
    let readme = ServedFile { name: "README.md".into(), bytes: b"read me".to_vec(), large: false };
    let files = vec![large("model.safetensors", noise(1, 1000)), large("config.json", noise(2, 10)), readme];
    let hub = Hub::start(files.clone());
    let dir = Dir::new("beside");
    fetch(&hub, &dir, &request(&["config.json"], None), 1).unwrap();
    fetch(&hub, &dir, &request(&["README.md"], None), 1).unwrap();
    let fetched = fetch(&hub, &dir, &request(&[], None), 1).unwrap();
    assert_eq!((fetched.fetched, fetched.verified), (1, 1));
    assert!(everything_right(&fetched.dir, &files));
}

#[test]
fn a_fatal_status_is_an_error_with_a_remedy() {
    if no_loopback() {
        return;
    }
    let cases = [(401, "HF_TOKEN"), (403, "accept the model's terms"), (404, "--revision")];
    for (status, advice) in cases {
        let hub = Hub::start(vec![large("model.safetensors", noise(1, 10))]);
        hub.add(false, "", Fault::Status(status, None));
        let dir = Dir::new("status");
        let text = fetch(&hub, &dir, &request(&[], None), 1).err().unwrap().to_string();
        assert!(text.contains(&status.to_string()) && text.contains(advice), "{text}");
        assert_eq!(hub.seen().len(), 1);
    }
}

#[test]
fn a_second_fetch_of_the_same_file_is_refused() {
    if no_loopback() {
        return;
    }
    let hub = Hub::start(vec![large("model.safetensors", noise(1, 400_000))]);
    hub.pause(Duration::from_millis(20));
    let dir = Dir::new("two");
    let request = request(&[], None);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| fetch(&hub, &dir, &request, 1));
        while dir.parts().is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(matches!(fetch(&hub, &dir, &request, 1), Err(Error::Busy { .. })));
        assert!(first.join().unwrap().is_ok());
    });
}
