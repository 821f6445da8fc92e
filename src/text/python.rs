//! JSON and floats in Python's formatting, for chat templates.

use std::fmt::Write as _;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Error, ErrorKind, Value};

/// Maximum nesting of lists and objects in `tojson`. `serde_json` stops at 128 when it reads a file.
const MAX_DEPTH: usize = 256;

/// Python's `json.dumps(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False)`.
pub(super) fn tojson(value: Value, ensure_ascii: Option<bool>, kwargs: Kwargs) -> Result<Value, Error> {
    let indent = match kwargs.get::<Option<Value>>("indent")? {
        Some(indent) if indent.kind() == ValueKind::String => Some(indent.to_string()),
        Some(indent) if !indent.is_none() => Some(" ".repeat(i64::try_from(indent)?.clamp(0, 64) as usize)),
        _ => None,
    };
    let separators = kwargs.get::<Option<Vec<String>>>("separators")?;
    let (item_separator, key_separator) = match separators.as_deref() {
        Some([item_separator, key_separator]) => (item_separator.clone(), key_separator.clone()),
        _ => (if indent.is_some() { "," } else { ", " }.to_string(), ": ".to_string()),
    };
    let writer = JsonWriter {
        indent,
        item_separator,
        key_separator,
        ascii: ensure_ascii.or(kwargs.get("ensure_ascii")?).unwrap_or(false),
        sorted: kwargs.get::<Option<bool>>("sort_keys")?.unwrap_or(false),
    };
    kwargs.assert_all_used()?;
    let mut out = String::new();
    writer.value(&mut out, &value, 0)?;
    Ok(Value::from(out))
}

struct JsonWriter {
    indent: Option<String>,
    item_separator: String,
    key_separator: String,
    ascii: bool,
    sorted: bool,
}

impl JsonWriter {
    fn value(&self, out: &mut String, value: &Value, depth: usize) -> Result<(), Error> {
        let refuse = |what: String| Err(Error::new(ErrorKind::InvalidOperation, what));
        if depth > MAX_DEPTH {
            return refuse(format!("tojson: more than {MAX_DEPTH} nested lists or objects"));
        }
        match value.kind() {
            ValueKind::None => out.push_str("null"),
            ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number if value.is_integer() => out.push_str(&value.to_string()),
            ValueKind::Number => out.push_str(&python_float(f64::try_from(value.clone())?)),
            ValueKind::String => self.string(out, value.as_str().unwrap_or_default()),
            ValueKind::Seq | ValueKind::Iterable => {
                let items: Vec<Value> = value.try_iter()?.collect();
                self.list(out, '[', &items, ']', depth, |out, item| self.value(out, item, depth + 1))?;
            }
            ValueKind::Map => {
                let mut keys: Vec<Value> = value.try_iter()?.collect();
                if self.sorted {
                    keys.sort();
                }
                self.list(out, '{', &keys, '}', depth, |out, key| {
                    match key.kind() {
                        ValueKind::String => self.string(out, key.as_str().unwrap_or_default()),
                        _ => {
                            out.push('"');
                            self.value(out, key, depth + 1)?;
                            out.push('"');
                        }
                    }
                    out.push_str(&self.key_separator);
                    self.value(out, &value.get_item(key)?, depth + 1)
                })?;
            }
            other => return refuse(format!("tojson: {other} has no JSON form")),
        }
        Ok(())
    }

    /// Writes `items` between brackets, one per line if there is an indent.
    fn list(
        &self,
        out: &mut String,
        open: char,
        items: &[Value],
        close: char,
        depth: usize,
        mut write: impl FnMut(&mut String, &Value) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let newline = |out: &mut String, depth: usize| {
            if let Some(indent) = &self.indent {
                out.push('\n');
                (0..depth).for_each(|_| out.push_str(indent));
            }
        };
        out.push(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_str(&self.item_separator);
            }
            newline(out, depth + 1);
            write(out, item)?;
        }
        if !items.is_empty() {
            newline(out, depth);
        }
        out.push(close);
        Ok(())
    }

    fn string(&self, out: &mut String, text: &str) {
        out.push('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{C}' => out.push_str("\\f"),
                c if c < ' ' || (self.ascii && c > '~') => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        // Writing into a String does not fail.
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

/// Python's `repr` of a float: the shortest digits that parse to the same number, in scientific notation if the
/// exponent is below -4 or above 15.
pub(super) fn python_float(x: f64) -> String {
    if x.is_nan() {
        return "NaN".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    let scientific = format!("{x:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if x != 0.0 && !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => format!("{x:?}"),
    }
}
