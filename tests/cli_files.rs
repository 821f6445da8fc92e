//! Files that a run writes, and files that change while a run reads them.
#![cfg(unix)]

mod common;

use std::fs::{self, OpenOptions, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use common::{Run, finished, rumma, run, scratch, storyteller_copy};

const PROMPT: [&str; 4] = ["prefill", "storyteller", "--prompt", "Once upon a time there was a"];

fn save<P: AsRef<Path>>(path: P) -> Run {
    run([&PROMPT[..], &["--quiet", "--save-state", path.as_ref().to_str().unwrap()]].concat())
}

fn bench<P: AsRef<Path>>(path: P) -> Run {
    let small = ["--prefill-tokens", "8", "--contexts", "8", "--batches", "1", "--tokens", "2", "--repetitions", "1"];
    let report = ["--quiet", "--thread-counts", "1", "--html", path.as_ref().to_str().unwrap()];
    run([&["bench", "storyteller"], &small[..], &report].concat())
}

/// The beginning of a report of `bench`.
const REPORT: &str = "<!DOCTYPE html>\n<meta name=\"generator\" content=\"rumma bench\">";

fn decode_from<P: AsRef<Path>>(state: P) -> Run {
    run(["decode", "storyteller", "--tokens", "3", "--quiet", "--state", state.as_ref().to_str().unwrap()])
}

/// The names in a directory, sorted.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn processes_that_save_to_one_path_leave_one_whole_state_and_nothing_else() {
    let dir = scratch("files_concurrent");
    let file = dir.join("x.state");
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| (0..6).for_each(|_| assert_eq!(save(&file).code, Some(0))));
        }
    });
    assert_eq!(decode_from(&file).code, Some(0));
    assert_eq!(names(&dir), ["x.state"]);
}

#[test]
fn a_killed_process_leaves_the_old_state_or_the_new_one() {
    let dir = scratch("files_killed");
    let file = dir.join("x.state");
    assert_eq!(save(&file).code, Some(0));
    for delay in 0..20 {
        let mut child = rumma([&PROMPT[..], &["--quiet", "--save-state", file.to_str().unwrap()]].concat())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(4 * delay));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(decode_from(&file).code, Some(0));
    }
    let left = names(&dir);
    let is_temporary = |name: &String| name.starts_with(".x.state.") && name.ends_with(".part");
    assert!(left.iter().all(|name| name == "x.state" || is_temporary(name)), "{left:?}");
}

#[test]
fn links_named_like_temporary_files_keep_their_targets() {
    let dir = scratch("files_part_link");
    fs::write(dir.join("thesis.txt"), "years of work").unwrap();
    symlink("thesis.txt", dir.join("x.state.part")).unwrap();
    assert_eq!(save(dir.join("x.state")).code, Some(0));
    assert_eq!(fs::read_to_string(dir.join("thesis.txt")).unwrap(), "years of work");
    assert!(dir.join("x.state.part").is_symlink());
}

#[test]
fn only_a_file_of_the_same_kind_is_replaced() {
    let dir = storyteller_copy("files_kind");
    for name in ["model.safetensors", "config.json", "tokenizer.json"] {
        let file = dir.join(name);
        let before = fs::read(&file).unwrap();
        save(&file)
            .fails(1, &[name, "exists and would be lost (expected a state file)", "; give the path of a new file"]);
        bench(&file).fails(1, &[name, "expected a benchmark report"]);
        let path = file.to_str().unwrap();
        run(["verify", dir.to_str().unwrap(), "--write", "--force", "--manifest", path])
            .fails(1, &[name, "exists and would be lost"]);
        assert!(fs::read(&file).unwrap() == before, "{name}");
    }
    let (state, page, empty) = (dir.join("x.state"), dir.join("page.html"), dir.join("empty"));
    fs::write(&empty, "").unwrap();
    fs::write(&page, REPORT).unwrap();
    for _ in 0..2 {
        assert_eq!(save(&state).code, Some(0));
    }
    save(&page).fails(1, &["page.html", "expected a state file"]);
    bench(&state).fails(1, &["x.state", "expected a benchmark report"]);
    fs::write(dir.join("other.html"), "<!DOCTYPE html>\n<html></html>\n").unwrap();
    bench(dir.join("other.html")).fails(1, &["other.html", "expected a benchmark report"]);
    assert_eq!(save(&empty).code, Some(0), "an empty file has nothing to lose");
}

#[test]
fn a_file_that_the_run_reads_is_not_replaced_by_any_name() {
    let dir = scratch("files_in_use");
    let prompt = dir.join("prompt.txt");
    // A prompt that looks like a state file.
    let text = "rumma state of affairs";
    fs::write(&prompt, text).unwrap();
    fs::create_dir(dir.join("x")).unwrap();
    symlink("prompt.txt", dir.join("link")).unwrap();
    fs::hard_link(&prompt, dir.join("hard")).unwrap();
    for name in ["prompt.txt", "link", "hard", "x/../prompt.txt", "./prompt.txt"] {
        let output = dir.join(name);
        let args = ["prefill", "storyteller", "--prompt-file", prompt.to_str().unwrap(), "--save-state"];
        run([&args[..], &[output.to_str().unwrap()]].concat())
            .fails(1, &[name, "is used by this run", "; give another"]);
        assert_eq!(fs::read_to_string(&prompt).unwrap(), text, "{name}");
    }
    // What stdout was redirected to would be lost as well.
    let state = dir.join("y.state");
    assert_eq!(save(&state).code, Some(0));
    let mut command = rumma([&PROMPT[..], &["--save-state", state.to_str().unwrap()]].concat());
    command.stdout(OpenOptions::new().append(true).open(&state).unwrap());
    finished(command.output().unwrap()).fails(1, &["y.state", "is used by this run"]);
    assert_eq!(decode_from(&state).code, Some(0));
}

#[test]
fn what_is_not_a_regular_file_is_not_written() {
    let dir = scratch("files_special");
    let pipe = dir.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let socket = dir.join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    symlink("pipe", dir.join("link-to-pipe")).unwrap();
    for path in [&pipe, &socket, &dir.join("link-to-pipe"), Path::new("/dev/null")] {
        save(path).fails(1, &[path.to_str().unwrap(), ": not a regular file; "]);
        bench(path).fails(1, &[path.to_str().unwrap(), ": not a regular file; "]);
        assert!(path.exists());
    }
    for path in [dir.clone(), dir.join("new/"), dir.join("new/."), dir.join("..")] {
        save(&path).fails(1, &["cannot write: is a directory; give a file"]);
    }
    symlink("nothing", dir.join("dangling")).unwrap();
    save(dir.join("dangling")).fails(1, &["dangling: link to a missing file; remove the link"]);
    assert!(!dir.join("nothing").exists());
    save(dir.join("none/x.state")).fails(1, &["none/x.state: cannot create", "; check the path"]);
}

#[test]
fn a_link_is_kept_and_its_target_is_replaced() {
    let (dir, elsewhere) = (scratch("files_link"), scratch("files_link_target"));
    let target = elsewhere.join("real.state");
    assert_eq!(save(&target).code, Some(0));
    let before = fs::metadata(&target).unwrap().ino();
    symlink(&target, dir.join("latest.state")).unwrap();
    assert_eq!(save(dir.join("latest.state")).code, Some(0));
    assert!(dir.join("latest.state").is_symlink());
    assert_ne!(fs::metadata(&target).unwrap().ino(), before);
    assert_eq!((names(&dir), names(&elsewhere)), (vec!["latest.state".into()], vec!["real.state".into()]));
}

#[test]
fn a_new_state_is_private_and_a_replaced_file_keeps_its_owner_and_permissions() {
    let dir = scratch("files_mode");
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (state, page) = (dir.join("x.state"), dir.join("page.html"));
    fs::write(&page, REPORT).unwrap();
    assert_eq!(save(&state).code, Some(0));
    assert_eq!(mode(&state), 0o600);
    for (path, permissions) in [(&state, 0o640), (&page, 0o604)] {
        fs::set_permissions(path, Permissions::from_mode(permissions)).unwrap();
    }
    // Only root can give a file away.
    let owner = chown(&state, Some(1234), None).map_or_else(|_| fs::metadata(&state).unwrap().uid(), |()| 1234);
    assert_eq!((save(&state).code, bench(&page).code), (Some(0), Some(0)));
    assert_eq!(fs::metadata(&state).unwrap().uid(), owner);
    assert_eq!((mode(&state), mode(&page)), (0o640, 0o604));
    assert!(fs::read_to_string(&page).unwrap().ends_with("</html>\n"));
}

#[test]
fn a_long_name_can_be_written_and_one_that_is_too_long_fails_before_the_run() {
    let dir = scratch("files_long");
    assert_eq!(save(dir.join("n".repeat(255))).code, Some(0));
    save(dir.join("n".repeat(256))).fails(1, &["File name too long"]);
}

#[test]
fn an_interrupted_benchmark_leaves_no_file() {
    let dir = scratch("files_bench");
    let page = dir.join("page.html");
    let args = ["bench", "storyteller", "--repetitions", "1000", "--html", page.to_str().unwrap()];
    let mut child = rumma(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let _stderr = wait_for(&mut child, "Loaded model: ");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(names(&dir), [""; 0]);
}

#[test]
fn pipes_devices_and_sockets_are_no_input_files_but_descriptors_are() {
    let dir = scratch("files_inputs");
    let pipe = dir.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let socket = dir.join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for path in [&pipe, &socket, Path::new("/dev/zero")] {
        let path = path.to_str().unwrap();
        for option in ["--prompt-file", "--messages", "--state"] {
            run(["decode", "storyteller", option, path]).fails(1, &[path, ": not a regular file; "]);
        }
        for option in ["--config", "--tokenizer"] {
            let found = run(["decode", "storyteller", "--prompt", "Once", option, path]);
            assert_eq!(found.code, Some(1), "{option} {path}");
        }
        run(["bench", "storyteller", "--baseline", path]).fails(1, &[path, ": not a regular file; "]);
        let model = common::storyteller();
        run(["verify", model.to_str().unwrap(), "--manifest", path]).fails(1, &[path, ": not a regular file; "]);
    }
    let script = "exec \"$0\" decode storyteller --tokens 3 --quiet --prompt-file <(printf 'Once upon a time')";
    for (script, shell) in [
        (script, "bash"),
        ("printf Once | \"$0\" decode storyteller --tokens 3 --quiet --prompt-file /dev/stdin", "sh"),
    ] {
        match Command::new(shell).args(["-c", script, env!("CARGO_BIN_EXE_rumma")]).output() {
            Ok(output) => assert_eq!(finished(output).code, Some(0)),
            Err(error) => eprintln!("SKIPPED: {shell}: {error}"),
        }
    }
}

#[test]
fn reading_a_descriptor_can_be_interrupted() {
    for option in ["--prompt-file", "--messages"] {
        let mut command = rumma(["decode", "storyteller", option, "/dev/stdin"]);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // More than a pipe buffers: when the write returns, the child is reading. It gets no end of file.
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&vec![b' '; 1 << 20]).unwrap();
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(143));
    }
}

/// A model that decodes for some seconds: its files are in the directory.
const SLOW: [&str; 8] = ["--isa", "scalar", "--threads", "2", "--arithmetic", "f32", "--seed", "1"];

fn start(args: &[&str]) -> Child {
    rumma(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Reads stderr up to the line that begins with `start`.
fn wait_for(child: &mut Child, start: &str) -> BufReader<impl Read + use<>> {
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with(start) {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the end came before {start:?}");
    }
    lines
}

/// The rest of a run: `stderr` is what [`wait_for`] returned.
fn rest(mut child: Child, mut stderr: impl Read) -> Run {
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    stderr.read_to_string(&mut err).unwrap();
    Run { code: child.wait().unwrap().code(), stdout: out, stderr: err }
}

/// Starts a decode of a copy of the storyteller, does `change` to its weights during the decode, and ends it.
fn decode_during(name: &str, change: impl FnOnce(&Path)) -> Run {
    let dir = storyteller_copy(name);
    let args = ["decode", dir.to_str().unwrap(), "--prompt", "Once", "--temperature", "0", "--tokens", "400"];
    let mut child = start(&[&args[..], &["--batch", "4"], &SLOW].concat());
    let stderr = wait_for(&mut child, "Prefill complete: ");
    change(&dir.join("model.safetensors"));
    rest(child, stderr)
}

/// Writes a byte that is there already.
fn rewrite_a_byte(file: &Path) {
    let file = OpenOptions::new().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, 300_000).unwrap();
    file.write_all_at(&byte, 300_000).unwrap();
}

fn truncate(file: &Path) {
    OpenOptions::new().write(true).open(file).unwrap().set_len(4096).unwrap();
}

const LOST: &str = "model.safetensors: was truncated or could not be read while it was in use; ";
const CHANGED: &str = "model.safetensors: changed while it was in use, so the results are not reliable (found ";

#[test]
fn weights_truncated_during_decode_are_named_in_one_line() {
    let found = decode_during("files_truncated", truncate);
    assert_eq!(found.code, Some(1), "{found:?}");
    let line = found.stderr.lines().last().unwrap();
    assert!(line.starts_with("rumma: ") && line.contains(LOST) && found.stderr.lines().count() == 1, "{found:?}");
}

#[test]
fn weights_changed_in_place_during_decode_are_an_error_after_the_answer() {
    let found = decode_during("files_changed", rewrite_a_byte);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.stdout.contains("=== 4 of 4"), "{found:?}");
    let line = found.stderr.lines().last().unwrap();
    assert!(line.starts_with("rumma: ") && line.contains(CHANGED), "{found:?}");
}

#[test]
fn weights_deleted_or_replaced_during_decode_are_an_error_after_the_answer_of_the_first_file() {
    let deleted = decode_during("files_deleted", |file| fs::remove_file(file).unwrap());
    let replaced = decode_during("files_replaced", |file| {
        fs::write(file.with_extension("new"), "other weights").unwrap();
        fs::rename(file.with_extension("new"), file).unwrap();
    });
    assert_eq!((deleted.code, replaced.code), (Some(1), Some(1)), "{deleted:?} {replaced:?}");
    assert_eq!(deleted.stdout, replaced.stdout);
    assert!(!deleted.stdout.is_empty());
    let error = "model.safetensors: was replaced or deleted during the run; the results belong to the previous file";
    assert!(deleted.stderr.contains(error) && replaced.stderr.contains(error), "{deleted:?}");
}

#[test]
fn no_state_is_saved_from_weights_that_changed() {
    let dir = storyteller_copy("files_changed_state");
    let state = dir.join("x.state");
    let args = ["prefill", dir.to_str().unwrap(), "--prompt-tokens", "500", "--chunk", "32", "--save-state"];
    let mut child = start(&[&args[..], &[state.to_str().unwrap()], &SLOW].concat());
    let stderr = wait_for(&mut child, "Loaded model: ");
    rewrite_a_byte(&dir.join("model.safetensors"));
    let found = rest(child, stderr);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.stdout.contains("logit") && found.stderr.contains(CHANGED), "{found:?}");
    assert!(!state.exists());
}

/// Starts the command on a copy of the storyteller with another tensor that takes seconds to read (and, as a sparse file,
/// no space), does `change` to the weights while they are mapped, and ends it.
#[cfg(target_os = "linux")]
fn read_during(name: &str, args: [&str; 2], change: impl FnOnce(&Path)) -> Run {
    const ZEROS: u64 = 4 << 30;
    let dir = storyteller_copy(name);
    let weights = dir.join("model.safetensors");
    let bytes = fs::read(&weights).unwrap();
    let (length, rest_of_file) = bytes.split_at(8);
    let (header, data) = rest_of_file.split_at(u64::from_le_bytes(length.try_into().unwrap()) as usize);
    let header = std::str::from_utf8(header).unwrap().trim_end().strip_suffix('}').unwrap();
    let (from, to) = (data.len() as u64, data.len() as u64 + ZEROS);
    let mut header =
        format!("{header},\"zeros\":{{\"dtype\":\"F32\",\"shape\":[{}],\"data_offsets\":[{from},{to}]}}}}", ZEROS / 4);
    header += &" ".repeat(8 - header.len() % 8);
    fs::write(&weights, [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()).unwrap();
    OpenOptions::new().write(true).open(&weights).unwrap().set_len((8 + header.len()) as u64 + to).unwrap();
    fs::write(dir.join("SHA256SUMS"), format!("{}  model.safetensors\n", "0".repeat(64))).unwrap();

    let mut child = start(&[args[0], dir.to_str().unwrap(), args[1], "--quiet"]);
    let maps = format!("/proc/{}/maps", child.id());
    while !fs::read_to_string(&maps).is_ok_and(|maps| maps.contains("model.safetensors")) {
        assert!(child.try_wait().unwrap().is_none(), "the weights were not mapped");
    }
    change(&weights);
    let stderr = child.stderr.take().unwrap();
    let found = rest(child, stderr);
    fs::remove_dir_all(dir).unwrap();
    found
}

#[cfg(target_os = "linux")]
#[test]
fn weights_truncated_while_they_are_hashed_or_inspected_are_named_in_one_line() {
    for args in [["load", "--verify"], ["inspect", "--stats"]] {
        read_during(&format!("files_{}", args[0]), args, truncate).fails(1, &[LOST]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn weights_changed_in_place_while_they_are_inspected_are_an_error_after_the_answer() {
    let found = read_during("files_inspect_changed", ["inspect", "--stats"], rewrite_a_byte);
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.stdout.contains("zeros") && found.stderr.contains(CHANGED), "{found:?}");
}

/// Runs `args` while `change` is repeated.
fn run_during(args: &[&str], change: impl Fn() + Sync) -> Run {
    let ended = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(std::sync::atomic::Ordering::Relaxed) {
                change();
                thread::sleep(Duration::from_millis(2));
            }
        });
        let found = run(args);
        ended.store(true, std::sync::atomic::Ordering::Relaxed);
        found
    })
}

#[test]
fn a_benchmark_of_weights_that_are_overwritten_names_the_file() {
    let dir = storyteller_copy("files_bench_changed");
    let weights = dir.join("model.safetensors");
    let file = fs::File::options().write(true).open(&weights).expect("it is a copy");
    let bytes = file.metadata().expect("it is open").len();
    // No number is finite then. The header stays.
    let garbage = vec![0xff_u8; bytes as usize / 2];
    let overwrite = || file.write_all_at(&garbage, bytes - garbage.len() as u64).expect("there is space");
    let model = dir.to_str().expect("UTF-8");
    let options = ["--prefill-tokens=8", "--contexts=8", "--batches=1", "--thread-counts=1", "--tokens=1", "--quiet"];
    let bench = [&["bench", model], &options[..]].concat();
    // On a busy machine, a run can end before the first change.
    let original = fs::read(&weights).expect("it is a copy");
    let run = |_| {
        file.write_all_at(&original, 0).expect("there is space");
        run_during(&bench, overwrite)
    };
    let mut runs = (0..10).map(run).skip_while(|found| found.code == Some(0));
    runs.next()
        .expect("the file was never changed during ten runs")
        .fails(1, &[CHANGED, "; repeat the run while nothing changes the file"]);
}

#[test]
fn a_file_that_changes_while_it_is_verified_is_an_error_that_says_so() {
    let dir = scratch("files_verify_changed");
    let weights = fs::File::create(dir.join("model.safetensors")).expect("the directory can be written to");
    // Sparse, so it takes no space.
    weights.set_len(300_000_000).expect("the file system has sparse files");
    let model = dir.to_str().expect("UTF-8");
    assert_eq!(run(["verify", model, "--write"]).code, Some(0));
    let touch = || weights.set_modified(std::time::SystemTime::now()).expect("the file is ours");
    for args in [&["verify", model][..], &["verify", model, "--write", "--force"]] {
        let found = run_during(args, touch);
        assert_eq!(found.code, Some(1), "{found:?}");
        assert!(found.stderr.contains("changed while it was in use"), "{found:?}");
        assert!(found.stderr.ends_with("; repeat the run while nothing changes the file\n"), "{found:?}");
    }
}
