//! State files: save and load a sequence with its tokens, keys and values, so that a long prompt is run only once. A state can
//! hold the conversation that the tokens are a rendering of.
//!
//! Format: `rumma state 2\n`, the length of a JSON [`Header`] (u64, little-endian), the header, then the keys and
//! values in the layout of the cache. Continuing from a file gives bit-identical logits to continuing in the same
//! process.

use std::io::Read;
use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::output::{Output, OutputKind};
use crate::files::{hex, open_regular};
use crate::model::Model;
use crate::model::kv_cache::KvCache;

const MAGIC: &[u8] = b"rumma state 2\n";
/// State files of any version. They hold a prompt, which may be private.
pub const STATE_FILE: OutputKind =
    OutputKind { name: "a state file", recognize: |head| head.starts_with(b"rumma state "), private: true };
/// Maximum bytes of the header: more than the ids of the longest context take as JSON.
const LONGEST_HEADER: u64 = 64 << 20;

#[derive(Serialize, Deserialize)]
struct Header {
    /// Identifies the model: see [`fingerprint`].
    model: String,
    arithmetic: String,
    tokens: Vec<u32>,
    /// Checksum of the tokens, keys and values: see [`checksum`].
    sha256: String,
    /// Absent in a state of raw text, and in those of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conversation: Option<SavedConversation>,
    /// Checksum of the conversation: see [`SavedConversation::checksum`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conversation_sha256: Option<String>,
}

/// The conversation that the tokens of a state are a rendering of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedConversation {
    /// The messages, as JSON that is not interpreted here.
    pub json: String,
    /// The positions of the tokens that a model generated, in order.
    pub generated: Vec<Range<usize>>,
}

impl SavedConversation {
    /// The SHA-256 of the JSON, then the start and end of each range (u64, little-endian).
    fn checksum(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.json);
        for bound in self.generated.iter().flat_map(|span| [span.start, span.end]) {
            hash.update((bound as u64).to_le_bytes());
        }
        hex(&hash.finalize())
    }
}

/// The SHA-256 of [`Model::fingerprint`].
pub(super) fn fingerprint(model: &Model) -> String {
    let mut hash = Sha256::new();
    model.fingerprint(|bytes| hash.update(bytes));
    hex(&hash.finalize())
}

/// The SHA-256 of the tokens (u32, little-endian), then the keys and values.
fn checksum(tokens: &[u32], cache: &[u8]) -> String {
    let mut hash = Sha256::new();
    tokens.iter().for_each(|token| hash.update(token.to_le_bytes()));
    hash.update(cache);
    hex(&hash.finalize())
}

/// Reads `magic`, the length of a JSON header (u64, little-endian), which is at most `longest`, and the header. Returns the
/// header and the number of bytes read.
///
/// # Errors
/// [`FaultKind::NotAState`]; [`FaultKind::DamagedState`].
pub(super) fn read_header<H: DeserializeOwned>(
    input: &mut impl Read,
    magic: &[u8],
    longest: u64,
    path: &Path,
) -> Result<(H, u64)> {
    let not_a_state = || Fault::new(FaultKind::NotAState, path);
    let damaged = |cause: String| Fault::new(FaultKind::DamagedState, path).cause(cause);
    let (mut found, mut length) = (vec![0; magic.len()], [0; 8]);
    input.read_exact(&mut found).and_then(|()| input.read_exact(&mut length)).map_err(|_| not_a_state())?;
    let length = u64::from_le_bytes(length);
    if found != magic || length > longest {
        return Err(not_a_state().into());
    }
    let mut header = vec![0; length as usize];
    input.read_exact(&mut header).map_err(|_| damaged("the file ends inside the header".into()))?;
    let header = serde_json::from_slice(&header).map_err(|error| damaged(format!("header: {error}")))?;
    Ok((header, magic.len() as u64 + 8 + length))
}

/// Checks that a file was written with this model and its arithmetic. `origin`: see [`fingerprint`].
///
/// # Errors
/// [`FaultKind::StateOfAnotherModel`]; [`FaultKind::StateOfAnotherArithmetic`].
pub(super) fn check_origin(model: &Model, origin: &str, arithmetic: &str, path: &Path) -> Result<()> {
    if origin != fingerprint(model) {
        return Err(Fault::new(FaultKind::StateOfAnotherModel, path).into());
    }
    if arithmetic != model.arithmetic.name() {
        let fault = Fault::new(FaultKind::StateOfAnotherArithmetic, path);
        return Err(fault.found(arithmetic).expected(model.arithmetic.name()).into());
    }
    Ok(())
}

/// A sequence that can be continued.
#[derive(Debug, Clone)]
pub struct State {
    /// All tokens.
    pub tokens: Vec<u32>,
    /// The keys and values of the first tokens, of all but the last one at least.
    pub cache: KvCache,
    /// The conversation, if the tokens are one.
    pub conversation: Option<SavedConversation>,
}

/// Writes a state.
///
/// # Errors
/// Those of [`Output::write`].
pub fn save(output: &Output, model: &Model, state: &State) -> Result<()> {
    let mut cache = state.cache.clone();
    cache.reserve(state.tokens.len());
    let cache = cache.to_bytes();
    let header = Header {
        model: fingerprint(model),
        arithmetic: model.arithmetic.name().into(),
        tokens: state.tokens.clone(),
        sha256: checksum(&state.tokens, &cache),
        conversation: state.conversation.clone(),
        conversation_sha256: state.conversation.as_ref().map(SavedConversation::checksum),
    };
    let header = serde_json::to_vec(&header).map_err(|error| Error::io(output.path(), "write")(error.into()))?;
    output.write(&[MAGIC, &(header.len() as u64).to_le_bytes(), &header, &cache])
}

/// Reads a state. The keys and values of its last token are left out: computing that token gives the logits of the next.
///
/// # Errors
/// [`Error::Io`]; [`FaultKind::NotRegularFile`]; [`FaultKind::NotAState`]; [`FaultKind::DamagedState`];
/// [`FaultKind::StateOfAnotherModel`]; [`FaultKind::StateOfAnotherArithmetic`].
pub fn load(path: &Path, model: &Model) -> Result<State> {
    let damaged = |cause: &str| Fault::new(FaultKind::DamagedState, path).cause(cause);
    let mut file = open_regular(path)?;
    let size = file.metadata().map_err(Error::io(path, "read"))?.len();
    let (header, length): (Header, u64) = read_header(&mut file, MAGIC, LONGEST_HEADER.min(size), path)?;
    check_origin(model, &header.model, &header.arithmetic, path)?;
    if header.tokens.is_empty() || header.tokens.iter().any(|id| *id as usize >= model.config.vocab_size) {
        return Err(damaged("no tokens, or token ids outside the vocabulary").into());
    }
    let rest = size - length;
    if Some(rest) != model.kv_cache_shape().bytes(header.tokens.len()).map(|bytes| bytes as u64) {
        let tokens = header.tokens.len();
        return Err(damaged(&format!("{rest} bytes of keys and values do not match {tokens} tokens")).into());
    }
    let mut bytes = Vec::with_capacity(rest as usize);
    file.read_to_end(&mut bytes).map_err(Error::io(path, "read"))?;
    if checksum(&header.tokens, &bytes) != header.sha256 {
        return Err(damaged("the checksum of the tokens, keys and values does not match").into());
    }
    if header.conversation.as_ref().map(SavedConversation::checksum) != header.conversation_sha256 {
        return Err(damaged("the checksum of the conversation does not match").into());
    }
    let cache = KvCache::from_bytes(model.kv_cache_shape(), header.tokens.len() - 1, &bytes);
    Ok(State { tokens: header.tokens, cache, conversation: header.conversation })
}
