//! Lists the files of a model at one commit, with sizes and hashes, and checks them against the pins.

use super::http::{Http, body_failure, one_line, shown};
use super::names;
use super::policy::Policy;
use super::retry::{Failure, Retries, refusal};
use crate::error::{Error, Result};
use rumma::checkpoint::SIDECAR_FILES;
use rumma::checkpoint::manifest::{ContentHash, Hash};
use rumma::checkpoint::pins::Pin;
use rumma::files::{from_hex, hex};
use serde::Deserialize;
use std::io::Read;
use std::time::Instant;

/// The size limit of a listing, in bytes.
const MAX_LISTING: u64 = 64 << 20;

/// The size limit of a file, in bytes: far above any model, and sums of sizes do not overflow.
const MAX_FILE: u64 = 1 << 48;

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
    /// The hub's name of the model, if it is not the requested one: models can be renamed.
    pub other_name: Option<String>,
    pub files: Vec<RemoteFile>,
}

impl Listing {
    /// Parses and checks the hub's response from `url`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the hub lists another commit than the requested one or a hash that differs from `pin`,
    /// [`Error::Hub`] if the response cannot be used.
    pub fn parse(response: &[u8], url: &str, repo: &str, revision: &str, pin: Option<&Pin>) -> Result<Listing> {
        let invalid = |error: serde_json::Error| Error::Hub { url: url.into(), why: one_line(&error.to_string()) };
        to_listing(serde_json::from_slice(response).map_err(invalid)?, url, repo, revision, pin)
    }
}

/// Lists the files of `repo` at `revision`.
///
/// # Errors
/// [`Error::Offline`] if the hub cannot be reached at first (without retries: nothing is lost, and a wrong proxy or
/// endpoint is the usual reason), [`Error::Refused`] if the hub lists another commit than the requested one or a hash that
/// differs from `pin`, [`Error::Hub`] if the response cannot be used.
pub fn list(
    http: &Http,
    policy: &Policy,
    notify: &(dyn Fn(&str) + Sync),
    repo: &str,
    revision: &str,
    pin: Option<&Pin>,
) -> Result<Listing> {
    let url =
        format!("{}/api/models/{}/revision/{}?blobs=true", http.endpoint(), encode(repo, "/"), encode(revision, ""));
    let what = format!("the file list of {repo}");
    let mut retries = Retries::new(policy, &what, notify, &|| false);
    let mut first = true;
    loop {
        let began = Instant::now();
        match get_model_info(http, policy, &url, repo, revision) {
            Ok(info) => return to_listing(info, &url, repo, revision, pin),
            Err(Failure::Unreachable { host, why }) if first => return Err(Error::Offline { host, why }),
            Err(failure) => retries.pause(failure, began)?,
        }
        first = false;
    }
}

/// The URL of a file.
pub fn address(http: &Http, listing: &Listing, file: &RemoteFile) -> String {
    let (repo, name) = (encode(&listing.repo, "/"), encode(&file.name, "/"));
    format!("{}/{repo}/resolve/{}/{name}", http.endpoint(), listing.commit)
}

/// The fields of the hub's response that are used.
#[derive(Deserialize)]
#[serde(expecting = "an object with sha and siblings")]
struct ModelInfo {
    sha: String,
    id: Option<String>,
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

fn get_model_info(
    http: &Http,
    policy: &Policy,
    url: &str,
    repo: &str,
    revision: &str,
) -> std::result::Result<ModelInfo, Failure> {
    let mut reply = http.get(url, &[("accept", "application/json")])?;
    if reply.status != 200 {
        let (retry_after, what) = (reply.header("retry-after"), format!("{repo} at {revision}"));
        return Err(refusal(reply.status, retry_after, policy.longest_wait, reply.from_hub, &reply.url, &what));
    }
    let mut text = Vec::new();
    let read = reply.body.by_ref().take(MAX_LISTING + 1).read_to_end(&mut text);
    read.map_err(|e| body_failure(&reply.url, "the file list is incomplete", &e))?;
    let hub = |why: String| Failure::Fatal(Error::Hub { url: reply.url.clone(), why });
    if text.len() as u64 > MAX_LISTING {
        return Err(hub("the file list is longer than 64 MiB; check HF_ENDPOINT".into()));
    }
    serde_json::from_slice(&text).map_err(|e| {
        // Without a length, a broken connection looks like the end of the body.
        if e.is_eof() && reply.has_no_length() {
            return Failure::retry(format!("the response is incomplete: {e}"));
        }
        let form = reply.media_type();
        let form = if form.is_empty() { String::new() } else { format!("{form}, ") };
        hub(format!("the response is not a file list ({form}{}); check HF_ENDPOINT", one_line(&e.to_string())))
    })
}

fn to_listing(info: ModelInfo, url: &str, repo: &str, revision: &str, pin: Option<&Pin>) -> Result<Listing> {
    let hub = |why: String| Error::Hub { url: shown(url), why };
    let is_commit = |text: &str| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_commit(&info.sha) {
        return Err(hub(format!("invalid commit (found {:?}, expected 40 hex digits); check HF_ENDPOINT", info.sha)));
    }
    let commit = info.sha.to_ascii_lowercase();
    if is_commit(revision) && revision.to_ascii_lowercase() != commit {
        let (known_by, expected) = ("the requested commit", revision.to_string());
        return Err(Error::Refused { file: repo.to_string(), known_by, expected, found: commit });
    }
    let list: Vec<&str> = info.siblings.iter().map(|sibling| sibling.rfilename.as_str()).collect();
    let unusual = list.iter().find_map(|name| names::check(name).err().map(|why| (*name, why)));
    if let Some((name, why)) = unusual.or_else(|| names::contradiction(&list)) {
        return Err(hub(format!("lists the file name {name:?}, which {why}; use another endpoint")));
    }
    let file = |sibling: &Sibling| {
        let Sibling { rfilename: name, size, blob, lfs } = sibling;
        let hash = match (lfs, blob) {
            (Some(lfs), _) => from_hex(&lfs.sha256).map(ContentHash::Sha256),
            (None, Some(blob)) => from_hex(blob).map(ContentHash::GitBlob),
            (None, None) => None,
        };
        let large = lfs.as_ref().and_then(|lfs| lfs.size);
        if let (Some(large), Some(size)) = (large, size)
            && large != *size
        {
            return Err(hub(format!("lists {name} with two sizes ({size} and {large} bytes); use another endpoint")));
        }
        let (Some(bytes), Some(hash)) = (large.or(*size), hash) else {
            return Err(hub(format!("lists {name} without size or hash; use another endpoint")));
        };
        if bytes > MAX_FILE {
            return Err(hub(format!("lists {name} with an impossible size ({bytes} bytes); use another endpoint")));
        }
        Ok(RemoteFile { name: name.clone(), bytes, hash, pinned: None })
    };
    let mut files = info.siblings.iter().map(file).collect::<Result<Vec<RemoteFile>>>()?;
    if let Some(pin) = pin {
        apply(pin, &mut files)?;
    }
    let licence = pin.map(|p| p.licence.clone()).unwrap_or_else(|| one_line(&licence_of(info.card.as_ref())));
    let other_name = info.id.filter(|id| !id.eq_ignore_ascii_case(repo));
    Ok(Listing { repo: repo.to_string(), revision: revision.to_string(), commit, licence, other_name, files })
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
        let ContentHash::Sha256(pinned) = known.hash else { continue };
        if let ContentHash::Sha256(listed) = file.hash
            && listed != pinned
        {
            return Err(refused(format!("sha256 {}", hex(&pinned)), format!("sha256 {}", hex(&listed))));
        }
        if let Some(bytes) = known.bytes.filter(|bytes| *bytes != file.bytes) {
            return Err(refused(format!("{bytes} bytes"), format!("{} bytes", file.bytes)));
        }
        file.pinned = Some(pinned);
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
    let weights = |name: &str| !name.contains('/') && name.ends_with(".safetensors");
    // Some repositories have a second copy of the weights under another name.
    let usual = |name: &str| weights(name) && name.starts_with("model");
    let text = SIDECAR_FILES.contains(&name) || name == "model.safetensors.index.json";
    text || (weights(name) && (usual(name) || !all.iter().any(|f| usual(&f.name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789012345678901234567890123456789";

    fn listing(siblings: &str) -> Result<Listing> {
        let text = format!(r#"{{"sha":"{COMMIT}","cardData":{{"license":"mit"}},"siblings":[{siblings}]}}"#);
        Listing::parse(text.as_bytes(), "http://localhost/api?blobs=true", "a/b", "main", None)
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
    fn listings_with_unusual_names_sizes_or_hashes_are_refused() {
        let (blob, sha256) = ("cd".repeat(20), "ab".repeat(32));
        let plain = |name: &str| format!(r#"{{"rfilename":"{name}","size":1,"blobId":"{blob}"}}"#);
        let refused = [
            plain("../x"),
            plain("a\\\\b"),
            plain("C:model.safetensors"),
            plain("model\\u202e.safetensors"),
            [plain("a"), plain("a")].join(","),
            [plain("a/b"), plain("a")].join(","),
            format!(r#"{{"rfilename":"w","size":1,"lfs":{{"sha256":"{sha256}","size":2}}}}"#),
            format!(r#"{{"rfilename":"w","size":18446744073709551615,"blobId":"{blob}"}}"#),
            format!(r#"{{"rfilename":"w","size":1,"blobId":"{sha256}"}}"#),
        ];
        for siblings in refused {
            let error = listing(&siblings).unwrap_err().to_string();
            assert!(error.is_ascii() && !error.contains(char::is_control), "{error:?}");
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
    fn another_commit_than_the_requested_one_is_refused() {
        let text = format!(r#"{{"sha":"{COMMIT}","siblings":[]}}"#);
        let listing = |revision| Listing::parse(text.as_bytes(), "http://h/api", "a/b", revision, None);
        assert!(listing(COMMIT).is_ok() && listing("main").is_ok());
        let other = "f".repeat(40);
        let error = listing(&other).unwrap_err().to_string();
        assert!(error.contains(COMMIT) && error.contains(&other), "{error}");
    }

    #[test]
    fn url_parts_are_percent_encoded() {
        assert_eq!(encode("refs/pr/1", ""), "refs%2Fpr%2F1");
        assert_eq!(encode("a b/ü#?", "/"), "a%20b/%C3%BC%23%3F");
    }
}
