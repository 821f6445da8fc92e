//! One safetensors file: memory-mapped, with a checked copy of its header. No other module maps files; checkpoints that
//! are not on disk (`random.rs`, `builtin.rs`) use [`Shard::new`].
//!
//! The format: the header length as 8 bytes, little-endian; the header, which is JSON, `{name: {dtype, shape,
//! data_offsets}}` and optionally `__metadata__`; the tensors without gaps, up to the end of the file
//! (<https://huggingface.co/docs/safetensors>).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io;
use std::ops::{Deref, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::{Mmap, UncheckedAdvice};
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::Tensor;
use super::map_fault::{Registration, register};
use crate::error::{Error, Fault, FaultKind, MachineError, MemoryPurpose, Result};
use crate::files::{FileStamp, open_regular};
use crate::pages;

/// Size of the header length, in bytes.
const LENGTH: usize = 8;
/// The maximum header length of the format, in bytes.
const HEADER_LIMIT: u64 = 100_000_000;

/// The bytes of a shard.
pub(super) enum Bytes {
    /// A mapped file, page-aligned.
    File(MappedFile),
    /// Anonymous memory (random weights), page-aligned.
    Map(Mmap),
    /// Embedded in the binary.
    Static(&'static [u8]),
}

/// A mapped file.
pub(super) struct MappedFile {
    /// Dropped before `map`.
    _registration: Registration,
    map: Mmap,
    file: File,
    /// Of the file when it was opened.
    stamp: FileStamp,
}

/// One file of tensors.
pub(super) struct Shard {
    pub path: PathBuf,
    bytes: Arc<Bytes>,
    /// The position of the first tensor in `bytes`.
    data: usize,
    /// Invariant: every range is within `bytes[data..]` and has the length required by dtype and shape.
    header: Metadata,
}

impl Shard {
    /// Maps a file and checks its header. Reads no tensor.
    pub fn open(path: &Path) -> Result<Shard> {
        let file = open_regular(path)?;
        let stamp = FileStamp::of(&file).map_err(Error::io(path, "open"))?;
        if stamp.bytes < LENGTH as u64 {
            return Err(too_short(path, stamp.bytes).into());
        }
        // SAFETY: a map is sound only while no other process changes the file, which cannot be guaranteed. These facts
        // limit the effects of a change: the map is read-only; its length is fixed; every offset into it comes from a
        // header that was copied before it was checked, so a later change of the file cannot cause an access out of
        // bounds; the bytes are read only as integers and floats, for which every bit pattern is valid. If the file is
        // overwritten in place, the results are wrong but all accesses stay in bounds, and `check_unchanged` fails. If it
        // is truncated, an access beyond its end raises SIGBUS, which ends the process (`map_fault.rs`). Tools that
        // replace checkpoints write a new file and rename it, which does not affect the mapped file.
        let map = unsafe { Mmap::map(&file) }.map_err(|error| cannot_map(path, stamp.bytes, error))?;
        pages::advise_huge_pages(&map);
        let mapped = MappedFile { _registration: register(path, &map), map, file, stamp };
        Shard::new(path.to_path_buf(), Bytes::File(mapped))
    }

    /// Fails if the mapped file was changed in place after it was opened.
    pub fn check_unchanged(&self) -> Result<()> {
        match &*self.bytes {
            Bytes::File(MappedFile { file, stamp, .. }) => stamp.check(file, &self.path),
            Bytes::Map(_) | Bytes::Static(_) => Ok(()),
        }
    }

    /// Whether the mapped file was deleted or replaced by another file. The map keeps its content.
    pub fn is_replaced(&self) -> bool {
        matches!(&*self.bytes, Bytes::File(mapped) if !mapped.stamp.is_at(&self.path))
    }

    /// A shard from bytes in memory; checks the header. `path` is used in messages.
    pub fn new(path: PathBuf, bytes: Bytes) -> Result<Shard> {
        let (data, header) = check(&path, bytes.as_slice())?;
        Ok(Shard { path, bytes: Arc::new(bytes), data, header })
    }

    /// The tensor called `name`, if it is in this shard.
    pub fn tensor<'a>(&'a self, name: &'a str) -> Option<Tensor<'a>> {
        let TensorInfo { dtype, shape, data_offsets: (start, end) } = self.header.info(name)?;
        let (start, end) = (self.data + start, self.data + end);
        let data = &self.bytes.as_slice()[start..end];
        Some(Tensor { file: &self.path, name, dtype: *dtype, shape, data, bytes: &self.bytes, start })
    }

    /// The names of all tensors, in file order.
    pub fn names(&self) -> Vec<String> {
        self.header.offset_keys()
    }

    /// The header's `__metadata__`, sorted by key.
    pub fn metadata(&self) -> BTreeMap<&str, &str> {
        self.header.metadata().iter().flatten().map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }

    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The length of the file, in bytes.
    pub fn len(&self) -> usize {
        self.bytes.as_slice().len()
    }

    /// The number of tensors that are not aligned to their element size.
    pub fn misaligned(&self) -> usize {
        let tensors = self.header.tensors();
        let odd =
            |info: &&TensorInfo| !(self.data + info.data_offsets.0).is_multiple_of(info.dtype.bitsize().div_ceil(8));
        tensors.into_values().filter(odd).count()
    }
}

/// The bytes of one tensor, and a share in the map that they lie in: the map stays as long as any of these does.
#[derive(Clone, Debug)]
pub struct TensorData {
    bytes: Arc<Bytes>,
    /// Inside the bytes, whose number never changes: the shard's header was checked against it.
    range: Range<usize>,
}

impl TensorData {
    /// `range` is that of a [`Tensor`]: inside the bytes.
    pub(super) fn new(bytes: &Arc<Bytes>, range: Range<usize>) -> TensorData {
        TensorData { bytes: Arc::clone(bytes), range }
    }
}

impl Deref for TensorData {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes.as_slice()[self.range.clone()]
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.as_slice().len())
    }
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Bytes::File(file) => &file.map,
            Bytes::Map(map) => map,
            Bytes::Static(bytes) => bytes,
        }
    }

    /// Frees the memory of a range of a mapped file.
    pub fn release(&self, range: Range<usize>) {
        if let Bytes::File(MappedFile { map, .. }) = self {
            // SAFETY: the pages of a read-only map of a file are read from the file again, so their content stays the same
            // (see `Shard::open` for files that are changed).
            let _ = unsafe { map.unchecked_advise_range(UncheckedAdvice::DontNeed, range.start, range.len()) };
        }
    }
}

/// The error of mapping a file of `needed` bytes, with what is available if address space is limited.
fn cannot_map(path: &Path, needed: u64, error: io::Error) -> Error {
    match pages::process_headroom().filter(|_| error.kind() == io::ErrorKind::OutOfMemory) {
        None => Error::io(path, "map")(error),
        available => {
            let purpose = MemoryPurpose::Map(path.display().to_string());
            MachineError::NotEnoughMemory { purpose, needed, available, source: None }.into()
        }
    }
}

fn too_short(path: &Path, bytes: u64) -> Fault {
    Fault::new(FaultKind::Truncated, path).found(format!("{bytes} bytes")).expected(format!("at least {LENGTH} bytes"))
}

/// Checks a safetensors file. Returns the position of the first tensor and the header, or the problem.
///
/// These checks give more detailed errors than those of the safetensors crate, which run last.
fn check(path: &Path, file: &[u8]) -> Result<(usize, Metadata)> {
    let fault = |kind| Fault::new(kind, path);
    let Some((length, rest)) = file.split_first_chunk::<LENGTH>() else {
        return Err(too_short(path, file.len() as u64).into());
    };
    let length = u64::from_le_bytes(*length);
    if let Some(fault) = other_kind(path, file) {
        return Err(fault.into());
    }
    if length > HEADER_LIMIT {
        return Err(fault(FaultKind::NotSafetensors)
            .found(format!("a header of {length} bytes"))
            .expected(format!("at most {HEADER_LIMIT}"))
            .into());
    }
    // At most 100 MB: fits a usize.
    let length = length as usize;
    let Some((header, data)) = rest.split_at_checked(length) else {
        let truncated = fault(FaultKind::Truncated).subject("header");
        return Err(truncated.found(format!("{} bytes", rest.len())).expected(format!("{length} bytes")).into());
    };
    // A copy: the file may change while the header is checked.
    let header = std::str::from_utf8(header)
        .map_err(|error| fault(FaultKind::DamagedHeader).cause(format!("not UTF-8: {error}")))?
        .to_owned();
    let damaged = |error| fault(FaultKind::DamagedHeader).cause(error);
    let entries: TensorEntries = serde_json::from_str(&header).map_err(damaged)?;
    let end = check_entries(path, entries.0)?;
    if end > data.len() as u64 {
        let expected = (LENGTH + length) as u64 + end;
        let truncated = fault(FaultKind::Truncated).found(format!("{} bytes", file.len()));
        return Err(truncated.expected(format!("{expected} bytes")).into());
    }
    if end < data.len() as u64 {
        return Err(fault(FaultKind::TrailingBytes).found(format!("{} bytes", data.len() as u64 - end)).into());
    }
    let header: Metadata = serde_json::from_str(&header).map_err(damaged)?;
    Ok((LENGTH + length, header))
}

/// Checks each entry, and that the entries cover the bytes from 0 on without gaps or overlaps. Returns where they end.
fn check_entries(path: &Path, mut entries: Vec<(String, TensorEntry)>) -> Result<u64> {
    let damaged = |cause: String| Error::from(Fault::new(FaultKind::DamagedHeader, path).cause(cause));
    for (name, entry) in &entries {
        let damaged =
            |cause: String| Error::from(Fault::new(FaultKind::DamagedHeader, path).subject(name).cause(cause));
        if name.chars().any(char::is_control) {
            return Err(damaged("the name holds control characters".into()));
        }
        let (start, end) = entry.data_offsets;
        let bits = entry.shape.iter().try_fold(entry.dtype.bitsize() as u64, |bits, &n| bits.checked_mul(n));
        let Some(bits) = bits.filter(|_| end >= start) else {
            return Err(damaged(format!(
                "{} {:?} at bytes {start} to {end} is more than any file holds",
                entry.dtype, entry.shape
            )));
        };
        if bits % 8 != 0 || bits / 8 != end - start {
            return Err(damaged(format!(
                "{} {:?} takes {} bytes, but its offsets {start} to {end} hold {}",
                entry.dtype,
                entry.shape,
                bits.div_ceil(8),
                end - start
            )));
        }
    }
    entries.sort_by_key(|(_, entry)| entry.data_offsets);
    let mut covered = 0;
    let mut last = "the start";
    for (name, entry) in &entries {
        let (start, end) = entry.data_offsets;
        if start < covered {
            let cause = format!("tensors {last} and {name} overlap: {name} begins at byte {start}, before {covered}");
            return Err(damaged(cause));
        }
        if start > covered {
            return Err(damaged(format!("bytes {covered} to {start}, between {last} and {name}, belong to no tensor")));
        }
        (covered, last) = (end, name);
    }
    Ok(covered)
}

/// The kind of a file that is not a safetensors file, if its first bytes identify it.
fn other_kind(path: &Path, file: &[u8]) -> Option<Fault> {
    if file.starts_with(b"version https://git-lfs") {
        return Some(Fault::new(FaultKind::GitLfsPointer, path));
    }
    let kinds: [(&[u8], &str); 5] = [
        (b"GGUF", "a GGUF file"),
        (b"PK\x03\x04", "a zip archive, perhaps a PyTorch checkpoint"),
        (b"\x80\x02", "a Python pickle"),
        (b"<!DOCTYPE", "an HTML page, perhaps the answer of a proxy"),
        (b"<html", "an HTML page, perhaps the answer of a proxy"),
    ];
    // The header length of a safetensors file may start with any of these bytes, but is followed by JSON.
    let is_json = file.get(LENGTH) == Some(&b'{');
    let (_, kind) = kinds.into_iter().find(|(mark, _)| !is_json && file.starts_with(mark))?;
    Some(Fault::new(FaultKind::NotSafetensors, path).found(kind))
}

/// The tensors of a header in the order in which they are written. A duplicate name is an error.
struct TensorEntries(Vec<(String, TensorEntry)>);

/// A tensor's entry in the header. Sizes have 64 bits on every machine.
#[derive(Deserialize)]
#[serde(expecting = "an object with dtype, shape and data_offsets")]
struct TensorEntry {
    dtype: Dtype,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

impl<'de> Deserialize<'de> for TensorEntries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        from.deserialize_map(TensorEntriesVisitor)
    }
}

struct TensorEntriesVisitor;

impl<'de> Visitor<'de> for TensorEntriesVisitor {
    type Value = TensorEntries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<TensorEntries, A::Error> {
        let mut names = HashSet::new();
        let mut entries = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("the name {name:?} occurs twice")));
            }
            if name == "__metadata__" {
                map.next_value::<HashMap<String, String>>()?;
            } else {
                let entry = map.next_value().map_err(|error| A::Error::custom(format!("tensor {name}: {error}")))?;
                entries.push((name, entry));
            }
        }
        Ok(TensorEntries(entries))
    }
}
