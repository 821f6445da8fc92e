//! Which file names of a listing are accepted. A listing with any other name is refused: if the file were left out, a
//! model without its weights could look complete.

use rumma::checkpoint::manifest::local_name;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The longest part of a name, in bytes: file systems have 255, and `.part.etag` is appended.
const MAX_PART: usize = 245;

/// The longest name, in bytes. Systems have 1024 or more for a path.
const MAX_NAME: usize = 512;

/// Fails with the reason if a file of this name must not be written.
pub fn check(name: &str) -> Result<(), &'static str> {
    let local = local_name(name)?;
    let bytes = name.as_bytes();
    let drive = bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    if local != name {
        Err("has an empty part or a part '.'")
    } else if name.contains('\\') {
        Err("has a backslash")
    } else if drive {
        Err("starts with a drive letter")
    } else if name.chars().any(is_invisible) {
        Err("has a control character or an invisible one")
    } else if name.len() > MAX_NAME || name.split('/').any(|part| part.len() > MAX_PART) {
        Err("is too long")
    } else if name.split('/').any(|part| part.trim() != part || part.ends_with('.')) {
        Err("has a part that starts or ends with a space, or ends with a dot")
    } else if name.ends_with(".part") || name.ends_with(".part.etag") {
        Err("is that of a partial download")
    } else {
        Ok(())
    }
}

/// Characters that change or hide what a terminal shows: controls, zero-width characters, directions, line separators.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The first name of a listing that contradicts another one, and why.
pub fn contradiction<'a>(names: &[&'a str]) -> Option<(&'a str, &'static str)> {
    let mut seen = HashSet::new();
    if let Some(name) = names.iter().find(|name| !seen.insert(**name)) {
        return Some((name, "is listed twice"));
    }
    let is_file = |name: &str| name.char_indices().any(|(at, c)| c == '/' && seen.contains(&name[..at]));
    names.iter().find(|name| is_file(name)).map(|name| (*name, "is in a directory that is listed as a file"))
}

/// A chosen name, and another one of `names` that is the same file where the file system ignores case.
pub fn case_collision<'a>(chosen: &[&'a str], names: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let chosen: HashMap<String, &str> = chosen.iter().map(|name| (name.to_lowercase(), *name)).collect();
    names.iter().find_map(|name| {
        let same = chosen.get(&name.to_lowercase()).filter(|same| *same != name)?;
        Some((*same, *name))
    })
}

/// The first shard, of the form `X-00001-of-00003.Y`, that is missing from `names` although another one is there.
pub fn missing_shard(names: &[&str]) -> Option<String> {
    let mut sets: BTreeMap<(&str, &str, &str), HashSet<&str>> = BTreeMap::new();
    for name in names {
        let Some((stem, extension)) = name.rsplit_once('.') else { continue };
        let Some((rest, count)) = stem.rsplit_once("-of-") else { continue };
        let Some((base, number)) = rest.rsplit_once('-') else { continue };
        let digits = |text: &str| !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
        if digits(count) && digits(number) && number.len() == count.len() {
            sets.entry((base, count, extension)).or_default().insert(number);
        }
    }
    sets.into_iter().find_map(|((base, count, extension), numbers)| {
        let all: usize = count.parse().ok()?;
        let width = count.len();
        let missing = (1..=all).map(|n| format!("{n:0width$}")).find(|number| !numbers.contains(number.as_str()))?;
        Some(format!("{base}-{missing}-of-{count}.{extension}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusual_names_are_refused() {
        let long = format!("{}.safetensors", "a".repeat(300));
        let deep = "a/".repeat(300) + "model.safetensors";
        let unusual = [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "./a",
            "a//b",
            "a/",
            "weights\\model.safetensors",
            "C:model.safetensors",
            "c:/model.safetensors",
            "model\u{7}.safetensors",
            "model\n.safetensors",
            "model\u{9b}.safetensors",
            "model\u{202e}.safetensors",
            "model\u{2066}.safetensors",
            "model\u{200b}.safetensors",
            "\u{feff}config.json",
            "model.safetensors ",
            " model.safetensors",
            "model.safetensors\u{a0}",
            "model.safetensors.",
            "model.safetensors.part",
            "model.safetensors.part.etag",
            &long,
            &deep,
        ];
        for name in unusual {
            assert!(check(name).is_err(), "{name:?}");
        }
        let usual = ["model-00001-of-00002.safetensors", "onnx/model.onnx", ".gitattributes", "mod\u{e8}le v2 (1).bin"];
        for name in usual {
            assert_eq!(check(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn names_that_contradict_each_other_are_found() {
        assert_eq!(contradiction(&["a", "b/c", "b/d", "ab"]), None);
        assert_eq!(contradiction(&["a", "b", "a"]).map(|(name, _)| name), Some("a"));
        assert_eq!(contradiction(&["b/c/d", "b/c"]).map(|(name, _)| name), Some("b/c/d"));
        assert_eq!(case_collision(&["c.json"], &["C.json", "x", "c.json"]), Some(("c.json", "C.json")));
        assert_eq!(case_collision(&["x"], &["C.json", "x", "c.json"]), None);
    }

    #[test]
    fn a_missing_shard_is_found() {
        let shards = |names: &[&str]| missing_shard(names);
        assert_eq!(shards(&["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]), None);
        assert_eq!(
            shards(&["config.json", "model-00002-of-00002.safetensors"]).as_deref(),
            Some("model-00001-of-00002.safetensors")
        );
        assert_eq!(shards(&["best-of-3.safetensors", "a-1-of-999999999.safetensors", "model.safetensors"]), None);
    }
}
