//! `rumma completions`: scripts that complete subcommands, options and values in a shell.
//!
//! The scripts are made of the option table and call no program. `argh_complete` would be an alternative, but it knows no values
//! of options, and its script for bash takes any word of the line that is the name of a subcommand for the subcommand.

mod bash;
mod fish;
mod zsh;

use argh::{ArgsInfo, FromArgs};

use super::parse::{self, Command, RawArgs};
use super::values::{Values, values};
use super::{COMMANDS, console};
use crate::error::{Error, Result};

pub const COMMAND: Command = Command {
    name: "completions",
    summary: "print a script that completes options and values in bash, zsh or fish",
    usage: "SHELL",
    about: "Prints a script for bash, zsh or fish that completes subcommands, options, the values of options, models and\n\
            file names. The script starts no program, so it does not follow an update of rumma by itself.",
    groups: &[CompletionsArgs::get_args_info],
    examples: &[
        "eval \"$(rumma completions bash)\"     # in ~/.bashrc",
        "rumma completions bash > ~/.local/share/bash-completion/completions/rumma",
        "rumma completions zsh > ~/.zfunc/_rumma     # in a directory of $fpath, before compinit",
        "rumma completions fish > ~/.config/fish/completions/rumma.fish",
    ],
    run,
};

/// The shell.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Shell")]
struct CompletionsArgs {
    /// bash, zsh or fish
    #[argh(positional, arg_name = "SHELL")]
    shell: Option<String>,
}

/// Makes the script of a shell.
type Generate = fn(&[Subcommand]) -> String;

/// The shells, and what makes their scripts.
pub const SHELLS: [(&str, Generate); 3] = [("bash", bash::script), ("zsh", zsh::script), ("fish", fish::script)];

/// What can follow the name of a subcommand.
pub struct Subcommand {
    name: &'static str,
    summary: &'static str,
    options: Vec<Completed>,
    /// The positional arguments.
    positionals: Option<(&'static str, Values)>,
}

/// An option.
struct Completed {
    /// Its name, then its other names.
    names: Vec<&'static str>,
    /// The beginning of its description.
    summary: &'static str,
    /// The placeholder and the values; `None` for a switch.
    value: Option<(&'static str, Values)>,
    repeats: bool,
}

impl Subcommand {
    fn new(command: &Command) -> Subcommand {
        let groups: Vec<_> = command.groups.iter().map(|group| group()).collect();
        let mut options: Vec<Completed> = groups.iter().flat_map(parse::options).map(Completed::new).collect();
        options.extend([HELP, VERSION].map(|(names, summary)| Completed {
            names: names.to_vec(),
            summary,
            value: None,
            repeats: false,
        }));
        let positional = groups.iter().flat_map(|group| group.positionals).next();
        Subcommand {
            name: command.name,
            summary: command.summary,
            options,
            positionals: positional.map(|positional| (positional.name, values(None, positional.name))),
        }
    }
}

const HELP: ([&str; 2], &str) = (["--help", "-h"], "print this help");
const VERSION: ([&str; 2], &str) = (["--version", "-V"], "print the version");

impl Completed {
    fn new(option: parse::OptionInfo) -> Completed {
        let mut names = vec![option.name];
        names.extend(option.aliases);
        let value = option.value.map(|placeholder| (placeholder, values(Some(option.name), placeholder)));
        Completed { names, summary: first_clause(option.description), value, repeats: option.repeats }
    }
}

/// The text up to the first clause, parenthesis or list that details it. The colon of `with --random: ...` is none of these.
fn first_clause(description: &str) -> &str {
    let list = (!description.starts_with("with ")).then_some(": ");
    let ends = ["; ", " (", ". "].into_iter().chain(list).filter_map(|end| description.find(end));
    ends.min().map_or(description, |end| &description[..end])
}

fn run(args: &RawArgs) -> Result<()> {
    let CompletionsArgs { shell } = args.get()?;
    let expected = "bash, zsh or fish";
    let Some(shell) = shell else {
        return Err(Error::usage(format!("SHELL is missing (expected {expected})")));
    };
    let Some((_, script)) = SHELLS.iter().find(|(name, _)| *name == shell) else {
        return Err(Error::usage(format!("unknown shell '{shell}' (expected {expected})")));
    };
    let mut subcommands: Vec<Subcommand> = COMMANDS.iter().map(Subcommand::new).collect();
    subcommands.push(Subcommand {
        name: "help",
        summary: "print the help of a subcommand",
        options: Vec::new(),
        positionals: Some(("SUBCOMMAND", values(None, "SUBCOMMAND"))),
    });
    console::print(&script(&subcommands))
}
