//! What is wrong with a file, as plain data.

use std::fmt;
use std::path::PathBuf;

use super::one_line;

/// A fact about a file: it makes an [`Error`](super::Error) where the file cannot be used, a warning where it can.
///
/// `Display` is `FILE: SUBJECT: PROBLEM: CAUSE (found FOUND, expected EXPECTED)` without the parts that are empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    pub kind: FaultKind,
    /// The file at fault, or what stands for it (`storyteller`, `standard input`).
    pub file: PathBuf,
    /// The tensor, field, layer or line at fault; empty where it is the whole file.
    pub subject: String,
    /// How many other subjects have the same problem.
    pub more: usize,
    /// What a parser or the operating system says about it; empty where the kind says it all.
    pub cause: String,
    /// What is there; empty where the kind says it all.
    pub found: String,
    /// What would be right; empty where the kind says it all.
    pub expected: String,
}

/// Declares [`FaultKind`] with the words that `Display` has for each kind.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $problem:literal,)*) => {
        /// The problem. There is one kind for each problem that is worded or fixed in another way than the others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind {
            $($(#[$doc])* $name,)*
        }

        impl FaultKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &[FaultKind] = &[$(FaultKind::$name,)*];

            /// The problem in words, without the file, the subject and a final stop.
            pub fn problem(self) -> &'static str {
                match self {
                    $(FaultKind::$name => $problem,)*
                }
            }
        }
    };
}

kinds! {
    // Files of any kind.

    /// A directory, a pipe or a device in the place of a file.
    NotRegularFile => "not a regular file",
    /// A symbolic link whose target does not exist.
    DanglingLink => "link to a missing file, as an unfinished download leaves it",
    /// More bytes than any file of this kind has.
    TooLarge => "file too large",
    /// Text that is not UTF-8.
    NotUtf8 => "not UTF-8",
    /// A file whose name is not UTF-8.
    FileNameNotUtf8 => "file name is not UTF-8",
    /// A file of JSON that is not JSON, or has a key twice in one object.
    NotJson => "not valid JSON",
    /// JSON, but no object.
    NotJsonObject => "not a JSON object",
    /// A new checkpoint would be mixed with other files.
    DirectoryNotEmpty => "directory is not empty",

    // Files of weights.

    /// Another kind of file, or no file of a known kind.
    NotSafetensors => "not a safetensors file",
    /// The pointer that a clone without Git LFS has in place of the file.
    GitLfsPointer => "Git LFS pointer in place of the file",
    /// The file ends too early.
    Truncated => "truncated",
    /// The file goes on behind its last tensor.
    TrailingBytes => "bytes behind the last tensor that belong to no tensor",
    /// A safetensors header that contradicts itself or the format.
    DamagedHeader => "damaged header",
    /// Two shards hold a tensor of the same name.
    DuplicateTensor => "tensor stored in two files",
    /// JSON without the map from tensors to shards.
    NotAnIndex => "not an index of shards",
    /// An index of shards that cannot be followed.
    InvalidIndex => "invalid index of shards",
    /// A file of a hub cache that should name a snapshot and does not.
    InvalidSnapshotReference => "does not hold the name of a snapshot",
    /// A shard that the index or the names of the others call for.
    MissingShard => "missing shard",

    // Configuration and tensors.

    /// A field of a configuration file is missing or has a value that cannot be used.
    InvalidField => "invalid value",
    /// A model of an architecture that is not run.
    UnsupportedModel => "model not supported",
    /// A setting of a supported architecture that is not run.
    UnsupportedSetting => "setting not supported",
    /// The configuration calls for a tensor that is not there.
    MissingTensor => "missing tensor",
    /// A tensor of another dtype or shape than the configuration calls for.
    WrongTensor => "wrong dtype or shape",
    /// A quantized layer with another number of inputs or outputs than the configuration calls for.
    WrongLayerShape => "shape differs from config.json",
    /// Tensors of another number of layers than the configuration calls for.
    WrongLayerCount => "number of layers differs from config.json",
    /// A stored output head that should equal the embedding does not.
    UntiedHead => "values differ from model.embed_tokens.weight",
    /// The tensors of a quantized layer fit no known layout.
    UnknownLayout => "unknown layout of a quantized layer",
    /// A quantized layer of a format that is described but not run.
    UnsupportedLayer => "format not supported",
    /// A quantized layer of a supported format with a shape or group size that is not run.
    UnsupportedShape => "shape not supported",

    // Tokenizer and chat template.

    /// A tokenizer.json that cannot be used.
    InvalidTokenizer => "invalid tokenizer",
    /// A tokenizer.json of a kind that is not run.
    UnsupportedTokenizer => "tokenizer not supported",
    /// A tokenizer that would take too much memory or time.
    TokenizerLimit => "tokenizer too large to run",
    /// The tokenizer fails on the prompt.
    CannotEncode => "cannot split the text into tokens",
    /// The tokenizer leaves nothing of the prompt.
    NoTokens => "makes no token of the prompt",
    /// A chat template that cannot be compiled.
    InvalidTemplate => "invalid chat template",
    /// A chat template that fails on the messages.
    TemplateFailed => "chat template fails on the messages",
    /// The chat template itself rejects the messages; the cause is its own text.
    TemplateRefused => "chat template refuses the messages",
    /// The chat template takes too long or writes too much.
    TemplateLimit => "chat template exceeds its limits",
    /// The chat template writes nothing.
    EmptyTemplateOutput => "writes no text for these messages",

    // Files that a user names.

    /// A prompt file without text.
    EmptyPromptFile => "is empty",
    /// A file of messages that is not JSON.
    MessagesNotJson => "messages are not JSON",
    /// A file of messages of another form.
    InvalidMessages => "invalid messages",
    /// A state file of another version, or another kind of file.
    NotAState => "not a state file of this version",
    /// A state file whose content is not what was written.
    DamagedState => "damaged state file",
    /// A state file that another model made.
    StateOfAnotherModel => "made by another model",
    /// A state file of another arithmetic.
    StateOfAnotherArithmetic => "made in another arithmetic",
    /// A baseline that is not the JSON of a benchmark run.
    InvalidBaseline => "not the JSON of a benchmark run",

    // Files against a list of checksums.

    /// A list of checksums that cannot be read.
    InvalidChecksums => "invalid list of checksums",
    /// The list would replace the one that a model was fetched with.
    FetchedChecksums => "holds the checksums that the model was fetched with",
    /// The listed checksum of a file is not the one that is built in.
    ChecksumsDisagree => "listed checksum differs from the built-in one",
    /// A listed file that is longer than listed.
    TooLong => "longer than listed",
    /// A listed file that does not exist.
    MissingFile => "missing file",
    /// A file whose content has changed.
    ChecksumMismatch => "content has changed",
    /// A listed file that the operating system does not let us read.
    Unreadable => "cannot be read",
    /// A file that the list does not have.
    UnlistedFile => "not in the list of checksums",

    // Warnings.

    /// One shard of several was named.
    OneOfSeveralShards => "one shard of several (the directory holds all of them)",
    /// Tensors that the index does not assign to the file that holds them.
    NotInIndex => "left out, because the index does not assign it to this file",
    /// Tensors that begin at an address that is no multiple of their element's size.
    Misaligned => "not aligned to its elements",
    /// A tensor that no part of the model uses.
    UnusedTensor => "unused tensor",
    /// A quantized layer that contradicts the quantization configuration; the layer wins.
    QuantizationMismatch => "differs from the quantization configuration",
    /// A quantization configuration without a quantized layer.
    NoQuantizedLayer => "no tensor belongs to a quantized layer",
    /// GPTQ layers without a configuration that tells which version they are.
    AssumedGptqV1 => "zero points are assumed to be stored minus one, as in GPTQ v1",
    /// A configuration of a family that is not known.
    UnknownArchitecture => "unknown architecture, so no tensor is checked against it",
    /// A checkpoint without a configuration.
    FamilyFromNames => "no config.json, so the family is inferred from the names of the tensors",
    /// Numbers that are NaN or infinite.
    NotFiniteValues => "values that are not finite",
}

impl Fault {
    /// A fault of a whole file; the methods below add to it.
    pub fn new(kind: FaultKind, file: impl Into<PathBuf>) -> Fault {
        Fault {
            kind,
            file: file.into(),
            subject: String::new(),
            more: 0,
            cause: String::new(),
            found: String::new(),
            expected: String::new(),
        }
    }

    /// The tensor, field, layer or line at fault.
    pub fn subject(self, subject: impl fmt::Display) -> Fault {
        Fault { subject: one_line(&subject.to_string()), ..self }
    }

    /// So many other subjects have the same problem.
    pub fn more(self, more: usize) -> Fault {
        Fault { more, ..self }
    }

    /// What a parser or the operating system says about it.
    pub fn cause(self, cause: impl fmt::Display) -> Fault {
        Fault { cause: one_line(&cause.to_string()), ..self }
    }

    /// What is there.
    pub fn found(self, found: impl fmt::Display) -> Fault {
        Fault { found: one_line(&found.to_string()), ..self }
    }

    /// What would be right.
    pub fn expected(self, expected: impl fmt::Display) -> Fault {
        Fault { expected: one_line(&expected.to_string()), ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file.display())?;
        if !self.subject.is_empty() {
            f.write_str(&self.subject)?;
            if self.more > 0 {
                write!(f, " and {} more", self.more)?;
            }
            f.write_str(": ")?;
        }
        f.write_str(self.kind.problem())?;
        if !self.cause.is_empty() {
            write!(f, ": {}", self.cause)?;
        }
        match (self.found.as_str(), self.expected.as_str()) {
            ("", "") => Ok(()),
            (found, "") => write!(f, " (found {found})"),
            ("", expected) => write!(f, " (expected {expected})"),
            (found, expected) => write!(f, " (found {found}, expected {expected})"),
        }
    }
}
