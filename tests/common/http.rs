//! A server under test, and a small HTTP client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{finished, rumma};

/// A running `rumma serve` on a free port.
pub struct Server {
    pub child: Option<Child>,
    /// `127.0.0.1:PORT`
    pub address: String,
    /// Lines of stderr.
    pub lines: Receiver<String>,
}

/// A response whose body has ended.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let is_named = |line: &&str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head.lines().find(is_named).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }

    /// The data of server-sent events.
    pub fn events(&self) -> Vec<String> {
        self.body.lines().filter_map(|line| line.strip_prefix("data: ")).map(str::to_string).collect()
    }
}

impl Server {
    /// Starts a server and waits until it is ready.
    #[track_caller]
    pub fn start(args: &[&str]) -> Server {
        let mut server = Server::spawn(args);
        server.wait_for("Listening: ");
        server
    }

    /// Starts a server, whose model may still be loaded when this returns.
    #[track_caller]
    pub fn spawn(args: &[&str]) -> Server {
        // A free port: the system has just handed it out and does not reuse it at once.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut all = vec!["serve"];
        all.extend(args);
        all.extend(["--listen", &address]);
        let mut child = rumma(all).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let stderr = BufReader::new(child.stderr.take().expect("stderr is a pipe"));
        let (send, lines) = channel();
        thread::spawn(move || stderr.lines().map_while(Result::ok).all(|line| send.send(line).is_ok()));
        Server { child: Some(child), address, lines }
    }

    /// Waits for a line of stderr that begins with `start`, and returns it.
    #[track_caller]
    pub fn wait_for(&mut self, start: &str) -> String {
        let until = Instant::now() + Duration::from_secs(300);
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if line.starts_with(start) {
                return line;
            }
            seen.push(line);
        }
        panic!("no line {start:?}: {seen:?}");
    }

    #[track_caller]
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("the server accepts connections");
        stream.set_read_timeout(Some(Duration::from_secs(300))).unwrap();
        stream
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.request("GET", path, &[], "")
    }

    /// Posts JSON.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.request("POST", path, &[("Content-Type", "application/json")], &body.to_string())
    }

    /// Posts JSON, and does not wait for the answer.
    #[track_caller]
    pub fn begin(&self, path: &str, body: &Value) -> TcpStream {
        self.send("POST", path, &[("Content-Type", "application/json")], &body.to_string())
    }

    #[track_caller]
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        read_reply(self.send(method, path, headers, body))
    }

    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request += &format!("Host: {}\r\n", self.address);
        }
        headers.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let mut stream = self.connect();
        // A server that refuses a request may close before it has read it all.
        let _ = stream.write_all(request.as_bytes());
        stream
    }

    /// The value of a metric, with its labels.
    #[track_caller]
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").body;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no metric {name}: {text}"))
    }

    /// Waits until a condition holds.
    #[track_caller]
    pub fn until(&self, what: &str, condition: impl Fn(&Server) -> bool) {
        let end = Instant::now() + Duration::from_secs(120);
        while !condition(self) {
            assert!(Instant::now() < end, "{what}: {}", self.get("/metrics").body);
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.as_ref().expect("it runs").id().to_string();
        assert!(std::process::Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Ends the server with SIGTERM and returns its exit code.
    #[track_caller]
    pub fn stop(mut self) -> Option<i32> {
        self.signal("-TERM");
        finished(self.child.take().expect("it runs").wait_with_output().unwrap()).code
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Reads a response to the end of the connection.
#[track_caller]
pub fn read_reply(stream: impl Read) -> Reply {
    let mut bytes = Vec::new();
    // The end may come as a reset.
    let _ = BufReader::new(stream).read_to_end(&mut bytes);
    parse_reply(&bytes)
}

/// Parses a response whose connection has been closed.
#[track_caller]
pub fn parse_reply(bytes: &[u8]) -> Reply {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no response: {text:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let is_chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if is_chunked { unchunked(body) } else { body.to_string() };
    Reply { status, head: head.to_string(), body }
}

/// The content of a chunked body, as far as it has come.
fn unchunked(mut body: &str) -> String {
    let mut content = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).expect("the size of a chunk");
        let size = size.min(rest.len());
        content += &rest[..size];
        body = rest[size..].strip_prefix("\r\n").unwrap_or("");
        if size == 0 {
            break;
        }
    }
    content
}
