//! Every fuzz target accepts or refuses its seeds, and the beginnings of them, without a panic.

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::Path;

#[test]
fn every_fuzz_target_runs_on_its_seeds_and_their_beginnings() {
    for (name, target) in targets::TARGETS {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(name);
        let mut count = 0;
        for seed in fs::read_dir(&seeds).unwrap_or_else(|error| panic!("{}: {error}", seeds.display())) {
            let path = seed.expect("the seeds can be listed").path();
            let bytes = fs::read(&path).expect("a seed can be read");
            // The test harness shows captured output only for a failure: this line then names the seed.
            println!("{}", path.display());
            target(&bytes);
            (0..8).for_each(|eighth| target(&bytes[..bytes.len() * eighth / 8]));
            count += 1;
        }
        assert!(count > 0, "{name} has no seeds");
    }
}

#[test]
fn every_directory_of_seeds_and_every_target_file_belongs_to_a_target() {
    for (directory, extension) in [("seeds", ""), ("fuzz_targets", ".rs")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(directory);
        let mut found: Vec<String> = fs::read_dir(path)
            .expect("the directory is there")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().replace(extension, ""))
            .collect();
        found.sort();
        let mut expected: Vec<&str> = targets::TARGETS.iter().map(|(name, _)| *name).collect();
        expected.sort();
        assert_eq!(found, expected, "{directory}");
    }
}
