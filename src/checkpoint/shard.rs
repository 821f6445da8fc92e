//! One safetensors file: its bytes in place, its header checked and owned. The only map of a file; what is in no file
//! (`random.rs`, `builtin.rs`) becomes a shard by [`Shard::new`].
//!
//! The file: 8 bytes of header length, little-endian; that many bytes of JSON, `{name: {dtype, shape, data_offsets}}`
//! and perhaps `__metadata__`; then the tensors' bytes, without gaps, to the end of the file
//! (<https://huggingface.co/docs/safetensors>).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::ops::{Deref, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::json::one_line;
use super::{Tensor, regular_file};
use crate::error::{Error, Result};
use crate::pages;

/// Bytes in front of the header: its length.
const LENGTH: usize = 8;
/// The longest header that the format allows.
const HEADER_LIMIT: u64 = 100_000_000;

/// Where the bytes of a shard are.
pub(super) enum Bytes {
    /// A file, or memory of our own (demo weights); both begin on a page.
    Map(Mmap),
    /// Part of the program.
    Static(&'static [u8]),
}

/// One file of tensors.
pub(super) struct Shard {
    pub path: PathBuf,
    bytes: Arc<Bytes>,
    /// Where the tensors' bytes begin.
    data: usize,
    /// Checked: every range lies inside the bytes behind `data`, and fits its dtype and shape.
    header: Metadata,
}

impl Shard {
    /// Maps a file and checks its header; no byte of a tensor is read.
    pub fn open(path: &Path) -> Result<Shard> {
        let found = regular_file(path)?;
        let file = File::open(path).map_err(Error::io(path, "open"))?;
        if found.len() < LENGTH as u64 {
            let why = format!("is {} bytes long, too short for a safetensors file; fetch it again", found.len());
            return Err(Error::Damaged { path: path.to_path_buf(), why });
        }
        // SAFETY: a map is sound while nobody changes the file under it, which no program can promise. What holds here
        // whatever happens: the map is read-only, so we never write through it; its length is fixed when it is made, and
        // every offset into it comes from a header that was copied out of the map before it was checked, so no later
        // change of the file moves an access out of bounds; the bytes are only ever read as integers and floats, for
        // which every bit pattern is a value. A process that overwrites the file in place can therefore make the numbers
        // wrong, not the accesses. One that truncates it takes pages away: touching them stops this process with
        // SIGBUS, which is a clean death and no access to foreign memory. Tools that replace checkpoints write a new
        // file and rename it, which leaves this map's file as it was.
        let map = unsafe { Mmap::map(&file) }.map_err(Error::io(path, "map"))?;
        pages::ask_for_large(&map);
        Shard::new(path.to_path_buf(), Bytes::Map(map))
    }

    /// Checks the header of bytes that are at hand already; `path` names them in messages.
    pub fn new(path: PathBuf, bytes: Bytes) -> Result<Shard> {
        let (data, header) =
            check(bytes.as_slice()).map_err(|why| Error::Damaged { path: path.clone(), why: one_line(&why) })?;
        Ok(Shard { path, bytes: Arc::new(bytes), data, header })
    }

    /// The tensor of that name, if this shard has it.
    pub fn tensor<'a>(&'a self, name: &'a str) -> Option<Tensor<'a>> {
        let TensorInfo { dtype, shape, data_offsets: (start, end) } = self.header.info(name)?;
        let (start, end) = (self.data + start, self.data + end);
        let data = &self.bytes.as_slice()[start..end];
        Some(Tensor { file: &self.path, name, dtype: *dtype, shape, data, bytes: &self.bytes, start })
    }

    /// Every tensor's name, in the order of their bytes.
    pub fn names(&self) -> Vec<String> {
        self.header.offset_keys()
    }

    /// The header's `__metadata__`: free texts by name, sorted.
    pub fn metadata(&self) -> BTreeMap<&str, &str> {
        self.header.metadata().iter().flatten().map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }

    /// The whole file.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The length of the whole file.
    pub fn len(&self) -> usize {
        self.bytes.as_slice().len()
    }

    /// How many tensors begin at an address that is no multiple of their element's size.
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
            Bytes::Map(map) => map,
            Bytes::Static(bytes) => bytes,
        }
    }
}

/// Where the tensors begin and the header itself, or what is wrong with these bytes.
///
/// The checks say more than the safetensors crate's own, which run last and have the final word.
fn check(file: &[u8]) -> std::result::Result<(usize, Metadata), String> {
    let Some((length, rest)) = file.split_first_chunk::<LENGTH>() else {
        return Err(format!("is {} bytes long, too short for a safetensors file; fetch it again", file.len()));
    };
    let length = u64::from_le_bytes(*length);
    if let Some(kind) = other_kind(file) {
        return Err(format!("is {kind}, not a safetensors file; fetch the .safetensors files of an AWQ model"));
    }
    if length > HEADER_LIMIT {
        return Err(format!("is not a safetensors file: its first 8 bytes would mean a header of {length} bytes"));
    }
    // At most 100 MB: fits a usize.
    let length = length as usize;
    let Some((header, data)) = rest.split_at_checked(length) else {
        return Err(format!(
            "is truncated inside its header: {} of {length} header bytes are missing; fetch it again",
            length - rest.len()
        ));
    };
    // A copy, so that the text that is checked is the text that is used.
    let header =
        std::str::from_utf8(header).map_err(|error| format!("has a header that is not UTF-8: {error}"))?.to_owned();
    let entries: TensorEntries =
        serde_json::from_str(&header).map_err(|error| format!("has a damaged header: {error}"))?;
    let end = check_entries(entries.0)?;
    if end > data.len() as u64 {
        return Err(format!(
            "is truncated: {} bytes are missing ({} there, {} expected); fetch it again",
            end - data.len() as u64,
            file.len(),
            (LENGTH + length) as u64 + end
        ));
    }
    if end < data.len() as u64 {
        return Err(format!("has {} bytes behind its last tensor that no tensor owns", data.len() as u64 - end));
    }
    let header: Metadata = serde_json::from_str(&header).map_err(|error| format!("has a damaged header: {error}"))?;
    Ok((LENGTH + length, header))
}

/// Checks every entry by itself and that together they cover the bytes from 0 on without gap or overlap; returns where
/// they end.
fn check_entries(mut entries: Vec<(String, TensorEntry)>) -> std::result::Result<u64, String> {
    for (name, entry) in &entries {
        if name.chars().any(char::is_control) {
            return Err(format!("tensor {name}: the name holds control characters"));
        }
        let (start, end) = entry.data_offsets;
        let bits = entry.shape.iter().try_fold(entry.dtype.bitsize() as u64, |bits, &n| bits.checked_mul(n));
        let Some(bits) = bits.filter(|_| end >= start) else {
            return Err(format!(
                "tensor {name}: {} {:?} at bytes {start} to {end} is more than any file holds",
                entry.dtype, entry.shape
            ));
        };
        if bits % 8 != 0 || bits / 8 != end - start {
            return Err(format!(
                "tensor {name}: {} {:?} takes {} bytes, but its offsets {start} to {end} hold {}",
                entry.dtype,
                entry.shape,
                bits.div_ceil(8),
                end - start
            ));
        }
    }
    entries.sort_by_key(|(_, entry)| entry.data_offsets);
    let mut covered = 0;
    let mut last = "the start";
    for (name, entry) in &entries {
        let (start, end) = entry.data_offsets;
        if start < covered {
            return Err(format!("tensors {last} and {name} overlap: {name} begins at byte {start}, before {covered}"));
        }
        if start > covered {
            return Err(format!("bytes {covered} to {start}, between {last} and {name}, belong to no tensor"));
        }
        (covered, last) = (end, name);
    }
    Ok(covered)
}

/// What a file that is no safetensors file is, where its first bytes tell.
fn other_kind(file: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 6] = [
        (b"version https://git-lfs", "a Git LFS pointer (`git lfs pull` fetches the file itself)"),
        (b"GGUF", "a GGUF file"),
        (b"PK\x03\x04", "a zip archive, perhaps a PyTorch checkpoint"),
        (b"\x80\x02", "a Python pickle"),
        (b"<!DOCTYPE", "an HTML page, perhaps the answer of a proxy"),
        (b"<html", "an HTML page, perhaps the answer of a proxy"),
    ];
    // The length of a sound header may begin with the bytes of any short mark: its JSON tells.
    let is_json = file.get(LENGTH) == Some(&b'{');
    kinds.into_iter().find(|(mark, _)| !is_json && file.starts_with(mark)).map(|(_, kind)| kind)
}

/// A header's tensors in the order they are written, no name twice.
struct TensorEntries(Vec<(String, TensorEntry)>);

/// What a header says of one tensor; 64-bit whatever the machine.
#[derive(Deserialize)]
#[serde(expecting = "struct Entry")]
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
                return Err(A::Error::custom(format!("the name {name:?} stands there twice")));
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
