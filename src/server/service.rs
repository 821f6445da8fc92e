//! What the handlers of requests share: the loaded model, the queue and the way to the engine's thread.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::ServerOptions;
use super::failure::Failure;
use super::intake::Intake;
use super::metrics::Metrics;
use super::worker::{Command, Submission, Update};
use crate::requests::{Prepared, Preparer};

/// The state of a server.
pub struct Service {
    /// How it was started.
    pub options: ServerOptions,
    /// What it counts.
    pub metrics: Arc<Metrics>,
    /// Reads the bodies of requests.
    pub intake: Intake,
    /// Set when the model is loaded.
    ready: OnceLock<Ready>,
    /// Set when the server ends: nothing new is accepted.
    draining: AtomicBool,
    /// Requests that have been accepted and have not ended.
    admitted: Arc<AtomicUsize>,
    next: AtomicU64,
    next_id: AtomicU64,
}

/// A loaded model.
pub struct Ready {
    /// Makes requests of the engine.
    pub preparer: &'static Preparer<'static>,
    /// The names by which requests may ask for the model; the first is the one to show.
    pub names: Vec<String>,
    /// When the model was loaded, in seconds since 1970.
    pub created: u64,
    /// What `inspect` reports.
    pub inspection: Value,
    /// To the engine's thread.
    pub commands: Sender<Command>,
}

/// The time since 1970; zero on a clock that is set before.
pub fn unix_time() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A place in the queue. When it is dropped, the place is free again and what still runs for it is cancelled.
pub struct Ticket {
    number: u64,
    admitted: Arc<AtomicUsize>,
    commands: Option<Sender<Command>>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.admitted.fetch_sub(1, Ordering::SeqCst);
        if let Some(commands) = &self.commands {
            // The engine's thread is gone at the end of the server. A submission that has ended is ignored.
            let _ = commands.send(Command::Cancel(self.number));
        }
    }
}

/// What the engine says about a submission.
pub struct Updates {
    receiver: UnboundedReceiver<Update>,
    /// Cancels the submission when the updates are dropped.
    _ticket: Ticket,
}

impl Updates {
    /// The next update; `None` after the last.
    pub async fn next(&mut self) -> Option<Update> {
        self.receiver.recv().await
    }
}

impl Service {
    /// A server whose model is not loaded yet.
    pub fn new(options: ServerOptions) -> Service {
        Service {
            options,
            metrics: Arc::default(),
            intake: Intake::default(),
            ready: OnceLock::new(),
            draining: false.into(),
            admitted: Arc::default(),
            next: AtomicU64::new(0),
            next_id: AtomicU64::new(0),
        }
    }

    /// A new id of a request.
    pub fn new_id(&self) -> String {
        let time = unix_time().as_micros();
        format!("{time:x}-{:x}", self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    /// From now on requests are answered.
    pub fn set_ready(&self, ready: Ready) {
        // It is set once.
        let _ = self.ready.set(ready);
    }

    /// From now on requests are refused.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Requests that have been accepted and have not ended.
    pub fn admitted(&self) -> usize {
        self.admitted.load(Ordering::SeqCst)
    }

    /// The loaded model.
    ///
    /// # Errors
    /// 503 while it is loaded, and when the server ends.
    pub fn ready(&self) -> Result<&Ready, Failure> {
        if self.draining.load(Ordering::SeqCst) {
            return Err(Failure::shutting_down());
        }
        self.ready.get().ok_or_else(|| Failure::unavailable("the model is being loaded", "loading"))
    }

    /// Takes a place in the queue.
    ///
    /// # Errors
    /// 429 if there is none.
    pub fn admit(&self) -> Result<Ticket, Failure> {
        let most = self.options.parallel + self.options.queue;
        let more = |count: usize| (count < most).then_some(count + 1);
        if self.admitted.fetch_update(Ordering::SeqCst, Ordering::SeqCst, more).is_err() {
            self.metrics.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Failure::queue_full(most, self.retry_after()));
        }
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        Ok(Ticket { number, admitted: Arc::clone(&self.admitted), commands: None })
    }

    /// When a client should try again: more requests take longer, but none is told to wait for long.
    fn retry_after(&self) -> Duration {
        let rounds = self.admitted().div_ceil(self.options.parallel.max(1));
        Duration::from_secs(rounds.clamp(1, 10) as u64)
    }

    /// Gives prompts to the engine.
    ///
    /// # Errors
    /// 503 if the server has ended.
    pub fn submit(
        &self,
        mut ticket: Ticket,
        prompts: Vec<Prepared<'static>>,
        stream: bool,
        prompt_logprobs: Option<usize>,
        arrived: Instant,
    ) -> Result<Updates, Failure> {
        let ready = self.ready()?;
        let (updates, receiver) = unbounded_channel();
        let number = ticket.number;
        let submission = Submission { number, prompts, stream, prompt_logprobs, arrived, updates };
        ticket.commands = Some(ready.commands.clone());
        ready.commands.send(Command::Submit(submission)).map_err(|_| Failure::shutting_down())?;
        Ok(Updates { receiver, _ticket: ticket })
    }
}
