//! What the user may type, as groups of options, and what a subcommand makes of it.
//!
//! The `*Args` structs hold words as they were typed; each has a `resolve` that checks them against each other and gives
//! the plain value a subcommand works with. Every [`Error::Usage`] of a subcommand arises here, before any work is done.

use std::path::PathBuf;
use std::str::FromStr;

use argh::{ArgsInfo, FromArgs};

use crate::checkpoint::{Checkpoint, CheckpointSource, GenerationConfig, RandomModel};
use crate::engine::generate::PREFILL_CHUNK;
use crate::engine::sampler::SamplingOptions;
use crate::error::{Error, MachineError, Result};
use crate::kernels::Isa;
use crate::model::{Arithmetic, ModelOptions};

/// Which model, and the seed, which demo weights and sampling share.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Model")]
pub struct SourceArgs {
    /// checkpoint directory, .safetensors file, hub id in a local cache, or `storyteller`
    #[argh(positional, arg_name = "MODEL")]
    pub positional: Option<String>,
    /// the same as MODEL in first place
    #[argh(option, arg_name = "MODEL")]
    pub model: Option<String>,
    /// read the configuration from FILE instead of config.json beside the weights
    #[argh(option, arg_name = "FILE")]
    pub config: Option<PathBuf>,
    /// read the tokenizer from FILE instead of tokenizer.json beside the weights
    #[argh(option, arg_name = "FILE")]
    pub tokenizer: Option<PathBuf>,
    /// in MODEL's place: a demo model of random weights, made in memory; it has no tokenizer
    #[argh(switch)]
    pub random: bool,
    /// with --random: the shapes of qwen2.5-0.5b, -1.5b, -3b (default), -7b, -14b, -32b or -72b
    #[argh(option, arg_name = "NAME")]
    pub like: Option<String>,
    /// with --random: width of the model, a multiple of 128
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub hidden_size: Option<usize>,
    /// with --random: number of layers
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub layers: Option<usize>,
    /// seed of sampling and of --random weights (default 0)
    #[argh(option, arg_name = "S", from_str_fn(parse_unsigned))]
    pub seed: Option<u64>,
}

/// How to compute.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Machine (the answer depends on --arithmetic alone)")]
pub struct MachineArgs {
    /// number of threads (default: one for each core that this process may use)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub threads: Option<usize>,
    /// force an instruction set: scalar, avx2, avx512 or neon (default: the best there is)
    #[argh(option, arg_name = "NAME")]
    pub isa: Option<String>,
    /// int8 (default), int15 (near-lossless) or f32 (reference, slow)
    #[argh(option, arg_name = "NAME")]
    pub arithmetic: Option<String>,
    /// most tokens, prompt and answer together (default: what the model was made for)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub context: Option<usize>,
}

/// What a subcommand opens.
#[derive(Debug, Clone)]
pub struct ModelSource {
    origin: ModelOrigin,
    config: Option<PathBuf>,
    tokenizer: Option<PathBuf>,
    pub seed: u64,
}

#[derive(Debug, Clone)]
enum ModelOrigin {
    Named(String),
    Random(RandomModel),
}

impl SourceArgs {
    pub fn resolve(self) -> Result<ModelSource> {
        let seed = self.seed.unwrap_or(0);
        let SourceArgs { like, hidden_size, layers, .. } = self;
        let origin = if self.random {
            if let Some(model) = self.positional.or(self.model) {
                return Err(Error::Usage(format!("--random stands in MODEL's place; leave out '{model}'")));
            }
            if like.is_some() && hidden_size.is_some() {
                return Err(Error::Usage("--like and --hidden-size exclude each other".into()));
            }
            ModelOrigin::Random(RandomModel { like, hidden_size, layers, seed })
        } else {
            if like.is_some() || hidden_size.is_some() || layers.is_some() {
                return Err(Error::Usage("--like, --hidden-size and --layers go with --random".into()));
            }
            ModelOrigin::Named(single_model(self.positional, self.model)?)
        };
        Ok(ModelSource { origin, config: self.config, tokenizer: self.tokenizer, seed })
    }
}

impl ModelSource {
    pub fn open(&self) -> Result<Checkpoint> {
        self.open_or(Checkpoint::random)
    }

    /// [`ModelSource::open`] for those who look at headers alone: demo weights are not made.
    pub fn open_headers(&self) -> Result<Checkpoint> {
        self.open_or(Checkpoint::random_headers)
    }

    fn open_or(
        &self,
        random: fn(&RandomModel, Option<PathBuf>, Option<PathBuf>) -> Result<Checkpoint>,
    ) -> Result<Checkpoint> {
        let (config, tokenizer) = (self.config.clone(), self.tokenizer.clone());
        match &self.origin {
            ModelOrigin::Named(model) => {
                Checkpoint::open(&CheckpointSource { model: model.clone(), config, tokenizer })
            }
            ModelOrigin::Random(model) => random(model, config, tokenizer),
        }
    }

    /// What the user calls the model.
    ///
    /// # Errors
    /// [`Error::Usage`] for demo weights, of which there is nothing to verify.
    pub fn name(&self) -> Result<&str> {
        match &self.origin {
            ModelOrigin::Named(model) => Ok(model),
            ModelOrigin::Random(_) => {
                Err(Error::Usage("--random makes its weights; there is nothing to --verify".into()))
            }
        }
    }

    /// Whether this is a demo model, which has no tokenizer.
    pub fn is_random(&self) -> bool {
        matches!(self.origin, ModelOrigin::Random(_))
    }
}

impl MachineArgs {
    /// How to run a model, and the most tokens of a sequence where the user wants other than the model's own.
    pub fn resolve(self) -> Result<(ModelOptions, Option<usize>)> {
        let unknown = |option: &str, name: &str, expected: &[&str]| {
            Error::Usage(format!("option '{option}' with value '{name}': expected {}", expected.join(", ")))
        };
        let arithmetic = match self.arithmetic.as_deref() {
            None => Arithmetic::Int8,
            Some(name) => Arithmetic::from_name(name)
                .ok_or_else(|| unknown("--arithmetic", name, &Arithmetic::ALL.map(Arithmetic::name)))?,
        };
        let isa = match self.isa.as_deref() {
            None => None,
            Some(name) => Some(Isa::from_name(name).ok_or_else(|| unknown("--isa", name, &Isa::ALL.map(Isa::name)))?),
        };
        let threads = check_threads(self.threads)?;
        Ok((ModelOptions { arithmetic, isa, threads }, at_least_one("--context", self.context)?))
    }
}

/// What is printed.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Output")]
pub struct OutputArgs {
    /// print one JSON object on stdout instead of text
    #[argh(switch)]
    pub json: bool,
    /// no status lines and no progress bar on stderr
    #[argh(switch)]
    pub quiet: bool,
}

/// What the model reads first.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Prompt (exactly one source)")]
pub struct PromptArgs {
    /// raw text
    #[argh(option, arg_name = "TEXT")]
    pub prompt: Option<String>,
    /// raw text from FILE, or from standard input if FILE is -
    #[argh(option, arg_name = "FILE")]
    pub prompt_file: Option<String>,
    /// a user's message, put through the model's chat template
    #[argh(option, arg_name = "TEXT")]
    pub user: Option<String>,
    /// with --user: the system message before it
    #[argh(option, arg_name = "TEXT")]
    pub system: Option<String>,
    /// a conversation, put through the chat template: a JSON list of messages, or an object with "messages" and
    /// "tools"; - is standard input
    #[argh(option, arg_name = "FILE")]
    pub messages: Option<String>,
    /// token ids, as in 1,2,3; needs no tokenizer
    #[argh(option, arg_name = "IDS")]
    pub prompt_ids: Option<String>,
    /// so many token ids drawn from the seed, for measuring (--random without a prompt takes 16)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub prompt_tokens: Option<usize>,
    /// run the prompt N tokens at a time (default 512): fewer take less memory and more time, and give the same answer
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub chunk: Option<usize>,
}

/// Where to keep what was read.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "State")]
pub struct SaveArgs {
    /// keep the prompt as read in FILE, for `rumma decode --state FILE` to go on from
    #[argh(option, arg_name = "FILE")]
    pub save_state: Option<String>,
}

/// Where to go on from.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "State")]
pub struct StateArgs {
    /// in place of a prompt: go on from FILE, which `rumma prefill --save-state FILE` made
    #[argh(option, arg_name = "FILE")]
    pub state: Option<String>,
}

/// How long the answer may become, and how many there are.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Answer")]
pub struct AnswerArgs {
    /// most tokens to generate (default: what the checkpoint's generation_config.json says, else 256)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub tokens: Option<usize>,
    /// the same as --tokens
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub decode_tokens: Option<usize>,
    /// generate N sequences from the prompt, each with a random stream of its own (default 1)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub batch: Option<usize>,
    /// end at this text, which is not printed; may be given several times
    #[argh(option, arg_name = "TEXT")]
    pub stop: Vec<String>,
}

/// How each token is drawn.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Sampling (defaults: the checkpoint's generation_config.json)")]
pub struct SamplingArgs {
    /// how freely to draw; 0 takes the likeliest token each time, whatever generation_config.json says
    #[argh(option, arg_name = "T", from_str_fn(parse_finite))]
    pub temperature: Option<f32>,
    /// draw among the K likeliest tokens; 0 is all
    #[argh(option, arg_name = "K", from_str_fn(parse_unsigned))]
    pub top_k: Option<usize>,
    /// draw among the likeliest tokens that together have probability P
    #[argh(option, arg_name = "P", from_str_fn(parse_finite))]
    pub top_p: Option<f32>,
    /// draw among tokens of at least P times the likeliest one's probability
    #[argh(option, arg_name = "P", from_str_fn(parse_finite))]
    pub min_p: Option<f32>,
    /// divide the logits of tokens that occurred, prompt included, by X; 1 is off
    #[argh(option, arg_name = "X", from_str_fn(parse_finite))]
    pub repetition_penalty: Option<f32>,
    /// subtract X from the logits of tokens that were generated; 0 is off
    #[argh(option, arg_name = "X", from_str_fn(parse_finite))]
    pub presence_penalty: Option<f32>,
    /// subtract X from a token's logit for each time it was generated; 0 is off
    #[argh(option, arg_name = "X", from_str_fn(parse_finite))]
    pub frequency_penalty: Option<f32>,
}

/// For argh: a whole number. `parse` has words for what is none; what an option takes of them is for [`up_to`] to say.
pub fn parse_unsigned<T: FromStr>(word: &str) -> std::result::Result<T, String> {
    word.parse().map_err(|_| "not a whole number".into())
}

/// More sequences or threads than any machine this is for has room for.
const MAX_PARALLEL: usize = 1024;

/// For argh: a finite number.
pub fn parse_finite(word: &str) -> std::result::Result<f32, String> {
    word.parse().ok().filter(|x: &f32| x.is_finite()).ok_or_else(|| "not a number".into())
}

/// `value`, unless it is zero: then a usage error about `option`.
pub fn at_least_one(option: &str, value: Option<usize>) -> Result<Option<usize>> {
    up_to(usize::MAX, option, value)
}

/// `value`, unless it is zero or above `max`: then a usage error about `option`.
pub fn up_to(max: usize, option: &str, value: Option<usize>) -> Result<Option<usize>> {
    let expected = match value {
        Some(0) => "at least 1".to_string(),
        Some(value) if value > max => format!("at most {max}"),
        value => return Ok(value),
    };
    Err(Error::Usage(format!("option '{option}' with value '{}': expected {expected}", value.unwrap_or(0))))
}

/// A number of threads that there can be.
pub fn check_threads(typed: Option<usize>) -> Result<Option<usize>> {
    up_to(MAX_PARALLEL, "--threads", typed)
}

/// Has work that is done by no model's threads, such as hashing, use so many.
pub fn set_global_threads(count: Option<usize>) -> Result<()> {
    let Some(count) = count else { return Ok(()) };
    let started = rayon::ThreadPoolBuilder::new().num_threads(count).build_global();
    started.map_err(|error| MachineError::CannotStartThreads { count, cause: error.to_string() }.into())
}

impl PromptArgs {
    /// How many tokens of the prompt to run together.
    pub fn chunk(&self) -> Result<usize> {
        Ok(at_least_one("--chunk", self.chunk)?.unwrap_or(PREFILL_CHUNK))
    }
}

impl AnswerArgs {
    /// How many tokens to generate at most, where that was typed.
    pub fn tokens(&self) -> Result<Option<usize>> {
        let tokens = match (self.tokens, self.decode_tokens) {
            (Some(_), Some(_)) => return Err(Error::Usage("--tokens and --decode-tokens are the same option".into())),
            (tokens, synonym) => tokens.or(synonym),
        };
        at_least_one("--tokens", tokens)
    }

    /// How many sequences to generate.
    pub fn batch(&self) -> Result<usize> {
        Ok(up_to(MAX_PARALLEL, "--batch", self.batch)?.unwrap_or(1))
    }
}

impl SamplingArgs {
    /// What was typed, and for the rest what `config` says; what neither says is off. A typed temperature of 0 means the
    /// likeliest token and nothing else, so that of `config` not even the penalties apply. A cut without a temperature asks
    /// for sampling, also where `config` does not.
    pub fn resolve(&self, config: &GenerationConfig) -> Result<SamplingOptions> {
        let greedy = GenerationConfig::default();
        let config = if self.temperature == Some(0.0) { &greedy } else { config };
        let cut = self.top_k.is_some() || self.top_p.is_some() || self.min_p.is_some();
        let samples = cut || config.do_sample == Some(true);
        let default = SamplingOptions::default();
        let or = |typed: Option<f32>, config: Option<f64>, default: f32| {
            typed.or(config.map(|x| x as f32)).unwrap_or(default)
        };
        let options = SamplingOptions {
            temperature: match self.temperature {
                Some(temperature) => temperature,
                None if samples => or(None, config.temperature, 1.0),
                None => 0.0,
            },
            top_k: self.top_k.or(config.top_k).unwrap_or(default.top_k),
            top_p: or(self.top_p, config.top_p, default.top_p),
            min_p: or(self.min_p, config.min_p, default.min_p),
            repetition_penalty: or(self.repetition_penalty, config.repetition_penalty, default.repetition_penalty),
            presence_penalty: self.presence_penalty.unwrap_or(default.presence_penalty),
            frequency_penalty: self.frequency_penalty.unwrap_or(default.frequency_penalty),
        };
        options.validate().map(|()| options)
    }
}

/// MODEL, given in first place or with `--model`.
pub fn single_model(positional: Option<String>, option: Option<String>) -> Result<String> {
    match (positional, option) {
        (Some(_), Some(_)) => Err(Error::Usage("MODEL and --model are the same; give one of them".into())),
        (None, None) => {
            Err(Error::Usage("which MODEL? a checkpoint directory, a file, a hub id or `storyteller`".into()))
        }
        (model, option) => match model.or(option) {
            Some(model) if !model.is_empty() => Ok(model),
            _ => Err(Error::Usage("MODEL is empty".into())),
        },
    }
}
