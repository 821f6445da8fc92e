//! Runs every command in a `console` block of the README and compares its stdout with the output shown. On Linux, where `inspect`
//! knows how much memory is available.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

/// The commands in the README's `console` blocks, each with the output shown below it.
fn commands() -> Vec<(String, String)> {
    let readme = std::fs::read_to_string("README.md").expect("tests run in the source tree");
    let mut commands: Vec<(String, String)> = Vec::new();
    for block in readme.split("\n```console\n").skip(1) {
        let (block, _) = block.split_once("\n```\n").expect("the block ends");
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => commands.push((command.into(), String::new())),
                None => {
                    let (_, output) = commands.last_mut().expect("a block begins with a command");
                    output.push_str(line);
                    output.push('\n');
                }
            }
        }
    }
    commands
}

#[test]
fn readme_examples_match_the_program_output() {
    let binary = Path::new(env!("CARGO_BIN_EXE_rumma")).parent().expect("the binary is in a directory");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let commands = commands();
    assert!(commands.len() >= 4 && commands[0].0.starts_with("rumma decode storyteller --user"), "{commands:?}");
    for (command, expected) in commands {
        let output = Command::new("sh").args(["-c", &command]).env("PATH", &path).output().expect("there is a shell");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "$ {command}");
        assert!(output.status.success(), "$ {command}");
    }
}
