//! A line of a file of jobs: its id and its request.

use serde_json::{Map, Value};

use super::reader::RawLine;
use crate::error::{Error, Fault, FaultKind, Result};
use crate::json;
use crate::openai::{Body, Endpoint, Fields, REQUEST};

/// A parsed line.
#[derive(Debug)]
pub struct Job {
    /// Its `id` or `custom_id`, a string or a whole number; `line-N` with the number of the line if it has none.
    pub id: Value,
    /// Whether it is a line of OpenAI's Batch API, whose result has OpenAI's form as well.
    pub is_batch: bool,
    /// The form of the answer to a line of OpenAI's Batch API.
    pub endpoint: Endpoint,
    /// The request, or why it cannot be answered.
    pub body: Result<Body>,
}

/// The keys that only lines of OpenAI's Batch API have.
const BATCH_KEYS: [&str; 3] = ["method", "url", "body"];
/// The most bytes of an id.
const LONGEST_ID: usize = 512;

impl Job {
    /// Parses a line. Whatever it holds, the result is a job: the fault of a wrong line is its `body`.
    pub fn parse(line: &RawLine) -> Job {
        let id = Value::String(format!("line-{}", line.number));
        let mut head = Head { id, is_batch: false, endpoint: Endpoint::Chat };
        let body = head.read(line);
        let Head { id, is_batch, endpoint } = head;
        Job { id, is_batch, endpoint, body }
    }
}

/// A job without its request.
struct Head {
    id: Value,
    is_batch: bool,
    endpoint: Endpoint,
}

impl Head {
    /// Sets what the line says about the job, and parses the request.
    fn read(&mut self, line: &RawLine) -> Result<Body> {
        let bytes = line.content.as_ref().map_err(|fault| Error::from(fault.clone()))?;
        let text = std::str::from_utf8(bytes).map_err(|error| {
            Error::from(Fault::new(FaultKind::NotUtf8, REQUEST).subject(format!("byte {}", error.valid_up_to())))
        })?;
        let mut object = match json::parse(text.as_bytes()) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return Err(Fault::new(FaultKind::NotJsonObject, REQUEST).into()),
            Err(error) => {
                // The id of a line in which another key occurs twice is still its id.
                if let Ok(Value::Object(object)) = serde_json::from_str(text) {
                    self.set(&object);
                }
                let cause = error.to_string().replace(" at line 1 column ", " at column ");
                return Err(Fault::new(FaultKind::NotJson, REQUEST).cause(cause).into());
            }
        };
        self.set(&object);
        check_id(&mut object, self.is_batch)?;
        let body = if self.is_batch { self.read_batch(object) } else { Body::plain(object) }?;
        // What a file of results has no place for.
        let field = if body.stream.is_some() { "stream" } else { "echo" };
        if body.stream.is_some() || body.echo {
            let place = if self.is_batch { "body." } else { "" };
            let fault = Fault::new(FaultKind::UnsupportedField, REQUEST).subject(format!("{place}{field}"));
            return Err(fault.found("true").expected("false").into());
        }
        Ok(body)
    }

    /// Sets the id and the form of the result.
    fn set(&mut self, object: &Map<String, Value>) {
        self.is_batch = BATCH_KEYS.iter().any(|key| object.get(*key).is_some_and(|value| !value.is_null()));
        if object.get("url").is_some_and(|url| url == "/v1/completions") {
            self.endpoint = Endpoint::Completions;
        }
        let mut given = ["custom_id", "id"].iter().filter_map(|key| object.get(*key));
        if let Some(id) = given.find(|id| is_id(id)) {
            self.id = id.clone();
        }
    }

    /// The request of a line of OpenAI's Batch API.
    fn read_batch(&self, object: Map<String, Value>) -> Result<Body> {
        let mut fields = Fields::new(object, "");
        fields.only("method", &["POST".into()])?;
        const URLS: &str = "/v1/chat/completions or /v1/completions";
        let url = fields.string("url")?.ok_or_else(|| fields.missing("url", URLS))?;
        if !["/v1/chat/completions", "/v1/completions"].contains(&url.as_str()) {
            return Err(fields.invalid("url", &url.into(), URLS));
        }
        let Some(body) = fields.object("body")? else { return Err(fields.missing("body", "an object")) };
        fields.finish()?;
        match self.endpoint {
            Endpoint::Chat => Body::chat(body, "body."),
            Endpoint::Completions => Body::completion(body, "body."),
        }
    }
}

/// Whether `value` can be an id: a string, or a whole number.
fn is_id(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty() && text.len() <= LONGEST_ID,
        Value::Number(number) => number.is_u64() || number.is_i64(),
        _ => false,
    }
}

/// Removes the id of a line, which has one at most; a line of OpenAI's Batch API has a `custom_id`, which is a string.
fn check_id(object: &mut Map<String, Value>, is_batch: bool) -> Result<()> {
    let fields = Fields::new(Map::new(), "");
    let mut take = |key: &str| object.shift_remove(key).filter(|value| !value.is_null());
    let is_valid = |id: &Value| is_id(id) && (id.is_string() || !is_batch);
    let expected = match is_batch {
        true => format!("a string of 1 to {LONGEST_ID} bytes"),
        false => format!("a string of 1 to {LONGEST_ID} bytes or a whole number"),
    };
    match (take("custom_id"), take("id")) {
        (Some(_), Some(_)) => Err(fields.conflict(&["id", "custom_id"])),
        (None, _) if is_batch => Err(fields.missing("custom_id", &expected)),
        (Some(id), None) if !is_valid(&id) => Err(fields.invalid("custom_id", &id, &expected)),
        (None, Some(id)) if !is_valid(&id) => Err(fields.invalid("id", &id, &expected)),
        _ => Ok(()),
    }
}
