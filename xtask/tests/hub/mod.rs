//! A hub on a loopback address with injected faults. One port is the hub itself, the other is the store to which
//! requests for large files are redirected.
#![allow(dead_code, reason = "each test crate uses a part of this module")]

use rumma::checkpoint::manifest::hash_bytes;
use rumma::files::hex;
use sha1::{Digest, Sha1};
use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub const REPO: &str = "someone/something";
pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
pub const TOKEN: &str = "hf_secret_of_the_tests";
/// The signature in URLs of the store.
pub const SIGNATURE: &str = "sig_secret_of_the_tests";

/// A file on the hub.
#[derive(Clone, Debug)]
pub struct ServedFile {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Whether it is listed with its SHA-256 and served by the store. Otherwise it is listed with its git blob id and
    /// served by the hub.
    pub large: bool,
}

/// A fault in the response to one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Closes the connection without a response.
    Reset,
    /// Sends something that is not HTTP.
    Garbage,
    /// Closes the connection after this many bytes of the body.
    Cut(usize),
    /// Sends this many bytes of the body and then nothing.
    Stall(usize),
    /// Sends a few bytes at a time.
    Dribble,
    /// Sends the whole file although a range was requested.
    IgnoreRange,
    /// Sends no ETag, and closes the connection after this many bytes.
    NoEtag(usize),
    /// Sends no length, and closes the connection after this many bytes.
    NoLength(usize),
    /// Sends another file of the same length with a different ETag.
    Changed,
    /// Sends the file with one wrong byte and the right ETag.
    WrongByte(usize),
    /// Announces this many bytes more (or fewer, if negative) than it sends.
    Length(i64),
    /// Sends a range that starts at another position than requested.
    WrongRange,
    /// Sends a content-encoding header.
    Compressed,
    /// Sends this status without a body, and `Retry-After` in seconds.
    Status(u16, Option<u64>),
    /// Redirects to itself.
    Circle,
    /// Redirects to this URL.
    RedirectTo(String),
    /// Sends these bytes, head and body, and closes the connection.
    Raw(Vec<u8>),
    /// Sends a header, and then header lines for ever.
    EndlessHeaders,
    /// Sends the head of the response and then one byte at a time for ever, with this pause.
    Drip(Duration),
}

impl Fault {
    /// A complete response with these header lines.
    pub fn response(status: &str, headers: &str, body: &[u8]) -> Fault {
        let mut raw = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len()).into_bytes();
        raw.extend_from_slice(body);
        Fault::Raw(raw)
    }

    /// A response in chunks, without its length.
    pub fn chunked(body: &[u8]) -> Fault {
        let mut raw = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for chunk in body.chunks(1000) {
            raw.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            raw.extend_from_slice(chunk);
            raw.extend_from_slice(b"\r\n");
        }
        raw.extend_from_slice(b"0\r\n\r\n");
        Fault::Raw(raw)
    }
}

/// A request that was received.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    pub at_store: bool,
    pub path: String,
    pub authorization: Option<String>,
    pub range: Option<String>,
}

struct State {
    files: Vec<ServedFile>,
    repo: String,
    ports: [u16; 2],
    /// By (at store, file name); the name of the listing is empty.
    faults: Mutex<HashMap<(bool, String), VecDeque<Fault>>>,
    /// Faults of every request, by the same key.
    permanent: Mutex<HashMap<(bool, String), Fault>>,
    seen: Mutex<Vec<RecordedRequest>>,
    /// Pause between pieces of a body, so that a test can interrupt a transfer.
    pause: Mutex<Duration>,
    over: AtomicBool,
}

/// Whether 127.0.0.1 cannot be reached, as in a network namespace whose loopback interface is down. Then tests that
/// need a hub are skipped.
pub fn no_loopback() -> bool {
    static MISSING: LazyLock<bool> = LazyLock::new(|| {
        let reached = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| TcpStream::connect_timeout(&listener.local_addr()?, Duration::from_secs(1)));
        if let Err(error) = &reached {
            eprintln!("SKIPPED: 127.0.0.1 cannot be reached: {error}");
        }
        reached.is_err()
    });
    *MISSING
}

pub struct Hub {
    state: Arc<State>,
    listeners: Vec<JoinHandle<()>>,
}

impl Hub {
    pub fn start(files: Vec<ServedFile>) -> Hub {
        Hub::start_as(REPO, files)
    }

    pub fn start_as(repo: &str, files: Vec<ServedFile>) -> Hub {
        let sockets = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let state = Arc::new(State {
            files,
            repo: repo.to_string(),
            ports: [0, 1].map(|i: usize| sockets[i].local_addr().unwrap().port()),
            faults: Mutex::default(),
            permanent: Mutex::default(),
            seen: Mutex::default(),
            pause: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let listen = |(i, socket): (usize, TcpListener)| {
            let state = state.clone();
            thread::spawn(move || {
                for stream in socket.incoming() {
                    if state.over.load(Ordering::Relaxed) {
                        return;
                    }
                    let state = state.clone();
                    if let Ok(stream) = stream {
                        thread::spawn(move || state.serve(&stream, i == 1));
                    }
                }
            })
        };
        let listeners = sockets.into_iter().enumerate().map(listen).collect();
        Hub { state, listeners }
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.state.ports[0])
    }

    /// Queues `fault` for the next request for `file` (empty: the listing) at the store or at the hub.
    pub fn add(&self, at_store: bool, file: &str, fault: Fault) {
        self.state.faults.lock().unwrap().entry((at_store, file.to_string())).or_default().push_back(fault);
    }

    /// Makes every request for `file` (empty: the listing) fail with `fault`.
    pub fn always(&self, at_store: bool, file: &str, fault: Fault) {
        self.state.permanent.lock().unwrap().insert((at_store, file.to_string()), fault);
    }

    /// Removes all faults.
    pub fn heal(&self) {
        self.state.faults.lock().unwrap().clear();
        self.state.permanent.lock().unwrap().clear();
    }

    pub fn pause(&self, pause: Duration) {
        *self.state.pause.lock().unwrap() = pause;
    }

    pub fn seen(&self) -> Vec<RecordedRequest> {
        self.state.seen.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.state.seen.lock().unwrap().clear();
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Relaxed);
        for port in self.state.ports {
            let _ = TcpStream::connect(("127.0.0.1", port));
        }
        for listener in self.listeners.drain(..) {
            let _ = listener.join();
        }
    }
}

struct HttpRequest {
    path: String,
    headers: HashMap<String, String>,
}

impl State {
    /// Responds to the requests on one connection until it is closed.
    fn serve(&self, stream: &TcpStream, at_store: bool) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let mut reader = BufReader::new(stream);
        while let Some(asked) = read_request(&mut reader) {
            if self.over.load(Ordering::Relaxed) || self.answer(stream, &asked, at_store).is_none() {
                break;
            }
        }
        let _ = stream.shutdown(std::net::Shutdown::Both);
    }

    /// Responds to one request. `None` means that the connection must be closed.
    fn answer(&self, mut out: &TcpStream, asked: &HttpRequest, at_store: bool) -> Option<()> {
        let header = |name: &str| asked.headers.get(name).cloned();
        self.seen.lock().unwrap().push(RecordedRequest {
            at_store,
            path: asked.path.clone(),
            authorization: header("authorization"),
            range: header("range"),
        });
        let path = asked.path.split('?').next()?;
        let listing = format!("/api/models/{}/revision/", self.repo);
        let name = if path.starts_with(&listing) {
            ""
        } else if at_store {
            path.strip_prefix("/store/")?
        } else {
            path.strip_prefix(&format!("/{}/resolve/{COMMIT}/", self.repo)).unwrap_or("?")
        };
        let key = (at_store, name.to_string());
        let queued = self.faults.lock().unwrap().get_mut(&key).and_then(|f| f.pop_front());
        let fault = queued.or_else(|| self.permanent.lock().unwrap().get(&key).cloned());
        match fault {
            Some(Fault::Raw(bytes)) => {
                let _ = out.write_all(&bytes);
                return None;
            }
            Some(Fault::EndlessHeaders) => {
                out.write_all(b"HTTP/1.1 200 OK\r\n").ok()?;
                while !self.over.load(Ordering::Relaxed) {
                    out.write_all(b"x-endless: endless\r\n").ok()?;
                }
                return None;
            }
            Some(Fault::Drip(pause)) => {
                out.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").ok()?;
                while !self.over.load(Ordering::Relaxed) {
                    out.write_all(b" ").ok()?;
                    thread::sleep(pause);
                }
                return None;
            }
            Some(Fault::RedirectTo(to)) => {
                return write!(out, "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").ok();
            }
            Some(Fault::Reset) => return None,
            Some(Fault::Garbage) => {
                let _ = out.write_all(b"220 mail.example ESMTP\r\n\r\n");
                return None;
            }
            Some(Fault::Status(status, retry_after)) => {
                let retry_after = retry_after.map_or(String::new(), |s| format!("retry-after: {s}\r\n"));
                return write!(out, "HTTP/1.1 {status} No\r\n{retry_after}content-length: 0\r\n\r\n").ok();
            }
            Some(Fault::Circle) => {
                let path = &asked.path;
                return write!(out, "HTTP/1.1 302 Found\r\nlocation: {path}\r\ncontent-length: 0\r\n\r\n").ok();
            }
            _ => {}
        }
        if name.is_empty() {
            return self.send(out, asked, fault, self.listing().as_bytes());
        }
        let Some(file) = self.files.iter().find(|f| f.name == name) else {
            return write!(out, "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").ok();
        };
        if file.large && !at_store {
            let to = format!("http://127.0.0.1:{}/store/{name}?Signature={SIGNATURE}", self.ports[1]);
            return write!(out, "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").ok();
        }
        self.send(out, asked, fault, &file.bytes)
    }

    fn listing(&self) -> String {
        listing_of(COMMIT, &self.files)
    }

    fn send(&self, mut out: &TcpStream, asked: &HttpRequest, fault: Option<Fault>, whole: &[u8]) -> Option<()> {
        let mut body = whole.to_vec();
        let mut etag = format!("\"{}\"", hex(&hash_bytes(whole)));
        match fault {
            Some(Fault::Changed) => {
                body.reverse();
                body.iter_mut().for_each(|b| *b = !*b);
                etag = "\"another\"".into();
            }
            Some(Fault::WrongByte(at)) if !body.is_empty() => {
                let at = at % body.len();
                body[at] ^= 0x10;
            }
            _ => {}
        }
        let total = body.len();
        let range = asked.headers.get("range").filter(|_| asked.headers.get("if-range").is_none_or(|tag| *tag == etag));
        let first = range.and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        let first = first.filter(|_| !matches!(fault, Some(Fault::IgnoreRange)));
        let mut head = match first {
            Some(first) if first >= total => {
                let range = format!("content-range: bytes */{total}\r\n");
                return write!(out, "HTTP/1.1 416 No\r\n{range}content-length: 0\r\n\r\n").ok();
            }
            Some(first) => {
                let first = if matches!(fault, Some(Fault::WrongRange)) { first - 1 } else { first };
                body.drain(..first);
                format!("HTTP/1.1 206 Partial Content\r\ncontent-range: bytes {first}-{}/{total}\r\n", total - 1)
            }
            None => "HTTP/1.1 200 OK\r\n".to_string(),
        };
        let mut promised = Some(body.len());
        let mut sent = body.len();
        match fault {
            Some(Fault::Cut(n) | Fault::Stall(n) | Fault::NoEtag(n)) => sent = sent.min(n),
            Some(Fault::NoLength(n)) => {
                promised = None;
                sent = sent.min(n);
            }
            Some(Fault::Length(by)) => promised = Some((body.len() as i64 + by).max(0) as usize),
            Some(Fault::Compressed) => head += "content-encoding: gzip\r\n",
            _ => {}
        }
        if !matches!(fault, Some(Fault::NoEtag(_))) {
            head += &format!("etag: {etag}\r\n");
        }
        head += &promised.map_or("connection: close\r\n".to_string(), |n| format!("content-length: {n}\r\n"));
        out.write_all(format!("{head}\r\n").as_bytes()).ok()?;
        let pause = *self.pause.lock().unwrap();
        let (piece, pause) = match fault {
            Some(Fault::Dribble) => (sent / 20 + 1, Duration::from_millis(1)),
            _ => (16 << 10, pause),
        };
        for piece in body[..sent].chunks(piece) {
            out.write_all(piece).ok()?;
            if !pause.is_zero() {
                thread::sleep(pause);
            }
        }
        if matches!(fault, Some(Fault::Stall(_))) {
            thread::sleep(Duration::from_millis(400));
        }
        (sent == body.len() && promised == Some(sent)).then_some(())
    }
}

/// The hub's response about a model.
pub fn listing_of(commit: &str, files: &[ServedFile]) -> String {
    let sibling = |f: &ServedFile| {
        let (name, size, blob) = (&f.name, f.bytes.len(), git_blob(&f.bytes));
        let lfs = format!(r#","lfs":{{"sha256":"{}","size":{size},"pointerSize":130}}"#, hex(&hash_bytes(&f.bytes)));
        let lfs = if f.large { lfs } else { String::new() };
        format!(r#"{{"rfilename":"{name}","size":{size},"blobId":"{blob}"{lfs}}}"#)
    };
    let siblings: Vec<String> = files.iter().map(sibling).collect();
    format!(r#"{{"sha":"{commit}","cardData":{{"license":"mit"}},"siblings":[{}]}}"#, siblings.join(","))
}

fn read_request(reader: &mut BufReader<&TcpStream>) -> Option<HttpRequest> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let path = line.split(' ').nth(1)?.to_string();
    let mut headers = HashMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let Some((name, value)) = line.trim().split_once(':') else {
            return Some(HttpRequest { path, headers });
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_string());
    }
}

pub fn git_blob(bytes: &[u8]) -> String {
    let mut hasher = Sha1::new_with_prefix(format!("blob {}\0", bytes.len()));
    hasher.update(bytes);
    hex(&hasher.finalize())
}

/// Pseudorandom bytes; different for each seed.
pub fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut step = || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x >> 32) as u8
    };
    (0..len).map(|_| step()).collect()
}

/// A temporary directory, removed on drop.
pub struct Dir(pub PathBuf);

impl Dir {
    pub fn new(name: &str) -> Dir {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        // In memory if possible: hundreds of fetches that sync their files would be slow on a disk.
        let memory = PathBuf::from("/dev/shm");
        let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let path = base.join(format!("rumma-fetch-{}-{name}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Dir(path)
    }

    /// The paths of all files in the directory, including links.
    pub fn files(&self) -> Vec<PathBuf> {
        fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
            for item in std::fs::read_dir(dir).unwrap().map(|i| i.unwrap().path()) {
                if item.is_dir() && !item.is_symlink() { walk(&item, files) } else { files.push(item) }
            }
        }
        let mut files = Vec::new();
        walk(&self.0, &mut files);
        files
    }

    /// The partial files of an unfinished fetch.
    pub fn parts(&self) -> Vec<PathBuf> {
        let is_part = |p: &PathBuf| p.to_string_lossy().contains(".part");
        self.files().into_iter().filter(is_part).collect()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
