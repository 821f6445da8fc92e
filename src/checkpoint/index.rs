//! `model.safetensors.index.json`: maps tensor names to shards.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use serde_json::Value;

use super::json::JsonObject;
use super::shard::Shard;
use crate::error::{Fault, FaultKind, Result};
use crate::files::stat;

/// The shards of a checkpoint, and which shard holds which tensor.
pub(super) struct Shards {
    pub shards: Vec<Shard>,
    /// Tensor name to position in `shards`.
    pub index: BTreeMap<String, usize>,
    pub warnings: Vec<Fault>,
}

impl Shards {
    /// Shards without an index file. A tensor that occurs in two of them is an error.
    pub fn of(shards: Vec<Shard>) -> Result<Shards> {
        let mut index = BTreeMap::new();
        for (i, shard) in shards.iter().enumerate() {
            for name in shard.names() {
                if let Some(first) = index.insert(name.clone(), i) {
                    let fault = Fault::new(FaultKind::DuplicateTensor, &shard.path).subject(name);
                    let found = format!("another one in {}", shards[first].path.display());
                    return Err(fault.found(found).into());
                }
            }
        }
        Ok(Shards { shards, index, warnings: Vec::new() })
    }

    /// Opens all shards that an index names and checks that each holds the tensors that the index assigns to it.
    pub fn indexed(path: &Path, object: &JsonObject) -> Result<Shards> {
        let invalid = |subject: &str| Fault::new(FaultKind::InvalidIndex, path).subject(subject);
        let Some(Value::Object(map)) = object.fields.get("weight_map") else {
            return Err(Fault::new(FaultKind::NotAnIndex, path).expected("a weight_map").into());
        };
        let mut of_tensor = Vec::with_capacity(map.len());
        for (tensor, file) in map {
            let Some(file) = file.as_str().filter(|file| is_plain_name(file)) else {
                return Err(invalid(tensor).found(file).expected("a file name without directories").into());
            };
            of_tensor.push((tensor, file));
        }
        let files: BTreeSet<&str> = of_tensor.iter().map(|(_, file)| *file).collect();
        if files.is_empty() {
            return Err(invalid("weight_map").found("no tensor").into());
        }
        let directory = path.parent().unwrap_or(Path::new(""));
        let mut shards = Vec::with_capacity(files.len());
        for file in &files {
            let shard = directory.join(file);
            if stat(&shard)?.is_none() {
                return Err(Fault::new(FaultKind::MissingShard, path).subject(file).into());
            }
            shards.push(Shard::open(&shard)?);
        }
        let numbers: BTreeMap<&str, usize> = files.iter().enumerate().map(|(i, file)| (*file, i)).collect();
        let mut index = BTreeMap::new();
        for (tensor, file) in of_tensor {
            let number = numbers[file];
            if shards[number].tensor(tensor).is_none() {
                let fault = Fault::new(FaultKind::MissingTensor, &shards[number].path).subject(tensor);
                return Err(fault.expected(format!("in this file by {}", path.display())).into());
            }
            index.insert(tensor.clone(), number);
        }
        let mut warnings = Vec::new();
        for (number, shard) in shards.iter().enumerate() {
            let names = shard.names();
            let mut strays = names.iter().filter(|name| index.get(*name) != Some(&number));
            if let Some(first) = strays.next() {
                let fault = Fault::new(FaultKind::NotInIndex, &shard.path).subject(first);
                warnings.push(fault.more(strays.count()));
            }
        }
        Ok(Shards { shards, index, warnings })
    }
}

/// Whether `name` is a single path component. Links are not resolved: the files of a hub cache are links that lead out
/// of their directory.
pub(super) fn is_plain_name(name: &str) -> bool {
    if name.contains('\\') || name.contains(char::is_control) {
        return false;
    }
    let mut components = Path::new(name).components();
    let first = components.next();
    matches!(first, Some(Component::Normal(part)) if part == name) && components.next().is_none()
}
