//! Remedies: one imperative for each error. Only this module and argument checks name command-line options in errors.

use std::path::Path;

use super::prompt::display_path;
use super::remedy_convert::{of_conversion, of_groups};
use super::remedy_io::{of_io, of_listen};
use super::remedy_resource::of_not_found;
use crate::checkpoint::generation::FILE_NAME;
use crate::error::{AvailableMemory, Error, Fault, FaultKind, MachineError, MemoryLimit, MemoryPurpose, RequestError};

/// What a remedy depends on in addition to the error.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The subcommand; empty if there is none.
    pub command: &'static str,
    /// The value of `--messages`, if given.
    pub messages: Option<String>,
    /// The value of `--json-schema`, if given.
    pub json_schema: Option<String>,
    /// The options given with a value.
    pub options: Vec<String>,
}

impl Context {
    fn has(&self, option: &str) -> bool {
        self.options.iter().any(|given| given == option)
    }
}

/// The error as one line: `FACTS; REMEDY`.
pub fn message(error: &Error, context: &Context) -> String {
    match remedy(error, context) {
        Some(remedy) => format!("{}; {remedy}", facts(error)),
        None => facts(error),
    }
}

/// The text of the error; for an invalid option value it names the option instead of the field.
fn facts(error: &Error) -> String {
    match error {
        Error::Request(RequestError::ContextTooLong { context, maximum }) => {
            format!("--context {context} exceeds the model's maximum of {maximum}")
        }
        Error::Request(RequestError::InvalidSampling { field, value, expected }) => {
            format!("{} {value} is out of range (expected {expected})", option_of(field))
        }
        Error::Request(RequestError::InvalidRandomModel { field, found, expected }) => {
            format!("{} {found} is not possible (expected {expected})", option_of(field))
        }
        error => error.to_string(),
    }
}

/// The option that sets a field: `--top-p` for `top_p`.
fn option_of(field: &str) -> String {
    format!("--{}", field.replace('_', "-"))
}

/// What to do about an error, as an imperative; `None` if there is no remedy.
pub fn remedy(error: &Error, context: &Context) -> Option<String> {
    Some(match error {
        Error::Io { source, .. } => of_io(source).into(),
        Error::NotFound { what, name, .. } => of_not_found(what, name, context.command),
        Error::Fault(fault) => return of_fault(fault, context),
        Error::Request(error) => of_request(error, context),
        Error::Machine(error) => of_machine(error, context),
        Error::NotFinite { .. } => "compare the files with `rumma verify MODEL`, or find the damaged tensor with \
                                    `rumma inspect MODEL --stats`"
            .into(),
        Error::Usage { fix: Some(fix), .. } => fix.clone(),
        Error::Usage { .. } if context.command.is_empty() => "see `rumma --help`".into(),
        Error::Usage { .. } => format!("see `rumma {} --help`", context.command),
        Error::Reported | Error::Interrupted | Error::Terminated => return None,
    })
}

fn of_request(error: &RequestError, context: &Context) -> String {
    let shorten = if context.has("--state") { "save the state of a shorter prompt" } else { "shorten the prompt" };
    match error {
        RequestError::EmptyPrompt => "give a prompt with at least one token".into(),
        RequestError::TokenIdOutOfRange { vocab_size, .. } => {
            format!("give ids below {vocab_size}, or use the tokenizer of this model")
        }
        RequestError::ContextTooLong { maximum, .. } => format!("give --context up to {maximum}"),
        RequestError::PromptTooLong { tokens, context, maximum, .. } if context < maximum && tokens <= maximum => {
            format!("give --context up to {maximum}, or {shorten}")
        }
        RequestError::PromptTooLong { .. } => shorten.into(),
        RequestError::KvMemoryTooSmall { .. } if context.has("--kv-memory") => "give a larger --kv-memory".into(),
        RequestError::KvMemoryTooSmall { .. } if context.command == "score" => "give a smaller --context".into(),
        RequestError::KvMemoryTooSmall { .. } => "give fewer --tokens, or a smaller --context".into(),
        RequestError::SweepTooLong { .. } => "give a smaller --contexts, --prefill-tokens or --tokens".into(),
        RequestError::StrideTooLong { context, .. } => format!("give --stride up to {context}"),
        RequestError::NoTokenAllowed => "loosen the schema or grammar, or suppress fewer tokens".into(),
        RequestError::GrammarTooComplex { .. } => "simplify the schema or grammar".into(),
        RequestError::EmptyStopString => "give --stop a non-empty text".into(),
        RequestError::InvalidSampling { field, .. } | RequestError::InvalidRandomModel { field, .. } => {
            format!("give another {}", option_of(field))
        }
        RequestError::AmbiguousRandomModel => "give only one of --like and --hidden-size".into(),
    }
}

fn of_machine(error: &MachineError, context: &Context) -> String {
    match error {
        MachineError::MissingIsa { .. } => "omit --isa, or give an available instruction set".into(),
        MachineError::NotEnoughMemory { purpose, needed, available, .. } => {
            of_memory(purpose, *needed, *available, context)
        }
        MachineError::CannotStartThreads { count, .. } if *count > 1 && context.command != "selftest" => {
            "give a smaller --threads, or raise the limits (ulimit -u, ulimit -v, ulimit -d)".into()
        }
        MachineError::CannotStartThreads { .. } | MachineError::CannotStartTemplateThread { .. } => {
            "raise the limits on threads and memory (ulimit -u, ulimit -v, ulimit -d)".into()
        }
        MachineError::CannotListen { source, .. } => of_listen(source).into(),
        MachineError::TooManyTemplateThreads { .. } => "wait until they end, or start rumma again".into(),
        MachineError::WrongLogits { .. } => {
            "do not rely on the results of this machine or of this build of rumma".into()
        }
    }
}

/// What to do if `needed` bytes are not available: raise the limit that was met, or take less, if an option can.
fn of_memory(purpose: &MemoryPurpose, needed: u64, available: Option<AvailableMemory>, context: &Context) -> String {
    let more = match available.map(|available| available.limit) {
        Some(MemoryLimit::Machine) => "free memory",
        Some(MemoryLimit::ControlGroup) => "raise the memory limit of the control group",
        Some(MemoryLimit::AddressSpace) => "raise the limit (ulimit -v)",
        Some(MemoryLimit::DataSize) => "raise the limit (ulimit -d)",
        None => "free memory, or raise the limits (ulimit -v, ulimit -d)",
    };
    let fits_without = |part: u64| available.is_none_or(|available| needed.saturating_sub(part) <= available.bytes);
    let less = match purpose {
        MemoryPurpose::Load { quantized_head, run_without, .. } if *quantized_head > 0 => {
            // Only if the run that follows fits too.
            let f32 = needed.saturating_sub(*quantized_head).saturating_add(*run_without);
            available.is_none_or(|available| f32 <= available.bytes).then_some(F32)
        }
        MemoryPurpose::QuantizedHead
        | MemoryPurpose::Map(_)
        | MemoryPurpose::RepackedLayer(_)
        | MemoryPurpose::Load { .. } => None,
        MemoryPurpose::RandomModel(_) => Some(
            "choose a smaller model (--like qwen2.5-0.5b, --layers N), or write it to disk with \
             `cargo xtask random-checkpoint`",
        ),
        // One sequence of one token takes about as much as this.
        MemoryPurpose::Run { .. } if available.is_some_and(|available| available.bytes < LEAST_RUN) => None,
        MemoryPurpose::Run { kv_cache, .. } => smaller_run(fits_without(*kv_cache), context),
    };
    match less {
        Some(less) => format!("{more}, or {less}"),
        None => more.into(),
    }
}

const F32: &str = "give --arithmetic f32, which needs no copy of the output head";

/// Bytes that a run takes at least.
const LEAST_RUN: u64 = 16 << 20;

/// The options that make a run smaller. `by_cache`: fewer keys and values are enough.
fn smaller_run(by_cache: bool, context: &Context) -> Option<&'static str> {
    Some(match context.command {
        "decode" if context.has("--batch") => "give a smaller --batch, --tokens or --context",
        "decode" if by_cache => "give a smaller --tokens or --context, or a shorter prompt",
        "decode" | "prefill" => "give a smaller --chunk, or a shorter prompt",
        "score" if by_cache => "give a smaller --context",
        "bench" => "give a smaller --batches, --contexts or --prefill-tokens",
        _ => return None,
    })
}

fn of_fault(fault: &Fault, context: &Context) -> Option<String> {
    let messages = || context.messages.as_deref().unwrap_or("--user and --system");
    Some(match fault.kind {
        FaultKind::RoleNotRendered | FaultKind::MessageNotRendered if context.messages.is_none() => {
            "omit --system, or put its text into --user".into()
        }
        FaultKind::RoleNotRendered if fault.expected.is_empty() => "use another role".into(),
        FaultKind::RoleNotRendered => "use one of these roles".into(),
        FaultKind::InvalidMessages => of_messages(fault).into(),
        FaultKind::TemplateRefused => format!("check the messages in {}", messages()),
        FaultKind::TemplateFailed if context.messages.is_some() && !fault.subject.is_empty() => {
            "check its keys and the types of their values".into()
        }
        FaultKind::NotJson if context.json_schema.as_deref().map(display_path) == Some(&*fault.file) => {
            "write one JSON schema into it, such as {\"type\": \"object\"}".into()
        }
        FaultKind::UnknownResults if context.has("--shard") => {
            "give the jobs and the --shard of these results, another --out, or --force to start again".into()
        }
        FaultKind::UnknownMessagesKey => format!("remove the {}", fault.found),
        FaultKind::TemplateFailed => format!("check the messages in {} for a missing role or content", messages()),
        FaultKind::TemplateLimit => format!("check the messages in {}, or give raw text with --prompt", messages()),
        FaultKind::StateOfAnotherArithmetic => format!("give --arithmetic {}", fault.found),
        FaultKind::UnknownSplit | FaultKind::OtherTokenizer => {
            let directory = fault.file.parent().filter(|parent| !parent.as_os_str().is_empty());
            let directory = directory.unwrap_or(Path::new(".")).display();
            format!(
                "make a tokenizer.json where transformers is installed: python3 -c \
                 \"__import__('transformers').AutoTokenizer.from_pretrained('{directory}').save_pretrained('{directory}')\""
            )
        }
        FaultKind::GroupsDoNotFit if !fault.expected.is_empty() => of_groups(fault),
        FaultKind::DirectoryNotEmpty if context.command == "convert" => {
            "give a new or empty directory, or --force to replace an earlier conversion".into()
        }
        FaultKind::UnsupportedModel | FaultKind::UnsupportedSetting if is_mixture_of_experts(fault) => {
            "use a mixture of experts of the Qwen3-MoE family, the only one that is supported, or a model without experts"
                .into()
        }
        FaultKind::InvalidField if fault.file.ends_with(FILE_NAME) && setting_option(&fault.subject).is_some() => {
            format!("correct the value, or give {}", setting_option(&fault.subject)?)
        }
        FaultKind::MissingTensor if fault.subject == "lm_head.weight" => {
            "add the file that holds it, or set tie_word_embeddings to true if the model has no output head of its own"
                .into()
        }
        kind => of_kind(kind)?.into(),
    })
}

/// Whether a model is not supported because of its experts, as far as the name of its architecture or of a setting tells.
fn is_mixture_of_experts(fault: &Fault) -> bool {
    let name = fault.found.to_lowercase();
    let families = ["moe", "mixtral", "deepseek", "dbrx", "jamba", "olmoe", "llama4", "gpt_oss", "qwen3_next", "kimi"];
    fault.subject.contains("expert")
        || fault.subject == "model_type" && families.iter().any(|family| name.contains(family))
}

/// The option that overrides a field of `generation_config.json`.
fn setting_option(field: &str) -> Option<String> {
    Some(match field {
        "max_new_tokens" | "max_length" => "--tokens".into(),
        "do_sample" => "--temperature".into(),
        "temperature" | "top_k" | "top_p" | "min_p" => option_of(field),
        "repetition_penalty" | "presence_penalty" | "frequency_penalty" => option_of(field),
        _ => return None,
    })
}

/// The remedy for the part of a file of messages that is at fault.
fn of_messages(fault: &Fault) -> &'static str {
    let is = |part: &str| fault.subject.ends_with(part);
    match fault.subject.as_str() {
        "tools" | "documents" | "chat_template_kwargs" => "correct it, or remove it",
        "add_generation_prompt" | "continue_final_message"
            if fault.expected.ends_with("to continue the last message") =>
        {
            "correct it, or omit --continue-last"
        }
        "add_generation_prompt" | "continue_final_message" => "correct it, or remove it",
        _ if is(".name") && !fault.subject.contains("tool_calls") => "correct it, or remove it",
        _ if is(".tool_call_id") => "correct it, or remove it",
        _ if is(".role") => "add a role, as in {\"role\": \"user\", \"content\": \"...\"}",
        _ if is(".content") => "write the content as a string",
        _ if is(".text") || fault.subject.contains(".content[") => {
            "write the part as {\"type\": \"text\", \"text\": \"...\"}"
        }
        _ if fault.subject.contains("tool_calls") => {
            "write calls in the form {\"function\": {\"name\": \"...\", \"arguments\": {}}}"
        }
        _ if fault.subject.starts_with("tools[") || fault.subject.starts_with("documents[") => "write it as an object",
        _ => "write messages in the form [{\"role\": \"user\", \"content\": \"...\"}]",
    }
}

/// Remedies for the tokenizer, the chat template and the prompt.
fn of_text(kind: FaultKind) -> Option<&'static str> {
    use FaultKind::*;
    Some(match kind {
        UnsupportedTokenizer => {
            "use a tokenizer.json with a BPE model, such as those of Qwen, Llama, Mistral, Gemma and Phi"
        }
        TokenizerLimit | TokenBeyondModel => "use the tokenizer of this model",
        CannotEncode | NoTokens => "give other text, or use the tokenizer of this model",
        InvalidTemplate => "correct the template, or give raw text with --prompt",
        EmptyTemplateOutput => "give raw text with --prompt",
        EmptyPromptFile => "put some text into it",
        MessageNotRendered => "move or remove the message",
        InputNotUsed => "remove it, or use a model whose chat template uses it",
        CannotContinue => "end the messages with the assistant's text to continue",
        MisplacedMessagesKey => "move it to the top level of the file, beside the messages",
        AmbiguousMessages => "remove one of the two",
        UnsupportedContent => "remove the part, or describe it in text",
        MessagesNotJson => "write messages in the form [{\"role\": \"user\", \"content\": \"...\"}]",
        _ => return None,
    })
}

/// Remedies for state files.
fn of_state(kind: FaultKind) -> Option<&'static str> {
    use FaultKind::*;
    Some(match kind {
        NotAState => "create a state file with `rumma prefill --save-state FILE`",
        DamagedState => "copy it again, or create a new one with `rumma prefill --save-state FILE`",
        NoConversation => {
            "continue it with `decode --state FILE` alone, or save one with `prefill --user TEXT --save-state FILE`"
        }
        StateOfAnotherModel => "create a new state file with this model, or use the model that made it",
        _ => return None,
    })
}

/// Remedies that depend only on the kind of fault.
fn of_kind(kind: FaultKind) -> Option<&'static str> {
    use FaultKind::*;
    Some(match kind {
        // Only where the size, the header or a checksum shows that the file is damaged or incomplete.
        Truncated | TrailingBytes | DamagedHeader | ChecksumMismatch | TooLong | MissingFile => "fetch the file again",
        DanglingLink | ChecksumsDisagree => "fetch the model again",
        NotJson | NotJsonObject | InvalidTokenizer => "correct the file, or replace it by that of the original model",
        InvalidIndex | MissingShard => "use the index that belongs to the files, and all of its files",
        InvalidSnapshotReference => "write the name of a directory in snapshots/ into it, or give that directory",
        NotRegularFile => "replace it by a regular file, or give another file",
        TooLarge => "give another file",
        OutputOfAnotherKind => "give the path of a new file, or remove this one",
        OutputInUse => "give another path",
        DanglingOutput => "remove the link, or give another path",
        ChangedInUse => "repeat the run while nothing changes the file",
        ReplacedInUse => "the results belong to the previous file: repeat the run",
        LostInUse => "compare the file with its checksums, or fetch it again",
        NotUtf8 => "convert it to UTF-8",
        FileNameNotUtf8 => "rename the file",
        DirectoryNotEmpty => "give a new or empty directory",
        NotSafetensors => "fetch the .safetensors files of the model",
        GitLfsPointer => "fetch the file itself with `git lfs pull`",
        DuplicateTensor => "give the file to use instead of the directory",
        NotAnIndex => "give the directory or a .safetensors file",
        InvalidField | UnsupportedGrammar | EmptyGrammar => "correct the value",
        UnsupportedModel => {
            "use a text model of a supported family: Gemma 3, Granite, Llama, Mistral, Phi-3, Qwen2, Qwen3, Qwen3-MoE or SmolLM"
        }
        UnsupportedSetting => "check config.json, or use another model",
        MissingTensor | WrongTensor | WrongLayerShape | WrongLayerCount => {
            "use the config.json that belongs to the weights, and all files of the weights"
        }
        UntiedHead => "set tie_word_embeddings to false in config.json, or use another version of the model",
        UnsupportedLayer | UnknownLayout => {
            "use a 4-bit AutoAWQ, GPTQ or compressed-tensors (pack-quantized) version of the model"
        }
        QuantizedHead => "use a version of the model whose embed_tokens is not quantized",
        UnsupportedShape | InvalidGroups => "check config.json, or use another quantization of the model",
        UnsupportedTokenizer | TokenizerLimit | TokenBeyondModel | CannotEncode | NoTokens | InvalidTemplate
        | EmptyTemplateOutput | EmptyPromptFile | MessageNotRendered | InputNotUsed | CannotContinue
        | MisplacedMessagesKey | AmbiguousMessages | UnsupportedContent | MessagesNotJson => return of_text(kind),
        NotAState | DamagedState | NoConversation | StateOfAnotherModel => return of_state(kind),
        LineTooLong | UnknownField | UnsupportedField | InvalidContinuations => "correct the line",
        NoApiKeys | InvalidApiKey => "write a key of ASCII characters into it, one a line",
        FailedJobs => "see the errors in the results, correct what they name, and run the command again",
        InvalidResults => "remove the line, give another --out, or give --force to start again",
        OtherResults => "give the model and the options of these results, another --out, or --force to start again",
        UnknownResults => "give the jobs of these results, another --out, or --force to start again",
        LockedOutput => "wait until it ends, or give another --out",
        OtherVocabulary => "give a model of the same family, with the same tokenizer",
        InvalidBaseline => "save the output of `rumma bench --json` first",
        InvalidChecksums => "write lines of the form HASH  NAME, as sha256sum does",
        FetchedChecksums => "remove it first, or write to another file with --manifest",
        OtherChecksums => "give --force to replace them, or write to another file with --manifest",
        Unreadable => "check the file and its permissions",
        UnlistedFile => "remove it, or list it",
        // Those of conversions; warnings, and the kinds that [`of_fault`] handles, have none. A test has the list.
        _ => return of_conversion(kind),
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn every_fault_that_is_an_error_has_a_remedy() {
        use FaultKind::*;
        const WARNINGS: [FaultKind; 21] = [
            UnreadKey,
            UnknownRole,
            NewestSnapshot,
            MissingSnapshot,
            UnknownSpecialToken,
            IgnoredSettings,
            IgnoredMaxLength,
            LimitedLength,
            NoEndToken,
            OneOfSeveralShards,
            NotInIndex,
            Misaligned,
            UnusedTensor,
            QuantizationMismatch,
            MissingQuantMethod,
            NoQuantizedLayer,
            AssumedGptqV1,
            ZeroPointOverflow,
            UnchangedZeroPoints,
            UnknownArchitecture,
            FamilyFromNames,
        ];
        for kind in FaultKind::ALL {
            let remedy = of_fault(&Fault::new(*kind, "file"), &Context::default());
            assert_eq!(remedy.is_none(), WARNINGS.contains(kind), "{kind:?}");
            assert!(remedy.is_none_or(|remedy| !remedy.contains(';') && !remedy.ends_with('.')), "{kind:?}");
            assert!(!kind.problem().contains("; ") && !kind.problem().contains("--"), "{kind:?}");
        }
    }

    #[test]
    fn a_line_is_the_file_the_subject_the_problem_and_the_remedy() {
        let fault = Fault::new(FaultKind::InvalidField, "config.json").subject("hidden_size").found("\"wide\"");
        let error = Error::from(fault.expected("a whole number"));
        assert_eq!(
            message(&error, &Context::default()),
            "config.json: hidden_size: invalid value (found \"wide\", expected a whole number); \
             correct the value"
        );
        let refused = Error::from(Fault::new(FaultKind::TemplateRefused, "template").cause("no role"));
        let context = Context { messages: Some("chat.json".into()), ..command("decode", &[]) };
        assert_eq!(
            message(&refused, &context),
            "template: chat template refuses the messages: no role; check the messages in chat.json"
        );
    }

    /// The message for `purpose`, which takes `needed` bytes of the 50 MB that `limit` leaves.
    fn lack(purpose: MemoryPurpose, needed: u64, limit: MemoryLimit, context: &Context) -> String {
        let available = Some(AvailableMemory { bytes: 50_000_000, limit });
        message(&MachineError::NotEnoughMemory { purpose, needed, available, source: None }.into(), context)
    }

    fn command(command: &'static str, options: &[&str]) -> Context {
        Context { command, options: options.iter().map(|option| option.to_string()).collect(), ..Context::default() }
    }

    #[test]
    fn the_remedy_for_a_lack_of_memory_names_the_limit_and_the_options_that_help() {
        let run = |context| {
            let purpose = MemoryPurpose::Run { kv_cache: 1_073_000_000, workspace: 2_000_000 };
            lack(purpose, 1_075_000_000, MemoryLimit::Machine, &context)
        };
        assert_eq!(
            run(command("decode", &["--batch"])),
            "not enough memory: keys and values take 1.07 GB, the workspace 2 MB, and 50 MB are available; \
             free memory, or give a smaller --batch, --tokens or --context"
        );
        let shorter = "; free memory, or give a smaller --tokens or --context, or a shorter prompt";
        assert!(run(command("decode", &[])).ends_with(shorter));
        assert!(
            run(command("prefill", &[])).ends_with("; free memory, or give a smaller --chunk, or a shorter prompt")
        );
        assert!(run(command("bench", &[])).ends_with(" --batches, --contexts or --prefill-tokens"));
        let load_and_run = |quantized_head: u64, tokenizer, run_without, limit| {
            let purpose = MemoryPurpose::Load { repacked: 0, quantized_head, tokenizer, run_without };
            lack(purpose, quantized_head + tokenizer, limit, &command("decode", &[]))
        };
        let load = |quantized_head, tokenizer, limit| load_and_run(quantized_head, tokenizer, 10_000_000, limit);
        assert_eq!(
            load(136_000_000, 40_000_000, MemoryLimit::AddressSpace),
            "not enough memory: the 8-bit copy of the output head and the tokenizer take 176 MB, and 50 MB are \
             available under the limit on address space; raise the limit (ulimit -v), or give --arithmetic f32, which \
             needs no copy of the output head"
        );
        assert_eq!(
            load(0, 60_000_000, MemoryLimit::ControlGroup),
            "not enough memory: the tokenizer takes 60 MB, and 50 MB are available under the memory limit of the \
             control group; raise the memory limit of the control group"
        );
        assert!(!load(136_000_000, 60_000_000, MemoryLimit::DataSize).contains("--arithmetic"), "f32 would not fit");
        let run = load_and_run(136_000_000, 40_000_000, 11_000_000, MemoryLimit::AddressSpace);
        assert!(!run.contains("--arithmetic"), "a run with f32 would not fit");
    }

    #[test]
    fn the_remedy_for_an_error_of_the_system_names_the_limit_that_was_met() {
        let told = |code| {
            let error = Error::io("file".as_ref(), "write")(io::Error::from_raw_os_error(code));
            message(&error, &Context::default()).split_once("; ").expect("a remedy").1.to_string()
        };
        assert!(told(libc::EMFILE).contains("(ulimit -n)"));
        assert!(told(libc::ENFILE).contains("limit of the system"));
        assert!(told(libc::EFBIG).contains("(ulimit -f)"));
        assert!(told(libc::EDQUOT).contains("quota"));
        assert!(told(libc::ENOSPC).contains("disk space"));
        assert!(told(libc::EROFS).contains("can be written to"));
        assert!(told(libc::ENAMETOOLONG).contains("shorter path"));
        assert!(told(libc::ELOOP).contains("loop of links"));
    }

    #[test]
    fn the_remedy_for_a_state_that_does_not_fit_is_not_a_shorter_prompt() {
        let error = |tokens| RequestError::PromptTooLong { tokens, exact: true, context: 100, maximum: 512 };
        let told = |tokens, context: &Context| message(&error(tokens).into(), context);
        let state = command("decode", &["--state"]);
        assert!(told(200, &state).ends_with("; give --context up to 512, or save the state of a shorter prompt"));
        assert!(told(600, &state).ends_with("; save the state of a shorter prompt"));
        assert!(told(600, &command("decode", &[])).ends_with("; shorten the prompt"));
    }
}
