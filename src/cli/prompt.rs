//! The prompt: from the command-line options to token ids.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::args::{MachineOptions, PromptArgs};
use crate::checkpoint::{Checkpoint, Config};
use crate::engine::sampler::random_ids;
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::open_text;
use crate::requests::ChatFiles;
use crate::text::{Conversation, EncodedPrompt, Prompt, Tokenizer};

/// The source of the prompt's tokens.
#[derive(Debug, Clone)]
pub enum PromptSource {
    Prompt(Prompt),
    /// This number of random ids, from the seed.
    RandomIds(usize),
    /// A state file, which contains tokens, keys and values, and a message to append to its conversation.
    State {
        file: PathBuf,
        message: Option<String>,
    },
}

impl PromptSource {
    /// The number of tokens, if it is known before a text is encoded.
    pub fn expected_tokens(&self) -> Option<usize> {
        match self {
            PromptSource::Prompt(Prompt::Ids(ids)) => Some(ids.len()),
            PromptSource::RandomIds(count) => Some(*count),
            PromptSource::Prompt(_) | PromptSource::State { .. } => None,
        }
    }

    /// Whether there is a text to encode.
    pub fn needs_tokenizer(&self) -> bool {
        match self {
            PromptSource::Prompt(prompt) => !matches!(prompt, Prompt::Ids(_)),
            PromptSource::State { message, .. } => message.is_some(),
            PromptSource::RandomIds(_) => false,
        }
    }
}

impl PromptArgs {
    /// The state file as the source if there is one, else the prompt that the options give.
    ///
    /// # Errors
    /// Those of [`resolve_state`](Self::resolve_state) and [`resolve`](Self::resolve).
    pub fn resolve_with_state(self, state: Option<String>, random: bool) -> Result<PromptSource> {
        match state {
            Some(file) => self.resolve_state(file),
            None => self.resolve(random),
        }
    }

    /// The state file as the source; `--user` and `--user-file` give a message to append.
    ///
    /// # Errors
    /// [`Error::Usage`] if another prompt or an option for it is given; the errors of reading the message.
    fn resolve_state(self, file: String) -> Result<PromptSource> {
        let sources = self.sources();
        let given = sources.iter().find(|source| !source.starts_with("--user")).copied();
        let flags = [("--continue-last", self.continue_last), ("--parse-special", self.parse_special)];
        let flag = flags.iter().find(|(_, given)| *given).map(|(name, _)| *name);
        if let Some(option) = given.or(self.system.as_ref().map(|_| "--system")).or(flag) {
            let problem = format!("--state already contains a prompt, so {option} cannot be used with it");
            return Err(Error::usage_with_fix(problem, "omit it; --user TEXT adds a message to a saved conversation"));
        }
        Ok(PromptSource::State { file: file.into(), message: self.message()? })
    }

    /// The user message of `--user` and `--user-file`.
    fn message(self) -> Result<Option<String>> {
        let file = self.user_file.as_deref().map(read_text).transpose()?;
        let texts: Vec<String> = self.user.into_iter().chain(file).collect();
        Ok((!texts.is_empty()).then(|| texts.join("\n\n")))
    }

    /// The files that the prompt is read from.
    pub fn files(&self) -> Vec<PathBuf> {
        [&self.prompt_file, &self.user_file, &self.messages].into_iter().flatten().map(PathBuf::from).collect()
    }

    /// The options that are given and that each are a prompt; `--user` and `--user-file` make one.
    fn sources(&self) -> Vec<&'static str> {
        let sources = [
            ("--prompt", self.prompt.is_some()),
            ("--prompt-file", self.prompt_file.is_some()),
            ("--user", self.user.is_some()),
            ("--user-file", self.user_file.is_some() && self.user.is_none()),
            ("--messages", self.messages.is_some()),
            ("--prompt-ids", self.prompt_ids.is_some()),
            ("--prompt-tokens", self.prompt_tokens.is_some()),
        ];
        sources.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect()
    }

    /// The prompt that the options give. Without one, a demo model (`random`) gets 16 random ids.
    ///
    /// # Errors
    /// [`Error::Usage`] unless there is exactly one source; the errors of reading its file.
    pub fn resolve(self, random: bool) -> Result<PromptSource> {
        let given = self.sources();
        if given.len() > 1 {
            let problem = format!("{} cannot be used together", given.join(" and "));
            return Err(Error::usage_with_fix(problem, "give one prompt"));
        }
        self.check_chat_options(given.first().copied())?;
        let prompt = if let Some(text) = self.prompt {
            Prompt::Text(text)
        } else if let Some(file) = self.prompt_file {
            Prompt::Text(read_text(&file)?)
        } else if self.user.is_some() || self.user_file.is_some() {
            let (system, parse_special) = (self.system.clone(), self.parse_special);
            let text = self.message()?.unwrap_or_default();
            Prompt::Chat(Box::new(Conversation { parse_special, ..Conversation::question(system.as_deref(), &text) }))
        } else if let Some(file) = self.messages {
            let mut conversation = Conversation::from_json(display_path(&file), &read(&file)?)?;
            conversation.parse_special = self.parse_special;
            if self.continue_last {
                conversation.continue_last()?;
            }
            Prompt::Chat(Box::new(conversation))
        } else if let Some(ids) = self.prompt_ids {
            Prompt::Ids(parse_ids(&ids)?)
        } else if let Some(count) = self.prompt_tokens.or(random.then_some(16)) {
            return Ok(PromptSource::RandomIds(count));
        } else {
            let fix = "give one of --prompt, --prompt-file, --user, --user-file, --messages, --prompt-ids";
            return Err(Error::usage_with_fix("no prompt", fix));
        };
        Ok(PromptSource::Prompt(prompt))
    }

    /// Checks that the options which change a chat are given with one. `given` is the option with the prompt.
    fn check_chat_options(&self, given: Option<&str>) -> Result<()> {
        let is_question = matches!(given, Some("--user" | "--user-file"));
        if self.system.is_some() && !is_question {
            let fix = match given {
                None => "add --user TEXT".into(),
                Some("--messages") => "put the system message into the file of --messages".into(),
                Some(option) => format!("give the prompt with --user instead of {option}"),
            };
            return Err(Error::usage_with_fix("--system needs --user", fix));
        }
        if self.continue_last && given != Some("--messages") {
            let fix = "give the messages with --messages FILE, the last one by the assistant";
            return Err(Error::usage_with_fix("--continue-last needs --messages", fix));
        }
        if self.parse_special && !is_question && given != Some("--messages") {
            let problem = "--parse-special needs --user, --user-file or --messages";
            let fix = match given {
                Some("--prompt" | "--prompt-file") => {
                    "omit it, because special tokens in raw text are always recognised"
                }
                _ => "omit it",
            };
            return Err(Error::usage_with_fix(problem, fix));
        }
        Ok(())
    }
}

/// Encodes a prompt with the tokenizer and the chat template of a checkpoint. `context` is the one to use and the
/// model's maximum, in tokens.
///
/// # Errors
/// Those of [`PromptEncoder::encode`] and of reading the checkpoint's files.
pub fn encode(
    prompt: &Prompt,
    checkpoint: &Checkpoint,
    tokenizer: Option<&Tokenizer>,
    context: Option<(usize, usize)>,
) -> Result<EncodedPrompt> {
    let files = if matches!(prompt, Prompt::Chat(..)) { ChatFiles::read(checkpoint)? } else { ChatFiles::default() };
    files.encoder(&checkpoint.source, tokenizer, context).encode(prompt)
}

/// The tokens of a prompt source; empty for a state file, which is loaded with its keys and values later.
///
/// # Errors
/// Those of [`encode`].
pub fn tokens(
    source: &PromptSource,
    checkpoint: &Checkpoint,
    tokenizer: Option<&Tokenizer>,
    config: &Config,
    machine: MachineOptions,
    seed: u64,
) -> Result<EncodedPrompt> {
    let maximum = config.max_position_embeddings;
    let context = machine.context.unwrap_or(maximum).min(maximum);
    let ids = match source {
        PromptSource::Prompt(prompt) => {
            let encoded = encode(prompt, checkpoint, tokenizer, Some((context, config.longest_context)))?;
            if let (Some(tokenizer), false) = (tokenizer, matches!(prompt, Prompt::Ids(_))) {
                encoded.ids.iter().try_for_each(|id| tokenizer.check_id(*id, config.vocab_size))?;
            }
            return Ok(encoded);
        }
        PromptSource::RandomIds(count) => random_ids(seed, config.vocab_size, *count),
        PromptSource::State { .. } => Vec::new(),
    };
    Ok(EncodedPrompt { ids, warnings: Vec::new() })
}

/// The text of `--prompt-file` or `--user-file`, as it is.
pub fn read_text(file: &str) -> Result<String> {
    let path = display_path(file);
    match String::from_utf8(read(file)?) {
        Ok(text) if text.is_empty() => Err(Fault::new(FaultKind::EmptyPromptFile, path).into()),
        Ok(text) => Ok(text),
        Err(error) => {
            let place = format!("byte {}", error.utf8_error().valid_up_to());
            Err(Fault::new(FaultKind::NotUtf8, path).subject(place).into())
        }
    }
}

/// The value of `--prompt-ids`.
pub fn parse_ids(list: &str) -> Result<Vec<u32>> {
    let parse_id = |word: &str| {
        let problem = || format!("--prompt-ids: invalid token id (found '{word}')");
        let invalid = |_| Error::usage_with_fix(problem(), "give ids as in 1,2,3");
        word.trim().parse().map_err(invalid)
    };
    list.split(',').map(parse_id).collect()
}

/// The name of `file` in errors.
pub fn display_path(file: &str) -> &Path {
    if file == "-" { Path::new("standard input") } else { Path::new(file) }
}

/// The content of `file`, or of standard input if `file` is `-`.
///
/// # Errors
/// [`Error::Io`]; [`FaultKind::TooLarge`] for more bytes than any context can hold, such as an endless device.
fn read(file: &str) -> Result<Vec<u8>> {
    const MAX_BYTES: u64 = 64 << 20;
    let path = display_path(file);
    let mut bytes = Vec::new();
    let read = match file {
        "-" => io::stdin().take(MAX_BYTES + 1).read_to_end(&mut bytes),
        _ => open_text(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes),
    };
    read.map_err(Error::io(path, "read"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Fault::new(FaultKind::TooLarge, path).expected(format!("at most {} MiB", MAX_BYTES >> 20)).into());
    }
    Ok(bytes)
}
