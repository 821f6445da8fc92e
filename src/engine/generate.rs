//! From a prompt to its continuations: prefill once, then decode a batch of sequences until each has ended.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::sampler::{Sampler, SamplingOptions};
use super::session::{Session, run_together};
use crate::checkpoint::manifest::hex;
use crate::error::{Error, Result};
use crate::model::{Model, Work};

/// Prompt tokens that are run together unless told otherwise: enough to keep the multipliers busy, and a moment's work.
pub const PREFILL_CHUNK: usize = 512;

/// What to generate.
pub struct Request<'r> {
    /// Prompt tokens that are run together. The result does not depend on it.
    pub prefill_chunk: usize,
    /// The most tokens to generate for each sequence.
    pub max_tokens: usize,
    /// Sequences to generate from the prompt; sequence i draws from stream i of the seed.
    pub batch: usize,
    pub sampling: SamplingOptions,
    pub seed: u64,
    /// Tokens that end a sequence.
    pub eos: &'r [u32],
    /// Whether to hash the logits of every generated position.
    pub hash_logits: bool,
}

/// What a generation tells while it runs.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// So many tokens of the prompt have been run.
    Prefill { done: usize },
    /// All of them have, and the logits behind them are there.
    Prefilled(Timing),
    /// A sequence has its next token (an end-of-sequence token included).
    Token { sequence: usize, id: u32 },
}

/// What the listener wants to happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Continue,
    /// The sequence of this token has ended (a stop string was met).
    EndSequence,
    /// Everything ends here (Ctrl-C).
    EndAll,
}

/// Why a sequence ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model gave this end-of-sequence token.
    Eos(u32),
    /// The listener met a stop string.
    StopString,
    /// The most tokens that were asked for.
    TokenLimit,
    /// The context has no room for another token.
    ContextEnd,
    /// The listener ended everything.
    Interrupted,
}

/// One generated sequence.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The generated tokens, a final end-of-sequence token included.
    pub ids: Vec<u32>,
    pub finish: Finish,
    /// SHA-256 over the little-endian f32 logits of every generated position, in order, in hexadecimal.
    pub logits_sha256: Option<String>,
}

/// Tokens and the time they took: the model's and the sampler's work, not the listener's and not the hashing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    pub tokens: usize,
    pub time: Duration,
}

/// What came of a [`Request`].
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The tokens that the session began with.
    pub prompt: Vec<u32>,
    pub sequences: Vec<Generated>,
    /// The tokens of the prompt that had to be run, once for the whole batch.
    pub prefill: Timing,
    /// All tokens of all sequences but the first of each, which prefill gives.
    pub decode: Timing,
    /// Forward passes of decode.
    pub steps: usize,
}

impl Outcome {
    /// What came of a request that was interrupted while its prompt was run.
    pub fn interrupted(prompt: Vec<u32>, batch: usize, prefill: Timing) -> Outcome {
        let nothing =
            Generated { ids: Vec::new(), finish: Finish::Interrupted, logits_sha256: Some(hex(&Sha256::digest([]))) };
        Outcome { prompt, sequences: vec![nothing; batch], prefill, decode: Timing::default(), steps: 0 }
    }
}

/// Runs the pending tokens of a session in chunks; returns the hidden state of the last one, or none where `on_progress`
/// (called with the tokens done after each chunk) says to stop.
pub fn prefill(
    model: &Model,
    session: &mut Session,
    chunk: usize,
    work: &mut Work,
    mut on_progress: impl FnMut(usize, &[f32]) -> bool,
) -> Option<Vec<f32>> {
    let total = session.pending();
    loop {
        let hidden = session.run(model, chunk.max(1), work);
        let last = hidden[hidden.len() - model.config.hidden_size..].to_vec();
        if !on_progress(total - session.pending(), hidden) {
            return None;
        }
        if session.pending() == 0 {
            return Some(last);
        }
    }
}

/// One sequence of the batch while it is being generated.
struct Running {
    session: Session,
    sampler: Sampler,
    hash: Option<Sha256>,
    ids: Vec<u32>,
    finish: Option<Finish>,
}

impl Running {
    /// Takes the next token from its logits and notes whether that ends the sequence. Returns the token and the time the
    /// sampler took.
    fn take(
        &mut self,
        request: &Request,
        prompt: &[u32],
        logits: &mut [f32],
        exact: Option<&[u32]>,
    ) -> Result<(u32, Duration)> {
        if let Some(hash) = &mut self.hash {
            for piece in logits.chunks(4096) {
                hash.update(piece.iter().flat_map(|l| l.to_le_bytes()).collect::<Vec<u8>>());
            }
        }
        let start = Instant::now();
        let id = self.sampler.pick(logits, exact, prompt, &self.ids)?;
        let time = start.elapsed();
        self.ids.push(id);
        if request.eos.contains(&id) {
            self.finish = Some(Finish::Eos(id));
        } else if self.ids.len() >= request.max_tokens {
            self.finish = Some(Finish::TokenLimit);
        } else {
            self.session.push(id);
            self.finish = self.session.is_full().then_some(Finish::ContextEnd);
        }
        Ok((id, time))
    }

    fn heed(&mut self, next: Next) {
        match next {
            Next::Continue => {}
            Next::EndSequence => self.finish = Some(Finish::StopString),
            Next::EndAll => self.finish = Some(Finish::Interrupted),
        }
    }
}

/// Continues a session. `listen` hears of every token as it comes and may end a sequence or everything.
///
/// # Errors
/// What the sampler refuses; [`Error::Interrupted`] where `listen` ends everything during prefill.
pub fn generate(
    model: &Model,
    session: Session,
    request: &Request,
    listen: impl FnMut(Event) -> Next + Send,
) -> Result<Outcome> {
    // All of it on a thread of the pool: handing every pass over to one and waiting for it takes longer than sampling.
    model.threads.enter(|| on_pool(model, session, request, listen))
}

/// [`generate`], on whatever thread it is called.
fn on_pool(
    model: &Model,
    mut session: Session,
    request: &Request,
    mut listen: impl FnMut(Event) -> Next,
) -> Result<Outcome> {
    let mut work = Work::default();
    let prompt = session.tokens().to_vec();
    let sampler = |stream: usize| Sampler::new(&request.sampling, request.seed, stream as u64);
    let samplers = (0..request.batch).map(sampler).collect::<Result<Vec<_>>>()?;

    let mut prefilled = Timing { tokens: session.pending(), time: Duration::ZERO };
    let mut start = Instant::now();
    let last = prefill(model, &mut session, request.prefill_chunk, &mut work, |done, _| {
        prefilled.time += start.elapsed();
        let go_on = listen(Event::Prefill { done }) != Next::EndAll;
        start = Instant::now();
        go_on
    });
    let last = last.ok_or(Error::Interrupted)?;
    let start = Instant::now();
    let mut logits = Vec::new();
    let mut exact = Vec::new();
    let mut finish = if request.max_tokens == 0 {
        Some(Finish::TokenLimit)
    } else {
        session.is_full().then_some(Finish::ContextEnd)
    };
    if finish.is_none() {
        exact = model.logits(&last, &[request.sampling.reach(&prompt)], &mut logits);
    }
    prefilled.time += start.elapsed();
    if listen(Event::Prefilled(prefilled)) == Next::EndAll {
        finish = Some(Finish::Interrupted);
    }

    let vocab = model.config.vocab_size;
    // The first sequence takes them as they are.
    let row = logits.len();
    (1..request.batch).for_each(|_| logits.extend_from_within(..row));
    exact.resize(request.batch, exact.first().cloned().flatten());
    let mut running: Vec<Running> = samplers
        .into_iter()
        .map(|sampler| Running {
            session: session.clone(),
            sampler,
            hash: request.hash_logits.then(Sha256::new),
            ids: Vec::new(),
            finish,
        })
        .collect();
    drop(session);

    let mut decoded = Timing::default();
    let mut steps = 0;
    loop {
        let mut end_all = false;
        let active = running.iter_mut().enumerate().filter(|(_, r)| r.finish.is_none());
        for (((sequence, running), logits), exact) in active.zip(logits.chunks_exact_mut(vocab)).zip(&exact) {
            let (id, time) = running.take(request, &prompt, logits, exact.as_deref())?;
            if steps > 0 {
                decoded.tokens += 1;
                decoded.time += time;
            }
            let next = listen(Event::Token { sequence, id });
            running.heed(next);
            end_all |= next == Next::EndAll;
        }
        if end_all {
            running.iter_mut().filter(|r| r.finish.is_none()).for_each(|r| r.heed(Next::EndAll));
        }
        let mut sessions: Vec<_> = running.iter_mut().filter(|r| r.finish.is_none()).map(|r| &mut r.session).collect();
        if sessions.is_empty() {
            break;
        }
        let start = Instant::now();
        let hidden = run_together(&mut sessions, model, &mut work);
        let reach: Vec<_> = sessions.iter().map(|s| request.sampling.reach(s.tokens())).collect();
        exact = model.logits(hidden, &reach, &mut logits);
        decoded.time += start.elapsed();
        steps += 1;
    }
    let sequences = running
        .into_iter()
        .map(|r| Generated {
            ids: r.ids,
            finish: r.finish.unwrap_or(Finish::Interrupted),
            logits_sha256: r.hash.map(|hash| hex(&hash.finalize())),
        })
        .collect();
    Ok(Outcome { prompt, sequences, prefill: prefilled, decode: decoded, steps })
}
