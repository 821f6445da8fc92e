//! Text in messages: amounts of memory, and quoted text without control characters.

/// `1.07 GB`, and smaller amounts in whole MB or kB.
pub fn memory_size(bytes: u64) -> String {
    match bytes {
        1_000_000_000.. => format!("{:.2} GB", bytes as f64 / 1e9),
        1_000_000.. => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} kB", bytes / 1000),
    }
}

/// Whether `c` can change what a reader sees of other characters: control characters (C0, DEL, C1), which can be
/// commands to a terminal; separators of lines; and the bidirectional embeddings, overrides and isolates, which reorder
/// text. The marks U+200E, U+200F and U+061C are not among them: they are common in Hebrew and Arabic text, and only
/// place neutral characters beside them.
pub fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Escapes every character for which [`is_control`] holds, so that `text` stays on one line and sends no terminal
/// commands.
pub fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if is_control(c) { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

/// Escapes text from a file for a message, and truncates it to 400 characters.
pub fn one_line(text: &str) -> String {
    const MAX_CHARS: usize = 400;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => escaped(&text[..end]) + "...",
        None => escaped(text),
    }
}
