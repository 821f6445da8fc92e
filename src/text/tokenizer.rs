//! Loads tokenizer.json. No file content makes the loader or the tokenizer panic or print.
//!
//! The `tokenizers` crate encodes. Its loader is not used, because it panics on some damaged files and builds the
//! vocabulary three times. Here the file is parsed once into plain data and checked; then the crate's parts are built
//! from it.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use tokenizers::models::bpe::{BPE, Merges, Vocab};
use tokenizers::{
    AddedToken, DecoderWrapper, PostProcessorWrapper, PreTokenizerWrapper, TokenizerBuilder, TokenizerImpl,
};

use crate::error::{Fault, FaultKind, Result};
use crate::text::bound::Countable;
use crate::text::normalizers::{self, NORMALIZERS, Normalizers, PRE_TOKENIZERS, check_inserted_text, check_steps};
use crate::text::post_processor::PostProcessor;
use crate::text::special_tokens;
use crate::text::stream::{TextStream, TokenDecoder};
use crate::text::tokenizer_config::TokenizerConfig;
use crate::text::vocabulary::keep_ids;

pub(super) type BpeTokenizer =
    TokenizerImpl<BPE, Normalizers, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// A byte-pair (BPE) tokenizer: text to token ids and back.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    path: PathBuf,
    pub(super) inner: BpeTokenizer,
    decoder: TokenDecoder,
    /// Ids that are added before and after a raw prompt.
    prompt_start: Vec<u32>,
    prompt_end: Vec<u32>,
    bos: Option<u32>,
    eos: Option<u32>,
    /// For [`Tokenizer::min_tokens`]; `None` if it has no bound.
    countable: Option<Countable>,
    /// The token with the largest id.
    last: Option<(u32, String)>,
    warnings: Vec<Fault>,
}

impl Tokenizer {
    /// Builds the tokenizer from the bytes of tokenizer.json and, if there is one, of tokenizer_config.json. The paths
    /// are used only in errors.
    ///
    /// # Errors
    /// [`FaultKind::InvalidTokenizer`] for a damaged file; [`FaultKind::UnsupportedTokenizer`] for a model other than
    /// BPE or an unsupported step; [`FaultKind::TokenizerLimit`]; [`FaultKind::NotJson`], [`FaultKind::NotJsonObject`] and
    /// [`FaultKind::InvalidField`] for tokenizer_config.json.
    pub fn from_bytes(path: &Path, json: &[u8], tokenizer_config: Option<(&Path, &[u8])>) -> Result<Tokenizer> {
        let invalid = |cause: String| Fault::new(FaultKind::InvalidTokenizer, path).cause(cause);
        let too_large = |cause: String| Fault::new(FaultKind::TokenizerLimit, path).cause(cause);
        let unsupported = |found: String| Fault::new(FaultKind::UnsupportedTokenizer, path).found(found);
        let config = TokenizerConfig::parse(tokenizer_config)?;
        let mut file: TokenizerJson = serde_json::from_slice(json).map_err(|error| invalid(error.to_string()))?;
        let byte_level = config.set_prefix_space(&mut file.pre_tokenizer);

        check_steps(&file.normalizer, NORMALIZERS, "normalizers").map_err(unsupported)?;
        check_steps(&file.pre_tokenizer, PRE_TOKENIZERS, "pretokenizers").map_err(unsupported)?;
        check_inserted_text(&file.normalizer, &file.pre_tokenizer).map_err(unsupported)?;
        let growth = normalizers::check_growth(&file.normalizer, "normalizers").map_err(too_large)?;
        normalizers::check_growth(&file.pre_tokenizer, "pretokenizers").map_err(too_large)?;
        normalizers::check_growth(&file.decoder, "decoders").map_err(too_large)?;
        let added: Vec<&str> = file.added_tokens.iter().map(|added| added.token.content.as_str()).collect();
        config.check_added_size(path, &added, growth)?;
        if file.decoder.is_null() {
            return Err(unsupported("a tokenizer without a decoder".into()).into());
        }
        let decoder = TokenDecoder::from_json(&file.decoder).map_err(unsupported)?;
        let template = PostProcessor::from_json(&file.post_processor).map_err(unsupported)?;
        if file.model.kind.as_deref().is_some_and(|kind| kind != "BPE") {
            return Err(unsupported(format!("tokenizer model {}", file.model.kind.unwrap_or_default())).into());
        }
        if file.model.dropout.is_some_and(|dropout| dropout != 0.0) {
            return Err(unsupported("a tokenizer with random dropout".into()).into());
        }

        let affixes = [&file.model.continuing_subword_prefix, &file.model.end_of_word_suffix];
        let countable = match affixes.iter().any(|affix| affix.as_ref().is_some_and(|affix| !affix.is_empty())) {
            true => None,
            false => Countable::new(&file.normalizer, &file.pre_tokenizer),
        };
        let pre_tokenizer: serde_json::Result<Option<PreTokenizerWrapper>> = serde_json::from_value(file.pre_tokenizer);
        let added = file.added_tokens.iter();
        keep_ids(&mut file.model.vocab, added.map(|added| (added.token.content.as_str(), added.id)));
        let last = last_token(&file.model.vocab);
        let model = build_model(file.model).map_err(invalid)?;
        let mut inner: BpeTokenizer = TokenizerBuilder::default()
            .with_model(model)
            .with_normalizer(Normalizers::from_json(&file.normalizer).map_err(invalid)?)
            .with_pre_tokenizer(pre_tokenizer.map_err(|error| invalid(format!("pre_tokenizer: {error}")))?)
            .build()
            .map_err(|error| invalid(error.to_string()))?;
        add_tokens(&mut inner, &file.added_tokens, &config).map_err(invalid)?;
        inner.set_encode_special_tokens(config.flag("split_special_tokens") == Some(true));
        let added = inner.get_added_vocabulary().get_added_tokens_decoder().iter();
        let last = added.map(|(id, token)| (*id, token.content.clone())).chain(last).max();

        let mut tokenizer = Tokenizer {
            path: path.to_path_buf(),
            decoder,
            prompt_start: template.start,
            prompt_end: template.end,
            bos: None,
            eos: None,
            countable,
            inner,
            last,
            warnings: Vec::new(),
        };
        for (name, text) in special_tokens(&config.json) {
            match name {
                "bos_token" => tokenizer.bos = tokenizer.id_of(text),
                "eos_token" => tokenizer.eos = tokenizer.id_of(text),
                _ => {}
            }
        }
        if let (Some(true), Some(bos)) = (config.flag("add_bos_token"), tokenizer.bos)
            && tokenizer.prompt_start.first() != Some(&bos)
        {
            tokenizer.prompt_start.insert(0, bos);
        }
        let adds_eos = tokenizer.eos.is_some() && tokenizer.prompt_end.last() == tokenizer.eos.as_ref();
        tokenizer.warnings = config.warnings(byte_level, adds_eos, |text| tokenizer.id_of(text).is_some());
        Ok(tokenizer)
    }

    /// Checks that a tokenizer.json and a tokenizer_config.json are complete, without building the tokenizer. Several times
    /// faster than [`from_bytes`](Self::from_bytes), which finds more. Returns the warnings, those about the `vocab_size`
    /// tokens of the model included.
    ///
    /// # Errors
    /// [`FaultKind::InvalidTokenizer`], and those of tokenizer_config.json.
    pub fn check(
        path: &Path,
        json: &[u8],
        tokenizer_config: Option<(&Path, &[u8])>,
        vocab_size: Option<usize>,
    ) -> Result<Vec<Fault>> {
        #[derive(Deserialize)]
        #[serde(expecting = "a tokenizer object")]
        struct Complete {
            #[serde(default)]
            added_tokens: Vec<AddedTokenWithId>,
            #[serde(default)]
            pre_tokenizer: Value,
            #[serde(default)]
            post_processor: Value,
            model: Words,
        }
        #[derive(Deserialize)]
        #[serde(expecting = "an object with vocab and merges")]
        struct Words {
            #[serde(default, deserialize_with = "vocab")]
            vocab: Vocab,
        }
        let invalid = |error| Fault::new(FaultKind::InvalidTokenizer, path).cause(error);
        let config = TokenizerConfig::parse(tokenizer_config)?;
        let mut file: Complete = serde_json::from_slice(json).map_err(invalid)?;
        let byte_level = config.set_prefix_space(&mut file.pre_tokenizer);
        let mut tokens = file.model.vocab;
        tokens.extend(file.added_tokens.into_iter().map(|added| (added.token.content, added.id)));
        tokens.extend(config.listed.iter().map(|(id, token)| (token.content.clone(), *id)));
        let eos = special_tokens(&config.json).into_iter().find(|(name, _)| *name == "eos_token");
        let eos = eos.and_then(|(_, text)| tokens.get(text));
        let template = PostProcessor::from_json(&file.post_processor).unwrap_or_default();
        let adds_eos = eos.is_some() && template.end.last() == eos;
        let mut warnings = config.warnings(byte_level, adds_eos, |text| tokens.contains_key(text));
        let last = last_token(&tokens);
        warnings.extend(last.and_then(|(id, token)| beyond_model(path, id, &token, vocab_size?)));
        Ok(warnings)
    }

    /// What the files say and the tokenizer does not do, and whether it has tokens that a model with `vocab_size` tokens
    /// does not have.
    pub fn warnings(&self, vocab_size: usize) -> Vec<Fault> {
        let last = self.last.as_ref().and_then(|(id, token)| beyond_model(&self.path, *id, token, vocab_size));
        self.warnings.iter().cloned().chain(last).collect()
    }

    /// Checks that a model with `vocab_size` tokens has the token `id`, which this tokenizer gave.
    ///
    /// # Errors
    /// [`FaultKind::TokenBeyondModel`].
    pub fn check_id(&self, id: u32, vocab_size: usize) -> Result<()> {
        if (id as usize) < vocab_size {
            return Ok(());
        }
        let token = self.inner.id_to_token(id).unwrap_or_default();
        beyond_model(&self.path, id, &token, vocab_size).map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// The id of the `eos_token` of a tokenizer_config.json, from the tokens that the file lists
    /// itself; `None` if it does not, or is damaged. For models without a tokenizer.
    pub fn eos_of_config(json: &[u8]) -> Option<u32> {
        let config: Value = serde_json::from_slice(json).ok()?;
        let (_, eos) = special_tokens(&config).into_iter().find(|(name, _)| *name == "eos_token")?;
        let mut listed = config["added_tokens_decoder"].as_object()?.iter();
        listed.find(|(_, token)| token["content"] == eos).and_then(|(id, _)| id.parse().ok())
    }

    /// The path of tokenizer.json, for errors.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The ids of `text`. Special tokens in the text are recognised; none are added, because a chat template writes its
    /// own (transformers' `tokenizer(text, add_special_tokens=False)`).
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        let encoding = self.inner.encode_fast(text, false);
        let encoding = encoding.map_err(|error| Fault::new(FaultKind::CannotEncode, &self.path).cause(error))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// A lower bound on the number of tokens of `text`; 0 if there is none. Much faster than [`encode`](Self::encode).
    pub(crate) fn min_tokens(&self, text: &str) -> usize {
        let tokens = (0..self.vocab_size() as u32).filter_map(|id| self.token_bytes(id));
        let added = self.inner.get_added_vocabulary().get_added_tokens_decoder().values();
        let strips = added.into_iter().any(|token| token.lstrip || token.rstrip);
        self.countable.as_ref().map_or(0, |countable| countable.min_tokens(text, tokens, strips))
    }

    /// The ids of a raw prompt: [`encode`](Self::encode) plus the beginning-of-text token, if the model was trained
    /// with one (Llama, Mistral, Gemma; not Qwen), as transformers' `tokenizer(text)`.
    ///
    /// The added tokens come from tokenizer.json's `post_processor`; if it has no `bos_token`, `add_bos_token: true` in
    /// tokenizer_config.json adds it. A text that already begins with the token gets no second one.
    pub fn encode_prompt(&self, text: &str) -> Result<Vec<u32>> {
        let mut ids = self.encode_start(self.encode(text)?);
        ids.extend(&self.prompt_end);
        Ok(ids)
    }

    /// `ids` after the tokens that [`encode_prompt`](Self::encode_prompt) adds before a text.
    pub(crate) fn encode_start(&self, ids: Vec<u32>) -> Vec<u32> {
        if ids.starts_with(&self.prompt_start) { ids } else { [&self.prompt_start[..], &ids].concat() }
    }

    /// The text of `ids` without special tokens, as transformers' `decode(ids, skip_special_tokens=True,
    /// clean_up_tokenization_spaces=False)`.
    pub fn decode(&self, ids: &[u32]) -> String {
        let mut stream = TextStream::without_stops(self);
        let mut text: String = ids.iter().map(|&id| stream.push(id)).collect();
        text += &stream.flush();
        text
    }

    /// The UTF-8 bytes of `id`, which may be part of a character; the name of a special token. `None` for ids that are
    /// not in the tokenizer (models pad their vocabulary).
    pub fn token_bytes(&self, id: u32) -> Option<Vec<u8>> {
        self.inner.id_to_token(id).map(|token| self.decoder.bytes(&token))
    }

    /// The id of a token by its string in the vocabulary, such as `<|im_end|>`.
    pub fn id_of(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    /// Whether `id` is a special token, which [`decode`](Self::decode) leaves out.
    pub fn is_special(&self, id: u32) -> bool {
        let token = self.inner.id_to_token(id);
        token.is_some_and(|token| self.inner.get_added_vocabulary().is_special_token(&token))
    }

    /// Number of tokens, including added ones; a model's vocabulary is often padded to a larger size.
    pub fn vocab_size(&self) -> usize {
        self.inner.get_vocab_size(true)
    }

    /// The `bos_token` of tokenizer_config.json.
    pub fn bos(&self) -> Option<u32> {
        self.bos
    }

    /// The `eos_token` of tokenizer_config.json; generation_config.json may list more.
    pub fn eos(&self) -> Option<u32> {
        self.eos
    }

    pub(crate) fn decoder(&self) -> &TokenDecoder {
        &self.decoder
    }

    /// The vocabulary string of `id`, if it is in the vocabulary and not special.
    pub(crate) fn printable_token(&self, id: u32) -> Option<String> {
        let token = self.inner.id_to_token(id)?;
        (!self.inner.get_added_vocabulary().is_special_token(&token)).then_some(token)
    }
}

/// The used fields of tokenizer.json; `truncation` and `padding` are ignored.
#[derive(Deserialize)]
#[serde(expecting = "a tokenizer object")]
struct TokenizerJson {
    #[serde(default)]
    added_tokens: Vec<AddedTokenWithId>,
    #[serde(default)]
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    #[serde(default)]
    post_processor: Value,
    #[serde(default)]
    decoder: Value,
    model: BpeModel,
}

/// A token outside the BPE model; added tokens are matched in a text before it is split.
#[derive(Deserialize)]
#[serde(expecting = "an object with id and content")]
struct AddedTokenWithId {
    id: u32,
    #[serde(flatten)]
    token: AddedToken,
}

/// The BPE model. Other model types parse as far as `type`, for the error.
#[derive(Deserialize)]
#[serde(expecting = "an object with vocab and merges")]
struct BpeModel {
    #[serde(rename = "type")]
    kind: Option<String>,
    dropout: Option<f32>,
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
    fuse_unk: Option<bool>,
    byte_fallback: Option<bool>,
    ignore_merges: Option<bool>,
    #[serde(default, deserialize_with = "vocab")]
    vocab: Vocab,
    #[serde(default)]
    merges: Vec<Merge>,
}

/// One merge, in the form `["a", "b"]` or `"a b"`; `None` for the `#version` line of old files.
struct Merge(Option<(String, String)>);

impl<'de> Deserialize<'de> for Merge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Merge, D::Error> {
        struct MergeVisitor;
        impl<'de> Visitor<'de> for MergeVisitor {
            type Value = Merge;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, "a merge of two tokens")
            }

            fn visit_str<E: de::Error>(self, line: &str) -> std::result::Result<Merge, E> {
                if line.starts_with("#version") {
                    return Ok(Merge(None));
                }
                match line.split_once(' ') {
                    Some((left, right)) if !right.contains(' ') => Ok(Merge(Some((left.into(), right.into())))),
                    _ => Err(E::invalid_value(de::Unexpected::Str(line), &self)),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Merge, A::Error> {
                let (left, right) = (list.next_element()?, list.next_element()?);
                match (left, right, list.next_element::<IgnoredAny>()?) {
                    (Some(left), Some(right), None) => Ok(Merge(Some((left, right)))),
                    _ => Err(de::Error::invalid_value(de::Unexpected::Seq, &self)),
                }
            }
        }
        deserializer.deserialize_any(MergeVisitor)
    }
}

/// Reads `{"token": id}` and refuses duplicate tokens. Unigram's list of pairs is read as empty.
fn vocab<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Vocab, D::Error> {
    struct VocabVisitor;
    impl<'de> Visitor<'de> for VocabVisitor {
        type Value = Vocab;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            write!(f, "an object of tokens and ids")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Vocab, A::Error> {
            let mut vocab = Vocab::new();
            while let Some((token, id)) = map.next_entry::<String, u32>()? {
                if let Some(other) = vocab.insert(token, id) {
                    return Err(de::Error::custom(format!("a token has two ids, {other} and {id}")));
                }
            }
            Ok(vocab)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Vocab, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Vocab::new())
        }
    }
    deserializer.deserialize_any(VocabVisitor)
}

/// The token with the largest id.
fn last_token(vocab: &Vocab) -> Option<(u32, String)> {
    vocab.iter().max_by_key(|(_, id)| **id).map(|(token, id)| (*id, token.clone()))
}

/// The fault of a token whose id is not below `vocab_size`.
fn beyond_model(path: &Path, id: u32, token: &str, vocab_size: usize) -> Option<Fault> {
    let fault = || Fault::new(FaultKind::TokenBeyondModel, path).subject(format!("{token:?}"));
    (id as usize >= vocab_size).then(|| fault().found(format!("id {id}")).expected(format!("an id below {vocab_size}")))
}

/// Checks what the crate assumes about the model, then builds the crate's model.
fn build_model(model: BpeModel) -> std::result::Result<BPE, String> {
    if model.vocab.is_empty() {
        return Err("model.vocab is missing or empty".into());
    }
    let mut ids: Vec<u32> = model.vocab.values().copied().collect();
    ids.sort_unstable();
    if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("model.vocab gives the id {} to two tokens", pair[0]));
    }
    // The crate reports merges of unknown tokens. Before that it copies both tokens into a buffer as long as the
    // longest token and removes the prefix of the second unchecked, so both are checked here.
    let longest = model.vocab.keys().map(String::len).max().unwrap_or(0);
    let prefix = model.continuing_subword_prefix.clone().unwrap_or_default();
    let merges: Merges = model.merges.into_iter().filter_map(|Merge(pair)| pair).collect();
    for (index, (left, right)) in merges.iter().enumerate() {
        let sound = right.strip_prefix(prefix.as_str()).is_some_and(|tail| left.len() + tail.len() <= longest);
        if !sound {
            return Err(format!(
                "model.merges[{index}]: {left:?} and {right:?} do not merge to a token of the vocabulary"
            ));
        }
    }
    let mut builder = BPE::builder()
        .vocab_and_merges(model.vocab, merges)
        .fuse_unk(model.fuse_unk.unwrap_or(false))
        .byte_fallback(model.byte_fallback.unwrap_or(false))
        .ignore_merges(model.ignore_merges.unwrap_or(false));
    if let Some(token) = model.unk_token {
        builder = builder.unk_token(token);
    }
    if let Some(prefix) = model.continuing_subword_prefix {
        builder = builder.continuing_subword_prefix(prefix);
    }
    if let Some(suffix) = model.end_of_word_suffix {
        builder = builder.end_of_word_suffix(suffix);
    }
    builder.build().map_err(|error| format!("model: {error}"))
}

/// Adds `added_tokens`, and marks the special tokens of tokenizer_config.json as special.
fn add_tokens(
    inner: &mut BpeTokenizer,
    added: &[AddedTokenWithId],
    config: &TokenizerConfig,
) -> std::result::Result<(), String> {
    let failed = |error: tokenizers::Error| format!("added_tokens: {error}");
    inner.add_tokens(added.iter().map(|added| added.token.clone())).map_err(failed)?;
    // The crate numbers tokens that are not in the vocabulary itself, so the ids of the file are checked against its
    // own.
    for AddedTokenWithId { id, token } in added {
        let found = inner.token_to_id(&token.content);
        if found != Some(*id) {
            let found = found.map_or("none".into(), |id| id.to_string());
            return Err(format!("added_tokens: {:?} has id {id}, expected {found}", token.content));
        }
    }
    let listed = &config.listed;
    inner.add_tokens(listed.iter().map(|(_, token)| token.clone())).map_err(failed)?;
    for (id, token) in listed {
        let found = inner.token_to_id(&token.content);
        if found != Some(*id) {
            let found = found.map_or("none".into(), |id| id.to_string());
            return Err(format!("{:?} has id {found}, but {id} in tokenizer_config.json", token.content));
        }
    }
    let named = special_tokens(&config.json).into_iter().map(|(_, text)| text);
    let special: Vec<AddedToken> = named
        .chain(config.more_special())
        .filter(|text| inner.token_to_id(text).is_some() && !inner.get_added_vocabulary().is_special_token(text))
        .map(|text| AddedToken::from(text.to_string(), true))
        .collect();
    inner.add_tokens(special).map_err(failed)?;
    Ok(())
}
