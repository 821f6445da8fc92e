//! Report of `rumma inspect A --diff B`: what differs between two checkpoints.

use std::collections::BTreeMap;
use std::fmt::Write;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};

use super::inspect::{InspectOptions, Inspection, inspect};
use super::size;
use super::table::Column::{self, Left, Right};
use super::table::{natural, write_table};
use crate::checkpoint::{Checkpoint, SIDECAR_FILES, Tensor};
use crate::error::{Result, escaped};

/// Rows of each table in the text, unless all are asked for.
const LISTED: usize = 20;

/// Bytes that are compared between two calls of `watch`.
const PIECE: usize = 4 << 20;

/// What differs between two checkpoints, A and B.
#[derive(Debug, Serialize)]
pub struct Diff {
    /// A, as given by the user.
    pub a: String,
    /// B, as given by the user.
    pub b: String,
    /// Whether nothing differs. How the tensors are spread over files does not count.
    pub same: bool,
    /// Facts of the whole checkpoint that differ: format, family, parameters, quantized layers.
    pub summary: Vec<ValueDiff>,
    /// The small files that one of them has, and the `__metadata__` of the safetensors files.
    pub files: Vec<FileDiff>,
    /// The tensors.
    pub tensors: TensorDiff,
    /// Number of bytes of tensors that were compared.
    pub compared_bytes: u64,
    #[serde(skip)]
    list_all: bool,
}

/// A value that differs. A long one is replaced by its description.
#[derive(Debug, Serialize)]
pub struct ValueDiff {
    /// Its name: in a JSON file the keys that lead to it, joined by dots.
    pub key: String,
    /// The value in A; `None` if it has none.
    pub a: Option<Value>,
    /// The value in B; `None` if it has none.
    pub b: Option<Value>,
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Equal bytes.
    Same,
    /// The bytes differ, but not the JSON values.
    SameValues,
    /// Different values, or different bytes of a file that is not JSON.
    Differs,
    /// B does not have it.
    OnlyA,
    /// A does not have it.
    OnlyB,
}

/// One small file.
#[derive(Debug, Serialize)]
pub struct FileDiff {
    /// Its name.
    pub name: String,
    /// Which of them has it, and whether it is the same.
    pub state: FileState,
    /// The values that differ; empty if the file is not JSON.
    pub values: Vec<ValueDiff>,
}

/// The tensors of both checkpoints. All lists are sorted by name; numbers in names by value.
#[derive(Debug, Default, Serialize)]
pub struct TensorDiff {
    /// Number of tensors with the same dtype, shape and bytes.
    pub same: usize,
    /// Tensors that only A has.
    pub only_a: Vec<TensorType>,
    /// Tensors that only B has.
    pub only_b: Vec<TensorType>,
    /// Tensors whose dtype or shape differs.
    pub type_differs: Vec<TypeDiff>,
    /// Tensors of the same dtype and shape with other bytes.
    pub bytes_differ: Vec<BytesDiff>,
}

/// Dtype and shape of a tensor.
#[derive(Debug, Serialize)]
pub struct TensorType {
    /// Its name.
    pub name: String,
    /// Its number format in the notation of safetensors, such as `F16`.
    pub dtype: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
}

/// A tensor whose dtype or shape differs.
#[derive(Debug, Serialize)]
pub struct TypeDiff {
    /// Its type in A.
    pub a: TensorType,
    /// Its type in B.
    pub b: TensorType,
}

/// A tensor with other bytes.
#[derive(Debug, Serialize)]
pub struct BytesDiff {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Number of bytes that differ.
    pub different_bytes: u64,
}

/// Compares two checkpoints: configuration, other small files, and every byte of the tensors that both have. `watch` is
/// called with the number of bytes compared since the last call, and of all bytes that are compared. `list_all`: the text
/// lists everything that differs, not only the first of each kind.
///
/// # Errors
/// A small file cannot be read; errors of `watch`.
pub fn diff(
    a: &Checkpoint,
    b: &Checkpoint,
    list_all: bool,
    watch: &(dyn Fn(u64, u64) -> Result<()> + Sync),
) -> Result<Diff> {
    let options = InspectOptions::default();
    let summary = summary_diff(&inspect(a, &options)?, &inspect(b, &options)?);
    let mut files = Vec::new();
    for name in SIDECAR_FILES {
        let [left, right] = [a.read(name)?, b.read(name)?].map(|found| found.map(|(_, bytes)| bytes));
        files.extend(FileDiff::of(name, left.as_deref(), right.as_deref()));
    }
    let [left, right] = [a, b].map(metadata);
    files.extend(FileDiff::of("__metadata__", left.as_deref(), right.as_deref()));
    let (tensors, compared_bytes) = TensorDiff::of(a, b, watch)?;
    let is_same = |file: &FileDiff| matches!(file.state, FileState::Same | FileState::SameValues);
    let (a, b) = (a.source.clone(), b.source.clone());
    let same = summary.is_empty() && files.iter().all(is_same) && tensors.is_same();
    Ok(Diff { a, b, same, summary, files, tensors, compared_bytes, list_all })
}

fn summary_diff(a: &Inspection, b: &Inspection) -> Vec<ValueDiff> {
    let facts = |of: &Inspection| {
        let mut facts = Map::new();
        facts.insert("format".into(), of.format.clone().into());
        facts.insert("family".into(), of.family.clone().into());
        facts.insert("parameters".into(), of.parameters.into());
        facts.insert("quantized layers".into(), kinds(of).into());
        Value::Object(facts)
    };
    let mut differences = Vec::new();
    collect("", &facts(a), &facts(b), &mut differences);
    differences
}

/// The kinds of quantized layers, with the number of each.
fn kinds(inspection: &Inspection) -> String {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for row in &inspection.linears {
        let zeros = if row.zero_point { "" } else { " without zero points" };
        let kind = format!("{} of {} bits in groups of {}{zeros}", row.format.name(), row.bits, row.group_size);
        *kinds.entry(kind).or_default() += 1;
    }
    kinds.iter().map(|(kind, number)| format!("{number} x {kind}")).collect::<Vec<_>>().join("; ")
}

/// The `__metadata__` of all files as one JSON object; `None` if there is none.
fn metadata(checkpoint: &Checkpoint) -> Option<Vec<u8>> {
    let all: BTreeMap<&str, &str> = checkpoint.metadata().map(|(_, key, value)| (key, value)).collect();
    (!all.is_empty()).then(|| serde_json::to_vec(&all).unwrap_or_default())
}

impl FileDiff {
    /// `None` if neither of them has the file.
    fn of(name: &str, a: Option<&[u8]>, b: Option<&[u8]>) -> Option<FileDiff> {
        let mut values = Vec::new();
        let state = match (a, b) {
            (None, None) => return None,
            (Some(_), None) => FileState::OnlyA,
            (None, Some(_)) => FileState::OnlyB,
            (Some(a), Some(b)) if a == b => FileState::Same,
            (Some(a), Some(b)) => match (serde_json::from_slice(a), serde_json::from_slice(b)) {
                (Ok(a), Ok(b)) => {
                    collect("", &a, &b, &mut values);
                    if values.is_empty() { FileState::SameValues } else { FileState::Differs }
                }
                _ => FileState::Differs,
            },
        };
        Some(FileDiff { name: name.into(), state, values })
    }
}

/// Values with more bytes of JSON, or more parts, are described. Objects and lists with more parts, such as a vocabulary,
/// are compared as one value.
const LONG: usize = 120;

/// Collects what differs between two values.
fn collect(key: &str, a: &Value, b: &Value, differences: &mut Vec<ValueDiff>) {
    let path = |part: &str| if key.is_empty() { part.to_string() } else { format!("{key}.{part}") };
    match (a, b) {
        (Value::Object(left), Value::Object(right)) if left.len().max(right.len()) <= LONG => {
            let added = right.keys().filter(|name| !left.contains_key(*name));
            let mut names: Vec<&String> = left.keys().chain(added).collect();
            names.sort_by(|a, b| natural(a, b));
            for name in names {
                match (left.get(name), right.get(name)) {
                    (Some(a), Some(b)) => collect(&path(name), a, b, differences),
                    (a, b) => differences.push(ValueDiff { key: path(name), a: a.map(brief), b: b.map(brief) }),
                }
            }
        }
        // A short list is shown as a whole.
        (Value::Array(left), Value::Array(right))
            if left.len() == right.len() && left.len() <= LONG && brief(a) != *a && brief(b) != *b =>
        {
            for (number, (a, b)) in left.iter().zip(right).enumerate() {
                collect(&path(&number.to_string()), a, b, differences);
            }
        }
        _ if a == b => {}
        _ => differences.push(ValueDiff { key: key.into(), a: Some(brief(a)), b: Some(brief(b)) }),
    }
}

/// The value, or a description of a long one.
fn brief(value: &Value) -> Value {
    let is_long = |parts: usize| parts > LONG || value.to_string().len() > LONG;
    match value {
        Value::String(text) if text.len() > LONG => format!("text of {} bytes", text.len()).into(),
        Value::Array(items) if is_long(items.len()) => format!("list of {} values", items.len()).into(),
        Value::Object(fields) if is_long(fields.len()) => format!("object of {} fields", fields.len()).into(),
        value => value.clone(),
    }
}

impl TensorType {
    fn of(tensor: &Tensor) -> TensorType {
        TensorType { name: tensor.name.into(), dtype: tensor.dtype.to_string(), shape: tensor.shape.to_vec() }
    }

    fn shown(&self) -> String {
        format!("{} {:?}", self.dtype, self.shape)
    }
}

impl TensorDiff {
    /// Also returns the number of bytes compared.
    fn of(
        a: &Checkpoint,
        b: &Checkpoint,
        watch: &(dyn Fn(u64, u64) -> Result<()> + Sync),
    ) -> Result<(TensorDiff, u64)> {
        let mut diff = TensorDiff::default();
        let mut pairs: Vec<(Tensor, Tensor)> = Vec::new();
        for left in a.tensors() {
            match b.tensor(left.name) {
                None => diff.only_a.push(TensorType::of(&left)),
                Some(right) if (left.dtype, left.shape) != (right.dtype, right.shape) => {
                    diff.type_differs.push(TypeDiff { a: TensorType::of(&left), b: TensorType::of(&right) });
                }
                Some(right) => pairs.push((left, right)),
            }
        }
        diff.only_b = b.tensors().filter(|t| a.tensor(t.name).is_none()).map(|t| TensorType::of(&t)).collect();
        let total = pairs.iter().map(|(left, _)| left.data.len() as u64).sum();
        let compare = |(left, right): &(Tensor, Tensor)| -> Result<Option<BytesDiff>> {
            let mut different_bytes = 0;
            for (left, right) in left.data.chunks(PIECE).zip(right.data.chunks(PIECE)) {
                if left != right {
                    different_bytes += left.iter().zip(right).filter(|(x, y)| x != y).count() as u64;
                }
                watch(left.len() as u64, total)?;
            }
            let (name, bytes) = (left.name.into(), left.data.len() as u64);
            Ok((different_bytes > 0).then_some(BytesDiff { name, bytes, different_bytes }))
        };
        let compared: Vec<Option<BytesDiff>> = pairs.par_iter().map(compare).collect::<Result<_>>()?;
        diff.bytes_differ = compared.into_iter().flatten().collect();
        diff.same = pairs.len() - diff.bytes_differ.len();
        diff.only_a.sort_by(|a, b| natural(&a.name, &b.name));
        diff.only_b.sort_by(|a, b| natural(&a.name, &b.name));
        diff.type_differs.sort_by(|x, y| natural(&x.a.name, &y.a.name));
        diff.bytes_differ.sort_by(|a, b| natural(&a.name, &b.name));
        Ok((diff, total))
    }

    fn is_same(&self) -> bool {
        let TensorDiff { same: _, only_a, only_b, type_differs, bytes_differ } = self;
        only_a.is_empty() && only_b.is_empty() && type_differs.is_empty() && bytes_differ.is_empty()
    }
}

impl Diff {
    /// The differences as text.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).unwrap_or_default();
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "A  {}\nB  {}", escaped(&self.a), escaped(&self.b))?;
        if !self.summary.is_empty() {
            writeln!(out, "  summary")?;
            self.write_values(out, &self.summary, |text| text.to_string())?;
        }
        for FileDiff { name, state, values } in &self.files {
            let state = match state {
                FileState::Same => "same",
                FileState::SameValues => "same values in other bytes",
                FileState::Differs => "differs",
                FileState::OnlyA => "only in A",
                FileState::OnlyB => "only in B",
            };
            writeln!(out, "  {name}: {state}")?;
            if !values.is_empty() {
                self.write_values(out, values, |text| Value::from(text).to_string())?;
            }
        }
        self.write_tensors(out)?;
        writeln!(out, "{}", if self.same { "A and B are the same." } else { "A and B differ." })
    }

    fn write_tensors(&self, out: &mut String) -> std::fmt::Result {
        let TensorDiff { same, only_a, only_b, type_differs, bytes_differ } = &self.tensors;
        writeln!(out, "  tensors: {same} same, {} compared", size(self.compared_bytes))?;
        let types = |list: &[TensorType]| list.iter().map(|t| vec![t.name.clone(), t.shown()]).collect::<Vec<_>>();
        let one_sided = [Left("name"), Left("type")];
        self.write_list(out, "only in A", &one_sided, types(only_a))?;
        self.write_list(out, "only in B", &one_sided, types(only_b))?;
        let rows = type_differs.iter().map(|t| vec![t.a.name.clone(), t.a.shown(), t.b.shown()]).collect();
        self.write_list(out, "another dtype or shape", &[Left("name"), Left("A"), Left("B")], rows)?;
        let rows =
            bytes_differ.iter().map(|t| vec![t.name.clone(), t.bytes.to_string(), t.different_bytes.to_string()]);
        self.write_list(out, "other bytes", &[Left("name"), Right("bytes"), Right("different")], rows.collect())
    }

    /// One line for each value that differs; `text` renders a string.
    fn write_values(&self, out: &mut String, values: &[ValueDiff], text: fn(&str) -> String) -> std::fmt::Result {
        let shown = |value: &Option<Value>| match value {
            None => "-".to_string(),
            Some(Value::String(value)) => text(value),
            Some(value) => value.to_string(),
        };
        let rows = values.iter().map(|v| vec![v.key.clone(), shown(&v.a), shown(&v.b)]).collect();
        self.write_rows(out, &[Left("key"), Left("A"), Left("B")], rows)
    }

    fn write_list(
        &self,
        out: &mut String,
        title: &str,
        columns: &[Column],
        rows: Vec<Vec<String>>,
    ) -> std::fmt::Result {
        if rows.is_empty() {
            return Ok(());
        }
        writeln!(out, "  tensors: {} {title}", rows.len())?;
        self.write_rows(out, columns, rows)
    }

    /// The rows as a table, or only the first ones.
    fn write_rows(&self, out: &mut String, columns: &[Column], mut rows: Vec<Vec<String>>) -> std::fmt::Result {
        let number = rows.len();
        let listed = if self.list_all { number } else { number.min(LISTED) };
        rows.truncate(listed);
        write_table(out, "    ", columns, &rows)?;
        if listed < number { writeln!(out, "    and {} more", number - listed) } else { Ok(()) }
    }
}
