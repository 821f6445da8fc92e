//! `rumma score --continuations`: scores the continuations of contexts, one JSON object per line in and out, in the same
//! order.

use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::console::{Console, print_json};
use super::engine;
use super::interrupt::Interrupt;
use super::prompt::display_path;
use super::score::LoadedModel;
use crate::engine::score::{self, Passage, TokenScore, Total};
use crate::engine::{Engine, EngineOptions, KV_BLOCK, PREFILL_CHUNK, PrefillStats};
use crate::error::{Error, Fault, FaultKind, MachineError, RequestError, Result};
use crate::files::open_text;
use crate::jobs::{self, RawLine};
use crate::openai::ErrorReport;
use crate::report::score::{ContinuationScore, ContinuationScores, ContinuationTotals};
use crate::text::continuation::{ContinuationIds, ContinuationLine, Continuations};
use crate::threads;

/// The most lines that are read ahead, and scored together.
const LINES: usize = 32;
/// The most continuations that are scored at the same time.
const PARALLEL: usize = 32;
/// Bytes of keys and values that are kept by default, or those of one sequence if these are more.
const KV_BYTES: usize = 1 << 30;
/// How often a signal is looked for while there is nothing to read.
const INTERVAL: Duration = Duration::from_millis(50);
/// Bytes of stack of the thread that reads.
const STACK: usize = 256 << 10;

/// Scores lines and prints the answer to each. A line with an error has it in its answer.
///
/// # Errors
/// [`FaultKind::FailedJobs`] at the end if an answer is an error; those of the file and of writing.
pub fn run(loaded: &LoadedModel, lines: &Lines, interrupt: &Interrupt, console: &Console) -> Result<()> {
    let options = EngineOptions::for_throughput(kv_blocks(loaded)?, PARALLEL);
    let mut scorer = LineScorer {
        loaded,
        engine: Engine::new(loaded.model, options),
        interrupt,
        totals: ContinuationTotals::default(),
        first_error: None,
    };
    let started = Instant::now();
    let scored = scorer.run(&lines.receiver);
    let what = if interrupt.error().is_some() { "Score interrupted" } else { "Score complete" };
    if interrupt.error().is_some() || scored.is_ok() {
        console.status(&scorer.totals.status(what, started.elapsed()));
    }
    if let Some(error) = interrupt.error() {
        return Err(error);
    }
    scored?;
    let LineScorer { totals, first_error, .. } = scorer;
    first_error.map_or(Ok(()), |first| {
        let found = format!("{} of {} lines", totals.errors, totals.lines);
        Err(Fault::new(FaultKind::FailedJobs, &lines.file).found(found).cause(first).into())
    })
}

/// The blocks of the engine: not all of the memory, because contexts are not reused for long.
///
/// # Errors
/// That of [`engine::kv_blocks`].
fn kv_blocks(loaded: &LoadedModel) -> Result<usize> {
    let LoadedModel { model, machine, context, .. } = *loaded;
    let default = (KV_BYTES / model.kv_cache_shape().bytes_per_block().max(1)).max(context.div_ceil(KV_BLOCK) + 1);
    let limit = engine::kv_blocks(model, None, machine, PREFILL_CHUNK, PARALLEL)?;
    Ok(if machine.kv_memory.is_some() { limit } else { limit.min(default) })
}

/// The lines of a file as they are read. The channel closes at the end.
pub struct Lines {
    /// For errors.
    file: PathBuf,
    receiver: Receiver<Result<RawLine>>,
}

/// Starts a thread that reads the lines of `file`, or of standard input if it is `-`, without the empty ones.
///
/// # Errors
/// Those of opening the file; [`MachineError::CannotStartThreads`].
pub fn read_lines(file: &str) -> Result<Lines> {
    let path = display_path(file).to_path_buf();
    let input: Box<dyn Read + Send> = match file {
        "-" => Box::new(io::stdin()),
        _ => Box::new(open_text(&path)?),
    };
    let (send, receiver) = sync_channel(LINES);
    let file = path.clone();
    let read = move || {
        let mut lines = jobs::Lines::new(BufReader::new(input));
        // The receiver is gone when the run has ended.
        while let Some(line) = lines.next_line().map_err(Error::io(&path, "read")).transpose() {
            let is_last = line.is_err();
            if send.send(line).is_err() || is_last {
                return;
            }
        }
    };
    let cannot_start = |error: io::Error| MachineError::CannotStartThreads { count: 1, cause: error.to_string() };
    threads::spawn(STACK, read).map_err(cannot_start)?;
    Ok(Lines { file, receiver })
}

/// A line that is ready to be scored.
struct Encoded {
    id: Value,
    ids: Result<ContinuationIds>,
}

struct LineScorer<'a> {
    loaded: &'a LoadedModel<'a>,
    engine: Engine<'a>,
    interrupt: &'a Interrupt,
    totals: ContinuationTotals,
    /// The id of the first line with an error, and the error.
    first_error: Option<String>,
}

impl LineScorer<'_> {
    fn run(&mut self, lines: &Receiver<Result<RawLine>>) -> Result<()> {
        loop {
            let mut batch = Vec::new();
            // Lines that are there already are scored together; nothing waits for more.
            while batch.len() < LINES {
                let line = if batch.is_empty() { self.wait(lines)? } else { lines.try_recv().ok() };
                match line {
                    Some(Ok(line)) => batch.push(self.encode(line)),
                    Some(Err(error)) => {
                        self.score(batch)?;
                        return Err(error);
                    }
                    None => break,
                }
            }
            if batch.is_empty() {
                return Ok(());
            }
            self.score(batch)?;
        }
    }

    /// The next line; `None` at the end.
    fn wait(&self, lines: &Receiver<Result<RawLine>>) -> Result<Option<Result<RawLine>>> {
        loop {
            match lines.recv_timeout(INTERVAL) {
                Ok(line) => return Ok(Some(line)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => self.interrupt.error().map_or(Ok(()), Err)?,
            }
        }
    }

    fn encode(&self, RawLine { number, content, .. }: RawLine) -> Encoded {
        let line = match content {
            Ok(line) => line,
            Err(fault) => return Encoded { id: format!("line-{number}").into(), ids: Err(fault.into()) },
        };
        let ContinuationLine { id, content } = ContinuationLine::parse(number, &line);
        let LoadedModel { checkpoint, tokenizer, .. } = *self.loaded;
        let encode = |content: Continuations| {
            let ids = content.encode(tokenizer, &checkpoint.source)?;
            self.check(&ids).map(|()| ids)
        };
        Encoded { id, ids: content.and_then(encode) }
    }

    /// Refuses tokens that the model does not have, and more of them than the context has.
    fn check(&self, ids: &ContinuationIds) -> Result<()> {
        let LoadedModel { model, context, .. } = *self.loaded;
        let vocab_size = model.config.vocab_size;
        if let Some(&id) =
            ids.context.iter().chain(ids.continuations.iter().flatten()).find(|id| **id as usize >= vocab_size)
        {
            return Err(RequestError::TokenIdOutOfRange { id, vocab_size }.into());
        }
        let longest = ids.continuations.iter().map(Vec::len).max().unwrap_or(0);
        // The last token is only predicted.
        let tokens = ids.context.len() + longest - 1;
        if tokens > context {
            let maximum = model.config.max_position_embeddings;
            return Err(RequestError::PromptTooLong { tokens, exact: true, context, maximum }.into());
        }
        Ok(())
    }

    /// Scores lines together and prints their answers.
    fn score(&mut self, lines: Vec<Encoded>) -> Result<()> {
        let passages_of = |line: &Encoded| -> Vec<Passage> {
            let Ok(ContinuationIds { context, continuations }) = &line.ids else { return Vec::new() };
            let passage = |ids: &Vec<u32>| Passage { ids: [context.as_slice(), ids].concat(), first: context.len() };
            continuations.iter().map(passage).collect()
        };
        let counts: Vec<usize> =
            lines.iter().map(|line| line.ids.as_ref().map_or(0, |ids| ids.continuations.len())).collect();
        let passages: Vec<Passage> = lines.iter().flat_map(passages_of).collect();
        let mut scores = vec![(Total::default(), true); passages.len()];
        let cancel = Some(self.interrupt.cancel_flag());
        let results = score::run(&mut self.engine, &passages, cancel, &mut |row| {
            let TokenScore { logprob, is_greedy } =
                TokenScore::new(row.logits, passages[row.passage].ids[row.position])?;
            let (total, all_greedy) = &mut scores[row.passage];
            total.add(logprob);
            *all_greedy &= is_greedy;
            Ok(())
        });
        if let Some(error) = self.interrupt.error() {
            return Err(error);
        }
        let mut scored = results.into_iter().zip(scores);
        for (line, count) in lines.into_iter().zip(counts) {
            let continuations = line.ids.and_then(|_| self.collect(scored.by_ref().take(count)));
            self.print(line.id, continuations)?;
        }
        Ok(())
    }

    /// The scores of the continuations of a line.
    fn collect(
        &mut self,
        scored: impl Iterator<Item = (Result<PrefillStats>, (Total, bool))>,
    ) -> Result<Vec<ContinuationScore>> {
        // All of them are taken, also after an error.
        let scored: Vec<_> = scored.collect();
        let score = |(stats, (total, is_greedy)): (Result<_>, (Total, bool))| {
            let PrefillStats { tokens, reused, .. } = stats?;
            self.totals.computed += tokens;
            self.totals.reused += reused;
            Ok(ContinuationScore { logprob_sum: total.logprob, tokens: total.tokens, is_greedy })
        };
        scored.into_iter().map(score).collect()
    }

    fn print(&mut self, id: Value, continuations: Result<Vec<ContinuationScore>>) -> Result<()> {
        self.totals.lines += 1;
        let answer = match continuations {
            Ok(continuations) => {
                self.totals.continuations += continuations.len();
                ContinuationScores { id, continuations, error: None }
            }
            Err(error) => {
                self.totals.errors += 1;
                let error = ErrorReport::of(&error);
                self.first_error.get_or_insert_with(|| format!("{id}: {}", error.message));
                ContinuationScores { id, continuations: Vec::new(), error: Some(error) }
            }
        };
        print_json(&answer.to_json())
    }
}
