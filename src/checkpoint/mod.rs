//! What lies on disk: configuration and tensors of one checkpoint, found, checked and mapped.

pub mod builtin;
pub mod config;
mod fields;
mod index;
mod json;
mod locate;
pub mod manifest;
pub mod pins;
pub mod random;
mod shard;
pub mod verify;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use safetensors::Dtype;

pub use config::{Config, Family, GenerationConfig, Quantization, RopeConfig, RopeScaling};
pub use random::RandomModel;
pub use shard::TensorData;

use crate::error::{Error, Result};
use index::Shards;
use json::JsonObject;
use locate::WeightFiles;
use shard::{Bytes, Shard};

const TOKENIZER: &str = "tokenizer.json";

/// What the user names.
#[derive(Debug, Clone, Default)]
pub struct CheckpointSource {
    /// A directory, a `.safetensors` file, an index, a hub id, or `storyteller`.
    pub model: String,
    /// A `config.json` to use in place of the checkpoint's own.
    pub config: Option<PathBuf>,
    /// A `tokenizer.json`, or a directory that holds one, to use in place of the checkpoint's own.
    pub tokenizer: Option<PathBuf>,
}

/// An opened checkpoint: its configuration, and its tensors where they lie.
pub struct Checkpoint {
    /// What the user named, for messages.
    pub source: String,
    /// The directory or file behind it.
    pub path: PathBuf,
    /// `None` for a lone file, and where `config.json` is damaged or describes something else than a decoder;
    /// [`Checkpoint::config`] says which.
    pub config: Option<Config>,
    /// What architecture it says it is, known or not.
    pub family: Option<Family>,
    pub generation: GenerationConfig,
    /// Warnings that do not stop anything, one line each.
    pub warnings: Vec<String>,
    shards: Vec<Shard>,
    /// Tensor name to shard.
    index: BTreeMap<String, usize>,
    sidecars: Sidecars,
    tokenizer: Option<PathBuf>,
    config_object: Option<JsonObject>,
}

/// One tensor, in place.
#[derive(Debug, Clone, Copy)]
pub struct Tensor<'a> {
    pub file: &'a Path,
    pub name: &'a str,
    pub dtype: Dtype,
    pub shape: &'a [usize],
    /// Little-endian, row-major: as many bytes as dtype and shape call for. Begins where the file has it, which is
    /// rarely but possibly no multiple of the element's size.
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
}

/// The directory of the checkpoint that `model` names, whether or not its files are sound.
///
/// # Errors
/// [`Error::NotFound`], also for the built-in model, which is in no directory.
pub fn directory(model: &str) -> Result<PathBuf> {
    if model == builtin::STORYTELLER {
        let hint = "it is part of the program; `rumma selftest` checks it".into();
        return Err(Error::NotFound { what: format!("a directory of {model}"), hint });
    }
    let path = Path::new(model);
    if path.is_dir() { Ok(path.to_path_buf()) } else { Ok(locate::locate(model, &locate::caches())?.directory) }
}

/// What is known of the file at `path` before it is opened: opening a pipe would wait for a writer.
///
/// # Errors
/// [`Error::Damaged`] for what is no regular file, and for a link that leads nowhere; [`Error::Io`].
pub fn regular_file(path: &Path) -> Result<fs::Metadata> {
    let damaged = |why: &str| Err(Error::Damaged { path: path.to_path_buf(), why: why.into() });
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(found),
        Ok(_) => damaged("is not a regular file; put one in its place, or name another"),
        Err(error) if error.kind() == ErrorKind::NotFound && path.is_symlink() => {
            damaged("is a link to a file that is not there, as an unfinished download leaves it; fetch the model again")
        }
        Err(error) => Err(Error::io(path, "open")(error)),
    }
}

/// Where the files beside the weights are.
enum Sidecars {
    Directory(PathBuf),
    /// By name; they were never on disk.
    Memory(Vec<(&'static str, Cow<'static, [u8]>)>),
}

impl Checkpoint {
    /// Finds, maps and checks what `source` names. Reads headers and configuration, no tensor.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Io`], and [`Error::Damaged`] and its like for files that are not sound. A
    /// configuration that cannot be used is no error here, but one of [`Checkpoint::config`].
    pub fn open(source: &CheckpointSource) -> Result<Checkpoint> {
        if source.model == builtin::STORYTELLER {
            let files = builtin::FILES.iter().map(|(name, bytes)| (*name, Cow::Borrowed(*bytes)));
            let shards = Shards::of(vec![builtin::shard()?])?;
            return Checkpoint::new(source, PathBuf::from(&source.model), shards, Sidecars::Memory(files.collect()));
        }
        let location = locate::locate(&source.model, &locate::caches())?;
        let (path, shards) = match location.weights {
            WeightFiles::Files(files) => {
                let shards: Result<Vec<Shard>> = files.iter().map(|file| Shard::open(file)).collect();
                let mut shards = Shards::of(shards?)?;
                match files.as_slice() {
                    [only] => {
                        let name = only.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                        if let Some((_, number, of @ 2..)) = locate::shard_number(name) {
                            shards
                                .warnings
                                .push(format!("{name} is shard {number} of {of}; the directory has them all"));
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
        Checkpoint::new(source, path, shards, Sidecars::Directory(location.directory))
    }

    /// Demo weights, made in memory. They come without a tokenizer.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a model that cannot be, [`Error::Machine`] where it does not fit into memory.
    pub fn random(model: &RandomModel, config: Option<PathBuf>, tokenizer: Option<PathBuf>) -> Result<Checkpoint> {
        Checkpoint::synthesize(model, config, tokenizer, true)
    }

    /// [`Checkpoint::random`] for those who look at headers alone: the tensors are zeros, which take no memory.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a model that cannot be.
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
            // Whoever names a tokenizer wants it, whether or not it is needed.
            let path = if given.is_dir() { given.join(TOKENIZER) } else { given.clone() };
            fs::metadata(&path).map_err(|_| no_tokenizer(&path))?;
        }
        let config_object = match &source.config {
            Some(path) => match json::read_sidecar(path)? {
                Some(bytes) => Some(JsonObject::parse(path, &bytes)?),
                None => {
                    let hint = "--config takes the path of a config.json".into();
                    return Err(Error::NotFound { what: path.display().to_string(), hint });
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
                Ok(parsed) => config = Some(parsed),
                Err(error) => warnings.push(error.to_string()),
            }
        }
        for shard in &shards {
            match shard.misaligned() {
                0 => {}
                n => warnings.push(format!("{}: {n} tensors are not aligned to their elements", shard.path.display())),
            }
        }
        let generation = GenerationConfig::parse(read("generation_config.json")?.as_ref(), config.as_ref())?;
        Ok(Checkpoint {
            source: source.model.clone(),
            path,
            family: config_object.as_ref().and_then(config::family),
            config,
            generation,
            warnings,
            shards,
            index,
            sidecars,
            tokenizer: source.tokenizer.clone(),
            config_object,
        })
    }

    /// The configuration of a model that rumma can run.
    ///
    /// # Errors
    ///
    /// There is none, it is damaged, or it describes something that is not run; each says what to do.
    pub fn config(&self) -> Result<&Config> {
        if let Some(config) = &self.config {
            return config.check_runnable().map(|()| config);
        }
        if let Some(object) = &self.config_object {
            // It could not be parsed when it was opened: the same error again, with the fix.
            Config::parse(object, None)?;
        }
        Err(Error::NotFound {
            what: format!("config.json of {}", self.source),
            hint: "it says how the tensors are computed with; put it beside them or give `--config F`".into(),
        })
    }

    /// Every tensor, by name.
    pub fn tensors(&self) -> impl Iterator<Item = Tensor<'_>> {
        self.index.iter().filter_map(|(name, shard)| self.shards[*shard].tensor(name))
    }

    /// The tensor of that name.
    pub fn tensor(&self, name: &str) -> Option<Tensor<'_>> {
        let (name, shard) = self.index.get_key_value(name)?;
        self.shards[*shard].tensor(name)
    }

    /// A small file beside the weights, with the path it was found at; `None` where there is none. Files of the
    /// tokenizer come from `--tokenizer` first.
    pub fn read(&self, name: &str) -> Result<Option<(PathBuf, Vec<u8>)>> {
        let Some(given) = &self.tokenizer else { return self.sidecars.read(&self.source, name) };
        let path = match given.is_dir() {
            true => given.join(name),
            false if name == TOKENIZER => given.clone(),
            false => given.with_file_name(name),
        };
        match json::read_sidecar(&path)? {
            Some(bytes) => Ok(Some((path, bytes))),
            None if name == TOKENIZER => Err(no_tokenizer(&path)),
            None => self.sidecars.read(&self.source, name),
        }
    }

    /// Every file that holds tensors, and the bytes of it that are mapped.
    pub fn mapped_files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.shards.iter().map(|shard| (shard.path.as_path(), shard.bytes()))
    }

    /// Bytes of all the files that hold tensors.
    pub fn mapped_bytes(&self) -> u64 {
        self.shards.iter().map(|shard| shard.len() as u64).sum()
    }

    /// The safetensors `__metadata__` of every file: free texts by name, sorted within a file.
    pub fn metadata(&self) -> impl Iterator<Item = (&Path, &str, &str)> {
        self.shards
            .iter()
            .flat_map(|shard| shard.metadata().into_iter().map(|(key, value)| (shard.path.as_path(), key, value)))
    }
}

fn no_tokenizer(path: &Path) -> Error {
    let hint = "--tokenizer takes a tokenizer.json or a directory that holds one".into();
    Error::NotFound { what: path.display().to_string(), hint }
}

impl Sidecars {
    /// `source` stands for the directory of files that are in none.
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
