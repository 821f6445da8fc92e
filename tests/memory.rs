//! The memory estimate of a generation is close to what the process takes.
#![cfg(target_os = "linux")]

mod common;

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use common::rumma;
use rumma::checkpoint::{Checkpoint, CheckpointSource, RandomModel};
use rumma::engine::sampler::SamplingOptions;
use rumma::engine::{PREFILL_CHUNK, Request};
use rumma::model::{Arithmetic, Model, ModelOptions};

const MIB: u64 = 1 << 20;
/// No run takes as long as this.
const LONGEST_RUN: Duration = Duration::from_secs(300);
/// Threads of all runs: their stacks and the arenas of the allocator take memory too.
const THREADS: usize = 2;
/// Measured memory may exceed the estimate by this: the allocator keeps more where the threads meet other orders of
/// allocations. The estimate already has a slack for it, [`ESTIMATE_SLACK`].
const MEASURED_ABOVE: u64 = 4 * MIB;
/// The estimate without its slack may exceed measured memory by this factor (1.3 was seen): buffers of different phases are
/// counted together, and not every buffer is full at the peak.
const ESTIMATED_ABOVE: f64 = 1.6;
const ESTIMATE_SLACK: u64 = 8 * MIB;

/// One generation.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// `None`: the storyteller.
    random: Option<Random>,
    arithmetic: Arithmetic,
    prompt: usize,
    tokens: usize,
    batch: usize,
    chunk: usize,
    /// Whether every token of the vocabulary can be drawn.
    sample: bool,
}

#[derive(Clone, Copy, Debug)]
struct Random {
    hidden_size: usize,
    layers: usize,
}

impl Case {
    /// A run with the same model that takes next to nothing.
    fn least(self) -> Case {
        Case { prompt: 1, tokens: 1, batch: 1, chunk: 1, sample: false, ..self }
    }

    fn arguments(self) -> Vec<String> {
        let Case { random, arithmetic, prompt, tokens, batch, chunk, sample } = self;
        let mut arguments = vec!["decode".to_string()];
        match random {
            None => arguments.push("storyteller".into()),
            Some(Random { hidden_size, layers }) => {
                arguments.push("--random".into());
                arguments.push(format!("--hidden-size={hidden_size}"));
                arguments.push(format!("--layers={layers}"));
            }
        }
        arguments.push(format!("--arithmetic={}", arithmetic.name()));
        arguments.push(format!("--prompt-tokens={prompt}"));
        arguments.push(format!("--tokens={tokens}"));
        arguments.push(format!("--batch={batch}"));
        arguments.push(format!("--chunk={chunk}"));
        arguments.push(format!("--temperature={}", if sample { 1 } else { 0 }));
        arguments.push("--top-k=0".into());
        arguments.push("--top-p=1".into());
        arguments.push(format!("--threads={THREADS}"));
        arguments.extend(["--json".to_string()]);
        arguments
    }

    /// What the library estimates for [`Case::arguments`].
    fn estimate(self) -> u64 {
        let checkpoint = match self.random {
            None => {
                let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
                Checkpoint::open(&source)
            }
            Some(Random { hidden_size, layers }) => {
                let model = RandomModel { hidden_size: Some(hidden_size), layers: Some(layers), ..Default::default() };
                Checkpoint::random(&model, None, None)
            }
        };
        let options = ModelOptions { arithmetic: self.arithmetic, isa: None, threads: Some(THREADS) };
        let model = Model::load(&checkpoint.unwrap(), &options).unwrap();
        let request = Request {
            count: self.batch,
            max_tokens: self.tokens,
            context: model.config.max_position_embeddings,
            sampling: SamplingOptions { temperature: if self.sample { 1.0 } else { 0.0 }, ..Default::default() },
            ..Request::new(vec![0; self.prompt])
        };
        model.memory_needed(&request.memory_request(self.chunk)).total()
    }

    /// The peak memory of a process that runs [`Case::arguments`].
    fn measure(self) -> u64 {
        // The program prints a status line after the generation and then the report. It waits with the report as long as the
        // pipe is full, so its peak memory can be read.
        let (mut reader, writer) = full_pipe();
        let mut child = rumma(self.arguments()).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        // On a thread, because the program would wait for ever without this line.
        let (send, receive) = channel();
        let reading = thread::spawn(move || {
            stderr.for_each(|line| {
                if line.starts_with("Decode finished:") {
                    let _ = send.send(());
                }
            });
        });
        let finished = receive.recv_timeout(LONGEST_RUN);
        if finished.is_err() {
            let _ = child.kill();
        }
        assert!(finished.is_ok(), "{self:?} failed, or did not print its status line");
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        // All that remains: the bytes that filled the pipe, then the report.
        reader.read_to_end(&mut Vec::new()).unwrap();
        assert!(child.wait().unwrap().success(), "{self:?} failed");
        reading.join().unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak.expect("the process still runs").parse::<u64>().unwrap() * 1024
    }
}

/// A pipe that has no room for a byte until it is read.
fn full_pipe() -> (PipeReader, PipeWriter) {
    /// Of open(2) on Linux.
    const O_NONBLOCK: i32 = 0o4000;
    let (reader, writer) = std::io::pipe().unwrap();
    // The same pipe, opened once more: only writes to this one fail instead of waiting.
    let path = format!("/proc/self/fd/{}", writer.as_raw_fd());
    let mut filler = OpenOptions::new().write(true).custom_flags(O_NONBLOCK).open(path).unwrap();
    // A write of many bytes fails although there is room for a few.
    for len in [4096, 1] {
        let error = loop {
            if let Err(error) = filler.write(&[0; 4096][..len]) {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
    }
    (reader, writer)
}

/// Asserts that the growth of each case over the least run is what the library estimates.
fn check(cases: impl IntoIterator<Item = Case>) {
    for case in cases {
        let growth = case.measure().saturating_sub(case.least().measure());
        let estimate = case.estimate();
        assert!(growth >= 40 * MIB, "{case:?} takes only {growth} bytes, too few to compare");
        assert!(estimate + MEASURED_ABOVE >= growth, "{case:?} takes {growth} bytes, estimated were {estimate}");
        let most = growth as f64 * ESTIMATED_ABOVE;
        assert!(
            (estimate - ESTIMATE_SLACK) as f64 <= most,
            "{case:?} takes only {growth} bytes, estimated were {estimate}"
        );
    }
}

const STORYTELLER: Case = Case {
    random: None,
    arithmetic: Arithmetic::Int8,
    prompt: 250,
    tokens: 250,
    batch: 128,
    chunk: PREFILL_CHUNK,
    sample: false,
};

#[test]
fn the_estimate_of_many_keys_and_values_is_close_to_peak_memory() {
    check([STORYTELLER, Case { arithmetic: Arithmetic::F32, batch: 80, ..STORYTELLER }]);
}

#[test]
fn the_estimate_of_long_chunks_is_close_to_peak_memory() {
    let random = Some(Random { hidden_size: 512, layers: 1 });
    let case = Case { random, prompt: 2000, tokens: 2, batch: 1, chunk: 2000, ..STORYTELLER };
    check(Arithmetic::ALL.map(|arithmetic| Case { arithmetic, ..case }));
}

#[test]
fn the_estimate_of_many_logits_is_close_to_peak_memory() {
    let random = Some(Random { hidden_size: 128, layers: 1 });
    let case = Case { random, prompt: 10, tokens: 4, batch: 1024, ..STORYTELLER };
    let ways = [Arithmetic::Int8, Arithmetic::F32].into_iter().flat_map(|a| [(a, false), (a, true)]);
    check(ways.map(|(arithmetic, sample)| Case { arithmetic, sample, ..case }));
}
