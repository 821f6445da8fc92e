//! The sandbox of chat templates: minijinja with transformers' settings and functions, run on a separate thread.
//!
//! A template is untrusted code. Four limits bound it:
//!
//! 1. Source, 128 KiB: `prepare_source` in `source.rs`, before compilation.
//! 2. Steps, 300,000 plus one per input byte: minijinja's fuel, set by `ChatTemplate::render` in `chat.rs`.
//!    [`bounded_text`] and [`python_method`] here check sizes before text is built.
//! 3. Output, 4 MiB plus 16 bytes per input byte: [`BoundedWriter`] here, used by `ChatTemplate::render`.
//! 4. Time, 5 s: [`run_sandboxed`] here, for compiling and for rendering.
//!
//! minijinja counts 64 bytes of output of an operation as one step, so the step limit also bounds memory. It recurses
//! over nested values and expressions: the thread's stack is sized for the deepest nesting that the source and the
//! steps allow (`chat.rs`), and [`check_acyclic`] refuses values that contain themselves.

use std::fmt::{self, Write as _};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, Value};

use crate::error::{self, Fault, FaultKind, MachineError};
use crate::text::python::{python_float, tojson};
use crate::threads;

/// Maximum sum of the widths in one format string: the engine counts the bytes only after the text is built.
const MAX_FORMAT_WIDTH: usize = 1 << 16;
/// Bytes of text that minijinja counts as one step.
const BYTES_PER_STEP: u64 = 64;
/// The time limit of compiling and of rendering. Real templates take a millisecond. The step limit is not enough,
/// because a single step, such as a comparison, can take arbitrarily long.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Maximum nesting of lists and objects in a namespace.
const MAX_DEPTH: usize = 256;
/// Values in a namespace that [`check_acyclic`] visits per step.
const VALUES_PER_STEP: u64 = 16;
/// The name of the filter that [`source`](super::source) inserts after a tag that sets an attribute of a namespace.
pub(super) const CHECK_ACYCLIC: &str = "rumma_check_acyclic";

/// Maximum number of abandoned threads: templates that exceeded the time limit and are still running. Each has a stack
/// of up to some hundred megabytes.
const MAX_ABANDONED: usize = 4;
static ABANDONED_THREADS: AbandonedThreads = AbandonedThreads { count: AtomicUsize::new(0) };

/// Runs `job` on a new thread with a stack of `stack` bytes, and waits for it up to the time limit.
///
/// minijinja cannot be cancelled, and it counts no steps while it compares or prints values. So a thread that exceeds
/// the time limit is abandoned: it runs until it ends by itself. While [`MAX_ABANDONED`] such threads run, no template
/// is started.
///
/// # Errors
/// A fault of the file `path`: the error of `job`, [`FaultKind::TemplateLimit`] if it exceeds the time limit, or
/// [`FaultKind::InvalidTemplate`] if it panics; [`MachineError::CannotStartTemplateThread`];
/// [`MachineError::TooManyTemplateThreads`].
pub(super) fn run_sandboxed<T: Send + 'static>(
    path: &Path,
    stack: usize,
    job: impl FnOnce() -> Result<T, (FaultKind, String)> + Send + 'static,
) -> error::Result<T> {
    run_with_limits(TIME_LIMIT, &ABANDONED_THREADS, path, stack, job)
}

/// [`run_sandboxed`] with a given time limit and counter of abandoned threads, for tests.
fn run_with_limits<T: Send + 'static>(
    time: Duration,
    abandoned: &'static AbandonedThreads,
    path: &Path,
    stack: usize,
    job: impl FnOnce() -> Result<T, (FaultKind, String)> + Send + 'static,
) -> error::Result<T> {
    if abandoned.count() >= MAX_ABANDONED {
        return Err(MachineError::TooManyTemplateThreads { count: MAX_ABANDONED }.into());
    }
    let (send, receive) = channel();
    let state = Arc::new(AtomicU8::new(RUNNING));
    let ended = MarkEndedOnDrop { state: Arc::clone(&state), abandoned };
    let thread = threads::spawn(stack, move || {
        // Dropped when the thread ends, even if the job panics.
        let _ended = ended;
        let result = job();
        // Sending fails only if the receiver has timed out.
        send.send(result).ok()
    });
    thread.map_err(|source| MachineError::CannotStartTemplateThread { source })?;
    let done = receive.recv_timeout(time).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => {
                abandoned.abandon(&state);
                (FaultKind::TemplateLimit, format!("runs for more than {} s", time.as_secs()))
            }
            RecvTimeoutError::Disconnected => (FaultKind::InvalidTemplate, "the template engine panicked".into()),
        })
    });
    done.map_err(|(kind, cause)| Fault::new(kind, path).cause(cause).into())
}

/// The states of a template's thread.
const RUNNING: u8 = 0;
const ABANDONED: u8 = 1;
const ENDED: u8 = 2;

/// The number of abandoned threads that still run.
struct AbandonedThreads {
    count: AtomicUsize,
}

impl AbandonedThreads {
    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// Counts a thread from now until it ends, unless it has ended already.
    fn abandon(&self, state: &AtomicU8) {
        self.count.fetch_add(1, Ordering::SeqCst);
        if state.swap(ABANDONED, Ordering::SeqCst) == ENDED {
            self.count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Marks a thread as ended when it is dropped.
struct MarkEndedOnDrop {
    state: Arc<AtomicU8>,
    abandoned: &'static AbandonedThreads,
}

impl Drop for MarkEndedOnDrop {
    fn drop(&mut self) {
        if self.state.swap(ENDED, Ordering::SeqCst) == ABANDONED {
            self.abandoned.count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A buffer with a maximum size. A write beyond it fails, and so do all later ones.
pub(super) struct BoundedWriter {
    pub(super) bytes: Vec<u8>,
    remaining: usize,
}

impl BoundedWriter {
    pub(super) fn new(remaining: usize) -> BoundedWriter {
        BoundedWriter { bytes: Vec::new(), remaining }
    }

    /// Whether a write has failed.
    pub(super) fn overflowed(&self) -> bool {
        self.remaining == 0
    }
}

impl io::Write for BoundedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() >= self.remaining {
            self.remaining = 0;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.remaining -= bytes.len();
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The message of a template's `raise_exception`, as a source in the error chain.
#[derive(Debug)]
pub(super) struct Raised(pub(super) String);

/// The limit that a template exceeds, as a source in the error chain: a predicate without its subject.
#[derive(Debug)]
pub(super) struct LimitExceeded(pub(super) String);

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Raised {}
impl std::error::Error for LimitExceeded {}

fn limit_exceeded(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, "limit exceeded").with_source(LimitExceeded(what.into()))
}

/// The Jinja environment of transformers' `apply_chat_template`: its whitespace settings, filters and functions.
pub(super) fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    // The standard delimiters are always accepted.
    if let Ok(syntax) = syntax.trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(syntax);
    }
    env.set_debug(false);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_unknown_method_callback(python_method);
    // minijinja prints all other values as Python does.
    env.set_formatter(|out, state, value| {
        if value.is_number() && !value.is_integer() {
            let x = f64::try_from(value.clone())?;
            if x.is_finite() {
                return Ok(out.write_str(&python_float(x))?);
            }
        }
        minijinja::escape_formatter(out, state, value)
    });
    env.add_filter("tojson", tojson);
    env.add_filter("string", |state: &State, value: Value| {
        if value.as_str().is_some() { Ok(value) } else { bounded_text(state, [value], "").map(Value::from) }
    });
    env.add_filter("join", join);
    env.add_filter("items", |value: Value| to_list(minijinja::filters::items(&value)?));
    env.add_filter(CHECK_ACYCLIC, |state: &State, value: Value| check_acyclic(state, &value, 0, &mut 0).map(|()| true));
    // As in Python: `none` is not iterable, texts and objects are sequences, and `true` is a number.
    let iterable = |value: &Value| !value.is_none() && value.try_iter().is_ok();
    env.add_test("iterable", iterable);
    env.add_test("sequence", iterable);
    env.add_test("number", |value: &Value| value.is_number() || value.kind() == ValueKind::Bool);
    // Jinja has neither: `debug` prints the whole state, `chain` makes views of objects that can change.
    env.remove_global("debug");
    env.remove_filter("chain");
    env.add_function("raise_exception", |state: &State, why: Value| -> Result<String, Error> {
        let why = bounded_text(state, [why], "")?;
        Err(Error::new(ErrorKind::InvalidOperation, why.clone()).with_source(Raised(why)))
    });
    env.add_function("strftime_now", |state: &State, format: Value| -> Result<String, Error> {
        let format = bounded_text(state, [format], "")?;
        let mut text = String::new();
        write!(text, "{}", chrono::Local::now().format(&format))
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("strftime_now: bad format {format:?}")))?;
        Ok(text)
    });
    env
}

/// The values as text, joined with `between`. Fails if the remaining steps do not cover its length: minijinja counts
/// the bytes of a text only after it is built.
fn bounded_text(state: &State, values: impl IntoIterator<Item = Value>, between: &str) -> Result<String, Error> {
    let (_, steps) = state.fuel_levels().unwrap_or_default();
    let mut out = BoundedWriter::new(usize::try_from(steps.saturating_mul(BYTES_PER_STEP)).unwrap_or(usize::MAX));
    for (index, value) in values.into_iter().enumerate() {
        state.consume_fuel(1)?;
        let between = if index > 0 { between } else { "" };
        io::Write::write_fmt(&mut out, format_args!("{between}{value}"))
            .map_err(|_| Error::from(ErrorKind::OutOfFuel))?;
    }
    String::from_utf8(out.bytes).map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
}

/// Jinja's filter `join`, with its named arguments `d` and `attribute`.
fn join(
    state: &mut State,
    values: Value,
    between: Option<String>,
    attribute: Option<Value>,
    named: Kwargs,
) -> Result<String, Error> {
    let between = between.or(named.get("d")?).unwrap_or_default();
    let values = match attribute.or(named.get("attribute")?) {
        Some(attribute) => {
            let attribute = Kwargs::from_iter([("attribute", attribute)]);
            state.apply_filter("map", &[values, attribute.into()])?
        }
        None => values,
    };
    named.assert_all_used()?;
    bounded_text(state, values.try_iter()?, &between)
}

/// Copies a view of an object to a list, so that later changes of the object do not affect it.
fn to_list(view: Value) -> Result<Value, Error> {
    Ok(view.try_iter()?.collect::<Vec<Value>>().into())
}

/// Python's methods of strings and objects, for names that minijinja does not know. The size of a result is checked
/// before it is built, because minijinja counts its steps only afterwards.
fn python_method(state: &mut State, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let python = minijinja_contrib::pycompat::unknown_method_callback;
    match (value.as_str(), name, args) {
        (Some(spec), "format", _) if format_width(spec) > MAX_FORMAT_WIDTH => {
            Err(limit_exceeded(format!("formats to a width of more than {MAX_FORMAT_WIDTH} characters")))
        }
        (Some(between), "join", [values]) => Ok(bounded_text(state, values.try_iter()?, between)?.into()),
        // minijinja's filter of that name checks the size.
        (Some(_), "replace", [_, _, ..]) => {
            state.apply_filter("replace", &[std::slice::from_ref(value), args].concat())
        }
        (None, "keys" | "values" | "items", _) => to_list(python(state, value, name, args)?),
        _ => python(state, value, name, args),
    }
}

/// The sum of the numbers in the fields of a format string: 12 for `{:>10.2f}`, which is 10 + 2.
fn format_width(format: &str) -> usize {
    let fields = format.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let numbers = fields.flat_map(|(field, _)| field.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()));
    // A number that overflows counts as the maximum.
    numbers.fold(0, |sum, number| sum.saturating_add(number.parse().unwrap_or(usize::MAX)))
}

/// Refuses values that may not be stored in a namespace: one that contains the namespace, which is detected by its
/// depth, and a `loop` object, whose next item may be the namespace. `seen` counts the visited values; every
/// [`VALUES_PER_STEP`] of them cost one step.
fn check_acyclic(state: &State, value: &Value, depth: usize, seen: &mut u64) -> Result<(), Error> {
    *seen += 1;
    if seen.is_multiple_of(VALUES_PER_STEP) {
        state.consume_fuel(1)?;
    }
    if depth > MAX_DEPTH {
        return Err(limit_exceeded(format!("stores more than {MAX_DEPTH} nested lists or objects in a namespace")));
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    if object.type_name().ends_with("::Loop") {
        return Err(limit_exceeded("stores a loop in a namespace"));
    }
    let map = value.kind() == ValueKind::Map;
    for item in value.try_iter().into_iter().flatten() {
        if map {
            check_acyclic(state, &value.get_item(&item)?, depth + 1, seen)?;
        }
        check_acyclic(state, &item, depth + 1, seen)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::Sender;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(60);

    /// A job that runs until its sender is dropped.
    fn endless() -> (Sender<()>, impl FnOnce() -> Result<(), (FaultKind, String)> + Send) {
        let (stop, stopped) = channel::<()>();
        (stop, move || stopped.recv().map_err(|_| (FaultKind::TemplateFailed, "stopped".to_string())))
    }

    fn run<T: Send + 'static>(
        time: Duration,
        threads: &'static AbandonedThreads,
        job: impl FnOnce() -> Result<T, (FaultKind, String)> + Send + 'static,
    ) -> error::Result<T> {
        run_with_limits(time, threads, Path::new("template"), 1 << 16, job)
    }

    fn wait_until(threads: &AbandonedThreads, count: usize) {
        let start = std::time::Instant::now();
        while threads.count() != count {
            assert!(start.elapsed() < LONG, "{} threads are counted, not {count}", threads.count());
            std::thread::yield_now();
        }
    }

    #[test]
    fn no_template_starts_while_the_maximum_of_abandoned_threads_runs() {
        static THREADS: AbandonedThreads = AbandonedThreads { count: AtomicUsize::new(0) };
        let mut stops = Vec::new();
        for count in 1..=MAX_ABANDONED {
            let (stop, job) = endless();
            let error = run(SHORT, &THREADS, job).unwrap_err();
            assert!(error.to_string().contains("runs for more than"), "{error}");
            assert_eq!(THREADS.count(), count);
            stops.push(stop);
        }
        assert!(matches!(
            run(LONG, &THREADS, || Ok(())),
            Err(error::Error::Machine(MachineError::TooManyTemplateThreads { count: MAX_ABANDONED }))
        ));
        stops.pop();
        wait_until(&THREADS, MAX_ABANDONED - 1);
        assert_eq!(run(LONG, &THREADS, || Ok(7)).unwrap(), 7);
        stops.clear();
        wait_until(&THREADS, 0);
    }

    #[test]
    fn a_template_that_ends_in_time_or_panics_is_not_counted_as_abandoned() {
        static THREADS: AbandonedThreads = AbandonedThreads { count: AtomicUsize::new(0) };
        assert_eq!(run(LONG, &THREADS, || Ok(1)).unwrap(), 1);
        let error = run::<()>(LONG, &THREADS, || panic!("as planned")).unwrap_err();
        assert!(error.to_string().contains("the template engine panicked"), "{error}");
        assert_eq!(THREADS.count(), 0);
    }

    #[test]
    fn a_thread_that_ends_while_it_is_being_abandoned_is_not_counted() {
        static THREADS: AbandonedThreads = AbandonedThreads { count: AtomicUsize::new(0) };
        let state = Arc::new(AtomicU8::new(RUNNING));
        drop(MarkEndedOnDrop { state: Arc::clone(&state), abandoned: &THREADS });
        THREADS.abandon(&state);
        assert_eq!(THREADS.count(), 0);
    }
}
