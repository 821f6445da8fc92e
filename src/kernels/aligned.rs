//! Memory aligned to cache lines.
//!
//! A vector that crosses a cache line is loaded and stored in two parts. Allocators promise an alignment of 16 bytes at
//! most; at such an address every second vector of 32 bytes crosses a line, and every vector of 64 bytes.

use std::ops::{Deref, DerefMut, Range};

/// Bytes of a cache line.
pub const LINE: usize = 64;

/// A slice of numbers whose first one is at the start of a cache line. Cloning is not offered, because a copy of
/// `memory` would lie at another address.
#[derive(Debug, Default)]
pub struct Aligned<T> {
    /// The numbers, and [`Aligned::SPARE`] more.
    memory: Vec<T>,
    /// Index in `memory` of the first number.
    start: usize,
}

impl<T> Aligned<T> {
    /// Numbers in a cache line: how far the start may have to move.
    const SPARE: usize = LINE / size_of::<T>();

    /// The range of `memory` that holds the numbers.
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.memory.len().saturating_sub(Self::SPARE)
    }
}

impl<T: Copy + Default> Aligned<T> {
    /// `len` zeros.
    pub fn new(len: usize) -> Aligned<T> {
        let memory = vec![T::default(); len + Self::SPARE];
        let start = memory.as_ptr().align_offset(LINE).min(Self::SPARE);
        Aligned { memory, start }
    }

    /// Sets the length to `len` and leaves the values unspecified. Reuses the memory if it is large enough.
    pub fn reset(&mut self, len: usize) {
        let needed = len + Self::SPARE;
        if needed <= self.memory.capacity() {
            self.memory.resize(needed, T::default());
        } else {
            *self = Aligned::new(len);
        }
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.memory[self.range()]
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        let range = self.range();
        &mut self.memory[range]
    }
}
