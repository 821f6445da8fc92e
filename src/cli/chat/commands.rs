//! What a line of the chat means: a message, or a command that begins with `/`.

use crate::cli::parse::did_you_mean;
use crate::error::{Error, Result};

/// A command: its name, its arguments for the help text, and what it does.
pub struct CommandHelp {
    pub name: &'static str,
    pub arguments: &'static str,
    pub summary: &'static str,
}

/// All commands, in the order of `/help`.
pub const COMMANDS: [CommandHelp; 9] = [
    command("/system", "[TEXT]", "show or set the system message; \"\" removes it"),
    command("/undo", "", "take back the last message and its answer"),
    command("/reset", "", "take back all messages but the system message"),
    command("/save", "FILE", "save the conversation with its keys and values"),
    command("/load", "FILE", "go on with a saved conversation"),
    command("/set", "[NAME=VALUE ...]", "list or change settings; NAME=default sets one back"),
    command("/stats", "", "tokens computed and reused, rates, context, memory"),
    command("/help", "", "list the commands"),
    command("/exit", "", "end the chat, as Ctrl-D does"),
];

const fn command(name: &'static str, arguments: &'static str, summary: &'static str) -> CommandHelp {
    CommandHelp { name, arguments, summary }
}

/// What the user enters.
#[derive(Debug, PartialEq)]
pub enum Input {
    Message(String),
    Command(Command),
    /// Nothing but white space.
    Nothing,
}

/// A command with its arguments.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Show the system message.
    ShowSystem,
    /// Set the system message; an empty text removes it.
    SetSystem(String),
    Undo,
    Reset,
    Save(String),
    Load(String),
    /// Names and values; none to list them.
    Set(Vec<(String, String)>),
    Stats,
    Help,
    Exit,
}

impl Input {
    /// A text that begins with `/` is a command; one that begins with `//` is a message that begins with `/`.
    ///
    /// # Errors
    /// [`Error::Usage`] for an unknown command, and for missing or surplus arguments.
    pub fn parse(text: &str) -> Result<Input> {
        if text.trim().is_empty() {
            return Ok(Input::Nothing);
        }
        match text.strip_prefix('/') {
            None => Ok(Input::Message(text.into())),
            Some(message) if message.starts_with('/') => Ok(Input::Message(message.into())),
            Some(_) => parse_command(text).map(Input::Command),
        }
    }
}

fn parse_command(text: &str) -> Result<Command> {
    let (name, arguments) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let arguments = arguments.trim();
    let file = |command: fn(String) -> Command| match arguments {
        "" => Err(Error::usage_with_fix(format!("{name} needs a file"), format!("give {name} FILE"))),
        file => Ok(command(file.into())),
    };
    let command = match name {
        "/system" => match arguments {
            "" => Command::ShowSystem,
            "\"\"" => Command::SetSystem(String::new()),
            text => Command::SetSystem(text.into()),
        },
        "/save" => file(Command::Save)?,
        "/load" => file(Command::Load)?,
        "/set" => Command::Set(assignments(arguments)?),
        "/undo" => Command::Undo,
        "/reset" => Command::Reset,
        "/stats" => Command::Stats,
        "/help" => Command::Help,
        "/exit" | "/quit" => Command::Exit,
        _ => return Err(unknown(name)),
    };
    let takes_none = COMMANDS.iter().any(|known| known.name == name && known.arguments.is_empty());
    if takes_none && !arguments.is_empty() {
        return Err(Error::usage_with_fix(format!("{name} takes no arguments"), format!("give {name} alone")));
    }
    Ok(command)
}

fn unknown(name: &str) -> Error {
    let meant = did_you_mean(name, COMMANDS.iter().map(|command| command.name));
    let fix = meant.unwrap_or_else(|| format!("see /help, or send a message that begins with / as /{name}"));
    Error::usage_with_fix(format!("unknown command '{name}'"), fix)
}

/// `NAME=VALUE ...`; one `NAME VALUE` is understood as well.
fn assignments(arguments: &str) -> Result<Vec<(String, String)>> {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    if let [name, value] = words[..]
        && !name.contains('=')
    {
        return Ok(vec![(name.into(), value.trim_start_matches('=').into())]);
    }
    let assignment = |word: &&str| match word.split_once('=') {
        Some((name, value)) if !value.is_empty() => Ok((name.to_string(), value.to_string())),
        _ => {
            Err(Error::usage_with_fix(format!("/set: '{word}' has no value"), "give NAME=VALUE, as in temperature=0.7"))
        }
    };
    words.iter().map(assignment).collect()
}

/// The text of `/help`.
pub fn help() -> String {
    let left = |command: &CommandHelp| format!("{} {}", command.name, command.arguments);
    let width = COMMANDS.iter().map(|command| left(command).len()).max().unwrap_or(0);
    let lines = COMMANDS.iter().map(|command| format!("  {:width$}  {}\n", left(command), command.summary));
    let lines: String = lines.collect();
    lines
        + "A line that ends with a backslash, an open ``` and an open \"\"\" go on in the\n\
           next line. A message that begins with / is sent as //. Ctrl-C ends an answer\n\
           and clears a line.\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> Command {
        match Input::parse(text) {
            Ok(Input::Command(command)) => command,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn commands_begin_with_a_slash_and_two_slashes_begin_a_message() {
        assert_eq!(Input::parse("Hello /set").unwrap(), Input::Message("Hello /set".into()));
        assert_eq!(Input::parse("//etc is a directory").unwrap(), Input::Message("/etc is a directory".into()));
        assert_eq!(Input::parse(" \t").unwrap(), Input::Nothing);
        assert_eq!(command("/system"), Command::ShowSystem);
        assert_eq!(command("/system  Be brief.\nVery. "), Command::SetSystem("Be brief.\nVery.".into()));
        assert_eq!(command("/system \"\""), Command::SetSystem(String::new()));
        assert_eq!(command("/save my chat.state "), Command::Save("my chat.state".into()));
        assert_eq!(command("/quit"), Command::Exit);
        let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
        assert_eq!(command("/set"), Command::Set(vec![]));
        assert_eq!(command("/set top_k=4 seed=1"), Command::Set(vec![pair("top_k", "4"), pair("seed", "1")]));
        assert_eq!(command("/set seed 1"), Command::Set(vec![pair("seed", "1")]));
    }

    #[test]
    fn a_wrong_command_says_what_is_right() {
        for (text, expected) in [
            ("/rest", "did you mean '/reset'?"),
            ("/* a comment */", "as //*"),
            ("/save", "give /save FILE"),
            ("/undo 2", "/undo takes no arguments"),
            ("/set seed", "'seed' has no value"),
        ] {
            let Err(Error::Usage { problem, fix: Some(fix) }) = Input::parse(text) else { panic!("{text}") };
            assert!(format!("{problem}; {fix}").contains(expected), "{text}: {problem}; {fix}");
        }
    }

    #[test]
    fn help_lists_every_command() {
        let help = help();
        assert!(COMMANDS.iter().all(|command| help.contains(&format!("  {} ", command.name))), "{help}");
        assert!(help.lines().all(|line| line.len() <= 80), "{help}");
    }
}
