//! Resolves MODEL to files: a directory, a file, or a hub id in the local caches.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::cache::{HubId, ModelCache, Snapshot};
use crate::error::{Error, Fault, FaultKind, Resource, Result};
use crate::files::stat;

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
    /// How the files were chosen, if it was not certain.
    pub warning: Option<Fault>,
}

/// Resolves `model` to its weights: an existing path, else a hub id that is looked up in `caches`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Io`] for a path that cannot be looked at; faults of the caches.
pub(super) fn locate(model: &str, caches: &[ModelCache]) -> Result<Location> {
    match resolve(model, caches, &|found| found.is_dir().then(|| directory(found)).transpose())? {
        (found, Some(location)) => Ok(Location { warning: found.warning, ..location }),
        (Snapshot { path, warning }, None) => {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            let directory = parent.unwrap_or(Path::new(".")).to_path_buf();
            let is_index = path.extension().is_some_and(|extension| extension == "json");
            let weights = if is_index { WeightFiles::Index(path) } else { WeightFiles::Files(vec![path]) };
            Ok(Location { weights, directory, warning })
        }
    }
}

/// The directory that `model` names, or that holds the file that it names. It may hold no weights.
///
/// # Errors
/// As [`locate`].
pub(super) fn directory_of(model: &str, caches: &[ModelCache]) -> Result<PathBuf> {
    let (found, is_dir) = resolve(model, caches, &|path| Ok(path.is_dir()))?;
    match found.path.parent().filter(|_| !is_dir) {
        Some(parent) if parent.as_os_str().is_empty() => Ok(".".into()),
        Some(parent) => Ok(parent.to_path_buf()),
        None => Ok(found.path),
    }
}

/// The file `name` of the hub id `repo` in the caches, or the directory of its files without a name.
///
/// # Errors
/// As [`locate`].
pub(super) fn hub_path(repo: &str, name: Option<&str>, caches: &[ModelCache]) -> Result<PathBuf> {
    let Some(id) = HubId::parse(repo) else { return Err(Error::not_found(Resource::Model, repo)) };
    let look = |found: &Path| match name {
        None => directory(found).map(|_| found.to_path_buf()),
        Some(name) => {
            let path = found.join(name);
            let is_inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
            match stat(&path)?.filter(|_| is_inside) {
                Some(_) => Ok(path),
                None => Err(Error::NotFound {
                    what: Resource::HubFile,
                    name: name.into(),
                    details: format!("in {}", found.display()),
                }),
            }
        }
    };
    in_caches(repo, &id, caches, &look).map(|(_, path)| path)
}

/// Finds what `model` names and applies `look` to it. A path comes before a hub id.
fn resolve<T>(model: &str, caches: &[ModelCache], look: &dyn Fn(&Path) -> Result<T>) -> Result<(Snapshot, T)> {
    let path = Path::new(model);
    let id = HubId::parse(model);
    match (stat(path), id) {
        (Ok(Some(_)), _) => look(path).map(|seen| (Snapshot { path: path.to_path_buf(), warning: None }, seen)),
        (Ok(None), None) => Err(Error::not_found(Resource::Model, model)),
        (Err(error), None) => Err(error),
        (Ok(None), Some(id)) => in_caches(model, &id, caches, look),
        // The path may exist: what hides it is the error, unless a cache has the model.
        (Err(error), Some(id)) => in_caches(model, &id, caches, look).map_err(|missing| match missing {
            Error::NotFound { what: Resource::HubModel, .. } => error,
            missing => missing,
        }),
    }
}

/// Looks a hub id up in the caches. A copy that `look` fails on, such as one without weights, counts only if no cache has
/// another one.
fn in_caches<T>(
    model: &str,
    id: &HubId,
    caches: &[ModelCache],
    look: &dyn Fn(&Path) -> Result<T>,
) -> Result<(Snapshot, T)> {
    let mut first_error = None;
    for cache in caches {
        let seen = cache.find(id).and_then(|found| {
            let Some(found) = found else { return Ok(None) };
            look(&found.path).map(|seen| Some((found, seen)))
        });
        match seen {
            Ok(Some(seen)) => return Ok(seen),
            Ok(None) => {}
            Err(Error::NotFound { what: Resource::Weights, details, name }) => {
                let what = Resource::HubWeights;
                let details = if details.is_empty() { name } else { format!("{name}: {details}") };
                first_error = first_error.or(Some(Error::NotFound { what, name: model.into(), details }));
            }
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| {
        let searched: Vec<String> = caches.iter().map(|cache| cache.root().display().to_string()).collect();
        let details = format!("no such path, and not in {}", searched.join(", "));
        Error::NotFound { what: Resource::HubModel, name: model.into(), details }
    }))
}

/// The weights in a directory: `model.safetensors`, else an index, else a complete set of shards, else the only
/// safetensors file.
fn directory(path: &Path) -> Result<Location> {
    let found = |weights| Ok(Location { weights, directory: path.to_path_buf(), warning: None });
    let whole = path.join("model.safetensors");
    if stat(&whole)?.is_some_and(|whole| whole.is_file()) {
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
            details: match [".gguf", ".bin", ".pt", ".pth", ".npz"].iter().any(|end| !ending(end).is_empty()) {
                true => "GGUF, PyTorch and NumPy files are not read".into(),
                false => String::new(),
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
        (["adapter_model.safetensors"], None) => Err(Error::NotFound {
            what: Resource::Weights,
            name: path.display().to_string(),
            details: "there is only adapter_model.safetensors, which has to be merged into its model".into(),
        }),
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
pub(super) fn entries(path: &Path) -> Result<Vec<OsString>> {
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
            // Of several, the newest is used with a warning; one that was downloaded last is the newest.
            let newest = repository.join("snapshots/4567def");
            write(newest.join("model.safetensors"), "weights");
            let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
            fs::File::open(&newest).unwrap().set_modified(later).unwrap();
            let found = locate("Qwen/Tiny", &caches).unwrap();
            assert_eq!(found.directory, newest);
            let warning = found.warning.unwrap().to_string();
            assert!(warning.ends_with("the newest of several snapshots is used (found 4567def)"), "{warning}");
            write(repository.join("refs/main"), "../../../../etc");
            let line = locate("Qwen/Tiny", &caches).unwrap_err().to_string();
            assert!(line.contains("does not contain the name of a snapshot"), "{line}");
        });
    }

    #[test]
    fn a_revision_is_a_branch_a_tag_a_pull_request_or_a_commit() {
        with_directory("revision", |root| {
            let repository = root.join("models--Qwen--Tiny");
            for (commit, reference) in
                [("0123abc4", "main"), ("0123abd5", "v1.0"), ("89abcdef", "feature/x"), ("fedcba98", "refs/pr/3")]
            {
                write(repository.join("snapshots").join(commit).join("model.safetensors"), commit);
                write(repository.join("refs").join(reference), commit);
            }
            let caches = [ModelCache::Hub(root.to_path_buf())];
            let found = |model: &str| {
                let directory = locate(model, &caches)?.directory;
                Ok::<_, Error>(directory.file_name().unwrap().to_str().unwrap().to_string())
            };
            for (revision, commit) in [
                ("main", "0123abc4"),
                ("v1.0", "0123abd5"),
                ("feature/x", "89abcdef"),
                ("refs/pr/3", "fedcba98"),
                ("pr/3", "fedcba98"),
                ("0123abd5", "0123abd5"),
                ("0123ABD", "0123abd5"),
                ("fedc", "fedcba98"),
            ] {
                assert_eq!(found(&format!("Qwen/Tiny@{revision}")).unwrap(), commit, "{revision}");
            }
            let line = |revision: &str| found(&format!("Qwen/Tiny@{revision}")).unwrap_err().to_string();
            assert!(line("0123ab").contains("0123abc4, 0123abd5"), "{}", line("0123ab"));
            assert!(
                line("v2").contains("revision v2 not found (there are feature/x, main, refs/pr/3, v1.0"),
                "{}",
                line("v2")
            );
            for wrong in ["../snapshots/0123abc4", "", "a//b", "/etc", "a/../../main", "."] {
                assert!(line(wrong).contains("model not found"), "{wrong}: {}", line(wrong));
            }
        });
    }

    #[test]
    fn a_copy_without_weights_does_not_hide_a_complete_one() {
        with_directory("incomplete", |root| {
            write(root.join("hub/models--Qwen--Tiny/snapshots/0123abc/config.json"), "{}");
            let caches = [ModelCache::Hub(root.join("hub")), ModelCache::Plain(root.join("plain"))];
            let line = locate("Qwen/Tiny", &caches).unwrap_err().to_string();
            assert!(line.starts_with("Qwen/Tiny: weights in the cache not found ("), "{line}");
            write(root.join("plain/Qwen/Tiny/model.safetensors"), "weights");
            assert_eq!(locate("Qwen/Tiny", &caches).unwrap().directory, root.join("plain/Qwen/Tiny"));
            let file = |name: &str| hub_path("Qwen/Tiny", Some(name), &caches);
            assert_eq!(file("model.safetensors").unwrap(), root.join("plain/Qwen/Tiny/model.safetensors"));
            assert!(file("../Tiny/model.safetensors").is_err() && file("other.safetensors").is_err());
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
