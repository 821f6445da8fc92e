//! Reads JSON files of a checkpoint. Their size is limited, and a duplicate key is an error.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::open_regular;
use crate::json;

/// The size limit of a file, in bytes. The largest tokenizers in use have about 35 MB.
pub(super) const SIDECAR_LIMIT: u64 = 256 << 20;

/// One JSON object, read from `path`.
#[derive(Debug, Clone)]
pub(super) struct JsonObject {
    pub path: PathBuf,
    pub fields: Map<String, Value>,
}

impl JsonObject {
    /// Parses `bytes` as one JSON object; `path` is used in errors only.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<JsonObject> {
        match json::parse(bytes) {
            Ok(Value::Object(fields)) => Ok(JsonObject { path: path.to_path_buf(), fields }),
            Ok(_) => Err(Fault::new(FaultKind::NotJsonObject, path).into()),
            Err(error) => Err(Fault::new(FaultKind::NotJson, path).cause(error).into()),
        }
    }
}

/// Reads a regular file of at most [`SIDECAR_LIMIT`] bytes; `None` if it does not exist.
pub(super) fn read_sidecar(path: &Path) -> Result<Option<Vec<u8>>> {
    let file = match open_regular(path) {
        Ok(file) => file,
        Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(SIDECAR_LIMIT + 1).read_to_end(&mut bytes).map_err(Error::io(path, "read"))?;
    if bytes.len() as u64 > SIDECAR_LIMIT {
        let limit = format!("at most {} MiB", SIDECAR_LIMIT >> 20);
        return Err(Fault::new(FaultKind::TooLarge, path).expected(limit).into());
    }
    Ok(Some(bytes))
}
