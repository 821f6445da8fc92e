//! Splits command-line arguments into groups of options, and renders help texts.
//!
//! A subcommand takes several argh structs ("groups"), because argh cannot flatten one struct into another. [`RawArgs`]
//! assigns each argument to its group; argh then parses every group separately.

use std::fmt::Write;
use std::iter::Peekable;

use argh::{ArgsInfo, CommandInfoWithArgs, FlagInfo, FlagInfoKind, FromArgs, Optionality};

use super::args::{parse_finite, parse_size, range};
use super::stdin::READERS;
use crate::error::{Error, Result};

/// A subcommand: its help text, its groups of options and its entry point.
pub struct Command {
    pub name: &'static str,
    /// Description in the list of subcommands, one line.
    pub summary: &'static str,
    /// Arguments in the usage line, after `rumma NAME`.
    pub usage: &'static str,
    /// Description between the usage line and the options.
    pub about: &'static str,
    /// `get_args_info` of every group, in the order of the help text.
    pub groups: &'static [fn() -> CommandInfoWithArgs],
    pub examples: &'static [&'static str],
    pub run: fn(&RawArgs) -> Result<()>,
}

/// The arguments of a subcommand, split by group.
pub struct RawArgs {
    /// The name of each group, and its arguments in the form that argh parses.
    groups: Vec<(&'static str, Vec<String>)>,
    /// The names of all options of the subcommand.
    known: Vec<&'static str>,
    /// Options and their values, in the order given.
    values: Vec<(String, String)>,
    /// Whether `--help` or `-h` was given.
    pub help: bool,
    /// Whether `--version` or `-V` was given.
    pub version: bool,
}

/// Other names of options: those that users of other programs type (llama.cpp, vLLM, transformers).
const ALIASES: [(&str, &str); 15] = [
    ("-m", "--model"),
    ("-p", "--prompt"),
    ("-f", "--prompt-file"),
    ("-n", "--tokens"),
    ("-c", "--context"),
    ("-t", "--threads"),
    ("-s", "--seed"),
    ("--temp", "--temperature"),
    ("--max-tokens", "--tokens"),
    ("--max-new-tokens", "--tokens"),
    ("--n-predict", "--tokens"),
    ("--ctx-size", "--context"),
    ("--max-model-len", "--context"),
    ("--repeat-penalty", "--repetition-penalty"),
    ("--file", "--prompt-file"),
];

/// The name of an option, for one of its [`ALIASES`].
fn without_alias(name: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, option)| option)
}

/// The group and the description of the option `name`.
fn find_flag<'i>(infos: &'i [CommandInfoWithArgs], name: &str) -> Option<(usize, &'i FlagInfo<'static>)> {
    infos.iter().enumerate().find_map(|(group, info)| {
        let flag = info.flags.iter().find(|flag| flag.long == name && flag.long != "--help")?;
        Some((group, flag))
    })
}

impl RawArgs {
    /// Splits `args` into the groups of `command`; `--name=value` and `--name value` are equivalent.
    ///
    /// # Errors
    /// [`Error::Usage`] for an unknown or repeated option, a missing or invalid value, and a surplus positional argument.
    pub fn split(command: &Command, args: &[String]) -> Result<RawArgs> {
        let infos: Vec<CommandInfoWithArgs> = command.groups.iter().map(|info| info()).collect();
        let groups = infos.iter().map(|info| (info.name, Vec::new())).collect();
        let known = infos.iter().flat_map(|info| info.flags).map(|flag| flag.long).collect();
        let mut raw = RawArgs { groups, known, values: Vec::new(), help: false, version: false };
        let mut positionals = Vec::new();
        let mut args = args.iter().peekable();
        let mut options_ended = false;
        // The first wrong option; --help and --version win over it.
        let mut first_error = None;
        while let Some(arg) = args.next() {
            if options_ended || arg == "-" || !arg.starts_with('-') {
                positionals.push(arg.clone());
            } else if arg == "--" {
                options_ended = true;
            } else if arg == "--help" || arg == "-h" {
                raw.help = true;
            } else if arg == "--version" || arg == "-V" {
                raw.version = true;
            } else if let Err(error) = raw.push_option(command.name, &infos, arg, &mut args) {
                first_error.get_or_insert(error);
            }
        }
        if raw.help || raw.version {
            return Ok(raw);
        }
        if let Some(error) = first_error {
            return Err(error);
        }
        check_readers(&raw.values)?;
        let mut kinds = infos.iter().flat_map(|info| info.positionals);
        let positional_count = kinds.clone().count();
        let takes_more = kinds.any(|positional| positional.optionality == Optionality::Repeating);
        if !takes_more && let Some(extra) = positionals.get(positional_count) {
            let takes_prompt = infos.iter().flat_map(|info| info.flags).any(|flag| flag.long == "--prompt");
            let fix = takes_prompt.then(|| "quote the text and pass it with --prompt or --user".to_string());
            return Err(Error::Usage { problem: format!("unexpected argument '{extra}'"), fix });
        }
        if let Some(group) = infos.iter().position(|info| !info.positionals.is_empty()) {
            // After "--", because a positional may begin with a dash.
            raw.groups[group].1.push("--".to_string());
            raw.groups[group].1.append(&mut positionals);
        }
        Ok(raw)
    }

    /// Adds the option `arg` to its group, with its value: the part after `=`, or the next of `args`.
    fn push_option<'a>(
        &mut self,
        command: &str,
        infos: &[CommandInfoWithArgs],
        arg: &'a str,
        args: &mut Peekable<impl Iterator<Item = &'a String>>,
    ) -> Result<()> {
        let (given, joined) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (arg, None),
        };
        let name = without_alias(given);
        let Some((group, flag)) = find_flag(infos, name) else {
            let name = given;
            if let Some(why) = inapplicable_reason(command, name) {
                let problem = format!("option '{name}' does not apply to {command}: {why}");
                return Err(Error::usage_with_fix(problem, "omit it"));
            }
            if let Some(fix) = replacement(command, name) {
                return Err(Error::usage_with_fix(format!("unknown option '{name}'"), fix));
            }
            let known = infos.iter().flat_map(|info| info.flags).filter(|flag| !flag.hidden).map(|flag| flag.long);
            let aliases = ALIASES.iter().filter(|(_, option)| find_flag(infos, option).is_some());
            let known = known.chain(aliases.map(|(alias, _)| *alias));
            return Err(Error::Usage { problem: format!("unknown option '{name}'"), fix: did_you_mean(name, known) });
        };
        self.groups[group].1.push(name.to_string());
        let arg_name = match (&flag.kind, joined) {
            (FlagInfoKind::Switch, None) => return Ok(()),
            (FlagInfoKind::Switch, Some(_)) => {
                return Err(Error::usage_with_fix(format!("option '{name}' takes no value"), "omit the value"));
            }
            (FlagInfoKind::Option { arg_name }, _) => arg_name,
        };
        if flag.optionality != Optionality::Repeating && self.value(name).is_some() {
            let alias = if given == name { String::new() } else { format!(" ('{given}' is the same option)") };
            return Err(Error::usage_with_fix(format!("option '{name}' is given twice{alias}"), "give it once"));
        }
        let is_option = |arg: &str| {
            let name = arg.split_once('=').map_or(arg, |(name, _)| name);
            ["--help", "-h", "--version", "-V"].contains(&name) || find_flag(infos, without_alias(name)).is_some()
        };
        let next = args.next_if(|next| joined.is_none() && !is_option(next));
        let Some(value) = joined.or(next.map(String::as_str)) else {
            let fix = match args.peek() {
                Some(next) => format!("give {given} {arg_name}, or {name}={next} if that is the value"),
                None => format!("give {given} {arg_name}"),
            };
            return Err(Error::usage_with_fix(format!("option '{given}' needs a value"), fix));
        };
        check_value(command, name, arg_name, value)?;
        self.groups[group].1.push(value.to_string());
        self.values.push((name.to_string(), value.to_string()));
        Ok(())
    }

    /// Parses the arguments of group `G`.
    ///
    /// # Errors
    /// [`Error::Usage`] with argh's message for errors that [`RawArgs::split`] does not detect.
    pub fn get<G: FromArgs + ArgsInfo>(&self) -> Result<G> {
        let name = G::get_args_info().name;
        let group_args = self.groups.iter().find(|(group, _)| *group == name).map_or(&[][..], |(_, args)| args);
        let group_args: Vec<&str> = group_args.iter().map(String::as_str).collect();
        G::from_args(&["rumma"], &group_args).map_err(|exit| Error::usage(exit.output.trim()))
    }

    /// The options given with a value.
    pub fn options(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str())
    }

    /// Whether the subcommand has an option.
    pub fn has_option(&self, option: &str) -> bool {
        self.known.contains(&option)
    }

    /// The value given for an option; of several, the last.
    pub fn value(&self, option: &str) -> Option<&str> {
        self.values.iter().rev().find(|(name, _)| name == option).map(|(_, value)| value.as_str())
    }

    /// Whether an option has one of `values`.
    pub fn has_value(&self, values: &[&str]) -> bool {
        self.values.iter().any(|(_, value)| values.contains(&value.as_str()))
    }
}

/// Checks a value by its placeholder in the help text: N, K and S are whole numbers, T, P and X numbers, FILE is a path.
fn check_value(command: &str, option: &str, arg_name: &str, value: &str) -> Result<()> {
    let expected = match arg_name {
        "N" | "K" | "S" => match (value.parse(), range(option)) {
            (Ok(number), range) if range.contains(&number) => return Ok(()),
            (Ok(number), range) if number < *range.start() => format!("at least {}", range.start()),
            (Ok(_), range) if *range.end() < u64::MAX => format!("at most {}", range.end()),
            (_, range) if *range.start() > 0 && *range.end() == u64::MAX => {
                format!("a whole number, at least {}", range.start())
            }
            (_, range) => format!("a whole number from {} to {}", range.start(), range.end()),
        },
        "T" | "P" | "X" if parse_finite(value).is_err() => "a number".into(),
        "SIZE" if parse_size(value).is_err() => "a size such as 512M or 2GiB".into(),
        "FILE" if value.is_empty() => "a file name".into(),
        "FILE" if value == "-" && !READERS.contains(&option) => "a file, as ./- if that is its name".into(),
        _ => return Ok(()),
    };
    let problem = format!("{option}: invalid value '{value}' (expected {expected})");
    let fix = list_option(command, option).filter(|_| value.contains(','));
    Err(Error::Usage { problem, fix: fix.map(|option| format!("give a list with {option}")) })
}

/// The option of a subcommand that takes a list, for one that takes a single value.
fn list_option(command: &str, option: &str) -> Option<&'static str> {
    match (command, option) {
        ("bench", "--threads") => Some("--thread-counts"),
        ("bench", "--context") => Some("--contexts"),
        _ => None,
    }
}

/// What to give in place of an option that other programs have.
fn replacement(command: &str, option: &str) -> Option<&'static str> {
    match (command, option) {
        ("serve", "--port" | "--host" | "--bind" | "--address") => Some("give --listen HOST:PORT"),
        _ => None,
    }
}

/// Checks that one option at most reads standard input.
fn check_readers(values: &[(String, String)]) -> Result<()> {
    let mut readers = values.iter().filter(|(name, value)| value == "-" && READERS.contains(&name.as_str()));
    match (readers.next(), readers.next()) {
        (Some((first, _)), Some((second, _))) => {
            let problem = format!("{first} and {second} both read standard input");
            Err(Error::usage_with_fix(problem, "give one of them a file"))
        }
        _ => Ok(()),
    }
}

/// Why a subcommand does not take an option that others take.
fn inapplicable_reason(command: &str, option: &str) -> Option<&'static str> {
    Some(match (command, option) {
        ("verify", "--isa" | "--arithmetic" | "--context") => "it compares files and does not run the model",
        ("verify", "--config" | "--tokenizer") => "it compares the files in the directory of MODEL",
        ("verify", "--random" | "--like") => "a model with random weights has no files",
        _ => return None,
    })
}

/// `did you mean '--x'?` with the shortest of `known` that begins with `word`, or one within two edits of it.
pub fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    const LEAST_PREFIX: usize = 3;
    let letters = word.trim_start_matches('-').chars().count();
    let by_prefix = known.clone().filter(|name| letters >= LEAST_PREFIX && name.starts_with(word));
    let by_distance = || {
        let (distance, name) = known.map(|name| (levenshtein(word, name), name)).min()?;
        // Of a word as short as an edit, nothing would be left.
        (distance <= 2 && distance < letters).then_some(name)
    };
    let name = by_prefix.min_by_key(|name| name.len()).or_else(by_distance)?;
    Some(format!("did you mean '{name}'?"))
}

/// The Levenshtein distance: the minimum number of insertions, deletions and replacements that turn `a` into `b`.
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

/// An option, as help texts, completions and man pages show it.
pub struct OptionInfo {
    /// With its dashes.
    pub name: &'static str,
    /// Its other names, with their dashes.
    pub aliases: Vec<&'static str>,
    /// The placeholder of its value; `None` for a switch.
    pub value: Option<&'static str>,
    pub description: &'static str,
    /// Whether it can be given several times.
    pub repeats: bool,
}

impl OptionInfo {
    /// The other names with one dash, and those with two.
    pub fn short_and_long_aliases(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        self.aliases.iter().partition(|alias| !alias.starts_with("--"))
    }

    /// `--tokens N`
    fn signature(&self) -> String {
        self.value.map_or(self.name.to_string(), |value| format!("{} {value}", self.name))
    }
}

/// The options of a group, in the order of its struct.
pub fn options(group: &CommandInfoWithArgs) -> impl Iterator<Item = OptionInfo> + use<> {
    let flags = group.flags.iter().filter(|flag| !flag.hidden && flag.long != "--help");
    flags.map(|flag| OptionInfo {
        name: flag.long,
        aliases: ALIASES.iter().filter(|(_, option)| *option == flag.long).map(|(alias, _)| *alias).collect(),
        value: match flag.kind {
            FlagInfoKind::Switch => None,
            FlagInfoKind::Option { arg_name } => Some(arg_name),
        },
        description: flag.description,
        repeats: flag.optionality == Optionality::Repeating,
    })
}

/// The text of `rumma NAME --help`.
pub fn help(command: &Command) -> String {
    let mut text = format!("Usage: rumma {} {}\n\n{}\n", command.name, command.usage, command.about);
    for info in command.groups.iter().map(|info| info()) {
        let _ = write!(text, "\n{}:\n", info.description);
        for positional in info.positionals {
            entry(&mut text, positional.name, positional.description);
        }
        for option in options(&info) {
            let (short, long) = option.short_and_long_aliases();
            let left = short.iter().map(|alias| format!("{alias}, ")).collect::<String>() + &option.signature();
            let right = match long.is_empty() {
                true => option.description.to_string(),
                false => format!("{}; also {}", option.description, long.join(", ")),
            };
            entry(&mut text, &left, &right);
        }
    }
    entry(&mut text, "-h, --help", "print this help");
    entry(&mut text, "-V, --version", "print the version");
    text.push_str("\nExamples:\n");
    for example in command.examples {
        let _ = writeln!(text, "  {example}");
    }
    text
}

/// Appends an entry of a list: `left` in the first column, `right` in the second, wrapped at 100 columns.
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
