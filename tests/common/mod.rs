//! What the tests of the binary share: running it, and making checkpoints to run it on.
#![allow(dead_code, reason = "every test crate uses another part of this")]

pub mod http;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rumma::model::{Model, SequenceInput, Workspace};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde_json::Value;

/// What a run of the binary left behind.
#[derive(Debug)]
pub struct Run {
    /// `None` where a signal ended the process.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// stdout as the one JSON object it must be.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        let value: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        assert!(value.is_object(), "{self:?}");
        value
    }

    /// Asserts an exit code, an empty stdout, and one line on stderr that holds each of `parts`.
    #[track_caller]
    pub fn fails(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert!(self.stderr.starts_with("rumma: ") && self.stderr.ends_with('\n'), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is not in {self:?}");
        }
    }
}

/// The binary, in an environment without caches of the user.
pub fn rumma<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rumma"));
    command.args(args).env("HOME", "/nonexistent").env_remove("HF_HOME").env_remove("HF_HUB_CACHE");
    for name in ["XDG_CACHE_HOME", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs the binary to its end.
#[track_caller]
pub fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    finished(rumma(args).output().expect("the binary runs"))
}

/// Runs the binary with `input` on stdin.
#[track_caller]
pub fn run_with<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>, input: &[u8]) -> Run {
    let mut command = rumma(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    // The binary may end without having read it all.
    let _ = child.stdin.take().expect("stdin is a pipe").write_all(input);
    finished(child.wait_with_output().expect("the binary ends"))
}

pub fn finished(output: Output) -> Run {
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// The storyteller's checkpoint in the source tree. Not to be written to.
pub fn storyteller() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/storyteller/checkpoint")
}

/// A directory of its own for the test `name`, empty, below cargo's directory for such things.
pub fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("the scratch directory can be made");
    path
}

/// A copy of the storyteller's checkpoint to damage, for the test `name`.
pub fn storyteller_copy(name: &str) -> PathBuf {
    let path = scratch(name);
    for file in std::fs::read_dir(storyteller()).expect("the fixture is there") {
        let file = file.expect("the fixture can be listed");
        std::fs::copy(file.path(), path.join(file.file_name())).expect("the fixture can be copied");
    }
    path
}

/// The tensors of a safetensors file by name: dtype, shape, bytes.
pub type Tensors = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

/// Reads the safetensors file at `path`, lets `change` have its tensors, and writes it again.
pub fn rewrite(path: &Path, change: impl FnOnce(&mut Tensors)) {
    let bytes = std::fs::read(path).expect("the file is there");
    let file = SafeTensors::deserialize(&bytes).expect("the file is sound");
    let owned = |(name, t): (String, TensorView)| (name, (t.dtype(), t.shape().to_vec(), t.data().to_vec()));
    let mut tensors: Tensors = file.tensors().into_iter().map(owned).collect();
    change(&mut tensors);
    let views = tensors.iter().map(|(name, (dtype, shape, bytes))| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).expect("shape and bytes fit"))
    });
    std::fs::write(path, safetensors::serialize(views, None).expect("tensors can be written")).expect("and are");
}
/// A small random number generator (splitmix64).
pub struct Random(pub u64);

impl Random {
    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }

    /// A number in -1..1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// The hidden states of a prompt that is run in chunks.
pub fn hidden_states(model: &Model, prompt: &[u32], chunk: usize) -> Vec<f32> {
    let (mut cache, mut workspace) = (model.new_kv_cache(), Workspace::default());
    let mut hidden = Vec::new();
    for tokens in prompt.chunks(chunk) {
        hidden.extend_from_slice(model.forward(&mut [SequenceInput { tokens, cache: &mut cache }], &mut workspace));
    }
    hidden
}

/// Checks that the logits of hidden states are within 0.001 of `expected`: for each position, pairs of an id and its logit.
pub fn check_logits(name: &str, model: &Model, hidden: &[f32], expected: &Value) {
    let width = model.config.hidden_size;
    let mut most = 0.0_f64;
    for (position, expected) in expected.as_object().unwrap() {
        let position: usize = position.parse().unwrap();
        let logits = model.exact_logits(&hidden[position * width..(position + 1) * width]);
        for pair in expected.as_array().unwrap() {
            let difference = f64::from(logits[pair[0].as_u64().unwrap() as usize]) - pair[1].as_f64().unwrap();
            most = most.max(difference.abs());
        }
    }
    eprintln!("{name}: logits within {most:.6}");
    assert!(most < 0.001, "{name}: logits differ by {most}");
}
