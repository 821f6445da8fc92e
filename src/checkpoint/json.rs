//! Reads JSON files of a checkpoint. Their size is limited, and a duplicate key is an error.

use std::fmt;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::open_regular;

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
        match serde_json::from_slice::<UniqueKeys>(bytes) {
            Ok(UniqueKeys(Value::Object(fields))) => Ok(JsonObject { path: path.to_path_buf(), fields }),
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

/// A JSON value without duplicate keys at any depth. JSON parsers disagree on which of two equal keys counts, so a file
/// with duplicates is ambiguous.
struct UniqueKeys(Value);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        from.deserialize_any(UniqueKeysVisitor).map(UniqueKeys)
    }
}

struct UniqueKeysVisitor;

impl<'de> Visitor<'de> for UniqueKeysVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_u64<E>(self, v: u64) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_i64<E>(self, v: i64) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E>(self, v: f64) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_str<E>(self, v: &str) -> std::result::Result<Value, E> {
        Ok(v.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(UniqueKeys(item)) = items.next_element()? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if out.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} occurs twice")));
            }
            let UniqueKeys(value) = entries.next_value()?;
            out.insert(key, value);
        }
        Ok(Value::Object(out))
    }
}
