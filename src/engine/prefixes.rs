//! The published blocks of an engine as a file, so that a new process reuses what an earlier one has computed.
//!
//! Format: `rumma prefixes 1\n`, the length of a JSON [`Header`] (u64, little-endian), the header, the keys and values of each
//! block, and the SHA-256 of everything before it.

use std::collections::HashMap;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::blocks::BlockId;
use super::core::Engine;
use super::state::{check_origin, fingerprint, read_header};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::open_regular;
use crate::files::output::{Output, OutputKind};
use crate::kernels::attention::KV_BLOCK;
use crate::model::kv_cache::{KvCache, SharedBlock};

const MAGIC: &[u8] = b"rumma prefixes 1\n";
/// Files of prefixes. They hold prompts and answers, which may be private.
pub const PREFIXES_FILE: OutputKind = OutputKind {
    name: "a file of computed prompts",
    recognize: |head| head.starts_with(b"rumma prefixes "),
    private: true,
};
/// The most bytes of the header.
const LONGEST_HEADER: u64 = 256 << 20;

#[derive(Serialize, Deserialize)]
struct Header {
    /// Identifies the model: see [`fingerprint`].
    model: String,
    arithmetic: String,
    /// Parents before their children.
    blocks: Vec<Block>,
}

#[derive(Serialize, Deserialize)]
struct Block {
    /// The index of the block whose tokens come before.
    parent: Option<usize>,
    /// At most [`KV_BLOCK`].
    tokens: Vec<u32>,
}

/// Passes bytes on and hashes them.
struct Hashing<T> {
    inner: T,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

impl Engine<'_> {
    /// Writes the keys and values of all published blocks. Returns their number.
    ///
    /// # Errors
    /// Those of [`Output::write_with`].
    pub fn save_prefixes(&self, output: &Output) -> Result<usize> {
        let published = self.pool.published_blocks();
        let indices: HashMap<BlockId, usize> = published.iter().enumerate().map(|(i, block)| (block.id, i)).collect();
        let blocks = published.iter().map(|block| Block {
            parent: block.parent.and_then(|parent| indices.get(&parent).copied()),
            tokens: block.tokens.to_vec(),
        });
        let header = Header {
            model: fingerprint(self.model),
            arithmetic: self.model.arithmetic.name().into(),
            blocks: blocks.collect(),
        };
        let header = serde_json::to_vec(&header).map_err(|error| Error::io(output.path(), "write")(error.into()))?;
        output.write_with(|file| {
            let mut out = Hashing { inner: BufWriter::new(file), hash: Sha256::new() };
            out.write_all(MAGIC)?;
            out.write_all(&(header.len() as u64).to_le_bytes())?;
            out.write_all(&header)?;
            for block in &published {
                let mut cache = KvCache::new(self.model.kv_cache_shape());
                cache.push_block(block.block.clone(), block.tokens.len());
                out.write_all(&cache.to_bytes())?;
            }
            let hash = out.hash.clone().finalize();
            out.write_all(&hash)?;
            out.flush()
        })?;
        Ok(published.len())
    }

    /// Adds the blocks of a file to the pool while there are free ones. Returns their number.
    ///
    /// # Errors
    /// [`Error::Io`]; [`FaultKind::NotAState`]; [`FaultKind::DamagedState`]; [`FaultKind::StateOfAnotherModel`];
    /// [`FaultKind::StateOfAnotherArithmetic`]. The pool is unchanged then.
    pub fn load_prefixes(&mut self, path: &Path) -> Result<usize> {
        let file = open_regular(path)?;
        let size = file.metadata().map_err(Error::io(path, "read"))?.len();
        let mut input = Hashing { inner: BufReader::new(file), hash: Sha256::new() };
        let (header, _): (Header, u64) = read_header(&mut input, MAGIC, LONGEST_HEADER.min(size), path)?;
        self.check_header(&header, path)?;
        let damaged = |cause: &str| Error::from(Fault::new(FaultKind::DamagedState, path).cause(cause));
        let shape = self.model.kv_cache_shape();
        let free = self.pool.counts().free;
        let mut bytes = vec![0; shape.bytes_per_block()];
        let mut blocks: Vec<(Option<usize>, Vec<u32>, SharedBlock)> = Vec::new();
        for Block { parent, tokens } in header.blocks {
            input.read_exact(&mut bytes).map_err(|_| damaged("the file ends inside a block"))?;
            // What does not fit is read for its hash alone.
            if blocks.len() < free
                && let Some(block) = KvCache::from_bytes(shape, tokens.len(), &bytes).block(0)
            {
                blocks.push((parent, tokens, block));
            }
        }
        let expected = input.hash.clone().finalize();
        let mut found = [0; 32];
        input.inner.read_exact(&mut found).map_err(|_| damaged("the file ends before its checksum"))?;
        if expected[..] != found {
            return Err(damaged("the checksum does not match"));
        }
        Ok(self.pool.restore(blocks))
    }

    /// Checks the header of a file at `path`.
    fn check_header(&self, header: &Header, path: &Path) -> Result<()> {
        check_origin(self.model, &header.model, &header.arithmetic, path)?;
        let is_full = |parent: usize| header.blocks[parent].tokens.len() == KV_BLOCK;
        let vocab = self.model.config.vocab_size;
        let is_valid = |(index, block): (usize, &Block)| {
            let tokens = &block.tokens;
            (1..=KV_BLOCK).contains(&tokens.len())
                && tokens.iter().all(|id| (*id as usize) < vocab)
                && block.parent.is_none_or(|parent| parent < index && is_full(parent))
        };
        match header.blocks.iter().enumerate().position(|block| !is_valid(block)) {
            Some(index) => {
                let cause = format!("block {index} has impossible tokens or an impossible parent");
                Err(Fault::new(FaultKind::DamagedState, path).cause(cause).into())
            }
            None => Ok(()),
        }
    }
}
