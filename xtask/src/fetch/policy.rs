//! How long to wait, how often to try again, and where the user's settings come from.

use crate::error::{Error, Result};
use std::env;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Patience with a bad line.
#[derive(Clone, Debug)]
pub struct Policy {
    /// So many failures in a row, none of which brought a file further than before, are the end.
    pub tries: u32,
    /// The wait after a first failure; it doubles with each further one.
    pub first_wait: Duration,
    /// No wait is longer, whatever `Retry-After` says.
    pub longest_wait: Duration,
    /// Time for a name look-up, and again for a connection with its handshakes.
    pub connect: Duration,
    /// A connection that says nothing for so long is broken.
    pub silence: Duration,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            tries: 8,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(120),
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
        }
    }
}

impl Policy {
    /// The wait after the `failures`-th failure in a row (from 1).
    pub fn wait(&self, failures: u32, retry_after: Option<Duration>) -> Duration {
        let grown = self.first_wait.saturating_mul(1 << failures.saturating_sub(1).min(16));
        retry_after.unwrap_or(Duration::ZERO).max(grown).min(self.longest_wait)
    }
}

/// A secret: it can be sent, but not printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    pub fn new(text: &str) -> Option<Token> {
        let text = text.trim();
        (!text.is_empty()).then(|| Token(text.to_string()))
    }

    /// The value of the `Authorization` header.
    pub fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// What the environment says, as other tools of the hub read it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `HF_ENDPOINT`, without a trailing slash.
    pub endpoint: String,
    /// `HF_TOKEN`, else the file `token` in `HF_HOME`.
    pub token: Option<Token>,
    /// The hub's cache: `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else `~/.cache/huggingface/hub`.
    pub cache: PathBuf,
    /// Whether `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` count.
    pub proxy: bool,
}

impl Settings {
    pub fn from_env() -> Result<Settings> {
        let var = |name| env::var(name).ok().filter(|v| !v.trim().is_empty());
        let home = match (var("HF_HOME"), var("HOME")) {
            (Some(home), _) => PathBuf::from(home),
            (None, Some(home)) => PathBuf::from(home).join(".cache/huggingface"),
            (None, None) => return Err(Error::Usage("neither HF_HOME nor HOME is set; set one, or give --to".into())),
        };
        let token = var("HF_TOKEN").or_else(|| fs::read_to_string(home.join("token")).ok());
        let endpoint = var("HF_ENDPOINT").unwrap_or_else(|| "https://huggingface.co".into());
        Ok(Settings {
            endpoint: endpoint.trim().trim_end_matches('/').to_string(),
            token: token.as_deref().and_then(Token::new),
            cache: var("HF_HUB_CACHE").map_or_else(|| home.join("hub"), PathBuf::from),
            proxy: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_heed_retry_after_and_end() {
        let policy = Policy::default();
        assert_eq!(policy.wait(1, None), Duration::from_secs(1));
        assert_eq!(policy.wait(4, None), Duration::from_secs(8));
        assert_eq!(policy.wait(2, Some(Duration::from_secs(30))), Duration::from_secs(30));
        assert_eq!(policy.wait(200, Some(Duration::MAX)), policy.longest_wait);
    }

    #[test]
    fn a_token_does_not_show_itself() {
        let token = Token::new(" hf_secret\n").unwrap();
        assert_eq!(token.header(), "Bearer hf_secret");
        assert!(!format!("{token:?}").contains("secret"));
    }
}
