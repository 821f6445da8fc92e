//! Where a server listens: a TCP address or a Unix socket.

use std::fmt;
use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use crate::error::{Error, MachineError, Result};

/// An address to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `HOST:PORT`; port 0 takes a free one.
    Tcp {
        /// A name or an IP address, IPv6 without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// `unix:PATH`
    Unix(PathBuf),
}

impl Address {
    /// Parses `HOST:PORT`, `[IPV6]:PORT` or `unix:PATH`.
    pub fn parse(text: &str) -> Option<Address> {
        if let Some(path) = text.strip_prefix("unix:") {
            return (!path.is_empty()).then(|| Address::Unix(path.into()));
        }
        let (host, port) = text.rsplit_once(':')?;
        let host = match host.strip_prefix('[') {
            Some(host) => host.strip_suffix(']').filter(|host| host.parse::<std::net::Ipv6Addr>().is_ok())?,
            None => Some(host).filter(|host| !host.is_empty() && !host.contains([':', ']', '/']))?,
        };
        Some(Address::Tcp { host: host.into(), port: port.parse().ok()? })
    }

    /// Whether only programs of this machine can connect.
    pub fn is_local(&self) -> bool {
        match self {
            Address::Unix(_) => true,
            Address::Tcp { host, .. } => host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
        }
    }

    /// Starts to listen.
    ///
    /// # Errors
    /// [`MachineError::CannotListen`]; [`Error::Io`] for the file of a Unix socket.
    pub fn listen(&self) -> Result<Listener> {
        let cannot =
            |cause: io::Error| Error::from(MachineError::CannotListen { address: self.to_string(), source: cause });
        match self {
            Address::Tcp { host, port } => {
                let addresses: Vec<SocketAddr> = (host.as_str(), *port).to_socket_addrs().map_err(cannot)?.collect();
                let listener = TcpListener::bind(&addresses[..]).map_err(cannot)?;
                listener.set_nonblocking(true).map_err(cannot)?;
                Ok(Listener::Tcp(listener))
            }
            Address::Unix(path) => {
                remove_stale(path).map_err(cannot)?;
                let listener = UnixListener::bind(path).map_err(cannot)?;
                // Only this user may connect.
                fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(cannot)?;
                listener.set_nonblocking(true).map_err(cannot)?;
                Ok(Listener::Unix(listener, path.clone()))
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "{host}:{port}"),
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// Removes the socket that a server left behind which has ended: nobody accepts its connections.
fn remove_stale(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.file_type().is_socket() => match UnixStream::connect(path) {
            Ok(_) => Err(io::Error::new(io::ErrorKind::AddrInUse, "another server listens there")),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
            Err(error) => Err(error),
        },
        Ok(_) => Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file that is not a socket")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// An open listener.
#[derive(Debug)]
pub enum Listener {
    /// TCP.
    Tcp(TcpListener),
    /// A Unix socket and its path, which is removed at the end.
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// The address in the form of an URL: `http://127.0.0.1:8080`.
    pub fn url(&self) -> String {
        match self {
            Listener::Tcp(listener) => match listener.local_addr() {
                Ok(address) => format!("http://{address}"),
                Err(_) => "http://".into(),
            },
            Listener::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Listener::Unix(_, path) = self {
            // If it is gone already, nothing is left to do.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_hosts_with_ports_or_paths() {
        let tcp = |host: &str, port| Some(Address::Tcp { host: host.into(), port });
        assert_eq!(Address::parse("127.0.0.1:8080"), tcp("127.0.0.1", 8080));
        assert_eq!(Address::parse("localhost:0"), tcp("localhost", 0));
        assert_eq!(Address::parse("[::1]:80"), tcp("::1", 80));
        assert_eq!(Address::parse("unix:/run/rumma.sock"), Some(Address::Unix("/run/rumma.sock".into())));
        for wrong in ["", "8080", ":8080", "a:b", "::1:80", "[::1]", "[x]:80", "unix:", "http://a:80", "a:65536"] {
            assert_eq!(Address::parse(wrong), None, "{wrong}");
        }
        for text in ["127.0.0.1:8080", "[::1]:80", "unix:/a b"] {
            assert_eq!(Address::parse(text).map(|address| address.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn only_loopback_and_sockets_are_local() {
        let is_local = |text: &str| Address::parse(text).is_some_and(|address| address.is_local());
        assert!(["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "unix:a"].into_iter().all(is_local));
        assert!(!["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "host:1"].into_iter().any(is_local));
    }
}
