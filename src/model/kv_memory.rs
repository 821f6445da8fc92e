//! The memory of KV blocks: many blocks in one map of huge pages.
//!
//! A layer of a long context reads a few kilobytes of each of hundreds of blocks. In pages of 4 KB, most of these reads would
//! begin with a walk through the page tables. Maps are never returned to the system: the memory of a block that is dropped is
//! used for the next one of the same size.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use memmap2::MmapMut;
use zerocopy::{FromBytes, IntoBytes};

use crate::pages;

/// Bytes of a map, if a block is not larger.
const MAP_BYTES: usize = 32 << 20;

/// Unused memory by its length in bytes.
type Unused = HashMap<usize, Vec<&'static mut [u8]>>;

static UNUSED: LazyLock<Mutex<Unused>> = LazyLock::new(Mutex::default);

/// The zeroed memory of a block, aligned for f32.
#[derive(Debug)]
pub struct BlockMemory(&'static mut [u8]);

impl BlockMemory {
    /// Memory of `bytes` bytes, a multiple of 8.
    pub fn zeroed(bytes: usize) -> BlockMemory {
        let mut unused = UNUSED.lock().unwrap_or_else(PoisonError::into_inner);
        let list = unused.entry(bytes).or_default();
        if let Some(memory) = list.pop() {
            drop(unused);
            memory.fill(0);
            return BlockMemory(memory);
        }
        let count = (MAP_BYTES / bytes.max(1)).max(1);
        let Ok(map) = pages::zeros(count * bytes + pages::HUGE_PAGE) else {
            // Under a limit on address space, there may still be room for one block.
            let numbers: &'static mut [u64] = vec![0; bytes.div_ceil(8)].leak();
            return BlockMemory(&mut numbers.as_mut_bytes()[..bytes]);
        };
        let map: &'static mut MmapMut = Box::leak(Box::new(map));
        // Begins at a huge page: memory before the first whole one would lie in small pages.
        let start = map.as_ptr().align_offset(pages::HUGE_PAGE);
        let mut parts = map[start..][..count * bytes].chunks_exact_mut(bytes);
        let first = parts.next().unwrap_or_default();
        list.extend(parts);
        // The next block is the one after it.
        list.reverse();
        BlockMemory(first)
    }

    /// The memory as bits of half-precision numbers.
    pub fn halves(&self) -> &[u16] {
        <[u16]>::ref_from_bytes(self.0).unwrap_or_default()
    }

    /// [`BlockMemory::halves`], to be written.
    pub fn halves_mut(&mut self) -> &mut [u16] {
        <[u16]>::mut_from_bytes(self.0).unwrap_or_default()
    }

    /// The memory as single-precision numbers.
    pub fn floats(&self) -> &[f32] {
        <[f32]>::ref_from_bytes(self.0).unwrap_or_default()
    }

    /// [`BlockMemory::floats`], to be written.
    pub fn floats_mut(&mut self) -> &mut [f32] {
        <[f32]>::mut_from_bytes(self.0).unwrap_or_default()
    }
}

impl Clone for BlockMemory {
    fn clone(&self) -> BlockMemory {
        let copy = BlockMemory::zeroed(self.0.len());
        copy.0.copy_from_slice(self.0);
        copy
    }
}

impl Drop for BlockMemory {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.0);
        let mut unused = UNUSED.lock().unwrap_or_else(PoisonError::into_inner);
        unused.entry(memory.len()).or_default().push(memory);
    }
}
