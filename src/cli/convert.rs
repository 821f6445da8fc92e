//! `rumma convert`: writes a checkpoint in another format, or quantizes one that is not quantized.

use std::path::PathBuf;
use std::time::Instant;

use argh::{ArgsInfo, FromArgs};

use super::args::{ModelName, OutputArgs, parse_size, parse_unsigned};
use super::console::Console;
use super::interrupt::Interrupt;
use super::parse::{Command, RawArgs};
use super::prompt::{self, read_text};
use crate::checkpoint::{Checkpoint, CheckpointSource};
use crate::convert::{
    self, Calibration, GROUP_SIZES, MOST_CALIBRATION_TOKENS, Options, Plan, Recipe, Stage, Target, calibrate,
    perplexity,
};
use crate::error::{Error, Resource, Result};
use crate::model::{Arithmetic, Model, ModelOptions};
use crate::report::convert::{Converted, Perplexities, QuantizationReport};
use crate::requests::tokenizer;
use crate::text::{Prompt, Tokenizer};
use crate::threads;
use crate::weights::formats::QuantizedLayers;
use crate::weights::quantization_warnings;

pub const COMMAND: Command = Command {
    name: "convert",
    summary: "write a checkpoint in another 4-bit format, or quantize an original one",
    usage: "MODEL OUT [options]",
    about: "Writes MODEL to the new directory OUT, in AutoAWQ's or compressed-tensors' format. The weights stay the same bit\n\
            for bit: every tensor is read back and compared before OUT gets its name. With --quantize, MODEL is an original\n\
            checkpoint (F16, BF16 or F32), and its linear layers are rounded to 4 bits.",
    groups: &[ConvertArgs::get_args_info, QuantizeArgs::get_args_info, OutputArgs::get_args_info],
    examples: &[
        "rumma convert ./gptq-checkpoint ./awq-checkpoint",
        "rumma convert storyteller ./storyteller-ct --to compressed-tensors",
        "rumma convert ./original ./quantized --quantize awq --calibration-text book.txt",
    ],
    run,
};

/// What to convert.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Conversion")]
pub struct ConvertArgs {
    /// checkpoint (a directory, a .safetensors file, a Hugging Face id of a model in a local cache, or `storyteller`), and the
    /// new directory, which appears when it is complete
    #[argh(positional, arg_name = "MODEL OUT")]
    positional: Vec<String>,
    /// same as the positional MODEL
    #[argh(option, arg_name = "MODEL")]
    model: Option<String>,
    /// same as MODEL for OWNER/NAME[@REVISION], which is looked up in the local caches only
    #[argh(option, arg_name = "REPO")]
    hf_repo: Option<String>,
    /// read the model configuration from FILE instead of the checkpoint's config.json
    #[argh(option, arg_name = "FILE")]
    config: Option<PathBuf>,
    /// carry over the tokenizer from FILE instead of the checkpoint's tokenizer.json
    #[argh(option, arg_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// format to write: awq (AutoAWQ gemm, default) or compressed-tensors (pack-quantized)
    #[argh(option, arg_name = "FORMAT")]
    to: Option<String>,
    /// largest file of weights, as in 2GiB (default 5GiB; GB means GiB); a larger tensor gets a file of its own
    #[argh(option, arg_name = "SIZE", from_str_fn(parse_size))]
    shard_size: Option<u64>,
    /// replace OUT if it is an earlier conversion and holds nothing else
    #[argh(switch)]
    force: bool,
    /// number of threads (default: one per core available to this process)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    threads: Option<usize>,
}

/// How an original checkpoint is quantized.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Quantization of an original checkpoint")]
pub struct QuantizeArgs {
    /// quantize the linear layers: rtn (round to nearest) or awq (scales and ranges that lose least on the activations of
    /// --calibration-text)
    #[argh(option, arg_name = "METHOD")]
    quantize: Option<String>,
    /// with --quantize: number of inputs that share a scale (default 128)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    group_size: Option<usize>,
    /// text like that which the model is for; up to 8192 tokens of it are used
    #[argh(option, arg_name = "FILE")]
    calibration_text: Option<String>,
    /// with --quantize: report the perplexity of the text of FILE before and after (default: the first 8192 tokens of
    /// --calibration-text)
    #[argh(option, arg_name = "FILE")]
    evaluate_text: Option<String>,
}

/// A way to quantize.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Nearest,
    Awq,
}

/// What `--quantize` asks for.
struct Quantize {
    method: Method,
    group_size: usize,
    calibration_text: Option<String>,
    evaluate_text: Option<String>,
}

impl QuantizeArgs {
    fn resolve(self) -> Result<Option<Quantize>> {
        let QuantizeArgs { quantize, group_size, calibration_text, evaluate_text } = self;
        let Some(method) = quantize else {
            let given = [
                ("--group-size", group_size.is_some()),
                ("--calibration-text", calibration_text.is_some()),
                ("--evaluate-text", evaluate_text.is_some()),
            ];
            return match given.iter().find(|(_, given)| *given) {
                Some((option, _)) => {
                    Err(Error::usage_with_fix(format!("{option} needs --quantize"), "add --quantize awq, or omit it"))
                }
                None => Ok(None),
            };
        };
        let method = match method.as_str() {
            "rtn" => Method::Nearest,
            "awq" => Method::Awq,
            other => return Err(Error::usage(format!("--quantize: unknown value '{other}' (expected rtn or awq)"))),
        };
        match (method, &calibration_text) {
            (Method::Awq, None) => {
                let fix = "give --calibration-text FILE, or --quantize rtn, which needs no text";
                return Err(Error::usage_with_fix("--quantize awq needs a text", fix));
            }
            (Method::Nearest, Some(_)) => {
                let fix = "give --evaluate-text FILE for perplexities, or --quantize awq";
                return Err(Error::usage_with_fix("--quantize rtn uses no --calibration-text", fix));
            }
            _ => {}
        }
        let group_size = group_size.unwrap_or(128);
        if !GROUP_SIZES.contains(&group_size) {
            return Err(Error::usage(format!("--group-size {group_size} is not possible (expected 32, 64 or 128)")));
        }
        Ok(Some(Quantize { method, group_size, calibration_text, evaluate_text }))
    }
}

/// The options, checked before a file is opened.
struct ConvertOptions {
    source: CheckpointSource,
    options: Options,
    quantize: Option<Quantize>,
    threads: Option<usize>,
    console: Console,
}

impl ConvertOptions {
    fn from_args(args: &RawArgs) -> Result<ConvertOptions> {
        let ConvertArgs { positional, model, hf_repo, config, tokenizer, to, shard_size, force, threads } =
            args.get()?;
        let quantize = args.get::<QuantizeArgs>()?.resolve()?;
        let console = args.get::<OutputArgs>()?.resolve()?;
        if let Some(extra) = positional.get(2) {
            return Err(Error::usage(format!("unexpected argument '{extra}'")));
        }
        let mut positional = positional.into_iter();
        let is_named = model.is_some() || hf_repo.is_some();
        // With the model in an option, the only positional is OUT.
        let first = if is_named && positional.len() == 1 { None } else { positional.next() };
        let (positional, out) = (first, positional.next());
        let model = ModelName::given(positional, model, hf_repo, None)?.resolve()?;
        let Some(out) = out.filter(|out| !out.is_empty()) else {
            return Err(Error::usage_with_fix("OUT is missing", "give a new directory after MODEL"));
        };
        let target = match to.as_deref() {
            None => Target::default(),
            Some(name) => Target::from_name(name).ok_or_else(|| {
                let names = Target::ALL.map(Target::name).join(" or ");
                Error::usage(format!("--to: unknown value '{name}' (expected {names})"))
            })?,
        };
        let options = Options { out: out.into(), target, shard_size: shard_size.unwrap_or(5 << 30), force };
        let source = CheckpointSource { model, config, tokenizer };
        Ok(ConvertOptions { source, options, quantize, threads, console })
    }
}

fn run(args: &RawArgs) -> Result<()> {
    let options = ConvertOptions::from_args(args)?;
    // A signal ends the process at once; the unfinished directory is removed.
    let _interrupt = Interrupt::install();
    threads::start_global_pool(options.threads)?;
    let checkpoint = Checkpoint::open(&options.source)?;
    converted(&checkpoint, options).or_else(|error| {
        // A source that was changed explains every other error.
        checkpoint.check_unchanged()?;
        Err(error)
    })
}

fn converted(checkpoint: &Checkpoint, options: ConvertOptions) -> Result<()> {
    let ConvertOptions { source, options, quantize, threads, console } = options;
    let started = Instant::now();
    let directory = convert::prepare(checkpoint, &options)?;
    let is_quantized = quantize.is_none();
    let (plan, mut quantization) = match quantize {
        None => (Plan::convert(checkpoint, options.target)?, None),
        Some(quantize) => {
            // The sizes do not depend on the method.
            let nearest = Recipe::nearest(checkpoint, quantize.group_size)?;
            directory.check_space(Plan::quantize(checkpoint, options.target, nearest)?.bytes())?;
            let (recipe, quantization) = Quantization::prepare(checkpoint, quantize, threads, &console)?;
            (Plan::quantize(checkpoint, options.target, recipe)?, Some(quantization))
        }
    };
    let conversion = {
        let progress = console.long_progress("Converting");
        convert::write(checkpoint, &plan, directory, &options, &|stage, done, total| {
            let before = match stage {
                Stage::Write => 0,
                Stage::Hash => 1,
                Stage::Compare => 2,
            };
            // The stages count nearly the same bytes.
            progress.update(before * total + done, 3 * total);
        })?
    };
    if let Some(quantization) = &mut quantization {
        quantization.measure_after(&conversion.source(), &console)?;
    }
    let summary = conversion.publish()?;
    let out = options.out.display().to_string();
    let mut report = Converted::new(source.model, out, options.target, summary, started.elapsed());
    report.quantization = quantization.map(|quantization| quantization.report);
    // An error is the only line on stderr, so warnings come last.
    let warnings = quantization_warnings(checkpoint, &QuantizedLayers::of(checkpoint));
    for warning in checkpoint.warnings.iter().chain(warnings.iter().filter(|_| is_quantized)) {
        console.status(&format!("Warning: {warning}"));
    }
    for warning in report.warnings() {
        console.status(&format!("Warning: {warning}"));
    }
    console.status(&report.status());
    console.answer(&report, Converted::to_text)
}

/// What is known of the models before and after a quantization.
struct Quantization {
    /// The text of the perplexities; empty without one.
    evaluated: Vec<u32>,
    model_options: ModelOptions,
    report: QuantizationReport,
}

impl Quantization {
    /// Finds the recipe, and measures the original model.
    fn prepare(
        checkpoint: &Checkpoint,
        quantize: Quantize,
        threads: Option<usize>,
        console: &Console,
    ) -> Result<(Recipe, Quantization)> {
        let Quantize { method, group_size, calibration_text, evaluate_text } = quantize;
        let read = |file: Option<String>| file.map(|file| read_text(&file)).transpose();
        let (calibration_text, evaluate_text) = (read(calibration_text)?, read(evaluate_text)?);
        let mut recipe = Recipe::nearest(checkpoint, group_size)?;
        let model_options = ModelOptions { arithmetic: Arithmetic::F32, isa: None, threads };
        let name = match method {
            Method::Nearest => "rtn",
            Method::Awq => "awq",
        };
        let report = QuantizationReport {
            method: name,
            group_size,
            rounded_to_nearest: 0,
            calibration_tokens: None,
            perplexity: None,
        };
        let mut quantization = Quantization { evaluated: Vec::new(), model_options, report };
        if calibration_text.is_some() || evaluate_text.is_some() {
            recipe.check_weights(checkpoint)?;
            let model = Model::load(checkpoint, &model_options)?;
            let encode = |text: &Option<String>| text.as_deref().map(|text| ids(checkpoint, &model, text)).transpose();
            let (calibrated, evaluated) = (encode(&calibration_text)?, encode(&evaluate_text)?);
            if let Some(ids) = &calibrated {
                let progress = console.long_progress("Calibrating");
                let calibration = Calibration { model: &model, checkpoint, ids };
                recipe =
                    calibrate(&calibration, group_size, &|done, total| progress.update(done as u64, total as u64))?;
            }
            quantization.report.calibration_tokens = calibrated.as_ref().map(Vec::len);
            quantization.evaluated = evaluated.or(calibrated.map(beginning)).unwrap_or_default();
            let before = measure(&model, &quantization.evaluated, console)?;
            let tokens = quantization.evaluated.len();
            quantization.report.perplexity = Some(Perplexities { tokens, before, after: None });
        }
        quantization.report.rounded_to_nearest = recipe.nearest;
        Ok((recipe, quantization))
    }

    /// Measures the quantized model.
    fn measure_after(&mut self, source: &CheckpointSource, console: &Console) -> Result<()> {
        if let Some(perplexity) = &mut self.report.perplexity {
            let model = Model::load(&Checkpoint::open(source)?, &self.model_options)?;
            perplexity.after = measure(&model, &self.evaluated, console)?;
        }
        Ok(())
    }
}

/// As many tokens of a text as calibrate, so that measuring takes no longer than calibrating.
fn beginning(mut ids: Vec<u32>) -> Vec<u32> {
    ids.truncate(MOST_CALIBRATION_TOKENS);
    ids
}

fn measure(model: &Model, ids: &[u32], console: &Console) -> Result<Option<f64>> {
    let progress = console.long_progress("Perplexity");
    perplexity(model, ids, None, &|done, total| progress.update(done as u64, total as u64))
}

/// The tokens of a text.
fn ids(checkpoint: &Checkpoint, model: &Model, text: &str) -> Result<Vec<u32>> {
    let tokenizer: Option<Tokenizer> = tokenizer::build(checkpoint, tokenizer::find(checkpoint)?)?;
    if let (None, Some(fault)) = (&tokenizer, tokenizer::other_form(checkpoint)) {
        return Err(fault.into());
    }
    let tokenizer = tokenizer.ok_or_else(|| Error::not_found(Resource::Tokenizer, &checkpoint.source))?;
    let encoded = prompt::encode(&Prompt::Text(text.into()), checkpoint, Some(&tokenizer), None)?;
    encoded.ids.iter().try_for_each(|id| tokenizer.check_id(*id, model.config.vocab_size))?;
    Ok(encoded.ids)
}
