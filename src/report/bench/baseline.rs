//! Comparison of a bench run with an earlier one.

use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Bench;
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::open_text;

/// The parts of the JSON report of an earlier run that are compared.
#[derive(Debug, Deserialize)]
pub struct Baseline {
    #[serde(skip)]
    file: String,
    machine: BaselineMachine,
    model: BaselineModel,
    results: Vec<BaselineResult>,
}

#[derive(Debug, Deserialize)]
struct BaselineMachine {
    isa: String,
    threads: usize,
    read_gb_per_s: f64,
}

#[derive(Debug, Deserialize)]
struct BaselineModel {
    source: String,
    arithmetic: String,
}

#[derive(Debug, Deserialize)]
struct BaselineResult {
    kind: String,
    batch: usize,
    context: usize,
    tokens: usize,
    threads: usize,
    tokens_per_second: f64,
    tokens_per_second_min: f64,
    tokens_per_second_max: f64,
}

/// The run that the rates were compared with.
#[derive(Debug, Serialize)]
pub struct Comparison {
    pub file: String,
    pub source: String,
    pub isa: String,
    pub arithmetic: String,
    pub threads: usize,
    pub read_gb_per_s: f64,
    /// The number of results that are also in the baseline.
    pub compared: usize,
}

impl Baseline {
    /// Reads the output of `rumma bench --json`.
    ///
    /// # Errors
    /// [`Error::Io`], and [`FaultKind::InvalidBaseline`] if the file is not such an output.
    pub fn read(path: &Path) -> Result<Baseline> {
        const MAX_BYTES: u64 = 16 << 20;
        let mut text = String::new();
        let file = open_text(path)?;
        file.take(MAX_BYTES).read_to_string(&mut text).map_err(Error::io(path, "read"))?;
        let invalid = |error| Fault::new(FaultKind::InvalidBaseline, path).cause(error);
        let baseline: Baseline = serde_json::from_str(&text).map_err(invalid)?;
        Ok(Baseline { file: path.display().to_string(), ..baseline })
    }
}

impl Bench {
    /// Compares every rate with the same case of the baseline. The number of decoded tokens may differ.
    pub fn compare(&mut self, baseline: &Baseline) {
        let mut compared = 0;
        for result in &mut self.results {
            let same = baseline.results.iter().find(|old| {
                (old.kind.as_str(), old.batch, old.context, old.threads)
                    == (result.kind, result.batch, result.context, result.threads)
                    && (result.is_decode() || old.tokens == result.tokens)
            });
            if let Some(old) = same {
                compared += 1;
                result.baseline_tokens_per_second = Some(old.tokens_per_second);
                result.baseline_ratio = Some(result.tokens_per_second / old.tokens_per_second);
                result.baseline_differs = Some(
                    result.tokens_per_second_min > old.tokens_per_second_max
                        || result.tokens_per_second_max < old.tokens_per_second_min,
                );
            }
        }
        self.baseline = Some(Comparison {
            file: baseline.file.clone(),
            source: baseline.model.source.clone(),
            isa: baseline.machine.isa.clone(),
            arithmetic: baseline.model.arithmetic.clone(),
            threads: baseline.machine.threads,
            read_gb_per_s: baseline.machine.read_gb_per_s,
            compared,
        });
    }
}
