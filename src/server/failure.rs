//! Errors of the server: a status and a body in OpenAI's form.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::Error;
use crate::openai::ErrorReport;

/// Why a request is not answered.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The status.
    pub status: StatusCode,
    /// What is wrong.
    pub report: ErrorReport,
    /// When to try again.
    retry_after: Option<Duration>,
}

impl Failure {
    /// A failure with a message, a type and a code.
    pub fn new(status: StatusCode, message: impl Into<String>, code: &'static str) -> Failure {
        let r#type = match status.as_u16() {
            401 => "authentication_error",
            429 => "rate_limit_error",
            status if status >= 500 => ErrorReport::SERVER_ERROR,
            _ => "invalid_request_error",
        };
        let report = ErrorReport { message: message.into(), r#type, param: None, code };
        Failure { status, report, retry_after: None }
    }

    /// 503: not now.
    pub fn unavailable(message: &str, code: &'static str) -> Failure {
        let retry_after = Some(Duration::from_secs(1));
        Failure { retry_after, ..Failure::new(StatusCode::SERVICE_UNAVAILABLE, message, code) }
    }

    /// 429: not as much at the same time.
    pub fn too_many(message: &str, code: &'static str) -> Failure {
        let retry_after = Some(Duration::from_secs(1));
        Failure { retry_after, ..Failure::new(StatusCode::TOO_MANY_REQUESTS, message, code) }
    }

    /// 503: the server ends.
    pub fn shutting_down() -> Failure {
        Failure::unavailable("the server is shutting down", "shutting_down")
    }

    /// 429: `places` requests run or wait, and there is no room for more.
    pub fn queue_full(places: usize, retry_after: Duration) -> Failure {
        let message = format!("the queue is full ({places} of {places} requests run or wait); try again later");
        let retry_after = Some(retry_after);
        Failure { retry_after, ..Failure::new(StatusCode::TOO_MANY_REQUESTS, message, "queue_full") }
    }
}

impl From<ErrorReport> for Failure {
    fn from(report: ErrorReport) -> Failure {
        let status = match report.code {
            "shutting_down" => StatusCode::SERVICE_UNAVAILABLE,
            _ if report.r#type == ErrorReport::SERVER_ERROR => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Failure { status, report, retry_after: None }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            // Too many chat templates run at the same time, or there are no threads for one.
            Error::Machine(error) => Failure::unavailable(&error.to_string(), "overloaded"),
            error => ErrorReport::of(&error).into(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = json!({"error": self.report}).to_string();
        let mut response = (self.status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if let Some(after) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
