//! The script for zsh, as `_arguments` of its completion system describes options.

use std::fmt::Write;

use super::super::values::{Paths, Values};
use super::{Completed, HELP, Subcommand, VERSION};

const FUNCTIONS: &str = r#"#compdef rumma
# Completions of rumma for zsh, made by `rumma completions zsh`.

# Words, directories and files of weights.
_rumma_models() {
    _alternative "words:value:($*)" 'directories:checkpoint directory:_files -/' \
        'files:file of weights:_files -g "*.safetensors(-.)"'
}

_rumma() {
    local curcontext=$curcontext state line ret=1
    local -A opt_args
    local -a subcommands
    subcommands=(
"#;

/// The script.
pub fn script(subcommands: &[Subcommand]) -> String {
    let mut text = FUNCTIONS.to_string();
    for subcommand in subcommands {
        let _ = writeln!(text, "        '{}:{}'", subcommand.name, quoted(&subcommand.summary.replace(':', "\\:")));
    }
    text.push_str("    )\n    _arguments -C \\\n");
    for (names, summary) in [HELP, VERSION] {
        for name in names {
            let _ = writeln!(text, "        '(- *){name}[{}]' \\", explanation(summary));
        }
    }
    text.push_str(
        "        '1: :->subcommand' '*:: :->arguments' && ret=0\n    case $state in\n    subcommand)\n        \
         _describe -t commands subcommand subcommands && ret=0 ;;\n    arguments)\n        case $words[1] in\n",
    );
    for subcommand in subcommands {
        let _ = writeln!(text, "        {})\n            _arguments -S \\", subcommand.name);
        for option in &subcommand.options {
            write_option(&mut text, option);
        }
        if let Some((placeholder, values)) = &subcommand.positionals {
            let _ = writeln!(text, "                '*:{placeholder}:{}' \\", action(values));
        }
        text.push_str("                && ret=0 ;;\n");
    }
    text.push_str(
        "        esac ;;\n    esac\n    return ret\n}\n\n\
         if [[ $funcstack[1] == _rumma ]]; then\n    _rumma \"$@\"\nelse\n    compdef _rumma rumma\nfi\n",
    );
    text
}

/// A specification for each name of an option.
fn write_option(text: &mut String, option: &Completed) {
    let excluded = if option.repeats { "*".to_string() } else { format!("({})", option.names.join(" ")) };
    for name in &option.names {
        let summary = explanation(option.summary);
        let _ = match &option.value {
            None => writeln!(text, "                '{excluded}{name}[{summary}]' \\"),
            Some((placeholder, values)) => {
                let equals = if name.starts_with("--") { "=" } else { "" };
                let placeholder = placeholder.replace(':', "\\:");
                writeln!(
                    text,
                    "                '{excluded}{name}{equals}[{summary}]:{placeholder}:{}' \\",
                    action(values)
                )
            }
        };
    }
}

/// How `_arguments` completes values. The space before a function keeps its arguments as they are.
fn action(values: &Values) -> String {
    let words = values.words.join(" ");
    match values.paths {
        None if words.is_empty() => " ".to_string(),
        None => format!("({words})"),
        Some(Paths::Files) => "_files".to_string(),
        Some(Paths::Directories) => "_files -/".to_string(),
        Some(Paths::Models) => format!(" _rumma_models {words}"),
    }
}

/// A text in the brackets of a specification.
fn explanation(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]").replace(':', "\\:");
    quoted(&escaped)
}

/// A text in single quotes.
fn quoted(text: &str) -> String {
    text.replace('\'', "'\\''")
}
