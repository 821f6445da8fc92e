//! Converts a checkpoint to another format, and quantizes one that is not quantized.
//!
//! The new checkpoint is written tensor by tensor into a temporary directory, read back and compared, and then renamed
//! (`docs/convert.md`). Converting changes no weight: codes, zero points and scales are those of the source.

mod calibrate;
mod config;
mod files;
mod pack;
mod plan;
mod proof;
mod quantize;
mod scales;
mod shards;

use std::path::{Path, PathBuf};

use crate::checkpoint::{Checkpoint, CheckpointSource, UNFINISHED_CONFIG};
use crate::error::{Fault, FaultKind, Result};
use crate::files::directory::OutputDirectory;

pub use calibrate::{Calibration, GROUP_SIZES, MOST_CALIBRATION_TOKENS, Progress, calibrate, perplexity};
pub use plan::{Layer, LayerSource, Plan};
pub use quantize::{LayerRecipe, Recipe};

/// A format that can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// AutoAWQ `gemm`.
    #[default]
    Awq,
    /// compressed-tensors `pack-quantized`.
    CompressedTensors,
}

impl Target {
    /// All formats.
    pub const ALL: [Target; 2] = [Target::Awq, Target::CompressedTensors];

    /// The name, as in `quant_method`.
    pub fn name(self) -> &'static str {
        match self {
            Target::Awq => "awq",
            Target::CompressedTensors => "compressed-tensors",
        }
    }

    /// The format with this [`name`](Target::name), or with the name that `inspect` gives to its layers.
    pub fn from_name(name: &str) -> Option<Target> {
        let name = if name == "awq-gemm" { "awq" } else { name };
        Target::ALL.into_iter().find(|target| target.name() == name)
    }
}

/// What to write, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory of the new checkpoint.
    pub out: PathBuf,
    /// Its format.
    pub target: Target,
    /// The most bytes of a file of weights that has more than one tensor.
    pub shard_size: u64,
    /// Whether an earlier conversion in `out` is replaced.
    pub force: bool,
}

/// What a conversion is doing, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Writing tensors.
    Write,
    /// Hashing the files.
    Hash,
    /// Reading the tensors back.
    Compare,
}

/// Called with a stage, and the number of finished bytes and of all bytes.
pub type Watch<'w> = &'w (dyn Fn(Stage, u64, u64) + Sync);

/// A new checkpoint that is complete and compared, but not yet in its place. It is removed unless it is
/// [published](Conversion::publish).
pub struct Conversion {
    directory: OutputDirectory,
    /// What was written.
    pub summary: Summary,
}

/// What a conversion wrote.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The number of quantized layers, all compared.
    pub layers: usize,
    /// The number of tensors that were copied (or changed for the quantization), all compared.
    pub other_tensors: usize,
    /// Parameters of the quantized layers.
    pub quantized_parameters: u64,
    /// The files of weights, with their sizes in bytes.
    pub shards: Vec<(String, u64)>,
    /// The other files.
    pub files: Vec<String>,
    /// The names of files of the source that were left out.
    pub left_out: Vec<String>,
}

/// Makes the temporary directory of a conversion, and checks that it can take the place of `options.out`.
///
/// # Errors
/// [`FaultKind::NotAConversion`]; [`FaultKind::OutputInUse`]; [`FaultKind::OutputInsideSource`]; those of
/// [`OutputDirectory::new`].
pub fn prepare(checkpoint: &Checkpoint, options: &Options) -> Result<OutputDirectory> {
    files::check_replaceable(checkpoint, options)?;
    files::check_outside(checkpoint, options)?;
    OutputDirectory::new(&options.out, options.force)
}

/// Writes the checkpoint that `plan` describes to the `directory` of [`prepare`], and compares what was written with the source.
///
/// # Errors
/// [`FaultKind::NotEnoughSpace`]; [`FaultKind::WrittenDiffers`]; [`Error::Io`](crate::error::Error::Io).
pub fn write(
    checkpoint: &Checkpoint,
    plan: &Plan,
    directory: OutputDirectory,
    options: &Options,
    watch: Watch,
) -> Result<Conversion> {
    directory.check_space(plan.bytes())?;
    let config = config::render(checkpoint, plan)?;
    // It is there from the beginning, and marks the directory as unfinished.
    directory.write(UNFINISHED_CONFIG, config.as_bytes())?;
    let written = shards::write(checkpoint, plan, &directory, options, watch)?;
    let copied = files::copy(checkpoint, &directory)?;
    files::write_checksums(&directory, plan.target, config.as_bytes(), watch)?;
    let source = source_of(directory.temporary());
    proof::compare(&Checkpoint::open(&source)?, plan, &written.digests, &options.out, watch)?;
    checkpoint.check_unchanged()?;
    let summary = Summary {
        layers: plan.layers.len(),
        other_tensors: plan.tensors.iter().filter(|tensor| tensor.is_copy()).count(),
        quantized_parameters: plan.layers.iter().map(|layer| (layer.inputs * layer.outputs) as u64).sum(),
        shards: written.shards,
        files: copied.names,
        left_out: copied.left_out,
    };
    Ok(Conversion { directory, summary })
}

impl Conversion {
    /// The checkpoint, while it is not published.
    pub fn source(&self) -> CheckpointSource {
        source_of(self.directory.temporary())
    }

    /// Moves the directory to its place.
    ///
    /// # Errors
    /// [`Error::Io`](crate::error::Error::Io).
    pub fn publish(self) -> Result<Summary> {
        self.directory.rename(UNFINISHED_CONFIG, "config.json")?;
        self.directory.publish("config.json")?;
        Ok(self.summary)
    }
}

/// The unfinished checkpoint in a temporary directory.
fn source_of(directory: &Path) -> CheckpointSource {
    CheckpointSource {
        model: directory.to_string_lossy().into_owned(),
        config: Some(directory.join(UNFINISHED_CONFIG)),
        tokenizer: None,
    }
}

/// A fault of the source, or of what is asked of it.
fn fault(checkpoint: &Checkpoint, kind: FaultKind, subject: &str) -> Fault {
    Fault::new(kind, &checkpoint.path).subject(subject)
}
