//! What the values of options and arguments can be, for completions.

use super::COMMANDS;
use super::completions::SHELLS;
use crate::checkpoint::RandomModel;
use crate::checkpoint::builtin::STORYTELLER;
use crate::convert::{GROUP_SIZES, Target};
use crate::kernels::Isa;
use crate::model::Arithmetic;

/// The values that can be listed. Numbers and texts cannot: they have no words and no paths.
pub struct Values {
    pub words: Vec<String>,
    pub paths: Option<Paths>,
}

/// Which paths are values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paths {
    Files,
    Directories,
    /// Directories and .safetensors files.
    Models,
}

/// The values of an option; `placeholder` stands for the value in the help text. A positional argument has no option.
pub fn values(option: Option<&str>, placeholder: &str) -> Values {
    let listed: Vec<String> = match (option, placeholder) {
        (Some("--arithmetic"), _) => strings(Arithmetic::ALL.map(Arithmetic::name)),
        (Some("--isa"), _) => strings(Isa::ALL.map(Isa::name)),
        (Some("--like"), _) => strings(RandomModel::NAMES.iter().copied()),
        (Some("--speculate"), _) => strings(["lookup", "off"]),
        (Some("--to"), _) => strings(Target::ALL.map(Target::name)),
        (Some("--quantize"), _) => strings(["rtn", "awq"]),
        (Some("--group-size"), _) => GROUP_SIZES.iter().map(usize::to_string).collect(),
        (Some("--against"), _) => strings(Arithmetic::ALL.map(Arithmetic::name).into_iter().chain([STORYTELLER])),
        (_, "SHELL") => strings(SHELLS.map(|(name, _)| name)),
        (_, "SUBCOMMAND") => strings(COMMANDS.iter().map(|command| command.name)),
        (_, "MODEL" | "MODEL OUT" | "B") => strings([STORYTELLER]),
        _ => Vec::new(),
    };
    let paths = match placeholder {
        "FILE" => Some(Paths::Files),
        "DIR" => Some(Paths::Directories),
        "MODEL" | "MODEL OUT" | "B" | "REFERENCE" => Some(Paths::Models),
        _ => None,
    };
    Values { words: listed, paths }
}

fn strings<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    words.into_iter().map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::parse;

    #[test]
    fn every_option_that_takes_one_of_a_few_words_has_its_words() {
        let mut listed = 0;
        for command in COMMANDS {
            for option in command.groups.iter().flat_map(|group| parse::options(&group())) {
                let Some(placeholder) = option.value else { continue };
                let is_named = ["--arithmetic", "--isa", "--like"].contains(&option.name);
                if is_named || ["HOW", "FORMAT", "METHOD", "REFERENCE"].contains(&placeholder) {
                    let found = values(Some(option.name), placeholder).words;
                    assert!(found.len() > 1, "{} {}: {found:?}", command.name, option.name);
                    listed += 1;
                }
            }
        }
        assert!(listed > 10, "{listed}");
    }
}
