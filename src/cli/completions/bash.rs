//! The script for bash. It also runs in bash 3.2, which macOS has.

use std::fmt::Write;

use super::super::values::{Paths, Values};
use super::{Completed, Subcommand};

const FUNCTIONS: &str = r#"# Completions of rumma for bash, made by `rumma completions bash`.

# Adds what `compgen` finds. A word may have spaces.
_rumma_add() {
    local word
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(compgen "$@" -- "$cur")
}

# Adds paths; those with quotes or ~ are left to readline.
_rumma_paths() {
    compopt -o filenames -o default 2>/dev/null
    _rumma_add "$@"
}

_rumma() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    # --option=value is three words.
    if [[ $cur == "=" ]]; then
        cur=
    elif [[ $prev == "=" ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
"#;

/// The script.
pub fn script(subcommands: &[Subcommand]) -> String {
    let names: Vec<&str> = subcommands.iter().map(|subcommand| subcommand.name).collect();
    let mut text = FUNCTIONS.to_string();
    let _ = write!(
        text,
        "    if ((COMP_CWORD == 1)); then\n        {}\n        return\n    fi\n    case \"${{COMP_WORDS[1]}} $prev\" in\n",
        words(&format!("{} --help --version", names.join(" ")))
    );
    for subcommand in subcommands {
        for option in &subcommand.options {
            write_values(&mut text, subcommand.name, option);
        }
        let positionals = subcommand.positionals.as_ref().map(|(_, values)| values);
        let options: Vec<&str> = subcommand.options.iter().map(|option| option.names[0]).collect();
        let _ = writeln!(
            text,
            "        '{} '*)\n            if [[ $cur == -* ]]; then\n                {}\n            else\n                {}\n            fi ;;",
            subcommand.name,
            words(&options.join(" ")),
            positionals.map_or(":".into(), list),
        );
    }
    text.push_str("    esac\n}\n\ncomplete -F _rumma rumma\n");
    text
}

/// The case of an option that takes a value.
fn write_values(text: &mut String, subcommand: &str, option: &Completed) {
    if let Some((_, values)) = &option.value {
        let patterns: Vec<String> = option.names.iter().map(|name| format!("'{subcommand} {name}'")).collect();
        let _ = writeln!(text, "        {}) {} ;;", patterns.join(" | "), list(values));
    }
}

/// The command that lists values.
fn list(values: &Values) -> String {
    let mut commands = Vec::new();
    if !values.words.is_empty() {
        commands.push(words(&values.words.join(" ")));
    }
    commands.extend(values.paths.map(|paths| match paths {
        Paths::Files => "_rumma_paths -f".to_string(),
        Paths::Directories => "_rumma_paths -d".to_string(),
        Paths::Models => "_rumma_paths -d; _rumma_paths -f -X '!*.safetensors'".to_string(),
    }));
    if commands.is_empty() { ":".to_string() } else { commands.join("; ") }
}

fn words(words: &str) -> String {
    format!("_rumma_add -W '{words}'")
}
