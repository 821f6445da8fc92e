//! Measures prefill and decode over prompt lengths, batch sizes, context lengths and numbers of threads.
//!
//! Every round measures each ceiling and each case once, and odd rounds go through them in reverse order, so that other
//! load on the machine affects all cases alike.

use std::sync::Arc;
use std::time::Instant;

use super::ceilings::Ceilings;
use super::system::ProcessMemory;
use crate::engine::sampler::random_ids;
use crate::engine::{Control, Engine, EngineOptions, Event, PREFILL_CHUNK, Request, check_context};
use crate::error::{Error, RequestError, Result};
use crate::model::kv_cache::KvCache;
use crate::model::{Model, Workspace};
use crate::threads::{BusyTime, Threads};

/// The minimum time of one repetition, in seconds. Shorter cases run several times per repetition, and the mean counts.
const MIN_SECONDS: f64 = 0.05;

/// What to measure. No list is empty.
#[derive(Clone, Debug)]
pub struct SweepPlan {
    /// Prompt lengths in tokens.
    pub prefill_tokens: Vec<usize>,
    /// Context lengths at the start of decode, in tokens.
    pub contexts: Vec<usize>,
    /// Numbers of sequences decoded together.
    pub batches: Vec<usize>,
    /// Numbers of threads, in addition to the model's own, which is always measured.
    pub thread_counts: Vec<usize>,
    /// Tokens that each sequence decodes per repetition.
    pub steps: usize,
    /// Number of samples per case.
    pub repetitions: usize,
    /// Seed of the random prompts.
    pub seed: u64,
    /// The maximum length of a sequence in tokens.
    pub positions: usize,
}

/// The work that a case measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseKind {
    /// Prefill of a prompt, up to and including sampling of the next token.
    Prefill {
        /// Length of the prompt.
        tokens: usize,
    },
    /// Greedy decoding of several sequences together.
    Decode {
        /// Number of sequences.
        batch: usize,
        /// Tokens in each sequence at the start.
        context: usize,
    },
}

/// A case and its measurements.
#[derive(Clone, Debug)]
pub struct BenchCase {
    /// The work.
    pub kind: CaseKind,
    /// Number of threads.
    pub threads: usize,
    /// Tokens per repetition, of all sequences.
    pub tokens: usize,
    /// One sample per repetition, the mean of its runs.
    pub samples: Vec<TimingSample>,
}

/// The duration of a run, and how busy the threads were.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimingSample {
    /// Wall-clock time of one run.
    pub seconds: f64,
    /// The fraction of the time of all threads outside tasks of parallel regions, 0 to 1.
    pub outside_kernels: f64,
    /// The fraction of the duration between parallel regions, when only one thread works, 0 to 1.
    pub between_regions: f64,
}

/// The measurements of a [`SweepPlan`].
#[derive(Clone, Debug)]
pub struct SweepResult {
    /// The model's number of threads, whose ceilings come first.
    pub threads: usize,
    /// One for each number of threads.
    pub ceilings: Vec<Ceilings>,
    /// All cases with their samples.
    pub cases: Vec<BenchCase>,
    /// Length of the shortest prompt in tokens, and the time in seconds of its prefill without warm-up.
    pub first_prefill: (usize, f64),
    /// Memory before the first token, and the peak; `None` if the system does not report it.
    pub memory: Option<[ProcessMemory; 2]>,
}

impl SweepPlan {
    /// The length of the longest sequence in tokens.
    pub fn longest(&self) -> usize {
        // A repetition starts with one step that is not measured, and its last sampled token is not run.
        let decoded = self.contexts.iter().map(|context| context + self.steps + 2);
        decoded.chain(self.prefill_tokens.iter().copied()).max().unwrap_or(0)
    }

    /// Checks that the longest sequence fits `positions`, and that the model has that many.
    ///
    /// # Errors
    /// [`RequestError::SweepTooLong`], and those of [`check_context`].
    pub fn check(&self, model: &Model) -> Result<()> {
        check_context(model, self.positions)?;
        let (tokens, context) = (self.longest(), self.positions);
        if tokens > context { Err(RequestError::SweepTooLong { tokens, context }.into()) } else { Ok(()) }
    }

    /// With the model's number of threads (`threads`): every prompt, every context at the smallest batch and every batch at
    /// the shortest context. With other numbers: the longest prompt, and the smallest batch at the shortest context.
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

/// The keys and values of the first `context` tokens of the prompt, which every repetition at this length shares.
struct PrefilledContext {
    context: usize,
    cache: KvCache,
}

/// Measures everything in `plan`. `progress` is called with the number of finished steps and of all steps.
///
/// # Errors
/// Errors of [`SweepPlan::check`]; threads that cannot be started; logits that are not finite.
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
    /// The mean of several runs; fractions are weighted by the duration of the run.
    fn mean(runs: &[TimingSample]) -> TimingSample {
        let seconds: f64 = runs.iter().map(|run| run.seconds).sum();
        let weighted =
            |part: fn(&TimingSample) -> f64| runs.iter().map(|run| part(run) * run.seconds).sum::<f64>() / seconds;
        TimingSample {
            seconds: seconds / runs.len() as f64,
            outside_kernels: weighted(|run| run.outside_kernels),
            between_regions: weighted(|run| run.between_regions),
        }
    }
}

/// Measures a [`TimingSample`].
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
        let thread_seconds = seconds * self.threads.count() as f64;
        let remainder = |busy: f64, total: f64| (1.0 - busy / total).clamp(0.0, 1.0);
        TimingSample {
            seconds,
            outside_kernels: remainder((now.in_tasks - before.in_tasks).as_secs_f64(), thread_seconds),
            between_regions: remainder((now.in_regions - before.in_regions).as_secs_f64(), seconds),
        }
    }
}

/// One measurement of a round.
enum RoundItem<'a> {
    Ceilings(&'a mut Ceilings),
    Case(&'a mut BenchCase),
}

/// Sets the number of threads that the model runs on.
fn set_threads(model: &mut Model, count: usize) -> Result<()> {
    if model.threads.count() != count {
        model.threads = Arc::new(Threads::new(Some(count))?);
    }
    Ok(())
}

/// Buffers and settings that all repetitions share.
struct SweepRunner {
    workspace: Workspace,
    steps: usize,
    /// Random token ids, as many as the longest sequence has.
    prompt: Vec<u32>,
    /// Memory before the first token, and its maximum since then.
    memory: Option<[ProcessMemory; 2]>,
}

impl SweepRunner {
    fn new(plan: &SweepPlan, model: &Model) -> SweepRunner {
        SweepRunner {
            workspace: Workspace::default(),
            steps: plan.steps,
            prompt: random_ids(plan.seed, model.config.vocab_size, plan.longest()),
            memory: ProcessMemory::now().map(|memory| [memory; 2]),
        }
    }

    /// One run on the model's thread pool, as in [`Engine::run`].
    fn measure(&mut self, model: &Model, kind: CaseKind, prefilled: &[PrefilledContext]) -> Result<TimingSample> {
        model.threads.install(|| match kind {
            CaseKind::Prefill { tokens } => self.prefill(model, tokens),
            CaseKind::Decode { batch, context } => {
                let caches = prefilled.iter().filter(|prefilled| prefilled.context == context).map(|p| &p.cache);
                self.decode(model, caches.cycle().take(batch).cloned().collect())
            }
        })
    }

    /// Runs the first `tokens` tokens of the prompt and samples the next one.
    fn prefill(&mut self, model: &Model, tokens: usize) -> Result<TimingSample> {
        let request = Request { max_tokens: 1, reuse_prefix: false, ..Request::new(self.prompt[..tokens].to_vec()) };
        let options = EngineOptions::for_request(&request, PREFILL_CHUNK);
        let mut engine = Engine::new(model, options).with_workspace(std::mem::take(&mut self.workspace));
        engine.submit(request)?;
        let stopwatch = Stopwatch::start(&model.threads);
        while step(&mut engine)? {}
        let sample = stopwatch.stop();
        self.workspace = engine.into_workspace();
        self.update_peak_memory();
        Ok(sample)
    }

    /// Prefills each context length. A longer one continues from the next shorter one.
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
            let state = prefilled.last().map(|shorter| shorter.cache.clone());
            let request = Request { state, keep_state: true, ..Request::new(self.prompt[..context].to_vec()) };
            let mut engine = Engine::new(model, EngineOptions::for_request(&request, PREFILL_CHUNK));
            engine.submit(request)?;
            let mut cache = None;
            let mut on_event = |_, event: Event| {
                match event {
                    Event::Prefill { .. } => tick(),
                    Event::Finished(completion) => cache = completion.state.map(|state| state.cache),
                    _ => {}
                }
                Control::Continue
            };
            while engine.step(None, &mut on_event) {}
            prefilled.push(PrefilledContext { context, cache: cache.ok_or(Error::Interrupted)? });
        }
        Ok(prefilled)
    }

    /// Decodes [`SweepPlan::steps`] tokens after each of `caches`.
    fn decode(&mut self, model: &Model, caches: Vec<KvCache>) -> Result<TimingSample> {
        let positions = caches.iter().map(KvCache::len).max().unwrap_or(0) + self.steps + 2;
        let kv_blocks = caches.len() * positions.div_ceil(crate::engine::KV_BLOCK);
        let options = EngineOptions::for_throughput(kv_blocks, caches.len());
        let mut engine = Engine::new(model, options).with_workspace(std::mem::take(&mut self.workspace));
        for (i, cache) in caches.into_iter().enumerate() {
            let mut prompt = self.prompt[..cache.len()].to_vec();
            // Different tokens, so that the sequences differ.
            prompt.push(self.prompt[i % self.prompt.len()]);
            let max_tokens = self.steps + 1;
            engine.submit(Request { max_tokens, state: Some(cache), reuse_prefix: false, ..Request::new(prompt) })?;
        }
        // The first step warms up caches and buffers.
        step(&mut engine)?;
        let stopwatch = Stopwatch::start(&model.threads);
        while step(&mut engine)? {}
        let sample = stopwatch.stop();
        self.workspace = engine.into_workspace();
        self.update_peak_memory();
        Ok(sample)
    }

    fn update_peak_memory(&mut self) {
        if let (Some([_, peak]), Some(now)) = (&mut self.memory, ProcessMemory::now()) {
            *peak = peak.max(now);
        }
    }
}

/// One step of an engine. Returns whether sequences are left.
///
/// # Errors
/// That of a sequence that failed.
fn step(engine: &mut Engine) -> Result<bool> {
    let mut failure = None;
    let left = engine.step(None, &mut |_, event| {
        if let Event::Failed(error) = event {
            failure = Some(error);
        }
        Control::Continue
    });
    failure.map_or(Ok(left), Err)
}
