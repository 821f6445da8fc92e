//! From the body of a request to requests of the engine.

use std::path::PathBuf;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::chat_files::ChatFiles;
use super::settings::{GenerationOptions, settings};
use super::tokenizer;
use crate::checkpoint::{Checkpoint, SIDECAR_FILES};
use crate::engine::{Request, Speculation};
use crate::error::{Fault, FaultKind, Result};
use crate::files::hex;
use crate::model::Model;
use crate::openai::{Body, Fingerprint, REQUEST};
use crate::text::{AnswerText, Conversation, Prompt, TextStream, Tokenizer};

/// The defaults of requests.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// Sampling, length and stop strings.
    pub generation: GenerationOptions,
    /// The system message of conversations without one.
    pub system: Option<String>,
    /// Whether the texts of special tokens in conversations become these tokens.
    pub parse_special: bool,
    /// The seed.
    pub seed: u64,
    /// Where drafts come from.
    pub speculation: Speculation,
    /// Whether [`Completion::logits_sha256`](crate::engine::Completion::logits_sha256) is wanted.
    pub hash_logits: bool,
}

/// Makes requests of the engine.
pub struct Preparer<'a> {
    checkpoint: &'a Checkpoint,
    /// The model.
    pub model: &'a Model,
    /// Its tokenizer.
    pub tokenizer: Option<&'a Tokenizer>,
    /// The tokenizer in a form that is not read.
    other_form: Option<Fault>,
    chat: ChatFiles,
    defaults: Defaults,
    context: usize,
    /// Identifies the weights and the arithmetic.
    pub identity: Fingerprint,
    /// Identifies what computes the answers: weights, arithmetic, context, files and defaults.
    pub fingerprint: Fingerprint,
    /// What the checkpoint sets and the answers do not follow.
    pub warnings: Vec<Fault>,
}

/// A prompt that is ready to be computed, with the texts of its answers.
pub struct Prepared<'a> {
    /// For the engine.
    pub request: Request,
    /// `[request.count]`: the texts of the answers.
    pub texts: Vec<AnswerText<'a>>,
}

impl<'a> Preparer<'a> {
    /// `context`: the most tokens of a sequence.
    ///
    /// # Errors
    /// The fault of an invalid setting of the checkpoint that no option overrides; those of reading its files.
    pub fn new(
        checkpoint: &'a Checkpoint,
        model: &'a Model,
        tokenizer: Option<&'a Tokenizer>,
        context: usize,
        defaults: Defaults,
    ) -> Result<Preparer<'a>> {
        let settings = settings(checkpoint, tokenizer, &defaults.generation, 0, context)?;
        let mut files = Vec::new();
        for name in SIDECAR_FILES {
            // What is read of these is in the model and in the settings.
            if !["config.json", "generation_config.json"].contains(&name) {
                files.push((name, checkpoint.read(name)?.map(|(_, bytes)| hex(&Sha256::digest(bytes)))));
            }
        }
        let mut weights = Sha256::new();
        model.fingerprint(|bytes| weights.update(bytes));
        let weights = hex(&weights.finalize());
        let identity = json!({"weights": weights, "arithmetic": model.arithmetic.name()});
        let run = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "weights": weights,
            "arithmetic": model.arithmetic.name(),
            "context": context,
            "files": files,
            "settings": settings.report,
            "system": defaults.system,
            "parse_special": defaults.parse_special,
            "seed": defaults.seed,
        });
        Ok(Preparer {
            checkpoint,
            model,
            tokenizer,
            other_form: tokenizer::other_form(checkpoint).filter(|_| tokenizer.is_none()),
            chat: ChatFiles::read(checkpoint)?,
            defaults,
            context,
            identity: Fingerprint::of(identity.to_string().as_bytes()),
            fingerprint: Fingerprint::of(run.to_string().as_bytes()),
            warnings: settings.warnings,
        })
    }

    /// The requests of a body, one for each prompt, and what the chat template does not use of it.
    ///
    /// # Errors
    /// Those of encoding a prompt and of its settings.
    pub fn prepare(&self, body: &Body) -> Result<(Vec<Prepared<'a>>, Vec<String>)> {
        let mut warnings = Vec::new();
        let prepare = |prompt: &Prompt| {
            let (ids, faults) = self.encode(prompt)?;
            warnings.extend(faults.iter().map(|fault| {
                let name = fault.file.file_name().map(PathBuf::from).unwrap_or_default();
                Fault { file: name, ..fault.clone() }.to_string()
            }));
            self.request(body, ids)
        };
        let prepared = body.prompts.iter().map(prepare).collect::<Result<Vec<_>>>()?;
        Ok((prepared, warnings))
    }

    /// The most tokens of a sequence.
    pub fn context(&self) -> usize {
        self.context
    }

    /// The tokens of a prompt.
    ///
    /// # Errors
    /// Those of [`PromptEncoder::encode`](crate::text::PromptEncoder::encode).
    pub fn token_ids(&self, prompt: &Prompt) -> Result<Vec<u32>> {
        self.encode(prompt).map(|(ids, _)| ids)
    }

    fn encode(&self, prompt: &Prompt) -> Result<(Vec<u32>, Vec<Fault>)> {
        let needs_text = !matches!(prompt, Prompt::Ids(_));
        if let (Some(fault), true) = (&self.other_form, needs_text) {
            return Err(fault.clone().into());
        }
        let prompt = match prompt {
            Prompt::Chat(conversation) => Prompt::Chat(Box::new(self.with_defaults(conversation))),
            prompt => prompt.clone(),
        };
        let config = &self.model.config;
        let context = Some((self.context, config.max_position_embeddings));
        let encoded = self.chat.encoder(&self.checkpoint.source, self.tokenizer, context).encode(&prompt)?;
        if let (Some(tokenizer), true) = (self.tokenizer, needs_text) {
            encoded.ids.iter().try_for_each(|id| tokenizer.check_id(*id, config.vocab_size))?;
        }
        Ok((encoded.ids, encoded.warnings))
    }

    /// A conversation with the system message of the run, if it has none.
    fn with_defaults(&self, conversation: &Conversation) -> Conversation {
        let mut conversation = conversation.clone();
        conversation.parse_special = self.defaults.parse_special;
        let first = &conversation.messages.first().map(|message| message["role"].clone()).unwrap_or_default();
        if let Some(system) = self.defaults.system.as_ref().filter(|_| *first != "system" && *first != "developer") {
            conversation.messages.insert(0, json!({"role": "system", "content": system}));
        }
        conversation
    }

    fn request(&self, body: &Body, prompt: Vec<u32>) -> Result<Prepared<'a>> {
        let (given, defaults) = (&body.settings, &self.defaults.generation);
        let options = GenerationOptions {
            sampling: given.sampling.or(defaults.sampling),
            max_tokens: given.max_tokens.or(defaults.max_tokens),
            stop: given.stop.clone().unwrap_or_else(|| defaults.stop.clone()),
        };
        if self.tokenizer.is_none() && !options.stop.is_empty() {
            let fault = Fault::new(FaultKind::UnsupportedField, REQUEST).subject("stop");
            return Err(fault.cause("the model has no tokenizer").into());
        }
        let settings = settings(self.checkpoint, self.tokenizer, &options, prompt.len(), self.context)?;
        let count = given.count.unwrap_or(1);
        let text = |_| {
            let stream = |tokenizer| TextStream::new(tokenizer, &settings.report.stop);
            Ok(AnswerText::new(self.tokenizer.map(stream).transpose()?))
        };
        let texts = (0..count).map(text).collect::<Result<Vec<_>>>()?;
        let seed = given.seed.unwrap_or(self.defaults.seed);
        let mut request = Request {
            count,
            hash_logits: self.defaults.hash_logits,
            logprobs: given.logprobs,
            speculation: self.defaults.speculation,
            ..settings.request(prompt, self.context, seed)
        };
        if given.ignore_eos {
            request.eos.clear();
        }
        request.eos.extend(&given.stop_token_ids);
        let suppressed = &mut request.suppressed;
        suppressed.min_new_tokens = suppressed.min_new_tokens.max(given.min_tokens.unwrap_or(0));
        suppressed.eos.clone_from(&request.eos);
        Ok(Prepared { request, texts })
    }
}
