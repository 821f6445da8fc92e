//! The prompt: from the command-line options to token ids.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::args::PromptArgs;
use crate::checkpoint::Checkpoint;
use crate::engine::sampler::random_ids;
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::open_text;
use crate::text::chat::ChatSources;
use crate::text::{Conversation, Prompt, PromptEncoder, Tokenizer};

/// The source of the prompt's tokens.
#[derive(Debug, Clone)]
pub enum PromptSource {
    Prompt(Prompt),
    /// This number of random ids, from the seed.
    RandomIds(usize),
    /// A state file, which contains tokens, keys and values.
    State(PathBuf),
}

impl PromptArgs {
    /// The state file as the source, instead of a prompt.
    ///
    /// # Errors
    /// [`Error::Usage`] if a prompt is given too.
    pub fn resolve_state(self, file: String) -> Result<PromptSource> {
        let sources = [&self.prompt, &self.prompt_file, &self.user, &self.system, &self.messages, &self.prompt_ids];
        if sources.iter().any(|source| source.is_some()) || self.prompt_tokens.is_some() {
            return Err(Error::usage_with_fix("--state already contains a prompt", "omit the other prompt options"));
        }
        Ok(PromptSource::State(file.into()))
    }

    /// The files that the prompt is read from.
    pub fn files(&self) -> Vec<PathBuf> {
        [&self.prompt_file, &self.messages].into_iter().flatten().map(PathBuf::from).collect()
    }

    /// The prompt that the options give. Without one, a demo model (`random`) gets 16 random ids.
    ///
    /// # Errors
    /// [`Error::Usage`] unless there is exactly one source; the errors of reading its file.
    pub fn resolve(self, random: bool) -> Result<PromptSource> {
        let sources = [
            ("--prompt", self.prompt.is_some()),
            ("--prompt-file", self.prompt_file.is_some()),
            ("--user", self.user.is_some()),
            ("--messages", self.messages.is_some()),
            ("--prompt-ids", self.prompt_ids.is_some()),
            ("--prompt-tokens", self.prompt_tokens.is_some()),
        ];
        let given: Vec<&str> = sources.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        if given.len() > 1 {
            let problem = format!("{} cannot be used together", given.join(" and "));
            return Err(Error::usage_with_fix(problem, "give one prompt"));
        }
        if self.system.is_some() && self.user.is_none() {
            let fix = match given.first() {
                None => "add --user TEXT".into(),
                Some(&"--messages") => "put the system message into the file of --messages".into(),
                Some(option) => format!("give the prompt with --user instead of {option}"),
            };
            return Err(Error::usage_with_fix("--system needs --user", fix));
        }
        let prompt = if let Some(text) = self.prompt {
            Prompt::Text(text)
        } else if let Some(file) = self.prompt_file {
            Prompt::Text(read_text(&file)?)
        } else if let Some(user) = self.user {
            Prompt::Chat(Conversation::question(self.system.as_deref(), &user))
        } else if let Some(file) = self.messages {
            Prompt::Chat(Conversation::from_json(display_path(&file), &read(&file)?)?)
        } else if let Some(ids) = self.prompt_ids {
            Prompt::Ids(parse_ids(&ids)?)
        } else if let Some(count) = self.prompt_tokens.or(random.then_some(16)) {
            return Ok(PromptSource::RandomIds(count));
        } else {
            let fix = "give one of --prompt, --prompt-file, --user, --messages, --prompt-ids";
            return Err(Error::usage_with_fix("no prompt", fix));
        };
        Ok(PromptSource::Prompt(prompt))
    }
}

/// Encodes a prompt with the tokenizer and the chat template of a checkpoint.
///
/// # Errors
/// Those of [`PromptEncoder::encode`] and of reading the checkpoint's files.
pub fn encode(prompt: &Prompt, checkpoint: &Checkpoint, tokenizer: Option<&Tokenizer>) -> Result<Vec<u32>> {
    let read = |name| if matches!(prompt, Prompt::Chat(..)) { checkpoint.read(name) } else { Ok(None) };
    let config = read("tokenizer_config.json")?;
    let jinja = read("chat_template.jinja")?;
    let json = read("chat_template.json")?;
    let chat = ChatSources { tokenizer_config: borrow(&config), jinja: borrow(&jinja), json: borrow(&json) };
    PromptEncoder { model: &checkpoint.source, tokenizer, chat }.encode(prompt)
}

/// The token ids of a prompt source; empty for a state file, which is loaded with its keys and values later.
///
/// # Errors
/// Those of [`encode`].
pub fn token_ids(
    source: &PromptSource,
    checkpoint: &Checkpoint,
    tokenizer: Option<&Tokenizer>,
    vocab_size: usize,
    seed: u64,
) -> Result<Vec<u32>> {
    match source {
        PromptSource::Prompt(prompt) => encode(prompt, checkpoint, tokenizer),
        PromptSource::RandomIds(count) => Ok(random_ids(seed, vocab_size, *count)),
        PromptSource::State(_) => Ok(Vec::new()),
    }
}

fn borrow(file: &Option<(PathBuf, Vec<u8>)>) -> Option<(&Path, &[u8])> {
    file.as_ref().map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
}

/// The text of `--prompt-file`.
fn read_text(file: &str) -> Result<String> {
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
fn parse_ids(list: &str) -> Result<Vec<u32>> {
    let parse_id = |word: &str| {
        let problem = || format!("--prompt-ids: invalid token id (found '{word}')");
        let invalid = |_| Error::usage_with_fix(problem(), "give ids as in 1,2,3");
        word.trim().parse().map_err(invalid)
    };
    list.split(',').map(parse_id).collect()
}

/// The name of `file` in errors.
fn display_path(file: &str) -> &Path {
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
