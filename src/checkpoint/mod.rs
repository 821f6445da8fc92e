//! Opens a checkpoint: finds its files, checks the headers and the configuration, and maps the tensors.

pub mod builtin;
mod cache;
pub mod config;
pub mod families;
mod fields;
pub mod generation;
mod index;
mod json;
mod locate;
pub mod lookup;
pub mod manifest;
#[allow(unsafe_code)]
pub mod map_fault;
pub mod pins;
mod quantization;
pub mod random;
mod rope;
mod settings;
#[allow(unsafe_code)]
mod shard;
pub mod verify;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use safetensors::Dtype;

pub use config::{Config, RopeConfig, RopeScaling};
pub use generation::GenerationConfig;
pub use quantization::{LayerSettings, Quantization};
pub use random::RandomModel;
pub use shard::TensorData;

use crate::error::{Error, Fault, FaultKind, Resource, Result};
use crate::files::stat;
use families::Family;
use index::Shards;
use json::JsonObject;
use locate::WeightFiles;
use shard::{Bytes, Shard};

const TOKENIZER: &str = "tokenizer.json";

/// The name of `config.json` in the directory of a conversion until everything is written and compared. A directory that has it
/// is not a checkpoint.
pub const UNFINISHED_CONFIG: &str = ".config.json.part";

/// The small files that a checkpoint may have beside its weights: configuration, tokenizer and chat template.
pub const SIDECAR_FILES: [&str; 12] = [
    "config.json",
    "quant_config.json",
    "quantize_config.json",
    "generation_config.json",
    TOKENIZER,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
];
/// The vocabulary of a tokenizer without tokenizer.json.
const VOCABULARY: &str = "vocab.json";

/// Which checkpoint to open, as given on the command line.
#[derive(Debug, Clone, Default)]
pub struct CheckpointSource {
    /// A directory, a `.safetensors` file, an index, a hub id, or `storyteller`.
    pub model: String,
    /// A `config.json` to use in place of the checkpoint's own.
    pub config: Option<PathBuf>,
    /// A `tokenizer.json`, or a directory that holds one, to use in place of the checkpoint's own.
    pub tokenizer: Option<PathBuf>,
}

/// An opened checkpoint: its configuration and its memory-mapped tensors.
pub struct Checkpoint {
    /// The name given by the user, for messages.
    pub source: String,
    /// The directory or file that the name was resolved to.
    pub path: PathBuf,
    /// `None` if there is no `config.json` (a single file without one), or if it is damaged or does not describe a
    /// decoder; [`Checkpoint::config`] returns the reason as an error.
    pub config: Option<Config>,
    /// The architecture named by `config.json`, supported or not.
    pub architecture: Option<String>,
    /// The sampling defaults of `generation_config.json`.
    pub generation: GenerationConfig,
    /// Problems that do not prevent opening.
    pub warnings: Vec<Fault>,
    shards: Vec<Shard>,
    /// Tensor name to position in `shards`.
    index: BTreeMap<String, usize>,
    sidecars: Sidecars,
    tokenizer: Option<PathBuf>,
    config_file: Option<PathBuf>,
    config_object: Option<JsonObject>,
}

/// One tensor, borrowed from the mapped file.
#[derive(Debug, Clone, Copy)]
pub struct Tensor<'a> {
    /// The file that holds the tensor.
    pub file: &'a Path,
    /// The name in the safetensors header.
    pub name: &'a str,
    /// The element type.
    pub dtype: Dtype,
    /// The dimensions, outermost first.
    pub shape: &'a [usize],
    /// Little-endian, row-major, exactly as many bytes as dtype and shape require. Usually, but not always, aligned to
    /// the element size.
    pub data: &'a [u8],
    /// What `data` is a part of.
    bytes: &'a Arc<Bytes>,
    /// Where in it `data` begins.
    start: usize,
}

impl Tensor<'_> {
    /// The same bytes with a share in their map, for what outlives the checkpoint. Nothing is copied.
    pub fn share(&self) -> TensorData {
        TensorData::new(self.bytes, self.start..self.start + self.data.len())
    }

    /// Frees the memory that holds the bytes. They are read from the file again when they are used again.
    pub fn release(&self) {
        self.bytes.release(self.start..self.start + self.data.len());
    }
}

/// The directory of the checkpoint that `model` names. Its files are not checked.
///
/// # Errors
/// [`Error::NotFound`], also for the built-in model, which is not in a directory.
pub fn directory(model: &str) -> Result<PathBuf> {
    if model == builtin::STORYTELLER {
        return Err(Error::not_found(Resource::Directory, model));
    }
    locate::directory_of(model, &cache::caches())
}

/// Whether `repo` is `OWNER/NAME` or `OWNER/NAME@REVISION`.
pub fn is_hub_id(repo: &str) -> bool {
    cache::HubId::parse(repo).is_some()
}

/// The path of the file `name` of the hub id `repo` in the local caches, or of its directory without a name.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Io`] for a cache that cannot be read.
pub fn hub_path(repo: &str, name: Option<&str>) -> Result<PathBuf> {
    locate::hub_path(repo, name, &cache::caches())
}

/// The small files of a checkpoint (`config.json`, `tokenizer.json`, ...).
enum Sidecars {
    Directory(PathBuf),
    /// (name, content) of files that were never on disk.
    Memory(Vec<(&'static str, Cow<'static, [u8]>)>),
}

impl Checkpoint {
    /// How the configuration describes the quantization; `None` if it does not.
    pub fn quantization(&self) -> Option<&Quantization> {
        self.config.as_ref()?.quantization.as_ref()
    }

    /// Finds the files of `source`, maps them and checks them. Reads headers and configuration, but no tensor.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Io`], and [`Error::Fault`] for damaged files. A configuration that cannot be used is
    /// not an error here; [`Checkpoint::config`] reports it.
    pub fn open(source: &CheckpointSource) -> Result<Checkpoint> {
        if source.model == builtin::STORYTELLER {
            let files = builtin::FILES.iter().map(|(name, bytes)| (*name, Cow::Borrowed(*bytes)));
            let shards = Shards::of(vec![builtin::shard()?])?;
            return Checkpoint::new(source, PathBuf::from(&source.model), shards, Sidecars::Memory(files.collect()));
        }
        let location = locate::locate(&source.model, &cache::caches())?;
        let (path, mut shards) = match location.weights {
            WeightFiles::Files(files) => {
                let shards: Result<Vec<Shard>> = files.iter().map(|file| Shard::open(file)).collect();
                let mut shards = Shards::of(shards?)?;
                match files.as_slice() {
                    [only] => {
                        let name = only.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                        if let Some((_, number, of @ 2..)) = locate::shard_number(name) {
                            let warning = Fault::new(FaultKind::OneOfSeveralShards, only);
                            shards.warnings.push(warning.found(format!("shard {number} of {of}")));
                        }
                        (only.clone(), shards)
                    }
                    _ => (location.directory.clone(), shards),
                }
            }
            WeightFiles::Index(index) => {
                let bytes = json::read_sidecar(&index)?.unwrap_or_default();
                let shards = Shards::indexed(&index, &JsonObject::parse(&index, &bytes)?)?;
                (index, shards)
            }
        };
        if source.config.is_none() && location.directory.join(UNFINISHED_CONFIG).exists() {
            return Err(Fault::new(FaultKind::UnfinishedConversion, &location.directory).into());
        }
        shards.warnings.extend(location.warning);
        Checkpoint::new(source, path, shards, Sidecars::Directory(location.directory))
    }

    /// Generates a checkpoint with random weights in memory, without a tokenizer.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a model that cannot be, [`Error::Machine`] where it does not fit into memory.
    pub fn random(model: &RandomModel, config: Option<PathBuf>, tokenizer: Option<PathBuf>) -> Result<Checkpoint> {
        Checkpoint::synthesize(model, config, tokenizer, true)
    }

    /// Like [`Checkpoint::random`], but all tensors are zero and take no memory. For commands that only read headers.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a model that cannot be.
    pub fn random_headers(
        model: &RandomModel,
        config: Option<PathBuf>,
        tokenizer: Option<PathBuf>,
    ) -> Result<Checkpoint> {
        Checkpoint::synthesize(model, config, tokenizer, false)
    }

    fn synthesize(
        model: &RandomModel,
        config: Option<PathBuf>,
        tokenizer: Option<PathBuf>,
        filled: bool,
    ) -> Result<Checkpoint> {
        let layout = model.layout()?;
        let shards = Shards::of(vec![layout.in_memory(filled)?])?;
        let source = CheckpointSource { model: layout.name.clone(), config, tokenizer };
        Checkpoint::new(&source, PathBuf::from(layout.name), shards, Sidecars::Memory(layout.files))
    }

    fn new(source: &CheckpointSource, path: PathBuf, shards: Shards, sidecars: Sidecars) -> Result<Checkpoint> {
        let Shards { shards, index, mut warnings } = shards;
        let read = |name: &str| -> Result<Option<JsonObject>> {
            sidecars.read(&source.model, name)?.map(|(path, bytes)| JsonObject::parse(&path, &bytes)).transpose()
        };
        if let Some(given) = &source.tokenizer {
            // A tokenizer named by the user must exist, even if the command does not need one.
            let is_dir = stat(given)?.is_some_and(|found| found.is_dir());
            let path = if is_dir { given.join(TOKENIZER) } else { given.clone() };
            if stat(&path)?.is_none() && !(is_dir && stat(&given.join(VOCABULARY))?.is_some()) {
                return Err(no_tokenizer(&path));
            }
        }
        let config_object = match &source.config {
            Some(path) => match json::read_sidecar(path)? {
                Some(bytes) => Some(JsonObject::parse(path, &bytes)?),
                None => {
                    return Err(Error::not_found(Resource::ConfigFile, path.display()));
                }
            },
            None => read("config.json")?,
        };
        let quantization = match read("quant_config.json")? {
            Some(object) => Some(Quantization::parse_file(&object)?),
            None => read("quantize_config.json")?.map(|object| Quantization::parse_file(&object)).transpose()?,
        };
        let mut config = None;
        if let Some(object) = &config_object {
            match Config::parse(object, quantization) {
                Ok(parsed) => {
                    warnings.extend(parsed.unknown_settings.clone());
                    config = Some(parsed);
                }
                Err(Error::Fault(fault)) => warnings.push(*fault),
                Err(error) => return Err(error),
            }
        }
        for shard in &shards {
            match shard.misaligned() {
                0 => {}
                n => warnings.push(Fault::new(FaultKind::Misaligned, &shard.path).found(format!("{n} tensors"))),
            }
        }
        let file = sidecars.read(&source.model, generation::FILE_NAME)?;
        let file = file.as_ref().map(|(path, bytes)| (path.as_path(), bytes.as_slice()));
        let generation = GenerationConfig::parse(file, config.as_ref());
        Ok(Checkpoint {
            source: source.model.clone(),
            path,
            architecture: config_object.as_ref().and_then(families::named_by).map(|(name, _)| name),
            config,
            generation,
            warnings,
            shards,
            index,
            sidecars,
            tokenizer: source.tokenizer.clone(),
            config_file: source.config.clone(),
            config_object,
        })
    }

    /// This checkpoint for sequences of at most `context` tokens. `longrope` takes its short factors unless the context is longer than the original one; without a `context`,
    /// sequences have at most the original one. Longer sequences are refused.
    #[must_use]
    pub fn within(mut self, context: Option<usize>) -> Checkpoint {
        if let Some(config) = &mut self.config {
            config.limit_context(context);
        }
        self
    }

    /// The configuration, if rumma can run the model.
    ///
    /// # Errors
    ///
    /// `config.json` is missing or damaged, or describes an architecture that rumma cannot run.
    pub fn config(&self) -> Result<&Config> {
        if let Some(config) = &self.config {
            return config.check_runnable().map(|()| config);
        }
        if let Some(object) = &self.config_object {
            // Parsing failed in `new`: return the same error, unless the model could not be run in any case.
            if let Some((name, None)) = families::named_by(object) {
                let fault = Fault::new(FaultKind::UnsupportedModel, &object.path).subject("model_type");
                return Err(fault.found(name).expected(Family::runnable().join(", ")).into());
            }
            Config::parse(object, None)?;
        }
        Err(Error::not_found(Resource::Config, &self.source))
    }

    /// All tensors, sorted by name.
    pub fn tensors(&self) -> impl Iterator<Item = Tensor<'_>> {
        self.index.iter().filter_map(|(name, shard)| self.shards[*shard].tensor(name))
    }

    /// The tensor called `name`.
    pub fn tensor(&self, name: &str) -> Option<Tensor<'_>> {
        let (name, shard) = self.index.get_key_value(name)?;
        self.shards[*shard].tensor(name)
    }

    /// The tensors of the module `name`: those called `name` with one more part.
    pub fn module_tensors(&self, name: &str) -> impl Iterator<Item = Tensor<'_>> {
        let start = format!("{name}.");
        let first = self.index.range(start.clone()..);
        let names = first.map_while(move |(name, shard)| Some((name, name.strip_prefix(&start)?, shard)));
        names.filter(|(_, rest, _)| !rest.contains('.')).filter_map(|(name, _, shard)| self.shards[*shard].tensor(name))
    }

    /// Reads a small file of the checkpoint: its path and content, or `None` if it does not exist. Looks in the
    /// location given as `CheckpointSource::tokenizer` first.
    pub fn read(&self, name: &str) -> Result<Option<(PathBuf, Vec<u8>)>> {
        let Some(given) = &self.tokenizer else { return self.sidecars.read(&self.source, name) };
        let path = match given.is_dir() {
            true => given.join(name),
            false if name == TOKENIZER => given.clone(),
            false => given.with_file_name(name),
        };
        match json::read_sidecar(&path)? {
            Some(bytes) => Ok(Some((path, bytes))),
            None if name == TOKENIZER && !given.is_dir() => Err(no_tokenizer(&path)),
            // A directory with another form of tokenizer: that of the checkpoint is not looked at.
            None if name == TOKENIZER => Ok(None),
            None => self.sidecars.read(&self.source, name),
        }
    }

    /// The content of `config.json`; `None` if there is none.
    pub fn config_fields(&self) -> Option<&serde_json::Map<String, serde_json::Value>> {
        self.config_object.as_ref().map(|object| &object.fields)
    }

    /// The names of the files beside the weights, sorted; those of a directory include the weights.
    ///
    /// # Errors
    /// [`Error::Io`] if the directory cannot be listed.
    pub fn sidecar_names(&self) -> Result<Vec<String>> {
        match &self.sidecars {
            Sidecars::Directory(directory) => {
                let names = locate::entries(directory)?.into_iter().filter_map(|name| name.into_string().ok());
                let mut names: Vec<String> = names.filter(|name| directory.join(name).is_file()).collect();
                names.sort();
                Ok(names)
            }
            Sidecars::Memory(files) => Ok(files.iter().map(|(name, _)| (*name).to_string()).collect()),
        }
    }

    /// The path of the small file `name`, for messages; it need not exist.
    pub fn sidecar(&self, name: &str) -> PathBuf {
        match &self.sidecars {
            Sidecars::Directory(directory) => directory.join(name),
            Sidecars::Memory(_) => Path::new(&self.source).join(name),
        }
    }

    /// The files that hold tensors, each with its mapped bytes.
    pub fn mapped_files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.shards.iter().map(|shard| (shard.path.as_path(), shard.bytes()))
    }

    /// Fails if a mapped file was changed, replaced or deleted after it was opened. After a change in place, what was
    /// computed from it is not reliable; otherwise it belongs to the first file, because the map keeps its content.
    ///
    /// # Errors
    /// [`FaultKind::ChangedInUse`]; [`FaultKind::ReplacedInUse`]; [`Error::Io`].
    pub fn check_unchanged(&self) -> Result<()> {
        self.shards.iter().try_for_each(Shard::check_unchanged)?;
        match self.shards.iter().find(|shard| shard.is_replaced()) {
            Some(shard) => Err(Fault::new(FaultKind::ReplacedInUse, &shard.path).into()),
            None => Ok(()),
        }
    }

    /// The files that are read: weights, and those beside them, which may not exist.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = self.shards.iter().map(|shard| shard.path.clone()).collect();
        files.push(self.path.clone());
        files.extend(self.config_file.clone());
        let of_tokenizer =
            self.tokenizer.as_deref().map(|given| if given.is_dir() { Some(given) } else { given.parent() });
        files.extend(self.tokenizer.clone());
        let directory = match &self.sidecars {
            Sidecars::Directory(directory) => Some(directory.as_path()),
            Sidecars::Memory(_) => None,
        };
        for directory in [of_tokenizer.flatten(), directory].into_iter().flatten() {
            files.extend(SIDECAR_FILES.map(|name| directory.join(name)));
        }
        files
    }

    /// The total size of [`Checkpoint::mapped_files`], in bytes.
    pub fn mapped_bytes(&self) -> u64 {
        self.shards.iter().map(|shard| shard.len() as u64).sum()
    }

    /// The safetensors `__metadata__` of all files as (file, key, value), sorted by key within each file.
    pub fn metadata(&self) -> impl Iterator<Item = (&Path, &str, &str)> {
        self.shards
            .iter()
            .flat_map(|shard| shard.metadata().into_iter().map(|(key, value)| (shard.path.as_path(), key, value)))
    }
}

fn no_tokenizer(path: &Path) -> Error {
    Error::not_found(Resource::TokenizerFile, path.display())
}

impl Sidecars {
    /// The path and content of the file `name`, or `None`. For files in memory, `source` takes the place of the
    /// directory.
    fn read(&self, source: &str, name: &str) -> Result<Option<(PathBuf, Vec<u8>)>> {
        match self {
            Sidecars::Directory(directory) => {
                let path = directory.join(name);
                Ok(json::read_sidecar(&path)?.map(|bytes| (path, bytes)))
            }
            Sidecars::Memory(files) => {
                let found = files.iter().find(|(file, _)| *file == name);
                Ok(found.map(|(file, bytes)| (Path::new(source).join(file), bytes.to_vec())))
            }
        }
    }
}
