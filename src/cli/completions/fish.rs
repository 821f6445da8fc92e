//! The script for fish.

use std::fmt::Write;

use super::super::values::{Paths, Values};
use super::{Completed, HELP, Subcommand, VERSION};

const FUNCTIONS: &str = r#"# Completions of rumma for fish, made by `rumma completions fish`.

# Whether the subcommand is $argv[1]; without an argument, whether there is none yet.
function __rumma_is
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"
end

complete -c rumma -f
"#;

/// The script.
pub fn script(subcommands: &[Subcommand]) -> String {
    let mut text = FUNCTIONS.to_string();
    for (names, summary) in [HELP, VERSION] {
        let _ = writeln!(text, "complete -c rumma -n __rumma_is{} -d '{}'", flags(&names), quoted(summary));
    }
    for subcommand in subcommands {
        let _ = writeln!(
            text,
            "complete -c rumma -n __rumma_is -a {} -d '{}'",
            subcommand.name,
            quoted(subcommand.summary)
        );
    }
    for subcommand in subcommands {
        let begin = format!("complete -c rumma -n '__rumma_is {}'", subcommand.name);
        if let Some((_, values)) = &subcommand.positionals {
            let _ = writeln!(text, "{begin}{}", candidates(values));
        }
        for option in &subcommand.options {
            write_option(&mut text, &begin, option);
        }
    }
    text
}

fn write_option(text: &mut String, begin: &str, option: &Completed) {
    let values = match &option.value {
        None => String::new(),
        Some((_, values)) => " -r".to_string() + &candidates(values),
    };
    let _ = writeln!(text, "{begin}{}{values} -d '{}'", flags(&option.names), quoted(option.summary));
}

/// The names of an option as `complete` takes them.
fn flags(names: &[&str]) -> String {
    let flag = |name: &&str| match name.strip_prefix("--") {
        Some(long) => format!(" -l {long}"),
        None => format!(" -s {}", name.trim_start_matches('-')),
    };
    names.iter().map(flag).collect()
}

/// The values as `complete` takes them; without `-F`, no file is one.
fn candidates(values: &Values) -> String {
    let words = (!values.words.is_empty()).then(|| values.words.join(" "));
    let (directories, files) = match values.paths {
        None => (None, " -f"),
        Some(Paths::Directories) => (Some("(__fish_complete_directories)".to_string()), " -f"),
        Some(Paths::Files | Paths::Models) => (None, " -F"),
    };
    let listed: Vec<String> = words.into_iter().chain(directories).collect();
    if listed.is_empty() { files.to_string() } else { format!("{files} -a '{}'", listed.join(" ")) }
}

/// A text in single quotes.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}
