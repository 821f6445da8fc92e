//! Generates checkpoints of any size with random weights and the names, shapes and dtypes of real ones.
//!
//! The RNG is counter-based: (seed, tensor name, index) gives 8 bytes of the file. The file is the same on every
//! machine and with any number of threads, and any part of it can be generated on its own.

mod models;

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use memmap2::MmapOptions;
use rayon::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};

use super::config::Config;
use super::families::schema::{Entry, Names, Role, Schema, Shape};
use super::json::JsonObject;
use super::shard::{Bytes, Shard};
use crate::error::{Error, Fault, FaultKind, MachineError, MemoryPurpose, RequestError, Result};
use crate::pages;
use models::KnownModel;

/// The options of a checkpoint with random weights.
#[derive(Debug, Clone, Default)]
pub struct RandomModel {
    /// One of [`RandomModel::NAMES`]. `qwen2.5-3b` if neither this nor `hidden_size` is given.
    pub like: Option<String>,
    /// Width of the residual stream, a multiple of 128. Excludes `like`.
    pub hidden_size: Option<usize>,
    /// Number of decoder layers, if it differs from the model's.
    pub layers: Option<usize>,
    /// Seed of all weights.
    pub seed: u64,
}

/// A checkpoint that can be generated: the content of all its files, as a function of the position.
pub(super) struct RandomLayout {
    /// The name for messages, such as `random:qwen2.5-3b`.
    pub name: String,
    /// The other files of the checkpoint, as (name, content).
    pub files: Vec<(&'static str, Cow<'static, [u8]>)>,
    /// The safetensors file up to its first tensor: header length and header.
    prefix: Vec<u8>,
    /// The tensors in file order; they follow the prefix without gaps.
    tensors: Vec<TensorSpec>,
    /// Length of the safetensors file, in bytes.
    len: usize,
}

/// Position and content of one tensor.
struct TensorSpec {
    /// Byte range in the file; all tensors start and end on multiples of 8.
    start: usize,
    end: usize,
    distribution: Distribution,
    /// The key of the RNG. Two tensors with the same key, length and distribution are equal.
    stream: u64,
}

/// The distribution of a tensor.
#[derive(Clone, Copy)]
enum Distribution {
    /// 4-bit codes, uniform.
    Codes,
    /// 4-bit zero points, 7 or 8, so that the mean of the weights is near zero.
    Zeros,
    /// f16 from 2^-8 to 2^-7. With uniform codes, weights have a standard deviation of about 0.027.
    Scales,
    /// f16 of either sign and magnitude 2^-6 to 2^-5: a standard deviation of about 0.024.
    Dense,
    /// f16 ones.
    Ones,
    /// f16 zeros.
    Nothing,
}

impl RandomModel {
    /// The models whose shapes are known.
    pub const NAMES: &[&str] = models::NAMES;

    /// Writes `model.safetensors`, `config.json` and `generation_config.json` to a new or empty directory; no
    /// tokenizer.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for invalid dimensions; [`FaultKind::DirectoryNotEmpty`]; [`Error::Io`].
    pub fn write_to(&self, directory: &Path) -> Result<()> {
        const CHUNK: usize = 64 << 20;
        let layout = self.layout()?;
        fs::create_dir_all(directory).map_err(Error::io(directory, "create"))?;
        if fs::read_dir(directory).map_err(Error::io(directory, "list"))?.next().is_some() {
            return Err(Fault::new(FaultKind::DirectoryNotEmpty, directory).into());
        }
        let path = directory.join("model.safetensors");
        let mut file = File::create(&path).map_err(Error::io(&path, "create"))?;
        let mut buffer = vec![0; CHUNK.min(layout.len)];
        for start in (0..layout.len).step_by(CHUNK) {
            let chunk = &mut buffer[..CHUNK.min(layout.len - start)];
            layout.fill(start, chunk);
            file.write_all(chunk).map_err(Error::io(&path, "write"))?;
        }
        // config.json is written last, so that an interrupted run does not leave what looks like a checkpoint.
        for (name, bytes) in &layout.files {
            let path = directory.join(name);
            fs::write(&path, bytes).map_err(Error::io(&path, "write"))?;
        }
        Ok(())
    }

    /// The tensors in file order, as (name, dtype, shape).
    pub fn tensors(&self) -> Result<Vec<(String, Dtype, Vec<usize>)>> {
        let (name, model) = self.model()?;
        Ok(tensors(&name, &model)?.into_iter().map(|(name, dtype, shape, _)| (name, dtype, shape)).collect())
    }

    /// The layout of the checkpoint, without the content of the tensors.
    pub(super) fn layout(&self) -> Result<RandomLayout> {
        let (name, model) = self.model()?;
        let mut infos = Vec::new();
        let mut specs = Vec::new();
        let mut offset = 0;
        for (tensor, dtype, dims, distribution) in tensors(&name, &model)? {
            let end = offset + dims.iter().product::<usize>() * dtype.bitsize() / 8;
            // A tied head that is stored equals the embedding.
            let twin = match model.stores_tied_head && tensor == "lm_head.weight" {
                true => "model.embed_tokens.weight",
                false => &tensor,
            };
            let stream = mix(self.seed ^ mix(hash(twin)));
            specs.push(TensorSpec { start: offset, end, distribution, stream });
            infos.push((tensor, TensorInfo { dtype, shape: dims, data_offsets: (offset, end) }));
            offset = end;
        }
        let metadata = [("format".to_string(), "pt".to_string())].into_iter().collect();
        let damaged = |cause: String| Fault::new(FaultKind::DamagedHeader, &name).cause(cause);
        let header = Metadata::new(Some(metadata), infos).map_err(|error| damaged(error.to_string()))?;
        let mut header = serde_json::to_vec(&header).map_err(|error| damaged(error.to_string()))?;
        header.resize(header.len().next_multiple_of(8), b' ');
        let mut prefix = (header.len() as u64).to_le_bytes().to_vec();
        prefix.append(&mut header);
        for spec in &mut specs {
            spec.start += prefix.len();
            spec.end += prefix.len();
        }
        let text = |value: &serde_json::Value| Cow::Owned(format!("{value:#}\n").into_bytes());
        let files = vec![("config.json", text(&model.config)), ("generation_config.json", text(&model.generation))];
        Ok(RandomLayout { name, files, len: prefix.len() + offset, prefix, tensors: specs })
    }

    /// The name for messages, and the model.
    fn model(&self) -> Result<(String, KnownModel)> {
        let invalid = |field, found: String, expected: String| {
            Err(RequestError::InvalidRandomModel { field, found, expected }.into())
        };
        let (mut name, mut model) = match (&self.like, self.hidden_size) {
            (Some(_), Some(_)) => return Err(RequestError::AmbiguousRandomModel.into()),
            (like, None) => {
                let like = like.as_deref().unwrap_or("qwen2.5-3b").to_lowercase();
                match KnownModel::named(&like) {
                    Some(model) => (like, model),
                    None => return invalid("like", like, Self::NAMES.join(", ")),
                }
            }
            (None, Some(hidden)) => {
                if hidden == 0 || hidden % models::GROUP_SIZE != 0 || hidden > 1 << 16 {
                    let expected = format!("a multiple of {} up to 65536", models::GROUP_SIZE);
                    return invalid("hidden_size", hidden.to_string(), expected);
                }
                (format!("hidden_size={hidden}"), KnownModel::with_hidden_size(hidden, self.layers))
            }
        };
        if let Some(layers) = self.layers {
            if layers == 0 || layers > 1 << 12 {
                return invalid("layers", layers.to_string(), "1 to 4096".into());
            }
            if model.set_layers(layers) || self.hidden_size.is_some() {
                name = format!("{name},layers={layers}");
            }
        }
        Ok((format!("random:{name}"), model))
    }
}

/// A tensor: name, dtype, dimensions and content.
type NamedTensor = (String, Dtype, Vec<usize>, Distribution);

/// All tensors of a model in AutoAWQ form, in the order in which the safetensors library writes them: by descending element
/// size, then by name. They are those of the family's schema.
fn tensors(name: &str, model: &KnownModel) -> Result<Vec<NamedTensor>> {
    let fields = model.config.as_object().cloned().unwrap_or_default();
    let config = Config::parse(&JsonObject { path: Path::new(name).join("config.json"), fields }, None)?;
    let mut all = Vec::new();
    let Some(schema) = Schema::new(Names::usual(), &config, usize::MAX) else { return Ok(all) };
    let stores_head = model.stores_tied_head || !config.tie_word_embeddings;
    let global = schema.global.iter().filter(|entry| entry.role != Role::Head || stores_head);
    let mut modules: Vec<(String, &Entry)> = global.map(|entry| (entry.name.clone(), entry)).collect();
    for (l, entries) in schema.layers.iter().enumerate() {
        modules.extend(entries.iter().map(|entry| (schema.layer_module(l, &entry.name), entry)));
    }
    for (module, entry) in modules {
        add_tensors(&mut all, &module, entry, model.group_size, &config);
    }
    all.sort_by(|(left, left_dtype, ..), (right, right_dtype, ..)| {
        right_dtype.cmp(left_dtype).then_with(|| left.cmp(right))
    });
    Ok(all)
}

/// Adds the tensors of one module.
fn add_tensors(all: &mut Vec<NamedTensor>, module: &str, entry: &Entry, group_size: usize, config: &Config) {
    let mut add = |part: &str, dtype, dims: &[usize], content| {
        all.push((format!("{module}.{part}"), dtype, dims.to_vec(), content));
    };
    match entry.shape {
        Shape::Linear { inputs, outputs, .. } if entry.role == Role::Router => {
            add("weight", Dtype::F16, &[outputs, inputs], Distribution::Dense);
        }
        Shape::Linear { inputs, outputs, bias } => {
            let groups = inputs / group_size;
            add("qweight", Dtype::I32, &[inputs, outputs / 8], Distribution::Codes);
            add("qzeros", Dtype::I32, &[groups, outputs / 8], Distribution::Zeros);
            add("scales", Dtype::F16, &[groups, outputs], Distribution::Scales);
            if bias {
                add("bias", Dtype::F16, &[outputs], Distribution::Dense);
            }
        }
        Shape::Matrix { rows, columns } => add("weight", Dtype::F16, &[rows, columns], Distribution::Dense),
        Shape::Vector { length } if config.norm_offset != 0.0 => {
            add("weight", Dtype::F16, &[length], Distribution::Nothing);
        }
        Shape::Vector { length } => add("weight", Dtype::F16, &[length], Distribution::Ones),
    }
}

impl RandomLayout {
    /// Generates the safetensors file in page-aligned memory. Unless `filled`, only the header is written; the tensors
    /// are zero and take no memory.
    pub fn in_memory(&self, filled: bool) -> Result<Shard> {
        let lack = |available, source| MachineError::NotEnoughMemory {
            purpose: MemoryPurpose::RandomModel(self.name.clone()),
            needed: self.len as u64,
            available,
            source,
        };
        if let Some(available) = pages::available().filter(|available| filled && available.bytes < self.len as u64) {
            return Err(lack(Some(available), None).into());
        }
        let mut options = MmapOptions::new();
        if !filled {
            options.no_reserve_swap();
        }
        let mut map = options.len(self.len).map_anon().map_err(|error| lack(None, Some(error)))?;
        self.fill(0, if filled { &mut map } else { &mut map[..self.prefix.len()] });
        let path = PathBuf::from(&self.name).join("model.safetensors");
        let map = map.make_read_only().map_err(Error::io(&path, "make read-only"))?;
        Shard::new(path, Bytes::Map(map))
    }

    /// Fills `out` with the content of the file from byte `start` on, which is a multiple of 8.
    fn fill(&self, start: usize, out: &mut [u8]) {
        const CHUNK: usize = 1 << 20;
        out.par_chunks_mut(CHUNK).enumerate().for_each(|(i, chunk)| self.fill_chunk(start + i * CHUNK, chunk));
    }

    fn fill_chunk(&self, start: usize, mut out: &mut [u8]) {
        let mut at = start;
        if let Some(prefix) = self.prefix.get(at..).filter(|prefix| !prefix.is_empty()) {
            let (now, rest) = out.split_at_mut(prefix.len().min(out.len()));
            now.copy_from_slice(&prefix[..now.len()]);
            at += now.len();
            out = rest;
        }
        let first = self.tensors.partition_point(|spec| spec.end <= at);
        for spec in &self.tensors[first..] {
            if out.is_empty() {
                break;
            }
            let (now, rest) = out.split_at_mut((spec.end - at).min(out.len()));
            spec.fill(((at - spec.start) / 8) as u64, now);
            at += now.len();
            out = rest;
        }
    }
}

impl TensorSpec {
    /// Fills `out` with the content of the tensor from 8-byte block `first` on.
    fn fill(&self, first: u64, out: &mut [u8]) {
        let blocks = out.as_chunks_mut::<8>().0.iter_mut().zip(first..);
        let random = |block: u64| mix(self.stream.wrapping_add(block.wrapping_mul(GOLDEN)));
        let lanes =
            |keep: u64, set: u64| move |random: u64| random & (keep * 0x1_0001_0001_0001) | (set * 0x1_0001_0001_0001);
        match self.distribution {
            Distribution::Codes => blocks.for_each(|(bytes, block)| *bytes = random(block).to_le_bytes()),
            Distribution::Zeros => blocks.for_each(|(bytes, block)| {
                *bytes = (0x7777_7777_7777_7777 + (random(block) & 0x1111_1111_1111_1111)).to_le_bytes();
            }),
            Distribution::Scales => {
                let lanes = lanes(0x03ff, 0x1c00);
                blocks.for_each(|(bytes, block)| *bytes = lanes(random(block)).to_le_bytes());
            }
            Distribution::Dense => {
                let lanes = lanes(0x83ff, 0x2400);
                blocks.for_each(|(bytes, block)| *bytes = lanes(random(block)).to_le_bytes());
            }
            Distribution::Nothing => out.fill(0),
            Distribution::Ones => blocks.for_each(|(bytes, _)| *bytes = [0, 0x3c, 0, 0x3c, 0, 0x3c, 0, 0x3c]),
        }
    }
}

/// 2^64 divided by the golden ratio: the increment of SplitMix64.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The FNV-1a hash.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
