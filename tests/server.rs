//! The server beside what it answers: clients that go away, limits, keys and names, its end and its next start.

mod common;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::thread;
use std::time::{Duration, Instant};

use common::http::{Reply, Server, parse_reply, read_reply};
use common::{rumma, run, scratch};
use serde_json::{Value, json};

/// A request that takes seconds.
fn long(stream: bool) -> Value {
    json!({
        "prompt": "Once upon a time", "n": 64, "max_tokens": 450, "ignore_eos": true, "temperature": 1.0, "stream": stream
    })
}

fn short() -> Value {
    json!({"prompt": "Once upon a time", "max_tokens": 5})
}

fn is_idle(server: &Server) -> bool {
    ["rumma_requests_running", "rumma_requests_waiting", "rumma_kv_blocks{state=\"used\"}"]
        .iter()
        .all(|name| server.metric(name) == 0.0)
}

#[test]
fn a_client_that_goes_away_cancels_its_request_whether_streamed_queued_or_running() {
    let server = Server::start(&["storyteller", "--parallel", "4", "--queue", "8"]);
    for stream in [false, true] {
        let before = server.metric("rumma_requests_cancelled_total");
        let running = server.begin("/v1/completions", &long(stream));
        server.until("it runs", |server| server.metric("rumma_generated_tokens_total") > 0.0);
        // It waits, because the other one has more sequences than there are places.
        let queued = server.begin("/v1/completions", &long(stream));
        server.until("it waits", |server| server.metric("rumma_requests_waiting") >= 64.0);
        drop(queued);
        server.until("it is cancelled", |server| server.metric("rumma_requests_cancelled_total") == before + 1.0);
        drop(running);
        server.until("both are cancelled", |server| server.metric("rumma_requests_cancelled_total") == before + 2.0);
        server.until("nothing is left", is_idle);
    }
    assert_eq!(server.post("/v1/completions", &short()).status, 200);
}

#[test]
fn a_full_queue_refuses_with_429_and_says_when_to_try_again() {
    let server = Server::start(&["storyteller", "--parallel", "1", "--queue", "1"]);
    let first = server.begin("/v1/completions", &long(false));
    let second = server.begin("/v1/completions", &long(false));
    server.until("both are accepted", |server| server.metric("rumma_requests_waiting") >= 64.0);
    let refused = server.post("/v1/completions", &short());
    assert_eq!(refused.status, 429, "{refused:?}");
    assert_eq!(refused.json()["error"]["code"], "queue_full");
    assert!(refused.json()["error"]["message"].as_str().unwrap().contains("(2 of 2 requests run or wait)"));
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    drop((first, second));
    server.until("there is room again", |server| server.post("/v1/completions", &short()).status == 200);
}

#[test]
fn health_and_other_clients_are_answered_while_requests_run() {
    let server = Server::start(&["storyteller", "--parallel", "2"]);
    let running = server.begin("/v1/completions", &long(true));
    server.until("it runs", |server| server.metric("rumma_generated_tokens_total") > 0.0);
    // A client that reads nothing.
    let deaf = server.begin("/v1/completions", &json!({"prompt": "Once", "max_tokens": 400, "n": 64, "stream": true}));
    let start = Instant::now();
    assert_eq!(server.get("/health").status, 200);
    assert!(start.elapsed() < Duration::from_secs(5), "a hang: {:?}", start.elapsed());
    drop((running, deaf));
    assert_eq!(server.post("/v1/completions", &short()).status, 200);
    server.until("nothing is left", is_idle);
}

#[test]
fn a_server_answers_503_until_its_model_is_loaded() {
    let mut server = Server::spawn(&["--random", "--like", "qwen2.5-0.5b", "--layers", "8"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    let health = loop {
        match std::net::TcpStream::connect(&server.address) {
            Ok(_) => break server.get("/health"),
            Err(_) => assert!(Instant::now() < deadline, "it does not listen"),
        }
    };
    assert_eq!((health.status, health.json()["error"]["code"].as_str()), (503, Some("loading")));
    assert!(health.header("retry-after").is_some());
    assert_eq!(server.post("/v1/completions", &short()).status, 503);
    server.wait_for("Listening: ");
    assert_eq!(server.get("/health").status, 200);
    let ids = json!({"prompt": [1, 2, 3], "max_tokens": 2});
    assert_eq!(server.post("/v1/completions", &ids).status, 200);
}

#[test]
fn keys_hosts_and_origins_are_checked() {
    let dir = scratch("server_keys");
    std::fs::write(dir.join("keys"), "# a comment\n\n first-key \nsecond-key\n").unwrap();
    let keys = dir.join("keys").display().to_string();
    let mut server = Server::start(&[
        "storyteller",
        "--api-key-file",
        &keys,
        "--allow-host",
        "models.example",
        "--allow-origin",
        "http://page.example",
    ]);
    let body = short().to_string();
    let post = |headers: &[(&str, &str)]| {
        let all = [&[("Content-Type", "application/json")], headers].concat();
        server.request("POST", "/v1/completions", &all, &body)
    };
    for wrong in ["Bearer wrong", "Bearer", "first-key", "Basic first-key", "Bearer first-key2", "Bearer # a comment"] {
        let refused = post(&[("Authorization", wrong)]);
        assert_eq!(
            (refused.status, refused.json()["error"]["code"].as_str()),
            (401, Some("invalid_api_key")),
            "{wrong}"
        );
    }
    assert_eq!((post(&[]).status, post(&[]).header("www-authenticate")), (401, Some("Bearer")));
    assert_eq!(server.get("/inspect").status, 401);
    assert_eq!(server.get("/openapi.json").status, 401);
    assert_eq!(server.get("/").status, 200, "the page asks for the key");
    assert_eq!(server.get("/v1/models").status, 401);
    assert_eq!(server.get("/metrics").status, 401);
    assert_eq!(server.get("/health").status, 200, "a load balancer has no key");
    let key = ("Authorization", "Bearer second-key");
    assert_eq!(post(&[("authorization", "bearer first-key")]).status, 200);
    for (host, status) in [
        ("localhost", 200),
        ("localhost:99", 200),
        ("127.0.0.1", 200),
        ("[::1]:8080", 200),
        ("MODELS.example:80", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("", 403),
    ] {
        let answer = post(&[key, ("Host", host)]);
        assert_eq!(answer.status, status, "{host}: {answer:?}");
    }
    assert_eq!(post(&[key, ("Host", "localhost"), ("Host", "localhost")]).status, 400, "which one is meant?");
    let allowed = post(&[key, ("Origin", "http://page.example")]);
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (200, Some("http://page.example")));
    for origin in ["http://evil.example", "null", "http://page.example.evil"] {
        let refused = post(&[key, ("Origin", origin)]);
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (403, None), "{origin}");
    }
    let own = format!("http://{}", server.address);
    assert_eq!(post(&[key, ("Origin", &own)]).status, 200);
    let preflight = [("Origin", "http://page.example"), ("Access-Control-Request-Method", "POST")];
    let preflight = server.request("OPTIONS", "/v1/completions", &preflight, "");
    assert_eq!(preflight.status, 204);
    assert!(preflight.header("access-control-allow-headers").unwrap().contains("authorization"));
    for (content, line) in [("good\nbad-kéy\n", "line 2"), ("# schlüssel\n\u{feff}key\n", "line 2"), ("a\tb", "line 1")]
    {
        std::fs::write(dir.join("wrong"), content).unwrap();
        let wrong = dir.join("wrong").display().to_string();
        run(["serve", "storyteller", "--api-key-file", &wrong]).fails(1, &[&wrong, line, "ASCII"]);
    }
    std::fs::write(dir.join("none"), "# only a comment\n").unwrap();
    let none = dir.join("none").display().to_string();
    run(["serve", "storyteller", "--api-key-file", &none]).fails(1, &["no API key", "one a line"]);
    assert!(server.wait_for("Warning: a request is refused").contains("add --allow-host HOST"));
}

#[test]
fn other_machines_need_a_key() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:1"] {
        run(["serve", "storyteller", "--listen", address]).fails(2, &["--listen", "--api-key-file"]);
    }
    for (wrong, what, fix) in [
        ("8080", "the host is missing", "give 127.0.0.1:8080"),
        (":8080", "the host is missing", "give 127.0.0.1:8080, or 0.0.0.0:8080"),
        ("0.0.0.0", "the port is missing", "give 0.0.0.0:8080"),
        ("localhost", "the port is missing", "give localhost:8080"),
        ("::1", "IPv6 addresses need brackets", "give [::1]:8080"),
        ("http://localhost:1", "it is a URL", "leave out"),
        ("unix:", "the path is missing", "give unix:PATH"),
        ("127.0.0.1:99999", "the port is not a number from 0 to 65535", "give"),
        (":99999", "the port is not a number from 0 to 65535", "give"),
    ] {
        let parts = ["--listen", what, "expected HOST:PORT or unix:PATH", fix];
        run(["serve", "storyteller", "--listen", wrong]).fails(2, &parts);
    }
    for (option, value, fix) in [
        ("--allow-origin", "localhost:3000", "give an origin such as http://localhost:3000"),
        ("--allow-origin", "https://page.example/", "give an origin such as https://page.example"),
        ("--allow-host", "models.example:8080", "give a name"),
        ("--port", "8080", "give --listen HOST:PORT"),
        ("--host", "0.0.0.0", "give --listen HOST:PORT"),
    ] {
        run(["serve", "storyteller", option, value]).fails(2, &[option, fix]);
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    run(["serve", "storyteller", "--listen", &address]).fails(1, &["cannot listen on", &address, "end the program"]);
    run(["serve", "storyteller", "--listen", "unix:/nonexistent/x.sock"])
        .fails(1, &["cannot listen on unix:/nonexistent/x.sock", "; create the directory, or"]);
    let keys = scratch("server_listen").join("keys");
    std::fs::write(&keys, "key").unwrap();
    let keys = keys.display().to_string();
    run(["serve", "storyteller", "--api-key-file", &keys, "--listen", "192.0.2.1:1"])
        .fails(1, &["192.0.2.1:1", "give --listen an address of this machine"]);
    // Nothing but the error: no request ever ran.
    run(["serve", "/nonexistent", "--listen", "127.0.0.1:0"]).fails(1, &["/nonexistent: model not found"]);
}

fn post_at(server: &Server, path: &str) -> Reply {
    server.request("POST", path, &[("Content-Type", "application/json")], "{}")
}

#[test]
fn what_is_too_large_or_no_json_is_refused_with_its_status() {
    let server = Server::start(&["storyteller", "--body-limit", "1000"]);
    let json = ("Content-Type", "application/json");
    let post = |headers: &[(&str, &str)], body: &str| server.request("POST", "/v1/completions", headers, body);
    let large = format!("{{\"prompt\": \"{}\"}}", "a".repeat(2000));
    let cases = [
        (post(&[json], &large), 413, "request_too_large"),
        (post(&[], "{}"), 415, "unsupported_media_type"),
        (post(&[("Content-Type", "text/plain")], "{}"), 415, "unsupported_media_type"),
        (post(&[json], ""), 400, "invalid_json"),
        (post(&[json], "[1]"), 400, "invalid_json"),
        (post(&[json], "{\"prompt\": \"a\", \"prompt\": \"b\"}"), 400, "invalid_json"),
        (post(&[json], "{\"prompt\": \"a\"} x"), 400, "invalid_json"),
        (post(&[json], "{\"prompt\": \"a\", \"stop_token_ids\": [1024]}"), 400, "invalid_value"),
        (server.get("/v1/completions"), 405, "method_not_allowed"),
        (server.get("/v2/other"), 404, "not_found"),
        (server.get("/v1/models/other"), 404, "model_not_found"),
    ];
    for (reply, status, code) in cases {
        assert_eq!((reply.status, reply.json()["error"]["code"].as_str()), (status, Some(code)), "{reply:?}");
        assert!(reply.header("x-request-id").is_some());
    }
    for (path, meant) in [
        ("/chat/completions", "/v1/chat/completions"),
        ("/v1/v1/completions", "/v1/completions"),
        ("/v1/tokenize", "/tokenize"),
    ] {
        let reply = post_at(&server, path);
        let message = reply.json()["error"]["message"].as_str().unwrap().to_string();
        assert_eq!((reply.status, message), (404, format!("there is nothing at {path} (expected {meant})")));
    }
    // Without a length.
    let mut stream = server.connect();
    let head = format!(
        "POST /v1/completions HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n",
        server.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = "a".repeat(900);
    let _ = (0..3).try_for_each(|_| stream.write_all(format!("{:x}\r\n{chunk}\r\n", chunk.len()).as_bytes()));
    assert_eq!(read_reply(stream).status, 413);
    // The header is counted with its first line.
    for (length, status) in [(60_000, 200), (65_530, 431), (70_000, 431), (300_000, 431)] {
        let padding = "a".repeat(length);
        assert_eq!(server.request("GET", "/health", &[("X-Padding", &padding)], "").status, status, "{length}");
    }
    let given = server.request("GET", "/health", &[("X-Request-Id", "mine-7")], "");
    assert_eq!(given.header("x-request-id"), Some("mine-7"));
    server.until("nothing is left", is_idle);
}

#[test]
fn sigterm_lets_requests_finish_and_cuts_them_off_after_the_grace_time() {
    let server = Server::start(&["storyteller"]);
    let body = json!({"prompt": "Once upon a time", "n": 16, "max_tokens": 400, "ignore_eos": true});
    let running = server.begin("/v1/completions", &body);
    server.until("it runs", |server| server.metric("rumma_generated_tokens_total") > 0.0);
    let address = server.address.clone();
    let ending = thread::spawn(move || server.stop());
    let answer = read_reply(running);
    assert_eq!((answer.status, answer.json()["usage"]["completion_tokens"].as_u64()), (200, Some(6400)));
    assert_eq!(ending.join().unwrap(), Some(143));
    assert!(std::net::TcpStream::connect(address).is_err(), "it does not listen any more");

    let server = Server::start(&["storyteller", "--grace", "0"]);
    let running = server.begin("/v1/completions", &long(true));
    let whole = server.begin("/v1/completions", &long(false));
    server.until("both run", |server| {
        server.metric("rumma_requests_running") + server.metric("rumma_requests_waiting") > 100.0
    });
    assert_eq!(server.stop(), Some(143));
    let events = read_reply(running).events();
    let error = events.iter().rev().find(|event| event.contains("shutting_down"));
    assert!(
        error.is_some_and(|event| serde_json::from_str::<Value>(event).unwrap()["error"].is_object()),
        "{events:?}"
    );
    let cut = read_reply(whole);
    assert_eq!((cut.status, cut.json()["error"]["code"].as_str()), (503, Some("shutting_down")));
}

#[test]
fn a_unix_socket_serves_and_is_removed_at_the_end() {
    let dir = socket_directory();
    let path = dir.join("rumma.sock");
    let listen = format!("unix:{}", path.display());
    // What a killed server has left behind.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let notify = UnixDatagram::bind(dir.join("notify")).unwrap();
    let mut child = rumma(["serve", "storyteller", "--quiet", "--listen", &listen])
        .env("NOTIFY_SOCKET", dir.join("notify"))
        .spawn()
        .unwrap();
    let mut message = [0; 64];
    let length = notify.recv(&mut message).unwrap();
    assert_eq!(&message[..length], b"READY=1");
    let mut stream = UnixStream::connect(&path).unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: anything\r\nConnection: close\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert_eq!(parse_reply(&bytes).status, 200);
    run(["serve", "storyteller", "--listen", &listen]).fails(1, &["another server listens there"]);
    assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(!path.exists());
    std::fs::write(&path, "precious").unwrap();
    run(["serve", "storyteller", "--listen", &listen]).fails(1, &["not a socket"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

#[test]
fn computed_prompts_are_reused_after_a_restart_and_a_damaged_file_is_not() {
    let dir = scratch("server_state");
    let state = dir.join("new/dir").display().to_string();
    let args = ["storyteller", "--state-dir", &state];
    let prompt = "Once upon a time there was a little girl named Lily. ".repeat(12);
    let body = json!({"prompt": prompt, "max_tokens": 20});
    let server = Server::start(&args);
    let first = server.post("/v1/completions", &body).json();
    let computed = server.metric("rumma_prompt_tokens_total");
    assert!(computed > 130.0, "{computed}");
    assert_eq!(server.stop(), Some(143));
    let file = dir.join("new/dir/prefixes");
    let bytes = std::fs::read(&file).unwrap();
    let server = Server::start(&args);
    let second = server.post("/v1/completions", &body).json();
    assert_eq!(second["choices"], first["choices"]);
    assert!(server.metric("rumma_prefix_hit_tokens_total") >= computed - 1.0);
    assert_eq!(server.metric("rumma_prompt_tokens_total"), 1.0);
    server.signal("-KILL");
    drop(server);
    for damage in [bytes.len() / 2, bytes.len() - 1, 40, 20] {
        let mut damaged = bytes.clone();
        damaged[damage] ^= 1;
        std::fs::write(&file, damaged).unwrap();
        let mut server = Server::spawn(&args);
        server.wait_for("Warning: computed prompts are not used");
        server.wait_for("Listening: ");
        assert_eq!(server.post("/v1/completions", &body).json()["choices"], first["choices"]);
        assert_eq!(server.metric("rumma_prefix_hit_tokens_total"), 0.0);
        server.signal("-KILL");
    }
    // A file that does not look like one of rumma, whether it was damaged or is another's, is not replaced either.
    let other = [&bytes[..2], b"XY", &bytes[4..]].concat();
    for content in [&other[..], b"precious"] {
        std::fs::write(&file, content).unwrap();
        let mut server = Server::spawn(&args);
        let warning = server.wait_for("Warning: computed prompts are neither used nor saved: ");
        assert!(warning.contains("new/dir/prefixes") && warning.contains("--state-dir"), "{warning}");
        server.wait_for("Listening: ");
        assert_eq!(server.post("/v1/completions", &body).json()["choices"], first["choices"]);
        assert_eq!(server.stop(), Some(143));
        assert!(std::fs::read(&file).unwrap() == content, "it is not changed");
    }
}

#[test]
fn connections_are_kept_and_half_a_request_stalls_nobody() {
    let server = Server::start(&["storyteller"]);
    let mut halves: Vec<_> = (0..40).map(|_| server.connect()).collect();
    for (index, half) in halves.iter_mut().enumerate() {
        let text = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{";
        half.write_all(&text.as_bytes()[..text.len().min(1 + 5 * index)]).unwrap();
    }
    let mut kept = server.connect();
    for _ in 0..3 {
        kept.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut bytes = vec![0; 4096];
        let length = kept.read(&mut bytes).unwrap();
        assert_eq!(parse_reply(&bytes[..length]).status, 200);
    }
    assert_eq!(server.post("/v1/completions", &short()).status, 200);
    halves.iter().for_each(|half| drop(half.shutdown(Shutdown::Both)));
    assert_eq!(server.stop(), Some(143));
}

#[test]
fn large_bodies_are_received_a_few_at_a_time_and_hold_up_no_small_ones() {
    let server = Server::start(&["storyteller"]);
    let start = format!(
        "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n\
         {{\"prompt\": \"{}",
        "a".repeat(256 << 10)
    );
    let begin = || {
        let mut stream = server.connect();
        stream.write_all(start.as_bytes()).unwrap();
        stream
    };
    let mut begun: Vec<_> = (0..33).map(|_| begin()).collect();
    // Any of them may have come last.
    begun.iter().for_each(|stream| stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap());
    let refused = (0..600).find_map(|_| {
        begun.iter_mut().find_map(|stream| {
            let mut bytes = vec![0; 4096];
            stream.read(&mut bytes).ok().map(|length| parse_reply(&bytes[..length]))
        })
    });
    let refused = refused.expect("one body too many is refused");
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")), "{refused:?}");
    assert_eq!(server.post("/v1/completions", &short()).status, 200, "small bodies have room");
    drop(begun);
    let large = json!({"prompt": vec![1; 400_000]});
    server.until("large bodies are received again", |server| {
        server.post("/v1/completions", &large).json()["error"]["code"] == "context_length_exceeded"
    });
}

#[test]
fn more_messages_than_the_context_has_tokens_are_refused_before_they_are_rendered() {
    let server = Server::start(&["storyteller"]);
    let messages = vec![json!({"role": "user", "content": "a"}); 600];
    let error = &server.post("/v1/chat/completions", &json!({"messages": messages})).json()["error"];
    assert_eq!(error["code"], "context_length_exceeded");
    assert!(error["message"].as_str().unwrap().contains(" 600 "), "{error}");
}

/// An empty directory with a short path: that of a socket has at most 107 bytes.
fn socket_directory() -> std::path::PathBuf {
    let dir = std::env::temp_dir().join(format!("rumma-server-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}
