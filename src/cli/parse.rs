//! From the arguments of a command line to groups of options, and the help text that describes them.
//!
//! A subcommand's options are several argh structs ("groups") side by side, because argh itself cannot flatten one struct
//! into another. [`RawArgs`] assigns each argument to its group; argh then parses every group on its own.

use std::fmt::Write;

use argh::{ArgsInfo, CommandInfoWithArgs, FlagInfo, FlagInfoKind, FromArgs, Optionality};

use super::args::{parse_finite, parse_unsigned};
use crate::error::{Error, Result};

/// One subcommand: what its help says, which groups of options it takes, and what runs it.
pub struct Command {
    pub name: &'static str,
    /// One line for the list of subcommands.
    pub summary: &'static str,
    /// What stands behind `rumma NAME` in the usage line.
    pub usage: &'static str,
    /// Paragraphs between the usage line and the options.
    pub about: &'static str,
    /// `get_args_info` of every group, in the order of the help.
    pub groups: &'static [fn() -> CommandInfoWithArgs],
    pub examples: &'static [&'static str],
    pub run: fn(&RawArgs) -> Result<()>,
}

/// The args behind a subcommand's name, split by group.
pub struct RawArgs {
    /// For each group its name, and its part of the args as argh wants them.
    groups: Vec<(&'static str, Vec<String>)>,
    /// Options and their values, in the order in which they were given.
    values: Vec<(String, String)>,
    /// Whether the args ask for help instead.
    pub help: bool,
}

impl RawArgs {
    /// Splits `args` into the groups of `command`; `--name=value` and `--name value` mean the same.
    ///
    /// # Errors
    /// [`Error::Usage`] for an option that no group has, for one that is given twice, lacks its value or has another kind
    /// of value, and for a positional too many.
    pub fn split(command: &Command, args: &[String]) -> Result<RawArgs> {
        let infos: Vec<CommandInfoWithArgs> = command.groups.iter().map(|info| info()).collect();
        let groups = infos.iter().map(|info| (info.name, Vec::new())).collect();
        let mut raw = RawArgs { groups, values: Vec::new(), help: false };
        let mut positionals = Vec::new();
        let mut args = args.iter();
        let mut options_ended = false;
        while let Some(arg) = args.next() {
            if options_ended || arg == "-" || !arg.starts_with('-') {
                positionals.push(arg.clone());
            } else if arg == "--" {
                options_ended = true;
            } else if arg == "--help" || arg == "-h" {
                raw.help = true;
            } else {
                raw.push_option(command.name, &infos, arg, &mut args)?;
            }
        }
        if raw.help {
            return Ok(raw);
        }
        let positional_count: usize = infos.iter().map(|info| info.positionals.len()).sum();
        if let Some(extra) = positionals.get(positional_count) {
            let takes_prompt = infos.iter().flat_map(|info| info.flags).any(|flag| flag.long == "--prompt");
            let hint = if takes_prompt { "; text goes behind --prompt or --user, in quotes" } else { "" };
            return Err(Error::Usage(format!("unexpected argument '{extra}'{hint}")));
        }
        if let Some(group) = infos.iter().position(|info| !info.positionals.is_empty()) {
            // Behind "--", because a positional may begin with a dash.
            raw.groups[group].1.push("--".to_string());
            raw.groups[group].1.append(&mut positionals);
        }
        Ok(raw)
    }

    /// Adds the option `arg` to its group, with its value, which may be the next of `args`.
    fn push_option<'a>(
        &mut self,
        command: &str,
        infos: &[CommandInfoWithArgs],
        arg: &'a str,
        args: &mut impl Iterator<Item = &'a String>,
    ) -> Result<()> {
        let (name, joined) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (arg, None),
        };
        let found = infos.iter().enumerate().find_map(|(group, info)| {
            let flag = info.flags.iter().find(|flag| flag.long == name && flag.long != "--help")?;
            Some((group, flag))
        });
        let Some((group, flag)) = found else {
            if let Some(why) = inapplicable_reason(command, name) {
                return Err(Error::Usage(format!("option '{name}' would do nothing here: {why}")));
            }
            let known = infos.iter().flat_map(|info| info.flags).filter(|flag| !flag.hidden).map(|flag| flag.long);
            return Err(Error::Usage(format!("unknown option '{name}'{}", did_you_mean(name, known))));
        };
        self.groups[group].1.push(name.to_string());
        let arg_name = match (&flag.kind, joined) {
            (FlagInfoKind::Switch, None) => return Ok(()),
            (FlagInfoKind::Switch, Some(_)) => {
                return Err(Error::Usage(format!("option '{name}' takes no value")));
            }
            (FlagInfoKind::Option { arg_name }, _) => arg_name,
        };
        if flag.optionality != Optionality::Repeating && self.value(name).is_some() {
            return Err(Error::Usage(format!("option '{name}' is given twice")));
        }
        let Some(value) = joined.or_else(|| args.next().map(String::as_str)) else {
            return Err(Error::Usage(format!("option '{name}' needs a value ({name} {arg_name})")));
        };
        check_value(name, arg_name, value)?;
        self.groups[group].1.push(value.to_string());
        self.values.push((name.to_string(), value.to_string()));
        Ok(())
    }

    /// What the user gave for group `G`.
    ///
    /// # Errors
    /// [`Error::Usage`] with argh's own text for what [`RawArgs::split`] lets through.
    pub fn get<G: FromArgs + ArgsInfo>(&self) -> Result<G> {
        let name = G::get_args_info().name;
        let group_args = self.groups.iter().find(|(group, _)| *group == name).map_or(&[][..], |(_, args)| args);
        let group_args: Vec<&str> = group_args.iter().map(String::as_str).collect();
        G::from_args(&["rumma"], &group_args).map_err(|exit| Error::Usage(exit.output.trim().to_string()))
    }

    /// The value that the user gave for an option, its last one where it may be given several times.
    pub fn value(&self, option: &str) -> Option<&str> {
        self.values.iter().rev().find(|(name, _)| name == option).map(|(_, value)| value.as_str())
    }
}

/// Refuses a value that is not what the name of the option's argument in the help stands for: a whole number, a number or
/// a file.
fn check_value(option: &str, arg_name: &str, value: &str) -> Result<()> {
    let (is_valid, expected) = match arg_name {
        "N" | "K" | "S" => (parse_unsigned::<u64>(value).is_ok(), format!("a whole number from 0 to {}", u64::MAX)),
        "T" | "P" | "X" => (parse_finite(value).is_ok(), "a number".into()),
        "FILE" => (!value.is_empty(), "the name of a file".into()),
        _ => (true, String::new()),
    };
    if is_valid {
        return Ok(());
    }
    Err(Error::Usage(format!("option '{option}' with value '{value}': expected {expected}")))
}

/// Why a subcommand has no use for an option that others take.
fn inapplicable_reason(command: &str, option: &str) -> Option<&'static str> {
    Some(match (command, option) {
        ("verify", "--isa" | "--arithmetic" | "--context") => "verify compares files and computes nothing with them",
        ("verify", "--config" | "--tokenizer") => "verify compares the files of MODEL as they lie there",
        ("verify", "--random" | "--like") => "--random makes its weights, and there are no files to compare",
        _ => return None,
    })
}

/// `, did you mean '--x'?` where one of `known` is within two edits of `word`, else nothing.
pub fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let nearest = known.map(|name| (levenshtein(word, name), name)).min();
    match nearest {
        Some((distance, name)) if distance <= 2 => format!(", did you mean '{name}'?"),
        _ => String::new(),
    }
}

/// The Levenshtein distance: insertions, deletions and replacements from `a` to `b`.
fn levenshtein(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The text of `rumma NAME --help`.
pub fn help(command: &Command) -> String {
    let mut text = format!("Usage: rumma {} {}\n\n{}\n", command.name, command.usage, command.about);
    for info in command.groups.iter().map(|info| info()) {
        let _ = write!(text, "\n{}:\n", info.description);
        for positional in info.positionals {
            entry(&mut text, positional.name, positional.description);
        }
        for flag in info.flags.iter().filter(|flag| !flag.hidden && flag.long != "--help") {
            entry(&mut text, &signature(flag), flag.description);
        }
    }
    entry(&mut text, "--help", "print this help");
    text.push_str("\nExamples:\n");
    for example in command.examples {
        let _ = writeln!(text, "  {example}");
    }
    text
}

/// `--tokens N`
fn signature(flag: &FlagInfo) -> String {
    match flag.kind {
        FlagInfoKind::Switch => flag.long.to_string(),
        FlagInfoKind::Option { arg_name } => format!("{} {arg_name}", flag.long),
    }
}

/// One line of a list: `left` in a column of its own, `right` wrapped at 100 columns beside it.
pub fn entry(text: &mut String, left: &str, right: &str) {
    const COLUMN: usize = 26;
    const WIDTH: usize = 100;
    let mut line = format!("  {left:<w$}", w = COLUMN - 2);
    if line.trim_end().len() + 2 > COLUMN {
        let _ = writeln!(text, "{}", line.trim_end());
        line = " ".repeat(COLUMN);
    }
    for word in right.split_whitespace() {
        if line.len() + word.len() > WIDTH {
            let _ = writeln!(text, "{}", line.trim_end());
            line = " ".repeat(COLUMN);
        }
        line.push_str(word);
        line.push(' ');
    }
    let _ = writeln!(text, "{}", line.trim_end());
}
