//! Rearranges the words of other layouts into the one that kernels read ([`Awq4`](crate::kernels::layout::Awq4)): pure
//! functions from slices to slices, parallel on the current rayon pool.
//!
//! Sizes are those of the caller: `words` are little-endian 32-bit words of eight nibbles, `out` is `[rows, outputs / 8]`
//! words in [`NIBBLE_ORDER`], and `outputs` is a multiple of 8.

use rayon::prelude::*;

use crate::kernels::layout::{NIBBLE_ORDER, word_at};

/// Words of a cache line.
const LINE: usize = 16;

/// Exchanges rows and columns of a block of nibbles: nibble n of word k of the result is nibble k of word n.
fn transpose(mut words: [u32; 8]) -> [u32; 8] {
    // Exchanges the quarters of the block that are not on its diagonal, then those of each quarter, and so on.
    for (step, mask) in [(4, 0x0000_ffff), (2, 0x00ff_00ff), (1, 0x0f0f_0f0f_u32)] {
        let shift = 4 * step;
        for n in (0..8).filter(|n| n & step == 0) {
            let (upper, lower) = (words[n], words[n + step]);
            words[n] = upper & mask | (lower & mask) << shift;
            words[n + step] = upper >> shift & mask | lower & !mask;
        }
    }
    words
}

/// The words of eight inputs from one word of each of eight outputs, in the order of outputs; nibble k of a word is input k.
fn words_of_inputs(words_of_outputs: impl Fn(usize) -> u32) -> [u32; 8] {
    transpose(NIBBLE_ORDER.map(words_of_outputs))
}

/// Packed along inputs, with the words of an output in a row: `words` is `[outputs, columns]`, and nibble n of word c is input
/// `8 c + n`. `out` has at most `8 * columns` rows.
pub(super) fn rows_of_outputs(words: &[u8], columns: usize, outputs: usize, out: &mut [u8]) {
    let row_bytes = outputs / 2;
    out.par_chunks_mut(8 * LINE * row_bytes).enumerate().for_each(|(chunk, rows)| {
        // A cache line of every output makes a cache line of every input.
        let columns_here = chunk * LINE..((chunk + 1) * LINE).min(columns);
        let mut tile = [[0; LINE]; 8 * LINE];
        for first in (0..outputs / 8).step_by(LINE) {
            let blocks = first..(first + LINE).min(outputs / 8);
            for block in blocks.clone() {
                for (column, tile) in columns_here.clone().zip(tile.chunks_exact_mut(8)) {
                    let of_inputs = words_of_inputs(|o| word_at(words, (8 * block + o) * columns + column));
                    tile.iter_mut().zip(of_inputs).for_each(|(row, word)| row[block - first] = word);
                }
            }
            for (row, tile) in rows.chunks_exact_mut(row_bytes).zip(&tile) {
                write_words(&mut row[4 * blocks.start..4 * blocks.end], tile.iter().copied());
            }
        }
    });
}

/// Packed along inputs, with the same inputs of all outputs in a row (GPTQ): `words` is `[rows / 8, outputs]`, and nibble n
/// of row c is input `8 c + n`.
pub(super) fn rows_of_inputs(words: &[u8], outputs: usize, out: &mut [u8]) {
    let row_bytes = outputs / 2;
    let rows = out.par_chunks_mut(8 * row_bytes).zip(words.par_chunks(4 * outputs));
    rows.for_each(|(rows, words)| {
        for block in 0..outputs / 8 {
            let of_inputs = words_of_inputs(|o| word_at(words, 8 * block + o));
            for (row, word) in rows.chunks_exact_mut(row_bytes).zip(of_inputs) {
                row[4 * block..4 * block + 4].copy_from_slice(&word.to_le_bytes());
            }
        }
    });
}

/// Packed along outputs as the kernels read it, but with output `8 c + order[n]` in nibble n. Before that, `plus` is added to
/// each word, with carries between its nibbles.
pub(super) fn other_order(words: &[u8], order: &[usize; 8], plus: u32, out: &mut [u8]) {
    let from = NIBBLE_ORDER.map(|output| 4 * order.iter().position(|o| *o == output).unwrap_or_default());
    let words = words.par_chunks(4096).zip(out.par_chunks_mut(4096));
    words.for_each(|(words, out)| {
        let words = words.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word).wrapping_add(plus));
        write_words(out, words.map(|word| (0..8).fold(0, |out, n| out | (word >> from[n] & 15) << (4 * n))));
    });
}

/// Exchanges rows and columns of elements of `N` bytes: `data` is `[rows, columns]`, `out` the first rows of
/// `[columns, rows]`. `columns` is not 0.
pub(super) fn transpose_elements<const N: usize>(data: &[u8], columns: usize, out: &mut [u8]) {
    let (data, rows) = (data.as_chunks::<N>().0, data.len() / N / columns);
    out.par_chunks_mut(LINE * rows * N).enumerate().for_each(|(chunk, out)| {
        for (r, data) in data.chunks_exact(columns).enumerate() {
            for (out, element) in out.chunks_exact_mut(rows * N).zip(&data[chunk * LINE..]) {
                out[r * N..(r + 1) * N].copy_from_slice(element);
            }
        }
    });
}

/// Writes row `order[i]` of `rows` to row i of `out`.
pub(super) fn permute_rows(rows: &[u8], row_bytes: usize, order: &[u32], out: &mut [u8]) {
    let rows_of = |row: u32| &rows[row as usize * row_bytes..][..row_bytes];
    out.par_chunks_exact_mut(row_bytes).zip(order).for_each(|(out, row)| out.copy_from_slice(rows_of(*row)));
}

fn write_words(out: &mut [u8], words: impl Iterator<Item = u32>) {
    out.as_chunks_mut().0.iter_mut().zip(words).for_each(|(out, word)| *out = word.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(i: usize) -> u8 {
        (i * 7 + i / 5 + i * i / 11) as u8
    }

    /// Nibbles of words in the order of `nibbles`, eight of them a word.
    fn pack(nibbles: &[u8]) -> Vec<u8> {
        nibbles.as_chunks::<2>().0.iter().map(|[low, high]| low | high << 4).collect()
    }

    /// `[rows, outputs]` codes in the kernels' layout.
    fn awq(codes: impl Fn(usize, usize) -> u8, rows: usize, outputs: usize) -> Vec<u8> {
        let word = |i, c| NIBBLE_ORDER.map(|n| codes(i, 8 * c + n));
        pack(&(0..rows).flat_map(|i| (0..outputs / 8).flat_map(move |c| word(i, c))).collect::<Vec<_>>())
    }

    #[test]
    fn every_layout_gives_the_same_words() {
        for (inputs, outputs) in [(8, 8), (128, 128), (136, 264), (320, 72), (37, 24)] {
            let code = |i: usize, o: usize| number(i * outputs + o) & 15;
            let expected = awq(code, inputs, outputs);
            let mut out = vec![0; expected.len()];
            let columns = inputs.div_ceil(8);
            let padded = |o, i| if i < inputs { code(i, o) } else { 9 };
            let nibbles: Vec<u8> = (0..outputs).flat_map(|o| (0..8 * columns).map(move |i| padded(o, i))).collect();
            rows_of_outputs(&pack(&nibbles), columns, outputs, &mut out);
            assert_eq!(out, expected, "{inputs} {outputs}");
            if inputs % 8 == 0 {
                out.fill(0);
                let of_block = |c: usize| (0..8 * outputs).map(move |n| code(8 * c + n % 8, n / 8));
                let nibbles: Vec<u8> = (0..columns).flat_map(of_block).collect();
                rows_of_inputs(&pack(&nibbles), outputs, &mut out);
                assert_eq!(out, expected, "{inputs} {outputs}");
            }
            out.fill(0);
            let nibbles: Vec<u8> = (0..inputs * outputs).map(|n| code(n / outputs, n % outputs)).collect();
            other_order(&pack(&nibbles), &[0, 1, 2, 3, 4, 5, 6, 7], 0, &mut out);
            assert_eq!(out, expected, "{inputs} {outputs}");
        }
    }

    #[test]
    fn elements_and_rows_are_permuted() {
        let data: Vec<u8> = (0..40 * 18 * 2).map(number).collect();
        let mut out = vec![0; 17 * 40 * 2];
        transpose_elements::<2>(&data, 18, &mut out);
        for (r, c) in [(0, 0), (3, 16), (39, 16), (39, 0)] {
            assert_eq!(out[(c * 40 + r) * 2..][..2], data[(r * 18 + c) * 2..][..2]);
        }
        let mut rows = vec![0; 6];
        permute_rows(&[1, 2, 3, 4, 5, 6], 2, &[2, 0, 1], &mut rows);
        assert_eq!(rows, [5, 6, 1, 2, 3, 4]);
    }
}
