//! How a checkpoint is sampled: the user's options, else `generation_config.json`, else the defaults.

use serde::Serialize;

use super::sampler::SamplingOptions;
use crate::checkpoint::GenerationConfig;
use crate::checkpoint::generation::FILE_NAME;
use crate::error::Result;

/// The sampling options that the user gives; `None` for the checkpoint's.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of SamplingOptions")]
pub struct SamplingOverrides {
    pub temperature: Option<f32>,
    pub top_k: Option<usize>,
    pub top_p: Option<f32>,
    pub min_p: Option<f32>,
    pub repetition_penalty: Option<f32>,
    pub presence_penalty: Option<f32>,
    pub frequency_penalty: Option<f32>,
}

/// Where each sampling option comes from: `option`, `generation_config.json` or `default`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the fields are those of SamplingOptions")]
pub struct SamplingOrigins {
    pub temperature: &'static str,
    pub top_k: &'static str,
    pub top_p: &'static str,
    pub min_p: &'static str,
    pub repetition_penalty: &'static str,
    pub presence_penalty: &'static str,
    pub frequency_penalty: &'static str,
}

/// A value of the user.
const OPTION: &str = "option";
/// The origin of a value that neither the user nor the checkpoint sets.
pub const DEFAULT: &str = "default";

impl SamplingOverrides {
    /// These options, and those of `other` where these are not given.
    pub fn or(self, other: SamplingOverrides) -> SamplingOverrides {
        SamplingOverrides {
            temperature: self.temperature.or(other.temperature),
            top_k: self.top_k.or(other.top_k),
            top_p: self.top_p.or(other.top_p),
            min_p: self.min_p.or(other.min_p),
            repetition_penalty: self.repetition_penalty.or(other.repetition_penalty),
            presence_penalty: self.presence_penalty.or(other.presence_penalty),
            frequency_penalty: self.frequency_penalty.or(other.frequency_penalty),
        }
    }

    /// The options in effect, and their origins. A temperature of 0 means greedy decoding without penalties, so the
    /// checkpoint's values are not used. A `top_k`, `top_p` or `min_p` without a temperature turns sampling on, even if the
    /// checkpoint does not.
    ///
    /// # Errors
    /// The fault of an invalid value of the checkpoint that would be used; as [`SamplingOptions::validate`].
    pub fn resolve(&self, config: &GenerationConfig) -> Result<(SamplingOptions, SamplingOrigins)> {
        let unused = GenerationConfig::default();
        let config = if self.temperature == Some(0.0) { &unused } else { config };
        let filters = self.top_k.is_some() || self.top_p.is_some() || self.min_p.is_some();
        let default = SamplingOptions::default();
        let samples = match self.temperature {
            Some(temperature) => temperature != 0.0,
            None if filters => true,
            None => config.check("do_sample").map(|()| config.do_sample == Some(true))?,
        };
        // Greedy decoding uses neither the temperature nor the filters of the checkpoint.
        let filter_config = if samples { config } else { &unused };
        let number = |field: &str, option: Option<f32>, config: &GenerationConfig, value: Option<f64>, default: f32| {
            choose(field, option, config, value.map(|value| value as f32), default)
        };
        let cold = if samples { 1.0 } else { default.temperature };
        let c = filter_config;
        let (temperature, of_temperature) = number("temperature", self.temperature, c, c.temperature, cold)?;
        let (top_k, of_top_k) = choose("top_k", self.top_k, c, c.top_k, default.top_k)?;
        let (top_p, of_top_p) = number("top_p", self.top_p, c, c.top_p, default.top_p)?;
        let (min_p, of_min_p) = number("min_p", self.min_p, c, c.min_p, default.min_p)?;
        let c = config;
        let penalty = |field, option, value, default| number(field, option, c, value, default);
        let (repetition_penalty, of_repetition) =
            penalty("repetition_penalty", self.repetition_penalty, c.repetition_penalty, default.repetition_penalty)?;
        let (presence_penalty, of_presence) =
            penalty("presence_penalty", self.presence_penalty, c.presence_penalty, default.presence_penalty)?;
        let (frequency_penalty, of_frequency) =
            penalty("frequency_penalty", self.frequency_penalty, c.frequency_penalty, default.frequency_penalty)?;
        let options = SamplingOptions {
            temperature,
            top_k,
            top_p,
            min_p,
            repetition_penalty,
            presence_penalty,
            frequency_penalty,
        };
        options.validate()?;
        let origins = SamplingOrigins {
            temperature: of_temperature,
            top_k: of_top_k,
            top_p: of_top_p,
            min_p: of_min_p,
            repetition_penalty: of_repetition,
            presence_penalty: of_presence,
            frequency_penalty: of_frequency,
        };
        Ok((options, origins))
    }
}

/// The user's value, else the checkpoint's, else the default; and its origin.
fn choose<T>(
    field: &str,
    option: Option<T>,
    config: &GenerationConfig,
    value: Option<T>,
    default: T,
) -> Result<(T, &'static str)> {
    if let Some(option) = option {
        return Ok((option, OPTION));
    }
    config.check(field)?;
    Ok(value.map_or((default, DEFAULT), |value| (value, FILE_NAME)))
}

/// The maximum number of tokens to generate if neither the user nor the checkpoint sets a limit.
pub const DEFAULT_TOKENS: usize = 256;

/// The maximum number of tokens to generate, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TokenLimit {
    /// Generated tokens.
    pub tokens: usize,
    /// `option`, `max_new_tokens`, `max_length` (prompt included) or `default`.
    pub from: &'static str,
}

impl TokenLimit {
    /// The limit after a prompt of `prompt` tokens. A `max_length` that the prompt has reached is not used.
    ///
    /// # Errors
    /// The fault of an invalid setting of the checkpoint that would be used.
    pub fn resolve(option: Option<usize>, config: &GenerationConfig, prompt: usize) -> Result<TokenLimit> {
        if let Some(tokens) = option {
            return Ok(TokenLimit { tokens, from: OPTION });
        }
        config.check("max_new_tokens")?;
        if let Some(tokens) = config.max_new_tokens {
            return Ok(TokenLimit { tokens, from: "max_new_tokens" });
        }
        config.check("max_length")?;
        match config.max_length.and_then(|length| length.checked_sub(prompt)) {
            Some(tokens @ 1..) => Ok(TokenLimit { tokens, from: "max_length" }),
            _ => Ok(TokenLimit { tokens: DEFAULT_TOKENS, from: DEFAULT }),
        }
    }
}
