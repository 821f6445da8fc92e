//! A chat template's source, made ready for the engine: what it does not know is put into its words, and what would break
//! it is refused or checked.

use crate::text::jinja::CHECK_ACYCLIC;

/// Bytes of source; real templates are below 20 kB. The engine's time for one expression grows with its square.
const SOURCE: usize = 128 << 10;

/// The source that the engine gets.
///
/// # Errors
/// What the template does that cannot be run, as the end of a sentence about it.
pub(super) fn prepared(source: &str) -> Result<String, String> {
    if source.len() > SOURCE {
        return Err(format!("has {} bytes, more than {SOURCE}", source.len()));
    }
    if cycles_through_nothing(source) {
        return Err("calls cycle() without a value to choose".into());
    }
    namespaces_checked(&generation_as_scope(source))
}

/// `{% generation %}` marks the model's own words for training. It renders as its content, in a scope of its own: as
/// `{% with %}`, which keeps the white space control of the tags.
fn generation_as_scope(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("{%") {
        let (before, tag) = rest.split_at(at + 2);
        out.push_str(before);
        let word_at = tag.len() - word(tag).len();
        let (lead, word) = tag.split_at(word_at);
        let swap = [("generation", "with"), ("endgeneration", "endwith")].into_iter().find_map(|(from, to)| {
            let after = word.strip_prefix(from)?;
            after.trim_start().trim_start_matches(['-', '+']).starts_with("%}").then_some((to, after))
        });
        rest = match swap {
            Some((to, after)) => {
                out.push_str(lead);
                out.push_str(to);
                after
            }
            None => tag,
        };
    }
    out + rest
}

/// The tag behind `{%`, from its first word on.
fn word(tag: &str) -> &str {
    tag.trim_start_matches(['-', '+']).trim_start()
}

/// Whether `loop.cycle()` is called with nothing, or with a list that may be empty: the engine divides by the number of
/// its arguments.
fn cycles_through_nothing(source: &str) -> bool {
    source.match_indices("cycle").any(|(at, name)| {
        let call = source[at + name.len()..].trim_start().strip_prefix('(');
        source[..at].trim_end().ends_with('.') && call.is_some_and(|call| call.trim_start().starts_with([')', '*']))
    })
}

/// Has every value that is set in a namespace looked at, right behind the tag that sets it.
///
/// A namespace is the one thing that a template can change, so it alone can come to hold itself, and the engine prints,
/// compares and hashes what it holds by recursion. The look is a filter, because a name could be given another meaning,
/// and stands in a tag of its own, because brackets around the expression could be closed by it. `{% set` is looked for
/// everywhere, in comments and texts too: so no tag can hide behind one that the engine does not see.
fn namespaces_checked(source: &str) -> Result<String, String> {
    let mut checks: Vec<(usize, String)> = Vec::new();
    for (at, _) in source.match_indices("{%") {
        let Some(rest) = word(&source[at + 2..]).strip_prefix("set") else { continue };
        let in_target = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || "_.,()".contains(c);
        let (target, rest) = rest.split_at(rest.find(|c| !in_target(c)).unwrap_or(rest.len()));
        if !target.contains('.') {
            continue;
        }
        if target.contains(',') || rest.starts_with('|') {
            return Err("sets a namespace together with other names, or through a filter".into());
        }
        // What stands between the tags of a block is text.
        if let (true, Some(length)) = (rest.starts_with('='), length_of_tag(rest)) {
            let end = source.len() - rest.len() + length;
            let sign = source[..end - 2].chars().next_back().filter(|sign| "-+".contains(*sign));
            let sign = sign.map(String::from).unwrap_or_default();
            checks.push((end, format!("{{% if ({})|{CHECK_ACYCLIC} %}}{{% endif {sign}%}}", target.trim())));
        }
    }
    checks.sort();
    checks.dedup_by_key(|(at, _)| *at);
    let mut out = String::with_capacity(source.len());
    let mut done = 0;
    for (at, check) in checks {
        out.push_str(&source[done..at]);
        out.push_str(&check);
        done = at;
    }
    Ok(out + &source[done..])
}

/// Bytes to the end of the tag whose inside is `tag`: `%}` outside of strings and brackets, as the engine reads it.
fn length_of_tag(tag: &str) -> Option<usize> {
    let bytes = tag.as_bytes();
    let (mut at, mut open) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open -= 1,
            b'%' if open == 0 && bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            quote @ (b'"' | b'\'') => {
                at += 1;
                while *bytes.get(at)? != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}
