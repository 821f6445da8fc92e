//! Reports of `rumma chat`: one for each turn, and the statistics of the whole chat.

use serde::Serialize;

use super::decode::{PhaseTiming, PrefillTiming, ended_by, finish_reason};
use crate::engine::{Completion, EngineStats, SpeculationStats};

/// An answer. The keys are those of `rumma decode --json`, and a few more.
#[derive(Debug, Clone, Serialize)]
pub struct TurnReport {
    /// The number of the turn, from 1 on; a turn that is taken back is counted.
    pub turn: usize,
    /// Token ids of the prompt: the whole conversation.
    pub prompt_ids: Vec<u32>,
    /// The generated tokens, including an end-of-text token.
    pub ids: Vec<u32>,
    /// The generated text, up to a stop string.
    pub text: String,
    /// As in `decode`.
    pub finish_reason: &'static str,
    /// As in `decode`.
    pub ended_by: &'static str,
    /// The prompt tokens that were computed, and those that were not computed again.
    pub prefill: PrefillTiming,
    /// The generated tokens after the first.
    pub decode: PhaseTiming,
    /// Draft tokens.
    pub speculation: SpeculationStats,
    /// The context after the answer.
    pub context: ContextReport,
    /// SHA-256 of the little-endian f32 logits of every generated position, in order; absent if they are not hashed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logits_sha256: Option<String>,
}

/// How full the context is, in tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ContextReport {
    /// Tokens of the conversation.
    pub used: usize,
    /// The most that it can have.
    pub maximum: usize,
}

/// Blocks of keys and values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct BlocksReport {
    /// Blocks that hold tokens for reuse.
    pub cached: usize,
    /// Blocks of running sequences.
    pub used: usize,
    /// Blocks that can still be allocated.
    pub free: usize,
}

/// The statistics of a chat: the last turn, and sums over all turns.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChatStats {
    /// Turns so far, those taken back included.
    pub turns: usize,
    /// Messages of the conversation now.
    pub messages: usize,
    /// The context.
    pub context: ContextReport,
    /// The last turn; `null` before the first.
    pub last: Option<TurnStats>,
    /// All turns.
    pub total: TurnStats,
    /// Blocks of keys and values.
    pub kv_blocks: BlocksReport,
}

/// What turns took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct TurnStats {
    /// The prompts.
    pub prefill: PrefillTiming,
    /// The generated tokens after the first of each answer.
    pub decode: PhaseTiming,
    /// Draft tokens.
    pub speculation: SpeculationStats,
}

impl From<EngineStats> for BlocksReport {
    fn from(stats: EngineStats) -> BlocksReport {
        let blocks = stats.blocks;
        BlocksReport { cached: blocks.cached, used: blocks.referenced, free: blocks.free }
    }
}

impl TurnReport {
    /// The report of turn number `turn`, whose prompt is `prompt_ids` and whose answer has the text `text`, in a context
    /// of at most `maximum` tokens.
    pub fn new(turn: usize, prompt_ids: Vec<u32>, completion: Completion, text: String, maximum: usize) -> TurnReport {
        TurnReport {
            turn,
            context: ContextReport { used: prompt_ids.len() + completion.ids.len(), maximum },
            prompt_ids,
            text,
            finish_reason: finish_reason(completion.finish),
            ended_by: ended_by(completion.finish),
            prefill: completion.prefill.into(),
            decode: completion.decode.into(),
            speculation: completion.speculation,
            logits_sha256: completion.logits_sha256,
            ids: completion.ids,
        }
    }

    /// The numbers without the text.
    pub fn stats(&self) -> TurnStats {
        TurnStats { prefill: self.prefill, decode: self.decode, speculation: self.speculation }
    }

    /// The status line.
    pub fn status(&self) -> String {
        let TurnReport { turn, prefill, decode, .. } = self;
        let rate = match decode.tokens {
            0 => String::new(),
            _ => format!(" tokens_per_second={:.1}", decode.per_second()),
        };
        format!(
            "Turn {turn} finished: prompt={} reused={} prefill={:.3}s tokens={} ended_by={} duration={:.3}s{rate} \
             context={}/{}",
            prefill.tokens + prefill.reused,
            prefill.reused,
            prefill.seconds,
            self.ids.len(),
            self.ended_by,
            decode.seconds,
            self.context.used,
            self.context.maximum,
        )
    }
}

impl TurnStats {
    /// Adds the numbers of another turn.
    pub fn add(&mut self, other: &TurnStats) {
        self.prefill.tokens += other.prefill.tokens;
        self.prefill.reused += other.prefill.reused;
        self.prefill.seconds += other.prefill.seconds;
        self.decode.tokens += other.decode.tokens;
        self.decode.seconds += other.decode.seconds;
        self.speculation.drafted += other.speculation.drafted;
        self.speculation.accepted += other.speculation.accepted;
    }

    fn lines(&self, name: &str) -> String {
        let TurnStats { prefill, decode, speculation } = self;
        let computed = PhaseTiming { tokens: prefill.tokens, seconds: prefill.seconds };
        let mut lines = format!(
            "{name:<10} prompt: {} tokens reused, {} computed{}\n{:<10} answer: {} tokens after the first{}\n",
            prefill.reused,
            prefill.tokens,
            rate(computed),
            "",
            decode.tokens,
            rate(*decode),
        );
        if speculation.drafted > 0 {
            lines += &format!("{:<10} drafts: {} of {} accepted\n", "", speculation.accepted, speculation.drafted);
        }
        lines
    }
}

/// ` in 0.021 s (1577.4 tokens/s)`
fn rate(timing: PhaseTiming) -> String {
    match timing.tokens {
        0 => String::new(),
        _ => format!(" in {:.3} s ({:.1} tokens/s)", timing.seconds, timing.per_second()),
    }
}

impl ChatStats {
    /// Several lines of text.
    pub fn to_text(&self) -> String {
        let ChatStats { turns, messages, context, kv_blocks, .. } = self;
        let last = self.last.map_or(String::new(), |last| last.lines("last turn"));
        let total = if *turns > 1 { self.total.lines("all turns") } else { String::new() };
        format!(
            "{:<10} {} of {} tokens, {messages} messages\n{last}{total}{:<10} {} cached, {} free\n",
            "context", context.used, context.maximum, "KV blocks", kv_blocks.cached, kv_blocks.free,
        )
    }
}
