//! `rumma serve`: an HTTP server in the form of OpenAI's API.

use std::fs;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant};

use argh::{ArgsInfo, FromArgs};

use super::args::{MachineArgs, MachineOptions, ModelSource, OutputArgs, SamplingArgs, SourceArgs};
use super::console::Console;
use super::engine::{self, kv_blocks};
use super::interrupt::Interrupt;
use super::load::{announce, load_for_requests, open};
use super::notify;
use super::parse::{Command, RawArgs};
use super::prompt::read_text;
use crate::checkpoint::Checkpoint;
use crate::engine::{Engine, EngineOptions, KV_BLOCK, PREFILL_CHUNK, PREFIXES_FILE, PROMPT_SLOWDOWN, Speculation};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::output::Output;
use crate::report::inspect::{InspectOptions, inspect};
use crate::requests::{Defaults, GenerationOptions, Preparer};
use crate::server::address::Address;
use crate::server::{self, Loaded, Notice, ServerOptions};
use crate::threads;

pub const COMMAND: Command = Command {
    name: "serve",
    summary: "answer requests over HTTP, in the form of OpenAI's API",
    usage: "MODEL [options]",
    about: "Answers requests over HTTP in the form of OpenAI's API, so that its clients work without a network:\n\
            POST /v1/chat/completions, /v1/completions, /tokenize; GET /v1/models, /health, /metrics, / (a page).\n\
            It ends with Ctrl-C or SIGTERM, after the requests that still run.",
    groups: &[
        SourceArgs::get_args_info,
        ServeArgs::get_args_info,
        SamplingArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma serve storyteller",
        "rumma serve models/Qwen2.5-3B-Instruct-AWQ --listen 127.0.0.1:8000 --parallel 8",
        "rumma serve models/Qwen2.5-3B-Instruct-AWQ --listen unix:/run/rumma.sock",
        "rumma serve models/Qwen2.5-3B-Instruct-AWQ --listen 0.0.0.0:8080 --api-key-file keys.txt",
        "curl http://127.0.0.1:8080/v1/completions -H 'Content-Type: application/json' -d '{\"prompt\": \"Once\"}'",
    ],
    run,
};

/// The server.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Server")]
pub struct ServeArgs {
    /// HOST:PORT or unix:PATH (default 127.0.0.1:8080); other than loopback addresses need --api-key-file
    #[argh(option, arg_name = "ADDRESS")]
    pub listen: Option<String>,
    /// answer only requests with one of the keys in FILE, one a line; lines that begin with # are comments
    #[argh(option, arg_name = "FILE")]
    pub api_key_file: Option<String>,
    /// answer up to N sequences at the same time (default 16)
    #[argh(option, arg_name = "N", from_str_fn(super::args::parse_unsigned))]
    pub parallel: Option<usize>,
    /// let up to N further requests wait; more are refused with status 429 (default 64)
    #[argh(option, arg_name = "N", from_str_fn(super::args::parse_unsigned))]
    pub queue: Option<usize>,
    /// the name of the model for clients (default: the last part of MODEL; MODEL itself is accepted too)
    #[argh(option, arg_name = "NAME")]
    pub served_name: Option<String>,
    /// also answer requests that name HOST, with any port, in the header Host; * is any; can be given several times
    #[argh(option, arg_name = "HOST")]
    pub allow_host: Vec<String>,
    /// let web pages of ORIGIN, such as http://localhost:3000, send requests; can be given several times
    #[argh(option, arg_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
    /// refuse bodies of requests that are larger (default 16M)
    #[argh(option, arg_name = "SIZE", from_str_fn(super::args::parse_size))]
    pub body_limit: Option<u64>,
    /// after SIGTERM or Ctrl-C, let running requests go on for N seconds at most (default 30)
    #[argh(option, arg_name = "N", from_str_fn(super::args::parse_unsigned))]
    pub grace: Option<u64>,
    /// keep the keys and values of prompts in DIR when the server ends, and begin with those that are there
    #[argh(option, arg_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// maximum number of tokens to generate for requests that do not say (default: from generation_config.json, else 256)
    #[argh(option, arg_name = "N", from_str_fn(super::args::parse_unsigned))]
    pub tokens: Option<usize>,
    /// system message of conversations without one
    #[argh(option, arg_name = "TEXT")]
    pub system: Option<String>,
}

const LISTEN: &str = "127.0.0.1:8080";
const PARALLEL: usize = 16;
const QUEUE: usize = 64;
const BODY_LIMIT: u64 = 16 << 20;
const GRACE: u64 = 30;
/// A request that arrives while a long prompt is computed waits for the end of a step.
const LONGEST_STEP: Duration = Duration::from_millis(300);
/// The file in the directory of `--state-dir`.
const PREFIXES: &str = "prefixes";
/// Printed once, when a request is refused because of its host.
const HOST_REFUSED: &str = "Warning: a request is refused, because it gives this server a name that is not allowed; \
                            if it is right, add --allow-host HOST";

impl ServeArgs {
    fn resolve(self) -> Result<(ServerOptions, GenerationOptions, Option<String>, Option<String>)> {
        let listen = self.listen.as_deref().unwrap_or(LISTEN);
        let address = Address::parse(listen).ok_or_else(|| wrong_listen(listen))?;
        if !address.is_local() && self.api_key_file.is_none() {
            let problem = format!("--listen {listen} lets other machines ask");
            return Err(Error::usage_with_fix(problem, "add --api-key-file FILE"));
        }
        self.allow_host.iter().try_for_each(|host| check_host(host))?;
        self.allow_origin.iter().try_for_each(|origin| check_origin(origin))?;
        let api_keys = self.api_key_file.as_deref().map(read_api_keys).transpose()?.unwrap_or_default();
        let options = ServerOptions {
            address,
            api_keys,
            parallel: self.parallel.unwrap_or(PARALLEL),
            queue: self.queue.unwrap_or(QUEUE),
            hosts: self.allow_host,
            origins: self.allow_origin,
            body_limit: usize::try_from(self.body_limit.unwrap_or(BODY_LIMIT)).unwrap_or(usize::MAX),
            grace: Duration::from_secs(self.grace.unwrap_or(GRACE)),
        };
        let generation = GenerationOptions { max_tokens: self.tokens, ..GenerationOptions::default() };
        Ok((options, generation, self.system, self.served_name))
    }
}

/// The error of a value of `--listen` that is no address.
fn wrong_listen(listen: &str) -> Error {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (what, fix) = match listen.rsplit_once(':') {
        _ if listen.contains("://") => ("it is a URL", "leave out the part up to ://".into()),
        _ if listen == "unix:" => ("the path is missing", "give unix:PATH".into()),
        _ if listen.parse::<Ipv6Addr>().is_ok() => {
            ("the port is missing, and IPv6 addresses need brackets", format!("give [{listen}]:8080"))
        }
        None if is_number(listen) => ("the host is missing", format!("give 127.0.0.1:{listen}")),
        None => ("the port is missing", format!("give {listen}:8080")),
        Some((_, port)) if port.parse::<u16>().is_err() => {
            ("the port is not a number from 0 to 65535", "give an address such as 127.0.0.1:8080".into())
        }
        Some(("", port)) => {
            ("the host is missing", format!("give 127.0.0.1:{port}, or 0.0.0.0:{port} for other machines too"))
        }
        _ => ("the host is not a name or an IP address", "give an address such as 127.0.0.1:8080".into()),
    };
    let problem = format!("--listen: invalid value '{listen}': {what} (expected HOST:PORT or unix:PATH)");
    Error::usage_with_fix(problem, fix)
}

/// Checks that a request can name `host`: its port does not count, so none may be given.
fn check_host(host: &str) -> Result<()> {
    if host == "*" || host.parse::<Ipv6Addr>().is_ok() || !host.is_empty() && !host.contains([':', '/', ' ']) {
        return Ok(());
    }
    let problem = format!("--allow-host: invalid value '{host}' (expected a name without a scheme and a port)");
    Err(Error::usage_with_fix(problem, "give a name such as models.example"))
}

/// Checks that a browser can send `origin`: SCHEME://HOST or SCHEME://HOST:PORT without a path.
fn check_origin(origin: &str) -> Result<()> {
    let host = origin.split_once("://").filter(|(scheme, _)| !scheme.is_empty()).map(|(_, host)| host);
    if ["*", "null"].contains(&origin) || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' '])) {
        return Ok(());
    }
    let bare = host.unwrap_or(origin).split('/').next().unwrap_or_default();
    let scheme = origin.split_once("://").map_or("http", |(scheme, _)| scheme);
    let problem = format!("--allow-origin: invalid value '{origin}' (expected SCHEME://HOST[:PORT] without a path)");
    let fix = if bare.is_empty() { "http://localhost:3000".into() } else { format!("{scheme}://{bare}") };
    Err(Error::usage_with_fix(problem, format!("give an origin such as {fix}")))
}

/// The keys of a file, one a line; empty lines and those that begin with # are left out.
fn read_api_keys(file: &str) -> Result<Vec<String>> {
    let text = read_text(file)?;
    let mut keys = Vec::new();
    for (index, line) in text.lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // Others cannot be in a header.
        if line.bytes().any(|byte| !byte.is_ascii_graphic() && byte != b' ') {
            return Err(Fault::new(FaultKind::InvalidApiKey, file).subject(format!("line {}", index + 1)).into());
        }
        keys.push(line.to_string());
    }
    if keys.is_empty() {
        return Err(Fault::new(FaultKind::NoApiKeys, file).into());
    }
    Ok(keys)
}

/// What is needed to load the model.
struct Plan {
    source: ModelSource,
    machine: MachineOptions,
    console: Console,
    defaults: Defaults,
    parallel: usize,
    served_name: Option<String>,
    state: Option<Output>,
}

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve()?;
    let sampling = args.get::<SamplingArgs>()?.resolve()?;
    let serve: ServeArgs = args.get()?;
    let state_dir = serve.state_dir.clone();
    let (options, generation, system, served_name) = serve.resolve()?;
    let defaults = Defaults {
        generation: GenerationOptions { sampling, ..generation },
        system,
        parse_special: false,
        seed: source.seed,
        speculation: Speculation::Lookup,
        hash_logits: false,
    };
    let interrupt = Interrupt::install();
    threads::start_global_pool(machine.model.threads)?;
    let state = match state_dir.as_deref().map(prefixes_file).transpose() {
        // It may be damaged, but it may as well be somebody's file of another kind: it is not replaced.
        Err(Error::Fault(fault)) if fault.kind == FaultKind::OutputOfAnotherKind => {
            console.status(&format!(
                "Warning: computed prompts are neither used nor saved: {fault}; remove the file, or give another --state-dir"
            ));
            None
        }
        state => state?,
    };
    let listener = options.address.listen()?;
    let url = listener.url();
    interrupt.defer();
    let plan = Plan { source, machine, console, defaults, parallel: options.parallel, served_name, state };
    let refused = Once::new();
    let observe = move |notice: Notice| match notice {
        Notice::Ready => {
            notify::ready();
            console.status(&format!("Listening: {url}"));
        }
        Notice::Served(served) => {
            let server::Served { method, path, status, time, id } = served;
            console.detail(&format!("{method} {path} {status} {:.3}s id={id}", time.as_secs_f64()));
        }
        Notice::HostRefused => refused.call_once(|| console.status(HOST_REFUSED)),
        Notice::Draining(running) => {
            notify::stopping();
            console.status(&format!("Shutting down: {running} requests still run"));
        }
    };
    server::run(options, listener, || load(plan), interrupt.cancel_flag(), observe)?;
    interrupt.error().map_or(Ok(()), Err)
}

/// Loads the model. What is loaded lives as long as the process.
fn load(plan: Plan) -> Result<Loaded> {
    let Plan { source, machine, console, defaults, parallel, served_name, state } = plan;
    let started = Instant::now();
    let checkpoint: &'static Checkpoint = Box::leak(Box::new(open(&source, &console)?.within(machine.context)));
    let (model, tokenizer, mut report) = load_for_requests(checkpoint, machine, started, &console)?;
    let (model, tokenizer) = (&*Box::leak(Box::new(model)), &*Box::leak(Box::new(tokenizer)));
    let kv_blocks = kv_blocks(model, None, machine, PREFILL_CHUNK, parallel)?;
    // A longer request would never have room. It is refused as one that is longer than the context.
    let context = report.context.min(kv_blocks.max(1).saturating_mul(KV_BLOCK));
    let preparer = Preparer::new(checkpoint, model, tokenizer.as_ref(), context, defaults)?;
    let warnings = checkpoint.generation.ignored.iter().chain(&preparer.warnings);
    report.warnings.extend(warnings.map(ToString::to_string));
    announce(&report, &console);
    let options = EngineOptions {
        kv_blocks,
        prefill_chunk: PREFILL_CHUNK,
        parallel,
        prompt_slowdown: Some(PROMPT_SLOWDOWN),
        longest_step: Some(LONGEST_STEP),
    };
    let mut inspection = inspect(checkpoint, &InspectOptions { run: machine.model, ..InspectOptions::default() })?;
    inspection.generation = Some(preparer.settings.clone());
    let inspection =
        serde_json::to_value(&inspection).map_err(|error| Error::io(&checkpoint.path, "describe")(error.into()))?;
    let mut engine = engine::new(model, None, options);
    if let Some(file) = state.as_ref().filter(|file| file.path().exists()) {
        let path = file.path().display();
        match engine.load_prefixes(file.path()) {
            Ok(blocks) => console.detail(&format!("Loaded computed prompts: blocks={blocks} path={path}")),
            // They would only save time. At the end they are replaced.
            Err(error) => console.status(&format!("Warning: computed prompts are not used: {error}")),
        }
    }
    let names = names(checkpoint, served_name);
    let finish = move |engine: &Engine| {
        checkpoint.check_unchanged()?;
        let Some(file) = state else { return Ok(()) };
        let blocks = engine.save_prefixes(&file)?;
        console.detail(&format!("Saved computed prompts: blocks={blocks} path={}", file.path().display()));
        Ok(())
    };
    Ok(Loaded { preparer, engine, names, inspection, finish: Box::new(finish) })
}

/// The file of computed prompts in a directory, which is made if it does not exist.
fn prefixes_file(directory: &Path) -> Result<Output> {
    fs::create_dir_all(directory).map_err(Error::io(directory, "create"))?;
    Output::new(&directory.join(PREFIXES), PREFIXES_FILE)
}

/// The names by which clients may ask for the model, the shown one first.
fn names(checkpoint: &Checkpoint, served_name: Option<String>) -> Vec<String> {
    let given = checkpoint.source.clone();
    let last = Path::new(given.trim_end_matches('/')).file_name().map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<String> = served_name.into_iter().chain(last).chain([given]).collect();
    names.dedup();
    names
}
