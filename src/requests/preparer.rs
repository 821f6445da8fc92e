//! From the body of a request to requests of the engine.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::chat_files::ChatFiles;
use super::settings::{GenerationOptions, settings};
use super::tokenizer;
use crate::checkpoint::{Checkpoint, SIDECAR_FILES};
use crate::engine::{Request, Speculation, check_prompt};
use crate::error::{Fault, FaultKind, RequestError, Result};
use crate::files::hex;
use crate::grammar::{Constraint, Grammar, ToolCalls, Vocabulary};
use crate::model::Model;
use crate::openai::{Body, Echo, Fingerprint, REQUEST, Settings, TokenizeBody};
use crate::report::generation::GenerationReport;
use crate::text::{AnswerText, Conversation, Prompt, TextStream, Tokenizer, ToolCallParser, ToolFormat};

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
    /// How the model writes tool calls, as far as it is known.
    tool_format: Option<ToolFormat>,
    /// Made for the first request with a constraint.
    vocabulary: OnceLock<Vocabulary>,
    defaults: Defaults,
    context: usize,
    /// Identifies the weights and the arithmetic.
    pub identity: Fingerprint,
    /// Identifies what computes the answers: weights, arithmetic, context, files and defaults.
    pub fingerprint: Fingerprint,
    /// The settings of requests that give none.
    pub settings: GenerationReport,
    /// What the checkpoint sets and the answers do not follow.
    pub warnings: Vec<Fault>,
}

/// A prompt that is ready to be computed, with the texts of its answers.
pub struct Prepared<'a> {
    /// For the engine.
    pub request: Request,
    /// `[request.count]`: the texts of the answers.
    pub texts: Vec<AnswerText<'a>>,
    /// The prompt, if it is repeated before its answers.
    pub echo: Option<Echo>,
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
        let chat = ChatFiles::read(checkpoint)?;
        let has_token = |text: &str| tokenizer.is_some_and(|tokenizer| tokenizer.id_of(text).is_some());
        Ok(Preparer {
            checkpoint,
            model,
            tokenizer,
            other_form: tokenizer::other_form(checkpoint).filter(|_| tokenizer.is_none()),
            tool_format: ToolFormat::detect(&chat.text(), has_token),
            chat,
            vocabulary: OnceLock::new(),
            defaults,
            context,
            identity: Fingerprint::of(identity.to_string().as_bytes()),
            fingerprint: Fingerprint::of(run.to_string().as_bytes()),
            settings: settings.report,
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
            let echo = body.echo.then(|| self.echo(prompt, &ids));
            let prepared = self.request(body, ids)?;
            Ok(Prepared { echo, ..prepared })
        };
        let prepared = body.prompts.iter().map(prepare).collect::<Result<Vec<_>>>()?;
        Ok((prepared, warnings))
    }

    /// The most tokens of a sequence.
    pub fn context(&self) -> usize {
        self.context
    }

    /// The tokens of a request for `/tokenize`.
    ///
    /// # Errors
    /// Those of [`PromptEncoder::encode`](crate::text::PromptEncoder::encode).
    pub fn tokenize(&self, body: &TokenizeBody) -> Result<Vec<u32>> {
        match (&body.prompt, self.tokenizer) {
            (Prompt::Text(text), Some(_)) if text.is_empty() => Ok(Vec::new()),
            (Prompt::Text(text), Some(tokenizer)) if !body.add_special_tokens => tokenizer.encode(text),
            (prompt, _) => self.encode(prompt).map(|(ids, _)| ids),
        }
    }

    /// What stands before the answers to a prompt.
    fn echo(&self, prompt: &Prompt, ids: &[u32]) -> Echo {
        let text = match (prompt, self.tokenizer) {
            (Prompt::Text(text), _) => text.clone(),
            (_, Some(tokenizer)) => tokenizer.decode(ids),
            (_, None) => ids.iter().map(u32::to_string).collect::<Vec<String>>().join(" "),
        };
        Echo { text, ids: ids.to_vec(), logprobs: None }
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
        let (context, maximum) = (self.context, config.max_position_embeddings);
        // Rendering takes long, and every message is at least a token.
        if let Prompt::Chat(conversation) = &prompt
            && conversation.messages.len() > context
        {
            let tokens = conversation.messages.len();
            return Err(RequestError::PromptTooLong { tokens, exact: false, context, maximum }.into());
        }
        let context = Some((context, maximum));
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
        conversation.developer_is_system = true;
        let first = &conversation.messages.first().map(|message| message["role"].clone()).unwrap_or_default();
        if let Some(system) = self.defaults.system.as_ref().filter(|_| *first != "system" && *first != "developer") {
            conversation.messages.insert(0, json!({"role": "system", "content": system}));
        }
        conversation
    }

    fn request(&self, body: &Body, prompt: Vec<u32>) -> Result<Prepared<'a>> {
        check_prompt(&prompt, &self.model.config, self.context)?;
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
        let calls = self.tool_calls(given)?;
        let text = |_| self.answer_text(&settings.report.stop, calls.as_ref(), body.echo);
        let texts = (0..count).map(text).collect::<Result<Vec<_>>>()?;
        let seed = given.seed.unwrap_or(self.defaults.seed);
        let mut request = Request {
            count,
            hash_logits: self.defaults.hash_logits,
            logprobs: given.logprobs,
            prompt_logits_from: given.logprobs.filter(|_| body.echo).map(|_| 1),
            speculation: self.defaults.speculation,
            grammar: self.grammar(given, calls.as_ref())?,
            logit_bias: given.logit_bias.clone(),
            ..settings.request(prompt, self.context, seed)
        };
        if given.ignore_eos {
            request.eos.clear();
        }
        let vocab_size = self.model.config.vocab_size;
        let stops = given.stop_token_ids.iter().map(|id| ("stop_token_ids", *id));
        let biased = given.logit_bias.iter().map(|(id, _)| ("logit_bias", *id));
        if let Some((field, id)) = stops.chain(biased).find(|(_, id)| *id as usize >= vocab_size) {
            let fault = Fault::new(FaultKind::InvalidField, REQUEST).subject(field).found(id);
            return Err(fault.expected(format!("token ids below {vocab_size}")).into());
        }
        request.eos.extend(&given.stop_token_ids);
        let suppressed = &mut request.suppressed;
        suppressed.min_new_tokens = suppressed.min_new_tokens.max(given.min_tokens.unwrap_or(0));
        suppressed.eos.clone_from(&request.eos);
        Ok(Prepared { request, texts, echo: None })
    }

    /// The tool calls of a request in the format of the model; `None` without tools, and if the format is not known and
    /// no call is asked for.
    fn tool_calls(&self, given: &Settings) -> Result<Option<ToolCalls>> {
        let Some(tools) = &given.tools else { return Ok(None) };
        match (self.tool_format, self.tokenizer) {
            (Some(format), Some(_)) => Ok(Some(ToolCalls {
                format,
                functions: tools.functions.clone(),
                is_required: tools.is_required,
                is_parallel: tools.is_parallel,
                answer: None,
            })),
            _ if tools.is_required => {
                let fault = Fault::new(FaultKind::UnsupportedField, REQUEST).subject("tool_choice");
                Err(fault.cause("the form in which the model writes calls is not known").into())
            }
            _ => Ok(None),
        }
    }

    /// The grammar of a request's answer.
    fn grammar(&self, given: &Settings, calls: Option<&ToolCalls>) -> Result<Option<Grammar>> {
        let is_constrained = given.tools.as_ref().is_some_and(|tools| tools.constrain());
        let (constraint, field) = match (calls, &given.constraint) {
            (None, None) => return Ok(None),
            (Some(calls), None) if is_constrained => (Constraint::ToolCalls(calls.clone()), "tools"),
            (Some(_), None) => return Ok(None),
            // What the answer must be holds for a text; calls have their own form.
            (Some(calls), Some(found)) => match &found.constraint {
                Constraint::JsonSchema(schema) if !calls.is_required => {
                    (Constraint::ToolCalls(ToolCalls { answer: Some(schema.clone()), ..calls.clone() }), found.field)
                }
                _ if calls.is_required => (Constraint::ToolCalls(calls.clone()), "tools"),
                _ => {
                    let fault = Fault::new(FaultKind::UnsupportedField, REQUEST).subject(found.field);
                    return Err(fault.cause("with tools, only a JSON schema can be asked for").into());
                }
            },
            (None, Some(found)) => (found.constraint.clone(), found.field),
        };
        let Some(tokenizer) = self.tokenizer else {
            let fault = Fault::new(FaultKind::UnsupportedField, REQUEST).subject(field);
            return Err(fault.cause("the model has no tokenizer").into());
        };
        let vocabulary = match self.vocabulary.get() {
            Some(vocabulary) => vocabulary,
            None => {
                let vocabulary = Vocabulary::new(tokenizer, self.model.config.vocab_size)?;
                self.vocabulary.get_or_init(|| vocabulary)
            }
        };
        vocabulary.compile(&constraint, Path::new(REQUEST), field).map(Some)
    }

    /// The text of an answer in which `calls` can occur, and which can continue the text of the prompt.
    fn answer_text(&self, stop: &[String], calls: Option<&ToolCalls>, continues: bool) -> Result<AnswerText<'a>> {
        let Some(tokenizer) = self.tokenizer else { return Ok(AnswerText::new(None)) };
        let stream = TextStream::new(tokenizer, stop)?;
        let stream = if continues { stream.continuing() } else { stream };
        Ok(match calls {
            None => AnswerText::new(Some(stream)),
            Some(ToolCalls { format, functions, .. }) => {
                let names = functions.iter().map(|function| function.name.clone()).collect();
                AnswerText::new(Some(stream.showing(format.markers()))).with_tools(ToolCallParser::new(*format, names))
            }
        })
    }
}
