//! `/v1/chat/completions` and `/v1/completions`: from the body of a request to an answer, whole or as a stream.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::State;
use axum::http::{Extensions, Request};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};

use super::app::{Shared, blocking, check_model, json_response, read_object};
use super::failure::Failure;
use super::guard::RequestId;
use super::service::{Service, Updates};
use super::worker::Update;
use crate::openai::{self, Answer, Chunks, DONE, Endpoint, ErrorReport, Fingerprint, Head, Outcome};
use crate::text::Tokenizer;

/// The silence after which a stream gets a comment: clients and proxies give up on a silent connection.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// `POST /v1/chat/completions`
pub async fn chat(State(service): Shared, request: Request<Body>) -> Result<Response, Failure> {
    complete(service, request, Endpoint::Chat).await
}

/// `POST /v1/completions`
pub async fn text(State(service): Shared, request: Request<Body>) -> Result<Response, Failure> {
    complete(service, request, Endpoint::Completions).await
}

/// The head of an answer.
struct Reply {
    endpoint: Endpoint,
    request_id: String,
    created: u64,
    model: String,
    fingerprint: &'static Fingerprint,
    tokenizer: Option<&'static Tokenizer>,
    prompt_tokens: usize,
    answers: usize,
}

impl Reply {
    fn head(&self) -> Head<'_> {
        let Reply { endpoint, request_id, created, model, fingerprint, .. } = self;
        Head { endpoint: *endpoint, request_id, created: *created, model, fingerprint }
    }
}

async fn complete(service: Arc<Service>, request: Request<Body>, endpoint: Endpoint) -> Result<Response, Failure> {
    let arrived = Instant::now();
    let request_id = request_id(request.extensions());
    service.ready()?;
    let object = read_object(&service, request).await?;
    let body = match endpoint {
        Endpoint::Chat => openai::Body::chat(object, "")?,
        Endpoint::Completions => openai::Body::completion(object, "")?,
    };
    check_model(&service, body.model.as_deref())?;
    let ticket = service.admit()?;
    let ready = service.ready()?;
    let preparer = ready.preparer;
    let (stream, model) = (body.stream, body.model.clone());
    let (prepared, _) = blocking(move || preparer.prepare(&body)).await??;
    let reply = Reply {
        endpoint,
        request_id,
        created: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
        model: model.unwrap_or_else(|| ready.names[0].clone()),
        fingerprint: &preparer.identity,
        tokenizer: preparer.tokenizer,
        prompt_tokens: prepared.iter().map(|prepared| prepared.request.prompt.len()).sum(),
        answers: prepared.iter().map(|prepared| prepared.texts.len()).sum(),
    };
    let updates = service.submit(ticket, prepared, stream.is_some(), None, arrived)?;
    match stream {
        None => whole(reply, updates).await,
        Some(options) => Ok(streamed(reply, updates, options.include_usage)),
    }
}

fn request_id(extensions: &Extensions) -> String {
    extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// The answer to a request that is not streamed.
async fn whole(reply: Reply, mut updates: Updates) -> Result<Response, Failure> {
    let mut answers: Vec<Option<Answer>> = vec![None; reply.answers];
    while let Some(update) = updates.next().await {
        match update {
            Update::Finished { answer, result, .. } => answers[answer] = Some(result),
            Update::Failed(report) => return Err(report.into()),
            Update::Prompt { .. } | Update::Token { .. } => {}
        }
    }
    if answers.iter().any(Option::is_none) {
        return Err(ErrorReport::shutting_down().into());
    }
    let answers = answers.into_iter().flatten().collect();
    let outcome = Outcome { prompt_tokens: reply.prompt_tokens, answers, warnings: Vec::new() };
    Ok(json_response(&openai::response(&reply.head(), &outcome, reply.tokenizer)))
}

/// The answer to a request that is streamed, as server-sent events.
fn streamed(reply: Reply, updates: Updates, include_usage: bool) -> Response {
    let chunks = Chunks::new(reply.answers, reply.prompt_tokens, include_usage);
    let state = Some((reply, updates, chunks, Vec::new().into_iter()));
    let events = futures_util::stream::unfold(state, |state| async move {
        let (reply, mut updates, mut chunks, mut ready): (Reply, Updates, Chunks, std::vec::IntoIter<String>) = state?;
        loop {
            if let Some(data) = ready.next() {
                let ends = data == DONE;
                let event = Ok::<Event, Infallible>(Event::default().data(data));
                return Some((event, (!ends).then_some((reply, updates, chunks, ready))));
            }
            let update = updates.next().await;
            let data = match update {
                Some(Update::Token { answer, text, logprobs }) => {
                    chunks.token(&reply.head(), answer, &text, logprobs.as_ref(), reply.tokenizer)
                }
                Some(Update::Finished { answer, result, text, .. }) => {
                    chunks.finished(&reply.head(), answer, &result, &text)
                }
                Some(Update::Prompt { .. }) => Vec::new(),
                Some(Update::Failed(report)) => Chunks::failed(&report),
                None => Chunks::failed(&ErrorReport::shutting_down()),
            };
            ready = data.into_iter();
        }
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE).text("still computing");
    Sse::new(events).keep_alive(keep_alive).into_response()
}
