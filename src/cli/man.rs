//! `rumma man`: the manual as man pages, made of the help texts and the option table.

use std::collections::BTreeSet;

use argh::{ArgsInfo, CommandInfoWithArgs, FromArgs};
use roff::{Inline, Roff, bold, italic, roman};

use super::parse::{self, Command, RawArgs};
use super::{ABOUT, COMMANDS, EXAMPLE, EXIT_CODES, console, find};
use crate::error::Result;

pub const COMMAND: Command = Command {
    name: "man",
    summary: "print the manual as a man page",
    usage: "[SUBCOMMAND]",
    about: "Prints the man page of rumma, which describes every subcommand and option, or the page of one subcommand.",
    groups: &[ManArgs::get_args_info],
    examples: &[
        "rumma man > rumma.1; man ./rumma.1",
        "rumma man decode > rumma-decode.1",
        "rumma man > ~/.local/share/man/man1/rumma.1",
    ],
    run,
};

/// The page.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Page")]
struct ManArgs {
    /// the subcommand to describe (default: all)
    #[argh(positional, arg_name = "SUBCOMMAND")]
    subcommand: Option<String>,
}

/// Environment variables that a run reads.
const ENVIRONMENT: [(&str, &str); 3] = [
    ("HF_HUB_CACHE", "the directory of the Hugging Face cache in which models are looked up"),
    ("HF_HOME", "the directory whose `hub` is that cache, if `HF_HUB_CACHE` is not set"),
    ("XDG_CACHE_HOME", "the directory whose `huggingface/hub` is that cache, if neither is set (default: `~/.cache`)"),
];

fn run(args: &RawArgs) -> Result<()> {
    let ManArgs { subcommand } = args.get()?;
    let page = match subcommand {
        None => page_of_all(),
        Some(name) => page_of(find(&name)?),
    };
    // The crate escapes neither of these, and groff would print other characters for them.
    console::print(&page.render().replace('~', "\\(ti").replace('^', "\\(ha").replace('`', "\\(ga"))
}

/// `rumma.1`: groups of options that several subcommands have are described once.
fn page_of_all() -> Roff {
    let mut page = titled("rumma", "inspect, verify and run 4-bit language models on a CPU");
    page.control("SH", ["SYNOPSIS"]);
    page.text([bold("rumma"), roman(" "), italic("SUBCOMMAND MODEL"), roman(" [options]")]);
    page.control("SH", ["DESCRIPTION"]);
    paragraphs(&mut page, ABOUT);
    page.control("SH", ["SUBCOMMANDS"]);
    for command in COMMANDS {
        term(&mut page, vec![bold(command.name)], command.summary);
    }
    let is_shared = |group: &CommandInfoWithArgs| users(group).count() > 1;
    for command in COMMANDS {
        let title = format!("RUMMA {}", command.name.to_uppercase());
        page.control("SH", [title.as_str()]);
        usage(&mut page, command);
        page.control("PP", []);
        paragraphs(&mut page, command.about);
        let (shared, own): (Vec<_>, Vec<_>) = groups(command).partition(is_shared);
        for group in &own {
            write_group(&mut page, group);
        }
        let names: Vec<&str> = shared.iter().map(|group| first_words(group.description)).collect();
        if !names.is_empty() {
            page.control("PP", []);
            page.text([roman(format!("Options described under SHARED OPTIONS: {}.", names.join(", ")))]);
        }
        page.control("SS", ["Examples"]);
        examples(&mut page, command);
    }
    page.control("SH", ["SHARED OPTIONS"]);
    let mut described = BTreeSet::new();
    for group in COMMANDS.iter().flat_map(groups).filter(is_shared).filter(|group| described.insert(group.name)) {
        write_group(&mut page, &group);
        let names: Vec<&str> = users(&group).map(|command| command.name).collect();
        page.control("PP", []);
        page.text([roman(format!("Of: {}.", names.join(", ")))]);
    }
    page.control("SS", ["Every subcommand"]);
    common_options(&mut page);
    environment_and_exit_codes(&mut page);
    page.control("SH", ["EXAMPLES"]);
    page.control("EX", []).text([roman(EXAMPLE)]).control("EE", []);
    page
}

/// `rumma-NAME.1`
fn page_of(command: &Command) -> Roff {
    let mut page = titled(&format!("rumma-{}", command.name), command.summary);
    page.control("SH", ["SYNOPSIS"]);
    usage(&mut page, command);
    page.control("SH", ["DESCRIPTION"]);
    paragraphs(&mut page, command.about);
    page.control("SH", ["OPTIONS"]);
    for group in groups(command) {
        write_group(&mut page, &group);
    }
    page.control("SS", ["Help"]);
    common_options(&mut page);
    environment_and_exit_codes(&mut page);
    page.control("SH", ["EXAMPLES"]);
    examples(&mut page, command);
    page.control("SH", ["SEE ALSO"]);
    page.text([bold("rumma"), roman("(1)")]);
    page
}

fn groups(command: &Command) -> impl Iterator<Item = CommandInfoWithArgs> + use<> {
    command.groups.iter().map(|group| group())
}

/// The subcommands that have a group of options.
fn users(group: &CommandInfoWithArgs) -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().filter(|command| groups(command).any(|other| other.name == group.name))
}

/// A page with its head and its section NAME.
fn titled(name: &str, summary: &str) -> Roff {
    let mut page = Roff::new();
    // No date, because the same source makes the same page.
    let version = format!("rumma {}", env!("CARGO_PKG_VERSION"));
    page.control("TH", [name.to_uppercase().as_str(), "1", "\"\"", version.as_str(), "User Commands"]);
    page.control("SH", ["NAME"]);
    page.text([roman(format!("{name} - {summary}"))]);
    page
}

fn usage(page: &mut Roff, command: &Command) {
    page.text([bold(format!("rumma {}", command.name)), roman(format!(" {}", command.usage))]);
}

/// The positional arguments and options of a group.
fn write_group(page: &mut Roff, group: &CommandInfoWithArgs) {
    page.control("SS", [group.description]);
    for positional in group.positionals {
        term(page, vec![italic(positional.name)], positional.description);
    }
    for option in parse::options(group) {
        let (short, long) = option.short_and_long_aliases();
        let mut signature = Vec::new();
        for name in short.into_iter().chain([option.name]).chain(long) {
            signature.extend([bold(name), roman(", ")]);
        }
        signature.pop();
        signature.extend(option.value.into_iter().flat_map(|value| [roman(" "), italic(value)]));
        term(page, signature, option.description);
    }
}

fn common_options(page: &mut Roff) {
    term(page, vec![bold("-h"), roman(", "), bold("--help")], "print the options and examples of the subcommand");
    term(page, vec![bold("-V"), roman(", "), bold("--version")], "print the version");
}

fn environment_and_exit_codes(page: &mut Roff) {
    page.control("SH", ["ENVIRONMENT"]);
    for (name, meaning) in ENVIRONMENT {
        term(page, vec![bold(name)], meaning);
    }
    page.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT_CODES {
        term(page, vec![bold(code)], meaning);
    }
}

fn examples(page: &mut Roff, command: &Command) {
    page.control("EX", []);
    for example in command.examples {
        page.text([roman(*example)]);
    }
    page.control("EE", []);
}

/// A term and what it means.
fn term(page: &mut Roff, term: Vec<Inline>, meaning: &str) {
    page.control("TP", []);
    page.text(term);
    page.text(with_code(meaning));
}

/// Paragraphs that an empty line separates; the other line ends are spaces.
fn paragraphs(page: &mut Roff, text: &str) {
    for (n, paragraph) in text.split("\n\n").enumerate() {
        if n > 0 {
            page.control("PP", []);
        }
        page.text(with_code(&paragraph.replace('\n', " ")));
    }
}

/// The text, with what stands in backticks in bold.
fn with_code(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    parts
        .filter(|(_, part)| !part.is_empty())
        .map(|(n, part)| if n % 2 == 1 { bold(part) } else { roman(part) })
        .collect()
}

/// The title of a group, without its note in parentheses.
fn first_words(title: &str) -> &str {
    title.split(" (").next().unwrap_or(title)
}
