//! Memory that begins where a cache line does.
//!
//! A vector that lies in two cache lines is loaded and stored in two parts. Allocators promise 16 bytes at most, so that of
//! 32-byte vectors every second one would be cut, and of 64-byte vectors each.

use std::ops::{Deref, DerefMut, Range};

/// Bytes of a cache line.
pub const LINE: usize = 64;

/// A run of numbers, the first of them at the start of a cache line.
#[derive(Debug, Default)]
pub struct Aligned<T> {
    /// The numbers, and as many more as fit a cache line.
    memory: Vec<T>,
    start: usize,
}

impl<T> Aligned<T> {
    /// Numbers of a cache line.
    const SPARE: usize = LINE / size_of::<T>();

    /// Where the numbers lie in memory.
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

    /// Makes room for `len` numbers. What was there is forgotten; memory is kept.
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
