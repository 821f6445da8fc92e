//! HTTP requests. Redirects are followed here, not in ureq, so that the token is sent only to the hub and a redirect
//! from https to plain http is refused.
//!
//! Plain http is allowed for loopback addresses only, for tests and tunnels. TLS is rustls with graviola, which builds
//! without a C compiler; ring and aws-lc need one. ureq, rustls and graviola take 12 MB of `vendor/`, including 1.2 MB
//! for ring, which is in `Cargo.lock` but not built.

use super::policy::{Policy, Settings, Token};
use super::retry::Failure;
use crate::error::{Error, Result};
use std::io::{self, Read};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::http::{HeaderMap, Uri, header};
use ureq::tls::TlsConfig;
use ureq::{Agent, Proxy};

const MAX_REDIRECTS: usize = 10;

/// A response with fewer bytes per second is a temporary failure.
const MIN_RATE: f64 = 1024.0;

/// A response whose body has not been read.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Body,
    /// Whether the response is from the hub itself, not from a store that it redirected to.
    pub from_hub: bool,
    /// The URL without its query, for messages.
    pub url: String,
}

impl Reply {
    /// The value of a header, if it is present and ASCII.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the end of the connection is the end of the body, so that a broken one is not noticed.
    pub fn has_no_length(&self) -> bool {
        self.header(header::CONTENT_LENGTH).is_none() && self.header(header::TRANSFER_ENCODING).is_none()
    }

    /// The media type of the body, such as `text/html`; empty if it is not stated.
    pub fn media_type(&self) -> &str {
        self.header(header::CONTENT_TYPE).unwrap_or("").split(';').next().unwrap_or("").trim()
    }
}

/// The body of a response. A server that sends less than [`MIN_RATE`] is a timeout.
pub struct Body {
    inner: Box<dyn Read + Send>,
    /// The time over which the rate is measured.
    window: Duration,
    /// Start of the current window, and the bytes since then.
    current: Option<(Instant, u64)>,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (start, bytes) = self.current.unwrap_or_else(|| (Instant::now(), 0));
        let n = self.inner.read(buffer)?;
        let (bytes, time) = (bytes + n as u64, start.elapsed());
        self.current = (time < self.window).then_some((start, bytes));
        if n > 0 && time >= self.window && (bytes as f64) < MIN_RATE * time.as_secs_f64() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "less than 1 kB per second"));
        }
        Ok(n)
    }
}

/// Classifies an error of reading a body.
pub fn body_failure(url: &str, what: &str, error: &io::Error) -> Failure {
    use ureq::Error as E;
    match error.get_ref().and_then(|e| e.downcast_ref::<E>()) {
        Some(E::Protocol(_) | E::Http(_)) => {
            let why = format!("{what}: the response is not valid HTTP ({error}); check HF_ENDPOINT");
            Error::Hub { url: url.into(), why }.into()
        }
        _ => Failure::retry(format!("{what}: {error}")),
    }
}

/// An HTTP client for one hub.
pub struct Http {
    agent: Agent,
    token: Option<Token>,
    endpoint: Uri,
    window: Duration,
}

impl Http {
    /// A client for `settings.endpoint`, with the timeouts of `policy`.
    ///
    /// # Errors
    /// [`Error::Usage`] if the endpoint is not a URL, [`Error::Insecure`] if it is plain http to another machine.
    pub fn new(settings: &Settings, policy: &Policy) -> Result<Http> {
        let endpoint: Uri = settings
            .endpoint
            .parse()
            .ok()
            .filter(|uri: &Uri| uri.host().is_some() && uri.query().is_none())
            .ok_or_else(|| {
                // Not shown if it may contain a password.
                let shown =
                    if settings.endpoint.contains('@') { String::new() } else { format!(" {:?}", settings.endpoint) };
                Error::Usage(format!("HF_ENDPOINT{shown} is not a URL (expected https://HOST)"))
            })?;
        check_scheme(&endpoint)?;
        let encrypted = is_https(&endpoint);
        if encrypted {
            check_cpu()?;
        }
        let provider = Arc::new(rustls_graviola::default_provider());
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A plain http endpoint is on this machine and needs no proxy.
            .proxy(if settings.proxy && encrypted { Proxy::try_from_env() } else { None })
            .user_agent(concat!("rumma-xtask/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().unversioned_rustls_crypto_provider(provider).build())
            .timeout_resolve(Some(policy.connect))
            .timeout_connect(Some(policy.connect))
            .timeout_recv_response(Some(policy.silence))
            .timeout_per_read(Some(policy.silence))
            .timeout_per_write(Some(policy.silence))
            .build();
        Ok(Http { agent: config.new_agent(), token: settings.token.clone(), endpoint, window: policy.silence })
    }

    /// The URL of the hub, without a trailing slash.
    pub fn endpoint(&self) -> String {
        self.endpoint.to_string().trim_end_matches('/').to_string()
    }

    /// Closes all connections; pending requests fail.
    pub fn hang_up(&self) {
        self.agent.clone().shutdown();
    }

    /// Sends a GET request and follows redirects. Returns the first response that is not a redirect, whatever its
    /// status. A body with a content encoding, which is not requested, is a failure.
    pub fn get(&self, url: &str, headers: &[(&str, &str)]) -> std::result::Result<Reply, Failure> {
        let mut uri: Uri = url
            .parse()
            .map_err(|_| Error::Hub { url: shown(url), why: "is not a valid URL; check HF_ENDPOINT".into() })?;
        let mut trusted = same_origin(&uri, &self.endpoint);
        for _ in 0..=MAX_REDIRECTS {
            // The length of a compressed body would differ from that of the file.
            let mut request = self.agent.get(uri.clone()).header(header::ACCEPT_ENCODING, "identity");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            if let Some(token) = self.token.as_ref().filter(|_| trusted) {
                request = request.header(header::AUTHORIZATION, token.header());
            }
            let response = request.call().map_err(|e| failure(&uri, e))?;
            let status = response.status().as_u16();
            let (parts, body) = response.into_parts();
            let target = parts.headers.get(header::LOCATION).filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308));
            let Some(target) = target else {
                let url = without_query(&uri);
                let body = Body { inner: Box::new(body.into_reader()), window: self.window, current: None };
                let both =
                    [header::CONTENT_LENGTH, header::TRANSFER_ENCODING].iter().all(|h| parts.headers.contains_key(h));
                if both {
                    let why =
                        "states its length twice (content-length and transfer-encoding); check HF_ENDPOINT".into();
                    return Err(Error::Hub { url, why }.into());
                }
                let reply = Reply { status, headers: parts.headers, body, from_hub: trusted, url };
                let coding = reply.header(header::CONTENT_ENCODING).unwrap_or("identity");
                if !coding.eq_ignore_ascii_case("identity") && matches!(status, 200..=299) {
                    let why = format!("has the content-encoding {coding}, which was not requested; check HF_ENDPOINT");
                    return Err(Error::Hub { url: reply.url, why }.into());
                }
                return Ok(reply);
            };
            let next = target.to_str().ok().and_then(|target| join(&uri, target)).ok_or_else(|| {
                let why = "redirects to an invalid URL; check HF_ENDPOINT".into();
                Error::Hub { url: without_query(&uri), why }
            })?;
            check_redirect(&uri, &next)?;
            // After leaving the hub, the token is not sent again, even if a redirect leads back to the hub.
            trusted &= same_origin(&uri, &next);
            uri = next;
        }
        let why = format!("redirects more than {MAX_REDIRECTS} times; check HF_ENDPOINT");
        Err(Error::Hub { url: without_query(&uri), why }.into())
    }
}

/// The URL for messages: without its query and password.
pub fn shown(url: &str) -> String {
    url.parse().map_or_else(|_| "the hub".into(), |uri| without_query(&uri))
}

/// The URL without its query, which is secret in a signed URL, and without a password.
fn without_query(uri: &Uri) -> String {
    let (scheme, host) = (uri.scheme_str().unwrap_or(""), uri.host().unwrap_or(""));
    let port = uri.port_u16().map_or(String::new(), |p| format!(":{p}"));
    format!("{scheme}://{host}{port}{}", uri.path())
}

fn is_https(uri: &Uri) -> bool {
    uri.scheme_str() == Some("https")
}

fn check_scheme(uri: &Uri) -> Result<()> {
    let host = uri.host().unwrap_or("").trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if loopback => Ok(()),
        Some("http") => Err(Error::Insecure {
            url: without_query(uri),
            why: "plain http is allowed for loopback addresses only; use https",
        }),
        _ => Err(Error::Insecure { url: without_query(uri), why: "is not an https URL; use https" }),
    }
}

/// Fails if a redirect must not be followed.
fn check_redirect(from: &Uri, to: &Uri) -> Result<()> {
    check_scheme(to)?;
    if is_https(from) && !is_https(to) {
        let why = "refused a redirect from https to plain http; use another endpoint";
        return Err(Error::Insecure { url: without_query(to), why });
    }
    if is_https(to) { check_cpu() } else { Ok(()) }
}

/// Whether scheme, host and port are equal.
fn same_origin(a: &Uri, b: &Uri) -> bool {
    let port = |uri: &Uri| uri.port_u16().unwrap_or(if is_https(uri) { 443 } else { 80 });
    let host = |uri: &Uri| uri.host().unwrap_or("").to_ascii_lowercase();
    a.scheme() == b.scheme() && host(a) == host(b) && port(a) == port(b)
}

/// Resolves `target` against `base` (RFC 3986, section 5.2, as far as `Location` headers use it).
fn join(base: &Uri, target: &str) -> Option<Uri> {
    let scheme = base.scheme_str()?;
    let host = base.authority()?;
    let text = if target.split_once(':').is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#'])) {
        target.to_string()
    } else if target.starts_with("//") {
        format!("{scheme}:{target}")
    } else if target.starts_with('/') {
        format!("{scheme}://{host}{target}")
    } else {
        let directory = base.path().rsplit_once('/').map_or("", |(directory, _)| directory);
        format!("{scheme}://{host}{directory}/{target}")
    };
    let uri: Uri = text.split('#').next()?.parse().ok()?;
    (uri.scheme().is_some() && uri.host().is_some()).then_some(uri)
}

/// Classifies an error of ureq.
fn failure(uri: &Uri, error: ureq::Error) -> Failure {
    use std::io::ErrorKind as Kind;
    use ureq::Timeout;
    let host = uri.host().unwrap_or("").to_string();
    let why = error.to_string();
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Failure::Unreachable { host, why },
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Failure::Unreachable { host, why },
        ureq::Error::Timeout(_) => Failure::retry(why),
        ureq::Error::Io(e) if e.get_ref().is_some_and(|e| e.is::<rustls::Error>()) => bad_tls(uri, &e),
        ureq::Error::Io(e) => match e.kind() {
            // These errors end an established connection. Other errors, such as those of name resolution, prevent one.
            Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => {
                Failure::retry(why)
            }
            Kind::TimedOut | Kind::WouldBlock | Kind::NotConnected => Failure::retry(why),
            _ => Failure::Unreachable { host, why },
        },
        ureq::Error::Rustls(e) => bad_tls(uri, &e),
        ureq::Error::Tls(e) => bad_tls(uri, &e),
        ureq::Error::InvalidProxyUrl | ureq::Error::ConnectProxyFailed(_) => {
            Failure::Unreachable { host, why: "the proxy in HTTPS_PROXY did not connect".into() }
        }
        _ => {
            let why = format!("the response is not usable HTTP ({}); check HF_ENDPOINT", one_line(&why));
            Error::Hub { url: without_query(uri), why }.into()
        }
    }
}

fn bad_tls(uri: &Uri, error: &dyn std::fmt::Display) -> Failure {
    let why = format!("TLS failed: {}; check HF_ENDPOINT and the clock", one_line(&error.to_string()));
    Error::Hub { url: without_query(uri), why }.into()
}

/// `text` without control characters, which a server could send.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Fails if the CPU lacks instructions without which graviola panics.
fn check_cpu() -> Result<()> {
    #[cfg(target_arch = "x86_64")]
    let capable = is_x86_feature_detected!("aes")
        && is_x86_feature_detected!("pclmulqdq")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("adx")
        && is_x86_feature_detected!("avx2");
    #[cfg(target_arch = "aarch64")]
    let capable = std::arch::is_aarch64_feature_detected!("aes")
        && std::arch::is_aarch64_feature_detected!("pmull")
        && std::arch::is_aarch64_feature_detected!("sha2");
    if capable {
        return Ok(());
    }
    let what = "this CPU lacks the AES and wide vector instructions that the TLS library needs".to_string();
    Err(Error::Machine { what, fix: "fetch on another machine and copy the files".into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    #[test]
    fn locations_are_resolved_against_the_request_url() {
        let base = uri("https://hub.example:8443/org/name/resolve/main/file?x=1");
        let joined = |target| join(&base, target).map(|u| u.to_string());
        assert_eq!(joined("https://cdn.example/a?sig=1#part").as_deref(), Some("https://cdn.example/a?sig=1"));
        assert_eq!(joined("//cdn.example/a").as_deref(), Some("https://cdn.example/a"));
        assert_eq!(joined("/api/file?u=http://x").as_deref(), Some("https://hub.example:8443/api/file?u=http://x"));
        assert_eq!(joined("other").as_deref(), Some("https://hub.example:8443/org/name/resolve/main/other"));
        for invalid in ["https://", "file:///etc/passwd", "data:,x"] {
            assert_eq!(joined(invalid), None, "{invalid}");
        }
        let other_scheme = join(&base, "ftp://hub.example/a").unwrap();
        assert!(check_redirect(&base, &other_scheme).is_err());
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let hub = uri("https://hub.example/a");
        assert!(same_origin(&hub, &uri("https://HUB.example:443/b")));
        for other in ["http://hub.example/a", "https://hub.example:444/a", "https://hub.example.evil/a"] {
            assert!(!same_origin(&hub, &uri(other)), "{other}");
        }
        assert!(!same_origin(&hub, &uri("https://hub.example@evil.example/a")));
    }

    #[test]
    fn plain_http_is_allowed_for_loopback_only() {
        for good in ["https://hub.example", "http://127.0.0.1:80/a", "http://[::1]:8080", "http://localhost"] {
            assert!(check_scheme(&uri(good)).is_ok(), "{good}");
        }
        for bad in ["http://hub.example", "http://10.0.0.1", "http://localhost.example", "ftp://127.0.0.1"] {
            assert!(check_scheme(&uri(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_redirect_to_plain_http_is_refused() {
        let (plain, encrypted) = (uri("http://127.0.0.1:1/a"), uri("https://cdn.example/a"));
        assert!(check_redirect(&encrypted, &plain).is_err());
        assert!(check_redirect(&plain, &uri("http://cdn.example/a")).is_err());
        assert!(check_redirect(&plain, &encrypted).is_ok() && check_redirect(&encrypted, &encrypted).is_ok());
    }

    #[test]
    fn the_query_and_password_of_a_url_are_not_shown() {
        assert_eq!(without_query(&uri("https://u:p@cdn.example:1/a/b?Signature=secret")), "https://cdn.example:1/a/b");
    }
}
