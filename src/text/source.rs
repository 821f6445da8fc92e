//! Rewrites a chat template's source before it is compiled: limits its size, replaces tags that minijinja lacks,
//! refuses calls that make it panic, and inserts checks against cyclic namespaces.

use crate::text::jinja::CHECK_ACYCLIC;

/// Maximum bytes of source; real templates are below 20 kB. minijinja's compile time is quadratic in the length of an
/// expression.
const MAX_SOURCE_BYTES: usize = 128 << 10;

/// The source to compile.
///
/// # Errors
/// The reason why the template cannot be run: a predicate without its subject.
pub(super) fn prepare_source(source: &str) -> Result<String, String> {
    if source.len() > MAX_SOURCE_BYTES {
        return Err(format!("has {} bytes of source (at most {MAX_SOURCE_BYTES})", source.len()));
    }
    if calls_cycle_without_arguments(source) {
        return Err("calls loop.cycle() without arguments".into());
    }
    insert_namespace_checks(&replace_generation_tags(&normalize_newlines(source)))
}

/// Replaces `\r\n` and `\r` with `\n`, as Jinja does.
fn normalize_newlines(source: &str) -> String {
    source.replace("\r\n", "\n").replace('\r', "\n")
}

/// Replaces `{% generation %}` and `{% endgeneration %}` with `{% with %}` and `{% endwith %}`. transformers uses the
/// tag to mark the model's answers for training; it renders as its content, in a new scope. The whitespace control of
/// the tags stays.
fn replace_generation_tags(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("{%") {
        let (before, tag) = rest.split_at(at + 2);
        out.push_str(before);
        let word_at = tag.len() - tag_body(tag).len();
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

/// The text after `{%`, from the first word of the tag on.
fn tag_body(tag: &str) -> &str {
    tag.trim_start_matches(['-', '+']).trim_start()
}

/// Whether `loop.cycle()` is called without arguments, or with a list of arguments that may be empty: minijinja divides
/// by their number.
fn calls_cycle_without_arguments(source: &str) -> bool {
    source.match_indices("cycle").any(|(at, name)| {
        let call = source[at + name.len()..].trim_start().strip_prefix('(');
        source[..at].trim_end().ends_with('.') && call.is_some_and(|call| call.trim_start().starts_with([')', '*']))
    })
}

/// Inserts the check [`CHECK_ACYCLIC`] after every tag that sets an attribute of a namespace.
///
/// A namespace is the only value that a template can change, so only a namespace can be made to contain itself;
/// minijinja prints, compares and hashes values by recursion, which would then not end. The check is a filter, because
/// a template can redefine functions but not filters. It is a separate tag, because the expression of the `set` tag
/// could close brackets put around it. `{% set` is searched everywhere, comments and plain text included, so that no
/// tag can be hidden behind one that minijinja does not parse.
fn insert_namespace_checks(source: &str) -> Result<String, String> {
    let mut checks: Vec<(usize, String)> = Vec::new();
    for (at, _) in source.match_indices("{%") {
        let Some(rest) = tag_body(&source[at + 2..]).strip_prefix("set") else { continue };
        let in_target = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || "_.,()".contains(c);
        let (target, rest) = rest.split_at(rest.find(|c| !in_target(c)).unwrap_or(rest.len()));
        if !target.contains('.') {
            continue;
        }
        if target.contains(',') || rest.starts_with('|') {
            return Err("sets a namespace together with other names, or through a filter".into());
        }
        // Without `=` it is a block `{% set %}`, whose content is text.
        if let (true, Some(length)) = (rest.starts_with('='), tag_len(rest)) {
            let end = source.len() - rest.len() + length;
            let trim_sign = source[..end - 2].chars().next_back().filter(|trim_sign| "-+".contains(*trim_sign));
            let trim_sign = trim_sign.map(String::from).unwrap_or_default();
            checks.push((end, format!("{{% if ({})|{CHECK_ACYCLIC} %}}{{% endif {trim_sign}%}}", target.trim())));
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

/// Bytes up to and including the `%}` that ends the tag: the first one outside of strings and brackets, as in
/// minijinja's lexer.
fn tag_len(tag: &str) -> Option<usize> {
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
