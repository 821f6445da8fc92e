//! `rumma chat` in a terminal: the line editor, Ctrl-C, Ctrl-D, a paste of many lines, and the mode of the terminal.
#![cfg(target_os = "linux")]

mod common;

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use common::rumma;
use nix::pty::{Winsize, openpty};
use nix::sys::termios::{LocalFlags, tcgetattr};

const PROMPT: &str = "> ";
const STORY: &str = "Tell me a story about a fox.";

/// A chat in a terminal of its own.
struct Chat {
    child: Child,
    keys: File,
    /// The other side of the terminal, to see its mode.
    terminal: File,
    shown: Arc<Mutex<String>>,
    /// How much of `shown` has been waited for.
    seen: usize,
}

impl Chat {
    /// `None` on a machine without pseudo-terminals.
    fn start(args: &[&str]) -> Option<Chat> {
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let Ok(pty) = openpty(&size, None) else {
            println!("SKIPPED: no pseudo-terminals");
            return None;
        };
        let (master, terminal) = (File::from(pty.master), File::from(pty.slave));
        let end = || Stdio::from(terminal.try_clone().expect("it can be cloned"));
        let mut command = rumma([&["chat"], args].concat());
        command.env("TERM", "xterm").stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().expect("the binary runs");
        let (mut screen, shown) = (master.try_clone().expect("it can be cloned"), Arc::new(Mutex::new(String::new())));
        let written = Arc::clone(&shown);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut bytes) {
                written.lock().expect("no panic").push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        Some(Chat { child, keys: master, terminal, shown, seen: 0 })
    }

    fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("it reads");
    }

    /// Waits until `text` is shown, after what was waited for before. Returns what is shown up to it.
    #[track_caller]
    fn wait_for(&mut self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let shown = self.shown.lock().expect("no panic").clone();
            if let Some(at) = shown[self.seen..].find(text) {
                let from = self.seen;
                self.seen += at + text.len();
                return shown[from..self.seen].into();
            }
            assert!(started.elapsed() < Duration::from_secs(60), "{text:?} is not in {:?}", &shown[self.seen..]);
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the editor waits for keys.
    #[track_caller]
    fn wait_for_prompt(&mut self) -> String {
        let shown = self.wait_for(PROMPT);
        let started = Instant::now();
        while !self.is_raw() && started.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(2));
        }
        shown
    }

    fn is_raw(&self) -> bool {
        let mode = tcgetattr(&self.terminal).expect("it has a mode");
        !mode.local_flags.contains(LocalFlags::ICANON)
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("there is a shell").success());
    }

    fn end(mut self) -> Option<i32> {
        let status = self.child.wait().expect("it ends");
        assert!(!self.is_raw(), "the mode of the terminal is what it was");
        status.code()
    }
}

#[test]
fn a_terminal_has_a_line_editor_with_history_and_completion() {
    let Some(mut chat) = Chat::start(&["storyteller", "--tokens", "5", "--temperature", "0"]) else { return };
    chat.wait_for("/help lists the commands");
    chat.wait_for_prompt();
    chat.keys(&format!("{STORY}\r"));
    chat.wait_for("There once was");
    chat.wait_for("limit of tokens");
    chat.wait_for_prompt();
    chat.keys("/und\t\r");
    chat.wait_for("Took back: Tell me a story about a fox.");
    chat.wait_for_prompt();
    // The second to last entry, changed.
    chat.keys("\x1b[A\x1b[A\x7f!\r");
    chat.wait_for("limit of tokens");
    chat.wait_for_prompt();
    chat.keys("/undo\r");
    chat.wait_for("Took back: Tell me a story about a fox!");
    chat.wait_for_prompt();
    chat.keys("\x04");
    assert_eq!(chat.end(), Some(0));
}

#[test]
fn a_paste_of_many_lines_is_one_message() {
    let Some(mut chat) = Chat::start(&["storyteller", "--tokens", "5"]) else { return };
    chat.wait_for_prompt();
    let lines: Vec<String> = (1..=30).map(|line| format!("line {line}")).collect();
    chat.keys(&format!("\x1b[200~{}\x1b[201~\r", lines.join("\r")));
    chat.wait_for("limit of tokens");
    chat.wait_for_prompt();
    chat.keys("first \\\rsecond\r");
    chat.wait_for("limit of tokens");
    chat.wait_for_prompt();
    chat.keys("/undo\r");
    chat.wait_for("Took back: first \\nsecond");
    chat.wait_for_prompt();
    chat.keys("/stats\r");
    chat.wait_for("2 messages");
    chat.wait_for_prompt();
    chat.keys("/undo\r");
    chat.wait_for("Took back: line 1\\nline 2\\n");
    chat.wait_for_prompt();
    chat.keys("/exit\r");
    assert_eq!(chat.end(), Some(0));
}

/// A model that is slow, and whose answers do not end.
const SLOW: [&str; 9] = [
    "--random",
    "--hidden-size",
    "512",
    "--layers",
    "2",
    "--isa",
    "scalar",
    "--tokenizer",
    "fixtures/storyteller/checkpoint",
];

#[test]
fn ctrl_c_clears_the_line_and_ends_an_answer_but_never_the_chat() {
    let Some(mut chat) = Chat::start(&SLOW) else { return };
    chat.wait_for_prompt();
    chat.keys("not sent");
    chat.wait_for("not sent");
    chat.keys("\x03");
    chat.wait_for("\r\n");
    chat.wait_for_prompt();
    chat.signal("INT");
    chat.wait_for("\r\n");
    chat.wait_for_prompt();
    for _ in 0..2 {
        chat.keys("Hello\r");
        chat.wait_for("\r\n");
        while chat.is_raw() {
            thread::sleep(Duration::from_millis(2));
        }
        // The answer has begun, or will be interrupted before its first token.
        thread::sleep(Duration::from_millis(300));
        chat.signal("INT");
        chat.signal("INT");
        chat.wait_for("nterrupted");
        chat.wait_for_prompt();
    }
    chat.keys("/exit\r");
    assert_eq!(chat.end(), Some(0));
}

#[test]
fn a_line_is_drawn_anew_when_the_window_gets_another_size() {
    let Some(mut chat) = Chat::start(&["storyteller", "--tokens", "5"]) else { return };
    chat.wait_for_prompt();
    chat.keys(&"word ".repeat(12));
    chat.wait_for(&"word ".repeat(12));
    let terminal = chat.terminal.try_clone().expect("it can be cloned");
    let resized = Command::new("stty").args(["cols", "40"]).stdin(terminal).status().expect("there is stty");
    assert!(resized.success());
    // A shell's terminal sends it by itself.
    chat.signal("WINCH");
    chat.wait_for("word word word word");
    chat.keys("\r");
    chat.wait_for("limit of tokens");
    chat.wait_for_prompt();
    chat.keys("/undo\r");
    chat.wait_for("Took back: word word word word word word word word word word word word");
    chat.wait_for_prompt();
    chat.keys("\x04");
    assert_eq!(chat.end(), Some(0));
}

#[test]
fn sigterm_at_the_prompt_ends_the_chat_and_restores_the_terminal() {
    let Some(mut chat) = Chat::start(&["storyteller"]) else { return };
    chat.wait_for_prompt();
    assert!(chat.is_raw());
    chat.signal("TERM");
    assert_eq!(chat.end(), Some(143));
}

#[test]
fn an_error_before_the_first_prompt_is_one_line() {
    let Some(mut chat) = Chat::start(&["storyteller", "--state", "/nonexistent.state"]) else { return };
    assert!(chat.wait_for("\r\n").starts_with("rumma: /nonexistent.state: cannot open"));
    assert_eq!(chat.end(), Some(1));
}

#[test]
fn lines_that_arrive_together_or_during_an_answer_are_all_read() {
    let Some(mut chat) = Chat::start(&["storyteller", "--tokens", "4", "--temperature", "0"]) else { return };
    chat.wait_for("/help lists the commands");
    chat.wait_for_prompt();
    chat.keys("Say A.\rSay B.\r/set tokens=300\rTell me C.\r");
    for _ in 0..2 {
        chat.wait_for("limit of tokens");
    }
    chat.wait_for("Tell me C.");
    chat.keys("/set tokens=3\rSay D.\r/stats\r");
    chat.wait_for("8 messages");
    chat.keys("/exit\r");
    assert_eq!(chat.end(), Some(0));
}
