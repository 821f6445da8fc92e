//! `rumma decode`: generates text.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use argh::ArgsInfo;

use super::args::{AnswerArgs, MachineArgs, OutputArgs, PromptArgs, SamplingArgs, SourceArgs, StateArgs};
use super::console::{Console, print};
use super::interrupt::Interrupt;
use super::load::{LoadedPrompt, announce, load_with_prompt, open};
use super::parse::{Command, RawArgs};
use crate::engine::generate::{Control, Event, Finish, GenerateRequest, Generation, Timing, generate};
use crate::error::{Error, Result};
use crate::model::MemoryRequest;
use crate::model::head::ExactLogits;
use crate::report::decode::{self, Decode};
use crate::report::prefill;
use crate::text::{TextStream, Tokenizer};

pub const COMMAND: Command = Command {
    name: "decode",
    summary: "generates text, word by word on stdout",
    usage: "MODEL --user TEXT [options]",
    about: "Generates text and prints it as it comes. It ends where the model ends it, at a --stop text, at --tokens, or at the\n\
            end of the context. The same command gives the same text on every machine; --seed gives another one.",
    groups: &[
        SourceArgs::get_args_info,
        PromptArgs::get_args_info,
        StateArgs::get_args_info,
        AnswerArgs::get_args_info,
        SamplingArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma decode storyteller --user \"Tell me a story about a fox.\"",
        "rumma decode storyteller --prompt \"Once upon a time\" --temperature 0 --tokens 40",
        "printf 'Once upon a time' | rumma decode storyteller --prompt-file - --batch 3 --seed 7",
        "rumma decode storyteller --prompt-file story.txt --chunk 64 --json",
        "rumma decode Qwen/Qwen2.5-3B-Instruct-AWQ --system \"Be brief.\" --user \"Why is the sky blue?\" --json",
        "rumma decode storyteller --state story.state",
        "rumma decode --random --like qwen2.5-0.5b --decode-tokens 100",
    ],
    run,
};

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let prompt = args.get::<PromptArgs>()?;
    let chunk = prompt.chunk()?;
    let answer: AnswerArgs = args.get()?;
    let (tokens, batch) = (answer.tokens()?, answer.batch()?);
    let sampling: SamplingArgs = args.get()?;
    sampling.resolve(&Default::default())?;
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve();
    // The prompt may come from a terminal.
    let interrupt = Interrupt::install();
    let prompt = match args.get::<StateArgs>()?.state {
        Some(file) => prompt.resolve_state(file)?,
        None => prompt.resolve(source.is_random())?,
    };

    let started = Instant::now();
    let checkpoint = open(&source, &console)?;
    let sampling = sampling.resolve(&checkpoint.generation)?;
    let loaded_prompt = load_with_prompt(&checkpoint, &prompt, machine, source.seed, started, &console)?;
    let LoadedPrompt { model, tokenizer, sequence, report: loaded } = loaded_prompt;
    let prompt_tokens = sequence.tokens().len();
    let tokens = tokens.or_else(|| checkpoint.generation.tokens_behind(prompt_tokens)).unwrap_or(256);
    let longest = prompt_tokens.saturating_add(tokens).min(loaded.context);
    // Every sequence has a copy of the prompt's keys and values, for a moment beside those they are copied from.
    let most =
        [(batch + 1, prompt_tokens), (batch, longest)].into_iter().max_by_key(|(sequences, tokens)| sequences * tokens);
    model.check_memory(&MemoryRequest {
        sequences: most.into_iter().collect(),
        rows: chunk.min(prompt_tokens).max(batch),
        logits: batch,
        draws_among_all: matches!(sampling.required_logits(&[]), ExactLogits::All),
    })?;
    let mut texts =
        (0..batch).map(|_| AnswerText::new(tokenizer.as_ref(), &answer.stop)).collect::<Result<Vec<_>>>()?;
    announce(&loaded, &console);
    let request = GenerateRequest {
        prefill_chunk: chunk,
        max_tokens: tokens,
        batch,
        sampling,
        seed: source.seed,
        eos: &checkpoint.generation.eos_token_ids,
        hash_logits: console.json,
    };

    // The first sequence is printed as it comes, the others behind it when all have ended.
    let print_piece = |piece: &str| if console.json { Ok(()) } else { print(piece) };
    let mut write_error = None;
    let mut progress = Some(console.progress("Prefill"));
    let uncomputed = sequence.uncomputed_len() as u64;
    let (start, run) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let (prompt, run_so_far) = (sequence.tokens().to_vec(), Arc::clone(&run));
    interrupt.on_exit(move || {
        let prefill = Timing { tokens: run_so_far.load(Ordering::Relaxed), time: start.elapsed() };
        // There is nothing left to do where nobody listens.
        let _ = report(Generation::interrupted(prompt, batch, prefill), vec![String::new(); batch], &console);
    });
    let generation = generate(&model, sequence, &request, |event| match event {
        Event::Prefill { done } => {
            run.store(done, Ordering::Relaxed);
            if let Some(bar) = &progress {
                bar.update(done as u64, uncomputed);
            }
            Control::Continue
        }
        Event::Prefilled(prefilled) => {
            interrupt.defer();
            progress = None;
            console.status(&prefill::status(batch, prefilled));
            write_error = print_piece(&heading(0, batch)).err();
            Control::Continue
        }
        Event::Token { sequence, id } => {
            let piece = texts[sequence].push(id);
            if sequence == 0 && !piece.is_empty() && write_error.is_none() {
                write_error = print_piece(&piece).err();
            }
            if write_error.is_some() || interrupt.deferred_error().is_some() {
                Control::EndAll
            } else if texts[sequence].has_stopped() {
                Control::EndSequence
            } else {
                Control::Continue
            }
        }
    })?;
    if let Some(error) = write_error {
        return Err(error);
    }
    for (i, text) in texts.iter_mut().enumerate() {
        let rest = text.flush();
        print_piece(&if i == 0 { rest } else { heading(i, batch) + &text.whole })?;
        print_piece("\n")?;
    }
    let interrupted = generation.sequences.iter().any(|sequence| sequence.finish == Finish::Interrupted);
    let texts = texts.into_iter().map(|text| if tokenizer.is_some() { text.whole } else { String::new() }).collect();
    report(generation, texts, &console)?;
    interrupt.deferred_error().filter(|_| interrupted).map_or(Ok(()), Err)
}

/// The status line, and for programs the whole answer; people have read it already.
fn report(generation: Generation, texts: Vec<String>, console: &Console) -> Result<()> {
    console.status(&decode::status(&generation));
    if !console.json {
        return Ok(());
    }
    console.answer(&Decode::new(generation, texts), |_| String::new())
}

/// What stands above sequence `i`, where there are several.
fn heading(i: usize, batch: usize) -> String {
    match (i, batch) {
        (_, 1) => String::new(),
        (0, _) => format!("=== 1 of {batch}\n"),
        _ => format!("\n=== {} of {batch}\n", i + 1),
    }
}

/// The growing text of a sequence: words, or its token ids where there is no tokenizer.
struct AnswerText<'t> {
    stream: Option<TextStream<'t>>,
    whole: String,
}

impl<'t> AnswerText<'t> {
    fn new(tokenizer: Option<&'t Tokenizer>, stops: &[String]) -> Result<AnswerText<'t>> {
        if tokenizer.is_none() && !stops.is_empty() {
            return Err(Error::Usage("--stop needs a tokenizer, and this model has none; give --tokenizer F".into()));
        }
        let stream = tokenizer.map(|tokenizer| TextStream::new(tokenizer, stops)).transpose()?;
        Ok(AnswerText { stream, whole: String::new() })
    }

    /// What the next token adds.
    fn push(&mut self, id: u32) -> String {
        let piece = match &mut self.stream {
            Some(stream) => stream.push(id),
            None if self.whole.is_empty() => id.to_string(),
            None => format!(" {id}"),
        };
        self.whole.push_str(&piece);
        piece
    }

    /// What was held back until the end.
    fn flush(&mut self) -> String {
        let piece = self.stream.as_mut().map(TextStream::flush).unwrap_or_default();
        self.whole.push_str(&piece);
        piece
    }

    fn has_stopped(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.stopped().is_some())
    }
}
