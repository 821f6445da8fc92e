//! JSON schemas: what is checked before they are compiled, and how the text of JSON is bounded.

use std::collections::HashSet;

use serde_json::{Map, Number, Value, json};

use crate::error::FaultKind;

/// White space between the parts of JSON: a space, or a line feed and indentation. Without a bound, a model can write
/// white space for ever.
const WHITE_SPACE: &str = r"\x20|\x0A[\x20\x09]{0,24}";
/// The most objects in a schema, which bounds the depth of recursion.
const MOST_OBJECTS: usize = 20_000;
/// References to references that are followed to find a schema without a finite value.
const ROUNDS: usize = 100;
/// The key of a schema in which `llguidance` reads options.
const OPTIONS: &str = "x-guidance";

/// A schema with the options for `llguidance`.
pub(super) fn with_options(schema: &Value) -> Value {
    let mut object = match schema {
        Value::Object(object) => object.clone(),
        _ => Map::new(),
    };
    object.insert(OPTIONS.into(), json!({"whitespace_flexible": true, "whitespace_pattern": WHITE_SPACE}));
    Value::Object(object)
}

/// Checks a schema, as far as `llguidance` does not.
///
/// # Errors
/// The kind of fault and its cause.
pub(super) fn check(schema: &Value) -> Result<(), (FaultKind, String)> {
    match schema {
        Value::Bool(true) => return Ok(()),
        Value::Bool(false) => return Err((FaultKind::EmptyGrammar, "the schema is false".into())),
        Value::Object(_) => {}
        _ => return Err((FaultKind::UnsupportedGrammar, "a schema is an object".into())),
    }
    let objects = count_objects(schema);
    if objects > MOST_OBJECTS {
        return Err((FaultKind::UnsupportedGrammar, format!("{objects} objects, more than {MOST_OBJECTS}")));
    }
    if let Some(cause) = inexact_number(schema) {
        return Err((FaultKind::UnsupportedGrammar, cause));
    }
    if !Productive::new(schema).root() {
        return Err((
            FaultKind::EmptyGrammar,
            "every value that satisfies it would be infinite, or there is none".into(),
        ));
    }
    Ok(())
}

/// The names of properties that schemas require somewhere.
pub(super) fn required_names<'s>(schemas: impl IntoIterator<Item = &'s Value>) -> HashSet<String> {
    let required = values_within(schemas).filter_map(|value| value.get("required")?.as_array()).flatten();
    required.filter_map(Value::as_str).map(String::from).collect()
}

/// Values, and all that are in them.
fn values_within<'v>(values: impl IntoIterator<Item = &'v Value>) -> impl Iterator<Item = &'v Value> {
    let mut rest: Vec<&Value> = values.into_iter().collect();
    std::iter::from_fn(move || {
        let value = rest.pop()?;
        match value {
            Value::Object(object) => rest.extend(object.values()),
            Value::Array(items) => rest.extend(items),
            _ => {}
        }
        Some(value)
    })
}

/// Why a value of a schema would be another one: `llguidance` writes numbers in double precision. Bounds may be rounded.
fn inexact_number(schema: &Value) -> Option<String> {
    let mut rest = vec![schema];
    while let Some(value) = rest.pop() {
        let Value::Object(object) = value else {
            rest.extend(value.as_array().into_iter().flatten());
            continue;
        };
        for (key, value) in object {
            match key.as_str() {
                // They only describe.
                "default" | "example" | "examples" => {}
                "const" | "enum" => {
                    if let Some(number) = large_number(value) {
                        return Some(format!("{key}: the number {number} is too large to be exact"));
                    }
                }
                _ => rest.push(value),
            }
        }
    }
    None
}

/// A number in a value that is beyond the integers that double precision has all of.
fn large_number(value: &Value) -> Option<&Number> {
    const MOST: u64 = 1 << 53;
    let is_large = |number: &&Number| match number.as_i128() {
        Some(integer) => integer.unsigned_abs() > MOST.into(),
        None => number.as_f64().is_some_and(|number| number.abs() > MOST as f64),
    };
    values_within([value]).filter_map(Value::as_number).find(is_large)
}

fn count_objects(value: &Value) -> usize {
    values_within([value]).filter(|value| value.is_object()).count()
}

/// Finds whether a schema has a finite value. Only references, alternatives, required properties and required items are
/// looked at: what else a schema asks for counts as possible.
struct Productive<'s> {
    schema: &'s Value,
    /// References to schemas that have a finite value.
    known: HashSet<&'s str>,
}

impl<'s> Productive<'s> {
    fn new(schema: &'s Value) -> Productive<'s> {
        let mut references = HashSet::new();
        let mut rest = vec![schema];
        while let Some(value) = rest.pop() {
            match value {
                Value::Object(object) => {
                    references.extend(object.get("$ref").and_then(Value::as_str));
                    rest.extend(object.values());
                }
                Value::Array(items) => rest.extend(items),
                _ => {}
            }
        }
        let mut result = Productive { schema, known: HashSet::new() };
        for _ in 0..ROUNDS {
            let (found, rest): (Vec<&str>, Vec<&str>) = references.iter().partition(|name| result.target(name));
            if found.is_empty() {
                return result;
            }
            result.known.extend(found);
            references = rest.into_iter().collect();
        }
        // Not decided within the work that is allowed.
        result.known.extend(references);
        result
    }

    fn root(&self) -> bool {
        self.has_value(self.schema)
    }

    /// Whether the schema that a reference names has a value. One that is not found is left to the compiler.
    fn target(&self, reference: &str) -> bool {
        let target = match reference.strip_prefix('#') {
            Some("" | "/") => Some(self.schema),
            Some(pointer) => self.schema.pointer(pointer),
            None => None,
        };
        target.is_none_or(|target| self.has_value(target))
    }

    fn has_value(&self, schema: &Value) -> bool {
        let Value::Object(object) = schema else { return *schema != Value::Bool(false) };
        let list = |key: &str| object.get(key).and_then(Value::as_array).map(Vec::as_slice);
        let any = |key: &str| list(key).is_none_or(|options| options.iter().any(|option| self.has_value(option)));
        let all = list("allOf").unwrap_or_default().iter().all(|option| self.has_value(option));
        let referred = object.get("$ref").and_then(Value::as_str).is_none_or(|name| self.known.contains(name));
        referred && all && any("anyOf") && any("oneOf") && self.has_object(object) && self.has_array(object)
    }

    /// Whether the schema does not ask for an object, or one with its required properties exists.
    fn has_object(&self, schema: &Map<String, Value>) -> bool {
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let property = |name: &str| schema.get("properties").and_then(|properties| properties.get(name));
        !asks_for(schema, "object") || required.filter_map(property).all(|property| self.has_value(property))
    }

    /// Whether the schema does not ask for an array, or one with its required items exists.
    fn has_array(&self, schema: &Map<String, Value>) -> bool {
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
        let prefix = schema.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let needed = prefix.len().min(usize::try_from(least).unwrap_or(usize::MAX));
        let items = schema.get("items").filter(|items| items.is_object() && least > prefix.len() as u64);
        !asks_for(schema, "array")
            || prefix[..needed].iter().all(|item| self.has_value(item)) && items.is_none_or(|item| self.has_value(item))
    }
}

/// Whether values of a schema are of one type only.
fn asks_for(schema: &Map<String, Value>, r#type: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == r#type,
        Some(Value::Array(names)) => names.len() == 1 && names[0] == r#type,
        _ => false,
    }
}
