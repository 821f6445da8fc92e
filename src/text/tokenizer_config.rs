//! tokenizer_config.json: what it adds to the tokenizer of tokenizer.json, what it changes, and what is not used.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokenizers::AddedToken;

use crate::error::{Fault, FaultKind, Result};
use crate::text::special_tokens;

/// Maximum total bytes of the added tokens after normalization: the crate's matcher takes 90 bytes of memory for each.
const MAX_ADDED_TOKEN_BYTES: usize = 1 << 20;

/// The key of the tokens that the file lists.
const LISTED: &str = "added_tokens_decoder";

/// The keys whose values are true or false.
const FLAGS: [&str; 12] = [
    "add_bos_token",
    "add_eos_token",
    "add_prefix_space",
    "clean_up_tokenization_spaces",
    "do_lower_case",
    "from_slow",
    "legacy",
    "spaces_between_special_tokens",
    "split_special_tokens",
    "strip_accents",
    "trim_offsets",
    "use_fast",
];

/// The keys that name a special token, as transformers' `SpecialTokensMixin` has them.
const NAMED_TOKENS: [&str; 7] =
    ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/// A tokenizer_config.json whose values have the right types.
#[derive(Default)]
pub(super) struct TokenizerConfig {
    path: PathBuf,
    pub json: Value,
    /// The `added_tokens_decoder`, in order of the ids. transformers adds what tokenizer.json lacks, and its flags win.
    pub listed: Vec<(u32, AddedToken)>,
}

impl TokenizerConfig {
    /// Reads the bytes of the file, if there is one.
    ///
    /// # Errors
    /// [`FaultKind::NotJson`], [`FaultKind::NotJsonObject`]; [`FaultKind::InvalidField`] for a value of another type.
    pub fn parse(file: Option<(&Path, &[u8])>) -> Result<TokenizerConfig> {
        let Some((path, bytes)) = file else { return Ok(TokenizerConfig::default()) };
        let json: Value =
            serde_json::from_slice(bytes).map_err(|error| Fault::new(FaultKind::NotJson, path).cause(error))?;
        if !json.is_object() {
            return Err(Fault::new(FaultKind::NotJsonObject, path).into());
        }
        let mut config = TokenizerConfig { path: path.to_path_buf(), json, listed: Vec::new() };
        for name in FLAGS {
            config.check_flag(&config.json, name, name)?;
        }
        for name in NAMED_TOKENS {
            let value = &config.json[name];
            if !(value.is_null() || value.is_string() || value["content"].is_string()) {
                return Err(config.wrong(name, value, "a text, an object with a text as content, or null").into());
            }
        }
        config.listed = config.read_listed()?;
        Ok(config)
    }

    /// The value of a key that is true or false.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.json[name].as_bool()
    }

    /// The texts of the special tokens besides those that [`special_tokens`] has.
    pub fn more_special(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        for name in ["additional_special_tokens", "extra_special_tokens"] {
            let listed = self.json[name].as_array().into_iter().flatten();
            let named = self.json[name].as_object().into_iter().flat_map(|object| object.values());
            texts.extend(listed.chain(named).filter_map(|token| token.as_str().or(token["content"].as_str())));
        }
        texts
    }

    /// Refuses more added tokens than the crate's matcher has memory for: the `added` ones of the tokenizer.json at `path`, and
    /// what this file lists besides. `growth`: the factor by which normalizers may lengthen a token, at least 1.
    ///
    /// # Errors
    /// [`FaultKind::TokenizerLimit`].
    pub fn check_added_size(&self, path: &Path, added: &[&str], growth: usize) -> Result<()> {
        let limit = MAX_ADDED_TOKEN_BYTES / growth.max(1);
        let known: HashSet<&str> = added.iter().copied().collect();
        let own: usize = added.iter().map(|token| token.len()).sum();
        let listed = self.listed.iter().map(|(_, token)| token.content.as_str());
        let all = own + listed.filter(|token| !known.contains(token)).map(str::len).sum::<usize>();
        let (path, subject, bytes) = if own > limit { (path, "added_tokens", own) } else { (&*self.path, LISTED, all) };
        if bytes <= limit {
            return Ok(());
        }
        let fault = Fault::new(FaultKind::TokenizerLimit, path).subject(subject).found(format!("{bytes} bytes"));
        Err(fault.expected(format!("at most {limit}")).into())
    }

    /// Sets `add_prefix_space` of the byte-level steps of a pre-tokenizer, as transformers' `Qwen2Tokenizer` does. Returns
    /// whether there is such a step.
    pub fn set_prefix_space(&self, pre_tokenizer: &mut Value) -> bool {
        if let Some(steps) = pre_tokenizer.get_mut("pretokenizers").and_then(Value::as_array_mut) {
            return steps.iter_mut().map(|step| self.set_prefix_space(step)).filter(|found| *found).count() > 0;
        }
        let is_byte_level = pre_tokenizer["type"] == "ByteLevel";
        if let (true, Some(flag)) = (is_byte_level, self.flag("add_prefix_space")) {
            pre_tokenizer["add_prefix_space"] = flag.into();
        }
        is_byte_level
    }

    /// What the file says and the tokenizer does not do. `is_token`: whether a text is a token.
    pub fn warnings(&self, byte_level: bool, adds_eos: bool, is_token: impl Fn(&str) -> bool) -> Vec<Fault> {
        let mut ignored: Vec<String> = Vec::new();
        let done = |name: &str| match name {
            "add_prefix_space" => byte_level,
            "add_eos_token" => adds_eos,
            _ => false,
        };
        let flags =
            ["add_prefix_space", "add_eos_token", "do_lower_case", "strip_accents", "clean_up_tokenization_spaces"];
        let set = flags.into_iter().filter(|name| self.flag(name) == Some(true) && !done(name));
        ignored.extend(set.map(|name| format!("{name} true")));
        let errors = self.json["errors"].as_str().filter(|errors| *errors != "replace");
        ignored.extend(errors.map(|errors| format!("errors {errors:?}")));
        let mut warnings = Vec::new();
        if !ignored.is_empty() {
            warnings.push(Fault::new(FaultKind::IgnoredSettings, &self.path).cause(ignored.join(", ")));
        }
        let named = special_tokens(&self.json).into_iter();
        let more = self.more_special().into_iter().map(|text| ("additional special token", text));
        for (name, text) in named.chain(more).filter(|(_, text)| !is_token(text)) {
            warnings
                .push(Fault::new(FaultKind::UnknownSpecialToken, &self.path).subject(name).found(format!("{text:?}")));
        }
        warnings
    }

    fn wrong(&self, field: impl std::fmt::Display, found: &Value, expected: &str) -> Fault {
        let found: String = found.to_string().chars().take(60).collect();
        Fault::new(FaultKind::InvalidField, &self.path).subject(field).found(found).expected(expected)
    }

    fn check_flag(&self, object: &Value, name: &str, field: &str) -> Result<Option<bool>> {
        match &object[name] {
            Value::Null => Ok(None),
            Value::Bool(flag) => Ok(Some(*flag)),
            value => Err(self.wrong(field, value, "true or false").into()),
        }
    }

    fn read_listed(&self) -> Result<Vec<(u32, AddedToken)>> {
        let object = match &self.json[LISTED] {
            Value::Null => return Ok(Vec::new()),
            Value::Object(object) => object,
            value => return Err(self.wrong(LISTED, value, "an object of ids and tokens").into()),
        };
        let mut tokens = Vec::new();
        for (id, token) in object {
            let field = format!("{LISTED}.{id}");
            let (Ok(id), Some(content)) = (id.parse(), token["content"].as_str()) else {
                return Err(self.wrong(field, token, "an id and an object with a text as content").into());
            };
            let flag = |name: &str, default| {
                Ok::<bool, crate::error::Error>(
                    self.check_flag(token, name, &format!("{field}.{name}"))?.unwrap_or(default),
                )
            };
            let special = flag("special", false)?;
            let token = AddedToken {
                content: content.into(),
                single_word: flag("single_word", false)?,
                lstrip: flag("lstrip", false)?,
                rstrip: flag("rstrip", false)?,
                normalized: flag("normalized", !special)?,
                special,
            };
            tokens.push((id, token));
        }
        tokens.sort_by_key(|(id, _)| *id);
        Ok(tokens)
    }
}
