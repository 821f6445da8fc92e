//! The state of a chat, and what messages and commands do to it.

use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::commands::{self, Command};
use super::input::InputReader;
use super::terminal::Terminal;
use super::turn::TurnPrinter;
use super::{expand_home, settings};
use crate::checkpoint::Checkpoint;
use crate::cli::console::{Console, print_error, print_note};
use crate::cli::interrupt::Interrupt;
use crate::cli::remedy::{self, Context};
use crate::cli::saved::{TokenizedConversation, state_output};
use crate::engine::defaults::{DEFAULT, TokenLimit};
use crate::engine::state;
use crate::engine::{Completion, Engine, Event, Finish, Request, Speculation};
use crate::error::{Error, Fault, FaultKind, RequestError, Result, one_line};
use crate::model::{MemoryRequest, Model, SequenceGroup};
use crate::report::chat::{ChatStats, ContextReport, TurnReport, TurnStats};
use crate::requests::{self, ChatFiles, GenerationOptions, GenerationSettings};
use crate::text::{AnswerText, Conversation, Ending, Prompt, TextStream, Tokenizer, Transcript};

/// The origin of a limit that is the rest of the context.
const OF_CONTEXT: &str = "context";

/// What a chat works with.
pub struct SessionOptions<'a> {
    pub engine: Engine<'a>,
    pub checkpoint: &'a Checkpoint,
    pub model: &'a Model,
    pub tokenizer: &'a Tokenizer,
    pub template: &'a ChatFiles,
    pub interrupt: &'a Interrupt,
    pub console: Console,
    pub generation: GenerationOptions,
    pub seed: u64,
    pub speculation: Speculation,
    /// The most tokens of the conversation.
    pub context: usize,
    /// Whether `context` is what the memory for keys and values holds.
    pub memory_limits: bool,
    /// Whether the user sees what is printed as it is printed, and can act on it.
    pub is_terminal: bool,
}

/// A chat.
pub struct Session<'a> {
    options: SessionOptions<'a>,
    chat: TokenizedConversation,
    last: Option<TurnStats>,
    total: TurnStats,
    turns: usize,
    /// Messages and commands that were refused.
    failures: usize,
}

impl<'a> Session<'a> {
    pub fn new(options: SessionOptions<'a>, system: Option<&str>) -> Session<'a> {
        let mut conversation = Conversation::new("chat", Vec::new());
        conversation.set_system(system);
        Session {
            options,
            chat: TokenizedConversation { conversation, transcript: Transcript::default() },
            last: None,
            total: TurnStats::default(),
            turns: 0,
            failures: 0,
        }
    }

    /// The source of messages and commands. Greets the user of a terminal.
    ///
    /// # Errors
    /// Those of [`Terminal::new`].
    pub fn open_input(&self) -> Result<InputReader> {
        let SessionOptions { is_terminal, console, checkpoint, context, interrupt, .. } = &self.options;
        if !is_terminal {
            return Ok(InputReader::Lines(io::stdin().lock()));
        }
        let terminal = Terminal::new()?;
        interrupt.survive_ctrl_c();
        if !console.quiet {
            let messages = match self.chat.conversation.messages.len() {
                0 => String::new(),
                count => format!(", {count} messages"),
            };
            let model = &checkpoint.source;
            print_note(&format!(
                "{model}, context {context} tokens{messages}. /help lists the commands, Ctrl-D ends the chat.\n"
            ));
        }
        Ok(InputReader::Terminal(Box::new(terminal)))
    }

    /// The result of the chat when the input has ended.
    ///
    /// # Errors
    /// [`Error::Reported`] if something was refused, unless the user of a terminal has seen it.
    pub fn end(&self) -> Result<()> {
        if self.failures > 0 && !self.options.is_terminal { Err(Error::Reported) } else { Ok(()) }
    }

    /// Answers a message.
    ///
    /// # Errors
    /// Those after which the chat cannot go on: a failed write, a signal. Others are printed.
    pub fn answer(&mut self, text: &str) -> Result<()> {
        self.options.interrupt.begin_answer();
        let messages = self.chat.conversation.messages.len();
        self.chat.conversation.push("user", text);
        let answered = self.next_turn();
        let signal = self.options.interrupt.end_answer();
        if !matches!(answered, Ok(Ok(Some(_)))) {
            self.chat.conversation.messages.truncate(messages);
        }
        match answered? {
            Ok(Some(report)) => self.report_turn(&report)?,
            Ok(None) if self.options.console.json => self.refuse(None, &Error::Interrupted)?,
            Ok(None) => print_note("Interrupted before the answer; the message is taken back.\n"),
            Err(error) => self.refuse(None, &error)?,
        }
        match signal {
            Some(Error::Terminated) => Err(Error::Terminated),
            _ => Ok(()),
        }
    }

    /// Generates the answer to the last message. `None` if it was interrupted before its first token. The outer error is
    /// one after which the chat cannot go on.
    fn next_turn(&mut self) -> Result<Result<Option<TurnReport>>> {
        let (next, settings) = match self.prepare() {
            Ok(prepared) => prepared,
            Err(error) => return Ok(Err(error)),
        };
        let SessionOptions { interrupt, console, tokenizer, .. } = self.options;
        let prompt = next.tokens().to_vec();
        let mut request = settings.request(prompt.clone(), self.options.context, self.options.seed);
        request.hash_logits = console.json;
        request.speculation = self.options.speculation;
        if settings.report.limit.from == OF_CONTEXT {
            // So that the answer is said to end with the context, and not at a limit.
            request.max_tokens = usize::MAX;
        }
        let stream = match TextStream::new(tokenizer, &settings.report.stop) {
            Ok(stream) => stream,
            Err(error) => return Ok(Err(error)),
        };
        let mut printer = TurnPrinter::new(&console, interrupt, AnswerText::new(Some(stream)));
        if let Err(error) = self.options.engine.submit(request) {
            return Ok(Err(error));
        }
        self.options.engine.run(Some(interrupt.cancel_flag()), &mut |_, event| printer.on_event(event));
        let (completion, text) = match printer.finish()? {
            Ok(Some(answer)) => answer,
            Ok(None) => return Ok(Ok(None)),
            Err(error) => return Ok(Err(error)),
        };
        self.chat.transcript = next;
        self.chat.push_answer(tokenizer, &completion, &text);
        self.turns += 1;
        Ok(Ok(Some(TurnReport::new(self.turns, prompt, completion, text, self.options.context))))
    }

    /// The prompt of the next turn and its settings.
    fn prepare(&self) -> Result<(Transcript, GenerationSettings)> {
        let next = self.encode()?;
        let (tokens, context) = (next.tokens().len(), self.options.context);
        if tokens >= context {
            let maximum = self.options.model.config.longest_context;
            return Err(RequestError::PromptTooLong { tokens, exact: true, context, maximum }.into());
        }
        Ok((next, self.settings(tokens)?))
    }

    /// The tokens of the conversation, in which earlier answers keep the ids that were generated.
    fn encode(&self) -> Result<Transcript> {
        let SessionOptions { checkpoint, tokenizer, template, model, context, .. } = self.options;
        let maximum = model.config.longest_context;
        let prompt = Prompt::Chat(Box::new(self.chat.conversation.clone()));
        let encoder = template.encoder(&checkpoint.source, Some(tokenizer), Some((context, maximum)));
        let ids = encoder.encode(&prompt)?.ids;
        ids.iter().try_for_each(|id| tokenizer.check_id(*id, model.config.vocab_size))?;
        Ok(self.chat.transcript.next_prompt(tokenizer, ids))
    }

    /// The settings of an answer after a prompt of `prompt` tokens.
    fn settings(&self, prompt: usize) -> Result<GenerationSettings> {
        let SessionOptions { checkpoint, tokenizer, generation, context, .. } = &self.options;
        let mut settings = requests::settings(checkpoint, Some(tokenizer), generation, prompt, *context)?;
        let limit = &mut settings.report.limit;
        if limit.from == DEFAULT {
            *limit = TokenLimit { tokens: context - prompt.min(*context), from: OF_CONTEXT };
        }
        Ok(settings)
    }

    /// Prints what follows an answer: a JSON object, a status line, and why it ended early.
    fn report_turn(&mut self, report: &TurnReport) -> Result<()> {
        let console = self.options.console;
        self.last = Some(report.stats());
        self.total.add(&report.stats());
        if console.json {
            console.answer(report, |_| String::new())?;
        }
        console.detail(&report.status());
        let note = match report.ended_by {
            "tokens" => "The answer has reached the limit of tokens; change it with /set tokens=N.\n",
            "context" => "The context is full; take back a turn with /undo, or start again with /reset.\n",
            "interrupt" => "Interrupted; /undo takes the turn back.\n",
            _ => return Ok(()),
        };
        if !console.quiet && (self.options.is_terminal || report.ended_by == "context") {
            print_note(note);
        }
        Ok(())
    }

    /// Prints why a message or a command is not carried out.
    ///
    /// # Errors
    /// That of a failed write.
    pub fn refuse(&mut self, command: Option<&str>, error: &Error) -> Result<()> {
        self.failures += 1;
        let message = message(error, &self.options);
        print_error(&message);
        self.reply_json(json!({"command": command, "error": message}))
    }

    /// Carries out a command other than `/exit`.
    ///
    /// # Errors
    /// Those after which the chat cannot go on.
    pub fn execute(&mut self, command: Command) -> Result<()> {
        self.options.interrupt.begin_answer();
        let (name, replied) = match command {
            Command::ShowSystem => ("/system", Ok((self.show_system(), Value::Null))),
            Command::SetSystem(text) => ("/system", Ok((self.set_system(&text), Value::Null))),
            Command::Undo => ("/undo", self.undo().map(|text| (text, Value::Null))),
            Command::Reset => ("/reset", Ok((self.reset(), Value::Null))),
            Command::Save(file) => ("/save", self.save(&file).map(|text| (text, Value::Null))),
            Command::Load(file) => ("/load", self.load(&expand_home(&file)).map(|text| (text, Value::Null))),
            Command::Set(assignments) => ("/set", self.set(&assignments)),
            Command::Stats => ("/stats", Ok(self.stats())),
            Command::Help => ("/help", Ok((commands::help(), Value::Null))),
            Command::Exit => ("/exit", Ok((String::new(), Value::Null))),
        };
        let signal = self.options.interrupt.end_answer();
        match replied {
            Ok((text, data)) if self.options.console.json => {
                let data = Some(data).filter(|data| !data.is_null());
                let mut object = json!({"command": name, "message": text.trim_end()});
                if let (Some(data), Some(object)) = (data, object.as_object_mut()) {
                    object.insert(name.trim_start_matches('/').into(), data);
                }
                self.reply_json(object)?;
            }
            Ok((text, _)) => print_note(&text),
            Err(error) => self.refuse(Some(name), &error)?,
        }
        match signal {
            Some(Error::Terminated) => Err(Error::Terminated),
            _ => Ok(()),
        }
    }

    /// Prints an object if the output is JSON.
    fn reply_json(&self, object: Value) -> Result<()> {
        let console = self.options.console;
        if console.json { console.answer(&object, |_| String::new()) } else { Ok(()) }
    }

    fn show_system(&self) -> String {
        match self.chat.conversation.system() {
            Some(Value::String(text)) => format!("{text}\n"),
            Some(other) => format!("{other}\n"),
            None => "No system message; the chat template may have one of its own.\n".into(),
        }
    }

    fn set_system(&mut self, text: &str) -> String {
        let has_messages =
            self.chat.conversation.messages.len() > usize::from(self.chat.conversation.system().is_some());
        self.chat.conversation.set_system(Some(text).filter(|text| !text.is_empty()));
        self.chat.transcript = Transcript::default();
        let done = if text.is_empty() { "The system message is removed" } else { "The system message is set" };
        match has_messages {
            true => format!("{done}; with the next message, the whole conversation is computed again.\n"),
            false => format!("{done}.\n"),
        }
    }

    fn undo(&mut self) -> Result<String> {
        let messages = &mut self.chat.conversation.messages;
        let by = |role: &str| messages.iter().filter(|message| message["role"] == role).count();
        let is_complete = by("assistant") == self.chat.transcript.generated().len();
        let Some(last) = messages.iter().rposition(|message| message["role"] == "user") else {
            return Err(Error::usage_with_fix("there is no message to take back", "send one first"));
        };
        let text = match &messages[last]["content"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        messages.truncate(last);
        if is_complete {
            self.chat.transcript.undo_answer();
        } else {
            self.chat.transcript = Transcript::default();
        }
        const SHOWN: usize = 60;
        let start: String = text.chars().take(SHOWN).collect();
        let more = if start.len() < text.len() { "..." } else { "" };
        Ok(format!("Took back: {}{more}\n", one_line(&start)))
    }

    fn reset(&mut self) -> String {
        let system = usize::from(self.chat.conversation.system().is_some());
        self.chat.conversation.messages.truncate(system);
        self.chat.transcript = Transcript::default();
        let kept = if system > 0 { "; the system message stays" } else { "" };
        format!("The conversation is empty{kept}.\n")
    }

    fn save(&mut self, file: &str) -> Result<String> {
        let path = expand_home(file);
        let turns = self.chat.conversation.messages.iter().filter(|message| message["role"] == "user").count();
        if turns == 0 {
            return Err(Error::usage_with_fix("there is nothing to save yet", "send a message first"));
        }
        let output = state_output(&path, Vec::new(), self.options.checkpoint)?;
        let transcript = match self.chat.transcript.tokens().is_empty() {
            false => self.chat.transcript.clone(),
            true => {
                let ending = std::mem::replace(&mut self.chat.conversation.ending, Ending::Closed);
                let encoded = self.encode();
                self.chat.conversation.ending = ending;
                encoded?
            }
        };
        let request = Request { keep_state: true, ..Request::new(transcript.tokens().to_vec()) };
        // The file is written from a copy.
        let copy = SequenceGroup { count: 1, tokens: request.prompt.len() };
        self.options.model.check_memory(&MemoryRequest { sequences: vec![copy], ..request.memory_request(1) })?;
        let mut state = self.compute(request)?.state.ok_or(Error::Interrupted)?;
        self.chat.transcript = transcript;
        state.conversation = Some(self.chat.to_saved());
        state::save(&output, self.options.model, &state)?;
        let tokens = state.tokens.len();
        Ok(format!("Saved {turns} turns, {tokens} tokens, to {file}.\n"))
    }

    /// Replaces the conversation by a saved one.
    ///
    /// # Errors
    /// Those of [`state::load`]; [`FaultKind::NoConversation`]; [`RequestError::PromptTooLong`].
    pub fn load(&mut self, path: &Path) -> Result<String> {
        let state = state::load(path, self.options.model)?;
        let saved = TokenizedConversation::of_state(path, &state)?;
        let saved = saved.ok_or_else(|| Fault::new(FaultKind::NoConversation, path))?;
        let (count, context) = (state.tokens.len(), self.options.context);
        if count >= context {
            let maximum = self.options.model.config.longest_context;
            return Err(RequestError::PromptTooLong { tokens: count, exact: true, context, maximum }.into());
        }
        self.compute(Request { state: Some(state.cache), ..Request::new(state.tokens) })?;
        self.chat = saved;
        let messages = self.chat.conversation.messages.len();
        Ok(format!("Loaded {messages} messages, {count} tokens, from {}.\n", path.display()))
    }

    /// Runs a request that generates nothing.
    fn compute(&mut self, request: Request) -> Result<Completion> {
        self.options.engine.submit(request)?;
        let mut result = Err(Error::Interrupted);
        let interrupt = self.options.interrupt;
        self.options.engine.run(Some(interrupt.cancel_flag()), &mut |_, event| {
            match event {
                Event::Finished(completion) if completion.finish != Finish::Interrupted => result = Ok(completion),
                Event::Failed(error) => result = Err(error),
                _ => {}
            }
            interrupt.control()
        });
        result
    }

    fn set(&mut self, assignments: &[(String, String)]) -> Result<(String, Value)> {
        let (mut generation, mut seed) = (self.options.generation.clone(), self.options.seed);
        for (name, value) in assignments {
            settings::assign(&mut generation, &mut seed, name, value)?;
        }
        generation.sampling.resolve(&self.options.checkpoint.generation)?;
        (self.options.generation, self.options.seed) = (generation, seed);
        let report = self.settings(self.chat.transcript.tokens().len())?.report;
        let rows = settings::rows(&report, seed);
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let is_listed =
            |name: &str| assignments.is_empty() || assignments.iter().any(|(set, _)| set.replace('-', "_") == name);
        let lines =
            rows.iter().filter(|(name, _)| is_listed(name)).map(|(name, value)| format!("{name:width$}  {value}\n"));
        let values = json!({"sampling": report.sampling, "limit": report.limit, "seed": seed});
        Ok((lines.collect(), values))
    }

    fn stats(&self) -> (String, Value) {
        let stats = ChatStats {
            turns: self.turns,
            messages: self.chat.conversation.messages.len(),
            context: ContextReport { used: self.chat.transcript.tokens().len(), maximum: self.options.context },
            last: self.last,
            total: self.total,
            kv_blocks: self.options.engine.stats().into(),
        };
        (stats.to_text(), json!(stats))
    }
}

/// An error as one line, with what to do about it in a chat.
fn message(error: &Error, options: &SessionOptions) -> String {
    let SessionOptions { context, memory_limits, .. } = *options;
    match error {
        Error::Request(RequestError::PromptTooLong { tokens, exact, maximum, .. }) => {
            let least = if *exact { "" } else { "at least " };
            let rest = if memory_limits {
                "send a shorter message, or start the chat with a larger --kv-memory".into()
            } else if context < *maximum {
                format!("send a shorter message, or start the chat with --context up to {maximum}")
            } else {
                "or send a shorter message".into()
            };
            format!(
                "the conversation would have {least}{tokens} tokens, and the context has {context}; take back a turn with \
                 /undo, start again with /reset, {rest}"
            )
        }
        Error::Request(RequestError::InvalidSampling { field, value, expected }) => {
            format!("{field} {value} is out of range (expected {expected}); give another {field}")
        }
        Error::Interrupted => "interrupted; send it again".into(),
        error => remedy::message(error, &Context { command: "chat", ..Context::default() }),
    }
}
