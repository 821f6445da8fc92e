//! Limits of the process (`ulimit`): a run succeeds or ends with one line and exit code 1, whatever the limit is.
#![cfg(target_os = "linux")]

mod common;

use std::process::{Command, Stdio};

use common::{Run, finished, rumma, scratch};

/// Runs the binary under `ulimit LIMIT VALUE`.
fn limited(limit: &str, value: usize, args: &[&str]) -> Run {
    let binary = rumma(args);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit {limit} {value} && exec \"$0\" \"$@\"")]);
    command.arg(binary.get_program()).args(binary.get_args()).stdin(Stdio::null());
    // The environment lies on the stack of the main thread.
    command.env_clear().envs([("HOME", "/nonexistent"), ("PATH", "/usr/bin:/bin")]);
    finished(command.output().expect("there is a shell"))
}

/// Every command that runs or reads a model.
const COMMANDS: [&[&str]; 7] = [
    &["decode", "storyteller", "--user", "Hi", "--tokens", "2", "--quiet"],
    &["prefill", "storyteller", "--prompt", "Hi", "--quiet"],
    &["inspect", "storyteller", "--stats", "--quiet"],
    &["load", "storyteller", "--quiet"],
    &["verify", "fixtures/storyteller/checkpoint", "--manifest", "/nonexistent", "--quiet"],
    &["selftest", "--quiet"],
    &[
        "bench",
        "storyteller",
        "--prefill-tokens=8",
        "--contexts=8",
        "--batches=1",
        "--thread-counts=1",
        "--tokens=1",
        "--repetitions=1",
        "--quiet",
    ],
];

/// Asserts that every command succeeds without a line, or fails with one. Returns whether all but `verify` succeeded.
#[track_caller]
fn check(limit: &str, value: usize) -> bool {
    let mut success = true;
    for args in COMMANDS {
        let run = limited(limit, value, args);
        match run.code {
            Some(0) => assert_eq!(run.stderr, "", "ulimit {limit} {value}: {args:?}"),
            _ => {
                assert_eq!(
                    (run.code, run.stderr.lines().count()),
                    (Some(1), 1),
                    "ulimit {limit} {value}: {args:?}: {run:?}"
                );
                assert!(run.stderr.starts_with("rumma: ") && run.stderr.contains("; "), "{args:?}: {run:?}");
                success &= args[0] == "verify";
            }
        }
    }
    success
}

/// The least value of `ulimit LIMIT` under which the loader can start the binary at all.
fn least_to_start(limit: &str, step: usize) -> usize {
    let starts = |value: &usize| limited(limit, *value, &["--version"]).code == Some(0);
    (1..).map(|n| n * step).find(starts).expect("some value is enough")
}

#[test]
fn any_limit_on_address_space_gives_success_or_one_line() {
    let least = least_to_start("-v", 500);
    for more in [0, 700, 2_500, 4_000, 6_000, 9_000, 18_000, 30_000] {
        check("-v", least + more);
    }
    assert!(check("-v", least + 100_000), "100 MB are enough for the storyteller");
}

#[test]
fn a_start_or_an_end_without_memory_for_the_threads_gives_one_line() {
    // Where memory runs out depends on the limit: while threads start, while they work, or while files are written.
    let state = scratch("limits_state").join("s.state");
    let prefill = ["prefill", "fixtures/storyteller/checkpoint", "--prompt=Once upon", "--save-state"];
    let prefill = [&prefill[..], &[state.to_str().expect("UTF-8"), "--quiet", "--threads=2"]].concat();
    let decode = ["decode", "storyteller", "--user=Hi", "--tokens=2", "--threads=2", "--quiet"];
    let load = ["load", "storyteller", "--threads=2", "--quiet"];
    let least = least_to_start("-v", 500);
    for more in (0..9_000).step_by(180) {
        for args in [&prefill[..], &decode, &load] {
            let run = limited("-v", least + more, args);
            let lines = run.stderr.lines().count();
            assert!(matches!((run.code, lines), (Some(0), 0) | (Some(1), 1)), "{}: {args:?}: {run:?}", least + more);
        }
    }
}

#[test]
fn a_file_larger_than_its_limit_is_an_error_that_names_the_limit() {
    let state = scratch("limits_file_size").join("s.state");
    let state = state.to_str().expect("UTF-8");
    let run = limited("-f", 1, &["prefill", "storyteller", "--prompt=Once upon", "--save-state", state, "--quiet"]);
    run.fails(1, &["cannot write", "; raise the limit on the size of a file (ulimit -f)"]);
}

#[test]
fn weights_that_exceed_the_address_space_are_refused_with_the_figures() {
    // The file is mapped before it is read, so it can be sparse.
    let dir = scratch("sparse_weights");
    let file = std::fs::File::create(dir.join("model.safetensors")).expect("the scratch directory can be written to");
    file.set_len(3_000_000_000).expect("the file system has sparse files");
    let run = limited("-v", 900_000, &["inspect", dir.to_str().expect("UTF-8")]);
    run.fails(1, &["model.safetensors takes 3.00 GB, and ", " MB are available under the limit on address space"]);
    run.fails(1, &["; raise the limit (ulimit -v)\n"]);
}

#[test]
fn any_limit_on_data_gives_success_or_one_line() {
    let least = least_to_start("-d", 250);
    for more in [0, 1_000, 4_000, 9_000] {
        check("-d", least + more);
    }
    assert!(check("-d", least + 80_000), "80 MB are enough for the storyteller");
}

#[test]
fn a_small_stack_is_enough() {
    assert!(check("-s", 16), "16 kB are enough");
}

#[test]
fn few_files_give_success_or_one_line() {
    let least = least_to_start("-n", 1);
    for value in least..least + 3 {
        check("-n", value);
    }
    let sums = scratch("limits_few_files").join("sums");
    let sums = sums.to_str().expect("UTF-8");
    let model = ["verify", "fixtures/storyteller/checkpoint", "--manifest", sums];
    assert_eq!(common::run([&model[..], &["--write"]].concat()).code, Some(0));
    for value in least..16 {
        let run = limited("-n", value, &[&model[..], &["--threads=4"]].concat());
        assert!(run.code == Some(0) || run.stderr.contains("; close files, or raise the limit (ulimit -n)"), "{run:?}");
    }
    assert!(check("-n", 12), "12 files are enough");
}

#[test]
fn no_more_processes_give_success_or_one_line() {
    // The limit does not hold for root, so another user runs the binary then. Shells call the limit -u or -p.
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let user: &[&str] = if root { &["setpriv", "--reuid=65534", "--clear-groups"] } else { &["env"] };
    for args in COMMANDS {
        let mut command = Command::new("sh");
        command
            .args(["-c", "if (ulimit -u 1) 2>&-; then ulimit -u 1; else ulimit -p 1; fi && exec \"$@\"", "sh"])
            .args(user)
            .arg(env!("CARGO_BIN_EXE_rumma"))
            .args(args);
        let run = finished(command.stdin(Stdio::null()).output().expect("there is a shell"));
        if run.code == Some(127) || run.code == Some(126) {
            println!("SKIPPED: no other user can run the binary");
            return;
        }
        assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{args:?}: {run:?}");
        assert!(run.stderr.contains("cannot start") || args[0] == "verify", "{args:?}: {run:?}");
    }
}

#[test]
fn the_real_model_needs_less_than_a_gigabyte_of_address_space() {
    let Ok(model) = std::env::var("RUMMA_CHECKPOINT") else {
        println!("SKIPPED: RUMMA_CHECKPOINT is not set");
        return;
    };
    let run = limited("-v", 1_000_000, &["decode", &model, "--user", "Hi", "--tokens", "2", "--quiet"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}
