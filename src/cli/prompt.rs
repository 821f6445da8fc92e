//! The prompt: from the options that name it to the tokens the model reads.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::args::{PromptArgs, up_to};
use crate::checkpoint::Checkpoint;
use crate::engine::sampler::Rng;
use crate::error::{Error, Fault, FaultKind, RequestError, Result, Wanted};
use crate::text::chat::ChatSources;
use crate::text::{ChatTemplate, Conversation, Tokenizer};

/// What the model is to read, before any tokenizer is at hand.
#[derive(Debug, Clone)]
pub enum Prompt {
    /// Raw text.
    Text(String),
    /// A conversation for the chat template.
    Chat(Conversation),
    /// Token ids as they are.
    Ids(Vec<u32>),
    /// So many ids drawn from the seed.
    RandomIds(usize),
    /// What a state file holds.
    State(PathBuf),
}

impl PromptArgs {
    /// A state file in place of a prompt.
    ///
    /// # Errors
    /// [`Error::Usage`] where there is a prompt as well.
    pub fn resolve_state(self, file: String) -> Result<Prompt> {
        let sources = [&self.prompt, &self.prompt_file, &self.user, &self.system, &self.messages, &self.prompt_ids];
        if sources.iter().any(|source| source.is_some()) || self.prompt_tokens.is_some() {
            return Err(Error::Usage("--state goes on from a prompt that was read already; give no other".into()));
        }
        Ok(Prompt::State(file.into()))
    }

    /// The one prompt that was asked for; a demo model (`random`) makes do without.
    ///
    /// # Errors
    /// [`Error::Usage`] unless there is exactly one source; whatever reading its file meets.
    pub fn resolve(self, random: bool) -> Result<Prompt> {
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
            return Err(Error::Usage(format!("{} exclude each other; one prompt at a time", given.join(" and "))));
        }
        if self.system.is_some() && self.user.is_none() {
            return Err(Error::Usage("--system goes with --user".into()));
        }
        if let Some(text) = self.prompt {
            Ok(Prompt::Text(text))
        } else if let Some(file) = self.prompt_file {
            let path = display_path(&file).to_path_buf();
            match String::from_utf8(read(&file)?) {
                Ok(text) if text.is_empty() => Err(Fault::new(FaultKind::EmptyPromptFile, path).into()),
                Ok(text) => Ok(Prompt::Text(text)),
                Err(error) => {
                    let place = format!("byte {}", error.utf8_error().valid_up_to());
                    Err(Fault::new(FaultKind::NotUtf8, path).subject(place).into())
                }
            }
        } else if let Some(user) = self.user {
            Ok(Prompt::Chat(Conversation::question(self.system.as_deref(), &user)))
        } else if let Some(file) = self.messages {
            let path = display_path(&file).to_path_buf();
            Ok(Prompt::Chat(Conversation::from_json(&path, &read(&file)?)?))
        } else if let Some(ids) = self.prompt_ids {
            Ok(Prompt::Ids(parse_ids(&ids)?))
        } else if let Some(count) = up_to(1 << 24, "--prompt-tokens", self.prompt_tokens)?.or(random.then_some(16)) {
            Ok(Prompt::RandomIds(count))
        } else {
            Err(Error::Usage("no prompt; give one of --prompt, --prompt-file, --user, --messages, --prompt-ids".into()))
        }
    }
}

impl Prompt {
    /// The tokens of the prompt. A sequence checks that they are some, and such as the model has.
    ///
    /// # Errors
    /// Text where there is no tokenizer or no chat template, or where one of the two fails.
    pub fn tokens(
        &self,
        checkpoint: &Checkpoint,
        tokenizer: Option<&Tokenizer>,
        vocabulary: usize,
        seed: u64,
    ) -> Result<Vec<u32>> {
        let require_tokenizer = || tokenizer.ok_or_else(|| Error::not_found(Wanted::Tokenizer, &checkpoint.source));
        match self {
            Prompt::Text(text) if text.is_empty() => Err(RequestError::EmptyPrompt.into()),
            Prompt::Text(text) => non_empty(require_tokenizer()?.encode_prompt(text)?, checkpoint),
            Prompt::Chat(conversation) => {
                let tokenizer = require_tokenizer()?;
                let text = template(checkpoint)?.render(conversation, true)?;
                if text.is_empty() {
                    let template = format!("chat template of {}", checkpoint.source);
                    return Err(Fault::new(FaultKind::EmptyTemplateOutput, template).into());
                }
                non_empty(tokenizer.encode(&text)?, checkpoint)
            }
            Prompt::Ids(ids) => Ok(ids.clone()),
            // Its tokens come with their keys and values.
            Prompt::State(_) => Ok(Vec::new()),
            Prompt::RandomIds(count) => {
                let mut rng = Rng { seed, stream: u64::MAX, counter: 0 };
                Ok((0..*count).map(|_| (rng.uniform() * vocabulary as f64) as u32).collect())
            }
        }
    }
}

/// `ids`, which a tokenizer made of some text, if there are any.
fn non_empty(ids: Vec<u32>, checkpoint: &Checkpoint) -> Result<Vec<u32>> {
    if !ids.is_empty() {
        return Ok(ids);
    }
    let path = checkpoint.read("tokenizer.json")?.map_or_else(|| "tokenizer.json".into(), |(path, _)| path);
    Err(Fault::new(FaultKind::NoTokens, path).into())
}

/// The checkpoint's tokenizer, if it has one: made from its tokenizer.json, with the path it was found at.
pub fn tokenizer(checkpoint: &Checkpoint, file: Option<(PathBuf, Vec<u8>)>) -> Result<Option<Tokenizer>> {
    let Some((path, bytes)) = file else { return Ok(None) };
    let config = checkpoint.read("tokenizer_config.json")?;
    Tokenizer::from_bytes(&path, &bytes, borrow(&config)).map(Some)
}

fn borrow(file: &Option<(PathBuf, Vec<u8>)>) -> Option<(&Path, &[u8])> {
    file.as_ref().map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
}

/// The checkpoint's chat template.
fn template(checkpoint: &Checkpoint) -> Result<ChatTemplate> {
    let config = checkpoint.read("tokenizer_config.json")?;
    let jinja = checkpoint.read("chat_template.jinja")?;
    let json = checkpoint.read("chat_template.json")?;
    let sources = ChatSources { tokenizer_config: borrow(&config), jinja: borrow(&jinja), json: borrow(&json) };
    ChatTemplate::from_sources(sources)?.ok_or_else(|| Error::not_found(Wanted::ChatTemplate, &checkpoint.source))
}

fn parse_ids(list: &str) -> Result<Vec<u32>> {
    let one = |word: &str| {
        let wrong = |_| Error::Usage(format!("--prompt-ids: found '{word}', expected token ids as in 1,2,3"));
        word.trim().parse().map_err(wrong)
    };
    list.split(',').map(one).collect()
}

/// `file` as errors name it.
fn display_path(file: &str) -> &Path {
    if file == "-" { Path::new("standard input") } else { Path::new(file) }
}

/// The content of `file`, or of standard input where `file` is `-`.
///
/// # Errors
/// [`Error::Io`]; [`FaultKind::TooLarge`] for more than any context could hold, such as a device without end.
fn read(file: &str) -> Result<Vec<u8>> {
    const MAX_BYTES: u64 = 64 << 20;
    let path = display_path(file);
    let mut bytes = Vec::new();
    let read = match file {
        "-" => io::stdin().take(MAX_BYTES + 1).read_to_end(&mut bytes),
        _ => File::open(path).map_err(Error::io(path, "open"))?.take(MAX_BYTES + 1).read_to_end(&mut bytes),
    };
    read.map_err(Error::io(path, "read"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Fault::new(FaultKind::TooLarge, path).expected(format!("at most {} MiB", MAX_BYTES >> 20)).into());
    }
    Ok(bytes)
}
