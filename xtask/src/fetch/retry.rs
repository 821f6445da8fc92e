//! When a failed request is repeated, and how long until then.

use super::policy::Policy;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use std::thread;
use std::time::{Duration, Instant};

/// Why a request failed.
#[derive(Debug)]
pub enum Failure {
    /// A temporary failure, such as a broken connection. `after`: the time to wait, if the server gave one.
    Retry { why: String, after: Option<Duration> },
    /// No connection could be established. Temporary, except for the first request of a fetch.
    Unreachable { host: String, why: String },
    /// A store behind the hub refused a URL that the hub has just signed. A second refusal is permanent.
    Denied { status: u16, url: String },
    /// A permanent failure.
    Fatal(Error),
}

impl Failure {
    /// A temporary failure without a time to wait.
    pub fn retry(why: impl Into<String>) -> Failure {
        Failure::Retry { why: why.into(), after: None }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Fatal(error)
    }
}

/// Counts the failures of one request and waits before its next attempt.
pub struct Retries<'a> {
    pub policy: &'a Policy,
    /// What is requested, for messages.
    pub what: &'a str,
    /// Called before a wait with its reason and the next attempt, one line.
    pub notify: &'a (dyn Fn(&str) + Sync),
    /// Returns true when the wait must end.
    pub stopped: &'a (dyn Fn() -> bool + Sync),
    failures: u32,
    denied: bool,
}

impl<'a> Retries<'a> {
    pub fn new(
        policy: &'a Policy,
        what: &'a str,
        notify: &'a (dyn Fn(&str) + Sync),
        stopped: &'a (dyn Fn() -> bool + Sync),
    ) -> Retries<'a> {
        Retries { policy, what, notify, stopped, failures: 0, denied: false }
    }

    /// Forgets the failures so far, because a request made progress.
    pub fn reset(&mut self) {
        (self.failures, self.denied) = (0, false);
    }

    /// Waits before the next attempt. `began`: when the failed request was sent.
    ///
    /// # Errors
    /// The failure, if it is permanent or the last one allowed; [`Error::Interrupted`].
    pub fn pause(&mut self, failure: Failure, began: Instant) -> Result<()> {
        let (what, retries) = (self.what, self.policy.retries);
        self.failures += 1;
        let last = self.failures > retries;
        let (why, after) = match failure {
            Failure::Fatal(error) => return Err(error),
            Failure::Denied { status, url } if last || self.denied => {
                let why = format!("{what}: status {status} (the store refuses the hub's link); run it again later");
                return Err(Error::Hub { url, why });
            }
            Failure::Denied { status, url } => {
                self.denied = true;
                (format!("{what}: status {status} from {url}"), None)
            }
            Failure::Unreachable { host, why } => (format!("{what}: cannot reach {host} ({why})"), None),
            Failure::Retry { why, after } => (format!("{what}: {why}"), after),
        };
        if last {
            return Err(Error::Network { why, tries: self.failures });
        }
        let wait = self.policy.wait(self.failures, began.elapsed(), after);
        let next = u64::from(self.failures) + 1;
        (self.notify)(&format!("{why}; attempt {next} of {} in {:.0} s", u64::from(retries) + 1, wait.as_secs_f64()));
        let end = Instant::now() + wait;
        loop {
            if (self.stopped)() {
                return Err(Error::Interrupted);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(Duration::from_millis(50)));
        }
    }
}

/// The failure for an unexpected status. `from_hub`: whether the hub responded, not a store that it redirected to.
/// `longest_wait`: the longest `Retry-After` that is waited for.
pub fn refusal(
    status: u16,
    retry_after: Option<&str>,
    longest_wait: Duration,
    from_hub: bool,
    url: &str,
    what: &str,
) -> Failure {
    let fatal =
        |why: &str| Failure::Fatal(Error::Hub { url: url.to_string(), why: format!("{what}: status {status}{why}") });
    match status {
        401 if from_hub => {
            fatal(" (not found, private or gated); set HF_TOKEN to a token with read access, and check the name")
        }
        403 if from_hub => fatal(" (no access); accept the model's terms on its page, or use another token"),
        404 | 410 if from_hub => fatal(" (not found); check repo, --revision and --file"),
        401 | 403 | 404 | 410 => Failure::Denied { status, url: url.to_string() },
        451 => fatal(" (blocked for legal reasons); use another endpoint or another model"),
        408 | 425 | 429 | 500..=599 => match retry_after.and_then(|value| seconds_until(value, Utc::now())) {
            Some(after) if after > longest_wait => {
                let (asked, most) = (after.as_secs(), longest_wait.as_secs());
                fatal(&format!(", and Retry-After is {asked} s (at most {most} s are waited); run it again later"))
            }
            after => Failure::Retry { why: format!("status {status} from {url}"), after },
        },
        _ => fatal(", which cannot be used; check HF_ENDPOINT"),
    }
}

/// The time to wait according to a `Retry-After` header: seconds, or the time until an HTTP date (RFC 9110, 10.2.3).
fn seconds_until(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    // Without the day of the week, which some servers get wrong.
    let date = DateTime::parse_from_rfc2822(value.split_once(", ").map_or(value, |(_, date)| date)).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn retry_after_is_a_number_of_seconds_or_a_date() {
        let now = DateTime::parse_from_rfc2822("Wed, 21 Oct 2026 07:28:00 GMT").unwrap().to_utc();
        let cases = [
            ("30", Some(30)),
            (" 0 ", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Wed, 21 Oct 2026 07:28:20 GMT", Some(20)),
            ("Wed, 21 Oct 2026 07:27:00 GMT", Some(0)),
            ("Fri, 21 Oct 2026 07:28:20 GMT", Some(20)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ];
        for (value, seconds) in cases {
            assert_eq!(seconds_until(value, now), seconds.map(Duration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn only_timeouts_rate_limits_and_server_errors_are_repeated() {
        let minute = Duration::from_secs(60);
        let refusal = |status, after, from_hub| refusal(status, after, minute, from_hub, "https://hub.example", "m");
        for status in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert!(matches!(refusal(status, None, true), Failure::Retry { after: None, .. }), "{status}");
            assert!(matches!(refusal(status, Some("7"), false), Failure::Retry { after: Some(_), .. }), "{status}");
            assert!(matches!(refusal(status, Some("86400"), true), Failure::Fatal(_)), "{status}");
        }
        for status in [204, 300, 304, 400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 416, 418, 451, 600] {
            assert!(matches!(refusal(status, None, true), Failure::Fatal(_)), "{status}");
        }
        for status in [401, 403, 404, 410] {
            assert!(matches!(refusal(status, None, false), Failure::Denied { .. }), "{status}");
        }
    }

    #[test]
    fn each_wait_names_the_reason_and_the_next_attempt() {
        let policy = Policy { retries: 2, first_wait: Duration::from_millis(1), ..Policy::default() };
        let lines = Mutex::new(Vec::new());
        let notify = |line: &str| lines.lock().unwrap().push(line.to_string());
        let mut retries = Retries::new(&policy, "config.json", &notify, &|| false);
        let mut pause = || retries.pause(Failure::retry("reset"), Instant::now());
        assert!(pause().is_ok() && pause().is_ok());
        assert_eq!(
            pause().unwrap_err().to_string().split(';').next(),
            Some("config.json: reset (failed 3 times in a row)")
        );
        let lines = lines.into_inner().unwrap();
        assert_eq!(lines, ["config.json: reset; attempt 2 of 3 in 0 s", "config.json: reset; attempt 3 of 3 in 0 s"]);
    }

    #[test]
    fn a_second_denial_is_permanent() {
        let policy = Policy { first_wait: Duration::from_millis(1), ..Policy::default() };
        let mut retries = Retries::new(&policy, "config.json", &|_| {}, &|| false);
        let denied = || Failure::Denied { status: 403, url: "https://store.example/a".into() };
        assert!(retries.pause(denied(), Instant::now()).is_ok());
        assert!(matches!(retries.pause(denied(), Instant::now()), Err(Error::Hub { .. })));
    }
}
