//! Aligned columns, and the order of their rows.

use std::cmp::Ordering;
use std::fmt::Write;

use crate::error::escaped;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Left(&'static str),
    Right(&'static str),
}

impl Column {
    fn title(self) -> &'static str {
        match self {
            Column::Left(title) | Column::Right(title) => title,
        }
    }
}

/// Writes a line of column titles and one line per row, each after `indent`. Control characters are escaped.
pub(super) fn write_table(
    out: &mut String,
    indent: &str,
    columns: &[Column],
    rows: &[Vec<String>],
) -> std::fmt::Result {
    let titles = columns.iter().map(|column| column.title().to_string()).collect();
    let escape = |row: &Vec<String>| row.iter().map(|cell| escaped(cell)).collect::<Vec<String>>();
    let lines: Vec<Vec<String>> = std::iter::once(titles).chain(rows.iter().map(escape)).collect();
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    for line in &lines {
        let mut text = String::new();
        for ((cell, column), width) in line.iter().zip(columns).zip(&widths) {
            match column {
                Column::Left(_) => write!(text, "{cell:<width$}  ")?,
                Column::Right(_) => write!(text, "{cell:>width$}  ")?,
            }
        }
        writeln!(out, "{indent}{}", text.trim_end())?;
    }
    Ok(())
}

/// The order of names in which numbers are compared by value: `layers.2` comes before `layers.10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a.as_bytes(), b.as_bytes());
    while let (Some(first), Some(second)) = (x.first(), y.first()) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (left, right) = (number(&mut x), number(&mut y));
            left.len().cmp(&right.len()).then(left.cmp(right))
        } else {
            let order = first.cmp(second);
            (x, y) = (&x[1..], &y[1..]);
            order
        };
        if order.is_ne() {
            return order;
        }
    }
    x.len().cmp(&y.len()).then_with(|| a.cmp(b))
}

/// Removes the leading digits of `text` and returns them without leading zeros.
fn number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let (digits, rest) = text.split_at(text.iter().take_while(|b| b.is_ascii_digit()).count());
    *text = rest;
    &digits[digits.iter().take_while(|b| **b == b'0').count()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_ordered_by_value() {
        let mut names = ["l.10.b", "l.2.b", "l.2.a", "l.02.a", "k.99", "l", "l.x", "l.10", "l.9999999999999999999999"];
        names.sort_by(|a, b| natural(a, b));
        let sorted = ["k.99", "l", "l.02.a", "l.2.a", "l.2.b", "l.10", "l.10.b", "l.9999999999999999999999", "l.x"];
        assert_eq!(names, sorted);
    }

    #[test]
    fn columns_are_aligned_and_control_characters_escaped() {
        let mut text = String::new();
        let rows = [vec!["a\u{7}".to_string(), "12".into()], vec!["longer name".into(), "3".into()]];
        write_table(&mut text, "  ", &[Column::Left("name"), Column::Right("n")], &rows).unwrap();
        assert_eq!(text, "  name          n\n  a\\u{7}       12\n  longer name   3\n");
    }
}
