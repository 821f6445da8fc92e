//! Reads the bodies of requests, with limits on their size and time. Large ones are parsed beside the thread of all
//! connections and only a few at a time, because their values take up to 40 times their bytes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::app::blocking;
use super::failure::Failure;
use crate::error::Result as Parsed;
use crate::json;

/// The time in which a client must send the body of a request.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// The most bytes of a body that is parsed at once and of which any number is received at the same time.
const SMALL: usize = 256 << 10;
/// Larger bodies that are received at the same time.
const MOST_RECEIVED: usize = 32;
/// Larger bodies that are parsed and encoded at the same time.
const MOST_PARSED: usize = 2;

/// Places for large bodies.
pub struct Intake {
    received: Arc<Semaphore>,
    parsed: Arc<Semaphore>,
}

impl Default for Intake {
    fn default() -> Intake {
        Intake { received: Arc::new(Semaphore::new(MOST_RECEIVED)), parsed: Arc::new(Semaphore::new(MOST_PARSED)) }
    }
}

/// Taken by a large body. It is to be dropped when the request is encoded.
pub type Place = Option<OwnedSemaphorePermit>;

impl Intake {
    /// Reads the body of a request, a JSON object, and parses it.
    ///
    /// # Errors
    /// 400, 408, 413, 415 or 429.
    pub async fn read<T: Send + 'static>(
        &self,
        request: Request<Body>,
        limit: usize,
        parse: impl FnOnce(Map<String, Value>) -> Parsed<T> + Send + 'static,
    ) -> Result<(T, Place), Failure> {
        check_headers(request.headers(), limit)?;
        let received = timeout(BODY_TIMEOUT, self.receive(request.into_body(), limit)).await.map_err(|_| {
            let message = format!("the body has not arrived within {} s", BODY_TIMEOUT.as_secs());
            Failure::new(StatusCode::REQUEST_TIMEOUT, message, "request_timeout")
        })?;
        let (bytes, received) = received?;
        if received.is_none() {
            return Ok((parse(object(&bytes)?)?, None));
        }
        // The semaphore is never closed.
        let place = Arc::clone(&self.parsed).acquire_owned().await.ok();
        let body = blocking(move || Ok::<T, Failure>(parse(object(&bytes)?)?)).await??;
        Ok((body, place))
    }

    async fn receive(&self, body: Body, limit: usize) -> Result<(Vec<u8>, Place), Failure> {
        let (mut bytes, mut place) = (Vec::new(), None);
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let broken = |_| Failure::new(StatusCode::BAD_REQUEST, "the body is broken off", "body_incomplete");
            let piece = piece.map_err(broken)?;
            let length = bytes.len() + piece.len();
            if length > limit {
                return Err(too_large(limit));
            }
            if length > SMALL && place.is_none() {
                let refused = |_| Failure::too_many("too many large bodies at the same time", "too_many_large_bodies");
                place = Some(Arc::clone(&self.received).try_acquire_owned().map_err(refused)?);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok((bytes, place))
    }
}

fn check_headers(headers: &HeaderMap, limit: usize) -> Result<(), Failure> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let essence = text(header::CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or("").trim();
    // A web page of another origin can send other types without asking.
    if !essence.eq_ignore_ascii_case("application/json") {
        let message = format!("the content type is not JSON (found {essence:?}, expected application/json)");
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message, "unsupported_media_type"));
    }
    let length = text(header::CONTENT_LENGTH).and_then(|value| value.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    Ok(())
}

fn too_large(limit: usize) -> Failure {
    let message = format!("the body is too large (expected at most {limit} bytes)");
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, message, "request_too_large")
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, Failure> {
    let wrong = |message: String| Failure::new(StatusCode::BAD_REQUEST, message, "invalid_json");
    match json::parse(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(wrong("the body is not a JSON object".into())),
        Err(error) => Err(wrong(format!("the body is not JSON: {error}"))),
    }
}
