//! The page of the browser: one HTML file that loads nothing else. The server sends it as it is; with an inspection in it,
//! it is a file that shows the model without a server.

use std::io;

use super::inspect::Inspection;
use crate::files::output::OutputKind;

/// The page of the server, which asks for what it shows.
pub const PAGE: &str = include_str!("page/index.html");

/// The header `Content-Security-Policy` of the page: it asks its own server and nobody else, and is in no frame.
pub const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; \
                          img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The element of the page that holds an inspection, without one.
const NO_DATA: &str = "<script type=\"application/json\" id=\"inspect-data\">null";

/// The beginning of that element.
const DATA: &str = "<script type=\"application/json\" id=\"inspect-data\">";

/// The files of [`Inspection::html`].
pub const HTML_FILE: OutputKind = OutputKind {
    name: "a page of a model",
    recognize: |head| {
        let begins = |at: usize| head.get(at..).is_some_and(|rest| rest.starts_with(DATA.as_bytes()));
        (0..head.len()).find(|at| begins(*at)).is_some_and(|at| head.get(at + DATA.len()) == Some(&b'{'))
    },
    private: false,
};

impl Inspection {
    /// The page with this inspection in it.
    ///
    /// # Errors
    /// None in practice; the type is that of `serde_json`.
    pub fn html(&self) -> io::Result<String> {
        let json = serde_json::to_string(self)?;
        // In a script element, only `<` can end it or begin a comment; in JSON it occurs in strings only.
        let json = json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
        Ok(PAGE.replacen(NO_DATA, &format!("{DATA}{json}"), 1))
    }
}
