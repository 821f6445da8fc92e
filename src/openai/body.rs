//! The body of a request: of rumma's own lines, and of OpenAI's `/v1/chat/completions` and `/v1/completions`.
//!
//! Field names and meanings are those of OpenAI's API; `top_k`, `min_p`, `repetition_penalty`, `min_tokens`, `ignore_eos`,
//! `stop_token_ids`, `documents`, `chat_template_kwargs`, `add_generation_prompt` and `continue_final_message` are those
//! of vLLM's server. A field that is not honoured is an error that names it.

use serde_json::{Map, Value, json};

use super::constraints::{self, FieldConstraint, Tools};
use super::fields::{Fields, ids, source};
use crate::engine::defaults::SamplingOverrides;
use crate::error::Result;
use crate::text::{Conversation, Prompt};

/// The most stop texts of a line: every one of them is looked for in every token's text.
const MOST_STOPS: usize = 1000;

/// A request: what to answer, and how.
#[derive(Debug, Clone)]
pub struct Body {
    /// At least one. Only a request for `/v1/completions` has several.
    pub prompts: Vec<Prompt>,
    /// How each prompt is answered.
    pub settings: Settings,
    /// The name that the request gives the model.
    pub model: Option<String>,
    /// Whether and how the answer is streamed.
    pub stream: Option<StreamOptions>,
    /// Whether the text of an answer begins with its prompt, and its log-probabilities with those of the prompt. Only a
    /// request for `/v1/completions` asks for it.
    pub echo: bool,
}

/// A request for the token ids of a text or of a conversation.
#[derive(Debug, Clone)]
pub struct TokenizeBody {
    /// What to encode.
    pub prompt: Prompt,
    /// Whether a text gets the tokens that stand before and after the text of a prompt.
    pub add_special_tokens: bool,
    /// The name that the request gives the model.
    pub model: Option<String>,
}

/// How an answer is streamed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StreamOptions {
    /// A last chunk has the numbers of tokens.
    pub include_usage: bool,
}

/// The settings that a request gives; what it does not give is the default of the run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Sampling options.
    pub sampling: SamplingOverrides,
    /// The most tokens of an answer.
    pub max_tokens: Option<usize>,
    /// The least tokens of an answer; end-of-sequence tokens are not sampled before.
    pub min_tokens: Option<usize>,
    /// The seed. Answer i of a prompt draws from stream i, so that equal requests have equal answers.
    pub seed: Option<u64>,
    /// Stop strings, in place of those of the run. The answer ends before them.
    pub stop: Option<Vec<String>>,
    /// Further tokens that end an answer.
    pub stop_token_ids: Vec<u32>,
    /// Whether the model's end-of-sequence tokens do not end an answer.
    pub ignore_eos: bool,
    /// Answers to each prompt; `None` for one.
    pub count: Option<usize>,
    /// The log-probability of each token, and of this number of the most likely ones.
    pub logprobs: Option<usize>,
    /// What is added to the logits of tokens.
    pub logit_bias: Vec<(u32, f32)>,
    /// What the answer must be.
    pub constraint: Option<FieldConstraint>,
    /// The tools of a conversation.
    pub tools: Option<Tools>,
}

/// The most answers to a prompt.
const MAX_COUNT: u64 = 128;
/// The most answers to a request.
const MAX_ANSWERS: usize = 1024;
/// The most tokens whose log-probability is reported beside that of the generated one.
const MAX_LOGPROBS: u64 = 20;

impl Body {
    /// Parses the fields of a line of rumma's own: one of `prompt` (a text), `messages` and `prompt_ids`, and settings.
    ///
    /// # Errors
    /// [`FaultKind::InvalidField`], [`FaultKind::UnknownField`], [`FaultKind::UnsupportedField`]; the faults of
    /// [`Conversation::from_object`].
    pub fn plain(object: Map<String, Value>) -> Result<Body> {
        let mut fields = Fields::new(object, "");
        let given: Vec<&str> =
            ["prompt", "messages", "prompt_ids"].into_iter().filter(|key| fields.get(key).is_some()).collect();
        let mut tools = None;
        let prompt = match given[..] {
            ["prompt"] => Prompt::Text(fields.string("prompt")?.unwrap_or_default()),
            ["prompt_ids"] => Prompt::Ids(fields.token_ids("prompt_ids")?.unwrap_or_default()),
            ["messages"] => {
                let (prompt, found) = chat_prompt(&mut fields)?;
                tools = found;
                prompt
            }
            [] => return Err(fields.missing("prompt", "one of prompt, messages, prompt_ids")),
            _ => return Err(fields.conflict(&given)),
        };
        let mut settings = Settings { tools, ..Settings::take(&mut fields, 1)? };
        settings.logprobs = fields.integer("logprobs", 0..=MAX_LOGPROBS)?.map(|count| count as usize);
        Body::finish(fields, vec![prompt], settings)
    }

    /// Parses a request for `/v1/chat/completions`. `place` stands before the names of fields in errors.
    ///
    /// # Errors
    /// Those of [`Body::plain`].
    pub fn chat(object: Map<String, Value>, place: &'static str) -> Result<Body> {
        let mut fields = Fields::new(object, place);
        let (prompt, tools) = chat_prompt(&mut fields)?;
        let mut settings = Settings { tools, ..Settings::take(&mut fields, 1)? };
        let wanted = fields.boolean("logprobs")? == Some(true);
        let top = fields.integer("top_logprobs", 0..=MAX_LOGPROBS)?;
        if let (Some(top), false) = (top, wanted) {
            return Err(fields.invalid("top_logprobs", &top.into(), "logprobs to be true"));
        }
        settings.logprobs = wanted.then_some(top.unwrap_or(0) as usize);
        Body::finish(fields, vec![prompt], settings)
    }

    /// Parses a request for `/v1/completions`, whose `prompt` is a text, a list of token ids, or a list of either.
    ///
    /// # Errors
    /// Those of [`Body::plain`].
    pub fn completion(object: Map<String, Value>, place: &'static str) -> Result<Body> {
        let mut fields = Fields::new(object, place);
        let prompts = match fields.take("prompt") {
            Some(prompt) => prompts(&prompt).ok_or_else(|| {
                fields.invalid("prompt", &prompt, "a string, a list of token ids, or a list of either")
            })?,
            None => return Err(fields.missing("prompt", "a string, a list of token ids, or a list of either")),
        };
        let mut settings = Settings::take(&mut fields, 0)?;
        settings.logprobs = fields.integer("logprobs", 0..=MAX_LOGPROBS)?.map(|count| count as usize);
        fields.only("best_of", &[settings.count.unwrap_or(1).into()])?;
        let echo = fields.boolean("echo")? == Some(true);
        Ok(Body { echo, ..Body::finish(fields, prompts, settings)? })
    }

    /// Checks that no field is left over.
    fn finish(mut fields: Fields, prompts: Vec<Prompt>, settings: Settings) -> Result<Body> {
        let model = fields.string("model")?;
        let stream = stream(&mut fields)?;
        let answers = prompts.len().saturating_mul(settings.count.unwrap_or(1));
        if answers > MAX_ANSWERS {
            let expected = format!("at most {MAX_ANSWERS} answers to a request");
            return Err(fields.invalid("prompt", &answers.into(), &expected));
        }
        for (key, values) in unsupported() {
            fields.only(key, &values)?;
        }
        fields.finish()?;
        Ok(Body { prompts, settings, model, stream, echo: false })
    }
}

impl TokenizeBody {
    /// Parses a request for `/tokenize`: `prompt`, a text, or `messages`.
    ///
    /// # Errors
    /// Those of [`Body::plain`].
    pub fn parse(object: Map<String, Value>) -> Result<TokenizeBody> {
        let mut fields = Fields::new(object, "");
        let special = fields.boolean("add_special_tokens")?;
        let (prompt, add_special_tokens) = match (fields.get("prompt").is_some(), fields.get("messages").is_some()) {
            (true, true) => return Err(fields.conflict(&["prompt", "messages"])),
            (false, false) => return Err(fields.missing("prompt", "one of prompt, messages")),
            (true, false) => (Prompt::Text(fields.string("prompt")?.unwrap_or_default()), special.unwrap_or(true)),
            // A chat template writes its own.
            (false, true) if special == Some(true) => {
                return Err(fields.invalid("add_special_tokens", &true.into(), "false with messages"));
            }
            (false, true) => (chat_prompt(&mut fields)?.0, false),
        };
        fields.only("return_token_strs", &[json!(false)])?;
        let model = fields.string("model")?;
        fields.finish()?;
        Ok(TokenizeBody { prompt, add_special_tokens, model })
    }
}

/// Known fields that are not honoured, each with the values that ask for what happens anyway.
fn unsupported() -> Vec<(&'static str, Vec<Value>)> {
    let mut fields = vec![
        ("modalities", vec![json!(["text"])]),
        ("functions", vec![json!([])]),
        ("echo", vec![json!(false)]),
        ("suffix", vec![json!("")]),
        ("use_beam_search", vec![json!(false)]),
        ("skip_special_tokens", vec![json!(true)]),
        ("include_stop_str_in_output", vec![json!(false)]),
    ];
    const NEVER: [&str; 16] = [
        "function_call",
        "audio",
        "prediction",
        "reasoning_effort",
        "verbosity",
        "web_search_options",
        "truncate_prompt_tokens",
        "prompt_logprobs",
        "allowed_token_ids",
        "bad_words",
        "logits_processors",
        "chat_template",
        "guided_json",
        "guided_regex",
        "guided_choice",
        "guided_grammar",
    ];
    fields.extend(NEVER.map(|key| (key, Vec::new())));
    fields
}

impl Settings {
    /// The settings that all kinds of requests share. An answer has at least `least` tokens at most.
    fn take(fields: &mut Fields, least: u64) -> Result<Settings> {
        let sampling = SamplingOverrides {
            temperature: fields.number("temperature")?,
            top_k: top_k(fields)?,
            top_p: fields.number("top_p")?,
            min_p: fields.number("min_p")?,
            repetition_penalty: fields.number("repetition_penalty")?,
            presence_penalty: fields.number("presence_penalty")?,
            frequency_penalty: fields.number("frequency_penalty")?,
        };
        // Only for the ranges: what is not given is checked with the defaults of the run.
        sampling.resolve(&Default::default())?;
        let tokens = fields.count("max_tokens", least)?;
        let completion_tokens = fields.count("max_completion_tokens", least)?;
        if tokens.zip(completion_tokens).is_some_and(|(a, b)| a != b) {
            return Err(fields.conflict(&["max_tokens", "max_completion_tokens"]));
        }
        let stop = fields.texts("stop")?;
        if let Some(stop) = stop.as_ref().filter(|stop| stop.len() > MOST_STOPS) {
            return Err(fields.invalid("stop", &stop.len().into(), &format!("at most {MOST_STOPS} texts")));
        }
        if stop.as_ref().is_some_and(|stop| stop.iter().any(String::is_empty)) {
            return Err(fields.invalid("stop", &"".into(), "a text that is not empty"));
        }
        let settings = Settings {
            sampling,
            max_tokens: tokens.or(completion_tokens),
            min_tokens: fields.count("min_tokens", 0)?,
            seed: fields.integer("seed", 0..=u64::MAX)?,
            stop,
            stop_token_ids: fields.token_ids("stop_token_ids")?.unwrap_or_default(),
            ignore_eos: fields.boolean("ignore_eos")? == Some(true),
            count: fields.integer("n", 1..=MAX_COUNT)?.map(|count| count as usize),
            logprobs: None,
            logit_bias: constraints::logit_bias(fields)?,
            constraint: constraints::constraint(fields)?,
            tools: None,
        };
        if settings.ignore_eos && settings.constraint.is_some() {
            return Err(fields.conflict(&["ignore_eos", "response_format"]));
        }
        match (settings.min_tokens, settings.max_tokens) {
            (Some(least), Some(most)) if least > most => {
                Err(fields.invalid("min_tokens", &least.into(), &format!("at most max_tokens, {most}")))
            }
            _ => Ok(settings),
        }
    }
}

/// `stream` and `stream_options`.
fn stream(fields: &mut Fields) -> Result<Option<StreamOptions>> {
    let wanted = fields.boolean("stream")? == Some(true);
    let Some(options) = fields.object("stream_options")? else { return Ok(wanted.then(StreamOptions::default)) };
    if !wanted {
        return Err(fields.invalid("stream_options", &options.into(), "stream to be true"));
    }
    let mut options = Fields::new(options, "stream_options.");
    let include_usage = options.boolean("include_usage")? == Some(true);
    options.only("include_obfuscation", &[json!(false)])?;
    options.finish()?;
    Ok(Some(StreamOptions { include_usage }))
}

/// `top_k`; -1 turns it off as 0 does.
fn top_k(fields: &mut Fields) -> Result<Option<usize>> {
    if fields.get("top_k").is_some_and(|value| value.as_i64() == Some(-1)) {
        fields.take("top_k");
        return Ok(Some(0));
    }
    fields.count("top_k", 0)
}

/// The conversation of a request, and its tools.
fn chat_prompt(fields: &mut Fields) -> Result<(Prompt, Option<Tools>)> {
    let mut object = fields.take_all(&Conversation::KEYS);
    let tools = constraints::tools(fields, &mut object)?;
    Ok((Prompt::Chat(Box::new(Conversation::from_object(source(), object)?)), tools))
}

/// The prompts of `/v1/completions`.
fn prompts(value: &Value) -> Option<Vec<Prompt>> {
    match value {
        Value::String(text) => Some(vec![Prompt::Text(text.clone())]),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) if items[0].is_number() => Some(vec![Prompt::Ids(ids(value)?)]),
        Value::Array(items) => {
            let prompt = |item: &Value| match item {
                Value::String(text) => Some(Prompt::Text(text.clone())),
                item => ids(item).map(Prompt::Ids),
            };
            items.iter().map(prompt).collect()
        }
        _ => None,
    }
}
