//! Conversations in state files.

use std::path::{Path, PathBuf};

use super::console::STANDARD_FILES;
use crate::checkpoint::Checkpoint;
use crate::engine::state::{self, SavedConversation, State};
use crate::engine::{Completion, Finish, Request};
use crate::error::{Fault, FaultKind, Result};
use crate::files::output::Output;
use crate::model::{MemoryRequest, Model, SequenceGroup};
use crate::text::{Conversation, TextStream, Tokenizer, Transcript};

/// A conversation and its tokens.
#[derive(Debug, Clone)]
pub struct TokenizedConversation {
    pub conversation: Conversation,
    /// Its tokens; empty if they are not known.
    pub transcript: Transcript,
}

impl TokenizedConversation {
    /// The conversation of a state file, if it has one.
    ///
    /// # Errors
    /// [`FaultKind::DamagedState`] if it is not a conversation.
    pub fn of_state(path: &Path, state: &State) -> Result<Option<TokenizedConversation>> {
        let Some(SavedConversation { json, generated }) = &state.conversation else { return Ok(None) };
        let damaged = |error| Fault::new(FaultKind::DamagedState, path).cause(format!("conversation: {error}"));
        let conversation = Conversation::from_saved(path, json).map_err(damaged)?;
        let transcript = Transcript::new(state.tokens.clone(), generated.iter().cloned());
        Ok(Some(TokenizedConversation { conversation, transcript }))
    }

    /// The form in which a state file holds it.
    pub fn to_saved(&self) -> SavedConversation {
        SavedConversation { json: self.conversation.to_saved(), generated: self.transcript.generated().to_vec() }
    }

    /// Appends an answer with the text `text`. What continues an earlier answer becomes a part of it.
    pub fn push_answer(&mut self, tokenizer: &Tokenizer, completion: &Completion, text: &str) {
        let continues =
            self.transcript.generated().last().is_some_and(|last| last.end == self.transcript.tokens().len());
        self.transcript.push_answer(without_eos(completion));
        let answer = self.transcript.generated().last().and_then(|span| self.transcript.tokens().get(span.clone()));
        let last =
            self.conversation.messages.last_mut().filter(|_| continues && completion.finish != Finish::StopString);
        match (last.and_then(|message| message.get_mut("content")), answer) {
            // A character may be split between the two parts.
            (Some(content), Some(answer)) if content.is_string() => *content = tokenizer.decode(answer).into(),
            _ => self.conversation.push_answer(text),
        }
    }
}

/// The generated tokens without the end-of-sequence token.
fn without_eos(completion: &Completion) -> &[u32] {
    match (completion.finish, completion.ids.split_last()) {
        (Finish::Eos(_), Some((_, ids))) => ids,
        _ => &completion.ids,
    }
}

/// The state file that a run writes at its end. `prompt_files` are those that it reads.
///
/// # Errors
/// Those of [`Output::new`] and [`Output::keep`].
pub fn state_output(file: &Path, prompt_files: Vec<PathBuf>, checkpoint: &Checkpoint) -> Result<Output> {
    let mut output = Output::new(file, state::STATE_FILE)?;
    let standard = STANDARD_FILES.map(PathBuf::from);
    output.keep(standard.into_iter().chain(prompt_files).chain(checkpoint.files()))?;
    Ok(output)
}

/// Checks that a request whose state is written to `output`, from a copy of its keys and values, fits in memory.
///
/// # Errors
/// Those of [`Model::check_memory`].
pub fn check_memory_to_save(
    output: Option<&Output>,
    model: &Model,
    request: &Request,
    prefill_chunk: usize,
) -> Result<()> {
    let sequences = vec![SequenceGroup { count: 2, tokens: request.longest() }];
    match output {
        Some(_) => model.check_memory(&MemoryRequest { sequences, ..request.memory_request(prefill_chunk) }),
        None => Ok(()),
    }
}

/// Writes a state, if there is one and it is to be written.
///
/// # Errors
/// Those of [`state::save`].
pub fn write_state(output: Option<Output>, model: &Model, state: Option<State>) -> Result<()> {
    match (output, state) {
        (Some(output), Some(state)) => state::save(&output, model, &state),
        _ => Ok(()),
    }
}

/// The state after an answer, taken from `completion`: without its end-of-sequence token, so that it can be continued.
/// `stop` are the stop strings. `None` if the prompt was interrupted, or no state was asked for.
///
/// # Errors
/// Those of [`TextStream::new`].
pub fn state_after(
    completion: &mut Completion,
    conversation: Option<TokenizedConversation>,
    tokenizer: Option<&Tokenizer>,
    stop: &[String],
) -> Result<Option<State>> {
    let Some(mut state) = completion.state.take().filter(|_| !completion.ids.is_empty()) else { return Ok(None) };
    state.tokens.truncate(state.tokens.len() - (completion.ids.len() - without_eos(completion).len()));
    state.cache.truncate(state.tokens.len());
    if let (Some(mut conversation), Some(tokenizer)) = (conversation, tokenizer) {
        let mut stream = TextStream::new(tokenizer, stop)?;
        let mut text: String = completion.ids.iter().map(|id| stream.push(*id)).collect();
        text += &stream.flush();
        conversation.push_answer(tokenizer, completion, &text);
        state.conversation = Some(conversation.to_saved());
    }
    Ok(Some(state))
}
