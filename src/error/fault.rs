//! Faults of files: the kind, the file, the part at fault, the value found and the value expected.

use std::fmt;
use std::path::PathBuf;

use super::one_line;

/// A problem of a file: an [`Error`](super::Error) if the file cannot be used, else a warning.
///
/// `Display` gives `FILE: SUBJECT: PROBLEM: CAUSE (found FOUND, expected EXPECTED)` and omits empty parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The problem.
    pub kind: FaultKind,
    /// The file at fault, or the name of a source that is not a file (`storyteller`, `standard input`).
    pub file: PathBuf,
    /// The tensor, field, layer or line at fault; empty if it is the whole file.
    pub subject: String,
    /// The number of other subjects with the same problem.
    pub more: usize,
    /// The message of a parser or of the operating system; may be empty.
    pub cause: String,
    /// The value found; may be empty.
    pub found: String,
    /// The value expected; may be empty.
    pub expected: String,
}

/// Declares [`FaultKind`] and the text of each kind.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $problem:literal,)*) => {
        /// The problem. Two problems are different kinds if their text or their remedy differs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind {
            $($(#[$doc])* $name,)*
        }

        impl FaultKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &[FaultKind] = &[$(FaultKind::$name,)*];

            /// The problem as text, without the file, the subject and a full stop. `{}` stands for the value found.
            pub fn problem(self) -> &'static str {
                match self {
                    $(FaultKind::$name => $problem,)*
                }
            }
        }
    };
}

kinds! {
    // Files of any type.

    /// A directory, a pipe or a device instead of a file.
    NotRegularFile => "not a regular file",
    /// A symbolic link whose target does not exist.
    DanglingLink => "link to a missing file (unfinished download)",
    /// More bytes than the limit for this type of file.
    TooLarge => "file too large",
    /// A file that would be replaced is of another kind than the one to be written.
    OutputOfAnotherKind => "exists and would be lost",
    /// A file that would be replaced is one that the run reads.
    OutputInUse => "is used by this run, so it cannot be replaced",
    /// A file to be written is a symbolic link whose target does not exist.
    DanglingOutput => "link to a missing file",
    /// A file was changed in place while it was used, so results computed from it are not reliable.
    ChangedInUse => "changed while it was in use, so the results are not reliable",
    /// A mapped file was truncated, or the disk failed, while it was used.
    LostInUse => "was truncated or could not be read while it was in use",
    /// Text that is not UTF-8.
    NotUtf8 => "not UTF-8",
    /// A file whose name is not UTF-8.
    FileNameNotUtf8 => "file name is not UTF-8",
    /// Invalid JSON, or an object with a duplicate key.
    NotJson => "not valid JSON",
    /// JSON whose top level is not an object.
    NotJsonObject => "not a JSON object",
    /// The directory of a new checkpoint contains other files.
    DirectoryNotEmpty => "directory is not empty",
    /// A file, a pipe or a device at the path of a new directory.
    NotADirectory => "exists and is not a directory",
    /// A new directory would be part of the directory that it is made from.
    OutputInsideSource => "is inside the directory of the source",
    /// The files to be written take more bytes than the disk has.
    NotEnoughSpace => "not enough disk space",

    // Files of weights.

    /// A file that is not in the safetensors format.
    NotSafetensors => "not a safetensors file",
    /// The pointer file that a clone without Git LFS leaves in place of the weights.
    GitLfsPointer => "Git LFS pointer in place of the file",
    /// A file with fewer bytes than its header or the list of checksums requires.
    Truncated => "truncated",
    /// Bytes follow the last tensor.
    TrailingBytes => "bytes after the last tensor",
    /// A safetensors header that is inconsistent or violates the format.
    DamagedHeader => "damaged header",
    /// Two shards hold a tensor of the same name.
    DuplicateTensor => "tensor stored in two files",
    /// An index file without the map from tensors to shards.
    NotAnIndex => "not an index of shards",
    /// An index of shards with invalid entries.
    InvalidIndex => "invalid index of shards",
    /// A reference in a hub cache that does not contain the name of a snapshot.
    InvalidSnapshotReference => "does not contain the name of a snapshot",
    /// A shard that the index or the numbering of the other shards requires.
    MissingShard => "missing shard",

    // Configuration and tensors.

    /// A required field of a configuration file that is missing, or a value of the wrong type or out of range.
    InvalidField => "invalid value",
    /// A model whose architecture rumma does not run.
    UnsupportedModel => "model not supported",
    /// A setting of a supported architecture that rumma does not run.
    UnsupportedSetting => "setting not supported",
    /// A tensor that the model requires does not exist.
    MissingTensor => "missing tensor",
    /// A tensor whose dtype or shape is not the required one.
    WrongTensor => "wrong dtype or shape",
    /// A quantized layer with another number of inputs or outputs than the configuration requires.
    WrongLayerShape => "shape differs from config.json",
    /// The number of layers in the tensors differs from the configuration.
    WrongLayerCount => "number of layers differs from config.json",
    /// A tied output head is stored and differs from the embedding.
    UntiedHead => "values differ from model.embed_tokens.weight",
    /// A quantized layer whose tensors fit no known layout.
    UnknownLayout => "unknown layout of a quantized layer",
    /// A quantized layer in a format that rumma describes but does not run.
    UnsupportedLayer => "format not supported",
    /// A quantized embedding, which may be the output head too.
    QuantizedHead => "quantized embedding, which is not supported",
    /// A quantized layer in a supported format, with a shape or group size that rumma does not run.
    UnsupportedShape => "shape not supported",
    /// A `g_idx` that assigns inputs to groups that do not exist, or unequal numbers of inputs to groups.
    InvalidGroups => "groups of inputs that do not fit the scales",

    // Conversions.

    /// A checkpoint without quantized layers is to be converted to another format.
    NothingToConvert => "has no quantized layer",
    /// A checkpoint that is to be quantized has quantized layers.
    AlreadyQuantized => "is quantized already",
    /// Weights that the format to be written cannot express.
    NotExpressible => "cannot be written in this format",
    /// The inputs of a layer are no multiple of the group size.
    GroupsDoNotFit => "groups do not fit the layer",
    /// A written tensor or layer differs from what was meant to be written.
    WrittenDiffers => "differs from the source when it is read back",
    /// A directory to be replaced holds something else than an earlier conversion.
    NotAConversion => "is not an earlier conversion, and would be lost",
    /// The directory of a conversion that did not end.
    UnfinishedConversion => "is what an interrupted conversion left, not a whole checkpoint",
    /// The weights of a group span more than 15 times the largest F16.
    ScaleOverflow => "weights too large: the scale of a group does not fit in F16",

    // Tokenizer and chat template.

    /// A tokenizer.json with invalid or inconsistent content.
    InvalidTokenizer => "invalid tokenizer",
    /// A tokenizer.json with a feature that rumma does not implement.
    UnsupportedTokenizer => "tokenizer not supported",
    /// A vocabulary without tokenizer.json, of a class whose way of splitting texts is unknown.
    UnknownSplit => "does not say how texts are split into words",
    /// A token whose id the model's vocabulary does not have.
    TokenBeyondModel => "token that the model does not have",
    /// A tokenizer in another form than tokenizer.json.
    OtherTokenizer => "form of tokenizer that is not read",
    /// A tokenizer that would take too much memory or time.
    TokenizerLimit => "tokenizer too large to run",
    /// The tokenizer fails on the prompt.
    CannotEncode => "cannot split the text into tokens",
    /// The tokenizer returns no token for the prompt.
    NoTokens => "returns no token for the prompt",
    /// A chat template that cannot be compiled.
    InvalidTemplate => "invalid chat template",
    /// A chat template that fails on the messages.
    TemplateFailed => "chat template fails on the messages",
    /// The chat template raises an exception; the cause is its message.
    TemplateRefused => "chat template refuses the messages",
    /// The chat template exceeds the limit on time, steps or output.
    TemplateLimit => "chat template exceeds its limits",
    /// The chat template returns an empty text.
    EmptyTemplateOutput => "chat template returns an empty text",
    /// A message whose role the chat template skips.
    RoleNotRendered => "role {} is not rendered by the chat template",
    /// A message that the chat template skips, although it renders the role elsewhere.
    MessageNotRendered => "message with the role {} is not rendered by the chat template at this place",
    /// Tools, documents or a call of a tool that the chat template does not use.
    InputNotUsed => "not used by the chat template",
    /// The last message cannot be continued by the model.
    CannotContinue => "cannot be continued",

    // Files given on the command line.

    /// A prompt file without text.
    EmptyPromptFile => "is empty",
    /// A file of messages that is not JSON.
    MessagesNotJson => "messages are not JSON",
    /// JSON that is not a list of messages.
    InvalidMessages => "invalid messages",
    /// A key of a file of messages that has no meaning.
    UnknownMessagesKey => "unknown {}",
    /// A key among the further variables of the template that has its meaning beside them only.
    MisplacedMessagesKey => "belongs at the top level",
    /// JSON in which a key of an object occurs twice.
    AmbiguousMessages => "ambiguous JSON",
    /// A part of a message that is not text, such as an image.
    UnsupportedContent => "type {} is not supported (this model reads text only)",
    /// A line that is not a context and its continuations.
    InvalidContinuations => "not a context and its continuations",
    /// A state file of another version, or another type of file.
    NotAState => "not a state file of this version",
    /// A state file whose content differs from its checksum.
    DamagedState => "damaged state file",
    /// A draft model whose token ids stand for other tokens.
    OtherVocabulary => "another vocabulary",
    /// A state file of raw text, where a conversation is needed.
    NoConversation => "the state has no conversation",
    /// A state file created by another model.
    StateOfAnotherModel => "created by another model",
    /// A state file created with another arithmetic.
    StateOfAnotherArithmetic => "created with another arithmetic",
    /// A baseline that is not the JSON of a benchmark run.
    InvalidBaseline => "not the JSON of a benchmark run",

    // Jobs.

    /// A line of a file of jobs that is longer than the limit.
    LineTooLong => "line too long",
    /// A field of a request that has no meaning.
    UnknownField => "unknown field",
    /// A value of a field of a request that rumma does not honour.
    UnsupportedField => "value not supported",
    /// A JSON schema, regular expression or grammar that is invalid, or asks for what is not supported.
    UnsupportedGrammar => "cannot be used as a constraint",
    /// A JSON schema, regular expression or grammar that no text satisfies.
    EmptyGrammar => "nothing satisfies it",
    /// Jobs whose result is an error.
    FailedJobs => "{} could not be answered",
    /// A line of a file of results that is no result.
    InvalidResults => "not a result of jobs",
    /// A file with results of another model, arithmetic, context or other defaults.
    OtherResults => "result of another model or of other settings",
    /// A file with answers to lines that the file of jobs does not have.
    UnknownResults => "holds {} of lines that the jobs do not have",
    /// A file that another process writes.
    LockedOutput => "is being written by another process",

    // Checksums.

    /// A list of checksums with invalid lines.
    InvalidChecksums => "invalid list of checksums",
    /// Writing the list would replace the one that the model was fetched with.
    FetchedChecksums => "contains the checksums that the model was fetched with",
    /// Writing the list would replace another one.
    OtherChecksums => "contains other checksums",
    /// The listed checksum of a file differs from the built-in one.
    ChecksumsDisagree => "listed checksum differs from the built-in one",
    /// A listed file that has more bytes than listed.
    TooLong => "longer than listed",
    /// A listed file that does not exist.
    MissingFile => "missing file",
    /// A file whose SHA-256 differs from the listed one.
    ChecksumMismatch => "content has changed",
    /// A listed file that the operating system cannot read.
    Unreadable => "cannot be read",
    /// A file that is not in the list.
    UnlistedFile => "not in the list of checksums",

    // Warnings.

    /// A mapped file that was replaced or deleted. The map keeps the content of the first file.
    ReplacedInUse => "was replaced or deleted during the run",
    /// MODEL is one shard of several.
    OneOfSeveralShards => "one shard of several (the directory holds all of them)",
    /// Several snapshots of a model in a hub cache, none of which is the current one.
    NewestSnapshot => "no refs/main names a snapshot, so the newest of several snapshots is used",
    /// A reference in a hub cache to a snapshot that is not there; the cause names the snapshot that is used.
    MissingSnapshot => "names a snapshot that the cache does not have, so another one is used",
    /// A tensor that the index does not assign to its file.
    NotInIndex => "left out, because the index does not assign it to this file",
    /// A tensor whose offset is not a multiple of its element size.
    Misaligned => "not aligned to its elements",
    /// A tensor that the model does not use.
    UnusedTensor => "unused tensor",
    /// A quantized layer that disagrees with the quantization configuration; the layer wins.
    QuantizationMismatch => "tensors differ from these quantization settings and are used instead",
    /// A quantization configuration that does not name the method.
    MissingQuantMethod => "is missing, so the format is inferred from the tensors",
    /// A quantization configuration, but no quantized layer.
    NoQuantizedLayer => "no tensor belongs to a quantized layer",
    /// GPTQ layers without a configuration, which would have the version.
    AssumedGptqV1 => "zero points are assumed to be stored minus one, as in GPTQ v1",
    /// Zero points of GPTQ v1 layers that do not fit in 4 bits.
    ZeroPointOverflow => "zero points stored as 15, which GPTQ v1 reads as 16, count as 0 with a carry, as in GPTQModel and transformers",
    /// Zero points of symmetric GPTQ v1 layers that are stored as v2 stores them.
    UnchangedZeroPoints => "zero points of a symmetric layer are stored as 8, as in GPTQ v2, and are taken as 8",
    /// A configuration of an unknown family.
    UnknownArchitecture => "unknown architecture, so no tensor is checked against it",
    /// A checkpoint without a configuration.
    FamilyFromNames => "no config.json, so the family is inferred from the names of the tensors",
    /// Settings of the checkpoint that would change the answer; the cause lists them with their values.
    IgnoredSettings => "settings that are not used",
    /// A special token that is not in the vocabulary.
    UnknownSpecialToken => "not a token of the vocabulary, so it is split as text",
    /// A `max_length` that the prompt has reached, or the one that transformers writes if nobody sets one.
    IgnoredMaxLength => "not used, as it is the default of transformers or shorter than the prompt",
    /// A `max_length` that limits an answer.
    LimitedLength => "limits prompt and answer together",
    /// A file of API keys has none.
    NoApiKeys => "no API key",
    /// An API key that no request can have; the subject is its line.
    InvalidApiKey => "the API key has characters that are not ASCII, or control characters, so no request can have it",
    /// No end-of-sequence token is known, or none is in the vocabulary.
    NoEndToken => "no file names an end-of-text token, so an answer ends only at its limit",
    /// A key of a conversation that the chat template does not read.
    UnreadKey => "not read by the chat template",
    /// A role that is passed to the model, although the chat template does not name it.
    UnknownRole => "role {} is not named by the chat template, and the model may not know it",
    /// Weights that are NaN or infinite.
    NotFiniteValues => "values that are not finite",
}

impl Fault {
    /// A fault of a whole file. The methods below set the other fields.
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

    /// Sets the tensor, field, layer or line at fault.
    pub fn subject(self, subject: impl fmt::Display) -> Fault {
        Fault { subject: one_line(&subject.to_string()), ..self }
    }

    /// Sets the number of other subjects with the same problem.
    pub fn more(self, more: usize) -> Fault {
        Fault { more, ..self }
    }

    /// Sets the message of a parser or of the operating system.
    pub fn cause(self, cause: impl fmt::Display) -> Fault {
        Fault { cause: one_line(&cause.to_string()), ..self }
    }

    /// Sets the value found.
    pub fn found(self, found: impl fmt::Display) -> Fault {
        Fault { found: one_line(&found.to_string()), ..self }
    }

    /// Sets the value expected.
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
        let found_in_problem = self.kind.problem().contains("{}");
        f.write_str(&self.kind.problem().replace("{}", &self.found))?;
        if !self.cause.is_empty() {
            write!(f, ": {}", self.cause)?;
        }
        let found = if found_in_problem { "" } else { self.found.as_str() };
        match (found, self.expected.as_str()) {
            ("", "") => Ok(()),
            (found, "") => write!(f, " (found {found})"),
            ("", expected) => write!(f, " (expected {expected})"),
            (found, expected) => write!(f, " (found {found}, expected {expected})"),
        }
    }
}
