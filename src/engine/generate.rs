//! Generation: runs a prompt once (prefill), then decodes a batch of sequences from it until each has ended.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::sampler::{Sampler, SamplingOptions};
use super::sequence::{Sequence, decode_step};
use super::suppress::SuppressedTokens;
use crate::error::Result;
use crate::files::hex;
use crate::model::head::ExactLogits;
use crate::model::{MemoryRequest, Model, SequenceGroup, Workspace};

/// The default number of prompt tokens in one forward pass: enough rows to make it limited by arithmetic, not by
/// reading the weights.
pub const PREFILL_CHUNK: usize = 512;

/// What to generate.
pub struct GenerateRequest<'r> {
    /// The maximum number of prompt tokens in one forward pass; 0 counts as 1. The result does not depend on it.
    pub prefill_chunk: usize,
    /// The maximum number of tokens to generate for each sequence.
    pub max_tokens: usize,
    /// The number of sequences to generate from the prompt. Sequence i uses stream i of the
    /// [`Rng`](super::sampler::Rng).
    pub batch: usize,
    /// How each sequence samples its tokens.
    pub sampling: SamplingOptions,
    /// The seed of the random number generator; unused in greedy decoding.
    pub seed: u64,
    /// The ids of the end-of-sequence tokens.
    pub eos: &'r [u32],
    /// Tokens that must not be sampled; `None` for no such tokens.
    pub suppressed: Option<&'r SuppressedTokens>,
    /// Whether to compute [`GeneratedSequence::logits_sha256`].
    pub hash_logits: bool,
    /// Another thread sets it to end all sequences in the middle of a prefill chunk, which can take long. Not read
    /// during decode, where the callback can return [`Control::EndAll`] after each token. `None`: chunks cannot be
    /// cancelled.
    pub cancel: Option<&'r AtomicBool>,
}

impl GenerateRequest<'_> {
    /// The logits of the token after `seen` that must be exact.
    fn required_logits<'s>(&self, seen: &'s [u32]) -> ExactLogits<'s> {
        match self.suppressed {
            Some(suppressed) => suppressed.required_logits(&self.sampling, seen),
            None => self.sampling.required_logits(seen),
        }
    }

    /// The peak memory of the generation from a prompt of `prompt_tokens` tokens with at most `context` tokens.
    pub fn memory_request(&self, prompt_tokens: usize, context: usize) -> MemoryRequest {
        let batch = self.batch;
        // Every sequence gets a copy of the prompt's keys and values; while they are copied, the originals exist too.
        let forked = SequenceGroup { count: batch + 1, tokens: prompt_tokens };
        let longest = prompt_tokens.saturating_add(self.max_tokens).min(context);
        let finished = SequenceGroup { count: batch, tokens: longest };
        let most = [forked, finished].into_iter().max_by_key(|group| group.count * group.tokens);
        MemoryRequest {
            sequences: most.into_iter().collect(),
            rows: self.prefill_chunk.min(prompt_tokens).max(batch),
            logits: batch,
            samples_full_vocab: matches!(self.required_logits(&[]), ExactLogits::All),
        }
    }
}

/// The progress that [`generate`] reports to its callback, in this order: `Prefill` after each chunk of the prompt,
/// `Prefilled` once, then in every step one `Token` for each running sequence, in order of the sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A chunk of the prompt has been run.
    Prefill {
        /// Prompt tokens run so far in this call, without those that were computed before (a loaded state).
        done: usize,
    },
    /// The whole prompt has been run, and the logits of the first token are computed.
    Prefilled(Timing),
    /// A token has been sampled. End-of-sequence tokens are reported too.
    Token {
        /// The index of the sequence in the batch.
        sequence: usize,
        /// The token id.
        id: u32,
    },
}

/// The callback's answer to an [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Go on with the next token or chunk.
    Continue,
    /// End the sequence of this [`Event::Token`] with [`Finish::StopString`]. For other events, the same as `Continue`.
    EndSequence,
    /// End all sequences (Ctrl-C); those that have not ended yet get [`Finish::Interrupted`].
    EndAll,
}

/// Why a sequence ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The sequence sampled this end-of-sequence token.
    Eos(u32),
    /// The callback found a stop string and returned [`Control::EndSequence`].
    StopString,
    /// The sequence has [`GenerateRequest::max_tokens`] tokens.
    TokenLimit,
    /// The context is full.
    ContextEnd,
    /// [`Control::EndAll`] or [`GenerateRequest::cancel`] ended all sequences.
    Interrupted,
}

/// One generated sequence.
#[derive(Clone, Debug)]
pub struct GeneratedSequence {
    /// The ids of the generated tokens, including a final end-of-sequence token.
    pub ids: Vec<u32>,
    /// Why the sequence ended.
    pub finish: Finish,
    /// SHA-256, in hexadecimal, of the logits of every generated position in order, `[ids.len(), vocab_size]` as
    /// little-endian f32, before penalties. `None` without [`GenerateRequest::hash_logits`].
    pub logits_sha256: Option<String>,
}

/// A number of tokens and the time that the model and the sampler took for them. Callback and hashing are not included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Tokens, summed over all sequences.
    pub tokens: usize,
    /// Wall-clock time. In a batch, it is the time of the whole batch.
    pub time: Duration,
}

/// The result of [`generate`].
#[derive(Clone, Debug)]
pub struct Generation {
    /// All tokens of the sequence that was passed to [`generate`].
    pub prompt: Vec<u32>,
    /// `[batch]`: the continuations.
    pub sequences: Vec<GeneratedSequence>,
    /// The prompt tokens that were run, once for the whole batch. The time includes the logits of the first token.
    pub prefill: Timing,
    /// The generated tokens of all sequences, without the first of each, whose logits are part of prefill.
    pub decode: Timing,
    /// The number of forward passes of decode.
    pub steps: usize,
}

/// How to run a prompt.
#[derive(Clone, Copy, Debug)]
pub struct PrefillOptions<'r> {
    /// The maximum number of tokens in one forward pass; 0 counts as 1.
    pub chunk: usize,
    /// Another thread sets it to end prefill in the middle of a chunk. `None`: chunks cannot be cancelled.
    pub cancel: Option<&'r AtomicBool>,
}

/// Runs the uncomputed tokens of a sequence (at least one) in chunks. After each chunk, calls `on_chunk` with the
/// number of tokens run so far and the chunk's hidden states, `[rows, hidden_size]`.
///
/// Returns the hidden state of the last token, `[hidden_size]`, or `None` if `on_chunk` returned [`Control::EndAll`] or
/// `options.cancel` was set.
pub fn prefill(
    model: &Model,
    sequence: &mut Sequence,
    options: PrefillOptions,
    workspace: &mut Workspace,
    mut on_chunk: impl FnMut(usize, &[f32]) -> Control,
) -> Option<Vec<f32>> {
    let total = sequence.uncomputed_len();
    loop {
        let hidden = sequence.run_unless(options.cancel, model, options.chunk.max(1), workspace)?;
        let last = hidden[hidden.len() - model.config.hidden_size..].to_vec();
        if on_chunk(total - sequence.uncomputed_len(), hidden) == Control::EndAll {
            return None;
        }
        if sequence.uncomputed_len() == 0 {
            return Some(last);
        }
    }
}

/// Generates `request.batch` continuations of a sequence that has at least one uncomputed token. Calls `on_event` for
/// every [`Event`]; its [`Control`] can end one sequence or all of them, and the tokens generated so far are returned.
///
/// # Errors
/// [`RequestError::InvalidSampling`](crate::error::RequestError::InvalidSampling) if a sampling option is out of its
/// range; [`Error::NotFinite`](crate::error::Error::NotFinite) if a sampled logit is NaN or no logit is finite.
pub fn generate(
    model: &Model,
    sequence: Sequence,
    request: &GenerateRequest,
    on_event: impl FnMut(Event) -> Control + Send,
) -> Result<Generation> {
    // The whole generation runs on a thread of the pool: entering the pool for every pass takes longer than sampling.
    model.threads.install(|| generate_inner(model, sequence, request, on_event))
}

/// The body of [`generate`].
fn generate_inner(
    model: &Model,
    mut sequence: Sequence,
    request: &GenerateRequest,
    on_event: impl FnMut(Event) -> Control,
) -> Result<Generation> {
    let sampler = |stream| Sampler::new(&request.sampling, request.seed, stream as u64);
    let samplers = (0..request.batch).map(sampler).collect::<Result<Vec<_>>>()?;
    let mut run = GenerationRun::new(request, sequence.tokens(), on_event);
    let Some(last_hidden) = run.prefill(model, &mut sequence) else {
        return Ok(run.interrupted());
    };
    let (logits, finish) = run.first_logits(model, &sequence, &last_hidden);
    let mut batch = fork(sequence, samplers, finish, request.hash_logits);
    run.decode(model, &mut batch, logits)?;
    Ok(run.finish(batch))
}

/// One sequence of the batch while it is being generated.
struct Running {
    sequence: Sequence,
    sampler: Sampler,
    hash: Option<Sha256>,
    ids: Vec<u32>,
    /// `None`: the sequence has not ended.
    finish: Option<Finish>,
}

/// Copies the prefilled sequence for each sampler. `finish`: why all of them end at once; `None` to run them.
fn fork(sequence: Sequence, samplers: Vec<Sampler>, finish: Option<Finish>, hash_logits: bool) -> Vec<Running> {
    let running = |sampler| Running {
        sequence: sequence.clone(),
        sampler,
        hash: hash_logits.then(Sha256::new),
        ids: Vec::new(),
        finish,
    };
    samplers.into_iter().map(running).collect()
}

impl Running {
    /// Samples the next token from its logits `[vocab_size]` and sets `finish` if it ends the sequence. `exact` are the
    /// ids of the tokens whose logits are exact, or `None` if all are. Returns the token and the time of the sampler.
    fn sample_next(
        &mut self,
        request: &GenerateRequest,
        prompt: &[u32],
        logits: &mut [f32],
        exact: Option<&[u32]>,
    ) -> Result<(u32, Duration)> {
        if let Some(hash) = &mut self.hash {
            for chunk in logits.chunks(4096) {
                hash.update(chunk.iter().flat_map(|l| l.to_le_bytes()).collect::<Vec<u8>>());
            }
        }
        let start = Instant::now();
        if let Some(suppressed) = request.suppressed {
            suppressed.mask(logits, prompt, &self.ids);
        }
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
}

/// The logits of the sequences that have not ended, in order.
struct BatchLogits {
    /// `[rows, vocab_size]`
    values: Vec<f32>,
    /// `[rows]`: see [`Model::logits`].
    exact: Vec<Option<Vec<u32>>>,
}

/// The state of one call of [`generate`], without the sequences.
struct GenerationRun<'r, F> {
    request: &'r GenerateRequest<'r>,
    on_event: F,
    prompt: Vec<u32>,
    workspace: Workspace,
    prefill: Timing,
    decode: Timing,
    steps: usize,
}

impl<'r, F: FnMut(Event) -> Control> GenerationRun<'r, F> {
    fn new(request: &'r GenerateRequest<'r>, prompt: &[u32], on_event: F) -> GenerationRun<'r, F> {
        GenerationRun {
            request,
            on_event,
            prompt: prompt.to_vec(),
            workspace: Workspace::default(),
            prefill: Timing::default(),
            decode: Timing::default(),
            steps: 0,
        }
    }

    /// Runs the prompt. Returns the hidden state of its last token, `[hidden_size]`, or `None` if it was interrupted.
    fn prefill(&mut self, model: &Model, sequence: &mut Sequence) -> Option<Vec<f32>> {
        let options = PrefillOptions { chunk: self.request.prefill_chunk, cancel: self.request.cancel };
        let (timing, on_event) = (&mut self.prefill, &mut self.on_event);
        let mut start = Instant::now();
        let last_hidden = prefill(model, sequence, options, &mut self.workspace, |done, _| {
            *timing = Timing { tokens: done, time: timing.time + start.elapsed() };
            let control = on_event(Event::Prefill { done });
            start = Instant::now();
            control
        });
        self.prefill.time += start.elapsed();
        last_hidden
    }

    /// Computes the logits of the first token and repeats them for every sequence. If no token will be generated, the
    /// logits are empty, or unused, and the second result is the reason.
    fn first_logits(
        &mut self,
        model: &Model,
        sequence: &Sequence,
        last_hidden: &[f32],
    ) -> (BatchLogits, Option<Finish>) {
        let batch = self.request.batch;
        let mut logits = BatchLogits { values: Vec::new(), exact: Vec::new() };
        let start = Instant::now();
        let mut finish = if self.request.max_tokens == 0 {
            Some(Finish::TokenLimit)
        } else {
            sequence.is_full().then_some(Finish::ContextEnd)
        };
        if finish.is_none() {
            let required = self.request.required_logits(&self.prompt);
            logits.exact = model.logits(last_hidden, &[required], &mut logits.values);
        }
        self.prefill.time += start.elapsed();
        let row_len = logits.values.len();
        (1..batch).for_each(|_| logits.values.extend_from_within(..row_len));
        logits.exact.resize(batch, logits.exact.first().cloned().flatten());
        if (self.on_event)(Event::Prefilled(self.prefill)) == Control::EndAll {
            finish = Some(Finish::Interrupted);
        }
        (logits, finish)
    }

    /// Alternates between sampling and forward passes until every sequence has ended.
    fn decode(&mut self, model: &Model, batch: &mut [Running], mut logits: BatchLogits) -> Result<()> {
        loop {
            self.sample_tokens(batch, &mut logits, model.config.vocab_size)?;
            let running = batch.iter_mut().filter(|r| r.finish.is_none());
            let mut sequences: Vec<&mut Sequence> = running.map(|r| &mut r.sequence).collect();
            if sequences.is_empty() {
                return Ok(());
            }
            let start = Instant::now();
            let hidden = decode_step(&mut sequences, model, &mut self.workspace);
            let required: Vec<ExactLogits> =
                sequences.iter().map(|s| self.request.required_logits(s.tokens())).collect();
            logits.exact = model.logits(hidden, &required, &mut logits.values);
            self.decode.time += start.elapsed();
            self.steps += 1;
        }
    }

    /// Samples one token for every running sequence and reports it to the callback, which can end one sequence or all.
    fn sample_tokens(&mut self, batch: &mut [Running], logits: &mut BatchLogits, vocab_size: usize) -> Result<()> {
        let mut end_all = false;
        let running = batch.iter_mut().enumerate().filter(|(_, r)| r.finish.is_none());
        let rows = logits.values.chunks_exact_mut(vocab_size).zip(&logits.exact);
        for ((sequence, running), (row, exact)) in running.zip(rows) {
            let (id, time) = running.sample_next(self.request, &self.prompt, row, exact.as_deref())?;
            if self.steps > 0 {
                self.decode = Timing { tokens: self.decode.tokens + 1, time: self.decode.time + time };
            }
            match (self.on_event)(Event::Token { sequence, id }) {
                Control::Continue => {}
                Control::EndSequence => running.finish = Some(Finish::StopString),
                Control::EndAll => {
                    running.finish = Some(Finish::Interrupted);
                    end_all = true;
                }
            }
        }
        if end_all {
            batch.iter_mut().for_each(|r| r.finish = r.finish.or(Some(Finish::Interrupted)));
        }
        Ok(())
    }

    /// The result of a run whose prefill was interrupted.
    fn interrupted(self) -> Generation {
        let sequence = GeneratedSequence {
            ids: Vec::new(),
            finish: Finish::Interrupted,
            logits_sha256: self.request.hash_logits.then(|| hex(&Sha256::digest([]))),
        };
        let sequences = vec![sequence; self.request.batch];
        self.into_generation(sequences)
    }

    /// The result of a run whose sequences have ended.
    fn finish(self, batch: Vec<Running>) -> Generation {
        let sequence = |r: Running| GeneratedSequence {
            ids: r.ids,
            finish: r.finish.unwrap_or(Finish::Interrupted),
            logits_sha256: r.hash.map(|hash| hex(&hash.finalize())),
        };
        let sequences = batch.into_iter().map(sequence).collect();
        self.into_generation(sequences)
    }

    /// The result with these sequences.
    fn into_generation(self, sequences: Vec<GeneratedSequence>) -> Generation {
        let GenerationRun { prompt, prefill, decode, steps, .. } = self;
        Generation { prompt, sequences, prefill, decode, steps }
    }
}
