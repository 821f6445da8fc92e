//! An HTTP server in the form of OpenAI's API. `docs/server.md` describes it for clients.
//!
//! One thread runs everything about HTTP (`tokio`); one thread loads the model and then runs the engine (`worker.rs`); texts
//! are encoded on further threads. Between them go [`worker::Command`] and [`worker::Update`]; nothing else is shared but
//! counters.

pub mod address;
mod app;
mod completions;
mod connection;
mod failure;
mod guard;
mod intake;
mod metrics;
mod service;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::engine::Engine;
use crate::error::{Error, MachineError, Result};
use crate::requests::Preparer;
use crate::threads::STACK;
use address::{Address, Listener};
use service::{Ready, Service, unix_time};
use worker::Worker;

/// How a server is started.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Where it listens.
    pub address: Address,
    /// The keys that clients may give; any client may ask without one if there are none.
    pub api_keys: Vec<String>,
    /// Requests that are answered at the same time.
    pub parallel: usize,
    /// Further requests that wait. More are refused.
    pub queue: usize,
    /// Names of this server that clients may use (the header `Host`), besides loopback names and the address.
    pub hosts: Vec<String>,
    /// Origins of web pages that may read answers; `*` for all.
    pub origins: Vec<String>,
    /// The most bytes of the body of a request.
    pub body_limit: usize,
    /// How long running requests may go on when the server ends.
    pub grace: Duration,
}

/// What is done with the engine when the server has ended.
pub type Finish = Box<dyn FnOnce(&Engine) -> Result<()> + Send>;

/// A loaded model, ready to be served. It lives as long as the process.
pub struct Loaded {
    /// Makes requests of the engine.
    pub preparer: Preparer<'static>,
    /// Answers them.
    pub engine: Engine<'static>,
    /// The names by which requests may ask for the model; the first is shown.
    pub names: Vec<String>,
    /// What `inspect` reports.
    pub inspection: Value,
    /// Called with the engine when the server has ended.
    pub finish: Finish,
}

/// How a request was answered.
#[derive(Debug, Clone)]
pub struct Served {
    /// The method.
    pub method: String,
    /// The path, without a query.
    pub path: String,
    /// The status.
    pub status: u16,
    /// From the end of the header to the beginning of the answer.
    pub time: Duration,
    /// The header `x-request-id`.
    pub id: String,
}

/// What happens in a server.
#[derive(Debug, Clone)]
pub enum Notice {
    /// The model is loaded.
    Ready,
    /// A request is answered; its body may still be sent.
    Served(Served),
    /// A request gives the server a name that is not in [`ServerOptions::hosts`], and is refused.
    HostRefused,
    /// The server ends: nothing new is accepted, and this number of requests still runs.
    Draining(usize),
}

/// How often the server looks whether it is to end.
const POLL: Duration = Duration::from_millis(50);

/// Listens, loads the model and answers requests until another thread sets `stop`.
///
/// Running requests then go on for [`ServerOptions::grace`] at most; what still runs is cut off with an error.
///
/// # Errors
/// Those of `load`, and of starting threads.
pub fn run(
    options: ServerOptions,
    listener: Listener,
    load: impl FnOnce() -> Result<Loaded> + Send,
    stop: &AtomicBool,
    observe: impl Fn(Notice) + Send + Sync + 'static,
) -> Result<()> {
    let grace = options.grace;
    let service = Arc::new(Service::new(options));
    let observe: Arc<dyn Fn(Notice) + Send + Sync> = Arc::new(observe);
    let (cancel, failed) = (AtomicBool::new(false), AtomicBool::new(false));
    let start =
        |error: std::io::Error| Error::from(MachineError::CannotStartThreads { count: 1, cause: error.to_string() });
    let runtime = Builder::new_current_thread().enable_all().build().map_err(start)?;
    thread::scope(|scope| {
        let engine = || {
            let ended = load().and_then(|loaded| answer(loaded, &service, &cancel, &*observe));
            // Without a model there is nothing to serve.
            failed.store(true, Ordering::SeqCst);
            ended
        };
        let engine = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, engine).map_err(start)?;
        let app = app::router(Arc::clone(&service), Arc::clone(&observe));
        let is_ending = || stop.load(Ordering::SeqCst) || failed.load(Ordering::SeqCst);
        runtime.block_on(async {
            let (ending, ended) = watch::channel(false);
            let served = tokio::spawn(async move { connection::serve(&listener, app, ended).await });
            while !is_ending() {
                sleep(POLL).await;
            }
            service.drain();
            // A server that has failed before it was ready has nothing to end.
            if !failed.load(Ordering::SeqCst) {
                observe(Notice::Draining(service.admitted()));
            }
            // The receiver is gone if accepting connections has failed.
            let _ = ending.send(true);
            let deadline = Instant::now() + grace;
            while !served.is_finished() && Instant::now() < deadline && !failed.load(Ordering::SeqCst) {
                sleep(POLL).await;
            }
            cancel.store(true, Ordering::SeqCst);
            // What was cut off is told so.
            let deadline = Instant::now() + Duration::from_secs(1);
            while !served.is_finished() && Instant::now() < deadline {
                sleep(POLL).await;
            }
        });
        // Encoding a text cannot be stopped.
        runtime.shutdown_background();
        engine.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Runs the engine of a loaded model.
fn answer(
    loaded: Loaded,
    service: &Service,
    cancel: &AtomicBool,
    observe: &(dyn Fn(Notice) + Send + Sync),
) -> Result<()> {
    let Loaded { preparer, engine, names, inspection, finish } = loaded;
    // The handlers of requests may outlive the engine's thread.
    let preparer: &'static Preparer<'static> = Box::leak(Box::new(preparer));
    let (commands, receiver) = channel();
    let created = unix_time().as_secs();
    let mut worker = Worker::new(engine, receiver, Arc::clone(&service.metrics));
    service.set_ready(Ready { preparer, names, created, inspection, commands });
    observe(Notice::Ready);
    worker.run(&preparer.model.threads, cancel);
    finish(worker.engine())
}
