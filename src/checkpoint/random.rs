//! Generates checkpoints of any size with random weights and the names, shapes and dtypes of real ones.
//!
//! The RNG is counter-based: (seed, tensor name, index) gives 8 bytes of the file. The file is the same on every
//! machine and with any number of threads, and any part of it can be generated on its own.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use memmap2::MmapOptions;
use rayon::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use serde_json::json;

use super::shard::{Bytes, Shard};
use crate::error::{Error, Fault, FaultKind, MachineError, MemoryPurpose, RequestError, Result};
use crate::pages;

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

/// The dimensions of a Qwen2.5 model.
#[derive(Debug, Clone, Copy)]
struct ModelShape {
    hidden: usize,
    intermediate: usize,
    layers: usize,
    heads: usize,
    kv_heads: usize,
    vocabulary: usize,
    tied: bool,
}

const fn shape(hidden: usize, intermediate: usize, layers: usize, heads: usize, kv_heads: usize) -> ModelShape {
    let small = hidden < 3584;
    let vocabulary = if small { 151_936 } else { 152_064 };
    ModelShape { hidden, intermediate, layers, heads, kv_heads, vocabulary, tied: small }
}

/// From the `config.json` of `Qwen/Qwen2.5-*-Instruct-AWQ`. The intermediate size of 72b is the padded one of the
/// quantized versions.
const SHAPES: [ModelShape; 7] = [
    shape(896, 4864, 24, 14, 2),
    shape(1536, 8960, 28, 12, 2),
    shape(2048, 11008, 36, 16, 2),
    shape(3584, 18944, 28, 28, 4),
    shape(5120, 13824, 48, 40, 8),
    shape(5120, 27648, 64, 40, 8),
    shape(8192, 29696, 80, 64, 8),
];

/// Number of inputs that share a scale.
const GROUP_SIZE: usize = 128;

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
}

impl RandomModel {
    /// The models whose shapes are known, by size.
    pub const NAMES: [&str; 7] =
        ["qwen2.5-0.5b", "qwen2.5-1.5b", "qwen2.5-3b", "qwen2.5-7b", "qwen2.5-14b", "qwen2.5-32b", "qwen2.5-72b"];

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
        Ok(tensors(&self.shape()?.1).into_iter().map(|(name, dtype, shape, _)| (name, dtype, shape)).collect())
    }

    /// The layout of the checkpoint, without the content of the tensors.
    pub(super) fn layout(&self) -> Result<RandomLayout> {
        let (name, shape) = self.shape()?;
        let mut infos = Vec::new();
        let mut specs = Vec::new();
        let mut offset = 0;
        for (name, dtype, dims, distribution) in tensors(&shape) {
            let end = offset + dims.iter().product::<usize>() * dtype.bitsize() / 8;
            // Real checkpoints with a tied head also store it, equal to the embedding.
            let twin = if shape.tied && name == "lm_head.weight" { "model.embed_tokens.weight" } else { &name };
            let stream = mix(self.seed ^ mix(hash(twin)));
            specs.push(TensorSpec { start: offset, end, distribution, stream });
            infos.push((name, TensorInfo { dtype, shape: dims, data_offsets: (offset, end) }));
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
        let text = |value: serde_json::Value| Cow::Owned(format!("{value:#}\n").into_bytes());
        let files =
            vec![("config.json", text(shape.config())), ("generation_config.json", text(shape.generation_config()))];
        Ok(RandomLayout { name, files, len: prefix.len() + offset, prefix, tensors: specs })
    }

    /// The name for messages, and the dimensions.
    fn shape(&self) -> Result<(String, ModelShape)> {
        let invalid = |field, found: String, expected: String| {
            Err(RequestError::InvalidRandomModel { field, found, expected }.into())
        };
        let (mut name, mut shape) = match (&self.like, self.hidden_size) {
            (Some(_), Some(_)) => return Err(RequestError::AmbiguousRandomModel.into()),
            (like, None) => {
                let like = like.as_deref().unwrap_or("qwen2.5-3b").to_lowercase();
                match Self::NAMES.iter().position(|name| *name == like) {
                    Some(known) => (like, SHAPES[known]),
                    None => return invalid("like", like, Self::NAMES.join(", ")),
                }
            }
            (None, Some(hidden)) => {
                if hidden == 0 || hidden % GROUP_SIZE != 0 || hidden > 1 << 16 {
                    let expected = format!("a multiple of {GROUP_SIZE} up to 65536");
                    return invalid("hidden_size", hidden.to_string(), expected);
                }
                let known = SHAPES.iter().filter(|shape| shape.hidden == hidden);
                let shape = known.clone().find(|shape| Some(shape.layers) == self.layers).or(known.into_iter().next());
                (format!("hidden_size={hidden}"), shape.copied().unwrap_or_else(|| ModelShape::for_hidden_size(hidden)))
            }
        };
        if let Some(layers) = self.layers {
            if layers == 0 || layers > 1 << 12 {
                return invalid("layers", layers.to_string(), "1 to 4096".into());
            }
            if layers != shape.layers || self.hidden_size.is_some() {
                name = format!("{name},layers={layers}");
            }
            shape.layers = layers;
        }
        Ok((format!("random:{name}"), shape))
    }
}

impl ModelShape {
    /// Dimensions for any hidden size, in proportions similar to the known models.
    fn for_hidden_size(hidden: usize) -> ModelShape {
        let heads = hidden / if hidden < 1024 { 64 } else { 128 };
        ModelShape {
            hidden,
            intermediate: hidden * 11 / 2 / GROUP_SIZE * GROUP_SIZE,
            layers: 4,
            heads,
            kv_heads: [8, 2].into_iter().find(|n| heads.is_multiple_of(*n) && heads >= 4 * n).unwrap_or(1),
            // With Qwen's vocabulary, the head of a small model would be much larger than its layers.
            vocabulary: if hidden < 896 { 4096 } else { 151_936 },
            tied: true,
        }
    }

    fn head_dim(&self) -> usize {
        self.hidden / self.heads
    }

    /// The ids of `<|endoftext|>` and `<|im_end|>`.
    fn special_ids(&self) -> (usize, usize) {
        if self.vocabulary > 151_645 { (151_643, 151_645) } else { (0, 2) }
    }

    fn config(&self) -> serde_json::Value {
        let (end_of_text, end_of_turn) = self.special_ids();
        json!({
            "architectures": ["Qwen2ForCausalLM"],
            "model_type": "qwen2",
            "hidden_act": "silu",
            "hidden_size": self.hidden,
            "intermediate_size": self.intermediate,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv_heads,
            "max_position_embeddings": 32768,
            "rms_norm_eps": 1e-6,
            "rope_theta": 1000000.0,
            "sliding_window": null,
            "use_sliding_window": false,
            "tie_word_embeddings": self.tied,
            "torch_dtype": "float16",
            "vocab_size": self.vocabulary,
            "bos_token_id": end_of_text,
            "eos_token_id": end_of_turn,
            "quantization_config": {
                "bits": 4,
                "group_size": GROUP_SIZE,
                "modules_to_not_convert": null,
                "quant_method": "awq",
                "version": "gemm",
                "zero_point": true
            }
        })
    }

    fn generation_config(&self) -> serde_json::Value {
        let (end_of_text, end_of_turn) = self.special_ids();
        json!({
            "bos_token_id": end_of_text,
            "pad_token_id": end_of_text,
            "eos_token_id": [end_of_turn, end_of_text],
            "do_sample": true,
            "repetition_penalty": 1.05,
            "temperature": 0.7,
            "top_p": 0.8,
            "top_k": 20
        })
    }
}

/// All tensors of a model, in the order in which the safetensors library writes them: by descending element size, then
/// by name.
fn tensors(shape: &ModelShape) -> Vec<(String, Dtype, Vec<usize>, Distribution)> {
    let ModelShape { hidden, intermediate, vocabulary, .. } = *shape;
    let kv = shape.kv_heads * shape.head_dim();
    let linears = [
        ("mlp.down_proj", intermediate, hidden, false),
        ("mlp.gate_proj", hidden, intermediate, false),
        ("mlp.up_proj", hidden, intermediate, false),
        ("self_attn.k_proj", hidden, kv, true),
        ("self_attn.o_proj", hidden, hidden, false),
        ("self_attn.q_proj", hidden, hidden, true),
        ("self_attn.v_proj", hidden, kv, true),
    ];
    let mut all = vec![
        ("lm_head.weight".to_string(), Dtype::F16, vec![vocabulary, hidden], Distribution::Dense),
        ("model.embed_tokens.weight".to_string(), Dtype::F16, vec![vocabulary, hidden], Distribution::Dense),
        ("model.norm.weight".to_string(), Dtype::F16, vec![hidden], Distribution::Ones),
    ];
    for layer in 0..shape.layers {
        let layer = format!("model.layers.{layer}");
        for (name, inputs, outputs, bias) in linears {
            let groups = inputs / GROUP_SIZE;
            all.push((format!("{layer}.{name}.qweight"), Dtype::I32, vec![inputs, outputs / 8], Distribution::Codes));
            all.push((format!("{layer}.{name}.qzeros"), Dtype::I32, vec![groups, outputs / 8], Distribution::Zeros));
            all.push((format!("{layer}.{name}.scales"), Dtype::F16, vec![groups, outputs], Distribution::Scales));
            if bias {
                all.push((format!("{layer}.{name}.bias"), Dtype::F16, vec![outputs], Distribution::Dense));
            }
        }
        for norm in ["input_layernorm", "post_attention_layernorm"] {
            all.push((format!("{layer}.{norm}.weight"), Dtype::F16, vec![hidden], Distribution::Ones));
        }
    }
    all.sort_by(|(left, left_dtype, ..), (right, right_dtype, ..)| {
        right_dtype.cmp(left_dtype).then_with(|| left.cmp(right))
    });
    all
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
