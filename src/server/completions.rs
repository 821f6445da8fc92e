//! `/v1/chat/completions` and `/v1/completions`: from the body of a request to an answer, whole or as a stream.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::vec::IntoIter;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Extensions, Request};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};

use super::app::{Shared, blocking, check_model, json_response};
use super::failure::Failure;
use super::guard::RequestId;
use super::service::{Service, Updates, unix_time};
use super::worker::Update;
use crate::error::{Error, RequestError};
use crate::openai::{self, Answer, Chunks, DONE, Echo, Endpoint, ErrorReport, Fingerprint, Head, Outcome};
use crate::requests::Prepared;
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
    call_key: String,
    created: u64,
    model: String,
    fingerprint: &'static Fingerprint,
    tokenizer: Option<&'static Tokenizer>,
    prompt_tokens: usize,
    answers: usize,
    /// The prompts, if they are repeated before their answers.
    echoes: Vec<Echo>,
    /// What the chat template does not use of the request.
    warnings: Vec<String>,
}

impl Reply {
    fn head(&self) -> Head<'_> {
        let Reply { endpoint, request_id, call_key, created, model, fingerprint, .. } = self;
        Head { endpoint: *endpoint, request_id, call_key, created: *created, model, fingerprint }
    }
}

async fn complete(service: Arc<Service>, request: Request<Body>, endpoint: Endpoint) -> Result<Response, Failure> {
    let arrived = Instant::now();
    let request_id = request_id(request.extensions());
    service.ready()?;
    let parse = move |object| match endpoint {
        Endpoint::Chat => openai::Body::chat(object, ""),
        Endpoint::Completions => openai::Body::completion(object, ""),
    };
    let (body, place) = service.intake.read(request, service.options.body_limit, parse).await?;
    check_model(&service, body.model.as_deref())?;
    let ticket = service.admit()?;
    let ready = service.ready()?;
    let preparer = ready.preparer;
    let (stream, model) = (body.stream, body.model.clone());
    let prompt_logprobs = body.settings.logprobs.filter(|_| body.echo);
    let prepared = blocking(move || preparer.prepare(&body)).await?;
    drop(place);
    let prepared = prepared.and_then(|prepared| prepared.0.iter().try_for_each(check_room).map(|()| prepared));
    let (mut prepared, warnings) = prepared.map_err(|error| failure_of(error, endpoint))?;
    let key = |prepared: &Prepared| openai::call_key(&prepared.request.prompt, prepared.request.seed);
    let reply = Reply {
        endpoint,
        request_id,
        call_key: prepared.first().map(key).unwrap_or_default(),
        created: unix_time().as_secs(),
        model: model.unwrap_or_else(|| ready.names[0].clone()),
        fingerprint: &preparer.identity,
        tokenizer: preparer.tokenizer,
        prompt_tokens: prepared.iter().map(|prepared| prepared.request.prompt.len()).sum(),
        answers: prepared.iter().map(|prepared| prepared.texts.len()).sum(),
        echoes: prepared.iter_mut().filter_map(|prepared| prepared.echo.take()).collect(),
        warnings,
    };
    let updates = service.submit(ticket, prepared, stream.is_some(), prompt_logprobs, arrived)?;
    match stream {
        None => whole(reply, updates).await,
        Some(options) => Ok(streamed(reply, updates, options.include_usage)),
    }
}

/// The failure of a request that cannot be prepared. What is wrong with a prompt concerns the field that it comes from.
fn failure_of(error: Error, endpoint: Endpoint) -> Failure {
    let is_about_prompt = matches!(
        error,
        Error::Request(
            RequestError::EmptyPrompt | RequestError::TokenIdOutOfRange { .. } | RequestError::PromptTooLong { .. }
        )
    );
    let mut failure = Failure::from(error);
    if is_about_prompt {
        let field = if endpoint == Endpoint::Chat { "messages" } else { "prompt" };
        failure.report.param = Some(field.into());
    }
    failure
}

/// Checks that an answer can have a token, if it is to have one.
///
/// # Errors
/// [`RequestError::PromptTooLong`].
fn check_room(prepared: &Prepared) -> crate::error::Result<()> {
    let request = &prepared.request;
    let (tokens, context) = (request.prompt.len(), request.context);
    if request.max_tokens > 0 && tokens >= context {
        return Err(RequestError::PromptTooLong { tokens, exact: true, context, maximum: context }.into());
    }
    Ok(())
}

fn request_id(extensions: &Extensions) -> String {
    extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// The answer to a request that is not streamed.
async fn whole(mut reply: Reply, mut updates: Updates) -> Result<Response, Failure> {
    let mut answers: Vec<Option<Answer>> = vec![None; reply.answers];
    let mut echoes = std::mem::take(&mut reply.echoes);
    let mut cached_tokens = 0;
    while let Some(update) = updates.next().await {
        match update {
            Update::Prompt { prompt, logprobs } => {
                if let Some(echo) = echoes.get_mut(prompt) {
                    echo.logprobs = Some(logprobs);
                }
            }
            Update::Token { .. } => {}
            Update::Finished { answer, result, reused, .. } => {
                answers[answer] = Some(result);
                cached_tokens += reused;
            }
            Update::Failed(report) => return Err(report.into()),
        }
    }
    if answers.iter().any(Option::is_none) {
        return Err(ErrorReport::shutting_down().into());
    }
    let answers = answers.into_iter().flatten().collect();
    let outcome = Outcome {
        prompt_tokens: reply.prompt_tokens,
        cached_tokens: Some(cached_tokens),
        echoes,
        answers,
        warnings: std::mem::take(&mut reply.warnings),
    };
    Ok(json_response(&openai::response(&reply.head(), &outcome, reply.tokenizer)))
}

/// The answer to a request that is streamed, as server-sent events.
fn streamed(mut reply: Reply, updates: Updates, include_usage: bool) -> Response {
    let echoes = std::mem::take(&mut reply.echoes);
    let warnings = std::mem::take(&mut reply.warnings);
    let chunks = Chunks::new(reply.tokenizer, reply.answers, reply.prompt_tokens, echoes, include_usage);
    let chunks = chunks.with_warnings(warnings);
    let state = Some((reply, updates, chunks, Vec::new().into_iter()));
    let events = futures_util::stream::unfold(state, |state| async move {
        let (reply, mut updates, mut chunks, mut ready): (Reply, Updates, Chunks, IntoIter<String>) = state?;
        loop {
            if let Some(data) = ready.next() {
                let ends = data == DONE;
                let event = Ok::<Event, Infallible>(Event::default().data(data));
                return Some((event, (!ends).then_some((reply, updates, chunks, ready))));
            }
            let update = updates.next().await;
            let data = match update {
                Some(Update::Token { answer, text, logprobs }) => {
                    chunks.token(&reply.head(), answer, &text, logprobs.as_ref())
                }
                Some(Update::Finished { answer, result, text, reused }) => {
                    chunks.finished(&reply.head(), answer, &result, &text, reused)
                }
                Some(Update::Prompt { prompt, logprobs }) => {
                    chunks.prompt(prompt, logprobs);
                    Vec::new()
                }
                Some(Update::Failed(report)) => Chunks::failed(&report),
                None => Chunks::failed(&ErrorReport::shutting_down()),
            };
            ready = data.into_iter();
        }
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE).text("still computing");
    Sse::new(events).keep_alive(keep_alive).into_response()
}
