//! Writes checkpoints into temporary directories.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::error::Result;

/// A temporary directory, removed on drop.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("rumma-checkpoint-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    /// Writes a file; creates its parent directories.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn open(&self) -> Result<Checkpoint> {
        open(&self.0)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn open(model: &Path) -> Result<Checkpoint> {
    Checkpoint::open(&CheckpointSource { model: model.to_str().unwrap().into(), ..CheckpointSource::default() })
}

/// The message of an error, which must be one line.
pub fn refusal<T>(result: Result<T>) -> String {
    let line = result.err().expect("this must be refused").to_string();
    assert!(!line.contains('\n'), "an error is one line: {line}");
    line
}

/// A safetensors file of this header, with the right header length, and these bytes of tensors.
pub fn raw(header: &str, data: &[u8]) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

/// A valid safetensors file of zeros; a tensor is (name, dtype, bytes per element, shape).
pub fn zeros(tensors: &[(&str, &str, usize, &[usize])], metadata: &str) -> Vec<u8> {
    let mut offset = 0;
    let mut entries = Vec::new();
    if !metadata.is_empty() {
        entries.push(format!(r#""__metadata__":{metadata}"#));
    }
    for (name, dtype, size, shape) in tensors {
        let end = offset + size * shape.iter().product::<usize>();
        entries.push(format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{offset},{end}]}}"#));
        offset = end;
    }
    let header = format!("{{{}}}", entries.join(","));
    raw(&format!("{header:width$}", width = header.len().next_multiple_of(8)), &vec![0; offset])
}
