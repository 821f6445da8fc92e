//! What a model does on this machine: rates of prefill and decode over lengths, batches, contexts and threads.
//!
//! Every case is measured once a round, the ceilings with them, and odd rounds go through the cases backwards: whatever
//! else the machine is busy with meets all of them alike.

use std::time::Instant;

use super::ceilings::Ceilings;
use super::system::ProcessMemory;
use crate::engine::generate::{PREFILL_CHUNK, prefill};
use crate::engine::sampler::{Rng, Sampler, SamplingOptions};
use crate::engine::sequence::{Sequence, decode_step};
use crate::error::{Error, RequestError, Result};
use crate::model::{Model, Workspace};
use crate::threads::{BusyTime, Threads};

/// The least time of one repetition, in seconds: what takes less is run several times over, and its mean counts.
const MIN_SECONDS: f64 = 0.05;

/// What to measure. No list is empty.
#[derive(Clone, Debug)]
pub struct SweepPlan {
    /// Lengths of prompts.
    pub prefill_tokens: Vec<usize>,
    /// Tokens that sequences hold when decoding begins.
    pub contexts: Vec<usize>,
    /// Sequences that are decoded together.
    pub batches: Vec<usize>,
    /// Numbers of threads; the model's own number is measured whether it is among them or not.
    pub thread_counts: Vec<usize>,
    /// Tokens that each sequence decodes in one repetition.
    pub steps: usize,
    pub repetitions: usize,
    /// What the prompts are drawn from.
    pub seed: u64,
    /// The longest that a sequence may become.
    pub positions: usize,
}

/// What one rate is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseKind {
    /// A prompt of `tokens`, up to the choice of the token behind it.
    Prefill { tokens: usize },
    /// `batch` sequences that hold `context` tokens each, decoded greedily.
    Decode { batch: usize, context: usize },
}

/// One thing to measure, and how long it took.
#[derive(Clone, Debug)]
pub struct BenchCase {
    pub kind: CaseKind,
    pub threads: usize,
    /// Tokens that one repetition runs.
    pub tokens: usize,
    /// Each repetition; the mean of its runs, where it has several.
    pub samples: Vec<TimingSample>,
}

/// How long something took, and what the threads did meanwhile.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimingSample {
    pub seconds: f64,
    /// The part of all threads' time that was spent outside the tasks of parallel regions, 0 to 1.
    pub outside_kernels: f64,
    /// The part of it between parallel regions, where one thread is alone.
    pub between_regions: f64,
}

/// What came of a [`SweepPlan`].
#[derive(Clone, Debug)]
pub struct SweepResult {
    /// The model's own number of threads, whose ceilings come first.
    pub threads: usize,
    pub ceilings: Vec<Ceilings>,
    pub cases: Vec<BenchCase>,
    /// Tokens of the shortest prompt, and the seconds that it took before anything else was run.
    pub first_prefill: (usize, f64),
    /// Memory before the first token and the most of all; `None` where the system does not say.
    pub memory: Option<[ProcessMemory; 2]>,
}

impl SweepPlan {
    /// The tokens of the longest sequence there will be.
    pub fn longest(&self) -> usize {
        // A repetition begins with one step that is not measured and chooses one token more than it runs.
        let decoded = self.contexts.iter().map(|context| context + self.steps + 2);
        decoded.chain(self.prefill_tokens.iter().copied()).max().unwrap_or(0)
    }

    /// Whether all of it fits the positions, and those the model's.
    ///
    /// # Errors
    /// [`RequestError::SweepTooLong`] where it does not; what [`Sequence::new`] says of positions that the model lacks.
    pub fn check(&self, model: &Model) -> Result<()> {
        Sequence::new(model, &[0], self.positions)?;
        let (tokens, context) = (self.longest(), self.positions);
        if tokens > context { Err(RequestError::SweepTooLong { tokens, context }.into()) } else { Ok(()) }
    }

    /// Every prompt and context with the model's own threads, every batch at the shortest context; with other numbers of
    /// threads the longest prompt, and one sequence of the smallest batch's at the shortest context.
    fn cases(&self, threads: usize) -> Vec<BenchCase> {
        let smallest = |list: &[usize]| list.iter().copied().min().unwrap_or(1);
        let (batch, context) = (smallest(&self.batches), smallest(&self.contexts));
        let case = |threads, kind| {
            let tokens = match kind {
                CaseKind::Prefill { tokens } => tokens,
                CaseKind::Decode { batch, .. } => batch * self.steps,
            };
            BenchCase { kind, threads, tokens, samples: Vec::new() }
        };
        let prefill = |tokens: &usize| CaseKind::Prefill { tokens: *tokens };
        let mut kinds: Vec<CaseKind> = self.prefill_tokens.iter().map(prefill).collect();
        kinds.extend(self.contexts.iter().map(|&context| CaseKind::Decode { batch, context }));
        kinds.extend(self.batches.iter().filter(|b| **b != batch).map(|&batch| CaseKind::Decode { batch, context }));
        let mut cases: Vec<BenchCase> = kinds.into_iter().map(|kind| case(threads, kind)).collect();
        for &other in self.thread_counts.iter().filter(|count| **count != threads) {
            cases.extend(self.prefill_tokens.iter().max().map(|tokens| case(other, prefill(tokens))));
            cases.push(case(other, CaseKind::Decode { batch, context }));
        }
        cases
    }
}

/// A sequence of each context, run by the model itself, from which every repetition starts.
struct PrefilledContext {
    context: usize,
    sequence: Sequence,
}

/// Measures. `progress` hears how much is done of how much, in repetitions and their like.
///
/// # Errors
/// What [`SweepPlan::check`] finds; threads that cannot be started; logits that are not finite.
pub fn run(model: &mut Model, plan: &SweepPlan, mut progress: impl FnMut(u64, u64)) -> Result<SweepResult> {
    plan.check(model)?;
    let own = model.threads.count();
    let mut cases = plan.cases(own);
    let mut counts = vec![own];
    counts.extend(plan.thread_counts.iter().copied().filter(|count| *count != own));
    let fill_chunks = plan.contexts.iter().max().map_or(0, |longest| longest.div_ceil(PREFILL_CHUNK));
    let total = (1 + fill_chunks + counts.len() + plan.repetitions * (counts.len() + cases.len())) as u64;
    let mut done = 0;
    let mut tick = || {
        done += 1;
        progress(done.min(total), total);
    };

    let mut runner = SweepRunner::new(plan, model);
    let first = plan.prefill_tokens.iter().copied().min().unwrap_or(1);
    let first_prefill = (first, runner.prefill(model, first)?.seconds);
    tick();
    let prefilled = runner.prefill_contexts(model, &plan.contexts, &mut tick)?;
    let mut ceilings = Vec::new();
    for count in counts {
        set_threads(model, count)?;
        ceilings.push(Ceilings::survey(model.kernels, &model.threads, &model.matrix_bytes().collect::<Vec<_>>()));
        tick();
    }
    for round in 0..plan.repetitions {
        let mut items: Vec<RoundItem> = Vec::new();
        items.extend(ceilings.iter_mut().map(RoundItem::Ceilings));
        items.extend(cases.iter_mut().map(RoundItem::Case));
        if round % 2 == 1 {
            items.reverse();
        }
        for item in items {
            match item {
                RoundItem::Ceilings(ceilings) => {
                    set_threads(model, ceilings.threads)?;
                    ceilings.sample(model.kernels, &model.threads, &model.matrix_bytes().collect::<Vec<_>>());
                }
                RoundItem::Case(case) => {
                    set_threads(model, case.threads)?;
                    let mut runs = Vec::new();
                    while runs.iter().map(|run: &TimingSample| run.seconds).sum::<f64>() < MIN_SECONDS {
                        runs.push(runner.measure(model, case.kind, &prefilled)?);
                    }
                    case.samples.push(TimingSample::mean(&runs));
                }
            }
            tick();
        }
    }
    set_threads(model, own)?;
    let memory = runner.memory;
    Ok(SweepResult { threads: own, ceilings, cases, first_prefill, memory })
}

impl TimingSample {
    /// The mean of some runs, each fraction weighed by the run's time.
    fn mean(runs: &[TimingSample]) -> TimingSample {
        let seconds: f64 = runs.iter().map(|run| run.seconds).sum();
        let weighed =
            |part: fn(&TimingSample) -> f64| runs.iter().map(|run| part(run) * run.seconds).sum::<f64>() / seconds;
        TimingSample {
            seconds: seconds / runs.len() as f64,
            outside_kernels: weighed(|run| run.outside_kernels),
            between_regions: weighed(|run| run.between_regions),
        }
    }
}

/// Begins with a run, ends with its [`TimingSample`].
struct Stopwatch<'m> {
    threads: &'m Threads,
    busy_time: BusyTime,
    start: Instant,
}

impl<'m> Stopwatch<'m> {
    fn start(threads: &'m Threads) -> Stopwatch<'m> {
        Stopwatch { threads, busy_time: threads.busy_time(), start: Instant::now() }
    }

    fn stop(self) -> TimingSample {
        let seconds = self.start.elapsed().as_secs_f64();
        let (before, now) = (self.busy_time, self.threads.busy_time());
        let all = seconds * self.threads.count() as f64;
        let rest = |spent: f64, of: f64| (1.0 - spent / of).clamp(0.0, 1.0);
        TimingSample {
            seconds,
            outside_kernels: rest((now.in_tasks - before.in_tasks).as_secs_f64(), all),
            between_regions: rest((now.in_regions - before.in_regions).as_secs_f64(), seconds),
        }
    }
}

/// What a round measures one after the other.
enum RoundItem<'a> {
    Ceilings(&'a mut Ceilings),
    Case(&'a mut BenchCase),
}

/// Has the model run on `count` threads.
fn set_threads(model: &mut Model, count: usize) -> Result<()> {
    if model.threads.count() != count {
        model.threads = Threads::new(Some(count))?;
    }
    Ok(())
}

/// What the repetitions share.
struct SweepRunner {
    workspace: Workspace,
    logits: Vec<f32>,
    sampling: SamplingOptions,
    steps: usize,
    /// As many tokens as the longest sequence begins with, drawn from the seed.
    prompt: Vec<u32>,
    /// Tokens that the longest sequence will have.
    longest: usize,
    /// Before the first token, and the most since.
    memory: Option<[ProcessMemory; 2]>,
}

impl SweepRunner {
    fn new(plan: &SweepPlan, model: &Model) -> SweepRunner {
        let mut rng = Rng { seed: plan.seed, stream: u64::MAX, counter: 0 };
        let vocabulary = model.config.vocab_size as f64;
        SweepRunner {
            workspace: Workspace::default(),
            logits: Vec::new(),
            sampling: SamplingOptions::default(),
            steps: plan.steps,
            prompt: (0..plan.longest()).map(|_| (rng.uniform() * vocabulary) as u32).collect(),
            longest: plan.longest(),
            memory: ProcessMemory::now().map(|memory| [memory; 2]),
        }
    }

    /// One run, on a thread of the pool as in [`crate::engine::generate::generate`].
    fn measure(&mut self, model: &Model, kind: CaseKind, prefilled: &[PrefilledContext]) -> Result<TimingSample> {
        model.threads.install(|| match kind {
            CaseKind::Prefill { tokens } => self.prefill(model, tokens),
            CaseKind::Decode { batch, context } => {
                let prefilled = prefilled.iter().filter(|prefilled| prefilled.context == context);
                let sequences = prefilled.cycle().take(batch).map(|prefilled| prefilled.sequence.clone()).collect();
                self.decode(model, sequences)
            }
        })
    }

    /// From a prompt of `tokens` to the token behind it.
    fn prefill(&mut self, model: &Model, tokens: usize) -> Result<TimingSample> {
        let mut sampler = Sampler::new(&self.sampling, 0, 0)?;
        let mut sequence = Sequence::new(model, &self.prompt[..tokens], self.longest)?;
        let stopwatch = Stopwatch::start(&model.threads);
        let last = prefill(model, &mut sequence, PREFILL_CHUNK, &mut self.workspace, |_, _| true);
        let last = last.ok_or(Error::Interrupted)?;
        let exact = model.logits(&last, &[self.sampling.required_logits(sequence.tokens())], &mut self.logits);
        sampler.sample(&mut self.logits, exact[0].as_deref(), sequence.tokens(), &[])?;
        let sample = stopwatch.stop();
        self.update_peak_memory();
        Ok(sample)
    }

    /// A sequence that holds as many tokens as each of `contexts`, read by the model as any prompt is: a longer one goes on
    /// where the next shorter one ends.
    fn prefill_contexts(
        &mut self,
        model: &Model,
        contexts: &[usize],
        mut tick: impl FnMut(),
    ) -> Result<Vec<PrefilledContext>> {
        let mut sorted = contexts.to_vec();
        sorted.sort_unstable();
        let mut prefilled: Vec<PrefilledContext> = Vec::new();
        for context in sorted {
            let mut sequence = match prefilled.last() {
                None => Sequence::new(model, &self.prompt[..context], self.longest)?,
                Some(shorter) => {
                    let mut sequence = shorter.sequence.clone();
                    self.prompt[shorter.context..context].iter().for_each(|token| sequence.push(*token));
                    sequence
                }
            };
            while sequence.uncomputed_len() > 0 {
                sequence.run(model, PREFILL_CHUNK, &mut self.workspace);
                tick();
            }
            prefilled.push(PrefilledContext { context, sequence });
        }
        Ok(prefilled)
    }

    /// Sequences, all of whose tokens have been run, decode [`SweepPlan::steps`] tokens each.
    fn decode(&mut self, model: &Model, mut sequences: Vec<Sequence>) -> Result<TimingSample> {
        let vocabulary = model.config.vocab_size;
        let mut sampler = Sampler::new(&self.sampling, 0, 0)?;
        // Each sequence goes its own way, as sequences do.
        for (i, sequence) in sequences.iter_mut().enumerate() {
            sequence.push(self.prompt[i % self.prompt.len()]);
        }
        let mut stopwatch = Stopwatch::start(&model.threads);
        for step in 0..=self.steps {
            let mut batch: Vec<&mut Sequence> = sequences.iter_mut().collect();
            let hidden = decode_step(&mut batch, model, &mut self.workspace);
            let required: Vec<_> =
                batch.iter().map(|sequence| self.sampling.required_logits(sequence.tokens())).collect();
            let exact = model.logits(hidden, &required, &mut self.logits);
            let rows = self.logits.chunks_exact_mut(vocabulary).zip(&exact);
            for (sequence, (logits, exact)) in sequences.iter_mut().zip(rows) {
                sequence.push(sampler.sample(logits, exact.as_deref(), &[], &[])?);
            }
            if step == 0 {
                // The first step warms the caches and buffers up.
                stopwatch = Stopwatch::start(&model.threads);
            }
        }
        let sample = stopwatch.stop();
        self.update_peak_memory();
        Ok(sample)
    }

    fn update_peak_memory(&mut self) {
        if let (Some([_, peak]), Some(now)) = (&mut self.memory, ProcessMemory::now()) {
            *peak = peak.max(now);
        }
    }
}
