//! Built-in hashes of well-known models: `xtask/models.toml`, embedded in the binary.

use super::manifest::{ContentHash, Hash, Manifest, ManifestEntry, local_name};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::from_hex;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// `cargo xtask fetch-model` reads the same file through this module.
const MODELS: &str = include_str!("../../xtask/models.toml");

/// A hub model with known file hashes.
pub struct Pin {
    /// The hub id, `ORG/NAME`.
    pub repo: String,
    /// The commit of the hashed files, if known.
    pub commit: Option<String>,
    /// The licence of the weights.
    pub licence: String,
    /// The files with known hashes; may be fewer than the model has.
    pub files: Vec<ManifestEntry>,
}

impl Pin {
    /// A manifest of the pinned files (not complete).
    pub fn manifest(&self) -> Manifest {
        Manifest {
            path: PathBuf::from(format!("built-in pins of {}", self.repo)),
            notes: vec![format!("repo: {}", self.repo)],
            entries: self.files.clone(),
            complete: false,
        }
    }

    /// Fails if `manifest` lists a pinned file with a different hash.
    ///
    /// # Errors
    /// [`FaultKind::ChecksumsDisagree`] with the first such file.
    pub fn check(&self, manifest: &Manifest) -> Result<()> {
        for known in &self.files {
            // A pin and a git blob id cannot be compared.
            let listed = manifest.entry(&known.name).filter(|entry| !entry.is_git_blob());
            if let Some(listed) = listed.filter(|entry| entry.hash != known.hash) {
                return Err(Fault::new(FaultKind::ChecksumsDisagree, &manifest.path)
                    .subject(format!("{} of {}", known.name, self.repo))
                    .found(format!("sha256 {}", listed.hash.hex()))
                    .expected(known.hash.hex())
                    .into());
            }
        }
        Ok(())
    }
}

/// The pin of hub model `repo`, if there is one. Ignores case as the hub does, so that the check cannot be avoided by
/// another spelling.
pub fn pin_of(repo: &str) -> Result<Option<Pin>> {
    Ok(parse(Path::new("xtask/models.toml"), MODELS)?.into_iter().find(|p| p.repo.eq_ignore_ascii_case(repo)))
}

/// Parses a file of pins; `path` is used in errors only.
///
/// # Errors
/// [`FaultKind::InvalidChecksums`] for what is not TOML of this form, names no local file or is no SHA-256.
pub fn parse(path: &Path, text: &str) -> Result<Vec<Pin>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct PinsFile {
        #[serde(default)]
        model: Vec<PinnedModel>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct PinnedModel {
        repo: String,
        commit: Option<String>,
        licence: String,
        file: Vec<PinnedFile>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct PinnedFile {
        name: String,
        sha256: String,
        bytes: Option<u64>,
    }

    let damaged = |cause: String| Error::from(Fault::new(FaultKind::InvalidChecksums, path).cause(cause));
    let file: PinsFile = toml::from_str(text).map_err(|e| damaged(e.to_string()))?;
    let entry = |f: PinnedFile| {
        let name = local_name(&f.name).map_err(|why| damaged(format!("name {:?}: {why}", f.name)))?;
        let sha256: Hash =
            from_hex(&f.sha256).ok_or_else(|| damaged(format!("{name}: sha256 is not 64 hex digits")))?;
        Ok(ManifestEntry { name, hash: ContentHash::Sha256(sha256), bytes: f.bytes })
    };
    let pin = |m: PinnedModel| {
        let files = m.file.into_iter().map(entry).collect::<Result<_>>()?;
        Ok(Pin { repo: m.repo, commit: m.commit, licence: m.licence, files })
    };
    file.model.into_iter().map(pin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_pins_parse_and_ignore_case() {
        let pin = pin_of("qwen/qwen2.5-3b-instruct-awq").unwrap().expect("pinned");
        assert!(pin.licence.contains("not Apache"));
        let tokenizer = pin.files.iter().find(|f| f.name == "tokenizer.json").expect("tokenizer.json is pinned");
        assert_eq!(tokenizer.bytes, Some(7_031_645));
        assert!(pin_of("nobody/nothing").unwrap().is_none());
    }

    #[test]
    fn a_pin_with_a_bad_name_hash_or_field_is_refused() {
        let with = |file: &str| {
            let text = format!("[[model]]\nrepo=\"a/b\"\nlicence=\"l\"\n[[model.file]]\n{file}\n");
            parse(Path::new("pins"), &text).map(|_| ()).unwrap_err().to_string()
        };
        let hash = "0".repeat(64);
        assert!(with(&format!("name=\"../x\"\nsha256=\"{hash}\"")).contains("../x"));
        assert!(with("name=\"x\"\nsha256=\"12\"").contains("64 hex digits"));
        assert!(with(&format!("name=\"x\"\nsha256=\"{hash}\"\nsize=1")).contains("size"));
    }
}
