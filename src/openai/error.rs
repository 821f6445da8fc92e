//! Errors in the form of OpenAI's API.

use serde::Serialize;

use super::fields::REQUEST;
use crate::error::{Error, Fault, FaultKind, RequestError, Resource};

/// An error in the form of OpenAI's API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorReport {
    /// One line of facts.
    pub message: String,
    /// `invalid_request_error` for a line that no host can answer, `server_error` for one that another host may answer.
    pub r#type: &'static str,
    /// The field at fault.
    pub param: Option<String>,
    /// A word for programs.
    pub code: &'static str,
}

impl ErrorReport {
    /// [`ErrorReport::type`] of an error of the machine.
    pub const SERVER_ERROR: &'static str = "server_error";

    /// The report of a request that the end of the server cuts off.
    pub fn shutting_down() -> ErrorReport {
        let message = "the server is shutting down".into();
        ErrorReport { message, r#type: ErrorReport::SERVER_ERROR, param: None, code: "shutting_down" }
    }

    /// The report of an error. Paths of this host are left out.
    pub fn of(error: &Error) -> ErrorReport {
        let (message, param, code) = match error {
            Error::Fault(fault) => of_fault(fault),
            Error::Request(RequestError::InvalidSampling { field, .. }) => {
                (error.to_string(), Some(field.to_string()), "invalid_value")
            }
            Error::Request(RequestError::PromptTooLong { tokens, exact, context, .. }) => {
                // Clients look for OpenAI's words.
                let least = if *exact { "" } else { "at least " };
                let message = format!(
                    "This model's maximum context length is {context} tokens. However, the prompt has {least}{tokens} tokens."
                );
                (message, None, "context_length_exceeded")
            }
            Error::NotFound { what: Resource::ChatTemplate, .. } => {
                ("the model has no chat template, so it can only continue a text".into(), None, "not_found")
            }
            Error::NotFound { name, .. } => {
                let text = error.to_string();
                let facts = text.strip_prefix(&format!("{name}: ")).unwrap_or(&text);
                (facts.to_string(), None, "not_found")
            }
            Error::Request(RequestError::KvMemoryTooSmall { .. }) => (error.to_string(), None, "server_error"),
            Error::Request(_) => (error.to_string(), None, "invalid_value"),
            _ => (error.to_string(), None, "server_error"),
        };
        let r#type = if code == "server_error" { ErrorReport::SERVER_ERROR } else { "invalid_request_error" };
        ErrorReport { message, r#type, param, code }
    }
}

fn of_fault(fault: &Fault) -> (String, Option<String>, &'static str) {
    let code = match fault.kind {
        FaultKind::NotJson | FaultKind::NotJsonObject => "invalid_json",
        FaultKind::NotUtf8 => "invalid_utf8",
        FaultKind::LineTooLong => "line_too_long",
        FaultKind::UnknownField | FaultKind::UnknownMessagesKey => "unknown_field",
        FaultKind::UnsupportedField | FaultKind::UnsupportedContent => "unsupported_value",
        _ => "invalid_value",
    };
    if !fault.file.as_os_str().eq(REQUEST) {
        let name = fault.file.file_name().unwrap_or(fault.file.as_os_str());
        let local = Fault { file: name.into(), ..fault.clone() };
        return (local.to_string(), None, code);
    }
    let text = fault.to_string();
    let facts = text.strip_prefix(&format!("{REQUEST}: ")).unwrap_or(&text);
    let field = fault.subject.strip_prefix("body.").unwrap_or(&fault.subject);
    let param = (!field.is_empty() && fault.kind != FaultKind::NotUtf8).then(|| field.to_string());
    (facts.to_string(), param, code)
}
