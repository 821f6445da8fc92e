//! The routes of the server, and those of its handlers that need no engine.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde_json::{Value, json};

use super::failure::Failure;
use super::guard::{Guard, guard};
use super::service::Service;
use super::{Notice, completions};
use crate::openai::TokenizeBody;
use crate::report::page::{PAGE, POLICY};

/// The routes of a server.
pub fn router(service: Arc<Service>, observe: Arc<dyn Fn(Notice) + Send + Sync>) -> Router {
    let state = Guard { service: Arc::clone(&service), observe };
    Router::new()
        .route("/", get(page))
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .route("/inspect", get(inspect))
        .route("/openapi.json", get(openapi))
        .route("/v1/models", get(models))
        .route("/v1/models/{*name}", get(model))
        .route("/v1/chat/completions", post(completions::chat))
        .route("/v1/completions", post(completions::text))
        .route("/tokenize", post(tokenize))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(state, guard))
        .with_state(service)
}

/// The shared state, as handlers get it.
pub type Shared = State<Arc<Service>>;

/// A response of JSON.
pub fn json_response(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn page() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, PAGE).into_response()
}

async fn health(State(service): Shared) -> Response {
    match service.ready() {
        Ok(_) => json_response(&json!({"status": "ok"})),
        Err(failure) => failure.into_response(),
    }
}

async fn metrics(State(service): Shared) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], service.metrics.to_text()).into_response()
}

async fn inspect(State(service): Shared) -> Result<Response, Failure> {
    Ok(json_response(&service.ready()?.inspection))
}

/// The description of the server, with the ids that tokens of the model have.
async fn openapi(State(service): Shared) -> Response {
    let mut text = include_str!("openapi.json").to_string();
    if let Ok(ready) = service.ready() {
        let largest = ready.preparer.model.config.vocab_size.saturating_sub(1);
        text = text.replace(&u32::MAX.to_string(), &largest.to_string());
    }
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// A model as `/v1/models` lists it.
fn description(service: &Service) -> Result<Value, Failure> {
    let ready = service.ready()?;
    Ok(json!({
        "id": ready.names[0],
        "object": "model",
        "created": ready.created,
        "owned_by": "rumma",
        "max_model_len": ready.preparer.context(),
    }))
}

async fn models(State(service): Shared) -> Result<Response, Failure> {
    Ok(json_response(&json!({"object": "list", "data": [description(&service)?]})))
}

async fn model(State(service): Shared, name: Result<Path<String>, PathRejection>) -> Result<Response, Failure> {
    // A name that is not UTF-8 is not that of the model either.
    let name = name.map(|Path(name)| name).unwrap_or_default();
    check_model(&service, Some(&name))?;
    Ok(json_response(&description(&service)?))
}

/// Checks the name of the model that a request asks for.
///
/// # Errors
/// 404 for another one.
pub fn check_model(service: &Service, name: Option<&str>) -> Result<(), Failure> {
    let names = &service.ready()?.names;
    match name {
        Some(name) if !names.iter().any(|known| known == name) => {
            let message = format!("the model is not served here (found {name:?}, expected {:?})", names[0]);
            let mut failure = Failure::new(StatusCode::NOT_FOUND, message, "model_not_found");
            failure.report.param = Some("model".into());
            Err(failure)
        }
        _ => Ok(()),
    }
}

/// The token ids of a text or a conversation: `{"prompt": TEXT}` or `{"messages": [...]}`.
async fn tokenize(State(service): Shared, request: Request<Body>) -> Result<Response, Failure> {
    let (body, place) = service.intake.read(request, service.options.body_limit, TokenizeBody::parse).await?;
    let ready = service.ready()?;
    check_model(&service, body.model.as_deref())?;
    let preparer = ready.preparer;
    let ids = blocking(move || preparer.tokenize(&body)).await??;
    drop(place);
    let count = ids.len();
    Ok(json_response(&json!({"tokens": ids, "count": count, "max_model_len": preparer.context()})))
}

/// Runs what takes long on another thread.
///
/// # Errors
/// 500 if it panics.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let failed =
        |_| Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "the request could not be prepared", "server_error");
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

/// The paths that clients reach with a wrong base URL, such as one without `/v1`.
const PATHS: [&str; 4] = ["/v1/chat/completions", "/v1/completions", "/v1/models", "/tokenize"];

async fn not_found(request: Request<Body>) -> Failure {
    let path = request.uri().path();
    let meant = PATHS.iter().find(|known| path.trim_end_matches('/').ends_with(known.trim_start_matches("/v1")));
    let message = match meant {
        Some(meant) => format!("there is nothing at {path} (expected {meant})"),
        None => format!("there is nothing at {path}"),
    };
    Failure::new(StatusCode::NOT_FOUND, message, "not_found")
}

async fn wrong_method(request: Request<Body>) -> Failure {
    let message = format!("{} is not possible at {}", request.method(), request.uri().path());
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, message, "method_not_allowed")
}
