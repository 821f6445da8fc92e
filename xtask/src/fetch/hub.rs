//! Lists the files of a model at one commit, with sizes and hashes, and checks them against the pins.

use super::http::{Failure, Http};
use super::policy::Policy;
use crate::error::{Error, Result};
use rumma::checkpoint::manifest::{Hash, local_name};
use rumma::checkpoint::pins::Pin;
use rumma::files::{from_hex, hex};
use serde::Deserialize;
use std::collections::HashSet;
use std::io::Read;
use std::thread;

/// The size limit of a listing, in bytes.
const MAX_LISTING: u64 = 64 << 20;

/// The hash of a file's content in the listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentHash {
    /// Of large files: SHA-256 of the content.
    Sha256(Hash),
    /// Of small files: the git blob id, which is the SHA-1 of `blob LENGTH\0` and the content.
    GitBlob([u8; 20]),
}

impl ContentHash {
    /// The name of the blob in a hub cache.
    pub fn hex(&self) -> String {
        match self {
            ContentHash::Sha256(hash) => hex(hash),
            ContentHash::GitBlob(hash) => hex(hash),
        }
    }
}

/// A file on the hub.
#[derive(Clone, Debug)]
pub struct RemoteFile {
    pub name: String,
    pub bytes: u64,
    pub hash: ContentHash,
    /// Its hash in xtask/models.toml, if pinned.
    pub pinned: Option<Hash>,
}

/// A model at one commit.
#[derive(Debug)]
pub struct Listing {
    pub repo: String,
    /// The requested branch, tag or commit.
    pub revision: String,
    /// 40 hex digits.
    pub commit: String,
    pub licence: String,
    pub files: Vec<RemoteFile>,
}

/// Lists the files of `repo` at `revision`.
///
/// # Errors
/// [`Error::Offline`] if the hub cannot be reached (without retries), [`Error::Refused`] if the hub lists a hash that
/// differs from `pin`, [`Error::Hub`] if the response cannot be used.
pub fn list(http: &Http, policy: &Policy, repo: &str, revision: &str, pin: Option<&Pin>) -> Result<Listing> {
    let url =
        format!("{}/api/models/{}/revision/{}?blobs=true", http.endpoint(), encode(repo, "/"), encode(revision, ""));
    let mut failures = 0;
    loop {
        let failure = match get_model_info(http, &url, repo, revision) {
            Ok(info) => return to_listing(info, &url, repo, revision, pin),
            Err(failure) => failure,
        };
        failures += 1;
        let (why, after) = match failure {
            Failure::Fatal(error) => return Err(error),
            Failure::Unreachable { host, why } => return Err(Error::Offline { host, why }),
            Failure::Retry { why, after } => (why, after),
        };
        if failures == policy.tries {
            return Err(Error::Network { what: format!("the file list of {repo}"), why, tries: failures });
        }
        thread::sleep(policy.wait(failures, after));
    }
}

/// The URL of a file.
pub fn address(http: &Http, listing: &Listing, file: &RemoteFile) -> String {
    let (repo, name) = (encode(&listing.repo, "/"), encode(&file.name, "/"));
    format!("{}/{repo}/resolve/{}/{name}", http.endpoint(), listing.commit)
}

/// The failure for an unexpected status. A store behind the hub (not `from_hub`) responds with 403 when a signed URL
/// has expired; a retry gets a new URL from the hub.
pub fn refusal(status: u16, retry_after: Option<&str>, from_hub: bool, url: &str, what: &str) -> Failure {
    let hub = |why: String| Failure::Fatal(Error::Hub { url: url.to_string(), why });
    match status {
        401 if from_hub => {
            hub(format!("{what}: status 401 (not found, private or gated); set HF_TOKEN to a token with read access"))
        }
        403 if from_hub => {
            hub(format!("{what}: status 403 (no access); accept the model's terms on its page, or use another token"))
        }
        404 | 410 if from_hub => hub(format!("{what}: status {status} (not found); check repo, --revision and --file")),
        401 | 403 | 404 | 408 | 410 | 425 | 429 | 500..=599 => {
            let after = retry_after.and_then(|v| v.trim().parse().ok()).map(std::time::Duration::from_secs);
            Failure::Retry { why: format!("status {status} from {url}"), after }
        }
        _ => hub(format!("{what}: status {status}")),
    }
}

/// The fields of the hub's response that are used.
#[derive(Deserialize)]
#[serde(expecting = "an object with sha and siblings")]
struct ModelInfo {
    sha: String,
    #[serde(rename = "cardData")]
    card: Option<serde_json::Value>,
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
    #[serde(rename = "blobId")]
    blob: Option<String>,
    lfs: Option<Lfs>,
}

#[derive(Deserialize)]
struct Lfs {
    sha256: String,
    size: Option<u64>,
}

fn get_model_info(http: &Http, url: &str, repo: &str, revision: &str) -> std::result::Result<ModelInfo, Failure> {
    let reply = http.get(url, &[("accept", "application/json")])?;
    if reply.status != 200 {
        let retry_after = reply.header("retry-after");
        let what = format!("{repo} at {revision}");
        return Err(refusal(reply.status, retry_after, reply.from_hub, &reply.url, &what));
    }
    let mut text = Vec::new();
    let again =
        |e: &dyn std::fmt::Display| Failure::Retry { why: format!("the file list is incomplete: {e}"), after: None };
    reply.body.take(MAX_LISTING).read_to_end(&mut text).map_err(|e| again(&e))?;
    serde_json::from_slice(&text).map_err(|e| match e.is_data() {
        true => Failure::Fatal(Error::Hub {
            url: reply.url,
            why: format!("the response is not a file list: {e}; check HF_ENDPOINT"),
        }),
        // A truncated body is not valid JSON.
        false => again(&e),
    })
}

fn to_listing(info: ModelInfo, url: &str, repo: &str, revision: &str, pin: Option<&Pin>) -> Result<Listing> {
    let url = url.split('?').next().unwrap_or(url);
    let hub = |why: String| Error::Hub { url: url.to_string(), why };
    if info.sha.len() != 40 || !info.sha.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(hub(format!("invalid commit (found {:?}, expected 40 hex digits); check HF_ENDPOINT", info.sha)));
    }
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    for sibling in info.siblings {
        let name = sibling.rfilename;
        let sound = local_name(&name).is_ok_and(|local| local == name) && !name.ends_with(".part");
        if !sound || !seen.insert(name.clone()) {
            return Err(hub(format!("lists the invalid or duplicate file name {name:?}; use another endpoint")));
        }
        let size = sibling.lfs.as_ref().and_then(|lfs| lfs.size).or(sibling.size);
        let hash = match (&sibling.lfs, &sibling.blob) {
            (Some(lfs), _) => from_hex(&lfs.sha256).map(ContentHash::Sha256),
            (None, Some(blob)) => from_hex(blob).map(ContentHash::GitBlob),
            (None, None) => None,
        };
        let (Some(bytes), Some(hash)) = (size, hash) else {
            return Err(hub(format!("lists {name} without size or hash; use another endpoint")));
        };
        files.push(RemoteFile { name, bytes, hash, pinned: None });
    }
    if let Some(pin) = pin {
        apply(pin, &mut files)?;
    }
    let licence = pin.map(|p| p.licence.clone()).unwrap_or_else(|| licence_of(info.card.as_ref()));
    let commit = info.sha.to_ascii_lowercase();
    Ok(Listing { repo: repo.to_string(), revision: revision.to_string(), commit, licence, files })
}

/// Records the pinned hashes in `files`. Fails if the hub lists a different hash or size.
fn apply(pin: &Pin, files: &mut [RemoteFile]) -> Result<()> {
    for known in &pin.files {
        let Some(file) = files.iter_mut().find(|f| f.name == known.name) else {
            continue;
        };
        let refused = |expected: String, found: String| Error::Refused {
            file: format!("{}/{}", pin.repo, known.name),
            known_by: "xtask/models.toml",
            expected,
            found,
        };
        if let ContentHash::Sha256(listed) = file.hash
            && listed != known.sha256
        {
            return Err(refused(format!("sha256 {}", hex(&known.sha256)), format!("sha256 {}", hex(&listed))));
        }
        if let Some(bytes) = known.bytes.filter(|bytes| *bytes != file.bytes) {
            return Err(refused(format!("{bytes} bytes"), format!("{} bytes", file.bytes)));
        }
        file.pinned = Some(known.sha256);
    }
    Ok(())
}

fn licence_of(card: Option<&serde_json::Value>) -> String {
    let field = |name: &str| card?.get(name)?.as_str();
    match (field("license"), field("license_name"), field("license_link")) {
        (Some("other") | None, Some(name), Some(link)) => format!("{name} ({link})"),
        (Some("other") | None, Some(name), None) => name.to_string(),
        (Some(licence), _, _) => licence.to_string(),
        (None, None, _) => "not stated".to_string(),
    }
}

/// Percent-encodes a part of a URL, except the characters in `keep`.
fn encode(text: &str, keep: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b) || keep.as_bytes().contains(&b);
    text.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Whether rumma needs the file: configuration, tokenizer, chat template or weights in the top directory.
pub fn needed(name: &str, all: &[RemoteFile]) -> bool {
    const TEXTS: [&str; 13] = [
        "config.json",
        "generation_config.json",
        "quant_config.json",
        "quantize_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
        "merges.txt",
        "chat_template.jinja",
        "chat_template.json",
        "model.safetensors.index.json",
    ];
    let weights = |name: &str| !name.contains('/') && name.ends_with(".safetensors");
    // Some repositories have a second copy of the weights under another name.
    let usual = |name: &str| weights(name) && name.starts_with("model");
    TEXTS.contains(&name) || (weights(name) && (usual(name) || !all.iter().any(|f| usual(&f.name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789012345678901234567890123456789";

    fn listing(siblings: &str) -> Result<Listing> {
        let text = format!(r#"{{"sha":"{COMMIT}","cardData":{{"license":"mit"}},"siblings":[{siblings}]}}"#);
        to_listing(serde_json::from_str(&text).unwrap(), "http://localhost/api?blobs=true", "a/b", "main", None)
    }

    #[test]
    fn large_files_are_listed_by_sha256_and_small_ones_by_git_blob_id() {
        let (sha256, blob) = ("ab".repeat(32), "cd".repeat(20));
        let listing = listing(&format!(
            r#"{{"rfilename":"w.safetensors","size":9,"blobId":"{blob}","lfs":{{"sha256":"{sha256}","size":9,"pointerSize":1}}}},
               {{"rfilename":"config.json","size":2,"blobId":"{blob}"}}"#
        ))
        .unwrap();
        assert_eq!(listing.files[0].hash, ContentHash::Sha256([0xab; 32]));
        assert_eq!(listing.files[1].hash, ContentHash::GitBlob([0xcd; 20]));
        assert_eq!((listing.commit.as_str(), listing.licence.as_str()), (COMMIT, "mit"));
    }

    #[test]
    fn names_outside_the_directory_and_files_without_a_hash_are_refused() {
        let blob = "cd".repeat(20);
        for name in ["../x", "/etc/passwd", "a//b", "./a", "a/../b", "", "w.part"] {
            let sibling = format!(r#"{{"rfilename":"{name}","size":1,"blobId":"{blob}"}}"#);
            assert!(listing(&sibling).is_err(), "{name}");
        }
        let error = listing(r#"{"rfilename":"config.json","size":1}"#).unwrap_err().to_string();
        assert!(error.contains("config.json") && !error.contains("blobs"), "{error}");
    }

    #[test]
    fn a_default_fetch_selects_needed_files_and_one_copy_of_the_weights() {
        let remote = |name: &&str| RemoteFile {
            name: name.to_string(),
            bytes: 1,
            hash: ContentHash::GitBlob([0; 20]),
            pinned: None,
        };
        let pick = |names: &[&'static str]| -> Vec<&'static str> {
            let all: Vec<RemoteFile> = names.iter().map(remote).collect();
            names.iter().copied().filter(|n| needed(n, &all)).collect()
        };
        let names = [
            "README.md",
            "config.json",
            "consolidated.safetensors",
            "model-00001-of-00002.safetensors",
            "onnx/model.safetensors",
        ];
        assert_eq!(pick(&names), ["config.json", "model-00001-of-00002.safetensors"]);
        assert_eq!(pick(&["weights.safetensors", "pytorch_model.bin"]), ["weights.safetensors"]);
    }

    #[test]
    fn url_parts_are_percent_encoded() {
        assert_eq!(encode("refs/pr/1", ""), "refs%2Fpr%2F1");
        assert_eq!(encode("a b/ü#?", "/"), "a%20b/%C3%BC%23%3F");
    }
}
