//! Runs jobs on the engine: submits lines as they come, gathers the answers and writes the results.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::Duration;

use super::input::Receiving;
use super::progress::JobProgress;
use crate::cli::console;
use crate::cli::interrupt::Interrupt;
use crate::engine::{Completion, Control, Engine, Event, Finish, SequenceId};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::jobs::{Job, Kept, RawLine, ResultLine, ResultsFile, request_id};
use crate::openai::{Answer, ErrorReport, Outcome};
use crate::requests::{Preparer, answer};
use crate::text::AnswerText;

/// How often a run that waits for lines looks for a signal.
const PATIENCE: Duration = Duration::from_millis(50);

/// A value, or the error of the job's result.
type Reported<T> = std::result::Result<T, ErrorReport>;

/// Where results go.
pub enum Sink {
    Stdout,
    File(ResultsFile),
}

/// A run.
pub struct Runner<'a> {
    preparer: &'a Preparer<'a>,
    engine: Engine<'a>,
    /// Sequences that the engine is given at the same time.
    most: usize,
    jobs: Jobs<'a>,
    input_ended: bool,
    interrupt: &'a Interrupt,
}

/// The jobs that the engine has, and what becomes of them.
struct Jobs<'a> {
    preparer: &'a Preparer<'a>,
    sink: Sink,
    progress: JobProgress<'a>,
    running: HashMap<u64, Running<'a>>,
    /// The job of each request of the engine, and the index of its first answer.
    requests: HashMap<u64, (u64, usize)>,
    /// Sequences that have not ended.
    sequences: usize,
    /// Number of the next job.
    next: u64,
    /// The first job with an error, and its error.
    first_error: Option<String>,
    /// The error of a failed write.
    write_error: Option<Error>,
}

/// A job that the engine has.
struct Running<'a> {
    job: Job,
    request_id: String,
    prompt_tokens: usize,
    warnings: Vec<String>,
    /// `None`: the sequence has not ended.
    answers: Vec<Option<Reported<Answer>>>,
    texts: Vec<AnswerText<'a>>,
}

impl<'a> Runner<'a> {
    pub fn new(
        preparer: &'a Preparer<'a>,
        engine: Engine<'a>,
        parallel: usize,
        sink: Sink,
        progress: JobProgress<'a>,
        interrupt: &'a Interrupt,
    ) -> Runner<'a> {
        let jobs = Jobs {
            preparer,
            sink,
            progress,
            running: HashMap::new(),
            requests: HashMap::new(),
            sequences: 0,
            next: 0,
            first_error: None,
            write_error: None,
        };
        // A few more than run, so that the next one waits when a sequence ends.
        let most = parallel + parallel.div_ceil(4);
        Runner { preparer, engine, most, jobs, input_ended: false, interrupt }
    }

    /// Answers all lines.
    ///
    /// # Errors
    /// Those of reading lines and of writing results; that of a signal.
    pub fn run(&mut self, lines: &mut Receiving, kept: &mut Kept) -> Result<()> {
        while self.check()? {
            if !self.fill(lines, kept)? && self.jobs.sequences == 0 {
                // Outside the pool, whose threads stay awake for the next step.
                match lines.recv_timeout(PATIENCE) {
                    Ok(line) => self.take(&line?, kept),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => self.input_ended = true,
                }
                continue;
            }
            let model = self.preparer.model;
            model.threads.install(|| {
                while self.jobs.sequences > 0 && self.check()? {
                    let jobs = &mut self.jobs;
                    self.engine.step(Some(self.interrupt.cancel_flag()), &mut |id, event| jobs.on_event(id, event));
                    self.jobs.progress.show();
                    self.fill(lines, kept)?;
                }
                Ok::<(), Error>(())
            })?;
        }
        Ok(())
    }

    /// Whether there is more to do.
    fn check(&mut self) -> Result<bool> {
        if let Some(error) = self.jobs.write_error.take().or(self.interrupt.error()) {
            return Err(error);
        }
        Ok(self.jobs.sequences > 0 || !self.input_ended)
    }

    /// Takes the lines that are there until the engine has enough. Returns whether it took one.
    fn fill(&mut self, lines: &mut Receiving, kept: &mut Kept) -> Result<bool> {
        let mut any = false;
        while self.jobs.sequences < self.most && !self.input_ended {
            match lines.try_recv() {
                Ok(line) => self.take(&line?, kept),
                Err(TryRecvError::Empty) => return Ok(any),
                Err(TryRecvError::Disconnected) => self.input_ended = true,
            }
            any = true;
            self.check()?;
        }
        Ok(any)
    }

    /// Gives a line to the engine, or writes its result if it is wrong.
    fn take(&mut self, line: &RawLine, kept: &mut Kept) {
        let job = Job::parse(line);
        let request_id = request_id(&self.preparer.fingerprint, &job, line);
        if let Some(error) = kept.take(&request_id) {
            return self.jobs.skip(&job, error);
        }
        if let Err(error) = self.submit(job, request_id) {
            self.jobs.write_error = Some(error);
        }
    }

    fn submit(&mut self, job: Job, request_id: String) -> Result<()> {
        let prepared = match &job.body {
            Ok(body) => self.preparer.prepare(body).map_err(|error| ErrorReport::of(&error)),
            Err(error) => Err(ErrorReport::of(error)),
        };
        let (prepared, warnings) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return self.jobs.write(&job, &request_id, Err(error)),
        };
        let number = self.jobs.next;
        self.jobs.next += 1;
        let mut running =
            Running { job, request_id, prompt_tokens: 0, warnings, answers: Vec::new(), texts: Vec::new() };
        let mut submitted = Vec::new();
        for prompt in prepared {
            running.prompt_tokens += prompt.request.prompt.len();
            let first = running.texts.len();
            running.answers.resize(first + prompt.request.count, None);
            running.texts.extend(prompt.texts);
            match self.engine.submit(prompt.request) {
                Ok(request) => submitted.push((request, first)),
                Err(error) => {
                    // The other prompts of the line are not answered either.
                    submitted.iter().for_each(|(id, _)| self.engine.cancel(*id, &mut |_, _| Control::Continue));
                    return self.jobs.write(&running.job, &running.request_id, Err(ErrorReport::of(&error)));
                }
            }
        }
        self.jobs.sequences += running.answers.len();
        self.jobs.requests.extend(submitted.into_iter().map(|(request, first)| (request, (number, first))));
        self.jobs.running.insert(number, running);
        Ok(())
    }

    /// Prints the status line. `source` is the name of the input.
    ///
    /// # Errors
    /// The error that ended the run; [`FaultKind::FailedJobs`] if a result is an error.
    pub fn finish(mut self, source: &Path, ended: Result<()>) -> Result<()> {
        let synced = match &mut self.jobs.sink {
            Sink::Stdout => Ok(()),
            Sink::File(file) => file.sync(),
        };
        let how = match &ended {
            Ok(()) => "finished",
            Err(Error::Interrupted | Error::Terminated) if matches!(self.jobs.sink, Sink::File(_)) => {
                "interrupted (the same command goes on)"
            }
            Err(_) => "interrupted",
        };
        self.jobs.progress.finish(how);
        ended.and(synced)?;
        let counts = self.jobs.progress.counts;
        match self.jobs.first_error {
            None => Ok(()),
            Some(cause) => {
                let found = format!("{} of {} lines", counts.errors, counts.done);
                Err(Fault::new(FaultKind::FailedJobs, source).found(found).cause(cause).into())
            }
        }
    }
}

impl<'a> Jobs<'a> {
    fn on_event(&mut self, id: SequenceId, event: Event) -> Control {
        let Some((number, first)) = self.requests.get(&id.request).copied() else { return Control::Continue };
        let index = first + id.index;
        let Some(running) = self.running.get_mut(&number) else { return Control::Continue };
        let answer = match event {
            Event::Token { id, .. } => {
                self.progress.counts.tokens += 1;
                running.texts[index].push(id);
                return if running.texts[index].has_stopped() { Control::EndSequence } else { Control::Continue };
            }
            Event::Finished(Completion { finish: Finish::Interrupted, .. }) => return Control::Continue,
            Event::Finished(completion) => Ok(running.answer(index, completion, self.preparer.tokenizer.is_some())),
            Event::Failed(error) => Err(ErrorReport::of(&error)),
            _ => return Control::Continue,
        };
        running.answers[index] = Some(answer);
        self.sequences -= 1;
        if running.answers.iter().all(Option::is_some) {
            self.requests.retain(|_, (job, _)| *job != number);
            if let Some(running) = self.running.remove(&number)
                && let Err(error) = self.complete(running)
            {
                self.write_error = Some(error);
            }
        }
        if self.write_error.is_some() { Control::EndAll } else { Control::Continue }
    }

    /// Writes the result of a job whose sequences have all ended.
    fn complete(&mut self, running: Running) -> Result<()> {
        let Running { job, request_id, prompt_tokens, warnings, answers, .. } = running;
        let answers: Reported<Vec<Answer>> = answers.into_iter().flatten().collect();
        let outcome = answers.map(|answers| Outcome { prompt_tokens, answers, warnings, ..Outcome::default() });
        self.write(&job, &request_id, outcome)
    }

    fn write(&mut self, job: &Job, request_id: &str, outcome: Reported<Outcome>) -> Result<()> {
        let Preparer { fingerprint, tokenizer, .. } = self.preparer;
        let line = ResultLine::new(job, request_id, fingerprint, &outcome, *tokenizer).to_json();
        match &mut self.sink {
            Sink::Stdout => console::print_json(&line)?,
            Sink::File(file) => file.append(&line)?,
        }
        let counts = &mut self.progress.counts;
        counts.done += 1;
        match outcome {
            Ok(outcome) => counts.prompt_tokens += outcome.prompt_tokens as u64,
            Err(error) => {
                counts.errors += 1;
                self.first_error.get_or_insert_with(|| format!("{}: {}", job.id, error.message));
            }
        }
        Ok(())
    }

    /// Counts a job that has a result already. `error` is the message of its error.
    fn skip(&mut self, job: &Job, error: Option<String>) {
        let counts = &mut self.progress.counts;
        counts.done += 1;
        counts.skipped += 1;
        if let Some(message) = error {
            counts.errors += 1;
            self.first_error.get_or_insert_with(|| format!("{}: {message}", job.id));
        }
    }
}

impl Running<'_> {
    fn answer(&mut self, index: usize, completion: Completion, has_text: bool) -> Answer {
        let text = &mut self.texts[index];
        text.flush();
        let wants_logprobs = self.job.body.as_ref().is_ok_and(|body| body.settings.logprobs.is_some());
        let answer = answer(text, completion, wants_logprobs);
        // Without a tokenizer, the text would be the ids once more.
        if has_text { answer } else { Answer { text: String::new(), ..answer } }
    }
}
