//! Writes the tensors into safetensors files of a limited size. The header of a file is written before its tensors, whose
//! sizes are known, so only one layer is in memory at a time.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::plan::{Content, LayerWeights, PlannedTensor};
use super::proof::Digest;
use super::{Layer, Options, Plan, Stage, Watch, pack, proof};
use crate::checkpoint::Checkpoint;
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::directory::OutputDirectory;

/// What was written.
pub struct Written {
    /// The names of the files, with their sizes in bytes.
    pub shards: Vec<(String, u64)>,
    pub digests: Digests,
}

/// The digests of what was written.
pub struct Digests {
    /// Of each layer, in the order of the plan.
    pub layers: Vec<Digest>,
    /// Of each tensor of the plan; `None` for parts of layers.
    pub tensors: Vec<Option<Digest>>,
}

/// Writes all tensors of `plan`, and the index if there are several files.
///
/// # Errors
/// [`Error::Io`]; those of reading the layers.
pub fn write(
    checkpoint: &Checkpoint,
    plan: &Plan,
    directory: &OutputDirectory,
    options: &Options,
    watch: Watch,
) -> Result<Written> {
    let shards = split(&plan.tensors, options.shard_size);
    let names: Vec<String> = (1..=shards.len()).map(|number| file_name(number, shards.len())).collect();
    let mut writer = Writer {
        checkpoint,
        plan,
        current: None,
        done: 0,
        total: plan.tensors.iter().map(|tensor| tensor.bytes).sum(),
        digests: Digests { layers: vec![Digest::default(); plan.layers.len()], tensors: Vec::new() },
        watch,
    };
    let mut sizes = Vec::new();
    for (name, tensors) in names.iter().zip(&shards) {
        let path = options.out.join(name);
        let header = header(tensors);
        let mut file = directory.create(name)?;
        file.write_all(&header).map_err(Error::io(&path, "write"))?;
        for tensor in *tensors {
            writer.tensor(tensor, &mut file, &path)?;
        }
        file.sync_all().map_err(Error::io(&path, "write"))?;
        sizes.push((name.clone(), header.len() as u64 + tensors.iter().map(|tensor| tensor.bytes).sum::<u64>()));
    }
    if shards.len() > 1 {
        directory.write("model.safetensors.index.json", index(&names, &shards, writer.total).as_bytes())?;
    }
    Ok(Written { shards: sizes, digests: writer.digests })
}

struct Writer<'a> {
    checkpoint: &'a Checkpoint,
    plan: &'a Plan,
    /// The layer whose parts are being written.
    current: Option<(usize, LayerWeights)>,
    done: u64,
    total: u64,
    digests: Digests,
    watch: Watch<'a>,
}

impl Writer<'_> {
    fn tensor(&mut self, tensor: &PlannedTensor, file: &mut File, path: &Path) -> Result<()> {
        let (checkpoint, plan) = (self.checkpoint, self.plan);
        match tensor.content {
            Content::Copy => {
                let missing = || Fault::new(FaultKind::MissingTensor, &checkpoint.path).subject(&tensor.name);
                let source = checkpoint.tensor(&tensor.name).ok_or_else(missing)?;
                let bytes = plan.recipe.changed.get(&tensor.name).map_or(source.data, Vec::as_slice);
                let digest = proof::digest(bytes, |piece| {
                    self.piece(piece, file, path)?;
                    source.release();
                    Ok(())
                })?;
                self.digests.tensors.push(Some(digest));
            }
            Content::Part { layer, part } => {
                if self.current.as_ref().is_none_or(|(current, _)| *current != layer) {
                    self.leave();
                    let weights = plan.read(checkpoint, &plan.layers[layer])?;
                    self.digests.layers[layer] = proof::digest_layer(&weights);
                    self.current = Some((layer, weights));
                }
                self.digests.tensors.push(None);
                let current = self.current.take();
                if let Some((_, weights)) = &current {
                    self.piece(&pack::pack(part, weights), file, path)?;
                }
                self.current = current;
            }
        }
        Ok(())
    }

    /// Frees the memory of the layer that was written last.
    fn leave(&mut self) {
        if let Some((layer, _)) = self.current.take() {
            let layer: &Layer = &self.plan.layers[layer];
            Plan::source_tensors(self.checkpoint, layer).for_each(|tensor| tensor.release());
        }
    }

    /// Writes a part of a tensor.
    fn piece(&mut self, piece: &[u8], file: &mut File, path: &Path) -> Result<()> {
        file.write_all(piece).map_err(Error::io(path, "write"))?;
        self.done += piece.len() as u64;
        (self.watch)(Stage::Write, self.done, self.total);
        Ok(())
    }
}

/// Ranges of tensors of at most `limit` bytes, or of one larger tensor.
fn split(tensors: &[PlannedTensor], limit: u64) -> Vec<&[PlannedTensor]> {
    let mut shards = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (end, tensor) in tensors.iter().enumerate() {
        if end > start && bytes + tensor.bytes > limit {
            shards.push(&tensors[start..end]);
            (start, bytes) = (end, 0);
        }
        bytes += tensor.bytes;
    }
    shards.push(&tensors[start..]);
    shards
}

fn file_name(number: usize, of: usize) -> String {
    match of {
        1 => "model.safetensors".into(),
        _ => format!("model-{number:05}-of-{of:05}.safetensors"),
    }
}

/// The length and the header of a safetensors file, padded so that the tensors begin at a multiple of 8.
fn header(tensors: &[PlannedTensor]) -> Vec<u8> {
    let mut entries = Map::new();
    entries.insert("__metadata__".into(), json!({"format": "pt"}));
    let mut start = 0;
    for PlannedTensor { name, dtype, shape, bytes, .. } in tensors {
        let end = start + bytes;
        let entry = json!({"dtype": dtype.to_string(), "shape": shape, "data_offsets": [start, end]});
        entries.insert(name.clone(), entry);
        start = end;
    }
    let mut json = Value::Object(entries).to_string().into_bytes();
    json.resize(json.len().next_multiple_of(8), b' ');
    [&(json.len() as u64).to_le_bytes(), json.as_slice()].concat()
}

/// The index of shards, in the form of the hub.
fn index(names: &[String], shards: &[&[PlannedTensor]], total: u64) -> String {
    let entries = names.iter().zip(shards).flat_map(|(name, tensors)| tensors.iter().map(move |t| (&t.name, name)));
    let mut entries: Vec<(&String, &String)> = entries.collect();
    entries.sort();
    let map: Map<String, Value> =
        entries.into_iter().map(|(tensor, file)| (tensor.clone(), file.clone().into())).collect();
    format!("{:#}\n", json!({"metadata": {"total_size": total}, "weight_map": map}))
}
