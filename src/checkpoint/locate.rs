//! Resolves MODEL to files: a directory, a file, or a hub id in the local caches.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::index::is_plain_name;
use crate::error::{Error, Fault, FaultKind, Resource, Result};

/// Where the tensors of a checkpoint are.
#[derive(Debug, PartialEq)]
pub(super) enum WeightFiles {
    /// One safetensors file, or several without an index.
    Files(Vec<PathBuf>),
    /// An index file, which maps tensors to shards.
    Index(PathBuf),
}

/// A located checkpoint: its weights, and the directory of its other files.
#[derive(Debug, PartialEq)]
pub(super) struct Location {
    pub weights: WeightFiles,
    pub directory: PathBuf,
}

/// A directory of downloaded checkpoints.
#[derive(Debug)]
pub(super) enum ModelCache {
    /// Hugging Face's cache: `models--OWNER--NAME/refs/main` holds the name of a directory in `snapshots/`.
    Hub(PathBuf),
    /// rumma's own cache: `OWNER/NAME`.
    Plain(PathBuf),
}

/// The user's caches, in search order.
pub(super) fn caches() -> Vec<ModelCache> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let user = variable("XDG_CACHE_HOME").or_else(|| Some(std::env::home_dir()?.join(".cache")));
    let hub = [
        variable("HF_HUB_CACHE"),
        variable("HF_HOME").map(|home| home.join("hub")),
        std::env::home_dir().map(|home| home.join(".cache/huggingface/hub")),
    ];
    let mut caches: Vec<ModelCache> = hub.into_iter().flatten().map(ModelCache::Hub).collect();
    caches.extend(user.map(|user| ModelCache::Plain(user.join("rumma/checkpoints"))));
    caches
}

/// Resolves `model`: an existing path, else a hub id that is looked up in `caches`.
pub(super) fn locate(model: &str, caches: &[ModelCache]) -> Result<Location> {
    let path = Path::new(model);
    if path.is_dir() {
        return directory(path);
    }
    if path.exists() {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = parent.unwrap_or(Path::new(".")).to_path_buf();
        let is_index = path.extension().is_some_and(|extension| extension == "json");
        let path = path.to_path_buf();
        let weights = if is_index { WeightFiles::Index(path) } else { WeightFiles::Files(vec![path]) };
        return Ok(Location { weights, directory });
    }
    let Some((owner, name)) = hub_id(model) else {
        return Err(Error::not_found(Resource::Model, model));
    };
    for cache in caches {
        if let Some(found) = cache.find(owner, name)? {
            return directory(&found);
        }
    }
    let searched: Vec<String> = caches.iter().map(|cache| cache.root().display().to_string()).collect();
    let details = format!("no such path, and not in {}", searched.join(", "));
    Err(Error::NotFound { what: Resource::HubModel, name: model.into(), details })
}

impl ModelCache {
    fn root(&self) -> &Path {
        match self {
            ModelCache::Hub(root) | ModelCache::Plain(root) => root,
        }
    }

    /// The directory of OWNER/NAME in this cache, if it exists.
    fn find(&self, owner: &str, name: &str) -> Result<Option<PathBuf>> {
        match self {
            ModelCache::Plain(root) => Ok(Some(root.join(owner).join(name)).filter(|path| path.is_dir())),
            ModelCache::Hub(root) => {
                let repository = root.join(format!("models--{owner}--{name}"));
                let snapshots = repository.join("snapshots");
                if !snapshots.is_dir() {
                    return Ok(None);
                }
                let main = repository.join("refs/main");
                if let Some(bytes) = super::json::read_sidecar(&main)? {
                    let commit = String::from_utf8_lossy(&bytes).trim().to_string();
                    if !is_plain_name(&commit) {
                        return Err(Fault::new(FaultKind::InvalidSnapshotReference, main).found(commit).into());
                    }
                    let snapshot = snapshots.join(commit);
                    if snapshot.is_dir() {
                        return Ok(Some(snapshot));
                    }
                }
                // Fetching a specific commit does not write refs/main. A single snapshot is unambiguous without it.
                match entries(&snapshots)?.as_slice() {
                    [] => Ok(None),
                    [only] => Ok(Some(snapshots.join(only))),
                    several => Err(Error::NotFound {
                        what: Resource::Snapshot,
                        name: main.display().to_string(),
                        details: format!("there are {} snapshots in {}", several.len(), snapshots.display()),
                    }),
                }
            }
        }
    }
}

/// Splits a well-formed hub id into OWNER and NAME.
fn hub_id(model: &str) -> Option<(&str, &str)> {
    let (owner, name) = model.split_once('/')?;
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    (is_part(owner) && is_part(name) && !name.ends_with(".safetensors")).then_some((owner, name))
}

/// The weights in a directory: `model.safetensors`, else an index, else a complete set of shards, else the only
/// safetensors file.
fn directory(path: &Path) -> Result<Location> {
    let found = |weights| Ok(Location { weights, directory: path.to_path_buf() });
    let whole = path.join("model.safetensors");
    if whole.is_file() {
        return found(WeightFiles::Files(vec![whole]));
    }
    let names: Vec<String> = entries(path)?.into_iter().filter_map(|name| name.into_string().ok()).collect();
    let ending = |ending: &str| -> Vec<&str> {
        names.iter().map(String::as_str).filter(|name| name.ends_with(ending) && !name.starts_with('.')).collect()
    };
    let indexes = ending(".safetensors.index.json");
    if let Some(index) = indexes.iter().find(|name| **name == "model.safetensors.index.json").or(indexes.first()) {
        return found(WeightFiles::Index(path.join(index)));
    }
    let files = ending(".safetensors");
    let shards: Option<Vec<_>> = files.iter().map(|name| shard_number(name)).collect();
    match (files.as_slice(), shards) {
        ([], _) => Err(Error::NotFound {
            what: Resource::Weights,
            name: path.display().to_string(),
            details: match ending(".gguf").is_empty() && ending(".bin").is_empty() {
                true => String::new(),
                false => "GGUF and PyTorch files are not read".into(),
            },
        }),
        (_, Some(shards)) => {
            let (stem, _, of) = shards[0];
            let present = |i: usize| shards.contains(&(stem, i, of));
            if let Some(missing) = (1..=of).find(|i| !present(*i)) {
                let shard = format!("{stem}-{missing:05}-of-{of:05}.safetensors");
                return Err(Fault::new(FaultKind::MissingShard, path).subject(shard).into());
            }
            let mine = files.iter().filter(|name| shard_number(name).is_some_and(|(s, _, n)| (s, n) == (stem, of)));
            found(WeightFiles::Files(mine.map(|name| path.join(name)).collect()))
        }
        ([only], None) => found(WeightFiles::Files(vec![path.join(only)])),
        (several, None) => Err(Error::NotFound {
            what: Resource::WeightsIndex,
            name: path.display().to_string(),
            details: format!("there are {}", several.join(", ")),
        }),
    }
}

/// Parses `STEM-00002-of-00005.safetensors` into (STEM, 2, 5).
pub(super) fn shard_number(name: &str) -> Option<(&str, usize, usize)> {
    let (rest, of) = name.strip_suffix(".safetensors")?.rsplit_once("-of-")?;
    let (stem, number) = rest.rsplit_once('-')?;
    let parse = |digits: &str| digits.parse::<u16>().ok().map(usize::from);
    let (number, of) = (parse(number)?, parse(of)?);
    (1 <= number && number <= of).then_some((stem, number, of))
}

/// The names in a directory, sorted.
fn entries(path: &Path) -> Result<Vec<OsString>> {
    let listing = fs::read_dir(path).map_err(Error::io(path, "list"))?;
    let mut names = Vec::new();
    for entry in listing {
        names.push(entry.map_err(Error::io(path, "list"))?.file_name());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `test` with an empty directory that is removed afterwards.
    fn with_directory(name: &str, test: impl FnOnce(&Path)) {
        let root = std::env::temp_dir().join(format!("rumma-locate-{name}-{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        test(&root);
        fs::remove_dir_all(&root).unwrap();
    }

    fn write(path: PathBuf, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_model_is_found_in_a_hub_cache_of_links() {
        with_directory("hub", |root| {
            let repository = root.join("models--Qwen--Tiny");
            let snapshot = repository.join("snapshots/0123abc");
            write(repository.join("blobs/ff"), "weights");
            fs::create_dir_all(&snapshot).unwrap();
            std::os::unix::fs::symlink("../../blobs/ff", snapshot.join("model.safetensors")).unwrap();
            write(repository.join("refs/main"), "0123abc");
            let caches = [ModelCache::Plain(root.join("none")), ModelCache::Hub(root.to_path_buf())];
            let found = locate("Qwen/Tiny", &caches).unwrap();
            assert_eq!(found.weights, WeightFiles::Files(vec![snapshot.join("model.safetensors")]));
            assert_eq!(found.directory, snapshot);
            // A single snapshot is used even if refs/main is wrong or missing; two are ambiguous.
            write(repository.join("refs/main"), "89abcde");
            assert_eq!(locate("Qwen/Tiny", &caches).unwrap().directory, snapshot);
            fs::remove_file(repository.join("refs/main")).unwrap();
            assert_eq!(locate("Qwen/Tiny", &caches).unwrap().directory, snapshot);
            fs::create_dir(repository.join("snapshots/4567def")).unwrap();
            let line = locate("Qwen/Tiny", &caches).unwrap_err().to_string();
            assert!(line.contains("refs/main: reference to a snapshot not found (there are 2 snapshots in "), "{line}");
            write(repository.join("refs/main"), "../../../../etc");
            let line = locate("Qwen/Tiny", &caches).unwrap_err().to_string();
            assert!(line.contains("does not contain the name of a snapshot"), "{line}");
        });
    }

    #[test]
    fn a_model_is_found_in_a_plain_cache() {
        with_directory("plain", |root| {
            write(root.join("Qwen/Tiny/model.safetensors"), "weights");
            let found = locate("Qwen/Tiny", &[ModelCache::Plain(root.to_path_buf())]).unwrap();
            assert_eq!(found.directory, root.join("Qwen/Tiny"));
        });
    }

    #[test]
    fn the_error_for_an_unknown_model_lists_the_searched_directories() {
        let caches = [ModelCache::Hub("/nonexistent/hub".into()), ModelCache::Plain("/nonexistent/plain".into())];
        let line = |model: &str| locate(model, &caches).unwrap_err().to_string();
        assert_eq!(
            line("Qwen/Tiny"),
            "Qwen/Tiny: model not found (no such path, and not in /nonexistent/hub, /nonexistent/plain)"
        );
        for model in
            ["nothing", "./Qwen/Tiny", "Qwen/../Tiny", "/Qwen/Tiny", "a/b/c", "Qwen/model.safetensors", "Qwen/"]
        {
            assert_eq!(line(model), format!("{model}: model not found"));
        }
    }

    #[test]
    fn a_directory_with_ambiguous_weights_is_refused() {
        with_directory("directory", |root| {
            let weights = || locate(root.to_str().unwrap(), &[]).map(|found| found.weights);
            assert!(weights().unwrap_err().to_string().contains(".safetensors file not found"));
            write(root.join("quant.safetensors"), "");
            assert_eq!(weights().unwrap(), WeightFiles::Files(vec![root.join("quant.safetensors")]));
            write(root.join("other.safetensors"), "");
            assert!(weights().unwrap_err().to_string().contains("there are other.safetensors, quant.safetensors"));
            write(root.join("model.safetensors.index.json"), "");
            assert_eq!(weights().unwrap(), WeightFiles::Index(root.join("model.safetensors.index.json")));
            write(root.join("model.safetensors"), "");
            assert_eq!(weights().unwrap(), WeightFiles::Files(vec![root.join("model.safetensors")]));
        });
    }

    #[test]
    fn only_well_formed_shard_names_are_parsed() {
        assert_eq!(shard_number("model-00002-of-00005.safetensors"), Some(("model", 2, 5)));
        for name in [
            "model.safetensors",
            "model-00000-of-00005.safetensors",
            "model-6-of-5.safetensors",
            "a-x-of-y.safetensors",
        ] {
            assert_eq!(shard_number(name), None, "{name}");
        }
    }
}
