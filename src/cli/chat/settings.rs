//! `/set`: the settings of a chat that can change between two turns.

use std::str::FromStr;

use crate::cli::args::parse_finite;
use crate::cli::parse::did_you_mean;
use crate::error::{Error, Result};
use crate::report::generation::GenerationReport;
use crate::requests::GenerationOptions;

/// The names of all settings, as in the reports; the options of the command line have the same names with dashes.
pub const NAMES: [&str; 9] = [
    "temperature",
    "top_k",
    "top_p",
    "min_p",
    "repetition_penalty",
    "presence_penalty",
    "frequency_penalty",
    "tokens",
    "seed",
];

/// A value that takes a change back.
const DEFAULT: &str = "default";

/// Changes settings. `seed` is the one of the random number generator.
///
/// # Errors
/// [`Error::Usage`] for an unknown name or an invalid value. Values are checked against their ranges by
/// [`SamplingOverrides::resolve`](crate::engine::defaults::SamplingOverrides::resolve).
pub fn assign(options: &mut GenerationOptions, seed: &mut u64, name: &str, value: &str) -> Result<()> {
    let name = name.trim_start_matches('-').replace('-', "_");
    let sampling = &mut options.sampling;
    match name.as_str() {
        "temperature" | "temp" => sampling.temperature = number(&name, value)?,
        "top_k" => sampling.top_k = whole(&name, value)?,
        "top_p" => sampling.top_p = number(&name, value)?,
        "min_p" => sampling.min_p = number(&name, value)?,
        "repetition_penalty" => sampling.repetition_penalty = number(&name, value)?,
        "presence_penalty" => sampling.presence_penalty = number(&name, value)?,
        "frequency_penalty" => sampling.frequency_penalty = number(&name, value)?,
        "tokens" | "max_tokens" => match whole(&name, value)? {
            Some(0) => return Err(invalid(&name, value, "a whole number, at least 1")),
            tokens => options.max_tokens = tokens,
        },
        "seed" => *seed = whole(&name, value)?.unwrap_or(0),
        _ => {
            let expected = || format!("give one of {}", NAMES.join(", "));
            let fix = did_you_mean(&name, NAMES.into_iter()).unwrap_or_else(expected);
            return Err(Error::usage_with_fix(format!("/set: unknown setting '{name}'"), fix));
        }
    }
    Ok(())
}

fn number(name: &str, value: &str) -> Result<Option<f32>> {
    match value {
        DEFAULT => Ok(None),
        _ => parse_finite(value).map(Some).map_err(|_| invalid(name, value, "a number")),
    }
}

fn whole<T: FromStr>(name: &str, value: &str) -> Result<Option<T>> {
    match value {
        DEFAULT => Ok(None),
        _ => value.parse().map(Some).map_err(|_| invalid(name, value, "a whole number")),
    }
}

fn invalid(name: &str, value: &str, expected: &str) -> Error {
    let problem = format!("/set: invalid value '{value}' for {name} (expected {expected})");
    Error::usage_with_fix(problem, format!("give {name}=VALUE, or {name}={DEFAULT}"))
}

/// The rows of the list: names, values, and where they come from.
pub fn rows(report: &GenerationReport, seed: u64) -> Vec<(&'static str, String)> {
    let (sampling, from) = (report.sampling.options, report.sampling.from);
    let row = |value: &dyn ToString, from: &str| format!("{} ({from})", value.to_string());
    vec![
        ("temperature", row(&sampling.temperature, from.temperature)),
        ("top_k", row(&sampling.top_k, from.top_k)),
        ("top_p", row(&sampling.top_p, from.top_p)),
        ("min_p", row(&sampling.min_p, from.min_p)),
        ("repetition_penalty", row(&sampling.repetition_penalty, from.repetition_penalty)),
        ("presence_penalty", row(&sampling.presence_penalty, from.presence_penalty)),
        ("frequency_penalty", row(&sampling.frequency_penalty, from.frequency_penalty)),
        ("tokens", row(&report.limit.tokens, report.limit.from)),
        ("seed", seed.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_can_be_set_and_set_back() {
        let (mut options, mut seed) = (GenerationOptions::default(), 7);
        for name in NAMES {
            assign(&mut options, &mut seed, name, "1").unwrap();
        }
        let all = options.sampling;
        assert!(all.temperature == Some(1.0) && all.top_k == Some(1) && all.frequency_penalty == Some(1.0), "{all:?}");
        assert_eq!((options.max_tokens, seed), (Some(1), 1));
        for name in NAMES {
            assign(&mut options, &mut seed, &name.replace('_', "-"), DEFAULT).unwrap();
        }
        assert_eq!((options.sampling, options.max_tokens, seed), (Default::default(), None, 0));
    }

    #[test]
    fn wrong_names_and_values_are_refused() {
        let (mut options, mut seed) = (GenerationOptions::default(), 0);
        for (name, value) in [("temprature", "1"), ("temperature", "warm"), ("seed", "-1"), ("tokens", "0"), ("x", "1")]
        {
            assert!(assign(&mut options, &mut seed, name, value).is_err(), "{name}={value}");
        }
        assert_eq!((options.sampling, options.max_tokens, seed), (Default::default(), None, 0));
    }
}
