//! `rumma selftest`: checks that this machine computes the same bits as every other machine.

use std::env::consts::ARCH;
use std::time::Instant;

use argh::ArgsInfo;

use super::args::OutputArgs;
use super::interrupt::Interrupt;
use super::parse::{Command, RawArgs};
use super::prompt;
use crate::checkpoint::builtin::STORYTELLER;
use crate::checkpoint::{self, Checkpoint};
use crate::engine::generate::generate;
use crate::engine::{Control, Engine, EngineOptions, PREFILL_CHUNK, Request};
use crate::error::{MachineError, Result};
use crate::kernels::Kernels;
use crate::model::{Arithmetic, Model, ModelOptions};
use crate::report::selftest::{Hashed, Selftest};
use crate::requests::tokenizer;
use crate::text::{Conversation, Prompt};
use crate::threads::{default_count, start_global_pool};

pub const COMMAND: Command = Command {
    name: "selftest",
    summary: "check that this machine gives the same results as every other machine",
    usage: "[options]",
    about: "Runs the built-in storyteller model with every arithmetic on every instruction set that this CPU supports, and\n\
            compares the SHA-256 hashes of the logits with recorded ones. The exit code is 0 if all are equal, else 1.",
    groups: &[OutputArgs::get_args_info],
    examples: &["rumma selftest", "rumma selftest --json"],
    run,
};

/// SHA-256 hashes of the logits of the first [`TOKENS`] greedy tokens after [`QUESTION`]. The scalar kernels define them, so
/// they change only if the numerics change; `rumma selftest --json` prints the new ones.
const RECORDED: [(Arithmetic, &str); 3] = [
    (Arithmetic::Int8, "e63ebf13badfe865dd12c85bcf9da1db0e3fb0d0647898b8b902c0d7541ed929"),
    (Arithmetic::Int15, "92e138cb540489127459210136e7a45905fa25c8b01d9d35154a49561e29f9e0"),
    (Arithmetic::F32, "0fd0f9912faf9d6caec669713e49a644d1f562e7459b96d0e234b6e1c1a5519f"),
];
const QUESTION: &str = "Tell me a story about a fox.";
const TOKENS: usize = 48;

fn run(args: &RawArgs) -> Result<()> {
    let console = args.get::<OutputArgs>()?.resolve()?;
    let _interrupt = Interrupt::install();
    start_global_pool(None)?;
    let source = checkpoint::CheckpointSource { model: STORYTELLER.into(), ..Default::default() };
    let checkpoint = Checkpoint::open(&source)?;
    let tokenizer = tokenizer::build(&checkpoint, tokenizer::find(&checkpoint)?)?;
    let question = Prompt::Chat(Box::new(Conversation::question(None, QUESTION)));
    let prompt = prompt::encode(&question, &checkpoint, tokenizer.as_ref(), None)?.ids;
    let mut results = Vec::new();
    for (arithmetic, recorded) in RECORDED {
        for kernels in Kernels::available() {
            let options = ModelOptions { arithmetic, isa: Some(kernels.isa()), threads: None };
            let started = Instant::now();
            let found = logits_sha256(&Model::load(&checkpoint, &options)?, &prompt)?;
            results.push(Hashed {
                arithmetic: arithmetic.name(),
                isa: kernels.isa().name(),
                pass: found == recorded,
                found,
                recorded,
                seconds: started.elapsed().as_secs_f64(),
            });
        }
    }
    let wrong = results.iter().find(|result| !result.pass).map(|result| (result.arithmetic, result.isa));
    let report = Selftest { pass: wrong.is_none(), architecture: ARCH, threads: default_count(), results };
    let write_result = console.answer(&report, Selftest::to_text);
    // A mismatch sets the exit code even if stdout is closed.
    match wrong {
        None => write_result,
        Some((arithmetic, isa)) => Err(MachineError::WrongLogits { arithmetic, isa }.into()),
    }
}

/// The hash of the logits of [`TOKENS`] tokens that `model` generates after `prompt`, past any end-of-text token.
fn logits_sha256(model: &Model, prompt: &[u32]) -> Result<String> {
    let request = Request { max_tokens: TOKENS, hash_logits: true, ..Request::new(prompt.to_vec()) };
    let options = EngineOptions::for_request(&request, PREFILL_CHUNK);
    let mut generation = generate(&mut Engine::new(model, options), request, None, |_, _| Control::Continue)?;
    Ok(generation.sequences.pop().and_then(|sequence| sequence.logits_sha256).unwrap_or_default())
}
