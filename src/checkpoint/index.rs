//! `model.safetensors.index.json`: maps tensor names to shards.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use serde_json::Value;

use super::json::{JsonObject, one_line};
use super::shard::Shard;
use crate::error::{Error, Result};

/// The shards of a checkpoint, and which shard holds which tensor.
pub(super) struct Shards {
    pub shards: Vec<Shard>,
    /// Tensor name to position in `shards`.
    pub index: BTreeMap<String, usize>,
    pub warnings: Vec<String>,
}

impl Shards {
    /// Shards without an index file. A tensor that occurs in two of them is an error.
    pub fn of(shards: Vec<Shard>) -> Result<Shards> {
        let mut index = BTreeMap::new();
        for (i, shard) in shards.iter().enumerate() {
            for name in shard.names() {
                if let Some(first) = index.insert(name.clone(), i) {
                    return Err(Error::Tensor {
                        path: shard.path.clone(),
                        tensor: name,
                        found: format!("one of the same name in {}", shards[first].path.display()),
                        expected: "each tensor in one file; name the file that counts".into(),
                    });
                }
            }
        }
        Ok(Shards { shards, index, warnings: Vec::new() })
    }

    /// Opens all shards that an index names and checks that each holds the tensors that the index assigns to it.
    pub fn indexed(path: &Path, object: &JsonObject) -> Result<Shards> {
        let damaged = |why: String| Error::Damaged { path: path.to_path_buf(), why: one_line(&why) };
        let Some(Value::Object(map)) = object.fields.get("weight_map") else {
            return Err(damaged(
                "has no weight_map, so it is no index of shards; name the directory or a .safetensors file".into(),
            ));
        };
        let mut of_tensor = Vec::with_capacity(map.len());
        for (tensor, file) in map {
            let Some(file) = file.as_str().filter(|file| is_plain_name(file)) else {
                let why =
                    format!("puts tensor {tensor} into {file}; a shard is named by a file name without directories");
                return Err(damaged(why));
            };
            of_tensor.push((tensor, file));
        }
        let files: BTreeSet<&str> = of_tensor.iter().map(|(_, file)| *file).collect();
        if files.is_empty() {
            return Err(damaged("names no tensor at all".into()));
        }
        let directory = path.parent().unwrap_or(Path::new(""));
        let mut shards = Vec::with_capacity(files.len());
        for file in &files {
            let shard = directory.join(file);
            if !shard.exists() {
                let why = format!("names the shard {file}, which is missing; fetch the checkpoint again");
                return Err(damaged(why));
            }
            shards.push(Shard::open(&shard)?);
        }
        let numbers: BTreeMap<&str, usize> = files.iter().enumerate().map(|(i, file)| (*file, i)).collect();
        let mut index = BTreeMap::new();
        for (tensor, file) in of_tensor {
            let number = numbers[file];
            if shards[number].tensor(tensor).is_none() {
                return Err(Error::MissingTensor {
                    path: shards[number].path.clone(),
                    tensor: one_line(tensor),
                    expected: format!("here, says {}", path.display()),
                });
            }
            index.insert(tensor.clone(), number);
        }
        let mut warnings = Vec::new();
        for (number, shard) in shards.iter().enumerate() {
            let names = shard.names();
            let mut strays = names.iter().filter(|name| index.get(*name) != Some(&number));
            if let Some(first) = strays.next() {
                warnings.push(format!(
                    "{}: {} tensors are not this file's by the index and were left out, {first} the first",
                    shard.path.display(),
                    1 + strays.count()
                ));
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
