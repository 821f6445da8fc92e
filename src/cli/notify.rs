//! Tells systemd that the server is ready or ends (`sd_notify`), if it asks for that.

#[cfg(target_os = "linux")]
use std::{
    env,
    os::linux::net::SocketAddrExt,
    os::unix::net::{SocketAddr, UnixDatagram},
};

/// The server answers requests.
pub fn ready() {
    notify("READY=1");
}

/// The server ends.
pub fn stopping() {
    notify("STOPPING=1");
}

/// Only Linux has systemd.
#[cfg(not(target_os = "linux"))]
fn notify(_message: &str) {}

/// Sends `message` to the socket that `$NOTIFY_SOCKET` names. A failure concerns nobody but systemd, which then waits.
#[cfg(target_os = "linux")]
fn notify(message: &str) {
    let Some(path) = env::var_os("NOTIFY_SOCKET") else { return };
    let path = path.as_encoded_bytes();
    let address = match path.strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(std::path::Path::new(&*String::from_utf8_lossy(path))),
    };
    let send = |address: SocketAddr| UnixDatagram::unbound()?.send_to_addr(message.as_bytes(), &address);
    let _ = address.and_then(send);
}
