//! What a request asks an answer to be: `response_format`, `structured_outputs`, `logit_bias` and tools.

use serde_json::{Map, Value, json};

use super::fields::Fields;
use crate::engine::BAN;
use crate::error::{FaultKind, Result};
use crate::grammar::{Constraint, Function, LARK, is_gbnf};

/// The most tokens that a request can give a bias.
const MOST_BIASED: usize = 1024;

/// A constraint, and the field that asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldConstraint {
    /// What the answer must be.
    pub constraint: Constraint,
    /// The field, for errors.
    pub field: &'static str,
}

/// The tools of a request and whether they are called.
#[derive(Debug, Clone, PartialEq)]
pub struct Tools {
    /// The functions that can be called: all, or the one that `tool_choice` names.
    pub functions: Vec<Function>,
    /// Whether the answer must be calls.
    pub is_required: bool,
    /// Whether there can be several calls.
    pub is_parallel: bool,
}

impl Tools {
    /// Whether calls are constrained while they are generated; otherwise they are found in the answer.
    pub fn constrain(&self) -> bool {
        self.is_required || !self.is_parallel || self.functions.iter().any(|function| function.is_strict)
    }
}

/// `response_format` or `structured_outputs`.
pub(super) fn constraint(fields: &mut Fields) -> Result<Option<FieldConstraint>> {
    let format = response_format(fields)?;
    let structured = structured_outputs(fields)?;
    match (format, structured) {
        (Some(_), Some(_)) => Err(fields.conflict(&["response_format", "structured_outputs"])),
        (format, structured) => Ok(format.or(structured)),
    }
}

fn response_format(fields: &mut Fields) -> Result<Option<FieldConstraint>> {
    let Some(format) = fields.object("response_format")? else { return Ok(None) };
    let found = |constraint, field| Ok(Some(FieldConstraint { constraint, field }));
    let mut format = Fields::new(format, "response_format.");
    let kind = format.string("type")?;
    let schema = format.object("json_schema")?;
    match (kind.as_deref(), schema) {
        (Some("text"), None) => format.finish().map(|()| None),
        (Some("json_object"), None) => {
            format.finish().and_then(|()| found(Constraint::json_object(), "response_format"))
        }
        (Some("json_schema"), Some(object)) => {
            let mut object = Fields::new(object, "response_format.json_schema.");
            object.string("name")?;
            object.string("description")?;
            object.boolean("strict")?;
            let (schema, missing) = (object.take("schema"), object.missing("schema", "a JSON schema"));
            object.finish()?;
            let schema = schema.ok_or(missing)?;
            format.finish()?;
            found(Constraint::JsonSchema(schema), "response_format.json_schema.schema")
        }
        (Some("json_schema"), None) => Err(format.missing("json_schema", "an object with name and schema")),
        (Some("text" | "json_object"), Some(_)) => Err(format.conflict(&["type", "json_schema"])),
        (Some(other), _) => Err(format.invalid("type", &other.into(), "text, json_object or json_schema")),
        (None, _) => Err(format.missing("type", "text, json_object or json_schema")),
    }
}

/// The field of vLLM's server: an object with one of `json`, `json_object`, `regex`, `choice` and `grammar`.
fn structured_outputs(fields: &mut Fields) -> Result<Option<FieldConstraint>> {
    let Some(object) = fields.object("structured_outputs")? else { return Ok(None) };
    let mut object = Fields::new(object, "structured_outputs.");
    let mut found = Vec::new();
    let mut add = |constraint, field| found.push(FieldConstraint { constraint, field });
    if let Some(schema) = object.take("json") {
        // A schema can be JSON in a string.
        let parsed = schema.as_str().and_then(|text| serde_json::from_str(text).ok());
        add(Constraint::JsonSchema(parsed.unwrap_or(schema)), "structured_outputs.json");
    }
    if object.boolean("json_object")? == Some(true) {
        add(Constraint::json_object(), "structured_outputs.json_object");
    }
    if let Some(regex) = object.string("regex")? {
        add(Constraint::Regex(regex), "structured_outputs.regex");
    }
    if let Some(choices) = object.texts("choice")? {
        if choices.is_empty() {
            return Err(object.invalid("choice", &json!([]), "at least one text"));
        }
        let choices: Vec<String> = choices.into_iter().map(|choice| Value::String(choice).to_string()).collect();
        add(Constraint::Lark(format!("start: {}", choices.join(" | "))), "structured_outputs.choice");
    }
    if let Some(grammar) = object.string("grammar")? {
        if is_gbnf(&grammar) {
            return Err(object.invalid("grammar", &grammar.into(), LARK));
        }
        add(Constraint::Lark(grammar), "structured_outputs.grammar");
    }
    object.finish()?;
    let expected = "one of json, json_object, regex, choice and grammar";
    match found.len() {
        0 => Err(fields.missing("structured_outputs", expected)),
        1 => Ok(found.pop()),
        _ => {
            let fault = fields.fault(FaultKind::InvalidField, "structured_outputs");
            Err(fault.found("several").expected(expected).into())
        }
    }
}

/// `logit_bias`: an object from token ids to numbers.
pub(super) fn logit_bias(fields: &mut Fields) -> Result<Vec<(u32, f32)>> {
    let Some(object) = fields.object("logit_bias")? else { return Ok(Vec::new()) };
    let expected = format!("at most {MOST_BIASED} token ids with numbers from {BAN} to {}", -BAN);
    if object.len() > MOST_BIASED {
        return Err(fields.invalid("logit_bias", &object.len().into(), &expected));
    }
    let mut biases = Vec::with_capacity(object.len());
    for (id, bias) in object {
        let number = bias.as_f64().filter(|bias| bias.abs() <= f64::from(-BAN));
        match (id.parse::<u32>(), number) {
            (Ok(id), Some(number)) => biases.push((id, number as f32)),
            (Err(_), _) => return Err(fields.invalid("logit_bias", &id.into(), &expected)),
            (_, None) => return Err(fields.invalid("logit_bias", &bias, &expected)),
        }
    }
    Ok(biases)
}

/// `tool_choice` and `parallel_tool_calls`, for the `tools` of a conversation, which a choice of `none` removes.
pub(super) fn tools(fields: &mut Fields, conversation: &mut Map<String, Value>) -> Result<Option<Tools>> {
    const EXPECTED: &str =
        "none, auto, required, or the name of a function as {\"type\": \"function\", \"function\": {\"name\": ..}}";
    let choice = fields.take("tool_choice").unwrap_or_else(|| json!("auto"));
    let is_parallel = fields.boolean("parallel_tool_calls")? != Some(false);
    if choice == "none" || conversation.get("tools").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        conversation.shift_remove("tools");
    }
    let named = choice.pointer("/function/name").and_then(Value::as_str).filter(|_| choice["type"] == "function");
    if named.is_none() && !["none", "auto", "required"].iter().any(|name| choice == *name) {
        return Err(fields.invalid("tool_choice", &choice, EXPECTED));
    }
    let is_required = named.is_some() || choice == "required";
    let Some(tools) = conversation.get("tools").and_then(Value::as_array) else {
        return if is_required {
            Err(fields.missing("tools", "the functions that tool_choice asks for"))
        } else {
            Ok(None)
        };
    };
    let mut functions = tools
        .iter()
        .enumerate()
        .map(|(index, tool)| function(fields, index, tool))
        .collect::<Result<Vec<Function>>>()?;
    if let Some(name) = named {
        functions.retain(|function| function.name == name);
        if functions.is_empty() {
            return Err(fields.invalid("tool_choice", &name.into(), "the name of one of the tools"));
        }
    }
    Ok(Some(Tools { functions, is_required, is_parallel }))
}

/// Function number `index` of `tools`: `{"type": "function", "function": {...}}`, or the function alone.
fn function(fields: &Fields, index: usize, tool: &Value) -> Result<Function> {
    let invalid =
        |value: &Value| fields.invalid("tools", value, "functions with a name and a JSON schema of parameters");
    if tool.get("type").is_some_and(|kind| kind != "function") {
        return Err(invalid(&tool["type"]));
    }
    let function = tool.get("function").unwrap_or(tool);
    let name = function.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| invalid(&function["name"]))?.to_string();
    let mut parameters = match function.get("parameters") {
        None | Some(Value::Null) => json!({"type": "object", "additionalProperties": false}),
        Some(parameters @ Value::Object(_)) => parameters.clone(),
        Some(other) => return Err(invalid(other)),
    };
    let has_object = match &parameters["type"] {
        Value::Array(types) => types.iter().any(|one| one == "object"),
        one => one.is_null() || one == "object",
    };
    if !has_object {
        let place = format!("tools[{index}].function.parameters");
        return Err(fields.invalid(&place, &parameters["type"], "a schema of type object"));
    }
    // Arguments are an object, also where the schema does not say so, or allows something else too.
    parameters["type"] = "object".into();
    let is_strict = function.get("strict").and_then(Value::as_bool) == Some(true);
    Ok(Function { name, parameters, is_strict })
}
