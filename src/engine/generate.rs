//! From a prompt to its continuations: prefill once, then decode a batch of sequences until each has ended.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::sampler::{Sampler, SamplingOptions};
use super::sequence::{Sequence, decode_step};
use crate::error::{Error, Result};
use crate::files::hex;
use crate::model::{Model, Workspace};

/// Prompt tokens that are run together unless told otherwise: enough to keep the multipliers busy, and a moment's work.
pub const PREFILL_CHUNK: usize = 512;

/// What to generate.
pub struct GenerateRequest<'r> {
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

/// What the callback wants to happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
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
    /// The callback met a stop string.
    StopString,
    /// The most tokens that were asked for.
    TokenLimit,
    /// The context has no room for another token.
    ContextEnd,
    /// The callback ended everything.
    Interrupted,
}

/// One generated sequence.
#[derive(Clone, Debug)]
pub struct GeneratedSequence {
    /// The generated tokens, a final end-of-sequence token included.
    pub ids: Vec<u32>,
    pub finish: Finish,
    /// SHA-256 over the little-endian f32 logits of every generated position, in order, in hexadecimal.
    pub logits_sha256: Option<String>,
}

/// Tokens and the time they took: the model's and the sampler's work, not the callback's and not the hashing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    pub tokens: usize,
    pub time: Duration,
}

/// What came of a [`GenerateRequest`].
#[derive(Clone, Debug)]
pub struct Generation {
    /// The tokens that the sequence began with.
    pub prompt: Vec<u32>,
    pub sequences: Vec<GeneratedSequence>,
    /// The tokens of the prompt that had to be run, once for the whole batch.
    pub prefill: Timing,
    /// All tokens of all sequences but the first of each, which prefill gives.
    pub decode: Timing,
    /// Forward passes of decode.
    pub steps: usize,
}

impl Generation {
    /// What came of a request that was interrupted while its prompt was run.
    pub fn interrupted(prompt: Vec<u32>, batch: usize, prefill: Timing) -> Generation {
        let nothing = GeneratedSequence {
            ids: Vec::new(),
            finish: Finish::Interrupted,
            logits_sha256: Some(hex(&Sha256::digest([]))),
        };
        Generation { prompt, sequences: vec![nothing; batch], prefill, decode: Timing::default(), steps: 0 }
    }
}

/// Runs the uncomputed tokens of a sequence in chunks; returns the hidden state of the last one, or none where `on_progress`
/// (called with the tokens done after each chunk) says to stop.
pub fn prefill(
    model: &Model,
    sequence: &mut Sequence,
    chunk: usize,
    workspace: &mut Workspace,
    mut on_progress: impl FnMut(usize, &[f32]) -> bool,
) -> Option<Vec<f32>> {
    let total = sequence.uncomputed_len();
    loop {
        let hidden = sequence.run(model, chunk.max(1), workspace);
        let last = hidden[hidden.len() - model.config.hidden_size..].to_vec();
        if !on_progress(total - sequence.uncomputed_len(), hidden) {
            return None;
        }
        if sequence.uncomputed_len() == 0 {
            return Some(last);
        }
    }
}

/// One sequence of the batch while it is being generated.
struct Running {
    sequence: Sequence,
    sampler: Sampler,
    hash: Option<Sha256>,
    ids: Vec<u32>,
    finish: Option<Finish>,
}

impl Running {
    /// Takes the next token from its logits and notes whether that ends the sequence. Returns the token and the time the
    /// sampler took.
    fn sample_next(
        &mut self,
        request: &GenerateRequest,
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
        let id = self.sampler.sample(logits, exact, prompt, &self.ids)?;
        let time = start.elapsed();
        self.ids.push(id);
        if request.eos.contains(&id) {
            self.finish = Some(Finish::Eos(id));
        } else if self.ids.len() >= request.max_tokens {
            self.finish = Some(Finish::TokenLimit);
        } else {
            self.sequence.push(id);
            self.finish = self.sequence.is_full().then_some(Finish::ContextEnd);
        }
        Ok((id, time))
    }

    fn apply(&mut self, control: Control) {
        match control {
            Control::Continue => {}
            Control::EndSequence => self.finish = Some(Finish::StopString),
            Control::EndAll => self.finish = Some(Finish::Interrupted),
        }
    }
}

/// Continues a sequence. `on_event` hears of every token as it comes and may end a sequence or everything.
///
/// # Errors
/// What the sampler refuses; [`Error::Interrupted`] where `on_event` ends everything during prefill.
pub fn generate(
    model: &Model,
    sequence: Sequence,
    request: &GenerateRequest,
    on_event: impl FnMut(Event) -> Control + Send,
) -> Result<Generation> {
    // All of it on a thread of the pool: handing every pass over to one and waiting for it takes longer than sampling.
    model.threads.install(|| generate_inner(model, sequence, request, on_event))
}

/// [`generate`], on whatever thread it is called.
fn generate_inner(
    model: &Model,
    mut sequence: Sequence,
    request: &GenerateRequest,
    mut on_event: impl FnMut(Event) -> Control,
) -> Result<Generation> {
    let mut workspace = Workspace::default();
    let prompt = sequence.tokens().to_vec();
    let sampler = |stream: usize| Sampler::new(&request.sampling, request.seed, stream as u64);
    let samplers = (0..request.batch).map(sampler).collect::<Result<Vec<_>>>()?;

    let mut prefilled = Timing { tokens: sequence.uncomputed_len(), time: Duration::ZERO };
    let mut start = Instant::now();
    let last = prefill(model, &mut sequence, request.prefill_chunk, &mut workspace, |done, _| {
        prefilled.time += start.elapsed();
        let go_on = on_event(Event::Prefill { done }) != Control::EndAll;
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
        sequence.is_full().then_some(Finish::ContextEnd)
    };
    if finish.is_none() {
        exact = model.logits(&last, &[request.sampling.required_logits(&prompt)], &mut logits);
    }
    prefilled.time += start.elapsed();
    if on_event(Event::Prefilled(prefilled)) == Control::EndAll {
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
            sequence: sequence.clone(),
            sampler,
            hash: request.hash_logits.then(Sha256::new),
            ids: Vec::new(),
            finish,
        })
        .collect();
    drop(sequence);

    let mut decoded = Timing::default();
    let mut steps = 0;
    loop {
        let mut end_all = false;
        let active = running.iter_mut().enumerate().filter(|(_, r)| r.finish.is_none());
        for (((sequence, running), logits), exact) in active.zip(logits.chunks_exact_mut(vocab)).zip(&exact) {
            let (id, time) = running.sample_next(request, &prompt, logits, exact.as_deref())?;
            if steps > 0 {
                decoded.tokens += 1;
                decoded.time += time;
            }
            let control = on_event(Event::Token { sequence, id });
            running.apply(control);
            end_all |= control == Control::EndAll;
        }
        if end_all {
            running.iter_mut().filter(|r| r.finish.is_none()).for_each(|r| r.apply(Control::EndAll));
        }
        let mut sequences: Vec<_> =
            running.iter_mut().filter(|r| r.finish.is_none()).map(|r| &mut r.sequence).collect();
        if sequences.is_empty() {
            break;
        }
        let start = Instant::now();
        let hidden = decode_step(&mut sequences, model, &mut workspace);
        let required: Vec<_> = sequences.iter().map(|s| request.sampling.required_logits(s.tokens())).collect();
        exact = model.logits(hidden, &required, &mut logits);
        decoded.time += start.elapsed();
        steps += 1;
    }
    let sequences = running
        .into_iter()
        .map(|r| GeneratedSequence {
            ids: r.ids,
            finish: r.finish.unwrap_or(Finish::Interrupted),
            logits_sha256: r.hash.map(|hash| hex(&hash.finalize())),
        })
        .collect();
    Ok(Generation { prompt, sequences, prefill: prefilled, decode: decoded, steps })
}
