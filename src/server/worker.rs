//! The thread that runs the engine: it takes requests between steps and sends what happens to each of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::metrics::Metrics;
use crate::engine::{Completion, Control, Engine, Event, Finish, SequenceId, TokenLogprobs};
use crate::openai::{Answer, ErrorReport};
use crate::requests::{Prepared, answer};
use crate::text::AnswerText;
use crate::threads::Threads;

/// How often an idle engine looks whether the server ends.
const PATIENCE: Duration = Duration::from_millis(100);

/// What the engine's thread is told.
pub enum Command {
    /// Answer prompts.
    Submit(Submission),
    /// Nobody waits any more for the answers of this submission.
    Cancel(u64),
}

/// Prompts to answer.
pub struct Submission {
    /// Its number, which is unique.
    pub number: u64,
    /// At least one.
    pub prompts: Vec<Prepared<'static>>,
    /// Whether [`Update::Token`] is wanted.
    pub stream: bool,
    /// The log-probabilities of the prompts' tokens are wanted, with this number of the most likely ones.
    pub prompt_logprobs: Option<usize>,
    /// When the request arrived.
    pub arrived: Instant,
    /// Gets the updates. Closed after the last one.
    pub updates: UnboundedSender<Update>,
}

/// What happened to an answer. Answers are counted over all prompts of a submission: prompt 0 with its `n` answers first.
#[derive(Debug)]
pub enum Update {
    /// The tokens of a prompt after the first have these log-probabilities.
    Prompt {
        /// The prompt.
        prompt: usize,
        /// `[tokens - 1]`
        logprobs: Vec<TokenLogprobs>,
    },
    /// A token has been generated.
    Token {
        /// The answer.
        answer: usize,
        /// The text that can be shown now, often empty: the text of a token may end within a character, or may be the
        /// beginning of a stop string.
        text: String,
        /// If they were asked for.
        logprobs: Option<TokenLogprobs>,
    },
    /// An answer is complete.
    Finished {
        /// The answer.
        answer: usize,
        /// The whole answer.
        result: Answer,
        /// The text that had been held back.
        text: String,
        /// Prompt tokens that were reused.
        reused: usize,
    },
    /// The request ends without an answer.
    Failed(ErrorReport),
}

/// The engine and the submissions that it has.
pub struct Worker<'m> {
    engine: Engine<'m>,
    commands: Receiver<Command>,
    submissions: Submissions,
}

struct Submissions {
    /// By number.
    running: HashMap<u64, Running>,
    /// The submission of each request of the engine, and its prompt.
    requests: HashMap<u64, (u64, usize)>,
    /// Requests of the engine whose submission has failed, to be cancelled after the step.
    orphans: Vec<u64>,
    metrics: Arc<Metrics>,
}

/// A submission that the engine has.
struct Running {
    prompts: Vec<Prompt>,
    stream: bool,
    prompt_logprobs: Option<usize>,
    arrived: Instant,
    updates: UnboundedSender<Update>,
    /// Answers that are not complete.
    open: usize,
}

struct Prompt {
    request: u64,
    tokens: Vec<u32>,
    /// The number of answers to the prompts before.
    first: usize,
    texts: Vec<AnswerText<'static>>,
    /// When the last token of each answer came.
    last_token: Vec<Option<Instant>>,
    logprobs: Vec<TokenLogprobs>,
    wants_logprobs: bool,
}

impl<'m> Worker<'m> {
    /// A worker whose thread ends when all senders of `commands` are gone.
    pub fn new(engine: Engine<'m>, commands: Receiver<Command>, metrics: Arc<Metrics>) -> Worker<'m> {
        metrics.set_engine(engine.stats());
        let submissions =
            Submissions { running: HashMap::new(), requests: HashMap::new(), orphans: Vec::new(), metrics };
        Worker { engine, commands, submissions }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine<'m> {
        &self.engine
    }

    /// Runs until all senders of commands are gone, or until another thread sets `cancel`, which ends all answers.
    pub fn run(&mut self, threads: &Threads, cancel: &AtomicBool) {
        while !cancel.load(Ordering::Relaxed) {
            match self.commands.recv_timeout(PATIENCE) {
                Ok(command) => self.handle(command),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => break,
            }
            threads.install(|| self.run_steps(cancel));
        }
        let submissions = &mut self.submissions;
        self.engine.end_all(&mut |id, event| submissions.on_event(id, event));
    }

    /// Runs steps until no sequence is left.
    fn run_steps(&mut self, cancel: &AtomicBool) {
        while !self.engine.is_idle() {
            let submissions = &mut self.submissions;
            self.engine.step(Some(cancel), &mut |id, event| submissions.on_event(id, event));
            for request in std::mem::take(&mut self.submissions.orphans) {
                self.engine.cancel(request, &mut |_, _| Control::Continue);
            }
            self.submissions.metrics.set_engine(self.engine.stats());
            while let Ok(command) = self.commands.try_recv() {
                self.handle(command);
            }
        }
        self.submissions.metrics.set_engine(self.engine.stats());
    }

    fn handle(&mut self, command: Command) {
        match command {
            Command::Submit(submission) => self.submit(submission),
            Command::Cancel(number) => self.cancel(number),
        }
    }

    fn submit(&mut self, submission: Submission) {
        let Submission { number, prompts, stream, prompt_logprobs, arrived, updates } = submission;
        let mut running = Running { prompts: Vec::new(), stream, prompt_logprobs, arrived, updates, open: 0 };
        for Prepared { request, texts, .. } in prompts {
            let prompt = Prompt {
                request: 0,
                tokens: request.prompt.clone(),
                first: running.open,
                last_token: vec![None; texts.len()],
                texts,
                logprobs: Vec::new(),
                wants_logprobs: request.logprobs.is_some(),
            };
            running.open += prompt.texts.len();
            match self.engine.submit(request) {
                Ok(request) => running.prompts.push(Prompt { request, ..prompt }),
                Err(error) => {
                    running.prompts.iter().for_each(|p| self.engine.cancel(p.request, &mut |_, _| Control::Continue));
                    running.send(Update::Failed(ErrorReport::of(&error)));
                    return;
                }
            }
        }
        let requests = running.prompts.iter().enumerate().map(|(index, prompt)| (prompt.request, (number, index)));
        self.submissions.requests.extend(requests);
        self.submissions.running.insert(number, running);
    }

    fn cancel(&mut self, number: u64) {
        let Some(running) = self.submissions.running.remove(&number) else { return };
        self.submissions.metrics.cancelled.fetch_add(1, Ordering::Relaxed);
        for prompt in running.prompts {
            self.submissions.requests.remove(&prompt.request);
            self.engine.cancel(prompt.request, &mut |_, _| Control::Continue);
        }
    }
}

impl Submissions {
    fn on_event(&mut self, id: SequenceId, event: Event) -> Control {
        let Some((number, prompt)) = self.requests.get(&id.request).copied() else { return Control::Continue };
        let Some(running) = self.running.get_mut(&number) else { return Control::Continue };
        match event {
            Event::Token { id: token, logprobs } => {
                return running.on_token(prompt, id.index, token, logprobs, &self.metrics);
            }
            Event::PromptLogits { position, logits } => running.on_prompt_logits(prompt, position, logits),
            Event::Finished(Completion { finish: Finish::Interrupted, .. }) => {
                self.fail(number, ErrorReport::shutting_down());
            }
            Event::Finished(completion) => {
                running.on_finished(prompt, id.index, completion);
                if running.open == 0 {
                    self.remove(number);
                }
            }
            Event::Failed(error) => self.fail(number, ErrorReport::of(&error)),
            Event::Prefill { .. } | Event::Prefilled(_) => {}
        }
        Control::Continue
    }

    /// Ends a submission with an error.
    fn fail(&mut self, number: u64, error: ErrorReport) {
        if let Some(running) = self.remove(number) {
            self.metrics.cancelled.fetch_add(1, Ordering::Relaxed);
            self.orphans.extend(running.prompts.iter().map(|prompt| prompt.request));
            running.send(Update::Failed(error));
        }
    }

    fn remove(&mut self, number: u64) -> Option<Running> {
        let running = self.running.remove(&number)?;
        self.requests.retain(|_, (submission, _)| *submission != number);
        Some(running)
    }
}

impl Running {
    /// The receiver is gone when the client is; [`Command::Cancel`] follows.
    fn send(&self, update: Update) {
        let _ = self.updates.send(update);
    }

    fn on_token(
        &mut self,
        prompt: usize,
        index: usize,
        id: u32,
        logprobs: Option<&TokenLogprobs>,
        metrics: &Metrics,
    ) -> Control {
        let prompt = &mut self.prompts[prompt];
        let now = Instant::now();
        match prompt.last_token[index].replace(now) {
            None => metrics.time_to_first_token.record(now - self.arrived),
            Some(last) => metrics.time_between_tokens.record(now - last),
        }
        let text = prompt.texts[index].push(id);
        let stopped = prompt.texts[index].has_stopped();
        if self.stream {
            let answer = prompt.first + index;
            self.send(Update::Token { answer, text, logprobs: logprobs.cloned() });
        }
        if stopped { Control::EndSequence } else { Control::Continue }
    }

    fn on_prompt_logits(&mut self, index: usize, position: usize, logits: &[f32]) {
        let Some(top) = self.prompt_logprobs else { return };
        let prompt = &mut self.prompts[index];
        if let Some(id) = prompt.tokens.get(position).copied() {
            prompt.logprobs.push(TokenLogprobs::new(logits, id, top));
        }
        // The last position is that of the first answer's first token.
        if position == prompt.tokens.len() {
            let logprobs = std::mem::take(&mut prompt.logprobs);
            self.send(Update::Prompt { prompt: index, logprobs });
        }
    }

    fn on_finished(&mut self, prompt: usize, index: usize, completion: Completion) {
        let prompt = &mut self.prompts[prompt];
        let text = prompt.texts[index].flush();
        // The further answers to a prompt share what the first one computed.
        let reused = if index == 0 { completion.prefill.reused } else { 0 };
        let result = answer(&prompt.texts[index], completion, prompt.wants_logprobs);
        self.open -= 1;
        let answer = prompt.first + index;
        self.send(Update::Finished { answer, result, text, reused });
    }
}
