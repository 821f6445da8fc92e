//! The template engine as transformers sets it up, on a thread and within bounds of its own.

use std::fmt::{self, Write as _};
use std::io;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::Builder;
use std::time::Duration;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, Value};

use crate::error::{self, Fault, FaultKind, MachineError};
use crate::text::python::{python_float, tojson};

/// The widths in one format string, taken together; what they make is counted only behind.
const WIDTHS: usize = 1 << 16;
/// Bytes that the engine counts as one step.
const BYTES_PER_STEP: u64 = 64;
/// How long a template may take. Real ones take a millisecond; steps are counted, but some are without end.
const TIME: Duration = Duration::from_secs(5);
/// Lists and objects inside each other in what a namespace holds.
const DEPTH: usize = 256;
/// Values in a namespace that are looked at in one step.
const VALUES_PER_STEP: u64 = 16;
/// The filter that [`source`](super::source) puts behind what is set in a namespace.
pub(super) const CHECK_ACYCLIC: &str = "rumma_check_acyclic";

/// Runs `job` on a thread with a stack of so many bytes, and waits for it as long as a template may take.
///
/// Where the time is up, the thread is left behind: nothing can end it before the process ends, which in the command
/// is at once.
///
/// # Errors
/// A fault of the file: what `job` says, or [`FaultKind::TemplateLimit`] where it took too long, or
/// [`FaultKind::InvalidTemplate`] where it broke the engine; [`MachineError::CannotStartTemplateThread`].
pub(super) fn run_sandboxed<T: Send + 'static>(
    path: &Path,
    stack: usize,
    job: impl FnOnce() -> Result<T, (FaultKind, String)> + Send + 'static,
) -> error::Result<T> {
    let (send, receive) = channel();
    // The one error of sending is that nobody waits any more.
    let thread = Builder::new().stack_size(stack).spawn(move || send.send(job()).ok());
    thread.map_err(|source| MachineError::CannotStartTemplateThread { source })?;
    let done = receive.recv_timeout(TIME).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => (FaultKind::TemplateLimit, format!("takes more than {} s", TIME.as_secs())),
            RecvTimeoutError::Disconnected => (FaultKind::InvalidTemplate, "breaks the template engine".into()),
        })
    });
    done.map_err(|(kind, cause)| Fault::new(kind, path).cause(cause).into())
}

/// Keeps what is written until there is no room left.
pub(super) struct BoundedWriter {
    pub(super) bytes: Vec<u8>,
    room: usize,
}

impl BoundedWriter {
    pub(super) fn new(room: usize) -> BoundedWriter {
        BoundedWriter { bytes: Vec::new(), room }
    }

    /// Whether something did not fit.
    pub(super) fn is_full(&self) -> bool {
        self.room == 0
    }
}

impl io::Write for BoundedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() >= self.room {
            self.room = 0;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.room -= bytes.len();
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The words of a template's `raise_exception`, found again in the chain of errors.
#[derive(Debug)]
pub(super) struct Raised(pub(super) String);

/// What a template does beyond its bounds, as the end of a sentence about it.
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
    Error::new(ErrorKind::InvalidOperation, "too much").with_source(LimitExceeded(what.into()))
}

/// Jinja as transformers sets it up.
pub(super) fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    // The standard delimiters are always accepted.
    if let Ok(syntax) = syntax.trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(syntax);
    }
    env.set_debug(false);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_unknown_method_callback(method);
    // Everything but a float is printed as Python prints it already.
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
        if value.as_str().is_some() { Ok(value) } else { text(state, [value], "").map(Value::from) }
    });
    env.add_filter("join", join);
    env.add_filter("items", |value: Value| to_list(minijinja::filters::items(&value)?));
    env.add_filter(CHECK_ACYCLIC, |state: &State, value: Value| check_acyclic(state, &value, 0, &mut 0).map(|()| true));
    // Neither is Jinja's own: the one prints all there is, the other makes views of objects that change.
    env.remove_global("debug");
    env.remove_filter("chain");
    env.add_function("raise_exception", |state: &State, why: Value| -> Result<String, Error> {
        let why = text(state, [why], "")?;
        Err(Error::new(ErrorKind::InvalidOperation, why.clone()).with_source(Raised(why)))
    });
    env.add_function("strftime_now", |state: &State, format: Value| -> Result<String, Error> {
        let format = text(state, [format], "")?;
        let mut text = String::new();
        write!(text, "{}", chrono::Local::now().format(&format))
            .map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("strftime_now: bad format {format:?}")))?;
        Ok(text)
    });
    env
}

/// The values as text, one after the other with `between` them, as long as the steps that are left pay for it: the
/// engine counts the bytes of a text when it is there.
fn text(state: &State, values: impl IntoIterator<Item = Value>, between: &str) -> Result<String, Error> {
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

/// The filter `join`, with its names for arguments.
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
    text(state, values.try_iter()?, &between)
}

/// A view of an object as the list that it is now.
fn to_list(view: Value) -> Result<Value, Error> {
    Ok(view.try_iter()?.collect::<Vec<Value>>().into())
}

/// Python's methods, where the engine knows none of that name. The sizes of what they make are looked at before, since
/// steps are counted behind.
fn method(state: &mut State, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let python = minijinja_contrib::pycompat::unknown_method_callback;
    match (value.as_str(), name, args) {
        (Some(spec), "format", _) if widths(spec) > WIDTHS => {
            Err(limit_exceeded("formats to a width of more than any text"))
        }
        (Some(between), "join", [values]) => Ok(text(state, values.try_iter()?, between)?.into()),
        // The filter of that name looks at the sizes.
        (Some(_), "replace", [_, _, ..]) => {
            state.apply_filter("replace", &[std::slice::from_ref(value), args].concat())
        }
        (None, "keys" | "values" | "items", _) => to_list(python(state, value, name, args)?),
        _ => python(state, value, name, args),
    }
}

/// The sum of the numbers in the fields of a format, such as 12 in `{:>10.2f}`.
fn widths(format: &str) -> usize {
    let fields = format.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let numbers = fields.flat_map(|(field, _)| field.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()));
    // A number of so many digits that it is none is too large as well.
    numbers.fold(0, |sum, number| sum.saturating_add(number.parse().unwrap_or(usize::MAX)))
}

/// Refuses what a namespace cannot hold: itself, which shows as depth without end, and a loop, which may have the
/// namespace for its next item. `seen` counts the values that are looked at; some of them are a step.
fn check_acyclic(state: &State, value: &Value, depth: usize, seen: &mut u64) -> Result<(), Error> {
    *seen += 1;
    if seen.is_multiple_of(VALUES_PER_STEP) {
        state.consume_fuel(1)?;
    }
    if depth > DEPTH {
        return Err(limit_exceeded(format!(
            "puts more than {DEPTH} lists or objects inside each other in a namespace"
        )));
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    if object.type_name().ends_with("::Loop") {
        return Err(limit_exceeded("puts a loop in a namespace"));
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
