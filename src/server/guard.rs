//! What every request passes before its handler: the name of the host, the origin, the key; and what every response gets: an
//! id and headers.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::address::Address;
use super::failure::Failure;
use super::service::Service;
use super::{Notice, Served};

/// The header with the id of a request, which a client may choose.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The code of the error for a name that is not this server's.
const HOST_NOT_ALLOWED: &str = "host_not_allowed";
/// The most bytes of an id that a client chooses.
const LONGEST_ID: usize = 128;

/// What the guard uses.
#[derive(Clone)]
pub struct Guard {
    pub service: Arc<Service>,
    pub observe: Arc<dyn Fn(Notice) + Send + Sync>,
}

/// The id of a request, for its handler.
#[derive(Clone)]
pub struct RequestId(pub String);

/// Checks a request, passes it on, and adds headers to the response.
pub async fn guard(State(guard): State<Guard>, mut request: Request<Body>, next: Next) -> Response {
    let arrived = Instant::now();
    let id = request_id(request.headers()).unwrap_or_else(|| guard.service.new_id());
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    let origin = request.headers().get(header::ORIGIN).cloned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = match check(&guard.service, &request) {
        Err(failure) => {
            if failure.report.code == HOST_NOT_ALLOWED {
                (guard.observe)(Notice::HostRefused);
            }
            failure.into_response()
        }
        Ok(()) if method == Method::OPTIONS && is_preflight(request.headers()) => preflight(),
        Ok(()) => next.run(request).await,
    };
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(origin) = origin.filter(|origin| is_allowed_origin(&guard.service, origin)) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("x-request-id, retry-after"));
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    let status = response.status().as_u16();
    guard.service.metrics.count_response(status);
    let method = method.to_string();
    (guard.observe)(Notice::Served(Served { method, path, status, time: arrived.elapsed(), id }));
    response
}

/// The id that the client gives, if it is printable.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let is_valid = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic());
    is_valid.then(|| id.to_string())
}

fn check(service: &Service, request: &Request<Body>) -> Result<(), Failure> {
    let headers = request.headers();
    check_host(service, request)?;
    // A page that is not allowed to read answers must not ask either. The page of the server itself has its own origin.
    if let Some(origin) = headers.get(header::ORIGIN)
        && !is_own_origin(headers, origin)
        && !is_allowed_origin(service, origin)
    {
        let origin = String::from_utf8_lossy(origin.as_bytes());
        let message = format!("the origin is not in the server's list of allowed origins (found {origin})");
        return Err(Failure::new(StatusCode::FORBIDDEN, message, "origin_not_allowed"));
    }
    let is_open = matches!(request.uri().path(), "/" | "/health") || request.method() == Method::OPTIONS;
    if is_open || service.options.api_keys.is_empty() {
        return Ok(());
    }
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    match given {
        Some(key) if is_api_key(service, key) => Ok(()),
        Some(_) => Err(Failure::new(StatusCode::UNAUTHORIZED, "the API key is wrong", "invalid_api_key")),
        None => {
            let message = "there is no API key (expected the header Authorization: Bearer KEY)";
            Err(Failure::new(StatusCode::UNAUTHORIZED, message, "invalid_api_key"))
        }
    }
}

/// Whether a key is one of the server's. Hashes are compared, so that the time does not depend on how much of a key is right.
fn is_api_key(service: &Service, given: &str) -> bool {
    let given = Sha256::digest(given);
    service.options.api_keys.iter().any(|key| Sha256::digest(key) == given)
}

/// Refuses names that are not this server's: a web page can make its own name point to this machine (DNS rebinding).
fn check_host(service: &Service, request: &Request<Body>) -> Result<(), Failure> {
    let Address::Tcp { host: own, .. } = &service.options.address else { return Ok(()) };
    let authority = request.uri().host().map(str::to_string);
    if request.headers().get_all(header::HOST).iter().count() > 1 {
        let message = "the header Host is there several times";
        return Err(Failure::new(StatusCode::BAD_REQUEST, message, "host_repeated"));
    }
    let header = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let Some(host) = authority.or(header.map(|value| without_port(value).to_string())) else {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "the header Host is missing", "host_missing"));
    };
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    let is_ip = host.parse::<std::net::IpAddr>().is_ok();
    let is_known = host == "localhost"
        || host.ends_with(".localhost")
        || host == own.to_ascii_lowercase()
        || service.options.hosts.iter().any(|known| known.eq_ignore_ascii_case(&host) || known == "*");
    // An IP address is no name that could be made to point here.
    if is_known || is_ip {
        return Ok(());
    }
    let message = format!("the host is not in the server's list of allowed hosts (found {host})");
    Err(Failure::new(StatusCode::FORBIDDEN, message, HOST_NOT_ALLOWED))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a request comes from a page of this server.
fn is_own_origin(headers: &HeaderMap, origin: &HeaderValue) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    host.is_some() && host == origin
}

fn is_allowed_origin(service: &Service, origin: &HeaderValue) -> bool {
    let allowed = &service.options.origins;
    allowed.iter().any(|allowed| allowed == "*" || allowed.as_bytes() == origin.as_bytes())
}

fn is_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What a page of another origin may send.
fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, x-request-id"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
