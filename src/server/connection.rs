//! Accepts connections and serves HTTP/1.1 on them, each with limits on what a client may send and on how long it may
//! take.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Sleep, sleep};

use super::address::Listener;

/// Connections that are open at the same time. Further ones wait in the system's queue.
const MOST_CONNECTIONS: usize = 1024;
/// The time in which a client must send the header of a request, and in which it may keep a connection without one.
const HEADER_TIMEOUT: Duration = Duration::from_secs(60);
/// The most bytes of a header, with the line before it.
const HEADER_BYTES: usize = 64 << 10;
/// The time for which a client may take nothing of what is sent to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// The pause after a connection could not be accepted, such as for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until `ending` is true, then waits until all connections are closed. Idle ones are closed at once,
/// others when their answer is complete.
///
/// # Errors
/// If the listener cannot be registered with the system's event queue.
pub async fn serve(listener: &Listener, app: Router, mut ending: watch::Receiver<bool>) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let listener = AsyncListener::new(listener)?;
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let stream = tokio::select! {
            stream = listener.accept() => stream,
            _ = ending.wait_for(|ending| *ending) => break,
        };
        match stream {
            Ok(stream) => drop(tokio::spawn(serve_connection(stream, app.clone(), ending.clone(), place))),
            // A client that is gone already, or too many open files.
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
    // All places are free when all connections are closed.
    let _ = places.acquire_many(MOST_CONNECTIONS as u32).await;
    Ok(())
}

/// A connection as a stream of bytes.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

enum AsyncListener {
    Tcp(tokio::net::TcpListener),
    Unix(tokio::net::UnixListener),
}

impl AsyncListener {
    fn new(listener: &Listener) -> io::Result<AsyncListener> {
        Ok(match listener {
            Listener::Tcp(listener) => AsyncListener::Tcp(tokio::net::TcpListener::from_std(listener.try_clone()?)?),
            Listener::Unix(listener, _) => {
                AsyncListener::Unix(tokio::net::UnixListener::from_std(listener.try_clone()?)?)
            }
        })
    }

    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        Ok(match self {
            AsyncListener::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Tokens are small packets, which must not wait for each other.
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            AsyncListener::Unix(listener) => Box::new(listener.accept().await?.0),
        })
    }
}

async fn serve_connection(
    stream: Box<dyn Stream>,
    app: Router,
    mut ending: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let stream = TokioIo::new(Patient { stream, deadline: None });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    // The first bounds a header that is complete, the second one that is not.
    builder.max_header_size(HEADER_BYTES).max_buf_size(HEADER_BYTES);
    let connection = builder.serve_connection(stream, TowerToHyperService::new(app));
    tokio::pin!(connection);
    // The errors of a connection are those of its client, who does not read them.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = ending.wait_for(|ending| *ending) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// A stream whose writes fail if the client takes nothing for [`WRITE_TIMEOUT`].
struct Patient {
    stream: Box<dyn Stream>,
    /// Set while a write waits.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    /// Passes on the result of a write, or fails if it has waited for too long.
    fn within<T>(&mut self, cx: &mut Context, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.deadline = None;
            return result;
        }
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
        deadline.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context, buffer: &mut ReadBuf) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.within(cx, result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(cx);
        self.within(cx, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.within(cx, result)
    }
}
