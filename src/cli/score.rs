//! `rumma score`: the log-probabilities of a text, and how far the predictions of two models differ.

use std::time::Instant;

use argh::{ArgsInfo, FromArgs};

use super::args::{MachineArgs, MachineOptions, ModelSource, OutputArgs, SourceArgs, parse_unsigned};
use super::console::Console;
use super::continuations::{self, Lines};
use super::engine;
use super::interrupt::Interrupt;
use super::load::{announce, load_model_and_tokenizer, open};
use super::parse::{Command, RawArgs};
use super::progress::Progress;
use super::prompt::{self, parse_ids, read_text};
use super::stdin::UnreadStdin;
use crate::checkpoint::Checkpoint;
use crate::engine::score::{self, Comparison, Passage, TokenScore, Total, windows};
use crate::engine::{Engine, PREFILL_CHUNK, Request, check_context};
use crate::error::{Error, Fault, FaultKind, RequestError, Result};
use crate::model::{Arithmetic, Model, ModelOptions};
use crate::report::load::Load;
use crate::report::score::{Against, Score, ScoredToken, interrupted};
use crate::requests::tokenizer;
use crate::text::{Prompt, Tokenizer};
use crate::threads;

pub const COMMAND: Command = Command {
    name: "score",
    summary: "log-probability of each token of a text, perplexity, and the divergence from another model",
    usage: "MODEL --text-file FILE [options]",
    about: "Reports the log-probability of each token of a text after those before it, their sum, perplexity and bits per byte.\n\
            With --against it also compares the predictions with those of another arithmetic or model; with --continuations it\n\
            scores the choices of multiple-choice questions.",
    groups: &[
        SourceArgs::get_args_info,
        ScoreArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma score storyteller --text \"Once upon a time there was a boy.\"",
        "rumma score storyteller --text-file story.txt --json",
        "rumma score Qwen/Qwen2.5-3B-Instruct-AWQ --text-file book.txt --context 2048 --stride 1024",
        "rumma score storyteller --text-file story.txt --against f32",
        "rumma score storyteller --continuations choices.jsonl",
    ],
    run,
};

/// What to score, and how.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Text (exactly one source)")]
pub struct ScoreArgs {
    /// score TEXT; special tokens in it are recognised
    #[argh(option, arg_name = "TEXT")]
    text: Option<String>,
    /// score the text of FILE, as it is (a newline at the end counts); - reads standard input
    #[argh(option, arg_name = "FILE")]
    text_file: Option<String>,
    /// score comma-separated token ids, such as 1,2,3; needs no tokenizer
    #[argh(option, arg_name = "IDS")]
    prompt_ids: Option<String>,
    /// instead of a text, score possible continuations of contexts: FILE has lines of JSON with "id", "context" and
    /// "continuations"; - reads standard input. Prints one JSON object per line, with or without --json
    #[argh(option, arg_name = "FILE")]
    continuations: Option<String>,
    /// a text longer than the context is scored in windows that begin N tokens after one another (default: half of
    /// the context)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    stride: Option<usize>,
    /// report the KL divergence from REFERENCE, and how often the most likely token is the same: int8, int15 or f32
    /// for this model in another arithmetic, else another MODEL with the same vocabulary
    #[argh(option, arg_name = "REFERENCE")]
    against: Option<String>,
}

/// Bytes of logits that are kept at a time to compare two models.
const COMPARED_BYTES: usize = 64 << 20;

/// What to score, as the options give it.
enum Input {
    Text(String),
    TextFile(String),
    Ids(Vec<u32>),
    Continuations(String),
}

/// What to score, read from its file.
enum Source {
    Text(String),
    Ids(Vec<u32>),
    Lines(Lines),
}

impl Input {
    fn read(self) -> Result<Source> {
        Ok(match self {
            Input::Text(text) => Source::Text(text),
            Input::TextFile(file) => Source::Text(read_text(&file)?),
            Input::Ids(ids) => Source::Ids(ids),
            Input::Continuations(file) => Source::Lines(continuations::read_lines(&file)?),
        })
    }
}

/// What the model is compared with.
enum Reference {
    Arithmetic(Arithmetic),
    Model(ModelSource),
}

/// The options, checked as far as possible before a file is opened.
struct ScoreOptions {
    source: ModelSource,
    input: Input,
    stride: Option<usize>,
    against: Option<Reference>,
    machine: MachineOptions,
    console: Console,
}

impl ScoreOptions {
    fn from_args(args: &RawArgs) -> Result<ScoreOptions> {
        let source = args.get::<SourceArgs>()?.resolve()?;
        let ScoreArgs { text, text_file, prompt_ids, continuations, stride, against } = args.get()?;
        let machine = args.get::<MachineArgs>()?.resolve()?;
        let console = args.get::<OutputArgs>()?.resolve()?;
        let ids = prompt_ids.map(|ids| parse_ids(&ids)).transpose()?;
        let sources = [
            ("--text", text.map(Input::Text)),
            ("--text-file", text_file.map(Input::TextFile)),
            ("--prompt-ids", ids.map(Input::Ids)),
            ("--continuations", continuations.map(Input::Continuations)),
        ];
        let (names, mut inputs): (Vec<&str>, Vec<Input>) =
            sources.into_iter().filter_map(|(name, input)| Some((name, input?))).unzip();
        if names.len() > 1 {
            let problem = format!("{} cannot be used together", names.join(" and "));
            return Err(Error::usage_with_fix(problem, "give one text"));
        }
        let Some(input) = inputs.pop() else {
            return Err(Error::usage_with_fix("no text", "give --text-file FILE or --text TEXT"));
        };
        for (option, given) in [("--stride", stride.is_some()), ("--against", against.is_some())] {
            if given && matches!(input, Input::Continuations(_)) {
                let problem = format!("{option} and --continuations cannot be used together");
                return Err(Error::usage_with_fix(problem, "omit one of them"));
            }
        }
        let reference = |name: String| match Arithmetic::from_name(&name) {
            Some(arithmetic) => Ok(Reference::Arithmetic(arithmetic)),
            None if name.is_empty() => Err(Error::usage("--against is empty")),
            None => Ok(Reference::Model(ModelSource::named(name))),
        };
        let against = against.map(reference).transpose()?;
        Ok(ScoreOptions { source, input, stride, against, machine, console })
    }
}

fn run(args: &RawArgs) -> Result<()> {
    let ScoreOptions { source, input, stride, against, machine, console } = ScoreOptions::from_args(args)?;
    let stdin = UnreadStdin::new(args);
    // Before the text is read: that can block on a terminal, where Ctrl-C must work.
    let interrupt = Interrupt::install();
    threads::start_global_pool(machine.model.threads)?;
    let input = input.read()?;
    stdin.check()?;

    let started = Instant::now();
    let checkpoint = open(&source, &console)?.within(machine.context);
    let (model, tokenizer, duration) = load_model_and_tokenizer(&checkpoint, machine, None, started, &console)?;
    let context = machine.context.unwrap_or(model.config.max_position_embeddings);
    check_context(&model, context)?;
    let mut loaded = Load::new(&checkpoint, &model, context, duration);
    let warnings = tokenizer.iter().flat_map(|tokenizer| tokenizer.warnings(model.config.vocab_size));
    loaded.warnings.extend(warnings.map(|fault| fault.to_string()));
    if let Some(fault) = tokenizer::other_form(&checkpoint).filter(|_| tokenizer.is_none())
        && matches!(input, Source::Text(_))
    {
        return Err(fault.into());
    }
    let ready = || {
        stdin.check_patiently()?;
        interrupt.defer();
        announce(&loaded, &console);
        Ok(())
    };
    let loaded =
        LoadedModel { checkpoint: &checkpoint, model: &model, tokenizer: tokenizer.as_ref(), context, machine };
    let scored = match input {
        Source::Lines(lines) => ready().and_then(|()| continuations::run(&loaded, &lines, &interrupt, &console)),
        Source::Ids(ids) => {
            loaded.text(ids, None, stride).and_then(|text| text.run(against, ready, &interrupt, &console))
        }
        Source::Text(text) => loaded
            .encode(&text)
            .and_then(|ids| loaded.text(ids, Some(text.len()), stride))
            .and_then(|text| text.run(against, ready, &interrupt, &console)),
    };
    // A file that was changed is the cause of numbers that are not finite.
    checkpoint.check_unchanged()?;
    scored?;
    stdin.check()
}

/// A model that is ready to score.
pub struct LoadedModel<'a> {
    pub checkpoint: &'a Checkpoint,
    pub model: &'a Model,
    pub tokenizer: Option<&'a Tokenizer>,
    /// The most tokens of a sequence.
    pub context: usize,
    pub machine: MachineOptions,
}

/// A text that is ready to be scored.
struct Text<'a> {
    loaded: &'a LoadedModel<'a>,
    ids: Vec<u32>,
    /// Bytes of the text; `None` without a tokenizer.
    bytes: Option<usize>,
    stride: usize,
}

impl<'a> LoadedModel<'a> {
    /// The tokens of a text.
    fn encode(&self, text: &str) -> Result<Vec<u32>> {
        // A text may be longer than the context.
        let encoded = prompt::encode(&Prompt::Text(text.into()), self.checkpoint, self.tokenizer, None)?;
        if let Some(tokenizer) = self.tokenizer {
            encoded.ids.iter().try_for_each(|id| tokenizer.check_id(*id, self.model.config.vocab_size))?;
        }
        Ok(encoded.ids)
    }

    /// A text of `bytes` bytes; `None` for the bytes of its tokens.
    ///
    /// # Errors
    /// [`RequestError::TokenIdOutOfRange`]; [`RequestError::StrideTooLong`].
    fn text(&'a self, ids: Vec<u32>, bytes: Option<usize>, stride: Option<usize>) -> Result<Text<'a>> {
        let vocab_size = self.model.config.vocab_size;
        if let Some(&id) = ids.iter().find(|id| **id as usize >= vocab_size) {
            return Err(RequestError::TokenIdOutOfRange { id, vocab_size }.into());
        }
        let stride = stride.unwrap_or((self.context / 2).max(1));
        if stride > self.context {
            return Err(RequestError::StrideTooLong { stride, context: self.context }.into());
        }
        let of_tokens =
            |tokenizer: &Tokenizer| ids.iter().filter_map(|id| tokenizer.token_bytes(*id)).map(|b| b.len()).sum();
        let bytes = bytes.or(self.tokenizer.map(of_tokens));
        Ok(Text { loaded: self, ids, bytes, stride })
    }
}

/// The reference of a comparison.
struct LoadedReference {
    /// As the user named it.
    name: String,
    /// `None` for the checkpoint of the model itself.
    checkpoint: Option<Checkpoint>,
    model: Model,
}

impl LoadedReference {
    /// # Errors
    /// [`FaultKind::OtherVocabulary`]; [`RequestError::ContextTooLong`]; those of loading.
    fn load(reference: Reference, loaded: &LoadedModel, console: &Console) -> Result<LoadedReference> {
        let (checkpoint, arithmetic) = match reference {
            Reference::Arithmetic(arithmetic) => (None, arithmetic),
            Reference::Model(source) => {
                (Some(open(&source, console)?.within(Some(loaded.context))), loaded.model.arithmetic)
            }
        };
        let _progress = console.progress("Loading");
        let opened = checkpoint.as_ref().unwrap_or(loaded.checkpoint);
        let (found, expected) = (opened.config()?.vocab_size, loaded.model.config.vocab_size);
        if found != expected {
            let fault = Fault::new(FaultKind::OtherVocabulary, &opened.path).found(format!("{found} tokens"));
            return Err(fault.expected(expected).into());
        }
        let model = Model::load(opened, &ModelOptions { arithmetic, ..loaded.machine.model })?;
        check_context(&model, loaded.context)?;
        Ok(LoadedReference { name: opened.source.clone(), checkpoint, model })
    }
}

impl Text<'_> {
    /// Scores the text and prints the report. `ready` is called when everything is loaded.
    fn run(
        self,
        against: Option<Reference>,
        ready: impl FnOnce() -> Result<()>,
        interrupt: &Interrupt,
        console: &Console,
    ) -> Result<()> {
        let LoadedModel { model, machine, context, .. } = *self.loaded;
        let reference = against.map(|reference| LoadedReference::load(reference, self.loaded, console)).transpose()?;
        let windows: Vec<_> = windows(self.ids.len(), context, self.stride).collect();
        let longest = Request::new(self.ids[..self.ids.len().min(context)].to_vec());
        let engine = |model| engine::for_request(model, None, &longest, PREFILL_CHUNK, machine);
        let mut other = reference.as_ref().map(|reference| engine(&reference.model)).transpose()?;
        let mut engine = engine(model)?;
        ready()?;
        let mut scorer = Scorer::new(&self.ids, interrupt, console);
        for window in &windows {
            let ids = self.ids[window.start..window.scored.end].to_vec();
            let passage = Passage { ids, first: window.scored.start - window.start };
            let scored = match &mut other {
                Some(other) => {
                    let rows = COMPARED_BYTES / (size_of::<f32>() * model.config.vocab_size.max(1));
                    scorer.compare([other, &mut engine], &passage, rows)
                }
                None => scorer.score(&mut engine, &passage),
            };
            if let Some(error) = interrupt.error() {
                console.status(&scorer.interrupted());
                return Err(error);
            }
            scored?;
        }
        let computed = scorer.computed;
        let report = scorer.report(&self, windows.len(), reference.as_ref());
        if let Some(checkpoint) = reference.as_ref().and_then(|reference| reference.checkpoint.as_ref()) {
            checkpoint.check_unchanged()?;
        }
        console.status(&report.status(computed));
        console.answer(&report, Score::to_text)
    }
}

/// Collects the scores of a text.
struct Scorer<'a> {
    ids: &'a [u32],
    interrupt: &'a Interrupt,
    /// The scores from the second token on, as far as computed.
    logprobs: Vec<f32>,
    total: Total,
    /// The sum by the reference.
    reference_total: Total,
    comparison: Comparison,
    /// The tokens that were computed, of all engines.
    computed: usize,
    progress: Progress,
    started: Instant,
}

impl<'a> Scorer<'a> {
    fn new(ids: &'a [u32], interrupt: &'a Interrupt, console: &Console) -> Scorer<'a> {
        Scorer {
            ids,
            interrupt,
            logprobs: Vec::with_capacity(ids.len()),
            total: Total::default(),
            reference_total: Total::default(),
            comparison: Comparison::default(),
            computed: 0,
            progress: console.progress("Score"),
            started: Instant::now(),
        }
    }

    fn score(&mut self, engine: &mut Engine, passage: &Passage) -> Result<()> {
        let Scorer { ids, logprobs, total, progress, .. } = self;
        let results =
            score::run(engine, std::slice::from_ref(passage), Some(self.interrupt.cancel_flag()), &mut |row| {
                let score = TokenScore::new(row.logits, passage.ids[row.position])?;
                total.add(score.logprob);
                logprobs.push(score.logprob);
                progress.update(logprobs.len() as u64, ids.len() as u64);
                Ok(())
            });
        for result in results {
            self.computed += result?.tokens;
        }
        Ok(())
    }

    fn compare(&mut self, engines: [&mut Engine; 2], passage: &Passage, rows: usize) -> Result<()> {
        let Scorer { ids, logprobs, total, reference_total, comparison, progress, .. } = self;
        let cancel = Some(self.interrupt.cancel_flag());
        self.computed += score::compare(engines, passage, rows, cancel, comparison, &mut |expected, found| {
            reference_total.add(expected.logprob);
            total.add(found.logprob);
            logprobs.push(found.logprob);
            progress.update(logprobs.len() as u64, ids.len() as u64);
        })?;
        Ok(())
    }

    /// The status line of an interrupted score.
    fn interrupted(self) -> String {
        interrupted(self.logprobs.len(), self.ids.len(), self.started.elapsed())
    }

    fn report(self, text: &Text, windows: usize, reference: Option<&LoadedReference>) -> Score {
        let token_text = |id: u32| {
            let bytes = text.loaded.tokenizer.map(|tokenizer| tokenizer.token_bytes(id).unwrap_or_default());
            bytes.map(|bytes| String::from_utf8_lossy(&bytes).into())
        };
        let logprobs = std::iter::once(None).chain(self.logprobs.into_iter().map(Some));
        let tokens =
            self.ids.iter().zip(logprobs).map(|(&id, logprob)| ScoredToken { id, text: token_text(id), logprob });
        let against = reference.map(|LoadedReference { name, model, .. }| {
            Against::new(name.clone(), model.arithmetic.name(), self.reference_total, self.comparison.summary())
        });
        Score {
            tokens: tokens.collect(),
            logprob_sum: self.total.logprob,
            perplexity: self.total.perplexity(),
            bits_per_byte: text.bytes.and_then(|bytes| self.total.bits_per_byte(bytes)),
            scored_tokens: self.total.tokens,
            bytes: text.bytes,
            context: text.loaded.context,
            stride: text.stride,
            windows,
            against,
            seconds: self.started.elapsed().as_secs_f64(),
        }
    }
}
