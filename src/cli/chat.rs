//! `rumma chat`: a conversation with a model, in a terminal or through pipes.
//!
//! One engine lives for the whole chat. Each turn renders the whole conversation and submits all of its tokens; the engine
//! computes only those that it has not computed before.

mod commands;
mod input;
mod session;
mod settings;
pub mod terminal;
mod turn;

use std::env;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Instant;

use argh::{ArgsInfo, FromArgs};

use self::commands::Input;
use self::input::Entry;
use self::session::{Session, SessionOptions};
use super::args::{
    MachineArgs, MachineOptions, ModelSource, OutputArgs, SamplingArgs, SourceArgs, parse_unsigned, speculation,
};
use super::console::Console;
use super::draft;
use super::engine::{self, kv_blocks};
use super::interrupt::Interrupt;
use super::load::{announce, load_model_and_tokenizer, open};
use super::parse::{Command, RawArgs};
use crate::checkpoint::Checkpoint;
use crate::engine::{EngineOptions, KV_BLOCK, PREFILL_CHUNK, Speculation, check_context};
use crate::error::{Error, FaultKind, RequestError, Resource, Result};
use crate::model::{MemoryRequest, Model, SequenceGroup};
use crate::report::load::Load;
use crate::requests::{ChatFiles, GenerationOptions, settings, tokenizer};
use crate::text::{Conversation, Prompt, Tokenizer};
use crate::threads;

pub const COMMAND: Command = Command {
    name: "chat",
    summary: "talk with a model, in a terminal or through pipes",
    usage: "MODEL [options]",
    about: "Answers one message after the other and computes only the new tokens of each. In a terminal, /help lists the\n\
            commands, and Ctrl-C ends an answer. Otherwise each line of standard input is a message or a command, and\n\
            standard output gets the answers; with --json, one object for each line.",
    groups: &[
        SourceArgs::get_args_info,
        ChatArgs::get_args_info,
        SamplingArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma chat storyteller",
        "rumma chat Qwen/Qwen2.5-3B-Instruct-AWQ --system \"Be brief.\"",
        "printf '%s\\n' 'Tell me a story.' 'Another one.' | rumma chat storyteller --temperature 0",
        "rumma chat storyteller --state story.state --user \"What happened then?\" < /dev/null",
    ],
    run,
};

/// The conversation.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Conversation")]
pub struct ChatArgs {
    /// system message
    #[argh(option, arg_name = "TEXT")]
    system: Option<String>,
    /// send TEXT as the first message
    #[argh(option, arg_name = "TEXT")]
    user: Option<String>,
    /// go on with the conversation in FILE, saved by /save or by --save-state of `rumma prefill` or `rumma decode`
    #[argh(option, arg_name = "FILE")]
    state: Option<String>,
    /// maximum number of tokens of an answer (default: from generation_config.json, else the rest of the context)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    tokens: Option<usize>,
    /// end an answer before TEXT would be printed; can be given several times
    #[argh(option, arg_name = "TEXT")]
    stop: Vec<String>,
    /// guess the next tokens and verify them in one pass, which gives the same answer faster where guesses are right: lookup
    /// (default; repeats of the conversation) or off
    #[argh(option, arg_name = "HOW")]
    speculate: Option<String>,
    /// guess tokens with a smaller model of the same vocabulary, which is loaded too
    #[argh(option, arg_name = "MODEL")]
    draft: Option<String>,
}

/// The options, checked as far as possible before a file is opened.
struct ChatOptions {
    source: ModelSource,
    chat: ChatArgs,
    generation: GenerationOptions,
    speculation: Speculation,
    machine: MachineOptions,
    console: Console,
}

impl ChatOptions {
    fn from_args(args: &RawArgs) -> Result<ChatOptions> {
        let source = args.get::<SourceArgs>()?.resolve()?;
        let mut chat: ChatArgs = args.get()?;
        if chat.state.is_some() && chat.system.is_some() {
            let problem = "--state and --system cannot be used together";
            return Err(Error::usage_with_fix(
                problem,
                "omit --system: the saved conversation has its own system message",
            ));
        }
        let sampling = args.get::<SamplingArgs>()?.resolve()?;
        let machine = args.get::<MachineArgs>()?.resolve()?;
        let console = args.get::<OutputArgs>()?.resolve()?;
        let generation = GenerationOptions { sampling, max_tokens: chat.tokens, stop: std::mem::take(&mut chat.stop) };
        let speculation = speculation(chat.speculate.as_deref(), chat.draft.as_deref())?;
        Ok(ChatOptions { source, chat, generation, speculation, machine, console })
    }
}

/// The context that the memory for keys and values holds, and a warning if it is shorter than the one asked for.
///
/// # Errors
/// Those of [`check_context`]; [`RequestError::KvMemoryTooSmall`] if the machine has no memory left for one block.
fn within_memory(model: &Model, kv_blocks: usize, context: Option<usize>) -> Result<(usize, Option<String>)> {
    let context = context.unwrap_or(model.config.max_position_embeddings);
    check_context(model, context)?;
    let limit = kv_blocks.saturating_mul(KV_BLOCK);
    if limit == 0 {
        let needed = model.kv_cache_shape().bytes_per_block() as u64;
        return Err(RequestError::KvMemoryTooSmall { tokens: KV_BLOCK, needed, limit: 0 }.into());
    }
    let warning = || format!("the memory for keys and values holds {limit} of {context} tokens");
    Ok((context.min(limit), (limit < context).then(warning)))
}

fn run(args: &RawArgs) -> Result<()> {
    let ChatOptions { source, chat, generation, speculation, machine, console } = ChatOptions::from_args(args)?;
    let interrupt = Interrupt::install();
    threads::start_global_pool(machine.model.threads)?;
    let is_terminal = !console.json && io::stdin().is_terminal() && io::stdout().is_terminal();

    let started = Instant::now();
    let checkpoint = open(&source, &console)?.within(machine.context);
    // The settings of the checkpoint are checked before the weights are loaded.
    generation.sampling.resolve(&checkpoint.generation)?;
    let run = MemoryRequest {
        sequences: vec![SequenceGroup { count: 1, tokens: PREFILL_CHUNK }],
        rows: PREFILL_CHUNK,
        logits: 1,
        samples_full_vocab: true,
    };
    let (model, tokenizer, duration) = load_model_and_tokenizer(&checkpoint, machine, Some(&run), started, &console)?;
    let tokenizer = require_tokenizer(&checkpoint, tokenizer)?;
    let template = ChatFiles::read(&checkpoint)?;
    // A model that cannot chat is refused before the first message.
    let probe = Prompt::Chat(Box::new(Conversation::question(chat.system.as_deref(), "Hello")));
    template.encoder(&checkpoint.source, Some(&tokenizer), None).encode(&probe)?;
    let draft = chat.draft.as_deref();
    let draft = draft.map(|name| draft::load(name, machine, &model, Some(&tokenizer), &console)).transpose()?;
    let draft_model = draft.as_ref().map(|(_, model)| model);
    let kv_blocks = kv_blocks(&model, draft_model, machine, PREFILL_CHUNK, 1)?;
    let (context, limited) = within_memory(&model, kv_blocks, machine.context)?;
    let mut report = Load::new(&checkpoint, &model, context, duration);
    report.warnings.extend(limited.clone());
    let settings = settings(&checkpoint, Some(&tokenizer), &generation, 0, context)?;
    let warnings = tokenizer.warnings(model.config.vocab_size).into_iter().chain(settings.warnings);
    let warnings = warnings.chain(checkpoint.generation.ignored.iter().cloned());
    report.warnings.extend(warnings.map(|fault| fault.to_string()));

    let options = EngineOptions::for_throughput(kv_blocks, 1);
    let options = SessionOptions {
        engine: engine::new(&model, draft_model, options),
        checkpoint: &checkpoint,
        model: &model,
        tokenizer: &tokenizer,
        template: &template,
        interrupt: &interrupt,
        console,
        generation,
        seed: source.seed,
        speculation,
        context,
        memory_limits: limited.is_some(),
        is_terminal,
    };
    let mut session = Session::new(options, chat.system.as_deref());
    if let Some(file) = &chat.state {
        session.load(file.as_ref())?;
    }
    announce(&report, &console);
    let ended = converse(&mut session, chat.user);
    checkpoint.check_unchanged()?;
    draft.iter().try_for_each(|(checkpoint, _)| checkpoint.check_unchanged())?;
    ended
}

/// # Errors
/// [`FaultKind::OtherTokenizer`](crate::error::FaultKind::OtherTokenizer); [`Error::NotFound`].
fn require_tokenizer(checkpoint: &Checkpoint, tokenizer: Option<Tokenizer>) -> Result<Tokenizer> {
    tokenizer.ok_or_else(|| match tokenizer::other_form(checkpoint) {
        Some(fault) => fault.into(),
        None => Error::not_found(Resource::Tokenizer, &checkpoint.source),
    })
}

/// Answers messages and carries out commands until the input ends.
///
/// # Errors
/// Those after which the chat cannot go on: a failed write, a signal. Without a terminal, [`Error::Reported`] if a message
/// or command was refused.
fn converse(session: &mut Session, first: Option<String>) -> Result<()> {
    let mut input = session.open_input()?;
    if let Some(text) = first {
        session.answer(&text)?;
    }
    loop {
        let text = match input.next() {
            Ok(Entry::Text(text)) => text,
            Ok(Entry::Cleared) => continue,
            Ok(Entry::End) => return session.end(),
            Err(error) if error.fault().is_some_and(|fault| fault.kind == FaultKind::NotUtf8) => {
                session.refuse(None, &error)?;
                continue;
            }
            Err(error) => return Err(error),
        };
        match Input::parse(&text) {
            Ok(Input::Nothing) => {}
            Ok(Input::Message(text)) => session.answer(&text)?,
            Ok(Input::Command(commands::Command::Exit)) => return session.end(),
            Ok(Input::Command(command)) => session.execute(command)?,
            Err(error) => session.refuse(text.split_whitespace().next(), &error)?,
        }
    }
}

/// `path` with the home directory in the place of `~` at its start, which no shell has replaced.
fn expand_home(path: &str) -> PathBuf {
    let home = || env::var_os("HOME").filter(|home| !home.is_empty());
    match path.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')).zip(home()) {
        Some((rest, home)) => PathBuf::from(home).join(rest.trim_start_matches('/')),
        None => PathBuf::from(path),
    }
}
