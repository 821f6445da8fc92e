//! Requests that follow redirects by hand, so that the token stays where it belongs and encryption is never given up.
//!
//! Plain http is spoken to loopback addresses alone: tests and tunnels end there. ureq does HTTP, rustls with graviola
//! TLS: Rust and inline assembly that build without a C compiler, where ring and aws-lc need one. Together they take 12 MB
//! of `vendor/`; 1.2 MB of it are ring, which `Cargo.lock` names but nothing builds.

use super::policy::{Policy, Settings, Token};
use crate::error::{Error, Result};
use std::io::Read;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::{HeaderMap, Uri, header};
use ureq::tls::TlsConfig;
use ureq::{Agent, Proxy};

const MAX_REDIRECTS: usize = 10;

/// Why a request brought nothing.
#[derive(Debug)]
pub enum Failure {
    /// It may go better next time: a broken connection, a busy server.
    Retry { why: String, after: Option<Duration> },
    /// No connection came about at all.
    Unreachable { host: String, why: String },
    /// It will not go better.
    Fatal(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Fatal(error)
    }
}

/// An answer with its body still to be read.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Box<dyn Read + Send>,
    /// Whether the hub itself answered, not a store that it redirected to.
    pub from_hub: bool,
    /// The address without its query, for messages.
    pub url: String,
}

impl Reply {
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Speaks to one hub.
pub struct Http {
    agent: Agent,
    token: Option<Token>,
    endpoint: Uri,
}

impl Http {
    /// # Errors
    /// An endpoint that is no address, or plain http to another machine.
    pub fn new(settings: &Settings, policy: &Policy) -> Result<Http> {
        let endpoint: Uri =
            settings.endpoint.parse().ok().filter(|uri: &Uri| uri.host().is_some()).ok_or_else(|| {
                Error::Usage(format!("HF_ENDPOINT {:?} is no address; expected https://HOST", settings.endpoint))
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
            // A plain http endpoint is on this machine: no proxy stands between.
            .proxy(if settings.proxy && encrypted { Proxy::try_from_env() } else { None })
            .user_agent(concat!("rumma-xtask/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().unversioned_rustls_crypto_provider(provider).build())
            .timeout_resolve(Some(policy.connect))
            .timeout_connect(Some(policy.connect))
            .timeout_recv_response(Some(policy.silence))
            .timeout_per_read(Some(policy.silence))
            .timeout_per_write(Some(policy.silence))
            .build();
        Ok(Http { agent: config.new_agent(), token: settings.token.clone(), endpoint })
    }

    /// The hub's address, `/`-less at its end.
    pub fn endpoint(&self) -> String {
        self.endpoint.to_string().trim_end_matches('/').to_string()
    }

    /// Ends all connections at once; requests under way fail.
    pub fn hang_up(&self) {
        self.agent.clone().shutdown();
    }

    /// GET `url`, following redirects. Whatever status ends the chain is returned.
    pub fn get(&self, url: &str, headers: &[(&str, &str)]) -> std::result::Result<Reply, Failure> {
        let mut uri: Uri = url.parse().map_err(|_| Error::Hub { url: url.into(), why: "is no address".into() })?;
        let mut trusted = same_origin(&uri, &self.endpoint);
        for _ in 0..=MAX_REDIRECTS {
            // Compressed bodies would have other lengths than the files in them.
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
                let body = Box::new(body.into_reader());
                return Ok(Reply { status, headers: parts.headers, body, from_hub: trusted, url });
            };
            let next = target.to_str().ok().and_then(|target| join(&uri, target)).ok_or_else(|| Error::Hub {
                url: without_query(&uri),
                why: "redirects to something that is no address".into(),
            })?;
            check_redirect(&uri, &next)?;
            // Once it is dropped it stays so, even if a redirect leads back.
            trusted &= same_origin(&uri, &next);
            uri = next;
        }
        let why = format!("redirects more than {MAX_REDIRECTS} times");
        Err(Failure::Retry { why: format!("{}: {why}", without_query(&uri)), after: None })
    }
}

/// The address without its query: that part of a signed address is a secret.
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
        _ => Err(Error::Insecure { url: without_query(uri), why: "only https is spoken to other machines" }),
    }
}

/// Whether a redirect may be followed.
fn check_redirect(from: &Uri, to: &Uri) -> Result<()> {
    check_scheme(to)?;
    if is_https(from) && !is_https(to) {
        let why = "is where https redirects to, with plain http; refused";
        return Err(Error::Insecure { url: without_query(to), why });
    }
    Ok(())
}

/// Scheme, host and port: what a token was meant for.
fn same_origin(a: &Uri, b: &Uri) -> bool {
    let port = |uri: &Uri| uri.port_u16().unwrap_or(if is_https(uri) { 443 } else { 80 });
    let host = |uri: &Uri| uri.host().unwrap_or("").to_ascii_lowercase();
    a.scheme() == b.scheme() && host(a) == host(b) && port(a) == port(b)
}

/// `target` as seen from `base`: absolute, without a scheme, without a host, or relative (RFC 3986, section 5.2, as
/// far as `Location` headers use it).
fn join(base: &Uri, target: &str) -> Option<Uri> {
    let scheme = base.scheme_str()?;
    let host = base.authority()?;
    let text = if target.split_once("://").is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#'])) {
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
    uri.host().is_some().then_some(uri)
}

/// Sorts what ureq reports.
fn failure(uri: &Uri, error: ureq::Error) -> Failure {
    use std::io::ErrorKind as Kind;
    use ureq::Timeout;
    let host = uri.host().unwrap_or("").to_string();
    let why = error.to_string();
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Failure::Unreachable { host, why },
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Failure::Unreachable { host, why },
        ureq::Error::Io(e) => match e.kind() {
            Kind::InvalidData if bad_certificate(&e) => {
                Error::Hub { url: without_query(uri), why: format!("no safe connection: {e}") }.into()
            }
            // These end a connection that existed. Anything else, such as the resolver's failures, prevented one.
            Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => {
                Failure::Retry { why, after: None }
            }
            Kind::InvalidData | Kind::TimedOut | Kind::WouldBlock | Kind::NotConnected => {
                Failure::Retry { why, after: None }
            }
            _ => Failure::Unreachable { host, why },
        },
        ureq::Error::Rustls(e) => {
            Error::Hub { url: without_query(uri), why: format!("no safe connection: {e}") }.into()
        }
        ureq::Error::Tls(e) => Error::Hub { url: without_query(uri), why: format!("no safe connection: {e}") }.into(),
        ureq::Error::InvalidProxyUrl | ureq::Error::ConnectProxyFailed(_) => {
            Failure::Unreachable { host, why: "the proxy of HTTPS_PROXY does not connect".into() }
        }
        ureq::Error::Http(_) | ureq::Error::BadUri(_) => Error::Hub { url: without_query(uri), why }.into(),
        _ => Failure::Retry { why, after: None },
    }
}

fn bad_certificate(error: &std::io::Error) -> bool {
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    matches!(inner, Some(rustls::Error::InvalidCertificate(_)))
}

/// graviola panics on a CPU without these; an error says it first.
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
    fn locations_are_read_as_seen_from_where_they_were_given() {
        let base = uri("https://hub.example:8443/org/name/resolve/main/file?x=1");
        let joined = |target| join(&base, target).map(|u| u.to_string());
        assert_eq!(joined("https://cdn.example/a?sig=1#part").as_deref(), Some("https://cdn.example/a?sig=1"));
        assert_eq!(joined("//cdn.example/a").as_deref(), Some("https://cdn.example/a"));
        assert_eq!(joined("/api/file?u=http://x").as_deref(), Some("https://hub.example:8443/api/file?u=http://x"));
        assert_eq!(joined("other").as_deref(), Some("https://hub.example:8443/org/name/resolve/main/other"));
        assert_eq!(joined("https://"), None);
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
    fn plain_http_is_for_this_machine_alone() {
        for good in ["https://hub.example", "http://127.0.0.1:80/a", "http://[::1]:8080", "http://localhost"] {
            assert!(check_scheme(&uri(good)).is_ok(), "{good}");
        }
        for bad in ["http://hub.example", "http://10.0.0.1", "http://localhost.example", "ftp://127.0.0.1"] {
            assert!(check_scheme(&uri(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn encryption_is_not_given_up_on_the_way() {
        let (plain, encrypted) = (uri("http://127.0.0.1:1/a"), uri("https://cdn.example/a"));
        assert!(check_redirect(&encrypted, &plain).is_err());
        assert!(check_redirect(&plain, &uri("http://cdn.example/a")).is_err());
        assert!(check_redirect(&plain, &encrypted).is_ok() && check_redirect(&encrypted, &encrypted).is_ok());
    }

    #[test]
    fn the_query_of_an_address_is_not_shown() {
        assert_eq!(without_query(&uri("https://u:p@cdn.example:1/a/b?Signature=secret")), "https://cdn.example:1/a/b");
    }
}
