//! From a parsed line to requests of the engine.

use std::path::PathBuf;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Defaults, Loaded};
use crate::checkpoint::{Checkpoint, SIDECAR_FILES};
use crate::cli::generation::{GenerationOptions, settings};
use crate::cli::prompt::ChatFiles;
use crate::cli::tokenizer;
use crate::engine::Request;
use crate::error::{Fault, FaultKind, Result};
use crate::files::hex;
use crate::jobs::{Body, Fingerprint, REQUEST};
use crate::model::Model;
use crate::text::{AnswerText, Conversation, Prompt, TextStream, Tokenizer};

/// Makes requests of lines.
pub struct Preparer<'a> {
    checkpoint: &'a Checkpoint,
    pub model: &'a Model,
    pub tokenizer: Option<&'a Tokenizer>,
    /// The tokenizer in a form that is not read.
    other_form: Option<Fault>,
    chat: ChatFiles,
    defaults: Defaults,
    context: usize,
    pub fingerprint: Fingerprint,
    /// What the checkpoint sets and the answers do not follow.
    pub warnings: Vec<Fault>,
}

/// A prompt that is ready to be computed, with the texts of its answers.
pub struct Prepared<'a> {
    pub request: Request,
    pub texts: Vec<AnswerText<'a>>,
}

impl<'a> Preparer<'a> {
    /// # Errors
    /// The fault of an invalid setting of the checkpoint that no option overrides; those of reading its files.
    pub fn new(checkpoint: &'a Checkpoint, loaded: &'a Loaded, defaults: Defaults) -> Result<Preparer<'a>> {
        let Loaded { model, tokenizer, context, .. } = loaded;
        let settings = settings(checkpoint, tokenizer.as_ref(), &defaults.generation, 0, *context)?;
        let mut files = Vec::new();
        for name in SIDECAR_FILES {
            // What is read of these is in the model and in the settings.
            if !["config.json", "generation_config.json"].contains(&name) {
                files.push((name, checkpoint.read(name)?.map(|(_, bytes)| hex(&Sha256::digest(bytes)))));
            }
        }
        let mut weights = Sha256::new();
        model.fingerprint(|bytes| weights.update(bytes));
        let run = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "weights": hex(&weights.finalize()),
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
            tokenizer: tokenizer.as_ref(),
            other_form: tokenizer::other_form(checkpoint).filter(|_| tokenizer.is_none()),
            chat: ChatFiles::read(checkpoint)?,
            defaults,
            context: *context,
            fingerprint: Fingerprint::of(run.to_string().as_bytes()),
            warnings: settings.warnings,
        })
    }

    /// The requests of a line, one for each prompt, and what the chat template does not use of it.
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
        let (line, run) = (&body.settings, &self.defaults.generation);
        let options = GenerationOptions {
            sampling: line.sampling.or(run.sampling),
            max_tokens: line.max_tokens.or(run.max_tokens),
            stop: line.stop.clone().unwrap_or_else(|| run.stop.clone()),
        };
        if self.tokenizer.is_none() && !options.stop.is_empty() {
            let fault = Fault::new(FaultKind::UnsupportedField, REQUEST).subject("stop");
            return Err(fault.cause("the model has no tokenizer").into());
        }
        let settings = settings(self.checkpoint, self.tokenizer, &options, prompt.len(), self.context)?;
        let count = line.count.unwrap_or(1);
        let text = |_| {
            let stream = |tokenizer| TextStream::new(tokenizer, &settings.report.stop);
            Ok(AnswerText::new(self.tokenizer.map(stream).transpose()?))
        };
        let texts = (0..count).map(text).collect::<Result<Vec<_>>>()?;
        let seed = line.seed.unwrap_or(self.defaults.seed);
        let mut request = Request {
            count,
            hash_logits: true,
            logprobs: line.logprobs,
            speculation: self.defaults.speculation,
            ..settings.request(prompt, self.context, seed)
        };
        if line.ignore_eos {
            request.eos.clear();
        }
        request.eos.extend(&line.stop_token_ids);
        let suppressed = &mut request.suppressed;
        suppressed.min_new_tokens = suppressed.min_new_tokens.max(line.min_tokens.unwrap_or(0));
        suppressed.eos.clone_from(&request.eos);
        Ok(Prepared { request, texts })
    }
}
