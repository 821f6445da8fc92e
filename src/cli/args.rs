//! Groups of command-line options.
//!
//! The `*Args` structs hold the options as given. Their methods, mostly `resolve`, check the options against each other and
//! return what the subcommand works with. Usage errors are found here, before any work is done.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use argh::{ArgsInfo, FromArgs};

use crate::checkpoint::{self, Checkpoint, CheckpointSource, RandomModel};
use crate::engine::defaults::SamplingOverrides;
use crate::engine::{PREFILL_CHUNK, Speculation};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::kernels::Isa;
use crate::model::{Arithmetic, ModelOptions};

/// Selects the model. `seed` is used by random weights and by sampling.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Model")]
pub struct SourceArgs {
    /// checkpoint directory, .safetensors file, Hugging Face id of a model in a local cache, or `storyteller`
    #[argh(positional, arg_name = "MODEL")]
    pub positional: Option<String>,
    /// same as the positional MODEL
    #[argh(option, arg_name = "MODEL")]
    pub model: Option<String>,
    /// same as MODEL for OWNER/NAME[@REVISION], which is looked up in the local caches only
    #[argh(option, arg_name = "REPO")]
    pub hf_repo: Option<String>,
    /// with --hf-repo: the file of weights, if it is not the usual one
    #[argh(option, arg_name = "FILE")]
    pub hf_file: Option<String>,
    /// read the model configuration from FILE instead of the checkpoint's config.json
    #[argh(option, arg_name = "FILE")]
    pub config: Option<PathBuf>,
    /// read the tokenizer from FILE instead of the checkpoint's tokenizer.json
    #[argh(option, arg_name = "FILE")]
    pub tokenizer: Option<PathBuf>,
    /// instead of MODEL, create a model with random weights in memory; it has no tokenizer
    #[argh(switch)]
    pub random: bool,
    /// with --random: use the shapes of a real model, such as qwen2.5-3b (default), qwen3-30b-a3b, llama-3.1-8b or gemma-3-4b; a wrong
    /// name lists all
    #[argh(option, arg_name = "NAME")]
    pub like: Option<String>,
    /// with --random: hidden size, a multiple of 128
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub hidden_size: Option<usize>,
    /// with --random: number of layers
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub layers: Option<usize>,
    /// seed for sampling and for --random weights (default 0)
    #[argh(option, arg_name = "S", from_str_fn(parse_unsigned))]
    pub seed: Option<u64>,
}

/// How the model is run.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Compute (of these options, only --arithmetic and --context can change the output)")]
pub struct MachineArgs {
    /// number of threads (default: one per core available to this process)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub threads: Option<usize>,
    /// instruction set: scalar, avx2, avx512, amx or neon (default: the fastest that this CPU supports)
    #[argh(option, arg_name = "NAME")]
    pub isa: Option<String>,
    /// precision of activations: int8 (default), int15 (near-lossless) or f32 (slow; used as the reference)
    #[argh(option, arg_name = "NAME")]
    pub arithmetic: Option<String>,
    /// maximum length of a sequence in tokens, prompt included (default: the model's maximum; for longrope, its original one)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub context: Option<usize>,
    /// memory for keys and values, as in 512M or 2GiB (default: what is free, less a reserve); sequences that do not fit
    /// wait for others to end
    #[argh(option, arg_name = "SIZE", from_str_fn(parse_size))]
    pub kv_memory: Option<u64>,
}

/// The checkpoint that a subcommand opens.
#[derive(Debug, Clone)]
pub struct ModelSource {
    origin: ModelOrigin,
    config: Option<PathBuf>,
    tokenizer: Option<PathBuf>,
    pub seed: u64,
}

#[derive(Debug, Clone)]
enum ModelOrigin {
    Named(ModelName),
    Random(RandomModel),
}

impl SourceArgs {
    pub fn resolve(self) -> Result<ModelSource> {
        let seed = self.seed.unwrap_or(0);
        let SourceArgs { like, hidden_size, layers, .. } = self;
        let origin = if self.random {
            if let Some(model) = self.positional.or(self.model).or(self.hf_repo) {
                let problem = format!("--random and MODEL '{model}' cannot be used together");
                return Err(Error::usage_with_fix(problem, "omit one of them"));
            }
            if like.is_some() && hidden_size.is_some() {
                let problem = "--like and --hidden-size cannot be used together";
                return Err(Error::usage_with_fix(problem, "omit one of them"));
            }
            ModelOrigin::Random(RandomModel { like, hidden_size, layers, seed })
        } else {
            if like.is_some() || hidden_size.is_some() || layers.is_some() {
                let problem = "--like, --hidden-size and --layers require --random";
                return Err(Error::usage_with_fix(problem, "add --random, or omit them"));
            }
            ModelOrigin::Named(ModelName::given(self.positional, self.model, self.hf_repo, self.hf_file)?)
        };
        Ok(ModelSource { origin, config: self.config, tokenizer: self.tokenizer, seed })
    }
}

impl ModelSource {
    pub fn open(&self) -> Result<Checkpoint> {
        self.open_or(Checkpoint::random)
    }

    /// Like [`ModelSource::open`], for reading headers only: random weights are not generated.
    pub fn open_headers(&self) -> Result<Checkpoint> {
        self.open_or(Checkpoint::random_headers)
    }

    /// A model by its name alone.
    pub fn named(name: String) -> ModelSource {
        ModelSource { origin: ModelOrigin::Named(ModelName::Any(name)), config: None, tokenizer: None, seed: 0 }
    }

    fn open_or(
        &self,
        random: fn(&RandomModel, Option<PathBuf>, Option<PathBuf>) -> Result<Checkpoint>,
    ) -> Result<Checkpoint> {
        let (config, tokenizer) = (self.config.clone(), self.tokenizer.clone());
        match &self.origin {
            ModelOrigin::Named(model) => {
                Checkpoint::open(&CheckpointSource { model: model.resolve()?, config, tokenizer })
            }
            ModelOrigin::Random(model) => random(model, config, tokenizer),
        }
    }

    /// The model's name as given by the user.
    ///
    /// # Errors
    /// [`Error::Usage`] for random weights, which cannot be verified.
    pub fn name(&self) -> Result<&str> {
        match &self.origin {
            ModelOrigin::Named(ModelName::Any(model) | ModelName::Hub { repo: model, .. }) => Ok(model),
            ModelOrigin::Random(_) => {
                let problem = "--verify cannot be used with --random, which has no files";
                Err(Error::usage_with_fix(problem, "omit --verify"))
            }
        }
    }

    /// Whether the weights are random. Such a model has no tokenizer.
    pub fn is_random(&self) -> bool {
        matches!(self.origin, ModelOrigin::Random(_))
    }
}

/// How to run a model.
#[derive(Debug, Clone, Copy)]
pub struct MachineOptions {
    pub model: ModelOptions,
    /// The most tokens of a sequence, prompt and answer together; none: the model's own maximum.
    pub context: Option<usize>,
    /// Bytes for the keys and values of all sequences; none: what is free, less a reserve.
    pub kv_memory: Option<u64>,
}

impl MachineArgs {
    /// The options, with every name and number checked.
    pub fn resolve(self) -> Result<MachineOptions> {
        let unknown = |option: &str, name: &str, expected: &[&str]| {
            Error::usage(format!("{option}: unknown value '{name}' (expected {})", expected.join(", ")))
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
        let model = ModelOptions { arithmetic, isa, threads: self.threads };
        Ok(MachineOptions { model, context: self.context, kv_memory: self.kv_memory })
    }
}

/// Output format.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Output")]
pub struct OutputArgs {
    /// print a single JSON object to stdout instead of text
    #[argh(switch)]
    pub json: bool,
    /// do not print status lines, warnings or a progress bar to stderr
    #[argh(switch)]
    pub quiet: bool,
    /// print all status lines to stderr; without it, a terminal gets the last one, and a file or a pipe all
    #[argh(switch)]
    pub verbose: bool,
}

/// The prompt.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Prompt (exactly one source)")]
pub struct PromptArgs {
    /// use TEXT as the prompt, without a chat template; special tokens in it are recognised
    #[argh(option, arg_name = "TEXT")]
    pub prompt: Option<String>,
    /// read the prompt from FILE, as it is (a newline at the end counts), without a chat template; - reads standard
    /// input
    #[argh(option, arg_name = "FILE")]
    pub prompt_file: Option<String>,
    /// send TEXT as a user message, formatted with the model's chat template
    #[argh(option, arg_name = "TEXT")]
    pub user: Option<String>,
    /// send the text of FILE as a user message; after --user, as part of the same message; - reads standard input
    #[argh(option, arg_name = "FILE")]
    pub user_file: Option<String>,
    /// with --user or --user-file: system message
    #[argh(option, arg_name = "TEXT")]
    pub system: Option<String>,
    /// read a conversation from FILE, formatted with the model's chat template: a JSON list of messages, or an object
    /// with "messages" and "tools", "documents", "chat_template_kwargs"; - reads standard input
    #[argh(option, arg_name = "FILE")]
    pub messages: Option<String>,
    /// with --messages: continue the last message, which is by the assistant, instead of answering it
    #[argh(switch)]
    pub continue_last: bool,
    /// recognise special tokens such as <|im_end|> in the content of messages; without this, content is plain text
    #[argh(switch)]
    pub parse_special: bool,
    /// comma-separated token ids, such as 1,2,3; needs no tokenizer
    #[argh(option, arg_name = "IDS")]
    pub prompt_ids: Option<String>,
    /// use N random tokens as the prompt, for measurements (default with --random: 16)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub prompt_tokens: Option<usize>,
    /// process the prompt in chunks of N tokens (default 512); smaller chunks need less memory but more time, and do
    /// not change the result
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub chunk: Option<usize>,
}

/// Saving a state.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "State")]
pub struct SaveArgs {
    /// save the processed prompt to FILE, to continue from with `rumma decode --state FILE`; replaces only a state file
    #[argh(option, arg_name = "FILE")]
    pub save_state: Option<String>,
}

/// Loading and saving a state.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "State")]
pub struct StateArgs {
    /// continue from FILE, saved by --save-state or by /save in `rumma chat`; with --user, answer the next message of its
    /// conversation
    #[argh(option, arg_name = "FILE")]
    pub state: Option<String>,
    /// save the prompt and the answer to FILE, to continue from with --state; replaces only a state file
    #[argh(option, arg_name = "FILE")]
    pub save_state: Option<String>,
}

/// Limits on generation, and the number of sequences.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Generation")]
pub struct AnswerArgs {
    /// maximum number of tokens to generate (default: from generation_config.json, else 256)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub tokens: Option<usize>,
    /// same as --tokens
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub decode_tokens: Option<usize>,
    /// generate N independent sequences from the prompt (default 1)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub batch: Option<usize>,
    /// with --json: report the log-probability of each generated token, and of the N most likely tokens in its place
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    pub logprobs: Option<usize>,
    /// with --json: report the log-probability of each token of the prompt
    #[argh(switch)]
    pub prompt_logprobs: bool,
    /// stop before TEXT would be printed; can be given several times
    #[argh(option, arg_name = "TEXT")]
    pub stop: Vec<String>,
    /// guess the next tokens and verify them in one pass, which gives the same answer faster where guesses are right: lookup
    /// (default; repeats of the prompt and the answer) or off
    #[argh(option, arg_name = "HOW")]
    pub speculate: Option<String>,
    /// guess tokens with a smaller model of the same vocabulary, which is loaded too
    #[argh(option, arg_name = "MODEL")]
    pub draft: Option<String>,
}

/// Sampling parameters.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Sampling (default: the checkpoint's generation_config.json)")]
pub struct SamplingArgs {
    /// sampling temperature; 0 always takes the most likely token and ignores the sampling settings of
    /// generation_config.json
    #[argh(option, arg_name = "T", from_str_fn(parse_finite))]
    pub temperature: Option<f32>,
    /// sample from the K most likely tokens; 0 turns this off
    #[argh(option, arg_name = "K", from_str_fn(parse_unsigned))]
    pub top_k: Option<usize>,
    /// sample from the most likely tokens whose probabilities add up to P; 1 turns this off
    #[argh(option, arg_name = "P", from_str_fn(parse_finite))]
    pub top_p: Option<f32>,
    /// sample from tokens that are at least P times as likely as the most likely one; 0 turns this off
    #[argh(option, arg_name = "P", from_str_fn(parse_finite))]
    pub min_p: Option<f32>,
    /// divide positive logits of tokens in the prompt or the output by X, multiply negative ones; 1 turns this off
    #[argh(option, arg_name = "X", from_str_fn(parse_finite))]
    pub repetition_penalty: Option<f32>,
    /// subtract X from the logits of tokens in the output; 0 turns this off
    #[argh(option, arg_name = "X", from_str_fn(parse_finite))]
    pub presence_penalty: Option<f32>,
    /// subtract X from the logit of a token for each occurrence in the output; 0 turns this off
    #[argh(option, arg_name = "X", from_str_fn(parse_finite))]
    pub frequency_penalty: Option<f32>,
}

/// Parses a whole number, for argh. `parse` has checked the value before.
pub fn parse_unsigned<T: FromStr>(word: &str) -> std::result::Result<T, String> {
    word.parse().map_err(|_| "not a whole number".into())
}

/// Parses a finite number, for argh.
pub fn parse_finite(word: &str) -> std::result::Result<f32, String> {
    word.parse().ok().filter(|x: &f32| x.is_finite()).ok_or_else(|| "not a number".into())
}

/// Parses a number of bytes as in `512M`, `2G`, `2GiB` or `1000000`, for argh. K, M, G and T are powers of 1024.
pub fn parse_size(word: &str) -> std::result::Result<u64, String> {
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (number, unit) = word.split_at(digits);
    let unit = unit.to_ascii_lowercase();
    let power = match unit.trim_end_matches('b').trim_end_matches('i') {
        "" if unit == "i" || unit == "ib" => None,
        "" => Some(0),
        "k" => Some(1),
        "m" => Some(2),
        "g" => Some(3),
        "t" => Some(4),
        _ => None,
    };
    let bytes = power.and_then(|power| number.parse::<u64>().ok()?.checked_mul(1 << (10 * power)));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "not a size such as 512M or 2GiB".into())
}

/// The values of an option whose value is a whole number. [`super::parse`] checks them.
pub fn range(option: &str) -> RangeInclusive<u64> {
    match option {
        "--threads" | "--batch" | "--parallel" => 1..=1024,
        "--queue" => 0..=100_000,
        "--prompt-tokens" => 1..=1 << 24,
        "--tokens" | "--decode-tokens" | "--context" | "--chunk" | "--repetitions" | "--stride" => 1..=u64::MAX,
        _ => 0..=u64::MAX,
    }
}

impl PromptArgs {
    /// The number of prompt tokens per chunk.
    pub fn chunk(&self) -> usize {
        self.chunk.unwrap_or(PREFILL_CHUNK)
    }
}

/// Where draft tokens come from, by the values of `--speculate` and `--draft`.
pub fn speculation(how: Option<&str>, draft: Option<&str>) -> Result<Speculation> {
    match (how, draft) {
        (None, Some(_)) => Ok(Speculation::Model),
        (Some(how), Some(_)) => {
            let problem = format!("--speculate {how} and --draft cannot be used together");
            Err(Error::usage_with_fix(problem, "omit one of them"))
        }
        (None | Some("lookup"), None) => Ok(Speculation::Lookup),
        (Some("off"), None) => Ok(Speculation::Off),
        (Some(other), None) => {
            Err(Error::usage(format!("--speculate: unknown value '{other}' (expected lookup or off)")))
        }
    }
}

impl AnswerArgs {
    /// The maximum number of generated tokens, if given.
    pub fn tokens(&self) -> Result<Option<usize>> {
        let tokens = match (self.tokens, self.decode_tokens) {
            (Some(_), Some(_)) => {
                return Err(Error::usage_with_fix(
                    "--tokens and --decode-tokens are the same option",
                    "give one of them",
                ));
            }
            (tokens, synonym) => tokens.or(synonym),
        };
        Ok(tokens)
    }

    /// Where draft tokens come from.
    pub fn speculation(&self) -> Result<Speculation> {
        speculation(self.speculate.as_deref(), self.draft.as_deref())
    }

    /// The number of sequences to generate.
    pub fn batch(&self) -> usize {
        self.batch.unwrap_or(1)
    }
}

impl SamplingArgs {
    /// The given options, with every value checked. What is not given comes from the checkpoint.
    pub fn resolve(&self) -> Result<SamplingOverrides> {
        let SamplingArgs { temperature, top_k, top_p, min_p, .. } = *self;
        let SamplingArgs { repetition_penalty, presence_penalty, frequency_penalty, .. } = *self;
        let overrides = SamplingOverrides {
            temperature,
            top_k,
            top_p,
            min_p,
            repetition_penalty,
            presence_penalty,
            frequency_penalty,
        };
        overrides.resolve(&Default::default()).map(|_| overrides)
    }
}

/// The name of a model, as the user gives it.
#[derive(Debug, Clone)]
pub enum ModelName {
    /// A path, a hub id or the built-in model.
    Any(String),
    /// A hub id, and perhaps the name of a file.
    Hub { repo: String, file: Option<String> },
}

impl ModelName {
    /// The model of the positional MODEL, `--model`, or `--hf-repo` and `--hf-file`.
    pub fn given(
        positional: Option<String>,
        option: Option<String>,
        repo: Option<String>,
        file: Option<String>,
    ) -> Result<ModelName> {
        let given = [("MODEL", &positional), ("--model", &option), ("--hf-repo", &repo)];
        let names: Vec<&str> = given.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| *name).collect();
        if names.len() > 1 {
            let problem = format!("{} are the same option", names.join(" and "));
            return Err(Error::usage_with_fix(problem, "give one of them"));
        }
        if let Some(repo) = repo {
            if !checkpoint::is_hub_id(&repo) {
                let problem = format!("--hf-repo: invalid name '{repo}' (expected OWNER/NAME or OWNER/NAME@REVISION)");
                return Err(Error::usage_with_fix(problem, "give a path as MODEL"));
            }
            return Ok(ModelName::Hub { repo, file });
        }
        if file.is_some() {
            return Err(Error::usage_with_fix("--hf-file needs --hf-repo", "give a path as MODEL"));
        }
        match positional.or(option) {
            Some(model) if !model.is_empty() => Ok(ModelName::Any(model)),
            Some(_) => Err(Error::usage("MODEL is empty")),
            None => {
                let expected = "a checkpoint directory, a .safetensors file, a Hugging Face id or `storyteller`";
                Err(Error::usage(format!("MODEL is missing (expected {expected})")))
            }
        }
    }

    /// The name for the functions that find a checkpoint.
    pub fn resolve(&self) -> Result<String> {
        match self {
            ModelName::Any(model) => Ok(model.clone()),
            // A path of the same name comes first where both are possible.
            ModelName::Hub { repo, file: None } if !Path::new(repo).exists() => Ok(repo.clone()),
            ModelName::Hub { repo, file } => {
                let path = checkpoint::hub_path(repo, file.as_deref())?;
                let not_utf8 = |path: std::ffi::OsString| Fault::new(FaultKind::FileNameNotUtf8, path).into();
                path.into_os_string().into_string().map_err(not_utf8)
            }
        }
    }
}
