//! `rumma prefill`: a prompt through the model, and what the model expects behind it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use argh::ArgsInfo;

use super::args::{MachineArgs, OutputArgs, PromptArgs, SaveArgs, SourceArgs};
use super::interrupt::Interrupt;
use super::load::{LoadedPrompt, announce, load_with_prompt, open};
use super::parse::{Command, RawArgs};
use crate::checkpoint::manifest;
use crate::engine::generate::{Timing, prefill};
use crate::engine::sampler::{largest_logits, log_softmax_at, most_likely};
use crate::engine::state;
use crate::error::{Error, Result};
use crate::files;
use crate::model::{MemoryRequest, Workspace};
use crate::report::prefill::{Prefill, interrupted, status};

pub const COMMAND: Command = Command {
    name: "prefill",
    summary: "reads a prompt and says how fast, and what the model expects next",
    usage: "MODEL --prompt TEXT [options]",
    about: "Reads a prompt and says how long that took and which tokens the model expects next. With --json it also says how\n\
            probable each token of the prompt was, which takes about as long again.",
    groups: &[
        SourceArgs::get_args_info,
        PromptArgs::get_args_info,
        SaveArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma prefill storyteller --prompt \"Once upon a time there was a\"",
        "rumma prefill storyteller --prompt-file story.txt --json",
        "rumma prefill storyteller --prompt \"Once upon a time\" --save-state story.state",
        "rumma prefill storyteller --prompt-file story.txt --chunk 64",
        "rumma prefill --random --like qwen2.5-0.5b --prompt-tokens 512",
    ],
    run,
};

/// As many logits as are reported.
const TOP_LOGITS: usize = 20;
/// Rows whose logits are there at the same time: a whole prompt's would be gigabytes.
const LOGIT_ROWS: usize = 16;

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let prompt = args.get::<PromptArgs>()?;
    let chunk = prompt.chunk()?;
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve();
    // The prompt may come from a terminal.
    let interrupt = Interrupt::install();
    let prompt = prompt.resolve(source.is_random())?;
    let SaveArgs { save_state } = args.get()?;
    if let Some(file) = &save_state {
        files::check_writable(Path::new(file))?;
    }

    let started = Instant::now();
    let checkpoint = open(&source, &console)?;
    let loaded_prompt = load_with_prompt(&checkpoint, &prompt, machine, source.seed, started, &console)?;
    let LoadedPrompt { model, tokenizer, mut sequence, report: loaded } = loaded_prompt;
    let ids = sequence.tokens().to_vec();
    let vocabulary = model.config.vocab_size;
    model.check_memory(&MemoryRequest {
        // A state is written from a copy.
        sequences: vec![(if save_state.is_some() { 2 } else { 1 }, ids.len())],
        rows: chunk.min(ids.len()),
        logits: if console.json { LOGIT_ROWS } else { 1 },
        draws_among_all: false,
    })?;
    announce(&loaded, &console);

    let mut workspace = Workspace::default();
    let mut prompt_logprobs = Vec::new();
    let progress = console.progress("Prefill");
    // The model's time alone: the probabilities of the prompt are an extra.
    let mut run = Timing::default();
    let done_so_far = Arc::new(AtomicUsize::new(0));
    let (tokens_done, all) = (Arc::clone(&done_so_far), ids.len());
    let prefill_start = Instant::now();
    interrupt.on_exit(move || {
        console.status(&interrupted(tokens_done.load(Ordering::Relaxed), all, prefill_start.elapsed()));
    });
    let mut start = prefill_start;
    let last = prefill(&model, &mut sequence, chunk, &mut workspace, |done, hidden| {
        run = Timing { tokens: done, time: run.time + start.elapsed() };
        done_so_far.store(done, Ordering::Relaxed);
        progress.update(done as u64, all as u64);
        // The probabilities of the prompt cost as much again as the prompt itself, so only programs get them.
        for rows in hidden.chunks(LOGIT_ROWS * model.config.hidden_size).filter(|_| console.json) {
            let following = &ids[prompt_logprobs.len() + 1..];
            let logits = model.exact_logits(rows);
            prompt_logprobs
                .extend(logits.chunks_exact(vocabulary).zip(following).map(|(row, id)| log_softmax_at(row, *id)));
        }
        start = Instant::now();
        true
    });
    drop(progress);
    let start = Instant::now();
    let logits = model.exact_logits(&last.ok_or(Error::Interrupted)?);
    run.time += start.elapsed();
    most_likely(&logits)?;
    if prompt_logprobs.iter().any(|logprob| !logprob.is_finite()) {
        return Err(Error::NotFinite { what: "the log-probabilities of the prompt" });
    }

    // A file that is being written is finished first.
    interrupt.defer();
    if let Some(file) = save_state {
        state::save(Path::new(&file), &model, &sequence)?;
    }

    let top_logits = largest_logits(&logits, TOP_LOGITS);
    let text =
        |id: u32| tokenizer.as_ref().map(|t| String::from_utf8_lossy(&t.token_bytes(id).unwrap_or_default()).into());
    let bytes: Vec<u8> = logits.iter().flat_map(|logit| logit.to_le_bytes()).collect();
    let seconds = run.time.as_secs_f64();
    let report = Prefill {
        top_tokens: top_logits.iter().filter_map(|(id, _)| text(*id)).collect(),
        prompt_ids: ids,
        top_logits,
        prompt_logprobs,
        seconds,
        logits_sha256: files::hex(&manifest::hash_bytes(&bytes)),
    };
    console.status(&status(1, run));
    console.answer(&report, Prefill::to_text)?;
    interrupt.deferred_error().map_or(Ok(()), Err)
}
