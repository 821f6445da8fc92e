//! Timeouts and retries, and the user's settings from the environment.

use crate::error::{Error, Result};
use std::env;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Retries and timeouts.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How often a request is repeated in a row, after temporary failures without progress.
    pub retries: u32,
    /// Time from a first failed request to the next one; doubled after each further failure.
    pub first_wait: Duration,
    /// Maximum wait. A server that asks for more with `Retry-After` is a permanent failure.
    pub longest_wait: Duration,
    /// Timeout of name resolution, and separately of connecting (with TLS handshake).
    pub connect: Duration,
    /// Timeout of each read and write, and the time over which the rate of a response is measured.
    pub silence: Duration,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            retries: 5,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(10),
        }
    }
}

impl Policy {
    /// The wait after `failures` consecutive failures (at least 1), the last of which took `took`: a request that was
    /// silent for 10 s is repeated at once.
    pub fn wait(&self, failures: u32, took: Duration, retry_after: Option<Duration>) -> Duration {
        let grown = self.first_wait.saturating_mul(1 << failures.saturating_sub(1).min(16));
        retry_after.unwrap_or(Duration::ZERO).max(grown.saturating_sub(took)).min(self.longest_wait)
    }
}

/// An access token. Its `Debug` form does not contain it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// The token in `text` without surrounding whitespace; `None` if that is empty.
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

/// Settings from environment variables, with the same names and defaults as in other tools of the hub.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `HF_ENDPOINT`, without a trailing slash.
    pub endpoint: String,
    /// `HF_TOKEN`, else the file `token` in `HF_HOME`.
    pub token: Option<Token>,
    /// The hub's cache: `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else `~/.cache/huggingface/hub`.
    pub cache: PathBuf,
    /// Whether to use `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    pub proxy: bool,
}

impl Settings {
    /// Reads the environment.
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
    fn waits_double_respect_retry_after_and_are_limited() {
        let policy = Policy::default();
        let (none, second) = (Duration::ZERO, Duration::from_secs(1));
        assert_eq!(policy.wait(1, none, None), second);
        assert_eq!(policy.wait(4, none, None), 8 * second);
        assert_eq!(policy.wait(4, 5 * second, None), 3 * second);
        assert_eq!(policy.wait(4, 10 * second, None), none);
        assert_eq!(policy.wait(2, 10 * second, Some(30 * second)), 30 * second);
        assert_eq!(policy.wait(200, none, None), policy.longest_wait);
    }

    #[test]
    fn the_waits_of_a_default_fetch_take_about_half_a_minute() {
        let policy = Policy::default();
        let waits: Duration = (1..=policy.retries).map(|n| policy.wait(n, Duration::ZERO, None)).sum();
        assert_eq!(waits, Duration::from_secs(31));
    }

    #[test]
    fn a_token_is_not_in_its_debug_form() {
        let token = Token::new(" hf_secret\n").unwrap();
        assert_eq!(token.header(), "Bearer hf_secret");
        assert!(!format!("{token:?}").contains("secret"));
    }
}
